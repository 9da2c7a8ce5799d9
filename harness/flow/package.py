"""Unpack an exported integration flow: a zip as the tenant downloads it, or the same as a folder in git.

A zip may come from anybody: nothing is written outside, nothing grows without limit.
"""

import re
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile, ZipInfo

from harness.errors import UserError
from harness.text import printable

MAX_FILES = 2_000
MAX_BYTES = 64 * 1024 * 1024
"""The most bytes of all files of a package together."""

RESOURCES = PurePosixPath("src/main/resources")
_DEFINITIONS = RESOURCES / "scenarioflows" / "integrationflow"
_PARAMETERS = RESOURCES / "parameters.prop"
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


class Package:
    """The files of one integration flow."""

    def __init__(self, root: Path) -> None:
        """`root` holds META-INF and src. Raises UserError for a folder without exactly one flow."""
        self._root = root
        found = sorted((root / _DEFINITIONS).glob("*.iflw"))
        if not found and any(root.glob("*_content")):
            raise UserError(f"{root.name} is a package of several artifacts: download the integration flow itself")
        if len(found) != 1:
            raise UserError(f"{root.name} is no integration flow: {len(found)} files in {_DEFINITIONS} end in .iflw")
        self.definition = found[0]

    @property
    def name(self) -> str:
        return self.definition.stem

    @property
    def scripts(self) -> Path:
        """The folder of the scripts."""
        return self._root / RESOURCES / "script"

    def parameters(self) -> dict[str, str]:
        """Return the externalised parameters with their configured values."""
        file = self._root / _PARAMETERS
        return read_properties(file.read_text(encoding="utf-8")) if file.is_file() else {}


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open a zip or a folder. Raises UserError where that is no integration flow."""
    if path.is_dir():
        yield Package(path)
        return
    with TemporaryDirectory(prefix="zicm-flow-", ignore_cleanup_errors=True) as folder:
        root = Path(folder) / path.stem
        _unpack(path, root)
        yield Package(root)


def read_properties(text: str) -> dict[str, str]:
    """Read a file of Java properties."""
    found = {}
    for line in re.sub(r"(?<!\\)((?:\\\\)*)\\\r?\n[ \t]*", r"\1", text).splitlines():
        if line.strip() and line.lstrip()[0] not in "#!":
            name, _, value = _split_property(line.lstrip())
            found[_unescape(name)] = _unescape(value)
    return found


def _split_property(line: str) -> tuple[str, str, str]:
    match = re.match(r"((?:\\.|[^\\=:\s])*)\s*([=:]?)\s*(.*)", line, re.DOTALL)
    assert match  # every part of it may be empty
    return match[1], match[2], match[3]


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        one = match[1]
        return chr(int(one[1:], 16)) if len(one) > 1 else _CONTROL.get(one, one)

    return _ESCAPE.sub(plain, text)


def resolve(text: str, parameters: Mapping[str, str]) -> str:
    """Put the values of externalised parameters into a property; a parameter without a value stays as it is."""
    return re.sub(r"\{\{(.*?)\}\}", lambda match: parameters.get(match[1], match[0]), text)


def _unpack(file: Path, root: Path) -> None:
    try:
        with ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_FILES:
                raise UserError(f"{file.name} has more than {MAX_FILES} files")
            left = MAX_BYTES
            for entry in entries:
                target = root / _safe(file, entry)
                if entry.is_dir():
                    continue
                with archive.open(entry) as content:
                    data = content.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise UserError(f"{file.name} unpacks to more than {MAX_BYTES // 1024 // 1024} MiB")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror or 'it is no zip'}") from None
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error):
        raise UserError(f"{file.name} is no zip that can be read") from None


def _safe(file: Path, entry: ZipInfo) -> PurePosixPath:
    """Return the path of an entry. Raises UserError for one that could lead out of the folder."""
    path = PurePosixPath(entry.filename)
    is_plain = not (path.is_absolute() or ".." in path.parts or re.search(r"[\\:\0]", entry.filename))
    if not is_plain or stat.S_ISLNK(entry.external_attr >> 16):
        raise UserError(f"{file.name} is refused: {printable(entry.filename)} leads out of it")
    return path
