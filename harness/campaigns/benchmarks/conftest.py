"""Collect the results of the benchmarks, and print tables at the end."""

from collections.abc import Callable, Sequence
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

_HEAD = ("what", "contracts", "per second", "baseline", "ratio", "goal", "growth", "baseline")
_WHOLE_HEAD = ("what", "contracts", "seconds", "goal", "baseline", "ratio", "ms each", "peak MB")
_LEGEND = """\
ratio   time of ours by time of the baseline: the median of rounds that take turns
growth  what a contract costs in the second half, by what it costs in the first thousand"""


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
    if results := config.stash.get(_RESULTS, []):
        terminalreporter.section("against the baseline")
        _table(terminalreporter, [_HEAD, *map(_comparison_row, results)])
        terminalreporter.write_line(_LEGEND)
    if wholes := config.stash.get(_WHOLES, []):
        terminalreporter.section("all contracts at once")
        _table(terminalreporter, [_WHOLE_HEAD, *map(_bulk_row, wholes)])
    if latencies := config.stash.get(_LATENCIES, []):
        terminalreporter.section("from event to both tables")
        head = ("what", "events", "median ms", "p99 ms")
        taken = [(one.what, f"{len(one.ms):,}", f"{one.median:,.1f}", f"{one.p99:,.1f}") for one in latencies]
        _table(terminalreporter, [head, *taken])
    if traffic := config.stash.get(_TRAFFIC, []):
        terminalreporter.section("over HTTP, against a bare route with the same bytes")
        columns = ("what", "connections", "per second", "baseline", "ratio", "p99 ms", "baseline", "ratio", "goal")
        _table(terminalreporter, [columns, *map(_load_row, traffic)])

    if worse := config.stash.get(_WORSE, []):
        terminalreporter.section("worse by more than a fifth")
        for line in worse:
            terminalreporter.write_line(line, red=True)


def _load_row(one: LoadResult) -> tuple[str, ...]:
    (ours, ours_p99), (baseline, baseline_p99) = one.figures(one.ours), one.figures(one.baseline)
    return (
        one.what,
        str(one.connections),
        f"{ours:,.0f}",
        f"{baseline:,.0f}",
        f"{one.ratio:.2f}",
        f"{ours_p99:.2f}",
        f"{baseline_p99:.2f}",
        f"{one.ratio_of_p99:.2f}",
        f"{one.goal:.1f}",
    )


def _bulk_row(one: BulkResult) -> tuple[str, ...]:
    taken, baseline = median(one.ours), median(one.baseline)
    goal = "" if one.goal is None else f"{one.goal:.1f}"
    each = f"{taken / one.contracts * 1000:.3f}"
    peak = "" if one.peak is None else f"{one.peak:,}"
    return (one.what, f"{one.contracts:,}", f"{taken:.2f}", goal, f"{baseline:.2f}", f"{one.ratio:.2f}", each, peak)


def _table(terminalreporter: pytest.TerminalReporter, lines: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for what, *figures in lines:
        cells = [what.ljust(widths[0])]
        cells += [figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True)]
        terminalreporter.write_line("  ".join(cells))


def _comparison_row(result: BaselineComparison) -> tuple[str, ...]:
    return (
        result.what,
        f"{result.size:,}",
        f"{per_second(result.ours):,.0f}",
        f"{per_second(result.baseline):,.0f}",
        f"{result.ratio:.2f}",
        "" if result.goal is None else f"{result.goal:.1f}",
        *("" if times is None else f"{times:.2f}" for times in map(scaling, (result.ours, result.baseline))),
    )
