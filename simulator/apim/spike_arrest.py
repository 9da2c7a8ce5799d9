"""Spike arrest, as in API Management: a minimum time between two messages."""

from collections.abc import Callable
from threading import Lock
from time import monotonic


class SpikeArrest:
    """Admit a message if enough time has passed since the last one that was admitted."""

    def __init__(self, per_second: float, seconds: Callable[[], float] = monotonic) -> None:
        """Admit `per_second` messages at most, evenly spread: 10 is one each 100 ms. `seconds` is the clock."""
        self._interval = 1 / per_second
        self._seconds = seconds
        self._next = float("-inf")
        self._lock = Lock()

    @property
    def per_minute(self) -> int:
        """The messages a minute that are admitted at most, at least 1."""
        return max(1, round(60 / self._interval))

    def wait(self) -> float:
        """Return 0 for a message that is admitted, else the seconds until the next one is."""
        with self._lock:
            now = self._seconds()
            if now < self._next:
                return self._next - now
            self._next = now + self._interval
            return 0.0
