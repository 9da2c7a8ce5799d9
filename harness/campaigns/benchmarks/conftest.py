"""Collecting the results of the benchmark, and the tables at its end."""

from collections.abc import Callable, Sequence
from statistics import median

import pytest

from harness.campaigns.benchmarks.measure import Latency, Result, Traffic, Whole, per_second, scaling

_RESULTS = pytest.StashKey[list[Result]]()
_LATENCIES = pytest.StashKey[list[Latency]]()
_WHOLES = pytest.StashKey[list[Whole]]()

_TRAFFIC = pytest.StashKey[list[Traffic]]()
_FACTS = pytest.StashKey[list[tuple[str, str]]]()

_HEAD = ("what", "contracts", "per second", "floor's", "ratio", "goal", "growth", "floor's")
_WHOLE_HEAD = ("what", "contracts", "seconds", "goal", "floor's", "ratio", "ms each")
_LEGEND = """\
ratio   time of ours by time of the floor: the median of rounds that take turns
growth  what a contract costs in the second half, by what it costs in the first thousand"""


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[Result], None]:
    """Put a result into the table."""
    return request.config.stash.setdefault(_RESULTS, []).append


@pytest.fixture
def note_latency(request: pytest.FixtureRequest) -> Callable[[Latency], None]:
    """Put what events took into the table."""
    return request.config.stash.setdefault(_LATENCIES, []).append


@pytest.fixture
def note_traffic(request: pytest.FixtureRequest) -> Callable[[Traffic], None]:
    """Put requests over HTTP into the table."""
    return request.config.stash.setdefault(_TRAFFIC, []).append


@pytest.fixture
def note_fact(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Put a figure that has no floor into the table."""
    facts = request.config.stash.setdefault(_FACTS, [])
    return lambda what, figure: facts.append((what, figure))


@pytest.fixture
def note_whole(request: pytest.FixtureRequest) -> Callable[[Whole], None]:
    """Put what all contracts at once took into the table."""
    return request.config.stash.setdefault(_WHOLES, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if results := config.stash.get(_RESULTS, []):
        terminalreporter.section("against the floor")
        _table(terminalreporter, [_HEAD, *map(_line, results)])
        terminalreporter.write_line(_LEGEND)
    if wholes := config.stash.get(_WHOLES, []):
        terminalreporter.section("all contracts at once")
        _table(terminalreporter, [_WHOLE_HEAD, *map(_whole, wholes)])
    if latencies := config.stash.get(_LATENCIES, []):
        terminalreporter.section("from event to both tables")
        head = ("what", "events", "median ms", "p99 ms")
        taken = [(one.what, f"{len(one.ms):,}", f"{one.median:,.1f}", f"{one.p99:,.1f}") for one in latencies]
        _table(terminalreporter, [head, *taken])
    if traffic := config.stash.get(_TRAFFIC, []):
        terminalreporter.section("over HTTP, against a bare route with the same bytes")
        columns = ("what", "connections", "per second", "floor's", "ratio", "p99 ms", "floor's", "ratio", "goal")
        _table(terminalreporter, [columns, *map(_line_of_traffic, traffic)])
    if facts := config.stash.get(_FACTS, []):
        terminalreporter.section("on the wire")
        _table(terminalreporter, facts)


def _line_of_traffic(one: Traffic) -> tuple[str, ...]:
    (ours, ours_p99), (floor, floor_p99) = one.figures(one.ours), one.figures(one.floor)
    return (
        one.what,
        str(one.connections),
        f"{ours:,.0f}",
        f"{floor:,.0f}",
        f"{one.ratio:.2f}",
        f"{ours_p99:.2f}",
        f"{floor_p99:.2f}",
        f"{one.ratio_of_p99:.2f}",
        f"{one.goal:.1f}",
    )


def _whole(one: Whole) -> tuple[str, ...]:
    taken, floor = median(one.ours), median(one.floor)
    goal = "" if one.goal is None else f"{one.goal:.1f}"
    each = f"{taken / one.contracts * 1000:.3f}"
    return (one.what, f"{one.contracts:,}", f"{taken:.2f}", goal, f"{floor:.2f}", f"{one.ratio:.2f}", each)


def _table(terminalreporter: pytest.TerminalReporter, lines: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for what, *figures in lines:
        cells = [what.ljust(widths[0])]
        cells += [figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True)]
        terminalreporter.write_line("  ".join(cells))


def _line(result: Result) -> tuple[str, ...]:
    return (
        result.what,
        f"{result.size:,}",
        f"{per_second(result.ours):,.0f}",
        f"{per_second(result.floor):,.0f}",
        f"{result.ratio:.2f}",
        "" if result.goal is None else f"{result.goal:.1f}",
        *("" if times is None else f"{times:.2f}" for times in map(scaling, (result.ours, result.floor))),
    )
