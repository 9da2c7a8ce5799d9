"""The REST calls of ICI, free of any transport: a request in, an answer out, every request recorded."""

import json
import random
import re
from collections.abc import Mapping, Sequence
from operator import is_
from types import MappingProxyType
from typing import NamedTuple, Protocol
from urllib.parse import unquote
from weakref import WeakKeyDictionary
from zlib import crc32

from simulator.icertis.agreement import MASTER, Agreement
from simulator.icertis.authentication import Access
from simulator.icertis.listing import LISTING, PAGE, Summary, page
from simulator.icertis.tenant import IcertisTenant
from simulator.icertis.unmapped_fields import other_fields

CALL_1 = re.compile(r"/v[0-9]+/agreements/(?P<type>[^/]+)/(?P<id>[^/]+)")
CALL_2 = re.compile(CALL_1.pattern + r"/associatinginstances/(?P<entity>[^/]+)")


class Request(NamedTuple):
    """What ICI was asked, as a middleware could be observed to ask it."""

    method: str
    path: str


JSON: Mapping[str, str] = MappingProxyType({"Content-Type": "application/json"})


class Answer(NamedTuple):
    """An HTTP answer, of JSON unless its headers say otherwise."""

    status: int
    body: bytes
    headers: Mapping[str, str] = JSON


class RestSite(Protocol):
    """Anything that answers REST calls as ICI does."""

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Answer one request; raises requests.RequestException for an answer that never comes, or not whole."""


class IcertisRest:
    """The REST API of a tenant."""

    def __init__(self, tenant: IcertisTenant, access: Access, seed: int = 0) -> None:
        """`access` says who may call; `seed` decides the order of the fields and the noise."""
        self._tenant = tenant
        self._access = access
        self._seed = seed
        self._written: WeakKeyDictionary[Agreement, _CachedBody] = WeakKeyDictionary()
        self.requests: list[Request] = []

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Answer one request as ICI would, with its own shape of errors where it would refuse."""
        self.requests.append(Request(method, path))
        if not self._access.admits(headers):
            return error(401, "Unauthorized", "The request has no valid credential", "Authorization")
        if method != "GET":
            refused = error(405, "MethodNotAllowed", "The resource can only be read", "")
            return refused._replace(headers={**refused.headers, "Allow": "GET"})
        if call := CALL_1.fullmatch(path):
            agreement = self._tenant.find(call["type"], unquote(call["id"]))
            return not_found("agreementId") if agreement is None else _enveloped(self._as_json(agreement))
        if call := CALL_2.fullmatch(path):
            agreement = self._tenant.find(call["type"], unquote(call["id"]))
            if agreement is None:
                return not_found("agreementId")
            if call["entity"].lower() != MASTER.name.lower():
                return not_found("associatingEntityName")
            return _enveloped(b"[%b]" % b", ".join(map(self._as_json, agreement.masters)))
        if call := LISTING.fullmatch(path):
            return listed([_summary(agreement) for agreement in self._tenant.of_type(call["type"])], call["query"])
        return not_found("path")

    def _as_json(self, agreement: Agreement) -> bytes:
        """The detail of an agreement as it goes out; made once, and again when anything of it has changed."""
        state = _state(agreement)
        written = self._written.get(agreement)
        if written is None or not written.is_current(state):
            written = _CachedBody(state, json.dumps(self.detail(agreement)).encode())
            self._written[agreement] = written
        return written.body

    def detail(self, agreement: Agreement) -> dict[str, object]:
        """Every field of an agreement, in the order that the seed gives."""
        seed = self._seed ^ crc32(agreement.sys_id.lower().encode())
        fields = other_fields(seed)
        fields.update(
            {
                "SysId": agreement.sys_id,
                "ICMAgreementCode": agreement.code,
                "ICMStatus": agreement.status.value,
                # The field is there with every agreement, and blank where there is no parent.
                "ICMParentContractId": agreement.parent.code if agreement.parent else "",
            }
        )
        if agreement.parent:
            fields["ICMParentEntityInstanceId"] = agreement.parent.sys_id
        fields.update(agreement.attributes)
        items = [(name, rendered(name, value)) for name, value in fields.items() if value is not ABSENT]
        random.Random(seed).shuffle(items)
        return dict(items)


class _CachedBody(NamedTuple):
    """An agreement as it was answered last."""

    state: tuple[object, ...]
    body: bytes

    def is_current(self, state: tuple[object, ...]) -> bool:
        """Whether nothing was put in place of anything; by identity, for 1 equals True and is another JSON."""
        return len(state) == len(self.state) and all(map(is_, state, self.state))


def _state(agreement: Agreement) -> tuple[object, ...]:
    """Everything of an agreement that is answered and can change; a value is replaced and never changed itself."""
    parent, attributes = agreement.parent, agreement.attributes
    ours = (agreement.status, agreement.code, parent, parent and parent.code)
    return (*ours, *attributes, *attributes.values())


def _summary(agreement: Agreement) -> Summary:
    return {"SysId": agreement.sys_id, "ICMAgreementCode": agreement.code, "ICMStatus": agreement.status.value}


ABSENT = object()
"""As an attribute's value: the field is not in the answer at all."""


class RawJson(NamedTuple):
    """As an attribute's value: JSON to be answered as it is, whatever its field usually looks like."""

    json: object


def rendered(name: str, value: object) -> object:
    """The value of a field in the shape in which ICI answers it."""
    if isinstance(value, RawJson):
        return value.json
    if name == "ICMLegalEntityCode":
        return [{"DisplayValue": value}]
    if name == "ICMTotalContractValue":
        return {"Value": value}
    return value


def data(content: object) -> Answer:
    """An answer in ICI's envelope."""
    return _enveloped(json.dumps(content).encode())


def _enveloped(content: bytes) -> Answer:
    return Answer(200, b'{"Data": %b, "Messages": []}' % content)


def listed(summaries: Sequence[Summary], query: str | None) -> Answer:
    """The page that `query` asks for."""
    try:
        return Answer(200, json.dumps(page(summaries, query)).encode())
    except ValueError:
        return error(400, "BadRequest", "There is no such page", PAGE)


def error(status: int, code: str, message: str, field: str) -> Answer:
    """An ICI-shaped error."""
    body = {"Data": None, "Messages": [{"code": code, "message": message, "field": field}]}
    return Answer(status, json.dumps(body).encode())


def not_found(field: str) -> Answer:
    return error(404, "NotFound", "There is no such resource", field)
