"""The service below `/data`, without a transport: a request in, an answer out."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, func, select

from simulator.json_support import read_json
from simulator.scm.edm import EdmValue, Enumeration
from simulator.scm.entities import COMPANY, ENTITY_SETS, EntitySet, Verb
from simulator.scm.framework import (
    FIRST_VERSION,
    EntityRow,
    MissingRowError,
    RefusedError,
    rows_of,
    select_rows,
    to_row,
)
from simulator.scm.odata.actions import call_action
from simulator.scm.odata.errors import ODataError, error_body, missing_for_update, write_refused
from simulator.scm.odata.metadata import metadata
from simulator.scm.odata.request import NAMESPACE, Query, Resource, parse_resource
from simulator.scm.system import ScmSystem, etag, make_etag, run_kept

_JSON = "application/json; odata.metadata=minimal; odata.streaming=true"
_PAGE_SIZE = re.compile(r"odata\.maxpagesize\s*=\s*(\d{1,6})")

_NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class ODataAnswer(NamedTuple):
    """An HTTP answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = _NO_HEADERS


class ODataRequest(NamedTuple):
    """A request below `/data`."""

    method: str
    url: str
    """Path and query below `/data`, percent-encoded."""

    headers: Mapping[str, str] = _NO_HEADERS
    """By names in lower case."""

    body: bytes = b""
    base: str = "https://scm.example"
    """The URL of the environment, without a slash at its end."""


class ODataService:
    """The data entities of one environment."""

    def __init__(self, system: ScmSystem) -> None:
        self._system = system

    def answer(self, request: ODataRequest) -> ODataAnswer:
        """Answer one request in a transaction of its own, also with the product's errors."""
        try:
            with self._system.transaction() as db:
                return self.run(db, request)
        except ODataError as error:
            return error_answer(error)

    def run(self, db: Connection, request: ODataRequest) -> ODataAnswer:
        """Answer one request inside a transaction. Raises ODataError, after which the transaction must be undone."""
        path = request.url.partition("?")[0].rstrip("/")
        if request.method == "GET" and path == "/$metadata":
            return ODataAnswer(200, metadata(), {"Content-Type": "application/xml"})
        if request.method == "GET" and not path:
            return _service_document(request)
        resource = parse_resource(request.url)
        if not self._system.feature_is_on and resource.entity_set.name.startswith("CLMIntegration"):
            raise ODataError(404, "the feature is switched off")
        if resource.action:
            return self._act(db, request, resource)
        if request.method == "GET":
            return self._read(db, request, resource)
        try:
            verb = {"POST": Verb.INSERT, "PATCH": Verb.UPDATE, "PUT": Verb.UPDATE, "DELETE": Verb.DELETE}[
                request.method
            ]
        except KeyError:
            raise ODataError(405, "the method is not supported") from None
        if verb not in resource.entity_set.verbs or (verb is Verb.INSERT) != (resource.key is None):
            raise ODataError(405, "the method is not supported for this resource")
        try:
            return run_kept(db, resource.entity_set, lambda db: self._write(db, request, resource, verb))
        except RefusedError as refused:
            raise write_refused(resource.entity_set, refused) from None

    def _write(self, db: Connection, request: ODataRequest, resource: Resource, verb: Verb) -> ODataAnswer:
        entity_set, framework = resource.entity_set, self._system.framework
        if verb is Verb.INSERT:
            given = _read_body(request.body)
            if entity_set.has_company and not given.get(COMPANY):
                given[COMPANY] = self._system.default_company
            row, record = framework.create(db, entity_set, given)
            return self._created(request, entity_set, row, make_etag(FIRST_VERSION, record))
        key = resource.key or {}
        if not self._is_reachable(resource):
            raise missing_for_update(entity_set)
        try:
            self._check_version(db, request, entity_set, key)
            if verb is Verb.DELETE:
                framework.delete(db, entity_set, key)
            else:
                given = _read_body(request.body)
                if request.method == "PUT":
                    others = (name for name in entity_set.fields if name not in entity_set.keys)
                    given = dict.fromkeys(others) | given
                framework.update(db, entity_set, key, given)
        except MissingRowError:
            raise missing_for_update(entity_set) from None
        return ODataAnswer(204, b"", {"OData-Version": "4.0"})

    @staticmethod
    def _created(request: ODataRequest, entity_set: EntitySet, row: EntityRow, tag: str) -> ODataAnswer:
        place = f"{request.base}/data/{entity_set.name}({_key_text(entity_set, row)})"
        context = {"@odata.context": f"{request.base}/data/$metadata#{entity_set.name}/$entity"}
        body = context | {"@odata.etag": tag} | row
        return _json_answer(201, body, {"Location": place})

    def _is_reachable(self, resource: Resource) -> bool:
        """Return False for a row of another company than the caller's, unless the request crosses companies."""
        key = resource.key or {}
        company = key.get(COMPANY)
        return resource.query.cross_company or company in (None, self._system.default_company)

    @staticmethod
    def _check_version(
        db: Connection, request: ODataRequest, entity_set: EntitySet, key: Mapping[str, EdmValue]
    ) -> None:
        """Hold `If-Match`; without it the last writer wins (D-133)."""
        asked = request.headers.get("if-match", "*").strip()
        if asked != "*" and asked != etag(db, entity_set, key):
            raise ODataError(412, "the record was changed by somebody else")

    def _act(self, db: Connection, request: ODataRequest, resource: Resource) -> ODataAnswer:
        if request.method != "POST" or resource.key is not None:
            raise ODataError(405, "an action of a collection is called by POST")
        given = _read_body(request.body)
        value = call_action(db, resource.entity_set.name, resource.action, given, request.base)
        return _json_answer(200, {"@odata.context": f"{request.base}/data/$metadata#Edm.String", "value": value})

    def _read(self, db: Connection, request: ODataRequest, resource: Resource) -> ODataAnswer:
        entity_set, query = resource.entity_set, resource.query
        if not entity_set.keeps:
            raise ODataError(405, "an entity that validates only holds no rows")
        if resource.key is None:
            return self._read_many(db, request, entity_set, query)
        row = self._system.framework.find(db, entity_set, resource.key) if self._is_reachable(resource) else None
        if row is None:
            raise ODataError(404, "no such record")
        context = {"@odata.context": f"{request.base}/data/$metadata#{entity_set.name}/$entity"}
        return _json_answer(200, context | _shown(db, entity_set, query, row, etag(db, entity_set, row)))

    def _read_many(self, db: Connection, request: ODataRequest, entity_set: EntitySet, query: Query) -> ODataAnswer:
        from simulator.scm.odata.filter import parameterised  # noqa: PLC0415 - it makes a parser

        shape, values = parameterised(query.filter) if query.filter else ("", {})
        company = self._system.default_company if entity_set.has_company and not query.cross_company else ""
        page = _page_size(request, self._system.max_page)
        wanted = page if query.top is None else min(page, query.top)
        limits = {"skip": query.skip, "most": wanted + 1}
        found = db.execute(_select_page(entity_set, shape, company, query.order), {**values, **limits}).all()
        content: dict[str, object] = {"@odata.context": f"{request.base}/data/$metadata#{entity_set.name}"}
        if query.count:
            counted = select(func.count()).select_from(entity_set.table).where(*_where(entity_set, shape, company))
            content["@odata.count"] = db.execute(counted, values).scalar()
        content["value"] = [
            _shown(db, entity_set, query, to_row(entity_set, row), make_etag(row.RECVERSION, row.RECID))
            for row in found[:wanted]
        ]
        if len(found) > wanted and (query.top is None or query.top > wanted):
            content["@odata.nextLink"] = _next_link(request, query, wanted)
        return _json_answer(200, content)


def _where(entity_set: EntitySet, shape: str, company: str) -> list[ColumnElement[bool]]:
    """Return the conditions of a query: the shape of its filter, and its company unless it crosses all."""
    from simulator.scm.odata.filter import condition  # noqa: PLC0415 - it makes a parser

    of_company = [entity_set.column(COMPANY) == company] if company else []
    return [*([condition(entity_set, shape)] if shape else []), *of_company]


@lru_cache(256)
def _select_page(
    entity_set: EntitySet, shape: str, company: str, order: tuple[tuple[str, bool], ...]
) -> Select[tuple[Any, ...]]:
    """Select a page of the rows of a query; to build this takes longer than to run it."""
    table = entity_set.table
    columns = [table.columns[name].desc() if descends else table.columns[name] for name, descends in order]
    found = select_rows(table).where(*_where(entity_set, shape, company)).order_by(*columns, *table.primary_key)
    return found.offset(bindparam("skip", type_=Integer)).limit(bindparam("most", type_=Integer))


def error_answer(error: ODataError) -> ODataAnswer:
    """Answer with an error."""
    return ODataAnswer(error.status, error_body(error), {"Content-Type": _JSON, "OData-Version": "4.0"})


def _shown(db: Connection, entity_set: EntitySet, query: Query, row: EntityRow, tag: str) -> dict[str, object]:
    names = query.select or tuple(entity_set.fields)
    shown: dict[str, object] = {"@odata.etag": tag, **{name: row[name] for name in names}}
    if query.expand:
        lines = ENTITY_SETS[entity_set.lines]
        shown[entity_set.lines] = rows_of(db, lines, **{name: row[name] for name in entity_set.keys})
    return shown


def _page_size(request: ODataRequest, most: int) -> int:
    preferred = _PAGE_SIZE.search(request.headers.get("prefer", ""))
    return min(most, max(1, int(preferred[1]))) if preferred else most


def _next_link(request: ODataRequest, query: Query, shown: int) -> str:
    path, _, options = request.url.partition("?")
    left = [one for one in options.split("&") if one and not re.match(r"(\$|%24)(skip|top)=", one, re.IGNORECASE)]
    left.append(f"$skip={query.skip + shown}")
    if query.top is not None:
        left.append(f"$top={query.top - shown}")
    return f"{request.base}/data{path}?{'&'.join(left)}"


def _service_document(request: ODataRequest) -> ODataAnswer:
    listed = [{"name": name, "kind": "EntitySet", "url": name} for name in ENTITY_SETS]
    return _json_answer(200, {"@odata.context": f"{request.base}/data/$metadata", "value": listed})


def _read_body(body: bytes) -> dict[str, object]:
    """Read the fields of a body; annotations such as `@odata.type` are passed over."""
    try:
        content = read_json(body)
    except (ValueError, ArithmeticError, RecursionError):
        raise ODataError(400, "the body is no JSON in which every name stands once") from None
    if not isinstance(content, dict):
        raise ODataError(400, "the body is no JSON object")
    return {name: value for name, value in content.items() if "@" not in name}


def _key_text(entity_set: EntitySet, row: Mapping[str, EdmValue]) -> str:
    return ",".join(f"{name}={_literal(entity_set, name, row[name])}" for name in entity_set.keys)


def _literal(entity_set: EntitySet, name: str, value: EdmValue) -> str:
    edm = entity_set.fields[name].type
    if not isinstance(value, str):
        return f"{Decimal(str(value)).normalize():f}" if isinstance(value, float) else str(value)
    quoted = "'" + value.replace("'", "''") + "'"
    return f"{NAMESPACE}.{edm.name}{quoted}" if isinstance(edm, Enumeration) else quoted


def _json_answer(status: int, content: Mapping[str, object], headers: Mapping[str, str] = _NO_HEADERS) -> ODataAnswer:
    return ODataAnswer(status, json.dumps(content).encode(), {"Content-Type": _JSON, "OData-Version": "4.0", **headers})
