"""Clocks that a test or the administration sets."""

from collections.abc import Callable
from datetime import datetime

from simulator.clock import utc_now

MAX_READS = 5000
"""The most that one test may read the clock. A worker reads it before each piece of work."""


def _ignore(_: object) -> None: ...


class ManualClock:
    """Show the time that the test has set; fail a test whose work never ends."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._reads = 0

    def __call__(self) -> datetime:
        self._reads += 1
        assert self._reads <= MAX_READS, "CPI works without end"
        return self.now


class SettableClock:
    """Show the real time, or the time at which the administration has stopped it."""

    def __init__(
        self, stopped_at: datetime | None = None, on_change: Callable[[datetime | None], object] = _ignore
    ) -> None:
        """`on_change` is told at once, and at every change, when the clock is stopped; None is the real time."""
        self._on_change = on_change
        self.set(stopped_at)

    def __call__(self) -> datetime:
        return self.stopped_at or utc_now()

    def set(self, stopped_at: datetime | None) -> None:
        """Stop the clock at a time; None shows the real time again."""
        self._on_change(stopped_at)
        self.stopped_at = stopped_at
