"""What goes over the edges of one scenario: events to the webhook, calls to ICI, messages to the ECC systems.

A mode lets its edges go through the taps of a `Traffic`; nothing is looked at inside of a middleware.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Condition
from typing import Any, NamedTuple, TypeAlias, cast

from simulator.apim.webhook import Reply, Webhook
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.icertis.rest import Answer, RestSite

ICI, APIM, CPI, CALM = "ICI", "API Management", "CPI", "Cloud ALM"
SCENARIO = "the scenario"
"""Who calls a system past the middleware."""


class Event(NamedTuple):
    """A body that reached the webhook."""

    body: bytes
    has_key: bool
    """Whether an API key was shown; the key itself is not kept."""


class Call(NamedTuple):
    """A call to ICI."""

    method: str
    path: str


class EccMessage(NamedTuple):
    """A call of the function module of an ECC system."""

    fields: Mapping[str, str]
    organisations: Sequence[str] | None


Request: TypeAlias = Event | Call | EccMessage


class Lost(NamedTuple):
    """In place of an answer: why none came."""

    why: str


@dataclass
class Exchange:
    """A request and its answer."""

    sender: str
    receiver: str
    request: Request
    began: int
    ended: int = 0
    """Where both stand in the order of everything that went over the edges, from 1."""

    answer: Reply | Answer | list[Bapiret2] | Lost | None = None


class Traffic:
    """The exchanges of one scenario. The taps may be used by several threads."""

    def __init__(self, clock: Callable[[], int] | None = None, *, keeping: bool = True) -> None:
        """`clock` gives the order in place of counting, where several processes have to agree on it.

        Without `keeping` nothing is kept until `keep`.
        """
        self._clock = clock
        self._keeping = keeping
        self._changed = Condition()
        self._going = 0
        self.begin()

    def begin(self) -> None:
        """Begin anew, with the next scenario."""
        with self._changed:
            self._tick = self._clock or count(1).__next__
            self._done: list[Exchange] = []

    def keep(self) -> None:
        """From now on, keep what goes over the edges until it is taken."""
        self._keeping = True

    def take(self) -> list[Exchange]:
        """The exchanges that ended since they were taken last, in the order in which they began."""
        with self._changed:
            taken, self._done = self._done, []
        return sorted(taken, key=lambda one: one.began)

    def wait_idle(self, seconds: float) -> bool:
        """Wait until no exchange is under way, for so long at most. Returns whether none is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._going, seconds)

    def site(self, site: RestSite) -> RestSite:
        """A site that answers as `site` does."""
        return _Site(site, self)

    def webhook(self, webhook: Webhook) -> Webhook:
        """A webhook that takes events as `webhook` does."""
        return _Webhook(webhook, self)

    def target(self, name: str, system: EccSystem, sender: str = CPI) -> EccSystem:
        """A function module that hands everything on to that of a system; other attributes are the system's own."""
        return cast("EccSystem", _Target(name, system, sender, self))

    @contextmanager
    def going(self, sender: str, receiver: str, request: Request) -> Iterator[Exchange]:
        """One exchange; where no answer is put into it, it is lost in the way of the exception."""
        with self._changed:
            exchange = Exchange(sender, receiver, request, self._tick())
            self._going += 1
        try:
            yield exchange
        except BaseException as failure:
            exchange.answer = Lost(type(failure).__name__)
            raise
        finally:
            with self._changed:
                exchange.ended = self._tick()
                self._going -= 1
                if self._keeping:
                    self._done.append(exchange)
                self._changed.notify_all()


class _Site:
    def __init__(self, site: RestSite, traffic: Traffic) -> None:
        self._site = site
        self._traffic = traffic

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        with self._traffic.going(CPI, ICI, Call(method, path)) as exchange:
            exchange.answer = found = self._site.answer(method, path, headers)
        return found


class _Webhook:
    def __init__(self, webhook: Webhook, traffic: Traffic) -> None:
        self._webhook = webhook
        self._traffic = traffic

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        with self._traffic.going(ICI, APIM, Event(body, has_api_key(headers))) as exchange:
            exchange.answer = reply = self._webhook.receive(body, headers)
        return reply


class _Target:
    def __init__(self, name: str, system: EccSystem, sender: str, traffic: Traffic) -> None:
        self._name = name
        self._system = system
        self._sender = sender
        self._traffic = traffic

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> list[Bapiret2]:
        # A copy: the caller may go on to change what it handed over.
        sent = EccMessage(dict(contract), None if organisations is None else tuple(organisations))
        with self._traffic.going(self._sender, self._name, sent) as exchange:
            exchange.answer = returned = self._system.z_mm_icmcontract_upsert(contract, organisations)
        return returned

    def __getattr__(self, name: str) -> Any:
        return getattr(self._system, name)


def has_api_key(headers: Iterable[str]) -> bool:
    """Whether one of these headers is that of the API key."""
    return any(name.lower() == "apikey" for name in headers)


def payload(event: Event) -> object:
    """The JSON of an event's body. Raises ValueError for a body that is none."""
    try:
        return json.loads(event.body)
    except RecursionError:
        raise ValueError("nested too deep") from None
