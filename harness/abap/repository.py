"""A checkout of abapGit: its files, and the XML of its objects."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from harness.errors import UserError


class AbapFinding(NamedTuple):
    """One place of a checkout, and what is wrong there."""

    file: str
    """Relative to the checkout."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


class AbapObject(NamedTuple):
    """One object of the Dictionary, or another one that is XML."""

    file: Path
    kind: str
    """TABL, DOMA, DTEL, MSAG, FUGR and so on."""

    root: etree._Element

    def all(self, name: str) -> list[etree._Element]:
        """Return every element of this name."""
        return [one for one in self.root.iter(name) if isinstance(one.tag, str)]


class AbapRepository:
    """A folder with `.abapgit.xml`, or with the sources alone."""

    def __init__(self, folder: Path) -> None:
        """Find the sources. Raises UserError for a folder that holds none."""
        self.folder = folder
        settings = folder / ".abapgit.xml"
        start = read_xml(settings).findtext(".//STARTING_FOLDER", "/src/") if settings.exists() else "/src/"
        self.sources = folder / start.strip("/") if (folder / start.strip("/")).is_dir() else folder
        if not any(self.sources.rglob("*.abap")):
            raise UserError(f"{folder} holds no ABAP as abapGit writes it (files such as src/zcl_x.clas.abap)")

    def programs(self) -> list[Path]:
        """Return the files with ABAP code."""
        return sorted(self.sources.rglob("*.abap"))

    def objects(self, kind: str) -> Iterator[AbapObject]:
        """Read the objects of one kind. Raises UserError for a file that is not XML."""
        for file in sorted(self.sources.rglob(f"*.{kind.lower()}.xml")):
            yield AbapObject(file, kind, read_xml(file))

    def relative(self, file: Path) -> str:
        return file.relative_to(self.folder).as_posix()

    def finding(self, file: Path, line: object, text: str) -> AbapFinding:
        """Name a place; `line` may be that of an element, which lxml does not always know."""
        return AbapFinding(self.relative(file), line if isinstance(line, int) else 1, text)


def read_xml(file: Path) -> etree._Element:
    """Read a file. Raises UserError for one that is not XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.parse(file, parser).getroot()
    except (etree.XMLSyntaxError, OSError) as error:
        raise UserError(f"{file} is not XML: {error}") from None
