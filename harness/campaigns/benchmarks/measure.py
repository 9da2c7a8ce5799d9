"""Measuring something against its floor, a chunk of contracts at a time, in turn: a busy machine slows both alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Generic, Protocol, TypeVar

from harness.campaigns.benchmarks.contracts import CHUNK
from harness.campaigns.benchmarks.http_load import Round

Chunk = TypeVar("Chunk")

_FIRST_THOUSAND = 1000 // CHUNK


class Benchmark(Protocol):
    """What is used of the fixture of pytest-benchmark, which only the environment of the benchmark has."""

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
class Result:
    """The seconds that each chunk took, ours and the floor's."""

    what: str
    goal: float | None
    """How many times the floor it may take; None where nobody said."""

    ours: list[float]
    floor: list[float]

    @property
    def size(self) -> int:
        return len(self.ours) * CHUNK

    @property
    def ratio(self) -> float:
        return median(ours / floor for ours, floor in zip(self.ours, self.floor, strict=True))


@dataclass(frozen=True)
class Latency:
    """The milliseconds that each of some events took, from its acceptance to its entry in the last system."""

    what: str
    ms: list[float]

    @property
    def median(self) -> float:
        return median(self.ms)

    @property
    def p99(self) -> float:
        return quantiles(self.ms, n=100, method="inclusive")[98]


@dataclass(frozen=True)
class Traffic:
    """Rounds of requests over some connections, to ours and to the floor in turn."""

    what: str
    connections: int
    goal: float
    """How many times the floor it may take, in the mean and at the 99th percentile."""

    ours: list[Round]
    floor: list[Round]

    @property
    def ratio(self) -> float:
        return median(floor.per_second / ours.per_second for ours, floor in zip(self.ours, self.floor, strict=True))

    @property
    def ratio_of_p99(self) -> float:
        return median(_p99(ours.ms) / _p99(floor.ms) for ours, floor in zip(self.ours, self.floor, strict=True))

    def figures(self, rounds: list[Round]) -> tuple[float, float]:
        """Requests a second and the 99th percentile in ms, of the median round."""
        return median(one.per_second for one in rounds), median(_p99(one.ms) for one in rounds)


def _p99(ms: list[float]) -> float:
    return quantiles(ms, n=100, method="inclusive")[98]


@dataclass(frozen=True)
class Whole:
    """The seconds that something took that is done with all contracts at once, round by round, ours and the floor's."""

    what: str
    contracts: int
    goal: float | None
    """Seconds that it may take; None where nobody said."""

    ours: list[float]
    floor: list[float]

    @property
    def ratio(self) -> float:
        return median(ours / floor for ours, floor in zip(self.ours, self.floor, strict=True))


def per_second(seconds: list[float]) -> float:
    """How many contracts a second the median chunk makes."""
    return CHUNK / median(seconds)


def scaling(seconds: list[float]) -> float | None:
    """What a contract costs in the second half, by what it costs in the first thousand; None where that is all."""
    if len(seconds) <= _FIRST_THOUSAND:
        return None
    return median(seconds[len(seconds) // 2 :]) / median(seconds[:_FIRST_THOUSAND])


@dataclass(frozen=True)
class PairedRun(Generic[Chunk]):
    """Two ways to do the same with a chunk of contracts."""

    what: str
    goal: float | None
    ours: Callable[[Chunk], object]

    floor: Callable[[Chunk], float]
    """Takes its own time, in seconds, so that it can make ready what a floor is to have in its hands."""

    def run(self, benchmark: Benchmark, chunks: Iterable[Chunk]) -> Result:
        """Do both with every chunk, in turn."""
        made = list(chunks)
        waiting = iter(made)
        floor: list[float] = []
        benchmark.pedantic(
            self.ours,
            setup=lambda: ((next(waiting),), {}),
            teardown=lambda chunk: floor.append(self.floor(chunk)),
            rounds=len(made),
        )
        result = Result(self.what, self.goal, list(benchmark.stats.stats.data), floor)
        benchmark.extra_info["ratio"] = result.ratio
        return result


def seconds(run: Callable[[], object]) -> float:
    """How long `run` takes."""
    start = perf_counter()
    run()
    return perf_counter() - start
