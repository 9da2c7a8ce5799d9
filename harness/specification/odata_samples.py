"""Check answers of Dynamics 365 SCM against the `$metadata` of ours without showing their values."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from lxml import etree

from harness.specification.wire_contracts import (
    MissingField,
    SchemaDiff,
    TypeMismatch,
    UnexpectedField,
    describe_type,
    similar_name,
)
from simulator.scm.edm import parse_moment
from simulator.scm.odata.metadata import metadata
from simulator.scm.odata.request import NAMESPACE

CONTEXT = "@odata.context"
_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_CONTEXT = re.compile(r".*/\$metadata#(?P<collection>\w+)(?:\((?P<select>.*)\))?(?:/\$entity)?")
_EXPECTED = {
    "Edm.String": "a text",
    "Edm.Decimal": "a number",
    "Edm.Int64": "a whole number",
    "Edm.DateTimeOffset": "a time as YYYY-MM-DDTHH:MM:SSZ",
}


class UnknownAnswerError(ValueError):
    """A sample that is no answer of a collection of ours. The text says why."""


class ODataProperty(NamedTuple):
    """A property of an entity, as the metadata has it."""

    type: str
    nullable: bool
    length: int | None
    """The most characters of a text."""


class ODataEntity(NamedTuple):
    """The rows of one collection."""

    properties: Mapping[str, ODataProperty]
    lines: Mapping[str, str]
    """Navigation property to the collection of its rows."""


def compare(content: object) -> SchemaDiff:
    """Compare one answer: the rows of a collection, or one row. Raises UnknownAnswerError."""
    context = content.get(CONTEXT) if isinstance(content, Mapping) else None
    found = _CONTEXT.fullmatch(context) if isinstance(context, str) else None
    if found is None or not isinstance(content, Mapping):
        raise UnknownAnswerError(f"it has no {CONTEXT} that names a collection, it is {describe_type(content)}")
    entity = _entities().get(found["collection"])
    if entity is None:
        raise UnknownAnswerError("our SCM has no such collection")
    rows = content.get("value", [content])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise UnknownAnswerError(f"value is {describe_type(rows)}, and an array of objects is expected")
    return _compare(entity, rows, _selected(found["select"]))


def _compare(entity: ODataEntity, rows: Sequence[Mapping[str, object]], selected: set[str] | None) -> SchemaDiff:
    """Compare rows; each property is named once, by the first row that differs."""
    wanted = [name for name in entity.properties if selected is None or name in selected]
    named = {name: value for row in reversed(rows) for name, value in row.items() if "@" not in name}
    unexpected = [
        UnexpectedField(name, describe_type(value))
        for name, value in named.items()
        if name not in entity.properties and name not in entity.lines
    ]
    names = [one.field for one in unexpected]
    missing = [MissingField(name, similar_name(name, names)) for name in wanted if any(name not in row for row in rows)]
    mismatches: dict[str, TypeMismatch] = {}
    for row in rows:
        for name, value in row.items():
            declared = entity.properties.get(name)
            if declared and name not in mismatches and (found := _mismatch(declared, value)):
                mismatches[name] = TypeMismatch(name, _expected(declared), found)
    below = [*_lines(entity, rows)]
    return SchemaDiff(
        missing + [one for part in below for one in part.missing],
        [*mismatches.values(), *(one for part in below for one in part.type_mismatches)],
        unexpected + [one for part in below for one in part.unexpected],
    )


def _lines(entity: ODataEntity, rows: Sequence[Mapping[str, object]]) -> Iterator[SchemaDiff]:
    """Compare the rows below the rows, each under the name by which it is reached."""
    for name, collection in entity.lines.items():
        held = [row[name] for row in rows if name in row]
        if wrong := next((one for one in held if not _are_rows(one)), None):
            yield SchemaDiff([], [TypeMismatch(name, "an array of objects", describe_type(wrong))], [])
            continue
        below = [line for one in held if isinstance(one, list) for line in one]
        diff = _compare(_entities()[collection], below, None) if below else SchemaDiff([], [], [])
        yield SchemaDiff(
            [one._replace(field=f"{name}/{one.field}") for one in diff.missing],
            [one._replace(field=f"{name}/{one.field}") for one in diff.type_mismatches],
            [one._replace(field=f"{name}/{one.field}") for one in diff.unexpected],
        )


def _are_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, Mapping) for one in value)


def _mismatch(declared: ODataProperty, value: object) -> str:
    """Say what a value is instead; blank for one that fits."""
    if value is None:
        return "" if declared.nullable else describe_type(value)
    fits = True
    if declared.type in ("Edm.Decimal", "Edm.Int64"):
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        fits = is_number and (declared.type == "Edm.Decimal" or isinstance(value, int))
    elif not isinstance(value, str):
        fits = False
    elif declared.type == "Edm.DateTimeOffset":
        fits = _is_moment(value)
    elif declared.type != "Edm.String":
        fits = value in _members()[declared.type]
    elif declared.length is not None and len(value) > declared.length:
        return f"a text of {len(value)} characters"
    return "" if fits else "another text" if isinstance(value, str) else describe_type(value)


def _expected(declared: ODataProperty) -> str:
    expected = _EXPECTED.get(declared.type) or f"a member of {declared.type.removeprefix(f'{NAMESPACE}.')}"
    if declared.length is not None:
        expected += f" of at most {declared.length} characters"
    return f"{expected}, or null" if declared.nullable else expected


def _is_moment(value: str) -> bool:
    try:
        parse_moment(value)
    except ValueError:
        return False
    return True


def _selected(select: str | None) -> set[str] | None:
    """Return the properties that an answer was asked for; None for all. What is expanded stands there with brackets."""
    if select is None:
        return None
    names = {name.strip() for name in re.sub(r"\w+\([^()]*\)", "", select).split(",")} - {""}
    return names or None


@cache
def _schema() -> etree._Element:
    (schema,) = etree.fromstring(metadata()).iter(f"{_EDM}Schema")
    return schema


@cache
def _members() -> Mapping[str, set[str]]:
    """Return the members of each enumeration, by its name with namespace."""
    return {
        f"{NAMESPACE}.{one.get('Name')}": {str(member.get("Name")) for member in one}
        for one in _schema().iter(f"{_EDM}EnumType")
    }


@cache
def _entities() -> Mapping[str, ODataEntity]:
    types = {f"{NAMESPACE}.{one.get('Name')}": one for one in _schema().iter(f"{_EDM}EntityType")}
    sets = {str(one.get("Name")): str(one.get("EntityType")) for one in _schema().iter(f"{_EDM}EntitySet")}
    collections = {f"Collection({type_name})": name for name, type_name in sets.items()}
    found = {}
    for name, type_name in sets.items():
        declared = types[type_name]
        properties = {
            str(one.get("Name")): ODataProperty(
                str(one.get("Type")),
                one.get("Nullable") != "false",
                int(length) if (length := one.get("MaxLength")) else None,
            )
            for one in declared.iter(f"{_EDM}Property")
        }
        below = declared.iter(f"{_EDM}NavigationProperty")
        found[name] = ODataEntity(
            properties, {str(one.get("Name")): collections[str(one.get("Type"))] for one in below}
        )
    return found
