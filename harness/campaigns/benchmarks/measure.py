"""Measure something against its baseline in turn, round by round, so that a busy machine slows both alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median, quantiles
from time import process_time
from typing import NamedTuple

from harness.campaigns.benchmarks.http_load import Round

RATIO, GROWTH, MEMORY = "ratio", "growth", "MB"
"""The figures that are saved, and compared with those of the next run."""


class GrowthPoint(NamedTuple):
    """The cost of a contract where so many are there, by that where the fewest are; of the baseline as well."""

    what: str
    contracts: int
    ours: float
    baseline: float


@dataclass(frozen=True)
class BenchRow:
    """A line of the table."""

    name: str
    ours: str
    baseline: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    """The figures that are saved and compared; none where the clock of this machine alone was measured."""

    goal: str = ""
    besides: str = ""
    point: GrowthPoint | None = None


@dataclass(frozen=True)
class PairedRounds:
    """Seconds of each round, ours and the baseline's."""

    ours: list[float] = field(default_factory=list)
    baseline: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return ratio_of(self.ours, self.baseline)


class Pair(NamedTuple):
    """Two ways to do the same work. Each takes the number of the round, and returns its seconds."""

    ours: Callable[[int], float]
    baseline: Callable[[int], float]


def seconds(run: Callable[[], object]) -> float:
    """Return the seconds of processor time that `run` takes in this process."""
    start = process_time()
    run()
    return process_time() - start


def ratio_of(those: Sequence[float], these: Sequence[float]) -> float:
    """Return the ratio of the first quartiles of rounds that took turns.

    Other work makes rounds slower, never quicker, and seldom all of them. The quickest round says less: it may be one
    without a checkpoint of the write-ahead log.
    """
    return _first_quartile(those) / _first_quartile(these)


def _first_quartile(taken: Sequence[float]) -> float:
    return quantiles(taken, n=4, method="inclusive")[0] if len(taken) > 1 else taken[0]


def in_turn(pairs: Mapping[int, Pair], rounds: int) -> dict[int, PairedRounds]:
    """Run ours and the baseline of each pair in turn, by the number of contracts that are there.

    Round 0 warms up, and does not count.
    """
    taken = {contracts: PairedRounds() for contracts in pairs}
    for number in range(rounds + 1):
        for contracts, pair in pairs.items():
            ours, baseline = pair.ours(number), pair.baseline(number)
            if number:
                taken[contracts].ours.append(ours)
                taken[contracts].baseline.append(baseline)
    return taken


def comparison_row(name: str, goal: float | None, chunk: int, taken: PairedRounds) -> BenchRow:
    """Return the row of rounds with so many contracts each."""
    ours, baseline = (f"{chunk / median(one):,.0f}/s" for one in (taken.ours, taken.baseline))
    return BenchRow(name, ours, baseline, {RATIO: taken.ratio}, "" if goal is None else f"{goal:.1f}")


def rows_by_size(what: str, goal: float | None, chunk: int, taken: Mapping[int, PairedRounds]) -> list[BenchRow]:
    """Return a row for each number of contracts that were there, the smallest first, with the growth of the others."""
    smallest, *_ = taken.values()
    rows = list[BenchRow]()
    for contracts, measured in taken.items():
        row = comparison_row(f"{what}, {contracts:,} contracts", goal, chunk, measured)
        growth = ratio_of(measured.ours, smallest.ours)
        of_baseline = ratio_of(measured.baseline, smallest.baseline)
        if measured is not smallest:
            words = f"growth of the baseline {of_baseline:.2f}"
            row = replace(row, figures={**row.figures, GROWTH: growth}, besides=words)
        rows.append(replace(row, point=GrowthPoint(what, contracts, growth, of_baseline)))
    return rows


def bulk_row(what: str, contracts: int, goal: float | None, taken: PairedRounds, peak: int) -> BenchRow:
    """Return the row of work on all contracts at once; `peak` is the memory in MB that a process needs at most."""
    ours, baseline = (f"{median(one):.2f} s" for one in (taken.ours, taken.baseline))
    name = f"{what}, {contracts:,} contracts"
    return BenchRow(name, ours, baseline, {RATIO: taken.ratio, MEMORY: peak}, "" if goal is None else f"{goal:.1f} s")


def load_row(what: str, goal: float, ours: Sequence[Round], baseline: Sequence[Round]) -> BenchRow:
    """Return the row of rounds of requests, to ours and to the baseline in turn."""
    ratio = ratio_of(*([1 / one.per_second for one in rounds] for rounds in (ours, baseline)))
    p99, base_p99 = ([_p99(one.ms) for one in rounds] for rounds in (ours, baseline))
    rate, base_rate = (f"{median(one.per_second for one in rounds):,.0f}/s" for rounds in (ours, baseline))
    besides = f"p99 {median(p99):.1f} ms, {median(p99) / median(base_p99):.2f} times that of the baseline: not compared"
    return BenchRow(what, rate, base_rate, {RATIO: ratio}, f"{goal:.1f}", besides)


def latency_row(what: str, ms: Sequence[float]) -> BenchRow:
    """Return the row of the milliseconds of each event from its acceptance to its entry in the last system."""
    events = f"{len(ms):,} events from their acceptance to both tables, p99 {_p99(ms):,.1f} ms"
    return BenchRow(what, f"{median(ms):,.1f} ms", besides=events)


def _p99(ms: Sequence[float]) -> float:
    return quantiles(ms, n=100, method="inclusive")[98]
