"""What goes over the edges of processes that are apart: each keeps what comes in, and it is put together here."""

import time
from collections.abc import Callable, Iterable

from harness.doubles.exchange_json import from_json
from harness.doubles.taps import CPI, Exchange, Lost, Traffic
from harness.environments.server_process import Part

_KILLED = "Killed"


class WireTraffic(Traffic):
    """The exchanges of one scenario: those of the parts, and what goes through the taps of this process."""

    def __init__(self, parts: Callable[[], Iterable[Part]]) -> None:
        """`parts` are those that there are now: a middleware that was killed has given way to another one."""
        super().__init__(time.perf_counter_ns)
        self._parts = parts
        self._begun = time.perf_counter_ns()
        self._ticks = 0
        self._seen: list[Exchange] = []
        self._kills: list[int] = []
        self._stale = True

    def mark_stale(self) -> None:
        """Something has been done, so that the parts may have seen something."""
        self._stale = True

    def prepare_kill(self, middleware: Part) -> None:
        """It is about to be killed: what it has seen is taken over, the answers on their way to it reach nobody."""
        self._gather(middleware)
        self._kills.append(time.perf_counter_ns())

    def take(self) -> list[Exchange]:
        """As ever, and numbered in the order of the common clock of the processes."""
        if self._stale:
            for part in self._parts():
                self._gather(part)
            self._stale = False
        ours, seen, self._seen = super().take(), self._seen, []
        taken = ours + [one for one in seen if one.began > self._begun and not _is_one_of(one, ours)]
        for one in taken:
            if one.sender == CPI and any(one.began < kill < one.ended for kill in self._kills):
                one.answer = Lost(_KILLED)
        places = sorted(tick for one in taken for tick in (one.began, one.ended))
        numbers = {tick: number for number, tick in enumerate(places, self._ticks + 1)}
        self._ticks += len(places)
        for one in taken:
            one.began, one.ended = numbers[one.began], numbers[one.ended]
        return sorted(taken, key=lambda one: one.began)

    def _gather(self, part: Part) -> None:
        self._seen += [from_json(told) for told in part.taken_traffic()]


def _is_one_of(seen: Exchange, ours: Iterable[Exchange]) -> bool:
    """Whether it is an exchange that began here: then it was seen at both of its ends."""
    return any(one.receiver == seen.receiver and one.began < seen.began and seen.ended < one.ended for one in ours)
