"""A pytest plugin: a marker for each tag of the features, and at the end of a run the result by condition.

The numbers come from the census, not from what pytest collected: whatever was deselected, not reached or never
collected shows as not run.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Generator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.bdd.outcome import FAILED, NOT_RUN, PASSED, SKIPPED, WORST_FIRST, worst
from harness.bdd.plugins.unsupported import SKIPPED_ASSERTION
from harness.bdd.pytest_bdd_internals import example_index, scenario_of
from harness.files import FEATURES
from harness.specification.census import OTHER_TAGS
from harness.specification.register import Register
from harness.specification.scenarios import Scenario, read_scenarios

_COLOURS = {FAILED: "red", NOT_RUN: "yellow", SKIPPED: "yellow", PASSED: "green"}

SCENARIO_PROPERTY = "scenario"
"""The user property of a test, and so of its reports, that says which scenario it runs."""

RESULTS_TO = "--results-to"

_OTHERS = "other scenarios: errors and edges"


def place_of(item: pytest.Item) -> str:
    """Which scenario a test runs, as the census has its place; blank for any other test."""
    return str(dict(item.user_properties).get(SCENARIO_PROPERTY, ""))


class Line(NamedTuple):
    """One line of the table."""

    id: str
    title: str

    again: str
    """What the command takes to run those that failed again."""

    states: dict[Scenario, str]

    @property
    def result(self) -> str:
        """The worst of its states: what was run in part has not passed."""
        return worst(self.states.values())

    @property
    def remark(self) -> str:
        """How many are in which state, where they are not all in the same."""
        counts = self.counts
        return ", ".join(f"{number} {state.lower()}" for state, number in counts.items()) if len(counts) > 1 else ""

    @property
    def counts(self) -> dict[str, int]:
        """By state, how many scenarios are in it; the worst state first."""
        counted = Counter(self.states.values())
        return {state: counted[state] for state in WORST_FIRST if state in counted}

    @property
    def failed(self) -> list[Scenario]:
        return [scenario for scenario, state in self.states.items() if state == FAILED]


class SkipReason(NamedTuple):
    """Why scenarios were not run, or not wholly."""

    reason: str

    number: int
    """Of scenarios."""

    conditions: list[str]
    """The ids of those that they belong to."""


class ConditionReport:
    """The report on one folder of features."""

    def __init__(self, register: Register, features: Path) -> None:
        self._register = register
        self._features = features
        self._states: dict[str, str] = {}
        self._skipped: dict[str, str] = {}
        """By place of a scenario that was skipped, why."""

        self._left_out: dict[str, list[str]] = {}
        """By place of a scenario of which steps were left out, why."""

    @cached_property
    def _scenarios(self) -> list[Scenario]:
        return read_scenarios(self._features)

    @cached_property
    def _rows(self) -> dict[tuple[Path, str], list[Scenario]]:
        """By file and name as it is written: the scenario, or every row of the outline."""
        rows = defaultdict(list)
        for scenario in self._scenarios:
            rows[self._features / scenario.feature, scenario.heading].append(scenario)
        return rows

    def pytest_configure(self, config: pytest.Config) -> None:
        tags = {entry.tag: entry.headline for entry in self._register.entries} | dict(OTHER_TAGS)
        for tag, meaning in tags.items():
            config.addinivalue_line("markers", f"{tag}: {meaning}")

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        template = scenario_of(item)
        if template is None:
            return
        rows = self._rows.get((Path(template.feature.filename), template.name), [])
        row = example_index(item)
        if row < len(rows):
            # On the test, not in a table of ours: its reports carry it even from another process.
            item.user_properties.append((SCENARIO_PROPERTY, rows[row].place))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        place = dict(report.user_properties).get(SCENARIO_PROPERTY)
        if not isinstance(place, str):
            return
        if report.failed:
            self._states[place] = FAILED
        elif report.skipped:
            self._states.setdefault(place, SKIPPED)
            self._skipped[place] = _reason(report)
        elif report.when == "call":
            self._states.setdefault(place, PASSED)
            self._left_out[place] = [str(why) for name, why in report.user_properties if name == SKIPPED_ASSERTION]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        yield  # pytest's own summaries first: the table is what the eye should find at the end
        if self._states:
            lines = self._lines()
            if file := terminalreporter.config.getoption(RESULTS_TO, None):
                self._write_results(file, lines)
            if terminalreporter.config.getoption("scenario", None):
                lines = [line for line in lines if any(state != NOT_RUN for state in line.states.values())]
            _print_table(terminalreporter, lines)
            _print_failed(terminalreporter, lines)
            skipped = {place: [why] for place, why in self._skipped.items()}
            _print_concerns(terminalreporter, "skipped scenarios", self._concerns(skipped))
            _print_concerns(terminalreporter, "passed without a step that was left out", self._concerns(self._left_out))

    def _write_results(self, file: Path, lines: list[Line]) -> None:
        """The table as JSON: by line, how many scenarios are in which state."""
        results = [{"id": line.id, "title": line.title, "result": line.result, **line.counts} for line in lines]
        file.write_text(json.dumps(results, indent=2), encoding="utf-8")

    def _concerns(self, reasons: dict[str, list[str]]) -> list[SkipReason]:
        """The reasons, by place of the scenarios that have them; the most frequent first."""
        concerned = defaultdict(list)
        for scenario in self._scenarios:
            for reason in reasons.get(scenario.place, []):
                concerned[reason].append(scenario)
        conditions = self._register.conditions
        return [
            SkipReason(
                reason, len(those), [one.id for one in conditions if any(one.tag in each.tags for each in those)]
            )
            for reason, those in sorted(concerned.items(), key=lambda item: -len(item[1]))
        ]

    def _lines(self) -> list[Line]:
        states = {scenario: self._states.get(scenario.place, NOT_RUN) for scenario in self._scenarios}
        lines = []
        for condition in self._register.conditions:
            shown_by = {scenario: states[scenario] for scenario in states if condition.tag in scenario.tags}
            lines.append(Line(condition.id, condition.title, f"-m {condition.tag}", shown_by))
        counted = {scenario for line in lines for scenario in line.states}
        if others := {scenario: states[scenario] for scenario in states if scenario not in counted}:
            lines.append(Line("", _OTHERS, "--last-failed", others))
        return lines


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(RESULTS_TO, metavar="FILE", type=Path, help="write the result by condition to FILE, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(ConditionReport(Register.load(), FEATURES))


def _mode(config: pytest.Config) -> str:
    """Where the features ran, if not in this process."""
    modes = {"--wire": "wire", "--middleware-url": "external"}
    return next((name for option, name in modes.items() if config.getoption(option, None)), "")


def _print_table(terminal: pytest.TerminalReporter, lines: list[Line]) -> None:
    mode = _mode(terminal.config)
    terminal.section(f"result by condition{mode and f' ({mode})'}")
    head = ("id", "title", "result", "scenarios")
    ids, titles, results = (
        max(map(len, column))
        for column in zip(head[:3], *((line.id, line.title, line.result) for line in lines), strict=True)
    )
    terminal.write_line(f"{head[0]:{ids}}  {head[1]:{titles}}  {head[2]:{results}}  {head[3]}")
    for line in lines:
        terminal.write(f"{line.id:{ids}}  {line.title:{titles}}  ")
        terminal.write(f"{line.result:{results}}", **{_COLOURS[line.result]: True})
        terminal.write_line(f"  {len(line.states):{len(head[3])}}  {line.remark}".rstrip())


def _print_failed(terminal: pytest.TerminalReporter, lines: list[Line]) -> None:
    for line in lines:
        if not line.failed:
            continue
        terminal.write_line("")
        terminal.write_line(f"failed in {f'condition {line.id}' if line.id else 'the ' + line.title}", red=True)
        for scenario in line.failed:
            terminal.write_line(f"  {scenario.place}  {scenario.name}")
        terminal.write_line(f"  to run again: tox -e bdd -- {line.again}")


def _print_concerns(terminal: pytest.TerminalReporter, what: str, concerns: list[SkipReason]) -> None:
    if not concerns:
        return
    terminal.write_line("")
    terminal.write_line(what, yellow=True)
    for concern in concerns:
        of = f"; of condition {', '.join(concern.conditions)}" if concern.conditions else ""
        terminal.write_line(f"  {concern.number} x {concern.reason}{of}")


def _reason(report: pytest.TestReport) -> str:
    """Why a test was skipped."""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ")
