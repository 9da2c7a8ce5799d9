"""Record what the connector asks of SCM, and let SCM answer otherwise than it would, as a scenario asks for it."""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias
from urllib.parse import unquote

import requests

from harness.doubles.taps import CONNECTOR, SCM, ExchangeLog, ODataCall
from simulator.icertis.rest import Answer
from simulator.scm.odata.service import ODataAnswer
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
    raise requests.ReadTimeout


def _status(status: int, **headers: str) -> Fault:
    return lambda _: ODataAnswer(status, b"{}", {name.replace("_", "-"): value for name, value in headers.items()})


FAULTS: Mapping[str, Fault] = {
    "429 Too Many Requests, and asks for 90 seconds": _status(429, Retry_After="90"),
    "503 Service Unavailable": _status(503),
    "500 Internal Server Error": _status(500),
    "412 Precondition Failed": _status(412),
    "401 Unauthorized": _status(401),
    "no answer, and does nothing": _cut,
    "no answer, after it has done it": _lost,
}
"""Words of a feature to fault."""


class FaultyScm:
    """A site in front of SCM that forwards every call, records it, and replaces some answers."""

    def __init__(self, site: InProcessSite, log: ExchangeLog) -> None:
        """`log` gets every call, as those of the other systems."""
        self._site = site
        self._log = log
        self.calls: list[ScmCall] = []
        self._once: list[tuple[str, str, Fault]] = []
        self._at: dict[int, Fault] = {}

    def fail_once(self, method: str, collection: str, words: str) -> None:
        """Let the next such call of a collection end in a fault."""
        self._once.append((method, collection, FAULTS[words]))

    def fail_at(self, number: int, fault: Fault) -> None:
        """Let a call end in a fault: the next one is number 0."""
        self._at[len(self.calls) + number] = fault

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> SiteAnswer:
        resource = unquote(path.removeprefix("/data/").partition("?")[0])
        content = json.loads(body) if body and headers.get("Content-Type") == "application/json" else {}

        def usual() -> SiteAnswer:
            return self._site(method, path, headers, body)

        try:
            with self._log.record(CONNECTOR, SCM, ODataCall(method, resource, content)) as exchange:
                fault = self._fault(method, resource.partition("(")[0])
                found = fault(usual) if fault else usual()
                exchange.answer = Answer(found.status, b"")
        except requests.RequestException:
            self.calls.append(ScmCall(method, resource, content, 0))
            raise
        self.calls.append(ScmCall(method, resource, content, found.status))
        return found

    def _fault(self, method: str, collection: str) -> Fault | None:
        once = next((one for one in self._once if one[:2] == (method, collection)), None)
        if once:
            self._once.remove(once)
            return once[2]
        return self._at.pop(len(self.calls), None)
