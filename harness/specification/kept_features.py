"""Keep what Gherkin made of each feature from one run to the next: to read that takes a sixth of parsing it again."""

import json
import os
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

_folder: Path | None = None


def keep_in(folder: Path | None) -> None:
    """Choose the folder of this process; None keeps nothing, as before the first call."""
    global _folder  # noqa: PLW0603 - features are read all over, and one process has one folder
    _folder = folder


def kept(source: str, uri: str) -> tuple[Any, Any] | None:
    """Return document and pickles of a feature; None where those of this very text are not kept."""
    if _folder:
        with suppress(OSError, ValueError, TypeError):
            key, document, pickles = json.loads(_file(_folder, uri).read_bytes())
            if key == _key(source, uri):
                return document, pickles
    return None


def keep(source: str, uri: str, document: object, pickles: object) -> None:
    """Replace what is kept of a feature. A folder that cannot be written keeps nothing."""
    if _folder:
        file = _file(_folder, uri)
        half = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            half.write_text(json.dumps([_key(source, uri), document, pickles]), encoding="utf-8")
            half.replace(file)


def _file(folder: Path, uri: str) -> Path:
    return folder / f"{sha256(uri.encode()).hexdigest()[:16]}.json"


def _key(source: str, uri: str) -> str:
    """Hash all that decides what Gherkin makes of it."""
    return sha256("\0".join((version("gherkin-official"), uri, source)).encode()).hexdigest()
