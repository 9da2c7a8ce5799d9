"""Locate features and fixtures; write files atomically."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "_data"
CHECKOUT = _PACKAGE.parent
"""Top of the repository; of no use in an installed package."""

_TOP = _INSTALLED if _INSTALLED.is_dir() else CHECKOUT

FEATURES = _TOP / "features"
FIXTURES = _TOP / "fixtures"
TEST_FEATURES = _PACKAGE / "test_features.py"

APPROVALS = FIXTURES / "spec" / "approvals.toml"
"""Who approved which condition."""


@contextmanager
def atomic_write(file: Path) -> Iterator[Path]:
    """A path beside a file, to write to: what stands there takes the file's place when nothing was raised inside.

    Raises OSError where it cannot; the file is then as it was.
    """
    half = file.with_name(f".{file.name}.{os.getpid()}.half")
    try:
        yield half
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)
