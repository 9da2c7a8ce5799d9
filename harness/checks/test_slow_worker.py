"""A worker that is slower than another one on the same store does not write what is old over what is new."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from simulator.cpi.pieces import Fetch, Parcel
from simulator.cpi.queue import LEASE, Queue
from simulator.errors import Failure, InterfaceError
from simulator.mapping.message import Message

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SYSTEMS = {"PF2": None}


@pytest.fixture
def queue() -> Iterator[Queue]:
    made = Queue("sqlite://")
    for guid in ("first", "second"):
        made.accept(guid, "", {}, guid, AT)
    yield made
    made.close()


def message(name: str) -> Message:
    return Message({"SYSID": "s", "ICMAGREEMENTCODE": "PST1", "NAME": name}, None)


def fetched(queue: Queue, at: datetime = AT) -> Fetch:
    fetch = queue.take_fetch(at)
    assert fetch is not None
    return fetch


def taken(queue: Queue, at: datetime = AT) -> Parcel:
    parcel = queue.take_parcel(at)
    assert parcel is not None
    return parcel


def states(queue: Queue) -> list[tuple[str, str]]:
    return [(parcel["guid"], parcel["state"]) for parcel in queue.parcels()]


def test_an_event_that_was_overtaken_by_another_of_its_agreement_is_read_again(queue: Queue) -> None:
    update, amendment = fetched(queue), fetched(queue)
    queue.dispatch(amendment, message("amended"), SYSTEMS, AT)
    queue.dispatch(update, message("not yet amended"), SYSTEMS, AT)
    assert states(queue) == [("second", "waiting")]
    again = fetched(queue)
    assert again.guid == "first"
    queue.dispatch(again, message("amended"), SYSTEMS, AT)
    assert states(queue) == [("second", "waiting"), ("first", "waiting")]


def test_what_a_worker_read_before_its_lease_ran_out_is_not_sent_after_another_has_taken_over(queue: Queue) -> None:
    slow = fetched(queue)
    quick = fetched(queue, AT + LEASE)
    assert slow.guid == quick.guid
    queue.dispatch(quick, message("new"), SYSTEMS, AT + LEASE)
    queue.dispatch(slow, message("old"), SYSTEMS, AT + LEASE)
    queue.discard(slow, "", AT + LEASE, forget=False)
    error = InterfaceError("CALL-1", "", "slow", Failure.NOT_REACHED)
    queue.fetch_failed(slow, error, None, AT + LEASE, tried_out=True)
    assert states(queue) == [("first", "waiting")]
    assert [entry["status"] for entry in queue.messages()] == ["PROCESSING", "PROCESSING"]


def test_a_delivery_that_another_worker_has_taken_over_is_not_written_down_twice(queue: Queue) -> None:
    queue.dispatch(fetched(queue), message("new"), SYSTEMS, AT)
    slow, quick = taken(queue), taken(queue, AT + LEASE)
    queue.delivered(quick, "created", AT + LEASE)
    error = InterfaceError("D-20", "", "slow", Failure.SYSTEM_DOWN)
    queue.not_delivered(slow, error, timedelta(0), AT + LEASE, holds_up=True)
    queue.delivered(slow, "unchanged", AT + LEASE)
    assert states(queue) == [("first", "created")]


def test_work_that_another_worker_holds_is_due_when_its_lease_runs_out(queue: Queue) -> None:
    fetched(queue)
    fetched(queue)
    assert queue.next_due() == AT + LEASE


def test_who_works_for_one_event_alone_takes_up_nothing_of_another(queue: Queue) -> None:
    second = queue.take_fetch(AT, "second")
    assert second is not None
    assert second.guid == "second"
    queue.dispatch(second, message("second"), SYSTEMS, AT)
    assert queue.take_fetch(AT, "third") is None
    assert queue.take_parcel(AT, "first") is None
    parcel = queue.take_parcel(AT, "second")
    assert parcel is not None
    assert parcel.guid == "second"


def test_what_has_missed_its_entry_goes_before_anything_younger_once_the_entry_is_there(queue: Queue) -> None:
    queue.accept("third", "", {}, "third", AT)
    for name in ("first", "second", "third"):
        queue.dispatch(fetched(queue), message(name), SYSTEMS, AT)
    no_entry = InterfaceError("D-07", "", "no entry", Failure.NO_ENTRY)
    queue.not_delivered(taken(queue), no_entry, timedelta(hours=1), AT, holds_up=False)
    executed = taken(queue)
    assert executed.guid == "second"
    queue.delivered(executed, "created", AT)
    assert queue.take_parcel(AT, "third") is None
    assert taken(queue).guid == "first"
