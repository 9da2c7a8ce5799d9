"""Durable delivery: the cost of the store, and the time of an event to both tables at two loads."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from harness.campaigns.benchmarks.baseline_database import RawDatabase
from harness.campaigns.benchmarks.contracts import attributes
from harness.campaigns.benchmarks.measure import BenchRow, Pair, in_turn, latency_row, rows_by_size, seconds
from harness.campaigns.benchmarks.what_is_there import SIZES, FilledFolders
from simulator.clock import utc_now
from simulator.cpi.event import ReceivedEvent
from simulator.icertis.agreement import STANDALONE, Agreement
from simulator.landscape import Landscape
from simulator.settings import Settings

_CHUNK, _ROUNDS = 125, 13


def test_with_the_store_against_without_it(
    record: Callable[[Callable[[], list[BenchRow]]], None], tmp_path: Path, filled: FilledFolders
) -> None:
    def measure() -> list[BenchRow]:
        with ExitStack() as stack, TemporaryDirectory(dir=tmp_path) as folder:
            taken = in_turn({size: _pair(stack, filled, Path(folder, str(size)), size) for size in SIZES}, _ROUNDS)
            for size in SIZES:
                _check(Path(folder, str(size)), Path(folder, f"{size}-plain"), size)
            return rows_by_size("durable delivery, by the flow without it", 1.8, _CHUNK, taken)

    record(measure)


def _pair(stack: ExitStack, filled: FilledFolders, folder: Path, size: int) -> Pair:
    """Open a landscape with so many contracts and completed events, and one without a store."""
    durable = filled.copy_landscape(size, folder)
    without = filled.copy_landscape(size, folder.with_name(f"{size}-plain")).model_copy(update={"store": None})
    return Pair(*(_processing(stack.enter_context(Landscape(one))) for one in (durable, without)))


def _check(folder: Path, plain: Path, size: int) -> None:
    """Assert that all events went through, and that both landscapes have the same tables."""
    with closing(sqlite3.connect(folder / "CPI.db")) as store:
        found = store.execute("SELECT status, count(*) FROM CPI_MESSAGE GROUP BY status").fetchall()
    assert found == [("COMPLETED", size + 1 + (_ROUNDS + 1) * _CHUNK)]
    for name in ("PF2.db", "WP2.db"):
        with closing(RawDatabase(folder / name)) as one, closing(RawDatabase(plain / name)) as other:
            assert one.content() == other.content()


def _processing(landscape: Landscape) -> Callable[[int], float]:
    def execute(number: int) -> float:
        agreements = drafted(landscape, range(number * _CHUNK, (number + 1) * _CHUNK))

        def once_each() -> None:
            for agreement in agreements:
                landscape.tenant.execute(agreement)

        return seconds(once_each)

    return execute


@contextmanager
def landscape_in(folder: Path, **changes: object) -> Iterator[Landscape]:
    folder.mkdir()
    settings = Settings(synchronous="normal").with_data_directory(folder)
    with Landscape(settings.model_copy(update=changes)) as landscape:
        yield landscape


def drafted(landscape: Landscape, numbers: range) -> list[Agreement]:
    return [landscape.tenant.draft(STANDALONE, attributes(number)) for number in numbers]


def milliseconds(landscape: Landscape, size: int) -> list[float]:
    """Return the milliseconds of each event until it was in both systems, from the message log."""
    entries = [entry for entry in landscape.monitoring.entries() if entry.status == "COMPLETED"]
    assert len(entries) == size
    taken = [datetime.fromisoformat(one.changed_at) - datetime.fromisoformat(one.received_at) for one in entries]
    return [one.total_seconds() * 1000 for one in taken]


def test_one_at_a_time(record: Callable[[Callable[[], list[BenchRow]]], None], tmp_path: Path) -> None:
    """Process one event at a time, as at 100 events a day."""
    with landscape_in(tmp_path / "idle") as landscape:
        for agreement in drafted(landscape, range(300)):
            landscape.tenant.execute(agreement)
        ms = milliseconds(landscape, 300)
    record(lambda: [latency_row("one at a time, as at 100 a day", ms)])


def test_in_a_burst(record: Callable[[Callable[[], list[BenchRow]]], None], tmp_path: Path) -> None:
    """Accept a thousand events, then let one worker process them."""
    with landscape_in(tmp_path / "burst") as landscape:
        assert landscape.queue is not None
        for agreement in drafted(landscape, range(1_000)):
            event = {"ContractTypeName": agreement.kind.name, "SysId": agreement.sys_id, "ActionName": "Executed"}
            received = ReceivedEvent({"source": landscape.settings.source}, event)
            landscape.queue.accept(str(uuid4()), str(uuid4()), received, utc_now())
        landscape.work()
        ms = milliseconds(landscape, 1_000)
    record(lambda: [latency_row("in a burst, one worker", ms)])
