"""An event that was completed long ago is removed; an open one stays, with what its agreement has to know (D-106)."""

from collections.abc import Collection, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import cast

import pytest

from harness.tests.support.patience import PATIENCE
from simulator.cpi import retention, worker_pool
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue
from simulator.cpi.work_items import Following
from simulator.cpi.worker import Endpoint, Worker
from simulator.cpi.worker_pool import WorkerPool
from simulator.errors import Failure, InterfaceError
from simulator.mapping.message import Message
from simulator.settings import Settings

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(days=40)
BEFORE = LATER - timedelta(days=30)
REFUSED = InterfaceError("MON-1", "", "no", Failure.DATA)


class NothingToDo:
    endpoints = ()

    def due(self, _endpoints: object) -> tuple[list[Endpoint], bool]:
        return [], False


class AlwaysAtWork:
    """Does one task, until it may end."""

    endpoints = (Endpoint(system="PF2"),)

    def __init__(self) -> None:
        self.begun, self.may_end = Event(), Event()

    def due(self, endpoints: Collection[Endpoint]) -> tuple[list[Endpoint], bool]:
        return [*endpoints] if not self.begun.is_set() else [], not self.begun.is_set()

    def take(self, endpoint: Endpoint | None) -> str | None:
        return "a task" if endpoint and not self.begun.is_set() else None

    def do(self, _task: str, _claim: object) -> Following:
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        return Following()


@pytest.fixture
def queue() -> Iterator[Queue]:
    with closing(Queue("sqlite://")) as made:
        yield made


def read(queue: Queue, guid: str, sys_id: str, action: str, at: datetime = AT) -> None:
    """Bring an event as far as its message, which waits for PF2."""
    queue.accept(guid, guid, ReceivedEvent({"SysId": sys_id, "ActionName": action}, {}), at)
    fetch = queue.take_fetch(at, guid)
    assert fetch is not None
    agreement = "s" if action == "AmendmentExecuted" else sys_id
    message = Message({"SYSID": agreement, "ICMAGREEMENTCODE": f"P {agreement}"}, None)
    queue.dispatch(fetch._replace(event_fields={"action": action, "source": ""}), message, ["PF2"], at)


def complete(queue: Queue, guid: str, sys_id: str, action: str = "ExecutedUpdated", at: datetime = AT) -> None:
    read(queue, guid, sys_id, action, at)
    parcel = queue.take_parcel(at, guid)
    assert parcel is not None
    queue.delivered(parcel, "changed", at)


def refuse(queue: Queue, guid: str, sys_id: str, action: str) -> None:
    read(queue, guid, sys_id, action)
    parcel = queue.take_parcel(AT, guid)
    assert parcel is not None
    queue.not_delivered(parcel, REFUSED, None, AT)


def fail_unread(queue: Queue, action: str) -> None:
    """Let an event fail before ICI has told anything of it."""
    queue.accept("failed", "failed", ReceivedEvent({"SysId": "a", "ActionName": action}, {}), AT)
    fetch = queue.take_fetch(AT, "failed")
    assert fetch is not None
    queue.fetch_failed(fetch, REFUSED, None, AT, exhausted=False)


def kept(queue: Queue) -> list[str]:
    left = [row["guid"] for row in queue.log.messages()]
    assert {row["guid"] for row in queue.log.parcels()} <= {*left}
    return left


def test_completed_long_ago_goes_with_its_messages(queue: Queue) -> None:
    complete(queue, "old", "a")
    complete(queue, "new", "b", at=LATER)
    queue.remove_completed(BEFORE)
    assert kept(queue) == ["new"]


def test_open_stays(queue: Queue) -> None:
    refuse(queue, "refused", "a", "ExecutedUpdated")
    read(queue, "waiting", "b", "ExecutedUpdated")
    queue.remove_completed(BEFORE)
    assert kept(queue) == ["refused", "waiting"]


@pytest.mark.parametrize(
    ("failed", "later", "stay"),
    [
        (("a", "ExecutedUpdated"), ("a", "ExecutedUpdated"), ["before", "failed", "later"]),
        (("a", "ExecutedUpdated"), ("b", "ExecutedUpdated"), ["failed"]),
        (("x", "AmendmentExecuted"), ("s", "ExecutedUpdated"), ["before", "failed", "later"]),
        (("s", "ExecutedUpdated"), ("x", "AmendmentExecuted"), ["failed", "later"]),
    ],
)
def test_what_may_override_an_event_that_may_be_put_back_stays(
    queue: Queue, failed: tuple[str, str], later: tuple[str, str], stay: list[str]
) -> None:
    """Also what came before: a repetition is as old as its first arrival, and an event may be late by its own time."""
    complete(queue, "before", later[0], "ExecutedUpdated")
    refuse(queue, "failed", *failed)
    complete(queue, "later", *later)
    queue.remove_completed(BEFORE)
    assert kept(queue) == stay


def test_where_the_agreement_is_unknown_the_last_event_of_each_action_stays(queue: Queue) -> None:
    fail_unread(queue, "AmendmentExecuted")
    for number in range(3):
        complete(queue, f"changed {number}", "b")
        complete(queue, f"renewed {number}", "b", "Renewed")
    queue.remove_completed(BEFORE)
    assert kept(queue) == ["failed", "changed 2", "renewed 2"]


def test_event_of_no_known_action_holds_back_its_own_agreement_alone(queue: Queue) -> None:
    fail_unread(queue, "Exploded")
    complete(queue, "same agreement", "a")
    complete(queue, "another", "b")
    queue.remove_completed(BEFORE)
    assert kept(queue) == ["failed", "same agreement"]


def test_the_file_grows_no_further(tmp_path: Path) -> None:
    file, sizes = tmp_path / "CPI.db", list[int]()
    for year in range(3):
        with closing(Queue(f"sqlite:///{file}")) as queue:
            at = AT + timedelta(days=365 * year)
            for number in range(60):
                complete(queue, f"{year} {number}", f"{number}", at=at)
            queue.remove_completed(at + timedelta(days=1))
            assert kept(queue) == []
        sizes.append(file.stat().st_size)
    assert sizes[0] == sizes[1] == sizes[2]


def test_pool_removes_once_in_an_hour(queue: Queue) -> None:
    complete(queue, "old", "a")
    now = [LATER]
    pool = WorkerPool(queue, cast(Worker, NothingToDo()), lambda: now[0], 1, timedelta(days=30))
    pool.work()
    assert kept(queue) == []
    complete(queue, "another", "a")
    pool.work()
    assert kept(queue) == ["another"]
    now[0] += timedelta(hours=1)
    pool.work()
    assert kept(queue) == []


def test_removal_looks_at_few_events_at_once(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_STEP", 2)
    for guid in "abc":
        complete(queue, guid, guid)
    after = queue.remove_some(BEFORE)
    assert kept(queue) == ["c"]
    complete(queue, "d", "d", at=LATER)
    complete(queue, "e", "e")
    after = queue.remove_some(BEFORE, after)
    assert kept(queue) == ["d", "e"]
    assert queue.remove_some(BEFORE, after) == 0
    assert kept(queue) == ["d"]


def test_pool_removes_while_tasks_are_under_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = Queue(f"sqlite:///{tmp_path / 'CPI.db'}")  # threads share the one connection of a store in memory
    monkeypatch.setattr(retention, "_STEP", 2)
    monkeypatch.setattr(worker_pool, "_REMOVAL_PAUSE", timedelta(0))
    for number in range(5):
        complete(queue, f"old {number}", "a")
    worker = AlwaysAtWork()
    pool = WorkerPool(queue, cast(Worker, worker), lambda: LATER, 1, timedelta(days=30))
    pool.start()
    try:
        assert worker.begun.wait(PATIENCE)
        end = monotonic() + PATIENCE
        while kept(queue) and monotonic() < end:
            sleep(0.01)
        assert kept(queue) == []
    finally:
        worker.may_end.set()
        pool.stop()
        queue.close()


def test_no_time_in_a_settings_file_keeps_for_ever() -> None:
    assert Settings.model_validate({"keep_completed": 0}).keep_completed is None
    assert Settings.model_validate({"keep_completed": "P30D"}).keep_completed == timedelta(days=30)
