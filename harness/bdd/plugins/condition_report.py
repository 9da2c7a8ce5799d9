"""A pytest plugin: register a marker for each tag of the features, and report the result by condition after a run.

Scenarios are counted in the feature files, not in what pytest collected: those that were deselected, not reached or
never collected show as not run.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Generator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.bdd.outcome import FAILED, NOT_RUN, PASSED, SKIPPED, WORST_FIRST, worst
from harness.bdd.plugins.missing_reports import fail_run
from harness.bdd.plugins.unsupported import SKIPPED_ASSERTION
from harness.bdd.pytest_bdd_internals import example_index, scenario_of
from harness.environments.interfaces import Mode
from harness.environments.plugin import MODE
from harness.files import FEATURES, atomic_write, require_replaceable
from harness.specification.census import OTHER_TAGS
from harness.specification.register import Register, Target
from harness.specification.scenarios import Scenario, read_readable_scenarios

_COLOURS = {FAILED: "red", NOT_RUN: "yellow", SKIPPED: "yellow", PASSED: "green"}

FOLDER = pytest.StashKey[Path]()
"""The folder of the features of a run."""

REGISTER = pytest.StashKey[Register]()
"""The register that the features of a run are about."""

SCENARIO_PROPERTY = "scenario"
"""The user property of a test, and so of its reports, that holds the place of its scenario."""

TITLE_PROPERTY = "title"
"""The user property that holds the name of its scenario as the feature writes it."""

RESULTS_TO = "--results-to"
_RESULTS = rb'\A\[\s+\{\s+"id": "'
"""Found at the beginning of results that were written before, which may be replaced."""

_SELECTIONS = ("scenario", "markexpr", "keyword", "lf")
"""The options of a run that lists only what it ran."""

_OTHERS = "other scenarios: errors and edges"

_TITLES = {
    Target.ECC: "result by condition",
    Target.SCM: f"result by condition of {Target.SCM}",
}


def place_of(item: pytest.Item) -> str:
    """Read the place of the scenario that a test runs, as `Scenario.place`; blank for any other test."""
    return str(dict(item.user_properties).get(SCENARIO_PROPERTY, ""))


class ConditionResult(NamedTuple):
    """One line of the table."""

    id: str
    title: str

    states: dict[Scenario, str]
    target: Target = Target.ECC

    @property
    def result(self) -> str:
        """The worst state: a condition that was run in part has not passed."""
        return worst(self.states.values())

    @property
    def remark(self) -> str:
        """The number of scenarios in each state; blank where all are in the same."""
        counts = self.counts
        return ", ".join(f"{number} {state.lower()}" for state, number in counts.items()) if len(counts) > 1 else ""

    @property
    def counts(self) -> dict[str, int]:
        """State to number of scenarios, the worst state first."""
        counted = Counter(self.states.values())
        return {state: counted[state] for state in WORST_FIRST if state in counted}


class SkipReason(NamedTuple):
    """A reason for which scenarios, or steps of them, were skipped."""

    reason: str

    number: int
    """Number of scenarios."""

    conditions: list[str]
    """The ids of their conditions."""


class ConditionReport:
    """Reports on one folder of features."""

    def __init__(self, register: Register, features: Path) -> None:
        self._register = register
        self._conditions = {one.tag: one.id for one in register.conditions}
        self._rules = {one.tag: one.id for one in register.entries if one.tag not in self._conditions}
        """Tag to id of all entries but the conditions."""

        self._features = features
        self._states: dict[str, str] = {}
        self._skipped: dict[str, str] = {}
        """Place of a skipped scenario to the reason."""

        self._beyond_sheet: dict[str, list[str]] = {}
        """Place of a scenario that asks for more than the sheet, and was not held, to what that means."""

        self._skipped_steps: dict[str, list[str]] = {}
        """Place of a scenario to the reasons for which steps of it were skipped."""

        self._broken: list[str] = []
        """The reasons features did not run, a text for each."""

    @cached_property
    def _scenarios(self) -> list[Scenario]:
        return read_readable_scenarios(self._features)

    @cached_property
    def _rows(self) -> dict[tuple[Path, str], list[Scenario]]:
        """File and heading to the scenario, or to every row of the outline."""
        rows = defaultdict(list)
        for scenario in self._scenarios:
            rows[self._features / scenario.feature, scenario.heading].append(scenario)
        return rows

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[FOLDER], config.stash[REGISTER] = self._features, self._register
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
            # A property of the test is part of its reports, also of those from another process, and of JUnit XML.
            item.user_properties += [(SCENARIO_PROPERTY, rows[row].place), *self._properties(rows[row])]

    def _properties(self, scenario: Scenario) -> list[tuple[str, object]]:
        """Say for JUnit XML what a scenario shows; what it does not have is left out."""
        conditions = [id_ for tag, id_ in self._conditions.items() if tag in scenario.tags]
        rules = [id_ for tag, id_ in self._rules.items() if tag in scenario.tags]
        found = {
            TITLE_PROPERTY: scenario.name,
            "feature": scenario.feature,
            "condition": ", ".join(conditions),
            "rules": ", ".join(rules),
        }
        return [(name, value) for name, value in found.items() if value]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and report.nodeid.endswith(".feature"):
            self._broken.append(str(report.longrepr))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        place = dict(report.user_properties).get(SCENARIO_PROPERTY)
        if not isinstance(place, str):
            return
        if report.failed:
            self._states[place] = FAILED
        elif report.skipped:
            self._states.setdefault(place, SKIPPED)
            if reason := getattr(report, "wasxfail", ""):
                self._beyond_sheet[place] = [reason]
            else:
                self._skipped[place] = _reason(report)
        elif report.when == "call":
            self._states.setdefault(place, PASSED)
            self._skipped_steps[place] = [str(why) for name, why in report.user_properties if name == SKIPPED_ASSERTION]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        file = session.config.getoption(RESULTS_TO, None)
        if file and self._states:
            try:
                _write_results(file, self._results())
            except OSError as problem:
                fail_run(session, f"no results: {problem}")

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        yield  # pytest's own summaries come first, so that the table is the last thing on the screen
        if self._states:
            results = self._results()
            if any(terminalreporter.config.getoption(option, None) for option in _SELECTIONS):
                results = [one for one in results if any(state != NOT_RUN for state in one.states.values())]
            _print_broken(terminalreporter, self._broken)
            skipped = {place: [reason] for place, reason in self._skipped.items()}
            _print_skipped(terminalreporter, "skipped scenarios", self._skip_reasons(skipped))
            _print_skipped(terminalreporter, "not held, and not counted", self._skip_reasons(self._beyond_sheet))
            _print_skipped(terminalreporter, "passed, with skipped steps", self._skip_reasons(self._skipped_steps))
            if not terminalreporter.config.pluginmanager.has_plugin("zicm-verdict"):  # whose table has more
                for target, title in _TITLES.items():
                    if of_target := [one for one in results if one.target is target]:
                        _print_table(terminalreporter, title, of_target)

    def _skip_reasons(self, reasons: dict[str, list[str]]) -> list[SkipReason]:
        """Group scenarios by reason, the most frequent first; `reasons` are by place of the scenario."""
        by_reason = defaultdict(list)
        for scenario in self._scenarios:
            for reason in reasons.get(scenario.place, []):
                by_reason[reason].append(scenario)
        return [
            SkipReason(
                reason,
                len(scenarios),
                [one.id for one in self._register.conditions if any(one.tag in each.tags for each in scenarios)],
            )
            for reason, scenarios in sorted(by_reason.items(), key=lambda item: -len(item[1]))
        ]

    def _results(self) -> list[ConditionResult]:
        return [one for target in Target for one in self._results_of(target)]

    def _results_of(self, target: Target) -> list[ConditionResult]:
        states = {
            scenario: self._states.get(scenario.place, NOT_RUN)
            for scenario in self._scenarios
            if scenario.target is target
        }
        results = []
        for condition in self._register.conditions_of(target):
            of_condition = {scenario: states[scenario] for scenario in states if condition.tag in scenario.tags}
            if of_condition or not condition.waived:
                results.append(ConditionResult(condition.id, condition.title, of_condition, target))
        counted = {scenario for result in results for scenario in result.states}
        if others := {scenario: states[scenario] for scenario in states if scenario not in counted}:
            results.append(ConditionResult("", _OTHERS, others, target))
        return results


RUN_FOLDER = pytest.StashKey[Path]()
"""The folder for a run that must not write where another one did."""


def reports_of(config: pytest.Config) -> Path:
    """Return the folder to which a run writes."""
    if RUN_FOLDER in config.stash:
        return config.stash[RUN_FOLDER]
    folder: Path | None = config.getoption("--reports", None)
    return folder or config.rootpath / "reports"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--reports", type=Path, metavar="DIR", help="where the run writes its files (default: reports)")
    parser.addoption(RESULTS_TO, metavar="FILE", type=Path, help="write the result by condition to FILE, as JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError where the results would replace a file that holds none."""
    if file := config.getoption(RESULTS_TO, None):
        try:
            require_replaceable(file, _RESULTS)
        except OSError as error:
            raise pytest.UsageError(f"{RESULTS_TO}: {file} cannot be written: {error.strerror}") from None
    config.pluginmanager.register(ConditionReport(Register.load(), FEATURES))


def _write_results(file: Path, results: list[ConditionResult]) -> None:
    """Write the table as JSON, with the number of scenarios by state."""
    lines = [{"id": one.id, "title": one.title, "result": one.result, **one.counts} for one in results]
    with atomic_write(file, _RESULTS) as half:
        half.write_text(json.dumps(lines, indent=2), encoding="utf-8")


def _mode(config: pytest.Config) -> str:
    """Name where the features ran; blank for this process."""
    mode = config.stash.get(MODE, Mode.IN_PROCESS)
    return "" if mode is Mode.IN_PROCESS else mode


def _print_table(terminal: pytest.TerminalReporter, title: str, results: list[ConditionResult]) -> None:
    mode = _mode(terminal.config)
    terminal.section(f"{title}{mode and f' ({mode})'}")
    head = ("id", "title", "result", "scenarios")
    id_width, title_width, result_width = (
        max(map(len, column))
        for column in zip(head[:3], *((one.id, one.title, one.result) for one in results), strict=True)
    )
    terminal.write_line(f"{head[0]:{id_width}}  {head[1]:{title_width}}  {head[2]:{result_width}}  {head[3]}")
    for one in results:
        terminal.write(f"{one.id:{id_width}}  {one.title:{title_width}}  ")
        terminal.write(f"{one.result:{result_width}}", **{_COLOURS[one.result]: True})
        terminal.write_line(f"  {len(one.states):{len(head[3])}}  {one.remark}".rstrip())


def _print_broken(terminal: pytest.TerminalReporter, broken: list[str]) -> None:
    for text in broken:
        terminal.write_line("")
        terminal.write_line("a feature did not run", red=True)
        for line in text.splitlines():
            terminal.write_line(f"  {line}")


def _print_skipped(terminal: pytest.TerminalReporter, title: str, reasons: list[SkipReason]) -> None:
    if not reasons:
        return
    terminal.write_line("")
    terminal.write_line(title, yellow=True)
    for one in reasons:
        of = f"; of condition {', '.join(one.conditions)}" if one.conditions else ""
        terminal.write_line(f"  {one.number} x {one.reason}{of}")


def _reason(report: pytest.TestReport) -> str:
    """Read why a test was skipped."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ")
