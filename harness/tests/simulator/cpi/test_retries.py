"""CPI waits twice as long after each attempt, up to a limit, and at least as long as it is asked to."""

from datetime import timedelta

import pytest

from simulator.cpi.retries import RetryRules
from simulator.errors import Failure, InterfaceError


def waits(rules: RetryRules, *, after: float | None = None) -> list[float | None]:
    """Return the seconds after each attempt; None after the last."""
    error = InterfaceError("CALL-1", "", "", Failure.SERVER_ERROR, retry_after=after)
    found = [rules.wait(error, attempt) for attempt in range(1, rules.max_attempts + 1)]
    return [None if wait is None else wait.total_seconds() for wait in found]


@pytest.mark.parametrize(
    ("first", "longest", "after", "expected"),
    [
        (30, 900, None, [30, 60, 120, 240, 480, 900, 900, None]),
        (30, 900, 100, [100, 100, 120, 240, 480, 900, 900, None]),
        (30, 60, 1000, [1000, 1000, 1000, 1000, 1000, 1000, 1000, None]),
        (0, 0, None, [0, 0, 0, 0, 0, 0, 0, None]),
    ],
)
def test_wait_doubles_up_to_the_longest_or_the_retry_after(
    first: int, longest: int, after: float | None, expected: list[float | None]
) -> None:
    rules = RetryRules(8, timedelta(seconds=first), timedelta(seconds=longest))
    assert waits(rules, after=after) == expected


def test_attempts_wait_for_an_answer_longer_and_longer() -> None:
    rules = RetryRules(5, timedelta(0), timedelta(0), timedelta(seconds=5), timedelta(seconds=30))
    assert [rules.answer_seconds(attempt) for attempt in (1, 2, 3, 4, 1000)] == [5, 10, 20, 30, 30]
