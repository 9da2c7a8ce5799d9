"""A worker that is slower than its lease does not write old data over new."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue
from simulator.cpi.statements import LEASE
from simulator.cpi.work_items import DeliveryTask, FetchTask
from simulator.errors import Failure, InterfaceError
from simulator.mapping.message import Message

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
SYSTEMS = {"PF2": None}
NO_ENTRY = InterfaceError("D-07", "", "no entry", Failure.NO_ENTRY)


@pytest.fixture
def queue() -> Iterator[Queue]:
    made = Queue("sqlite://")
    for guid in ("first", "second"):
        made.accept(guid, "", ReceivedEvent({"SysId": guid}, {}), AT)
    yield made
    made.close()


def message(name: str) -> Message:
    return Message({"SYSID": "s", "ICMAGREEMENTCODE": "PST1", "NAME": name}, None)


def fetched(queue: Queue, at: datetime = AT, *, action: str = "ExecutedUpdated") -> FetchTask:
    fetch = queue.take_fetch(at)
    assert fetch is not None
    return fetch._replace(event_fields={"action": action})


def taken(queue: Queue, at: datetime = AT) -> DeliveryTask:
    parcel = queue.take_parcel(at)
    assert parcel is not None
    return parcel


def states(queue: Queue) -> list[tuple[str, str]]:
    return [(parcel["guid"], parcel["state"]) for parcel in queue.log.parcels()]


def test_event_overtaken_by_another_of_its_agreement_is_read_again(queue: Queue) -> None:
    update, amendment = fetched(queue), fetched(queue)
    queue.dispatch(amendment, message("amended"), SYSTEMS, AT)
    queue.dispatch(update, message("not yet amended"), SYSTEMS, AT)
    assert states(queue) == [("second", "waiting")]
    again = fetched(queue)
    assert again.guid == "first"
    queue.dispatch(again, message("amended"), SYSTEMS, AT)
    assert states(queue) == [("second", "waiting"), ("first", "waiting")]


def test_result_read_under_an_expired_lease_is_dropped(queue: Queue) -> None:
    slow = fetched(queue)
    quick = fetched(queue, AT + LEASE)
    assert slow.guid == quick.guid
    queue.dispatch(quick, message("new"), SYSTEMS, AT + LEASE)
    queue.dispatch(slow, message("old"), SYSTEMS, AT + LEASE)
    queue.discard(slow, "", AT + LEASE)
    error = InterfaceError("CALL-1", "", "slow", Failure.NOT_REACHED)
    queue.fetch_failed(slow, error, None, AT + LEASE, exhausted=True)
    assert states(queue) == [("first", "waiting")]
    assert [entry["status"] for entry in queue.log.messages()] == ["PROCESSING", "PROCESSING"]


def test_delivery_under_an_expired_lease_is_recorded_once(queue: Queue) -> None:
    queue.dispatch(fetched(queue), message("new"), SYSTEMS, AT)
    slow, quick = taken(queue), taken(queue, AT + LEASE)
    queue.delivered(quick, "created", AT + LEASE)
    error = InterfaceError("D-20", "", "slow", Failure.SYSTEM_DOWN)
    queue.not_delivered(slow, error, timedelta(0), AT + LEASE)
    queue.delivered(slow, "unchanged", AT + LEASE)
    assert states(queue) == [("first", "created")]


def test_held_task_is_due_when_its_lease_expires(queue: Queue) -> None:
    fetched(queue)
    fetched(queue)
    assert queue.next_due() == AT + LEASE


def test_worker_for_one_event_takes_no_task_of_another(queue: Queue) -> None:
    second = queue.take_fetch(AT, "second")
    assert second is not None
    assert second.guid == "second"
    queue.dispatch(second._replace(event_fields={"action": "Executed"}), message("second"), SYSTEMS, AT)
    assert queue.take_fetch(AT, "third") is None
    assert queue.take_parcel(AT, "first") is None
    parcel = queue.take_parcel(AT, "second")
    assert parcel is not None
    assert parcel.guid == "second"


def test_message_without_entry_requeues_behind_create_in_every_system(queue: Queue) -> None:
    queue.dispatch(fetched(queue, action="Renewed"), message("first"), ["PF2", "WP2"], AT)
    missed, there = taken(queue), taken(queue)
    queue.not_delivered(missed, NO_ENTRY, timedelta(hours=1), AT)
    queue.delivered(there, "changed", AT)
    queue.dispatch(fetched(queue, action="Executed"), message("second"), ["PF2", "WP2"], AT)
    assert lined_up(queue) == [
        ("first", "WP2", "changed", 1),
        ("second", "PF2", "waiting", 0),
        ("second", "WP2", "waiting", 0),
        ("first", "PF2", "waiting", 1),
        ("first", "WP2", "waiting", 0),
    ]


def test_update_requeues_behind_create_after_no_entry(
    queue: Queue,
) -> None:
    queue.dispatch(fetched(queue, action="Renewed"), message("first"), ["PF2"], AT)
    missed = taken(queue)
    queue.dispatch(fetched(queue, action="Executed"), message("second"), ["PF2"], AT)
    assert queue.take_parcel(AT) is None
    queue.not_delivered(missed, NO_ENTRY, timedelta(hours=1), AT)
    assert lined_up(queue) == [("second", "PF2", "waiting", 0), ("first", "PF2", "waiting", 1)]


def test_message_without_entry_keeps_its_place_if_no_create_waits(queue: Queue) -> None:
    queue.dispatch(fetched(queue, action="Renewed"), message("first"), ["PF2"], AT)
    queue.not_delivered(taken(queue), NO_ENTRY, timedelta(hours=1), AT)
    queue.dispatch(fetched(queue, action="Terminated"), message("second"), ["PF2"], AT)
    assert lined_up(queue) == [("first", "PF2", "waiting", 1), ("second", "PF2", "waiting", 0)]
    assert queue.take_parcel(AT) is None


def lined_up(queue: Queue) -> list[tuple[str, str, str, int]]:
    """Event, system, state and attempts of every message, in the order of the line."""
    return [tuple(row[name] for name in ("guid", "system", "state", "attempts")) for row in queue.log.parcels()]
