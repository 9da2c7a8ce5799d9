"""Collect the results of the benchmarks, and print tables at the end."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

import pytest

from harness.campaigns.benchmarks.measure import (
    BaselineComparison,
    BulkResult,
    Latency,
    LoadResult,
    per_second,
    scaling,
)
from harness.campaigns.benchmarks.saved_run import SavedRun

_RESULTS = pytest.StashKey[list[BaselineComparison]]()
_LATENCIES = pytest.StashKey[list[Latency]]()
_WHOLES = pytest.StashKey[list[BulkResult]]()

_TRAFFIC = pytest.StashKey[list[LoadResult]]()

_WORSE = pytest.StashKey[list[str]]()
"""The ratios that are worse than in the last saved run."""

_HEAD = ("what", "ours", "baseline", "ratio", "saved", "goal", "besides")
_LEGEND = """\
ratio   time of ours by that of the baseline: the median of rounds that take turns
saved   the ratio in the last saved run
growth  what a contract costs in the second half, by what it costs in the first thousand; of the baseline in brackets"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--save", action="store_true", help="keep the figures in docs/performance.md, with their plot")


@pytest.fixture
def record_comparison(request: pytest.FixtureRequest) -> Callable[[BaselineComparison], None]:
    """Return a function that adds a comparison to the table."""
    return request.config.stash.setdefault(_RESULTS, []).append


@pytest.fixture
def record_latency(request: pytest.FixtureRequest) -> Callable[[Latency], None]:
    """Return a function that adds the latency of events to the table."""
    return request.config.stash.setdefault(_LATENCIES, []).append


@pytest.fixture
def record_load(request: pytest.FixtureRequest) -> Callable[[LoadResult], None]:
    """Return a function that adds requests over HTTP to the table."""
    return request.config.stash.setdefault(_TRAFFIC, []).append


@pytest.fixture
def record_bulk(request: pytest.FixtureRequest) -> Callable[[BulkResult], None]:
    """Return a function that adds work on all contracts at once to the table."""
    return request.config.stash.setdefault(_WHOLES, []).append


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Save the run, or fail it where a ratio is worse than in the last one that was saved."""
    stash = session.config.stash
    comparisons, wholes, loads = (
        stash.setdefault(_RESULTS, []),
        stash.setdefault(_WHOLES, []),
        stash.setdefault(_TRAFFIC, []),
    )
    run = SavedRun.of(comparisons, wholes, loads)
    if session.config.getoption("--save"):
        if session.exitstatus == pytest.ExitCode.OK:
            run.save()
        return
    stash[_WORSE] = run.worse_than(SavedRun.read())
    if stash[_WORSE] and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    stash, saved = config.stash, SavedRun.read().ratios
    rows = [
        *(_comparison_row(one, saved) for one in stash.get(_RESULTS, [])),
        *(_bulk_row(one, saved) for one in stash.get(_WHOLES, [])),
        *(_load_row(one, saved) for one in stash.get(_TRAFFIC, [])),
        *(_latency_row(one) for one in stash.get(_LATENCIES, [])),
    ]
    if rows:
        terminalreporter.section("against the baseline")
        _table(terminalreporter, [_HEAD, *rows])
        terminalreporter.write_line(_LEGEND)
    if worse := stash.get(_WORSE, []):
        terminalreporter.section("worse by more than a fifth")
        for line in worse:
            terminalreporter.write_line(line, red=True)


def _table(terminalreporter: pytest.TerminalReporter, lines: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for what, *figures, besides in lines:
        cells = [what.ljust(widths[0])]
        cells += [figure.rjust(width) for figure, width in zip(figures, widths[1:-1], strict=True)]
        terminalreporter.write_line("  ".join([*cells, besides]).rstrip())


def _row(name: str, measured: tuple[str, str], ratio: float, saved: Mapping[str, float], *rest: str) -> tuple[str, ...]:
    before = f"{saved[name]:.2f}" if name in saved else ""
    return (name, *measured, f"{ratio:.2f}", before, *rest)


def _comparison_row(one: BaselineComparison, saved: Mapping[str, float]) -> tuple[str, ...]:
    measured = f"{per_second(one.ours):,.0f}/s", f"{per_second(one.baseline):,.0f}/s"
    growth, base = scaling(one.ours), scaling(one.baseline)
    besides = "" if growth is None or base is None else f"growth {growth:.2f} ({base:.2f})"
    return _row(one.name, measured, one.ratio, saved, "" if one.goal is None else f"{one.goal:.1f}", besides)


def _bulk_row(one: BulkResult, saved: Mapping[str, float]) -> tuple[str, ...]:
    measured = f"{median(one.ours):.2f} s", f"{median(one.baseline):.2f} s"
    besides = "" if one.peak is None else f"at most {one.peak:,} MB"
    return _row(one.name, measured, one.ratio, saved, "" if one.goal is None else f"{one.goal:.1f} s", besides)


def _load_row(one: LoadResult, saved: Mapping[str, float]) -> tuple[str, ...]:
    (ours, ours_p99), (baseline, baseline_p99) = one.figures(one.ours), one.figures(one.baseline)
    besides = f"p99 {ours_p99:.1f} ms, {one.ratio_of_p99:.2f} times that of the baseline, {baseline_p99:.1f} ms"
    return _row(one.name, (f"{ours:,.0f}/s", f"{baseline:,.0f}/s"), one.ratio, saved, f"{one.goal:.1f}", besides)


def _latency_row(one: Latency) -> tuple[str, ...]:
    events = f"{len(one.ms):,} events from their acceptance to both tables, p99 {one.p99:,.1f} ms"
    return (one.what, f"{one.median:,.1f} ms", "", "", "", "", events)
