"""Record what the connector asks of SCM, and let SCM answer otherwise than it would, as a scenario asks for it."""

import json
from collections import deque
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from threading import Lock
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote

import requests

from harness.doubles.taps import CONNECTOR, SCM, ExchangeLog, ODataCall, names_of_call
from simulator.icertis.rest import Answer
from simulator.scm.odata.service import ODataAnswer, ODataRequest
from simulator.scm.system import make_etag
from simulator.site_transport import InProcessSite, SiteAnswer


class ScmCall(NamedTuple):
    """A request to the data entities of SCM, and the status of its answer; 0 where none arrived."""

    method: str
    resource: str
    """The path below /data, without its query."""

    fields: Mapping[str, object]
    status: int


Fault: TypeAlias = Callable[[Callable[[], SiteAnswer]], SiteAnswer]
"""Gets what answers as usual; returns the answer in its place, or raises requests.RequestException."""


def _cut(_: Callable[[], SiteAnswer]) -> SiteAnswer:
    raise requests.ConnectionError


def _lost(answer: Callable[[], SiteAnswer]) -> SiteAnswer:
    answer()
    raise requests.ConnectionError


def _status(status: int, **headers: str) -> Fault:
    return lambda _: ODataAnswer(status, b"{}", {name.replace("_", "-"): value for name, value in headers.items()})


def outdated(answer: Callable[[], SiteAnswer]) -> SiteAnswer:
    """Answer with entity tags of an earlier version, as if each row had been changed since."""
    found = answer()
    if found.status != 200:
        return found
    content = json.loads(found.body)
    tag = {"@odata.etag": make_etag(0, 0)}
    changed = {"value": [{**row, **tag} for row in content["value"]]} if "value" in content else tag
    return ODataAnswer(found.status, json.dumps({**content, **changed}).encode(), found.headers)


FAULTS: Mapping[str, Fault] = {
    "429 Too Many Requests, and asks for 90 seconds": _status(429, Retry_After="90"),
    "503 Service Unavailable": _status(503),
    "500 Internal Server Error": _status(500),
    "412 Precondition Failed": _status(412),
    "401 Unauthorized": _status(401),
    "an answer that somebody outdates right after it": outdated,
    "no answer, and does nothing": _cut,
    "no answer, after it has done it": _lost,
}
"""Words of a feature to fault."""


_KEPT_CALLS = 10_000


class FaultyScm:
    """A tap in front of SCM that lets every call pass, records it, and replaces some answers."""

    def __init__(self, log: ExchangeLog) -> None:
        """`log` gets every call, as those of the other systems."""
        self._log = log
        self.calls: deque[ScmCall] = deque(maxlen=_KEPT_CALLS)
        self._keeping = Lock()
        self._once: list[tuple[str, str, Fault]] = []
        self._at: dict[int, Fault] = {}

    def fail_once(self, method: str, collection: str, words: str) -> None:
        """Let the next such call of a collection end in a fault."""
        self._once.append((method, collection, FAULTS[words]))

    def fail_at(self, number: int, fault: Fault) -> None:
        """Let a call end in a fault: the next one is number 0."""
        self._at[len(self.calls) + number] = fault

    def clear(self) -> None:
        """Forget all calls and faults."""
        self.calls.clear()
        self._once.clear()
        self._at.clear()

    def withhold(self, names: Collection[str]) -> None:
        """Keep nothing of a call that has one of these names, in lower case, but its place, collection and status."""
        with self._keeping:
            for place, call in enumerate(self.calls):
                if not names_of_call(call.resource, call.fields).isdisjoint(names):
                    self.calls[place] = ScmCall(call.method, call.resource.partition("(")[0], {}, call.status)

    def around(self, request: ODataRequest, usual: Callable[[], SiteAnswer]) -> SiteAnswer:
        """Answer a request to OData by `usual`, or by a fault in its place."""
        method, content = request.method, dict[str, object]()
        resource = unquote(request.url.removeprefix("/").partition("?")[0])
        if request.body and request.headers.get("content-type") == "application/json":
            with suppress(ValueError, RecursionError):
                content = json.loads(request.body)
        try:
            with self._log.record(CONNECTOR, SCM, ODataCall(method, resource, content)) as exchange:
                fault = self._fault(method, resource.partition("(")[0])
                found = fault(usual) if fault else usual()
                exchange.answer = Answer(found.status, b"")
        except requests.RequestException:
            self._keep(ScmCall(method, resource, content, 0))
            raise
        self._keep(ScmCall(method, resource, content, found.status))
        return found

    def _keep(self, call: ScmCall) -> None:
        with self._keeping:
            self.calls.append(call)

    def site(self, site: InProcessSite) -> InProcessSite:
        """Return a site that answers as `site` does, but for the faults."""

        def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> SiteAnswer:
            lower = {name.lower(): value for name, value in headers.items()}
            request = ODataRequest(method, path.removeprefix("/data"), lower, body, "")
            return self.around(request, lambda: site(method, path, headers, body))

        return answer

    def _fault(self, method: str, collection: str) -> Fault | None:
        once = next((one for one in self._once if one[:2] == (method, collection)), None)
        if once:
            self._once.remove(once)
            return once[2]
        return self._at.pop(len(self.calls), None)
