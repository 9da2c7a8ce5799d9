"""One hash over everything that decides how the features run: it tells whether evidence is of the state of now."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import harness
import simulator
from harness.files import APPROVALS, FEATURES, FIXTURES

PACKAGES = (Path(next(iter(harness.__path__))), Path(next(iter(simulator.__path__))))

_LEFT_OUT = ("tests", "campaigns", "_data")
"""Folders of the harness that no feature uses; an installed one has features and fixtures in `_data`."""


def digest() -> str:
    """The hash of features, fixtures, simulator and harness; no approval has a part in it."""
    hashed = sha256()
    for name, file in sorted(_files()):
        hashed.update(f"{name}\0".encode())
        # As text: a checkout on Windows has other ends of lines.
        hashed.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return hashed.hexdigest()[:16]


def _files() -> Iterator[tuple[str, Path]]:
    """Every file, with the name that it has on any machine."""
    for top, pattern in ((FEATURES, "*.feature"), (FIXTURES, "*.*"), *((package, "*.py") for package in PACKAGES)):
        for file in top.rglob(pattern):
            name = file.relative_to(top)
            if file.is_file() and file != APPROVALS and name.parts[0] not in _LEFT_OUT:
                yield f"{top.name}/{name.as_posix()}", file
