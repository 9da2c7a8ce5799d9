"""The worker thread of a served middleware survives failures and ends on `stop`."""

import logging
import threading
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue
from typing import cast

import pytest
from sqlalchemy.exc import OperationalError

from harness.tests.support.patience import PATIENCE
from simulator.cpi import worker_pool
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue
from simulator.cpi.statements import LEASE
from simulator.cpi.work_items import DeliveryTask, FetchTask, Following
from simulator.cpi.worker import Endpoint, Worker
from simulator.cpi.worker_pool import WorkerPool
from simulator.mapping.message import Message

Workers = Callable[[], list[threading.Thread]]

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class Store:
    """A store of which only is known when something is due."""

    def __init__(self, due: datetime | None) -> None:
        self.due = due

    def next_due(self) -> datetime | None:
        return self.due


class Rest(threading.Event):
    """Tells how long it is waited for."""

    def __init__(self, seconds: "SimpleQueue[float | None]") -> None:
        super().__init__()
        self._seconds = seconds

    def wait(self, timeout: float | None = None) -> bool:
        self._seconds.put(timeout)
        return super().wait(timeout)


class ToldTooSoon(threading.Event):
    """Is set just before it is cleared."""

    def __init__(self) -> None:
        super().__init__()
        self.about_to_be_cleared = threading.Event()

    def clear(self) -> None:
        self.about_to_be_cleared.set()
        assert super().wait(PATIENCE)
        super().clear()


class Doing:
    """A worker with one task after the other, until one says that it was the last."""

    endpoints = (Endpoint(system="PF2"),)

    def __init__(self, step: Callable[[], bool]) -> None:
        self._step = step
        self._has_more = True

    def due(self, endpoints: Collection[Endpoint]) -> tuple[list[Endpoint], bool]:
        return [*endpoints] if self._has_more else [], self._has_more

    def take(self, endpoint: Endpoint | None) -> str | None:
        return "a task" if endpoint and self._has_more else None

    def do(self, _task: str, _claim: Callable[[], Collection[str]]) -> Following:
        self._has_more = self._step()
        return Following()


def made(step: Callable[[], bool], due: datetime | None = None) -> WorkerPool:
    return WorkerPool(cast(Queue, Store(due)), cast(Worker, Doing(step)), lambda: NOW, 1)


@pytest.fixture(autouse=True)
def nothing_by_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look for nothing just because a second is over: on a busy machine it is over at any place of a test."""
    for pause in ("_PAUSE_AT_WORK", "_PAUSE_AFTER_WAKING"):
        monkeypatch.setattr(worker_pool, pause, timedelta(minutes=1))


@pytest.fixture
def workers() -> Workers:
    """Tells which workers run, but for those of servers that other checks keep."""
    before = threading.enumerate()
    return lambda: [one for one in threading.enumerate() if one.name == "worker" and one not in before]


def test_worker_pool_logs_a_failure_by_type_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, workers: Workers
) -> None:
    monkeypatch.setattr(worker_pool, "_FAILURE_PAUSE", timedelta(0))
    went_on, failed = threading.Event(), threading.Event()

    def step() -> bool:
        if not failed.is_set():
            failed.set()
            raise RuntimeError("SECRET")
        went_on.set()
        return False

    worker = made(step)
    with caplog.at_level(logging.DEBUG):
        worker.start()
        assert went_on.wait(PATIENCE)
        worker.stop()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "the worker failed (RuntimeError) and goes on in a while")
    ]
    assert workers() == []


def test_work_looks_once_what_is_under_way_is_done() -> None:
    """Each look is a statement; a task begins by itself what follows it."""
    asked, looks = threading.Event(), list[bool]()

    class Looking(Doing):
        endpoints = (Endpoint(source="a tenant"),)

        def due(self, endpoints: Collection[Endpoint]) -> tuple[list[Endpoint], bool]:
            looks.append(self._has_more)
            return super().due(endpoints)

    def step() -> bool:
        assert asked.wait(PATIENCE)
        return False

    pool = WorkerPool(cast(Queue, Store(None)), cast(Worker, Looking(step)), lambda: NOW, 1)
    pool.hand_over("a tenant", lambda *, claim: cast(FetchTask, "a task") if claim else None)
    asked.set()
    pool.work()
    assert looks == [False]


def test_hanging_task_delays_neither_stop_nor_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "_MAX_STOP", timedelta(0))
    at_it, go = SimpleQueue[threading.Thread](), threading.Event()

    def step() -> bool:
        at_it.put(threading.current_thread())
        return not go.wait(PATIENCE)

    worker = made(step)
    worker.start()
    hanging = at_it.get(timeout=PATIENCE)
    worker.stop()
    assert hanging.is_alive()
    assert hanging.daemon
    go.set()
    hanging.join()


@pytest.mark.parametrize(
    ("due", "seconds"),
    [
        (None, 60.0),
        (NOW + timedelta(seconds=7), 7.0),
        (NOW + timedelta(hours=1), 60.0),
        (NOW, 0.05),
        (NOW - timedelta(hours=1), 0.05),
    ],
)
def test_worker_pool_pauses_until_due_within_limits(
    due: datetime | None, seconds: float, monkeypatch: pytest.MonkeyPatch, workers: Workers
) -> None:
    rested = SimpleQueue[float | None]()
    monkeypatch.setattr(worker_pool, "Event", lambda: Rest(rested))
    worker = made(lambda: False, due)
    worker.start()
    assert rested.get(timeout=PATIENCE) == seconds
    worker.stop()
    assert workers() == []


def test_stop_just_before_a_pause_ends_the_thread_at_once(monkeypatch: pytest.MonkeyPatch, workers: Workers) -> None:
    ending, woken = threading.Event(), ToldTooSoon()
    made_in_order = iter([woken, ending])
    monkeypatch.setattr(worker_pool, "Event", lambda: next(made_in_order))
    worker = made(lambda: False)
    worker.start()
    worker.wake()
    assert woken.about_to_be_cleared.wait(PATIENCE)
    worker.stop()
    assert workers() == []


class Handing:
    """A worker that looks for nothing while it is asked to, and notes what it looked for."""

    endpoints = (Endpoint(system="PF2"), Endpoint(source="tenant"))

    def __init__(self, do: Callable[[object, Callable[[], Collection[str]]], Following]) -> None:
        self._do = do
        self.looked = SimpleQueue[Endpoint | None]()
        self.asked = SimpleQueue[bool]()

    def due(self, _endpoints: Collection[Endpoint]) -> tuple[list[Endpoint], bool]:
        self.asked.put(True)
        return [], False

    def take(self, endpoint: Endpoint | None) -> None:
        self.looked.put(endpoint)

    def do(self, task: object, claim: Callable[[], Collection[str]]) -> Following:
        return self._do(task, claim)


MESSAGE = DeliveryTask(1, "g", "PF2", "a", Message({}, None), 0, "lease")
EVENT = FetchTask(1, "g", ReceivedEvent({}, {}), 0, "lease", 0, retried=False, told_confidential=False)


def handing(do: Callable[[object, Callable[[], Collection[str]]], Following]) -> tuple[WorkerPool, Handing]:
    """Make a pool whose worker has looked once, and found nothing."""
    worker = Handing(do)
    pool = WorkerPool(cast(Queue, Store(None)), cast(Worker, worker), lambda: NOW, 1)
    pool.start()
    assert worker.asked.get(timeout=PATIENCE)
    return pool, worker


def test_event_and_its_message_are_handed_on_without_a_look() -> None:
    done, claimed = SimpleQueue[object](), SimpleQueue[bool]()

    def do(task: object, claim: Callable[[], Collection[str]]) -> Following:
        done.put(task)
        if task is EVENT:
            assert claim() == ["PF2"]
            return Following([MESSAGE], may_be_more=False)
        return Following(may_be_more=False)

    def accept(*, claim: bool) -> FetchTask:
        claimed.put(claim)
        return EVENT

    pool, worker = handing(do)
    pool.hand_over("tenant", accept)
    assert [claimed.get(timeout=PATIENCE), done.get(timeout=PATIENCE), done.get(timeout=PATIENCE)] == [
        True,
        EVENT,
        MESSAGE,
    ]
    with pool.paused():  # both have ended
        assert worker.asked.empty()
        assert worker.looked.empty()
    pool.stop()


def test_event_without_a_free_place_is_looked_for_when_the_task_at_it_ends() -> None:
    begun, go, claimed = threading.Event(), threading.Event(), SimpleQueue[bool]()

    def do(_task: object, _claim: Callable[[], Collection[str]]) -> Following:
        begun.set()
        assert go.wait(PATIENCE)
        return Following(may_be_more=False)

    def accept(*, claim: bool) -> FetchTask | None:
        claimed.put(claim)
        return EVENT if claim else None

    pool, worker = handing(do)
    for _ in range(2):
        pool.hand_over("tenant", accept)
        assert begun.wait(PATIENCE)
    assert [claimed.get(timeout=PATIENCE), claimed.get(timeout=PATIENCE)] == [True, False]
    assert worker.looked.empty()
    go.set()
    assert worker.looked.get(timeout=PATIENCE) == Endpoint(source="tenant")
    pool.stop()


def test_failed_acceptance_gives_its_place_back() -> None:
    def failing(*, claim: bool) -> FetchTask | None:
        raise RuntimeError(str(claim))

    def accept(*, claim: bool) -> None:
        claimed.put(claim)

    claimed = SimpleQueue[bool]()
    pool, _ = handing(lambda _task, _claim: Following())
    with pytest.raises(RuntimeError, match="True"):
        pool.hand_over("tenant", failing)
    pool.hand_over("tenant", accept)
    assert claimed.get(timeout=PATIENCE)
    pool.stop()


def test_held_or_paused_pool_begins_with_nothing_that_is_handed_over() -> None:
    claimed = SimpleQueue[bool]()

    def accept(*, claim: bool) -> None:
        claimed.put(claim)

    pool, _ = handing(lambda _task, _claim: Following())
    pool.hold()
    pool.hand_over("tenant", accept)
    pool.go_on()
    with pool.paused():
        pool.hand_over("tenant", accept)
    pool.stop()
    assert [claimed.get(timeout=PATIENCE), claimed.get(timeout=PATIENCE)] == [False, False]


class Forgetful:
    """A worker whose first task ends while the store is away, or in a mistake."""

    endpoints = (Endpoint(source=""),)

    def __init__(self, queue: Queue, failure: Exception) -> None:
        self._queue = queue
        self._failures = [failure]
        self.done = threading.Event()

    def due(self, endpoints: Collection[Endpoint]) -> tuple[list[Endpoint], bool]:
        found = self._queue.due(NOW, (), ("",))
        return [*endpoints] if found.sources else [], found.somewhere

    def take(self, _endpoint: Endpoint | None) -> FetchTask | None:
        return self._queue.take_fetch(NOW)

    def do(self, task: FetchTask, _claim: Callable[[], Collection[str]]) -> Following:
        if self._failures:
            raise self._failures.pop()
        self._queue.discard(task, "done", NOW)
        self.done.set()
        return Following()


def begun(queue: Queue, failure: Exception) -> tuple[WorkerPool, Forgetful]:
    queue.accept("one", "", ReceivedEvent({}, {}), NOW)
    worker = Forgetful(queue, failure)
    return WorkerPool(queue, cast(Worker, worker), lambda: NOW, 1), worker


def test_task_is_done_again_when_the_store_is_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lease would hold it for five minutes, as if the process had been killed."""
    monkeypatch.setattr(worker_pool, "_FAILURE_PAUSE", timedelta(0))
    with closing(Queue(f"sqlite:///{tmp_path / 'CPI.db'}")) as queue:
        pool, worker = begun(queue, OperationalError("", None, Exception("the connection is lost")))
        give_back, away = queue.give_back, iter([True])

        def fail_once(task: FetchTask, until: datetime) -> None:
            if next(away, False):
                raise OperationalError("", None, Exception("the server starts"))
            give_back(task, until)

        monkeypatch.setattr(queue, "give_back", fail_once)
        pool.start()
        assert worker.done.wait(PATIENCE)
        pool.stop()
        assert [row["note"] for row in queue.log.messages()] == ["done"]


@pytest.mark.parametrize(
    ("failure", "lease"),
    [
        (OperationalError("", None, Exception("the connection is lost")), timedelta(seconds=5)),
        (RuntimeError("a mistake"), LEASE),
    ],
)
def test_task_keeps_its_lease_unless_the_store_was_away(tmp_path: Path, failure: Exception, lease: timedelta) -> None:
    """It would fail again, and call the systems each time."""
    with closing(Queue(f"sqlite:///{tmp_path / 'CPI.db'}")) as queue:
        pool, _ = begun(queue, failure)
        assert pool.step()
        pool.work()
        assert queue.next_due() == NOW + lease


def test_task_that_another_worker_has_is_not_given_back(tmp_path: Path) -> None:
    with closing(Queue(f"sqlite:///{tmp_path / 'CPI.db'}")) as queue:
        queue.accept("one", "", ReceivedEvent({}, {}), NOW)
        first, later = queue.take_fetch(NOW), NOW + LEASE
        assert first is not None
        assert queue.take_fetch(later)
        queue.give_back(first, later)
        assert queue.next_due() == later + LEASE
