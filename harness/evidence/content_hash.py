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

_EXCLUDED = frozenset({"tests", "campaigns", "_data", "node_modules"})
"""Folders of the harness that no feature uses; an installed one has features and fixtures in `_data`."""

_CODE = ("*.py", "engine/*.mjs", "engine/package-lock.json", "stubs/*.*", "groovy/**/*.groovy")
"""Python, the engine of ABAP with its versions and stubs, and what runs scripts of a flow."""


def digest() -> str:
    """Hash features, fixtures, simulator and harness, without the approvals and their roles."""
    hashed = sha256()
    for name, file in sorted(_files()):
        hashed.update(f"{name}\0".encode())
        # A checkout on Windows may have other line ends.
        hashed.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return hashed.hexdigest()[:16]


def digest_of(given: Path) -> str:
    """Hash a file, or all files of a folder by their names; blank where there is none."""
    files = [given] if given.is_file() else sorted(one for one in given.rglob("*") if one.is_file())
    hashed = sha256()
    for file in files:
        name = file.relative_to(given).as_posix()
        if not any(part.startswith(".") for part in Path(name).parts):
            hashed.update(f"{name}\0".encode() + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return hashed.hexdigest()[:16] if files else ""


def _files() -> Iterator[tuple[str, Path]]:
    """Yield every file, with a name that is the same on any machine."""
    code = ((package, pattern) for package in PACKAGES for pattern in _CODE)
    for top, pattern in ((FEATURES, "*.feature"), (FIXTURES, "*.*"), *code):
        for file in top.rglob(pattern):
            name = file.relative_to(top)
            excluded = file.name in _OF_THE_SIGNOFF or not _EXCLUDED.isdisjoint(name.parts) or file.name.startswith(".")
            if file.is_file() and not excluded:
                yield f"{top.name}/{name.as_posix()}", file
