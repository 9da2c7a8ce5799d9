"""The worker thread of a served middleware survives failures and ends on `stop`."""

import logging
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from typing import cast

import pytest

from simulator.cpi import worker_pool
from simulator.cpi.queue import Queue
from simulator.cpi.worker import Endpoint, Worker
from simulator.cpi.worker_pool import WorkerPool

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
        assert super().wait(10)
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

    def do(self, _task: str) -> None:
        self._has_more = self._step()


def made(step: Callable[[], bool], due: datetime | None = None) -> WorkerPool:
    return WorkerPool(cast(Queue, Store(due)), cast(Worker, Doing(step)), lambda: NOW, 1)


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
        assert went_on.wait(10)
        worker.stop()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "the worker failed (RuntimeError) and goes on in a while")
    ]
    assert workers() == []


def test_hanging_task_delays_neither_stop_nor_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_pool, "_MAX_STOP", timedelta(0))
    at_it, go = SimpleQueue[threading.Thread](), threading.Event()

    def step() -> bool:
        at_it.put(threading.current_thread())
        return not go.wait(60)

    worker = made(step)
    worker.start()
    hanging = at_it.get(timeout=10)
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
    assert rested.get(timeout=10) == seconds
    worker.stop()
    assert workers() == []


def test_stop_just_before_a_pause_ends_the_thread_at_once(monkeypatch: pytest.MonkeyPatch, workers: Workers) -> None:
    ending, woken = threading.Event(), ToldTooSoon()
    made_in_order = iter([woken, ending])
    monkeypatch.setattr(worker_pool, "Event", lambda: next(made_in_order))
    worker = made(lambda: False)
    worker.start()
    worker.wake()
    assert woken.about_to_be_cleared.wait(10)
    worker.stop()
    assert workers() == []
