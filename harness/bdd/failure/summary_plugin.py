"""A pytest plugin: after a run, show the failed scenarios by cause, a few of them in detail; all stand in a file.

With ``-v``, pytest shows each of them as well, with its traceback.
"""

import json
from collections.abc import Generator
from pathlib import Path

import pytest

from harness.bdd.failure.causes import group
from harness.bdd.failure.plugin import REPORT_AS_JSON, rerun_command
from harness.bdd.failure.rendering import WIDE, render
from harness.bdd.failure.report import FailureReport
from harness.bdd.failure.summary import HEAD, FailureSummary
from harness.bdd.plugins.condition_report import SCENARIO_PROPERTY, reports_of
from harness.files import FEATURES, atomic_write, require_replaceable
from harness.specification.register import Register
from harness.specification.scenarios import read_readable_scenarios

_PATTERN = rf"\A{HEAD}: ".encode()


def pytest_configure(config: pytest.Config) -> None:
    """Register the collector in the process that reports."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FailureCollector(reports_of(config) / "failures.txt"))


class FailureCollector:
    """Collects the failures of a run, also from other processes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._places: set[str] = set()
        self._failed: dict[str, FailureReport] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        place = _place(report)
        if place:
            self._places.add(place)
            if report.failed:
                self._failed.setdefault(place, _failure(report))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None]:
        """Show the failures, and keep pytest from showing each of them again."""
        if not self._places:
            return (yield)
        scenarios = {one.place: one for one in read_readable_scenarios(FEATURES) if one.place in self._places}
        order = [place for place in scenarios if place in self._failed]
        causes = group({place: self._failed[place] for place in order})
        summary = FailureSummary(causes, scenarios, Register.load())
        written = self._write(summary)
        if not order:
            return (yield)
        _show(terminalreporter, summary, written)
        stats = terminalreporter.stats
        kept = {name: stats[name] for name in ("failed", "error") if name in stats}
        if terminalreporter.config.option.verbose <= 0:
            for name, reports in kept.items():
                stats[name] = [one for one in reports if not _place(one)]
        yield
        for name, reports in kept.items():
            stats[name] = reports
        terminalreporter.write_line("")
        terminalreporter.write_line(summary.headline, red=True)
        return None

    def _write(self, summary: FailureSummary) -> str:
        """Write the file, or remove the one of an earlier run if nothing failed. Returns the line to print about it."""
        try:
            require_replaceable(self._file, _PATTERN)
            if not summary.causes:
                self._file.unlink(missing_ok=True)
                return ""
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(self._file, _PATTERN) as half:
                text = "".join(f"{line}\n" for line in summary.file_lines())
                half.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            return f"no list of the failures: {self._file}: {error.strerror}"
        return f"every failure in detail: {self._file}"


def _show(terminal: pytest.TerminalReporter, summary: FailureSummary, written: str) -> None:
    writer = terminal._tw  # noqa: SLF001 - the only way to its width
    width = writer.fullwidth if writer.hasmarkup else WIDE
    terminal.section("failures by cause")
    terminal.write_line(summary.headline, red=True)
    for line in summary.cause_lines(width):
        terminal.write_line(line)
    shown = summary.in_detail()
    head = "failures in detail" if len(shown) == summary.number else f"{len(shown)} of {summary.number} failures"
    terminal.section(head)
    for number, report in enumerate(shown):
        if number:
            terminal.write_line("-" * min(width, WIDE))
        terminal.write_line(render(report, width))
    terminal.write_line(written)
    if summary.number > len(shown) and terminal.config.pluginmanager.has_plugin("cacheprovider"):
        terminal.write_line(f"to run them again: {rerun_command(terminal.config, '--last-failed')}")


def _place(report: object) -> str:
    """Read the place of the scenario of a report; blank for any other test."""
    return str(dict(getattr(report, "user_properties", ())).get(SCENARIO_PROPERTY, ""))


def _failure(report: pytest.TestReport) -> FailureReport:
    """Read the report of a failed step; make one of the last line of any other failure."""
    if text := getattr(report, REPORT_AS_JSON, None):
        return FailureReport.from_json(json.loads(text))
    place = _place(report)
    problem = report.longreprtext.strip().rpartition("\n")[2].removeprefix("E").strip()
    rerun = f"tox -e bdd -- --scenario {place}"
    return FailureReport(f"features/{place}", report.location[2], f"({report.when})", (), problem, (), rerun)
