"""Spike arrest, as API Management has it: a least time between one message and the next."""

from collections.abc import Callable
from threading import Lock
from time import monotonic


class SpikeArrest:
    """Lets a message in where enough time has gone by since the last one that was let in."""

    def __init__(self, per_second: float, seconds: Callable[[], float] = monotonic) -> None:
        """`per_second` messages at most, evenly spread: 10 is one each 100 ms. `seconds` tells how time goes by."""
        self._least = 1 / per_second
        self._seconds = seconds
        self._next = float("-inf")
        self._lock = Lock()

    def wait(self) -> float:
        """0 lets the message in; else the seconds until the next one is let in."""
        with self._lock:
            now = self._seconds()
            if now < self._next:
                return self._next - now
            self._next = now + self._least
            return 0.0
