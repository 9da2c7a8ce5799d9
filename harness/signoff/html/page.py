"""Make the sign-off packs of a run, one file of HTML for each target, with the register and the approvals."""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from gzip import compress
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from harness.bdd.failure.causes import Cause, Trace, group
from harness.bdd.failure.report import FailureReport, Reason
from harness.bdd.failure.summary import IN_DETAIL
from harness.bdd.outcome import NOT_RUN, WORST_FIRST
from harness.evidence.expected_results import DIFFERS, NOT_SHOWN, SHOWN, ResultLine, result_lines
from harness.evidence.run import Run
from harness.evidence.scm_lineage import rule_in_words
from harness.evidence.verdict import FAILED, PASSED, judge
from harness.files import atomic_write
from harness.signoff.approvals.answers import PROPOSED, DecisionAnswer, state_of
from harness.signoff.approvals.evidence import given_now, summarise, used_rows
from harness.signoff.approvals.fingerprint import SCM_ROWS, ConditionFingerprints
from harness.signoff.approvals.model import OPEN, Approval
from harness.signoff.approvals.status import GivenVerdicts, current_approvals
from harness.signoff.html.entry_view import FIELD_WORDS
from harness.signoff.html.summary import SCM_TYPES, WRITTEN
from harness.signoff.html.templates import CompiledTemplates, minify, template_environment
from harness.signoff.html.views import ScenarioView
from harness.specification.census import by_entry
from harness.specification.fidelity import Behaviour, SystemName, load_ledger
from harness.specification.register import (
    Condition,
    Decision,
    MappedField,
    Register,
    RegisterEntry,
    Rule,
    Target,
)
from harness.specification.sap_findings import SapFinding, load_findings
from harness.specification.scenarios import Scenario, read_scenarios
from simulator.connector.sheet import ScmSheetRow

PATTERN = rb"<title>Sign-off of the contract interface"
"""Found at the beginning of a page that was written before, which may be replaced."""

_KINDS = {
    Condition: "condition",
    MappedField: "mapping",
    Rule: "rule",
    Decision: "decision",
}

_SYSTEMS: Mapping[Target, Collection[SystemName]] = {
    Target.ECC: ("ICI", "API Management", "CPI", "ECC", "Cloud ALM"),
    Target.SCM: ("ICI", "connector", "SCM"),
}
"""The systems of the fidelity ledger that each interface has."""


class Filter(NamedTuple):
    """One way to filter conditions and scenarios; no two have a value in common."""

    name: str
    label: str
    values: Sequence[str]


_FILTERS: Mapping[Target, Sequence[Filter]] = {
    Target.ECC: (
        Filter("type", "Type", ("Master", "Sub", "Standalone", "Supporting", "Baseline")),
        Filter("system", "System", ("PF2", "WP2")),
        Filter("organisation", "Organisations", ("none", "one", "several")),
    ),
    Target.SCM: (
        Filter("type", "Type", (*SCM_TYPES.values(),)),
        Filter("written", "Written", (*WRITTEN.values(),)),
    ),
}


class SheetLine(NamedTuple):
    """One line of the connector's sheet, with the conditions whose evidence used it."""

    row: ScmSheetRow
    rule: str
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """One entry of the register, with the scenarios that show it."""

    entry: RegisterEntry
    scenarios: tuple[Scenario, ...]
    views: tuple[ScenarioView, ...]
    """The views of those that ran."""

    @property
    def kind(self) -> str:
        return _KINDS[type(self.entry)]

    @cached_property
    def result(self) -> str:
        if self.entry.waived is not None and not self.scenarios:
            return "waived"
        if not self.scenarios:
            return "no scenario"
        results = {view.result for view in self.views} | ({NOT_RUN} if len(self.views) < len(self.scenarios) else set())
        worst = min(results, key=[state.lower() for state in WORST_FIRST].index)
        return (
            "not shown" if worst == PASSED and any(one.state in (DIFFERS, NOT_SHOWN) for one in self.results) else worst
        )

    @cached_property
    def results(self) -> list[ResultLine]:
        """The expected results of a condition, with what shows each; empty for any other entry."""
        if not isinstance(self.entry, Condition):
            return []
        return result_lines(self.entry, [view.evidence for view in self.views])

    @property
    def shown_count(self) -> int:
        return sum(one.state == SHOWN for one in self.results)


class CauseView(NamedTuple):
    """One cause of failures, with the scenarios that it explains: those of conditions first."""

    headline: str
    example: Reason | None
    trace: Trace | None
    ids: tuple[str, ...]
    conditions: list[str]
    views: list[ScenarioView]

    @property
    def number(self) -> int:
        return len(self.views)


class PageModel:
    """The data of the page."""

    def __init__(  # noqa: PLR0913 - one for each source of the page
        self,
        run: Run,
        register: Register,
        scenarios: Sequence[Scenario],
        *,
        target: Target = Target.ECC,
        ledger: Iterable[Behaviour],
        findings: Iterable[SapFinding],
        approvals: Mapping[str, Approval],
        answers: Mapping[str, DecisionAnswer] = MappingProxyType({}),
        roles: Sequence[str] = (),
    ) -> None:
        """`scenarios` are all of the features, also those that did not run; approvals and answers are by id.

        `roles` are those that have to sign each condition.
        """
        self.run = run
        self.target = target
        self.sibling: PageModel | None = None
        """The pack of the other target; None where the run has none."""

        self.ledger = tuple(one for one in ledger if one.system in _SYSTEMS[target] and one.only in (None, target))
        self.findings = tuple(findings) if target is Target.ECC else ()
        self.shown_ids: set[str] = set()
        """Ids of the scenarios that the page has already shown; a scenario may show several conditions."""

        self.bodies: dict[str, str] = {}
        """Parts that are rendered when they are opened, by the key of their place."""

        self.approvals = approvals
        self.answers = answers
        self.roles = tuple(roles)
        of_target = [one for one in scenarios if one.target is target]
        self.scenario_count = len(of_target)
        ran = [one for one in run.scenarios if Target.of_feature(one.place) is target]
        self.views = [ScenarioView(evidence, f"s{number}") for number, evidence in enumerate(ran, 1)]
        self.verdict = judge(run, register, scenarios) if run.facts.get("sheet_alone") else None
        """The verdict on a middleware that is not ours; None where ours ran."""

        results = {one.place: one.result for line in self.verdict.all for one in line.scenarios} if self.verdict else {}
        for view in self.views:
            result = results.get(view.evidence.place, "")
            view.judged = result if result in {"", PASSED, FAILED} else "skipped"
        by_place = {view.evidence.place: view for view in self.views}
        shown = by_entry(register, of_target)
        self.matrix = [
            Coverage(
                entry,
                tuple(shown[entry.id]),
                tuple(by_place[one.place] for one in shown[entry.id] if one.place in by_place),
            )
            for entry in register.entries
            if entry.belongs_to is target or shown[entry.id]
        ]
        self.conditions = [line for line in self.matrix if line.kind == "condition"]
        decisions = [line for line in self.matrix if line.kind == "decision"]
        self.decisions = sorted(decisions, key=lambda line: line.entry.belongs_to is not target)  # its own come first
        self.ids = {view.evidence.place: view.id for view in self.views}
        self.causes = [self._cause(one) for one in group(_failure_reports(self.views))]

    @property
    def condition_filters(self) -> list[Filter]:
        """The filters of the conditions, with the values that they have."""
        words: set[str] = {line.entry.organisations for line in self.conditions if isinstance(line.entry, Condition)}
        return self._filters(words, [view for line in self.conditions for view in line.views])

    @property
    def scenario_filters(self) -> list[Filter]:
        """The filters of all scenarios, with the values that they have."""
        return self._filters(set(), self.views)

    def _filters(self, words: set[str], views: Iterable[ScenarioView]) -> list[Filter]:
        found = words | {word for view in views for trait in view.traits for word in trait.split()}
        filters = [
            one._replace(values=[value for value in one.values if value.replace(" ", "-") in found])
            for one in _FILTERS[self.target]
        ]
        return [one for one in filters if one.values]

    @cached_property
    def sheet(self) -> list[SheetLine]:
        """The lines of the connector's sheet; those of the sheet for ECC stand in the register."""
        if self.target is Target.ECC:
            return []
        used = {line.entry.id: used_rows(view.evidence for view in line.views) for line in self.conditions}
        return [
            SheetLine(row, rule_in_words(row), tuple(id_ for id_, rows in used.items() if row.id in rows))
            for row in SCM_ROWS
        ]

    @property
    def time(self) -> str:
        return datetime.fromtimestamp(self.run.began, UTC).strftime("%Y-%m-%d %H:%M UTC")

    @cached_property
    def counts(self) -> Counter[str]:
        """The number of scenarios, by result."""
        return Counter({NOT_RUN: self.scenario_count - len(self.views)}) + Counter(view.result for view in self.views)

    @property
    def condition_counts(self) -> Counter[str]:
        return Counter(line.result for line in self.conditions)

    @cached_property
    def features(self) -> dict[str, list[ScenarioView]]:
        """The scenarios that ran, by feature."""
        by_feature: dict[str, list[ScenarioView]] = {}
        for view in self.views:
            by_feature.setdefault(view.evidence.feature, []).append(view)
        return by_feature

    @cached_property
    def detailed_ids(self) -> set[str]:
        """Ids of the scenarios shown in full with a condition; of all others only failed ones are."""
        return {view.id for line in self.conditions for view in line.views}

    def _cause(self, cause: Cause) -> CauseView:
        by_place = {view.evidence.place: view for view in self.views}
        conditions = [
            line.entry.id for line in self.conditions if any(v.evidence.place in cause.reports for v in line.views)
        ]
        views = sorted((by_place[place] for place in cause.reports), key=lambda one: one.id not in self.detailed_ids)
        trace = cause.trace(cause.reports[view.evidence.place] for view in views)
        return CauseView(cause.headline, cause.example, trace, cause.ids, conditions, views)

    @cached_property
    def failed_in_full(self) -> set[str]:
        """Ids of the failed scenarios shown in full: the first few of each cause."""
        return {view.id for cause in self.causes for view in cause.views[:IN_DETAIL]}

    @cached_property
    def first_rows(self) -> dict[str, ScenarioView]:
        """By outline, the first row that is listed briefly and not shown in full."""
        first: dict[str, ScenarioView] = {}
        for view in self.views:
            if view.evidence.outline and view.id not in self.detailed_ids and view.result != "failed":
                first.setdefault(view.evidence.outline, view)
        return first

    @cached_property
    def changed(self) -> list[tuple[Condition, Approval]]:
        """The conditions that have changed since they were approved."""
        return [
            (line.entry, approval)
            for line in self.conditions
            if isinstance(line.entry, Condition)
            and (approval := self.approvals.get(line.entry.id)) is not None
            and approval.reasons
        ]

    @property
    def has_approvals(self) -> bool:
        """True if somebody has signed a condition."""
        ids = {line.entry.id for line in self.conditions}
        return any(one.state != OPEN for id_, one in self.approvals.items() if id_ in ids)

    def open_decisions(self, line: Coverage) -> tuple[str, ...]:
        """List the decisions that a condition which passed rests on, and that nobody has confirmed."""
        approval = self.approvals.get(line.entry.id)
        return approval.open_decisions if approval and line.result == "passed" else ()

    @cached_property
    def resting(self) -> list[str]:
        """The ids of the conditions that passed and depend on an open decision."""
        return [line.entry.id for line in self.conditions if self.open_decisions(line)]

    def decision_state(self, line: Coverage) -> str:
        """Return proposed, confirmed or overruled."""
        return state_of(line.entry, self.answers) if isinstance(line.entry, Decision) else PROPOSED

    def mark_shown(self, id_: str) -> str:
        """Remember that the page has shown a scenario. Returns nothing for the template to print."""
        self.shown_ids.add(id_)
        return ""

    def defer(self, key: str, body: str) -> Markup:
        """Keep a part for when it is opened. Returns its place."""
        self.bodies[key] = minify(body)
        return Markup('<div data-body="{}"></div>').format(key)

    @property
    def packed_bodies(self) -> str:
        """The deferred parts as JSON, compressed, in base64."""
        return b64encode(compress(json.dumps(self.bodies, ensure_ascii=False).encode(), mtime=0)).decode()

    def neighbours(self, line: Coverage) -> tuple[Coverage | None, Coverage | None]:
        """Return the conditions before and after one."""
        at = self.conditions.index(line)
        following = self.conditions[at + 1] if at + 1 < len(self.conditions) else None
        return (self.conditions[at - 1] if at else None), following


def build(
    run: Run, features: Path, given: GivenVerdicts, roles: Mapping[Target, Sequence[str]]
) -> dict[Target, PageModel]:
    """Gather what the pack of each target shows, where scenarios of it ran; where none did, that of ECC.

    Raises OSError, or ValueError for an invalid register or feature.
    """
    register = Register.load()
    fingerprints = ConditionFingerprints(register, features, summarise(run), given_now(run))
    approvals = current_approvals(fingerprints, given, roles, str(run.facts.get("mode", "")))
    observed = {Target.of_feature(one.place) for one in run.scenarios if one.status != "SKIPPED"}
    pages = {
        target: PageModel(
            run,
            register,
            read_scenarios(features),
            target=target,
            ledger=load_ledger(),
            findings=load_findings(register),
            approvals=approvals,
            answers=given.answers,
            roles=roles[target],
        )
        for target in Target
        if target in (observed or {Target.ECC})
    }
    for page in pages.values():
        page.sibling = next((one for one in pages.values() if one is not page), None)
    return pages


def render(page: PageModel) -> str:
    """Return the HTML of the page."""
    page.shown_ids.clear()
    page.bodies.clear()
    return minify(_environment().get_template("page.html.j2").render(page=page))


def write(page: PageModel, file: Path) -> None:
    """Write the page, wholly or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(file, PATTERN) as half:
        half.write_text(render(page), encoding="utf-8", errors="backslashreplace", newline="\n")


def keep_compiled(folder: Path) -> None:
    """Keep the compiled templates in a folder: to compile them takes longer than to show a condition."""
    _environment().bytecode_cache = CompiledTemplates(str(folder))


@cache
def _environment() -> Environment:
    environment = template_environment("harness.signoff.html", "pack")
    environment.globals |= {"inline": _inline, **FIELD_WORDS}
    return environment


def _failure_reports(views: Iterable[ScenarioView]) -> dict[str, FailureReport]:
    """Read why each failed scenario failed, by its place, in the order of the features."""
    explained = {view.evidence.place: [one.explanation for one in view.steps if one.explanation] for view in views}
    return {place: FailureReport.from_json(found[0]) for place, found in explained.items() if found}


def _inline(name: str) -> Markup:
    """Read a file that goes into the page as it is: its style, its script."""
    source = (Path(__file__).parent / "pack" / name).read_text(encoding="utf-8")
    return Markup(source)  # noqa: S704 - ours
