"""A checkout of abapGit: its files, and the XML of its objects."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from os.path import relpath
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from harness.errors import UserError


class AbapFinding(NamedTuple):
    """One place of a checkout, and what is wrong there."""

    file: str
    """Relative to the checkout."""

    line: int
    """0 for what is about no line."""

    text: str

    refuses: bool = True
    """SAP would not activate it, or the engine cannot run it. False for what SAP takes, and one would regret."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {'' if self.refuses else 'warning: '}{self.text}"


class AbapObject(NamedTuple):
    """One object of the Dictionary, or another one that is XML."""

    file: Path
    root: etree._Element

    def all(self, name: str) -> list[etree._Element]:
        """Return every element of this name."""
        return [one for one in self.root.iter(name) if isinstance(one.tag, str)]


class AbapRepository:
    """A folder with `.abapgit.xml`, or with the sources alone."""

    def __init__(self, folder: Path) -> None:
        """Find the sources. Raises UserError for a folder that holds none."""
        if not folder.is_dir():
            raise UserError(f"there is no folder {folder}")
        self.folder = folder
        self.broken: list[AbapFinding] = []
        """The files that are not XML, of those that were read."""
        settings = folder / ".abapgit.xml"
        root = self.read(settings) if settings.exists() else None
        start = None if root is None else root.findtext(".//STARTING_FOLDER")
        self.sources = folder / (start or "/src/").strip("/")
        if not self.sources.is_dir():
            if start:
                raise UserError(f"{settings} names the folder {start}, which is not there")
            self.sources = folder
        if not any(self.sources.rglob("*.abap")):
            raise UserError(f"{folder} holds no ABAP as abapGit writes it (files such as src/zcl_x.clas.abap)")

    def programs(self) -> list[Path]:
        """Return the files with ABAP code."""
        return sorted(self.sources.rglob("*.abap"))

    def objects(self, kind: str) -> list[AbapObject]:
        """Return the objects of one kind: TABL, DOMA, DTEL, MSAG, FUGR and so on."""
        return self._objects.get(kind, [])

    def names(self, kind: str) -> set[str]:
        """Return the names of the objects of one kind, by their files."""
        return {one.file.name.partition(".")[0].upper() for one in self.objects(kind)}

    def read(self, file: Path) -> etree._Element | None:
        """Read an XML file of the checkout. Returns None for one that is not XML, and keeps that among `broken`."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.parse(file, parser).getroot()
        except etree.XMLSyntaxError as error:
            why = str(error.msg).partition(", line ")[0]
            self.broken.append(self.finding(file, error.lineno, f"this is not XML: {why}"))
            return None

    def relative(self, file: Path) -> str:
        return Path(relpath(file, self.folder)).as_posix()

    def finding(self, file: Path, line: object, text: str, *, refuses: bool = True) -> AbapFinding:
        """Name a place; `line` may be that of an element, which lxml does not always know."""
        return AbapFinding(self.relative(file), line if isinstance(line, int) else 1, text, refuses)

    @cached_property
    def _objects(self) -> Mapping[str, list[AbapObject]]:
        found = defaultdict(list)
        for file in sorted(self.sources.rglob("*.*.xml")):
            if (root := self.read(file)) is not None:
                found[file.name.split(".")[-2].upper()].append(AbapObject(file, root))
        return found
