"""Record the exchanges of one scenario: events to the webhook, calls to ICI, messages to the ECC systems.

An environment wraps the webhook, ICI and the function modules in the taps of an `ExchangeLog`. Nothing inside of a
middleware is recorded.
"""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Condition
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias, TypeVar, cast

from simulator.apim.cloud_events import binary_attributes, structured
from simulator.apim.webhook import Reply, Webhook
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.icertis.agreement import TYPES
from simulator.icertis.rest import Answer, RestSite
from simulator.json_support import read_json_marking_repeats
from simulator.site_transport import SiteAnswer

ICI, APIM, CPI = "ICI", "API Management", "CPI"
CONNECTOR, SCM = "connector", "SCM"
A = TypeVar("A", bound=SiteAnswer)
SiteOf: TypeAlias = Callable[[str, str, Mapping[str, str], bytes], A]
"""Gets method, path, headers and body."""

SCENARIO = "the scenario"
"""The sender of calls past the middleware."""


class WebhookPost(NamedTuple):
    """A body that reached the webhook."""

    body: bytes
    has_key: bool
    """An API key was shown; the key itself is not kept."""

    attributes: Mapping[str, str] = MappingProxyType({})
    """The attributes of a CloudEvent in binary mode, which stand in its headers."""


class Call(NamedTuple):
    """A call to ICI."""

    method: str
    path: str


class EccMessage(NamedTuple):
    """A call of the function module of an ECC system."""

    fields: Mapping[str, str]
    organisations: Sequence[str] | None


class ODataCall(NamedTuple):
    """A call of a data entity of SCM."""

    method: str
    resource: str
    """The path below /data, without its query."""

    fields: Mapping[str, object]


_KEY_TEXT = re.compile(r"'((?:[^']|'')*)'")


def names_of_call(resource: str, fields: Mapping[str, object]) -> set[str]:
    """Return the texts, in lower case, by which a call of SCM could name a contract."""
    keys = (text.replace("''", "'") for text in _KEY_TEXT.findall(resource))
    return {text.lower() for text in (*keys, *fields.values()) if isinstance(text, str)}


ExchangeRequest: TypeAlias = WebhookPost | Call | EccMessage | ODataCall


class NoAnswer(NamedTuple):
    """The answer of an exchange that ended without one."""

    why: str


@dataclass
class Exchange:
    """A request and its answer."""

    sender: str
    receiver: str
    request: ExchangeRequest
    began: int
    ended: int = 0
    """Positions of both ends in the order of all exchanges, from 1."""

    answer: Reply | Answer | list[Bapiret2] | NoAnswer | None = None


_ABOUT = re.compile(r"/v[0-9]+/agreements/(?P<type>\w+)")

_MAX_EXCHANGES = 10_000
"""The most exchanges that wait for whoever asks for them; the oldest go first."""


def _is_probe(request: ExchangeRequest) -> bool:
    """Recognise what the monitoring asks: a message without any value, and a call of the root of ICI's API."""
    if isinstance(request, Call):
        return request.path == "/"
    return isinstance(request, EccMessage) and request.organisations is None and not any(request.fields.values())


class ExchangeLog:
    """The exchanges of one scenario. Several threads may use the taps."""

    def __init__(self, clock: Callable[[], int] | None = None, *, recording: bool = True) -> None:
        """Create an empty log. It orders exchanges by counting, or by a `clock` on which several processes agree.

        Without `recording`, exchanges are dropped until `start_recording`.
        """
        self._clock = clock
        self._recording = recording
        self._changed = Condition()
        self._under_way = 0
        self._watchers: list[Callable[[Exchange], object]] = []
        self.reset()

    def reset(self) -> None:
        """Forget all exchanges and count from 1 again."""
        with self._changed:
            self._tick = self._clock or count(1).__next__
            self._done: deque[Exchange] = deque(maxlen=_MAX_EXCHANGES)
            self.overheard: list[str] = []
            """All that was sent to the systems, as text, also what is no message there; no evidence shows it."""

    def start_recording(self) -> None:
        self._recording = True

    def watch(self, watcher: Callable[[Exchange], object]) -> None:
        """Call a watcher when an exchange begins and when it ends, in the thread of the exchange: it must be quick."""
        self._watchers.append(watcher)

    def _tell(self, exchange: Exchange) -> None:
        if self._watchers and not _is_probe(exchange.request):
            for watcher in self._watchers:
                watcher(exchange)

    def drain(self) -> list[Exchange]:
        """Return the exchanges that ended since the last call, in the order in which they began."""
        with self._changed:
            drained = [*self._done]
            self._done.clear()
        return sorted(drained, key=lambda one: one.began)

    def wait_idle(self, seconds: float) -> bool:
        """Wait at most `seconds` until no exchange is under way. Return False if one still is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._under_way, seconds)

    def site(self, site: RestSite) -> RestSite:
        """Return a site that answers as `site` does."""
        return _TappedSite(site, self)

    def integration(self, site: SiteOf[A]) -> SiteOf[A]:
        """Return a site of ICI that answers the connector as `site` does."""

        def recorded(method: str, path: str, headers: Mapping[str, str], body: bytes) -> A:
            with self.record(CONNECTOR, ICI, Call(method, path)) as exchange:
                found = site(method, path, headers, body)
                exchange.answer = Answer(found.status, found.body)
            return found

        return recorded

    def webhook(self, webhook: Webhook) -> Webhook:
        """Return a webhook that receives events as `webhook` does."""
        return _TappedWebhook(webhook, self)

    def target(self, name: str, system: EccSystem, sender: str = CPI) -> EccSystem:
        """Return a system whose function module is recorded; its other attributes are those of `system`."""
        return cast("EccSystem", _TappedSystem(name, system, sender, self))

    @contextmanager
    def record(self, sender: str, receiver: str, request: ExchangeRequest) -> Iterator[Exchange]:
        """Record one exchange, whose answer the caller sets; an exception becomes its NoAnswer."""
        with self._changed:
            exchange = Exchange(sender, receiver, request, self._tick())
            self._under_way += 1
        self._tell(exchange)
        try:
            yield exchange
        except BaseException as failure:
            exchange.answer = NoAnswer(type(failure).__name__)
            raise
        finally:
            with self._changed:
                exchange.ended = self._tick()
                self._under_way -= 1
                if self._recording and not _is_probe(exchange.request):
                    self._done.append(exchange)
                self._changed.notify_all()
            self._tell(exchange)


def _caller(path: str) -> str:
    """Return who asks ICI for this: CPI for the types of the interface to ECC, else the connector."""
    about = _ABOUT.match(path)
    return CPI if about is None or about["type"].removesuffix("Amendment") in TYPES else CONNECTOR


class _TappedSite:
    def __init__(self, site: RestSite, log: ExchangeLog) -> None:
        self._site = site
        self._log = log

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        with self._log.record(_caller(path), ICI, Call(method, path)) as exchange:
            exchange.answer = found = self._site.answer(method, path, headers)
        return found


class _TappedWebhook:
    def __init__(self, webhook: Webhook, log: ExchangeLog) -> None:
        self._webhook = webhook
        self._log = log

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        with self._log.record(
            ICI, APIM, WebhookPost(body, has_api_key(headers), binary_attributes(headers))
        ) as exchange:
            exchange.answer = reply = self._webhook.receive(body, headers)
        return reply


class _TappedSystem:
    def __init__(self, name: str, system: EccSystem, sender: str, log: ExchangeLog) -> None:
        self._name = name
        self._system = system
        self._sender = sender
        self._log = log

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> list[Bapiret2]:
        # A copy: the caller may go on to change what it handed over.
        sent = EccMessage(dict(contract), None if organisations is None else tuple(organisations))
        with self._log.record(self._sender, self._name, sent) as exchange:
            exchange.answer = returned = self._system.z_mm_icmcontract_upsert(contract, organisations)
        return returned

    def __getattr__(self, name: str) -> Any:
        return getattr(self._system, name)


def has_api_key(headers: Iterable[str]) -> bool:
    """Return True if one of these header names is that of the API key."""
    return any(name.lower() == "apikey" for name in headers)


def parse_payload(post: WebhookPost) -> object:
    """Parse the JSON of an event's body, and join it with what stands in its headers. Raises ValueError."""
    try:
        return structured(post.attributes, read_json_marking_repeats(post.body))
    except RecursionError:
        raise ValueError("nested too deep") from None
