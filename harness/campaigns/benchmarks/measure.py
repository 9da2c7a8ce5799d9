"""Measure something against its baseline in turn, chunk by chunk, so that a busy machine slows both alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median, quantiles
from time import process_time
from typing import Any, Generic, Protocol, TypeVar

import pytest

from harness.campaigns.benchmarks.contracts import CHUNK
from harness.campaigns.benchmarks.http_load import Round

Chunk = TypeVar("Chunk")

_FIRST_THOUSAND = 1000 // CHUNK


PROCESSOR_TIME = pytest.mark.benchmark(timer=process_time)
"""Marks a benchmark within one process, which others that use the machine then do not slow down."""


class Benchmark(Protocol):
    """The fixture of pytest-benchmark, which is installed only for benchmarks, as far as it is used."""

    extra_info: dict[str, Any]
    stats: Any

    def pedantic(
        self,
        target: Callable[..., object],
        *,
        setup: Callable[..., object],
        teardown: Callable[..., object],
        rounds: int,
    ) -> object: ...


@dataclass(frozen=True)
class BaselineComparison:
    """Seconds for each chunk, ours and the baseline's."""

    what: str
    goal: float | None
    """The goal as a multiple of the baseline's time; None for no goal."""

    ours: list[float]
    baseline: list[float]

    @property
    def name(self) -> str:
        return f"{self.what}, {len(self.ours) * CHUNK:,} contracts"

    @property
    def ratio(self) -> float:
        return median(ours / baseline for ours, baseline in zip(self.ours, self.baseline, strict=True))


@dataclass(frozen=True)
class Latency:
    """Milliseconds of each event from its acceptance to its entry in the last system."""

    what: str
    ms: list[float]

    @property
    def median(self) -> float:
        return median(self.ms)

    @property
    def p99(self) -> float:
        return quantiles(self.ms, n=100, method="inclusive")[98]


@dataclass(frozen=True)
class LoadResult:
    """Rounds of requests over several connections, to ours and to the baseline in turn."""

    what: str
    connections: int
    goal: float
    """The goal as a multiple of the baseline's time, in the mean and at the 99th percentile."""

    ours: list[Round]
    baseline: list[Round]

    @property
    def name(self) -> str:
        return f"{self.what}, {self.connections} connections"

    @property
    def ratio(self) -> float:
        return median(
            baseline.per_second / ours.per_second for ours, baseline in zip(self.ours, self.baseline, strict=True)
        )

    @property
    def ratio_of_p99(self) -> float:
        return median(
            _p99(ours.ms) / _p99(baseline.ms) for ours, baseline in zip(self.ours, self.baseline, strict=True)
        )

    def figures(self, rounds: list[Round]) -> tuple[float, float]:
        """Return requests per second and the 99th percentile in ms of the median round."""
        return median(one.per_second for one in rounds), median(_p99(one.ms) for one in rounds)


def _p99(ms: list[float]) -> float:
    return quantiles(ms, n=100, method="inclusive")[98]


@dataclass(frozen=True)
class BulkResult:
    """Seconds of each round of work on all contracts at once, ours and the baseline's."""

    what: str
    contracts: int
    goal: float | None
    """The goal in seconds; None for no goal."""

    ours: list[float]
    baseline: list[float]

    peak: int | None = None
    """The memory in MB that a process needs at most for it; None where it is not measured."""

    @property
    def name(self) -> str:
        return f"{self.what}, {self.contracts:,} contracts"

    @property
    def ratio(self) -> float:
        return median(ours / baseline for ours, baseline in zip(self.ours, self.baseline, strict=True))


def per_second(seconds: list[float]) -> float:
    """Return contracts per second of the median chunk."""
    return CHUNK / median(seconds)


def scaling(seconds: list[float]) -> float | None:
    """Return the time of a contract in the second half by that in the first thousand; None for no second half."""
    if len(seconds) <= _FIRST_THOUSAND:
        return None
    return median(seconds[len(seconds) // 2 :]) / median(seconds[:_FIRST_THOUSAND])


@dataclass(frozen=True)
class PairedRun(Generic[Chunk]):
    """Two ways to do the same work on a chunk of contracts."""

    what: str
    goal: float | None
    ours: Callable[[Chunk], object]

    baseline: Callable[[Chunk], float]
    """Returns its seconds without its preparation."""

    def run(self, benchmark: Benchmark, chunks: Iterable[Chunk]) -> BaselineComparison:
        """Run both on every chunk, in turn."""
        made = list(chunks)
        waiting = iter(made)
        baseline: list[float] = []
        benchmark.pedantic(
            self.ours,
            setup=lambda: ((next(waiting),), {}),
            teardown=lambda chunk: baseline.append(self.baseline(chunk)),
            rounds=len(made),
        )
        result = BaselineComparison(self.what, self.goal, list(benchmark.stats.stats.data), baseline)
        benchmark.extra_info["ratio"] = result.ratio
        return result


def seconds(run: Callable[[], object]) -> float:
    """Return the seconds of processor time that `run` takes in this process."""
    start = process_time()
    run()
    return process_time() - start
