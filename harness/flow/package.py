"""Unpack an exported integration flow: a zip as the tenant downloads it, or the same as a folder in git.

A zip may come from anybody: nothing is written outside, nothing grows without limit.
"""

import re
import stat
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from harness.errors import UserError
from harness.text import printable

MAX_FILES = 2_000
MAX_BYTES = 64 * 1024 * 1024
"""The most bytes of all files of a package together."""

RESOURCES = PurePosixPath("src/main/resources")
_DEFINITIONS = RESOURCES / "scenarioflows" / "integrationflow"
_PARAMETERS = RESOURCES / "parameters.prop"
PARAMETER = re.compile(r"\{\{(.*?)\}\}")
"""An externalised parameter in a property."""

_SCRIPTS = RESOURCES / "script"
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


class Package:
    """The files of one integration flow, and the other artifacts that came with it."""

    def __init__(self, root: Path, others: Sequence[Path] = ()) -> None:
        """`root` holds META-INF and src, as each of the `others` does. Raises UserError without exactly one flow."""
        self.root = root
        self._others = others
        found = _definitions(root)
        if len(found) != 1:
            raise UserError(f"{root.name} is no integration flow: {len(found)} files in {_DEFINITIONS} end in .iflw")
        self.definition = found[0]

    @property
    def name(self) -> str:
        return self.definition.stem

    @property
    def scripts(self) -> Path:
        """The folder of its own scripts."""
        return self.root / _SCRIPTS

    def script(self, name: str, collection: str) -> Path:
        """Return the file of a script, its own or one of a script collection. Raises UserError without that."""
        if not collection or collection in (self.name, _symbolic_name(self.root)):
            return self.scripts / name
        found = [other for other in self._others if _symbolic_name(other) == collection]
        if not found:
            raise UserError(f"its script is in the script collection {collection}, which is not given")
        if len(found) > 1:
            places = " and ".join(sorted(other.name for other in found))
            raise UserError(f"its script is in the script collection {collection}, which is there twice: {places}")
        return found[0] / _SCRIPTS / name

    def other_flows(self) -> list["Package"]:
        """Return the other integration flows that came with it."""
        everything = [self.root, *self._others]
        return [Package(other, everything) for other in self._others if len(_definitions(other)) == 1]

    def parameters(self) -> dict[str, str]:
        """Return the externalised parameters with their configured values."""
        file = self.root / _PARAMETERS
        return read_properties(_text(file)) if file.is_file() else {}


def _text(file: Path) -> str:
    """Read a file of properties: UTF-8 as the tenant writes it, else Latin-1 as Java does."""
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _definitions(root: Path) -> list[Path]:
    return sorted((root / _DEFINITIONS).glob("*.iflw"))


def _symbolic_name(root: Path) -> str:
    """Return the id of an artifact, by which others refer to it."""
    manifest = root / "META-INF" / "MANIFEST.MF"
    text = manifest.read_text(encoding="utf-8-sig", errors="replace") if manifest.is_file() else ""
    match = re.search(r"^Bundle-SymbolicName: *([^;\r\n]+)", re.sub(r"\r?\n ", "", text), re.MULTILINE)
    return match[1].strip() if match else root.name


@contextmanager
def opened(path: Path) -> Iterator[Package]:
    """Open an integration flow: a zip, a folder, or PACKAGE.zip/FLOW. Raises UserError where that is none.

    A folder brings along the artifacts that stand beside it, a package those that are in it.
    """
    try:
        is_folder, is_within_zip = path.is_dir(), path.parent.is_file()
    except OSError as error:  # a name that is too long
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    if is_folder:
        beside = [one.parent.parent for one in path.resolve().parent.glob("*/META-INF/MANIFEST.MF")]
        yield Package(path, [one for one in beside if one != path.resolve()])
        return
    package, flow = (path.parent, path.name) if is_within_zip else (path, "")
    with TemporaryDirectory(prefix="zicm-flow-", ignore_cleanup_errors=True) as folder:
        root = Path(folder) / package.stem
        left = _unpack(package, root, _Left(MAX_FILES, MAX_BYTES))
        contents = sorted(root.glob("*_content"))
        for content in contents:
            if is_zipfile(content):
                left = _unpack(content, root / "artifacts" / content.name, left)
        found = _chosen(package, list((root / "artifacts").glob("*")), flow) if contents else Package(_within(root))
        if flow and found.name != flow:
            raise UserError(f"{package.name} is the flow {printable(found.name)}, not {printable(flow)}")
        yield found


def _within(root: Path) -> Path:
    """Return the folder that holds the flow: the only one of a zip, where somebody has zipped a folder."""
    inner = [one for one in root.glob("*") if (one / RESOURCES).is_dir()]
    return inner[0] if len(inner) == 1 and not (root / RESOURCES).is_dir() else root


def _chosen(package: Path, artifacts: Sequence[Path], wanted: str) -> Package:
    """Return the flow of a package that is named, or its only one. Raises UserError."""
    found = [(_definitions(one)[0].stem, one) for one in artifacts if len(_definitions(one)) == 1]
    flows = dict(found)
    if twice := [name for name, times in Counter(name for name, _ in found).items() if times > 1]:
        raise UserError(f"{package.name} holds a flow twice: {', '.join(map(printable, sorted(twice)))}")
    if not wanted and len(flows) == 1:
        (wanted,) = flows
    if wanted not in flows:
        names = ", ".join(map(printable, sorted(flows))) or "none"
        raise UserError(f"say which flow of {package.name}, as {package.name}/FLOW: it holds {names}")
    return Package(flows[wanted], [one for one in artifacts if one != flows[wanted]])


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
    return PARAMETER.sub(lambda match: parameters.get(match[1], match[0]), text)


class _Left(NamedTuple):
    """The room that is left for the files of a package."""

    files: int
    size: int


def _unpack(file: Path, root: Path, left: _Left) -> _Left:
    try:
        with ZipFile(file) as archive:
            entries = archive.infolist()
            files, size = left.files - len(entries), left.size
            if files < 0:
                raise UserError(f"{file.name} has more than {MAX_FILES} files")
            names = [entry.filename for entry in entries if not entry.is_dir()]
            times = Counter(map(str.lower, names))  # of two that differ by case Windows keeps one
            if twice := sorted({name for name in names if times[name.lower()] > 1}):
                raise UserError(f"{file.name} holds a file twice: {', '.join(map(printable, twice))}")
            for entry in entries:
                target = root / _safe(file, entry)
                if entry.is_dir():
                    continue
                with archive.open(entry) as content:
                    data = content.read(size + 1)
                size -= len(data)
                if size < 0:
                    raise UserError(f"{file.name} unpacks to more than {MAX_BYTES // 1024 // 1024} MiB")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            return _Left(files, size)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror or 'it is no zip'}") from None
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error):
        # What zipfile raises for one that is spoilt, packed in a way that it lacks, or has a password.
        raise UserError(f"{file.name} is no zip that can be read") from None


def _safe(file: Path, entry: ZipInfo) -> PurePosixPath:
    """Return the path of an entry. Raises UserError for one that could lead out of the folder."""
    path = PurePosixPath(entry.filename)
    is_plain = not (path.is_absolute() or ".." in path.parts or re.search(r"[\\:\0]", entry.filename))
    if not is_plain or stat.S_ISLNK(entry.external_attr >> 16):
        raise UserError(f"{file.name} is refused: {printable(entry.filename)} leads out of it")
    return path
