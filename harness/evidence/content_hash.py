"""Hash everything that decides how the features run, to tell whether evidence is of the current state."""

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator
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

_CODE = ("*.py", "engine/*.mjs", "engine/package-lock.json", "stubs/*.*", "*.groovy")
"""Python, the engine of ABAP with its versions and stubs, and what runs scripts of a flow."""

_MANIFEST = "META-INF/MANIFEST.MF"
"""The file of every artifact of CPI."""


def digest() -> str:
    """Hash features, fixtures, simulator and harness, without the approvals and their roles."""
    return _digest((FEATURES, ("*.feature",)), (FIXTURES, ("*.*",)), *((one, _CODE) for one in PACKAGES))


def _digest(*tops: tuple[Path, Iterable[str]]) -> str:
    hashed = sha256()
    for name, file in sorted(_files(tops)):
        hashed.update(f"{name}\0".encode())
        # A checkout on Windows may have other line ends.
        hashed.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return hashed.hexdigest()[:16]


def digest_of(given: Path) -> str:
    """Hash a file, or all files of a folder by their names; blank where there is none.

    A flow of a package counts with the whole package, one in a folder with scripts and called flows beside it.
    """
    if given.parent.is_file():
        given = given.parent
    tops = [given, *_beside(given)]
    files = [given] if given.is_file() else [file for top in tops for file in _read_files(top)]
    hashed = sha256()
    for file in files:
        name = Path(os.path.relpath(file, given)).as_posix()
        hashed.update(f"{name}\0".encode() + file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return hashed.hexdigest()[:16] if files else ""


def _read_files(top: Path) -> list[Path]:
    """List the files that may be read of a checkout: hidden ones are not, but what says where the ABAP stands."""
    files = [one for one in sorted(top.rglob("*")) if one.is_file()]
    hidden = [any(part.startswith(".") for part in one.relative_to(top).parts) for one in files]
    return [one for one, is_hidden in zip(files, hidden, strict=True) if not is_hidden or one == top / ".abapgit.xml"]


def _beside(flow: Path) -> list[Path]:
    """List the folders beside that of a flow of which it may run something.

    These are the artifacts with scripts, and where it calls other flows all of them.
    """
    definitions = [*flow.rglob("*.iflw")]
    if not definitions:
        return []
    found = [one.parent.parent for one in flow.parent.glob(f"*/{_MANIFEST}")]
    calls_flows = any(b"ProcessDirect" in one.read_bytes() for one in definitions)
    return sorted(one for one in found if one != flow and (calls_flows or not any(one.rglob("*.iflw"))))


def _files(tops: Iterable[tuple[Path, Iterable[str]]]) -> Iterator[tuple[str, Path]]:
    """Yield every file, with a name that is the same on any machine."""
    for top, patterns in tops:
        is_wanted = re.compile("|".join(fnmatch.translate(f"*/{one}") for one in patterns)).match
        for folder, folders, files in os.walk(top):
            folders[:] = {*folders} - _EXCLUDED  # Node's packages are never walked
            above = Path(top.name, Path(folder).relative_to(top)).as_posix()
            for file in files:
                name = f"{above}/{file}"
                if file not in _OF_THE_SIGNOFF and not file.startswith(".") and is_wanted(name):
                    yield name, Path(folder, file)
