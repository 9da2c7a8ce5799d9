"""A pytest plugin: end a run against a middleware that is not ours with the verdict, on the screen and as JSON."""

from collections.abc import Generator
from pathlib import Path

import pytest

from harness.bdd.plugins.condition_report import reports_of
from harness.bdd.plugins.missing_reports import fail_run
from harness.environments.plugin import SHEET_ALONE
from harness.evidence.plugin import RUN
from harness.evidence.verdict import (
    BEYOND_SHEET,
    FAILED,
    NOT_OBSERVABLE,
    PASSED,
    PATTERN,
    ConditionVerdict,
    Verdict,
    judge,
    write,
)
from harness.files import FEATURES, require_replaceable
from harness.specification.register import Register
from harness.specification.scenarios import read_readable_scenarios
from harness.text import printable

_COLUMNS = (PASSED, FAILED, BEYOND_SHEET, NOT_OBSERVABLE)
_COLOURS = {PASSED: "green", FAILED: "red"}


@pytest.hookimpl(trylast=True)  # after the environment has been chosen
def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError where the verdict would replace a file that is none."""
    if not config.stash.get(SHEET_ALONE, False) or not config.pluginmanager.has_plugin("harness.evidence.plugin"):
        return
    file = _file(config)
    try:
        require_replaceable(file, PATTERN)
    except OSError as error:
        raise pytest.UsageError(f"--reports: {file} cannot be written: {error.strerror}") from None
    config.pluginmanager.register(VerdictReport(), "zicm-verdict")


class VerdictReport:
    """Judges the run after its end."""

    def __init__(self) -> None:
        self._verdict: Verdict | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        run = session.config.stash.get(RUN, None)
        if run is None:
            return
        self._verdict = judge(run, Register.load(), read_readable_scenarios(FEATURES))
        try:
            write(self._verdict, _file(session.config))
        except OSError as problem:
            fail_run(session, f"no verdict: {problem}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        yield
        if self._verdict:
            _print(terminalreporter, self._verdict)
            terminalreporter.write_line("")
            terminalreporter.write_line(f"verdict: {_file(terminalreporter.config)}")


def _file(config: pytest.Config) -> Path:
    return reports_of(config) / "verdict.json"


def _print(terminal: pytest.TerminalReporter, verdict: Verdict) -> None:
    """Print a line for each condition, then the first difference of each that failed."""
    terminal.section(f"verdict: {verdict.result}")
    width = max(len(one.title) for one in verdict.all)
    results = max(len(one.result) for one in verdict.all)
    terminal.write_line(f"{'id':3}  {'title':{width}}  {'result':{results}}  {'  '.join(_COLUMNS)}")
    for one in verdict.all:
        terminal.write(f"{one.id:3}  {one.title:{width}}  ")
        terminal.write(f"{one.result:{results}}", **{_COLOURS.get(one.result, "yellow"): True})
        numbers = (f"{one.counts[column] or '':>{len(column)}}" for column in _COLUMNS)
        terminal.write_line(f"  {'  '.join(numbers)}".rstrip())
    for one in verdict.all:
        _print_difference(terminal, one)


def _print_difference(terminal: pytest.TerminalReporter, condition: ConditionVerdict) -> None:
    failed = condition.first_failed
    if failed is None or failed.difference is None:
        return
    others = f", and {condition.counts[FAILED] - 1} more" if condition.counts[FAILED] > 1 else ""
    of = f"condition {condition.id}" if condition.id else f"the {condition.title}"
    terminal.write_line("")
    terminal.write_line(f"what differs first in {of}", red=True)
    terminal.write_line(f"  {failed.place}  {printable(failed.name)}{others}")
    terminal.write_line(f"  {printable(failed.difference.step)}")
    for line in failed.difference.lines:
        terminal.write_line(f"    {line}")
