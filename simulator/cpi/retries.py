"""Decide which failures are tried again, how often, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from simulator.errors import Failure, InterfaceError

RETRIED: Mapping[Failure, bool] = MappingProxyType(
    {
        Failure.DATA: False,
        Failure.NOT_REACHED: True,
        Failure.BROKEN_ANSWER: True,
        Failure.REQUEST_TIMEOUT: True,
        Failure.TOO_MANY_REQUESTS: True,
        Failure.SERVER_ERROR: True,
        Failure.UNAUTHORIZED: False,
        Failure.NOT_FOUND: False,
        Failure.OTHER_STATUS: False,
        Failure.CHANGED_MEANWHILE: True,
        Failure.SYSTEM_DOWN: True,
        Failure.NO_ENTRY: True,
        Failure.REFUSED: False,
        Failure.UNEXPECTED: False,
    }
)
"""By failure, whether the same call or message may succeed later."""

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class RetryRules:
    """The limits of one tenant."""

    max_attempts: int
    first_wait: timedelta
    longest_wait: timedelta
    first_answer: timedelta = timedelta(seconds=5)
    longest_answer: timedelta = timedelta(seconds=30)

    def answer_seconds(self, attempt: int) -> float:
        """Return how long attempt number `attempt` waits for an answer: a short time at first, then twice as long."""
        doubled = self.first_answer.total_seconds() * 2.0 ** min(attempt - 1, 16)
        return min(doubled, self.longest_answer.total_seconds())

    def wait(self, error: InterfaceError, attempts: int) -> timedelta | None:
        """Return how long to wait after attempt number `attempts` has failed; None if it was the last one.

        The wait doubles from attempt to attempt; where the other side asked for longer (Retry-After), it is that long.
        """
        if not RETRIED[error.failure] or attempts >= self.max_attempts:
            return None
        doubled = self.first_wait // _MICROSECOND * 2 ** (attempts - 1)  # an integer, since a timedelta would overflow
        backoff = timedelta(microseconds=min(doubled, self.longest_wait // _MICROSECOND))
        return max(backoff, timedelta(seconds=error.retry_after or 0))
