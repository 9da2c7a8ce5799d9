"""Which failures are tried again, and after how long."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from simulator.cpi.retries import RetryRules
from simulator.errors import Failure, InterfaceError
from simulator.settings import Settings

RULES = RetryRules(max_attempts=8, first_wait=timedelta(seconds=30), longest_wait=timedelta(minutes=15))


def seconds(failure: Failure, attempts: int, rules: RetryRules = RULES, after: float | None = None) -> float | None:
    """How long to wait after this attempt; None for never again."""
    wait = rules.wait(InterfaceError("CALL-1", "", "any", failure, after=after), attempts)
    return None if wait is None else wait.total_seconds()


def test_the_wait_doubles_up_to_the_longest_and_after_the_last_attempt_there_is_none() -> None:
    waits = [seconds(Failure.NOT_REACHED, attempts) for attempts in range(1, 10)]
    assert waits == [30, 60, 120, 240, 480, 900, 900, None, None]


def test_a_wait_may_be_less_than_a_second() -> None:
    impatient = RetryRules(max_attempts=3, first_wait=timedelta(seconds=0.25), longest_wait=timedelta(minutes=15))
    assert seconds(Failure.NOT_REACHED, 1, impatient) == 0.25


@pytest.mark.parametrize(("after", "wait"), [(5, 60), (60, 60), (90.5, 90.5), (3600, 3600)])
def test_who_asks_for_longer_is_left_alone_for_longer(after: float, wait: float) -> None:
    assert seconds(Failure.TOO_MANY_REQUESTS, 2, after=after) == wait


@pytest.mark.parametrize(
    ("failure", "again"),
    [
        (Failure.DATA, False),
        (Failure.NOT_REACHED, True),
        (Failure.BROKEN_ANSWER, True),
        (Failure.REQUEST_TIMEOUT, True),
        (Failure.TOO_MANY_REQUESTS, True),
        (Failure.SERVER_ERROR, True),
        (Failure.UNAUTHORIZED, False),
        (Failure.NOT_FOUND, False),
        (Failure.OTHER_STATUS, False),
        (Failure.SYSTEM_DOWN, True),
        (Failure.NO_ENTRY, True),
        (Failure.REFUSED, False),
    ],
)
def test_what_may_pass_is_tried_again_and_nothing_else(failure: Failure, again: bool) -> None:  # noqa: FBT001 - a column
    assert (seconds(failure, 1) is not None) is again


def test_a_thousand_attempts_are_the_most_that_can_be_set() -> None:
    patient = Settings(max_attempts=1000, first_wait=timedelta(days=1), longest_wait=timedelta(days=2))
    rules = RetryRules(patient.max_attempts, patient.first_wait, patient.longest_wait)
    assert seconds(Failure.NOT_REACHED, 999, rules) == 2 * 86400
    with pytest.raises(ValidationError, match="max_attempts"):
        Settings(max_attempts=1001)
