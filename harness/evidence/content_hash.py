"""Hash everything that decides how the features run, to tell whether evidence is of the current state."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import harness
import simulator
from harness.files import FEATURES, FIXTURES

PACKAGES = (Path(next(iter(harness.__path__))), Path(next(iter(simulator.__path__))))

_OF_THE_SIGNOFF = ("approvals.toml", "approvals.code.json", "answers.toml", "signoff.toml")
"""Files that say who approves: no feature reads them."""

_EXCLUDED = ("tests", "campaigns", "_data")
"""Folders of the harness that no feature uses; an installed one has features and fixtures in `_data`."""


def digest() -> str:
    """Hash features, fixtures, simulator and harness, without the approvals and their roles."""
    hashed = sha256()
    for name, file in sorted(_files()):
        hashed.update(f"{name}\0".encode())
        # A checkout on Windows may have other line ends.
        hashed.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return hashed.hexdigest()[:16]


def _files() -> Iterator[tuple[str, Path]]:
    """Yield every file, with a name that is the same on any machine."""
    for top, pattern in ((FEATURES, "*.feature"), (FIXTURES, "*.*"), *((package, "*.py") for package in PACKAGES)):
        for file in top.rglob(pattern):
            name = file.relative_to(top)
            excluded = file.name in _OF_THE_SIGNOFF or name.parts[0] in _EXCLUDED or file.name.startswith(".")
            if file.is_file() and not excluded:
                yield f"{top.name}/{name.as_posix()}", file
