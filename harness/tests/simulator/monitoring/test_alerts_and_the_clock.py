"""MON-4 goes by the clock of the landscape, also after it was set back or forward."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue
from simulator.errors import Failure, InterfaceError
from simulator.monitoring.alerts import CLOCK_SET_BACK, alerts_of, event_alerts
from simulator.monitoring.message_log import MessageLog

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
OVERDUE = "an executed contract is not in every system within the hour"


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.fixture
def queue() -> Iterator[Queue]:
    with closing(Queue("sqlite://")) as made:
        yield made


def accepted(queue: Queue, guid: str, at: datetime, action: str = "Executed") -> None:
    queue.accept(guid, "", ReceivedEvent({}, {"ActionName": action, "SysId": guid}), at)


def alerts(queue: Queue, now: datetime) -> list[tuple[str, str]]:
    log = MessageLog(queue.log)
    by_page = [*event_alerts(log, now)]
    assert alerts_of(log.entries(), now) == by_page, "a log is read by pages and as a whole"
    return [(alert.subject, alert.what) for alert in by_page]


@pytest.mark.parametrize("elapsed", [0.05, 0.5, 1.9])
def test_event_from_the_future_is_an_alert(queue: Queue, elapsed: float) -> None:
    accepted(queue, "first", AT)
    assert alerts(queue, AT - hours(2) + hours(elapsed)) == [("first", CLOCK_SET_BACK)]


def test_clocks_of_two_machines_may_differ(queue: Queue) -> None:
    accepted(queue, "first", AT)
    assert alerts(queue, AT - timedelta(seconds=50)) == []


def test_event_is_older_than_one_that_came_after_it(queue: Queue) -> None:
    accepted(queue, "first", AT)
    back = AT - hours(2)
    accepted(queue, "second", back, "Renewed")
    assert alerts(queue, back + hours(0.9)) == [("first", CLOCK_SET_BACK)]
    assert alerts(queue, back + hours(1.1)) == [("first", OVERDUE)]
    assert alerts(queue, AT + hours(0.5)) == [("first", OVERDUE)], "its own time is only half an hour ago"


def test_event_retried_after_the_clock_was_set_back_stays_an_alert(queue: Queue) -> None:
    accepted(queue, "first", AT)
    fetch = queue.take_fetch(AT)
    assert fetch is not None
    fetch = fetch._replace(event_fields={"action": "Executed"})
    down = InterfaceError("CALL-1", "", "status 503", Failure.SYSTEM_DOWN)
    queue.fetch_failed(fetch, down, timedelta(minutes=1), AT - hours(2), exhausted=False)
    assert alerts(queue, AT + hours(0.5)) == [("first", CLOCK_SET_BACK)]


def test_clock_that_is_set_forward_lets_the_hour_pass(queue: Queue) -> None:
    accepted(queue, "first", AT)
    assert alerts(queue, AT + hours(5)) == [("first", OVERDUE)]
    accepted(queue, "second", AT + hours(5))
    assert alerts(queue, AT + hours(5)) == [("first", OVERDUE)]


def test_event_of_the_past_hour_is_none(queue: Queue) -> None:
    accepted(queue, "first", AT)
    accepted(queue, "second", AT + hours(0.5), "Renewed")
    assert alerts(queue, AT + hours(0.9)) == []
