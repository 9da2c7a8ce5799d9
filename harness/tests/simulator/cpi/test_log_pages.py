"""Whoever reads the log page by page misses nothing, also when what was read is removed meanwhile."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue
from simulator.cpi.work_items import FetchTask
from simulator.errors import Failure, InterfaceError

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
BROKEN = InterfaceError("EVT-1", "", "no", Failure.DATA)


@pytest.fixture
def queue() -> Iterator[Queue]:
    with closing(Queue("sqlite://")) as made:
        yield made


def taken(queue: Queue, guid: str) -> FetchTask:
    queue.accept(guid, guid, ReceivedEvent({"SysId": guid}, {}), AT)
    task = queue.take_fetch(AT, guid)
    assert task is not None
    return task


def discard(queue: Queue, *guids: str) -> None:
    for guid in guids:
        queue.discard(taken(queue, guid), "", AT)


def test_place_in_the_log_outlives_its_event(queue: Queue) -> None:
    discard(queue, "a", "b", "c")
    first = queue.log.page("", 2)
    newest = queue.log.latest("", "", 2)
    assert (first.guids, newest.guids) == (["a", "b"], ["c", "b"])
    queue.remove_completed(LATER)
    assert queue.log.messages() == []
    assert queue.log.page(first.further, 2) == ([], "")
    assert queue.log.latest("", newest.further, 2) == ([], "")
    discard(queue, "d")
    assert queue.log.page(first.further, 2).guids == ["d"]


def test_place_among_the_unsettled_outlives_its_event(queue: Queue) -> None:
    for guid in ("a", "b"):
        queue.fetch_failed(taken(queue, guid), BROKEN, None, AT, exhausted=False)
    first = queue.log.unsettled(AT, AT, "", 1)
    assert first.guids == ["a"]
    assert queue.retry("a", AT)
    again = queue.take_fetch(AT, "a")
    assert again is not None
    queue.discard(again, "", AT)
    queue.remove_completed(LATER)
    assert queue.log.unsettled(AT, AT, first.further, 2).guids == ["b"]


def test_place_in_a_store_of_an_older_version_outlives_its_event(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'CPI.db'}"
    with closing(Queue(url)) as queue:
        discard(queue, "a", "b")
        taken(queue, "c")
        first = queue.log.page("", 2)
        queue.remove_completed(LATER)
        with create_engine(url, poolclass=NullPool).begin() as connection:
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = 'CPI_MESSAGE'"))
        assert queue.log.page(first.further, 2).guids == ["c"]


def test_guid_is_a_place_as_well(queue: Queue) -> None:
    discard(queue, "a", "b", "c")
    assert queue.log.page("a", 2).guids == ["b", "c"]
    assert queue.log.latest("", "c", 2).guids == ["b", "a"]


@pytest.mark.parametrize("after", ["unknown", "1", "1.b", "0.a", "x.a", "2.", "3.a", "9" * 18 + ".a", "9" * 40 + ".a"])
def test_place_that_no_event_had_is_refused(queue: Queue, after: str) -> None:
    discard(queue, "a", "b")
    for read in (
        lambda: queue.log.page(after, 2),
        lambda: queue.log.latest("", after, 2),
        lambda: queue.log.unsettled(AT, AT, after, 2),
    ):
        with pytest.raises(LookupError, match="there is no such message"):
            read()
