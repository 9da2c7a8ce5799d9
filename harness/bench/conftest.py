"""Collecting the results of the benchmark, and the tables at its end."""

from collections.abc import Callable, Sequence

import pytest

from harness.bench.race import Latency, Result, growth, per_second

_RESULTS = pytest.StashKey[list[Result]]()
_LATENCIES = pytest.StashKey[list[Latency]]()

_HEAD = ("what", "contracts", "per second", "floor's", "ratio", "goal", "growth", "floor's")
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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if results := config.stash.get(_RESULTS, []):
        terminalreporter.section("against the floor")
        _table(terminalreporter, [_HEAD, *map(_line, results)])
        terminalreporter.write_line(_LEGEND)
    if latencies := config.stash.get(_LATENCIES, []):
        terminalreporter.section("from event to both tables")
        head = ("what", "events", "median ms", "p99 ms")
        taken = [(one.what, f"{len(one.ms):,}", f"{one.median:,.1f}", f"{one.p99:,.1f}") for one in latencies]
        _table(terminalreporter, [head, *taken])


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
        *("" if times is None else f"{times:.2f}" for times in map(growth, (result.ours, result.floor))),
    )
