"""The names of a repository with its stubs, and the types of the fields in its tables."""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from harness.abap.mapping import AbapMapping
from harness.abap.repository import AbapObject, AbapRepository
from harness.abap.unsupported import provided_functions

_INCLUDES = (".INCLUDE", ".INCLU--AP")
_NO_TYPES = ("DEVC", "DOMA", "ENQU", "FUGR", "MSAG", "PROG", "TRAN")
_KINDS = {"RSIMP": "exporting", "RSEXP": "importing", "RSTBL": "tables"}
"""Kinds of parameters, as who calls sees them."""


class FieldType(NamedTuple):
    """A type of the ABAP Dictionary."""

    name: str
    """CHAR, DATS, DEC and so on."""

    length: int
    decimals: int

    def __str__(self) -> str:
        return f"{self.name} {self.length}" + (f" with {self.decimals} decimals" if self.decimals else "")


class AbapFunction(NamedTuple):
    """A function module, and the place of its definition."""

    file: Path
    line: object
    parameters: dict[str, dict[str, str]]
    """Name to kind and type."""


class Dictionary:
    """The names that the objects of a repository can refer to."""

    def __init__(self, repository: AbapRepository, mapping: AbapMapping) -> None:
        """Read the repository and its stubs. Raises UserError if their folder is missing."""
        self.repository = repository
        self.mapping = mapping
        self._stubs = mapping.stubs_in(repository.folder)

    def knows(self, name: str, kind: str = "") -> bool:
        """Return True for a name that is defined here, or that is SAP's: it begins with neither Z nor Y.

        `kind` is one of DOMA and MSAG, whose names are apart from those of types, or blank for a type.
        """
        return not is_customers(name) or (name.upper(), kind) in self._names

    def knows_function(self, name: str) -> bool:
        """Return True for a function module that is defined here, of a lock object as well, or that is SAP's."""
        customers = is_customers(re.sub(r"^(EN|DE)QUEUE_E", "", name))
        return not customers or name in self._functions

    @cached_property
    def messages(self) -> dict[str, set[str]]:
        """Message class to the numbers that it has."""
        return {
            one.file.name.partition(".")[0].upper(): {number.text or "" for number in one.all("MSGNR")}
            for one in self._objects("MSAG")
        }

    @cached_property
    def tables(self) -> dict[str, AbapObject]:
        """The tables and structures of the repository, by name."""
        return {one.root.findtext(".//DD02V/TABNAME", ""): one for one in self.repository.objects("TABL")}

    def fields(self, table: str, *within: str) -> dict[str, etree._Element] | None:
        """Return the fields of a table, of its includes as well. None if the table, or one of them, is not here.

        `within` are the structures that include it.
        """
        if (one := self._all_tables.get(table)) is None or table in within:
            return None
        found = {}
        for field in one.all("DD03P"):
            name = field.findtext("FIELDNAME", "")
            if not name.startswith("."):
                found[name] = field
            elif (
                name not in _INCLUDES
                or (included := self.fields(field.findtext("PRECFIELD", ""), table, *within)) is None
            ):
                return None
            else:
                found |= included
        return found

    def row_type(self, name: str) -> str:
        """Return the structure of the rows of a table type; the name of any other type."""
        rows = {one.root.findtext(".//DD40V/TYPENAME"): one.root for one in self._objects("TTYP")}
        return rows[name].findtext(".//DD40V/ROWTYPE", "") if name in rows else name

    def function(self, name: str) -> AbapFunction | None:
        """Return a function module of the repository."""
        for group in self.repository.objects("FUGR"):
            for item in group.all("item"):
                if item.findtext("FUNCNAME") == name:
                    parameters = {
                        parameter.findtext("PARAMETER", ""): {
                            "kind": kind,
                            "type": (parameter.findtext("TYP") or parameter.findtext("DBSTRUCT") or "").upper(),
                        }
                        for tag, kind in _KINDS.items()
                        for parameter in item.iter(tag)
                    }
                    return AbapFunction(group.file, item.sourceline, parameters)
        return None

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
                length, decimals = (one.findtext(tag) or "0" for tag in ("LENG", "DECIMALS"))
                return FieldType(name, int(length), int(decimals)) if (length + decimals).isdecimal() else None
        return None

    def _objects(self, kind: str) -> Iterator[AbapObject]:
        """Iterate over the objects of one kind; those of the repository come after its stubs, and hide them."""
        for file in (file for folder in reversed(self._stubs) for file in folder.rglob(f"*.{kind.lower()}.xml")):
            if (root := self.repository.read(file)) is not None:
                yield AbapObject(file, root)
        yield from self.repository.objects(kind)

    @cached_property
    def _all_tables(self) -> dict[str, AbapObject]:
        return {one.root.findtext(".//DD02V/TABNAME", ""): one for one in self._objects("TABL")}

    @cached_property
    def _names(self) -> set[tuple[str, str]]:
        files = (file for folder in (self.repository.sources, *self._stubs) for file in folder.rglob("*.*.*"))
        parts = (file.name.replace("#", "/").upper().split(".") for file in files)
        return {(name, kind if kind in _NO_TYPES else "") for name, kind, *_ in parts}

    @cached_property
    def _functions(self) -> set[str]:
        named = {item.text or "" for group in self.repository.objects("FUGR") for item in group.all("FUNCNAME")}
        locks = [one.file.name.partition(".")[0].upper() for one in self._objects("ENQU")]
        named |= {f"{prefix}QUEUE_{lock}" for prefix in ("EN", "DE") for lock in locks}
        return named | provided_functions(self._stubs)

    @cached_property
    def _domains(self) -> dict[str, AbapObject]:
        return {one.root.findtext(".//DD01V/DOMNAME", ""): one for one in self._objects("DOMA")}

    @cached_property
    def _elements(self) -> dict[str, AbapObject]:
        return {one.root.findtext(".//DD04V/ROLLNAME", ""): one for one in self._objects("DTEL")}


def is_customers(name: str) -> bool:
    """Return True for a name that begins with Z or Y, as those of customers do."""
    return name.upper().startswith(("Z", "Y"))
