"""The names of a repository with its stubs, and the types of the fields in its tables."""

from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapObject, AbapRepository, read_xml
from harness.abap.unsupported import provided_functions


class FieldType(NamedTuple):
    """A type of the ABAP Dictionary."""

    name: str
    """CHAR, DATS, DEC and so on."""

    length: int
    decimals: int

    def __str__(self) -> str:
        return f"{self.name} {self.length}" + (f" with {self.decimals} decimals" if self.decimals else "")


class Dictionary:
    """The names that the objects of a repository can refer to."""

    def __init__(self, repository: AbapRepository, mapping: AbapMapping) -> None:
        """Read the repository and the folder with stubs that its `zicm.toml` names."""
        self.repository = repository
        self._stubs = mapping.stubs_in(repository.folder)

    def knows(self, name: str) -> bool:
        """Return True for a name that is defined here, or that is SAP's: it begins with neither Z nor Y."""
        return not name.upper().startswith(("Z", "Y")) or name.upper() in self._names

    def knows_function(self, name: str) -> bool:
        """Return True for a function module that is defined here, or that is SAP's."""
        return not name.upper().startswith(("Z", "Y")) or name.upper() in self._functions

    @cached_property
    def messages(self) -> dict[str, set[str]]:
        """Message class to the numbers that it has."""
        found: dict[str, set[str]] = {}
        for file in self._files("*.msag.xml"):
            numbers = {one.text or "" for one in read_xml(file).iter("MSGNR")}
            found.setdefault(file.name.partition(".")[0].upper(), set()).update(numbers)
        return found

    def domain(self, field: etree._Element) -> AbapObject | None:
        """Return the domain of a field of a table, or None if SAP has it."""
        element = self._elements.get(field.findtext("ROLLNAME", ""))
        return None if element is None else self._domains.get(element.root.findtext(".//DOMNAME", ""))

    def type_of(self, field: etree._Element) -> FieldType | None:
        """Return the type of a field of a table: of its own, of its data element, or of that one's domain."""
        element, domain = self._elements.get(field.findtext("ROLLNAME", "")), self.domain(field)
        of_element = None if element is None else element.root.find(".//DD04V")
        of_domain = None if domain is None else domain.root.find(".//DD01V")
        for one in (field, of_domain, of_element):
            if one is not None and (name := one.findtext("DATATYPE")):
                return FieldType(name, int(one.findtext("LENG") or 0), int(one.findtext("DECIMALS") or 0))
        return None

    def _files(self, pattern: str) -> list[Path]:
        return [file for folder in (self.repository.sources, self._stubs) if folder for file in folder.rglob(pattern)]

    @cached_property
    def _names(self) -> set[str]:
        return {file.name.partition(".")[0].replace("#", "/").upper() for file in self._files("*.*.*")}

    @cached_property
    def _functions(self) -> set[str]:
        named = {item.text or "" for group in self.repository.objects("FUGR") for item in group.all("FUNCNAME")}
        return named | provided_functions(self._stubs)

    @cached_property
    def _domains(self) -> dict[str, AbapObject]:
        return {one.root.findtext(".//DD01V/DOMNAME", ""): one for one in self.repository.objects("DOMA")}

    @cached_property
    def _elements(self) -> dict[str, AbapObject]:
        return {one.root.findtext(".//DD04V/ROLLNAME", ""): one for one in self.repository.objects("DTEL")}
