"""Durable delivery: the cost of the store, and the time of an event to both tables at two loads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from harness.campaigns.benchmarks.contracts import attributes, chunks
from harness.campaigns.benchmarks.measure import (
    PROCESSOR_TIME,
    BaselineComparison,
    Benchmark,
    Latency,
    PairedRun,
    seconds,
)
from simulator.clock import utc_now
from simulator.cpi.event import ReceivedEvent
from simulator.icertis.agreement import STANDALONE, Agreement
from simulator.landscape import Landscape
from simulator.settings import Settings


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


@PROCESSOR_TIME
@pytest.mark.parametrize("size", [1_000, 10_000])
def test_with_the_store_against_without_it(
    benchmark: Benchmark, record_comparison: Callable[[BaselineComparison], None], tmp_path: Path, size: int
) -> None:
    with (
        landscape_in(tmp_path / "durable") as durable,
        landscape_in(tmp_path / "plain", store=None) as plain,
    ):
        pairs = [(drafted(durable, numbers), drafted(plain, numbers)) for numbers in chunks(size)]

        def ours(pair: tuple[list[Agreement], list[Agreement]]) -> None:
            for agreement in pair[0]:
                durable.tenant.execute(agreement)

        def baseline(pair: tuple[list[Agreement], list[Agreement]]) -> float:
            def once_each() -> None:
                for agreement in pair[1]:
                    plain.tenant.execute(agreement)

            return seconds(once_each)

        record_comparison(
            PairedRun("durable delivery, by the flow without it", None, ours, baseline).run(benchmark, pairs)
        )
        milliseconds(durable, size)  # all of them went through
        assert {name: system.tables() for name, system in durable.systems.items()} == {
            name: system.tables() for name, system in plain.systems.items()
        }


def test_one_at_a_time(benchmark: Benchmark, record_latency: Callable[[Latency], None], tmp_path: Path) -> None:
    """Process one event at a time, as at 100 events a day."""
    with landscape_in(tmp_path / "idle") as landscape:
        waiting = iter(drafted(landscape, range(300)))
        benchmark.pedantic(
            landscape.tenant.execute, setup=lambda: ((next(waiting),), {}), teardown=lambda _: None, rounds=300
        )
        record_latency(Latency("one at a time, as at 100 a day", milliseconds(landscape, 300)))


def test_in_a_burst(benchmark: Benchmark, record_latency: Callable[[Latency], None], tmp_path: Path) -> None:
    """Accept a thousand events, then let one worker process them."""
    with landscape_in(tmp_path / "burst") as landscape:
        assert landscape.queue is not None
        for agreement in drafted(landscape, range(1_000)):
            event = {"ContractTypeName": agreement.kind.name, "SysId": agreement.sys_id, "ActionName": "Executed"}
            received = ReceivedEvent({"source": landscape.settings.source}, event)
            landscape.queue.accept(str(uuid4()), str(uuid4()), received, utc_now())
        benchmark.pedantic(landscape.work, setup=lambda: ((), {}), teardown=lambda: None, rounds=1)
        record_latency(Latency("in a burst, one worker", milliseconds(landscape, 1_000)))
