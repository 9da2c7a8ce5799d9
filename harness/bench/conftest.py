"""Collecting the results of the benchmark, and the table at its end."""

from collections.abc import Callable

import pytest

from harness.bench.race import Result, growth, per_second

_RESULTS = pytest.StashKey[list[Result]]()

_HEAD = ("what", "contracts", "per second", "floor's", "ratio", "goal", "growth", "floor's")
_LEGEND = """\
ratio   time of ours by time of the floor: the median of rounds that take turns
growth  what a contract costs in the second half, by what it costs in the first thousand"""


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[Result], None]:
    """Put a result into the table."""
    return request.config.stash.setdefault(_RESULTS, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    results = config.stash.get(_RESULTS, [])
    if not results:
        return
    lines = [_HEAD, *map(_line, results)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    terminalreporter.section("against the floor")
    for what, *figures in lines:
        cells = [what.ljust(widths[0])]
        cells += [figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True)]
        terminalreporter.write_line("  ".join(cells))
    terminalreporter.write_line(_LEGEND)


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
