"""Keep what has happened on the edges since the last act, and tell the consoles that look on."""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Protocol
from urllib.parse import unquote

from sqlalchemy.exc import SQLAlchemyError

from harness.data_directory import Row
from harness.doubles.taps import CONNECTOR, SCM, Call, EccMessage, Exchange, ODataCall, WebhookPost, names_of_call
from simulator.apim.webhook import Reply
from simulator.icertis.rest import CALL_1_PATH, CALL_2_PATH

MAX_KEPT = 400
"""The exchanges from which the origin of a value can be told."""

MAX_DRAWN = 40
"""The exchanges of one act that are drawn; the oldest go first."""

_MAX_BEFORE = 100
_AT_ONCE_SECONDS = 0.05
"""The wait for what comes together, where nothing was drawn for a while."""

_PACE_SECONDS = 0.25
_PACE_OF_EACH_SECONDS = 0.06
"""The shortest time between two pictures, of all consoles and for each of them: drawing must not slow the flow."""

_NEW_ACT_SECONDS = 2.0
"""The silence after which an event that nobody sent from a console counts as an act of its own."""


class HasTables(Protocol):
    """A system with tables."""

    def tables_of(self, sys_id: str) -> dict[str, list[Row]]:
        """Read what they hold of one System ID."""


class RecentExchanges:
    """The exchanges since the last act, and the rows as they were before it. Several threads may call it."""

    def __init__(self, systems: Mapping[str, HasTables], now: Callable[[], float] = time.monotonic) -> None:
        self._systems = systems
        self._now = now
        self._lock = Lock()
        self._kept = deque[Exchange](maxlen=MAX_KEPT)
        self._last = now()
        self._expected: str | None = None
        self.landscape = 0
        self.picture = 0
        """The number of the picture that consoles are to draw; what changes in between comes with the next one."""

        self.consoles = 0
        """The number of those that look on."""

        self.ended = False
        self._last_wake = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waking = False
        self._news = asyncio.Event()
        self.begin()

    def begin(self, subject: str = "") -> None:
        """Begin an act: from here on, lanes and changes are those of this act, of the console on `subject`."""
        with self._lock:
            self.subject = subject
            self._drawn = deque[Exchange](maxlen=MAX_DRAWN)
            self._before = OrderedDict[tuple[str, str], dict[str, list[Row]]]()
            self._last = self._now()
            self._expected = None
        self.touch()

    def expect(self, subject: str = "") -> None:
        """Let the next event begin an act of the console on the agreement with a System ID; blank for none.

        What sends no event, or is refused, leaves what is shown of the last one.
        """
        self._expected = subject

    def watch(self, exchange: Exchange) -> None:
        """Take an exchange that begins or ends."""
        is_new_act = isinstance(exchange.request, WebhookPost) and not exchange.ended
        if is_new_act and (self._expected is not None or self._now() - self._last > _NEW_ACT_SECONDS):
            self.begin(self._expected or "")
        if not exchange.ended:
            self._remember_before(*_about_to_change(exchange))
        with self._lock:
            self._last = self._now()
            for held in (self._kept, self._drawn):
                if not any(one is exchange for one in held):
                    held.append(exchange)
        self.touch()

    def remember(self, sys_ids: Iterable[str]) -> None:
        """Hold what every system has of some System IDs now: an act follows that need not send anything."""
        for sys_id in sys_ids:
            for system in self._systems:
                self._remember_before(system, sys_id)

    def _remember_before(self, system: str, sys_id: str) -> None:
        place = system, sys_id.lower()
        with self._lock:
            known = place in self._before
        if known or not sys_id or system not in self._systems:
            return
        with suppress(SQLAlchemyError):  # without them, nothing is shown as changed
            rows = self._systems[system].tables_of(sys_id)
            with self._lock:
                self._before[place] = rows
                while len(self._before) > _MAX_BEFORE:
                    self._before.popitem(last=False)

    def forget(self) -> None:
        """Forget everything: the landscape has been emptied."""
        self.landscape += 1
        with self._lock:
            self._kept.clear()
        self.begin()

    def drop(self, names: Collection[str], in_scm: Collection[str] = ()) -> None:
        """Drop what earlier acts have left of confidential agreements.

        `names` are their System IDs and codes, `in_scm` the names, in lower case, by which SCM was told of them.
        """
        hidden, told = {name.lower() for name in names}, {*in_scm}
        with self._lock:
            drawn = {id(one) for one in self._drawn}
            left = [one for one in self._kept if id(one) in drawn or not _is_about(one, hidden, told)]
            if len(left) < len(self._kept):
                self._kept = deque(left, maxlen=MAX_KEPT)
            for place in [one for one in self._before if one[1] in hidden]:
                del self._before[place]

    def drawn(self) -> list[Exchange]:
        """Return the exchanges of this act, in the order in which they began."""
        with self._lock:
            return sorted(self._drawn, key=lambda one: one.began)

    def kept(self) -> list[Exchange]:
        """Return these and those of earlier acts that have ended."""
        with self._lock:
            return sorted((one for one in self._kept if one.ended), key=lambda one: one.began)

    def before(self, system: str, sys_id: str) -> dict[str, list[Row]] | None:
        """Return what a system held of a System ID before this act; None where nothing was sent to it since."""
        with self._lock:
            return self._before.get((system, sys_id.lower()))

    def touch(self) -> None:
        """Note a change: there is another picture soon, and fewer of them where many consoles look on."""
        with self._lock:
            loop = self._loop
            if loop is None or self._waking:
                return
            self._waking = True
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(self._plan_wake, loop)

    def _plan_wake(self, loop: asyncio.AbstractEventLoop) -> None:
        pace = max(_PACE_SECONDS, self.consoles * _PACE_OF_EACH_SECONDS)
        wait = max(_AT_ONCE_SECONDS, self._last_wake + pace - loop.time())
        loop.call_later(0 if self.ended else wait, self._wake, loop)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        self._last_wake = loop.time()
        with self._lock:
            self._waking = False
            self.picture += 1
        news, self._news = self._news, asyncio.Event()
        news.set()

    @property
    def is_behind(self) -> bool:
        """Tell whether something has changed since the last picture."""
        return self._waking

    @contextmanager
    def looking_on(self) -> Iterator[None]:
        """Count a console in, within the event loop of the server; from the first one on, changes make pictures."""
        self._loop = asyncio.get_running_loop()
        self.consoles += 1
        try:
            yield
        finally:
            self.consoles -= 1

    def stop(self) -> None:
        """End all streams."""
        self.ended = True
        with self._lock:
            self._waking = False
        self.touch()

    async def changed(self, seen: int, seconds: float) -> None:
        """Wait until there is another picture than the one that was seen, at most some seconds."""
        news = self._news
        if self.picture == seen and not self.ended:
            with suppress(TimeoutError):
                await asyncio.wait_for(news.wait(), seconds)


def _about_to_change(exchange: Exchange) -> tuple[str, str]:
    """Return the system and the System ID whose rows may change next; blank for none.

    What the connector writes to SCM follows what it reads from ICI.
    """
    request = exchange.request
    if isinstance(request, EccMessage):
        return exchange.receiver, request.fields.get("SYSID", "")
    if isinstance(request, Call) and exchange.sender == CONNECTOR and (call := CALL_1_PATH.fullmatch(request.path)):
        return SCM, unquote(call["id"])
    return "", ""


def _is_about(exchange: Exchange, names: set[str], in_scm: set[str]) -> bool:
    request = exchange.request
    if isinstance(request, ODataCall):
        return not names_of_call(request.resource, request.fields).isdisjoint(in_scm)
    return not names.isdisjoint(_names(exchange))


def _names(exchange: Exchange) -> set[str]:
    """Return the System ID and code, in lower case, by which a call or a message names its agreement."""
    request = exchange.request
    if isinstance(request, EccMessage):
        return {request.fields.get(name, "").lower() for name in ("SYSID", "ICMAGREEMENTCODE")}
    call = isinstance(request, Call) and (CALL_1_PATH.fullmatch(request.path) or CALL_2_PATH.fullmatch(request.path))
    return {unquote(call["id"]).lower()} if call else set()


def guids_of(exchanges: list[Exchange]) -> Iterator[str]:
    """Yield the guids under which CPI, or the connector, has stored the events of some exchanges."""
    for exchange in exchanges:
        if isinstance(exchange.answer, Reply) and exchange.answer.status == 202:
            body = exchange.answer.body
            accepted = body.get("accepted")
            yield from map(str, [body["guid"]] if "guid" in body else accepted if isinstance(accepted, list) else [])
