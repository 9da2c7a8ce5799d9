"""Which failures are tried again, how often, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from simulator.errors import Failure, InterfaceError

TRIED_AGAIN: Mapping[Failure, bool] = MappingProxyType(
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
        Failure.SYSTEM_DOWN: True,
        Failure.NO_ENTRY: True,
        Failure.REFUSED: False,
        Failure.UNEXPECTED: False,
    }
)


@dataclass(frozen=True)
class RetryRules:
    """How often, and when."""

    max_attempts: int
    first_wait: timedelta
    longest_wait: timedelta

    def wait(self, error: InterfaceError, attempts: int) -> timedelta | None:
        """How long to wait after attempt number `attempts` failed; None for never again.

        Doubles from attempt to attempt; where the other side asked for longer (Retry-After), as long as it asked.
        """
        if not TRIED_AGAIN[error.failure] or attempts >= self.max_attempts:
            return None
        doubled = self.first_wait.total_seconds() * 2.0 ** (attempts - 1)
        return timedelta(seconds=max(min(doubled, self.longest_wait.total_seconds()), error.after or 0))
