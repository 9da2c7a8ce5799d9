"""A worker asks CPI's store for the right tasks."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from simulator.cpi.process_event import IntegrationFlow
from simulator.cpi.queue import Queue
from simulator.cpi.retries import RetryRules
from simulator.cpi.worker import Worker

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
RULES = RetryRules(1, timedelta(0), timedelta(0))


class EmptyQueue:
    """A store in which nothing is due."""

    def __init__(self) -> None:
        self.takes: list[tuple[datetime, str | None]] = []

    def take(self, now: datetime, guid: str | None) -> None:
        self.takes.append((now, guid))


@pytest.mark.parametrize("guid", ["this one", None])
def test_step_for_one_event_asks_the_store_for_that_event_alone(guid: str | None) -> None:
    store = EmptyQueue()
    worker = Worker(cast(Queue, store), cast(IntegrationFlow, None), RULES, lambda: NOW, lambda _: None)
    assert worker.step(guid) is False
    assert store.takes == [(NOW, guid)]
