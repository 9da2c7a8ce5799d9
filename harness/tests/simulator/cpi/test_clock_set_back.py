"""A clock that is set back by two hours makes nothing wait for two hours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue
from simulator.cpi.statements import LEASE
from simulator.cpi.work_items import FetchTask
from simulator.errors import Failure, InterfaceError
from simulator.mapping.message import Message

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
BACK = AT - timedelta(hours=2)
WAIT = timedelta(minutes=15)
DOWN = InterfaceError("D-20", "", "down", Failure.SYSTEM_DOWN)


@pytest.fixture
def queue() -> Iterator[Queue]:
    made = Queue("sqlite://")
    yield made
    made.close()


def fetched(queue: Queue, now: datetime = AT) -> FetchTask:
    queue.accept("g", "", ReceivedEvent({"SysId": "s"}, {}), now)
    fetch = queue.take_fetch(now)
    assert fetch is not None
    return fetch._replace(event_fields={"action": "Executed"})


def dispatched(queue: Queue, *systems: str) -> None:
    message = Message({"SYSID": "s", "ICMAGREEMENTCODE": "PST1"}, None)
    queue.dispatch(fetched(queue), message, systems or ["PF2"], AT)


def test_event_that_was_accepted_before_is_read(queue: Queue) -> None:
    queue.accept("g", "", ReceivedEvent({"SysId": "s"}, {}), AT)
    assert queue.take_fetch(BACK)


def test_event_is_read_again(queue: Queue) -> None:
    queue.fetch_failed(fetched(queue), DOWN, timedelta(hours=5), AT, exhausted=False)
    assert queue.take_fetch(AT + timedelta(hours=4)) is None, "ICI asked for five hours, and the clock goes right"
    assert queue.take_fetch(BACK)


@pytest.mark.parametrize("by", [timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=2)])
def test_messages_are_sent_again(queue: Queue, by: timedelta) -> None:
    dispatched(queue, "PF2", "WP2")
    for _ in range(2):
        parcel = queue.take_parcel(AT)
        assert parcel is not None
        queue.not_delivered(parcel, DOWN, WAIT, AT)
    assert queue.take_parcel(AT) is None
    for system in ("PF2", "WP2"):
        parcel = queue.take_parcel(AT - by)
        assert parcel is not None
        assert parcel.system == system
        queue.not_delivered(parcel, DOWN, WAIT, AT - by)
    assert queue.take_parcel(AT - by + WAIT - timedelta(seconds=1)) is None


def test_message_waits_as_long_as_the_system_asks(queue: Queue) -> None:
    dispatched(queue)
    parcel = queue.take_parcel(AT)
    assert parcel is not None
    queue.not_delivered(parcel, DOWN, timedelta(days=2), AT)
    assert queue.take_parcel(AT + timedelta(hours=1)) is None


def test_message_that_was_queued_before_is_sent(queue: Queue) -> None:
    dispatched(queue)
    assert queue.take_parcel(BACK)


@pytest.mark.parametrize("skew", [timedelta(0), timedelta(seconds=30)])
def test_task_of_a_killed_worker_alone_is_taken(queue: Queue, skew: timedelta) -> None:
    dispatched(queue)
    assert queue.take_parcel(AT)
    assert queue.take_parcel(AT - skew) is None, "another machine's clock is behind"
    assert queue.take_parcel(BACK), "its lease would end in two hours"
    assert queue.take_parcel(BACK + LEASE - timedelta(seconds=1)) is None
