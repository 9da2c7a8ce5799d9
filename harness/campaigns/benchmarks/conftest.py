"""Collect the rows of the benchmarks, compare them with the last saved run, and print them as one table."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness.campaigns.benchmarks.measure import GROWTH, MEMORY, RATIO, BenchRow
from harness.campaigns.benchmarks.saved_run import (
    DOCS,
    SavedFigures,
    not_compared,
    read,
    save,
    shown,
    why_not_saved,
    worse,
)
from harness.campaigns.benchmarks.what_is_there import FilledFolders

_HEAD = ("what", "ours", "baseline", "ratio", "saved", "growth", "saved", "MB", "saved", "goal", "besides")
_LEGEND = """\
ratio   time of ours by that of the baseline, in rounds that take turns: a quarter of the rounds of each took less
growth  what a contract costs where so many are there, by what it costs where the fewest are, measured likewise
MB      the memory that a process of its own needs at most
saved   the figure of the last saved run: one that is worse by more than a fifth is measured once more, and then fails
Not compared: p99 and the time of an event to both tables. The clock of this machine measures them, with all that it
does besides, and p99 rests on the slowest hundredth."""


@dataclass
class BenchRun:
    """The rows of a run so far, and what they are compared with."""

    saved: SavedFigures
    is_saved: bool
    """True where its figures are to be saved."""

    docs: Path
    rows: list[BenchRow] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    """The figures that were worse at first, and so were measured once more."""

    deselected: int = 0
    is_part: bool = False

    def record(self, measure: Callable[[], Iterable[BenchRow]]) -> None:
        """Add rows; those that are worse than in the last saved run are measured once more, which then counts."""
        rows = [*measure()]
        bad = {row.name: worse(row, self.saved) for row in rows if worse(row, self.saved)}
        again = {row.name: row for row in measure() if row.name in bad} if bad else {}
        for name, said in bad.items():
            now = ", ".join(f"{figure} {shown(figure, one)}" for figure, one in again[name].figures.items())
            self.repeated += [f"{one}; measured again: {now}" for one in said]
        self.rows += [again.get(row.name, row) for row in rows]

    @property
    def worse(self) -> list[str]:
        return [line for row in self.rows for line in worse(row, self.saved)]

    @property
    def missing(self) -> list[str]:
        """The figures that cannot be compared, as they or their rows are missing on one side."""
        measured = {row.name for row in self.rows}
        gone = (
            [] if self.is_part else [f"{name}: saved, but not measured" for name in self.saved if name not in measured]
        )
        return [*(line for row in self.rows for line in not_compared(row, self.saved)), *gone]


_RUN = pytest.StashKey[BenchRun]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--save", action="store_true", help="keep the figures in docs/performance.md, with their plot")
    parser.addoption("--docs", type=Path, default=DOCS, help="the folder of the figures, in place of docs/")


def pytest_configure(config: pytest.Config) -> None:
    docs = config.getoption("--docs")
    try:
        config.stash[_RUN] = BenchRun(read(docs), config.getoption("--save"), docs)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
    if config.getoption("--save") and (why := why_not_saved(docs)):
        raise pytest.UsageError(f"--save: {why}")


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[[Callable[[], Iterable[BenchRow]]], None]:
    """Return a function that measures rows and adds them to the table."""
    return request.config.stash[_RUN].record


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> FilledFolders:
    """Return databases of each size, which are filled once."""
    return FilledFolders(tmp_path_factory.mktemp("filled"))


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    if items:
        items[0].config.stash[_RUN].deselected += len(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse to save a part: it would throw away the figures of all else."""
    run, modules = session.config.stash[_RUN], {item.path for item in session.items}
    there = {file for module in modules for file in module.parent.glob("bench_*.py")}
    config = session.config
    selected = config.option.collectonly or any("::" in one for one in config.args)
    run.is_part = bool(selected or run.deselected) or modules != there or not modules
    if run.is_saved and run.is_part:
        raise pytest.UsageError("--save needs a run of all benchmarks: a part would throw away the other figures")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Save the run, or fail it where a figure is worse than in the last one that was saved, or is not there."""
    run = session.config.stash[_RUN]
    if session.exitstatus != pytest.ExitCode.OK:
        return
    if run.is_saved:
        save(run.rows, run.docs)
    elif run.worse or run.missing:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    run = config.stash[_RUN]
    if run.rows:
        terminalreporter.section("against the baseline")
        _table(terminalreporter, [_HEAD, *(_cells(row, run.saved) for row in run.rows)])
        terminalreporter.write_line(_LEGEND)
    for title, lines in (
        ("worse at first, and measured once more", run.repeated),
        ("worse by more than a fifth", run.worse),
        ("not compared", run.missing),
    ):
        if lines:
            terminalreporter.section(title)
            for line in lines:
                terminalreporter.write_line(line, red=lines is not run.repeated)


def _table(terminalreporter: pytest.TerminalReporter, lines: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for what, *figures, besides in lines:
        cells = [what.ljust(widths[0])]
        cells += [figure.rjust(width) for figure, width in zip(figures, widths[1:-1], strict=True)]
        terminalreporter.write_line("  ".join([*cells, besides]).rstrip())


def _cells(row: BenchRow, saved: SavedFigures) -> tuple[str, ...]:
    before, figures = saved.get(row.name, {}), list[str]()
    for name in (RATIO, GROWTH, MEMORY):
        if name in row.figures:
            figures += [shown(name, row.figures[name]), shown(name, before[name]) if name in before else "not saved"]
        else:
            figures += ["", "" if row.figures or name != RATIO else "not compared"]
    return (row.name, row.ours, row.baseline, *figures, row.goal, row.besides)
