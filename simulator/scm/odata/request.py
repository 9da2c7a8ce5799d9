"""Read a URL: a collection, a row by its key, an action, and the options of a query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl, unquote

from simulator.scm.edm import EdmValue, Enumeration, Text
from simulator.scm.entities import COMPANY, ENTITY_SETS, EntitySet
from simulator.scm.odata.errors import ODataError

NAMESPACE = "Microsoft.Dynamics.DataEntities"

_RESOURCE = re.compile(rf"/(?P<set>\w+)(?:\((?P<key>.*)\))?(?:/{re.escape(NAMESPACE)}\.(?P<action>\w+))?", re.DOTALL)
_KEY = re.compile(r"\s*(?:(?P<name>\w+)\s*=\s*)?(?P<value>(?:[\w.]*'(?:[^']|'')*')|[^,']+?)\s*(?:,|$)")
_OPTIONS = frozenset({"$filter", "$count", "$orderby", "$skip", "$top", "$expand", "$select"})
_CROSS_COMPANY = "cross-company"


@dataclass(frozen=True)
class Query:
    """The options of a query; everything in the default company unless it says otherwise."""

    filter: str = ""
    order: tuple[tuple[str, bool], ...] = ()
    """Fields, each with True if it descends."""

    skip: int = 0
    top: int | None = None
    select: tuple[str, ...] = ()
    """The fields to show; empty for all."""

    expand: bool = False
    count: bool = False
    cross_company: bool = False


@dataclass(frozen=True)
class Resource:
    """The meaning of a path."""

    entity_set: EntitySet
    key: Mapping[str, EdmValue] | None = None
    action: str = ""
    query: Query = Query()


def parse_resource(url: str) -> Resource:
    """Read a URL below `/data`, still percent-encoded. Raises ODataError 404 for what is not there, and 400."""
    path, _, query = url.partition("?")
    match = _RESOURCE.fullmatch(unquote(path).rstrip("/"))
    entity_set = ENTITY_SETS.get(match["set"]) if match else None
    if match is None or entity_set is None:
        raise ODataError(404, "no such resource")
    key = None if match["key"] is None else parse_key(entity_set, match["key"])
    return Resource(entity_set, key, match["action"] or "", parse_query(entity_set, query))


def parse_key(entity_set: EntitySet, text: str) -> dict[str, EdmValue]:
    """Read a key, whose parts come in any order. Raises ODataError 400 unless every part is there, once."""
    found: dict[str, EdmValue] = {}
    position = 0
    while position < len(text):
        part = _KEY.match(text, position)
        if part is None:
            raise ODataError(400, "the key cannot be read")
        name = part["name"] or (entity_set.keys[0] if len(entity_set.keys) == 1 else "")
        if name not in entity_set.keys or name in found:
            raise ODataError(400, "a part of the key is unknown, or there twice")
        found[name] = _key_value(entity_set, name, part["value"])
        position = part.end()
    if missing := [name for name in entity_set.keys if name not in found]:
        raise ODataError(400, f"the key lacks {', '.join(missing)}")
    return found


def _key_value(entity_set: EntitySet, name: str, text: str) -> EdmValue:
    edm = entity_set.fields[name].type
    quoted = re.fullmatch(r"([\w.]*)'(.*)'", text, re.DOTALL)
    value: object = quoted[2].replace("''", "'") if quoted else text
    if quoted and quoted[1] and not (isinstance(edm, Enumeration) and quoted[1].rpartition(".")[2] == edm.name):
        raise ODataError(400, f"{name} is of another type")
    if not quoted and isinstance(edm, Text | Enumeration):
        raise ODataError(400, f"{name} is a text, in quotes")
    if not quoted:
        number = re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", text)
        if number is None:
            raise ODataError(400, f"{name} is a number")
        value = Decimal(text) if number[1] else int(text)
    try:
        stored = edm.to_stored(value)
    except ValueError as why:
        raise ODataError(400, f"{name}: {why}") from None
    return str(stored).lower() if name == COMPANY else stored


def parse_query(entity_set: EntitySet, query: str) -> Query:
    """Read the options. Raises ODataError 400 for one that the product does not have."""
    options: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        option = name.lower()
        if option.startswith("$") and option not in _OPTIONS:
            raise ODataError(400, "a query option is not supported")
        if option in options:
            raise ODataError(400, "a query option stands twice")
        options[option] = value
    return Query(
        filter=options.get("$filter", ""),
        order=_order(entity_set, options.get("$orderby", "")),
        skip=_number("$skip", options.get("$skip", "0")),
        top=_number("$top", options["$top"]) if "$top" in options else None,
        select=_fields(entity_set, options.get("$select", "")),
        expand=_expand(entity_set, options.get("$expand", "")),
        count=options.get("$count", "").lower() == "true",
        cross_company=options.get(_CROSS_COMPANY, "").lower() == "true",
    )


def _order(entity_set: EntitySet, text: str) -> tuple[tuple[str, bool], ...]:
    order: list[tuple[str, bool]] = []
    for part in filter(None, map(str.strip, text.split(","))):
        name, _, direction = part.partition(" ")
        if direction.strip() not in ("", "asc", "desc"):
            raise ODataError(400, "$orderby has asc and desc alone")
        order.extend((field, direction.strip() == "desc") for field in _fields(entity_set, name))
    return tuple(order)


def _fields(entity_set: EntitySet, text: str) -> tuple[str, ...]:
    names = tuple(filter(None, map(str.strip, text.split(","))))
    if names == ("*",):
        return ()
    if any(name not in entity_set.fields for name in names):
        raise ODataError(400, f"the entity has no such field: {entity_set.type_name}")
    return names


def _expand(entity_set: EntitySet, text: str) -> bool:
    if text and text.strip() != entity_set.lines:
        raise ODataError(400, "$expand names no navigation property of this entity; one level is supported")
    return bool(text)


def _number(option: str, text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise ODataError(400, f"{option} is a whole number")
    return int(text)
