"""Locate features and fixtures; write files atomically."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "_data"
CHECKOUT = _PACKAGE.parent
"""Top of the repository; meaningless in an installed package."""

_TOP = _INSTALLED if _INSTALLED.is_dir() else CHECKOUT

FEATURES = _TOP / "features"
FIXTURES = _TOP / "fixtures"
TEST_FEATURES = _PACKAGE / "test_features.py"

APPROVALS = FIXTURES / "spec" / "approvals.toml"
"""Who approved which condition."""


@contextmanager
def atomic_write(file: Path) -> Iterator[Path]:
    """Yield a temporary path beside `file`, which replaces `file` unless the block raises.

    Raises OSError where that fails; `file` is then unchanged.
    """
    temporary = file.with_name(f".{file.name}.{os.getpid()}.half")
    try:
        yield temporary
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
