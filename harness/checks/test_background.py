"""The worker of a middleware that serves: it outlives what fails, and ends when it is told to."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from simulator.cpi import background
from simulator.cpi.background import Background
from simulator.cpi.queue import Queue
from simulator.cpi.worker import Worker

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class Idle:
    """A store in which nothing is due."""

    def next_due(self) -> None:
        return None


class Doing:
    """A worker that does what it is told."""

    def __init__(self, step: Callable[[], bool]) -> None:
        self.step = step


def made(step: Callable[[], bool]) -> Background:
    return Background(cast(Queue, Idle()), cast(Worker, Doing(step)), lambda: NOW)


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "worker"]


def test_a_failure_is_logged_without_its_words_and_the_worker_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "_AFTER_A_FAILURE", timedelta(0))
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


def test_a_piece_of_work_that_hangs_holds_up_neither_the_end_of_the_server_nor_that_of_its_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(background, "_LONGEST_END", timedelta(0))
    at_it, go = threading.Event(), threading.Event()

    def step() -> bool:
        at_it.set()
        return not go.wait(5)

    worker = made(step)
    worker.start()
    assert at_it.wait(10)
    worker.stop()
    (hanging,) = workers()
    assert hanging.daemon
    go.set()
    hanging.join()
