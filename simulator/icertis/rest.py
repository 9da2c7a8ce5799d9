"""The REST calls of ICI, without a transport: a request in, an answer out, every request recorded."""

import json
import random
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from operator import is_
from types import MappingProxyType
from typing import NamedTuple, Protocol
from urllib.parse import unquote
from weakref import WeakKeyDictionary
from zlib import crc32

from simulator.icertis.agreement import MASTER, Agreement
from simulator.icertis.authentication import Authenticator
from simulator.icertis.listing import LISTING_PATH, PAGE_PARAMETER, Summary, make_page
from simulator.icertis.renewal import RENEWAL_DATE, RENEWAL_TERM
from simulator.icertis.tenant import IcertisTenant
from simulator.icertis.unmapped_fields import make_unmapped_fields

CALL_1_PATH = re.compile(r"/v[0-9]+/agreements/(?P<type>[^/]+)/(?P<id>[^/]+)")
CALL_2_PATH = re.compile(CALL_1_PATH.pattern + r"/associatinginstances/(?P<entity>[^/]+)")


_MAX_CACHED = 1000
"""The most answers that are kept ready."""


class IcertisRequest(NamedTuple):
    """A request to ICI, as far as it can be observed from outside the middleware."""

    method: str
    path: str


JSON: Mapping[str, str] = MappingProxyType({"Content-Type": "application/json"})


class Answer(NamedTuple):
    """An HTTP answer, JSON by default."""

    status: int
    body: bytes
    headers: Mapping[str, str] = JSON


class RestSite(Protocol):
    """A server of ICI's REST calls."""

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Answer one request. Raises requests.RequestException if the answer does not arrive completely."""


def without_body(site: RestSite) -> Callable[[str, str, Mapping[str, str], bytes], Answer]:
    """Return what answers as a site does, and drops the body that a request has."""
    return lambda method, path, headers, _: site.answer(method, path, headers)


class IcertisRest:
    """The REST API of a tenant."""

    def __init__(
        self, tenant: IcertisTenant, authenticator: Authenticator, seed: int = 0, kept_requests: int = 10_000
    ) -> None:
        """`seed` decides the order of the fields and the values of unmapped ones."""
        self._tenant = tenant
        self._authenticator = authenticator
        self._seed = seed
        self._cached_bodies: WeakKeyDictionary[Agreement, _CachedBody] = WeakKeyDictionary()
        self.requests: deque[IcertisRequest] = deque(maxlen=kept_requests)
        """The last requests with a valid credential."""

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        """Answer one request as ICI would, also with ICI's errors."""
        if not self._authenticator.is_authorised(headers):
            refused = error_answer(401, "Unauthorized", "The request has no valid credential", "Authorization")
            return refused._replace(headers={**refused.headers, "WWW-Authenticate": 'Bearer realm="icertis"'})
        self.requests.append(IcertisRequest(method, path))
        if method not in ("GET", "HEAD"):  # the server drops the body of an answer to HEAD
            refused = error_answer(405, "MethodNotAllowed", "The resource can only be read", "")
            return refused._replace(headers={**refused.headers, "Allow": "GET, HEAD"})
        if call := CALL_1_PATH.fullmatch(path):
            agreement = self._tenant.find(call["type"], unquote(call["id"]))
            return not_found("agreementId") if agreement is None else _in_envelope(self._detail_body(agreement))
        if call := CALL_2_PATH.fullmatch(path):
            agreement = self._tenant.find(call["type"], unquote(call["id"]))
            if agreement is None:
                return not_found("agreementId")
            if call["entity"].lower() != MASTER.name.lower():
                return not_found("associatingEntityName")
            return _in_envelope(b"[%b]" % b", ".join(map(self._detail_body, agreement.masters)))
        if call := LISTING_PATH.fullmatch(path):
            return listing_answer(
                [_summary(agreement) for agreement in self._tenant.of_type(call["type"])], call["query"]
            )
        return not_found("path")

    def _detail_body(self, agreement: Agreement) -> bytes:
        """Serialise the detail of an agreement; cached until the agreement changes."""
        state = _state(agreement)
        cached = self._cached_bodies.get(agreement)
        if cached is None or not cached.is_current(state):
            cached = _CachedBody(state, json.dumps(self.detail(agreement)).encode())
            if len(self._cached_bodies) >= _MAX_CACHED:
                self._cached_bodies.clear()
            self._cached_bodies[agreement] = cached
        return cached.body

    def detail(self, agreement: Agreement) -> dict[str, object]:
        """Make every field of an agreement, mapped and unmapped, in an order given by the seed."""
        seed = self._seed ^ crc32(agreement.sys_id.lower().encode())
        fields = make_unmapped_fields(seed)
        fields.update(
            {
                "SysId": agreement.sys_id,
                "ICMAgreementCode": agreement.code,
                "ICMStatus": agreement.status.value,
                # Made-up renewals would never come.
                RENEWAL_DATE: "",
                RENEWAL_TERM: "",
                # Every agreement has the field; it is blank without a parent.
                "ICMParentContractId": agreement.parent.code if agreement.parent else "",
            }
        )
        if agreement.parent:
            fields["ICMParentEntityInstanceId"] = agreement.parent.sys_id
        fields.update(agreement.attributes)
        items = [(name, render_value(name, value)) for name, value in fields.items() if value is not ABSENT]
        random.Random(seed).shuffle(items)
        return dict(items)


class _CachedBody(NamedTuple):
    """The last answer about an agreement, and the state it was made from."""

    state: tuple[object, ...]
    body: bytes

    def is_current(self, state: tuple[object, ...]) -> bool:
        """Compare by identity: 1 equals True, but is another JSON."""
        return len(state) == len(self.state) and all(map(is_, state, self.state))


def _state(agreement: Agreement) -> tuple[object, ...]:
    """Collect everything that can change in an answer. Values are replaced, never modified."""
    parent, attributes = agreement.parent, agreement.attributes
    ours = (agreement.status, agreement.code, parent, parent and parent.code)
    return (*ours, *attributes, *attributes.values())


def _summary(agreement: Agreement) -> Summary:
    return {"SysId": agreement.sys_id, "ICMAgreementCode": agreement.code, "ICMStatus": agreement.status.value}


ABSENT = object()
"""As an attribute's value: the answer lacks the field."""


class RawJson(NamedTuple):
    """As an attribute's value: JSON that is answered unchanged, also where the field usually has another shape."""

    json: object


def render_value(name: str, value: object) -> object:
    """Convert the value of a field to the shape in which ICI answers it."""
    if isinstance(value, RawJson):
        return value.json
    if name == "ICMLegalEntityCode":
        return [{"DisplayValue": value}]
    if name == "ICMTotalContractValue":
        return {"Value": value}
    return value


def data_answer(content: object) -> Answer:
    """Answer with data in ICI's envelope."""
    return _in_envelope(json.dumps(content).encode())


def _in_envelope(content: bytes) -> Answer:
    return Answer(200, b'{"Data": %b, "Messages": []}' % content)


def listing_answer(summaries: Sequence[Summary], query: str | None) -> Answer:
    """Answer with the page that `query` names."""
    try:
        return Answer(200, json.dumps(make_page(summaries, query)).encode())
    except ValueError:
        return error_answer(400, "BadRequest", "There is no such page", PAGE_PARAMETER)


def error_answer(status: int, code: str, message: str, field: str) -> Answer:
    """Answer with an error in ICI's shape."""
    body = {"Data": None, "Messages": [{"code": code, "message": message, "field": field}]}
    return Answer(status, json.dumps(body).encode())


def not_found(field: str) -> Answer:
    return error_answer(404, "NotFound", "There is no such resource", field)
