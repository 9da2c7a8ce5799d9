"""The verdict of a run: for each condition whether it passed, failed, or could not be observed, and what differs first.

It judges whatever the scenarios ran against, by the mapping sheet alone: scenarios beyond the sheet are listed apart,
and never let a condition fail.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from harness.bdd.failure.rendering import comparison_lines
from harness.bdd.failure.report import FailureReport
from harness.environments.interfaces import Mode
from harness.evidence.run import Run, ScenarioEvidence, Step
from harness.files import atomic_write
from harness.specification.register import Register, Target
from harness.specification.scenarios import Scenario

PASSED, FAILED, BEYOND_SHEET, NOT_OBSERVABLE = RESULTS = ("passed", "failed", "beyond the sheet", "not observable")
NOT_RUN = "not run"

PATTERN = rb'\A\{\s+"verdict": "'
"""Found at the beginning of a verdict that was written before, which may be replaced."""

_TAG = "beyond_sheet"
_MAX_LINES = 8


@dataclass(frozen=True)
class Difference:
    """The first difference that a failed scenario shows."""

    step: str
    lines: tuple[str, ...]
    """The first difference, for people."""

    comparison: Mapping[str, Any] | None
    """The same as data, see `harness.bdd.mismatch.Comparison`; None where the step failed in another way."""


@dataclass(frozen=True)
class ScenarioVerdict:
    """One scenario of a condition."""

    place: str
    name: str
    result: str
    """One of RESULTS, or NOT_RUN."""

    remarks: tuple[str, ...] = ()
    """The reasons why something was not observable; of a scenario beyond the sheet whether it was held."""

    difference: Difference | None = None


@dataclass(frozen=True)
class ConditionVerdict:
    """One condition; with a blank id, everything that belongs to none."""

    id: str
    title: str
    scenarios: tuple[ScenarioVerdict, ...]

    @property
    def result(self) -> str:
        """The result of the condition: scenarios that cannot be observed do not count beside those that can."""
        found = {one.result for one in self.scenarios} - {BEYOND_SHEET}
        order = (FAILED, NOT_RUN, PASSED, NOT_OBSERVABLE)
        return next((result for result in order if result in found), BEYOND_SHEET if self.scenarios else NOT_RUN)

    @property
    def counts(self) -> Counter[str]:
        """The number of scenarios by result."""
        return Counter(one.result for one in self.scenarios)

    @property
    def first_failed(self) -> ScenarioVerdict | None:
        return next((one for one in self.scenarios if one.result == FAILED), None)


@dataclass(frozen=True)
class Verdict:
    """The verdict on all conditions, and on everything else."""

    conditions: tuple[ConditionVerdict, ...]
    others: ConditionVerdict

    @property
    def result(self) -> str:
        """FAILED, PASSED if every condition passed, otherwise incomplete."""
        found = {one.result for one in self.conditions}
        return FAILED if FAILED in found else PASSED if found == {PASSED} else "incomplete"

    @property
    def all(self) -> tuple[ConditionVerdict, ...]:
        return (*self.conditions, self.others)


def judge(run: Run, register: Register, scenarios: Iterable[Scenario]) -> Verdict:
    """Judge a run; `scenarios` are all of the features, whether they ran or not."""
    evidence = {one.place: one for one in run.scenarios}
    target = Target.SCM if run.facts.get("mode") == Mode.CONNECTOR else Target.ECC
    asked = register.conditions_of(target)
    judged = [(one, _scenario(one, evidence.get(one.place))) for one in scenarios if one.target is target]
    conditions = tuple(
        ConditionVerdict(entry.id, entry.title, tuple(verdict for one, verdict in judged if entry.tag in one.tags))
        for entry in asked
    )
    of_conditions = {entry.tag for entry in asked}
    others = tuple(verdict for one, verdict in judged if of_conditions.isdisjoint(one.tags))
    return Verdict(conditions, ConditionVerdict("", "other scenarios: errors and edges", others))


def write(verdict: Verdict, file: Path) -> None:
    """Write the verdict as JSON, wholly or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(file, PATTERN) as half:
        half.write_text(json.dumps(as_json(verdict), indent=1, ensure_ascii=False), encoding="utf-8")


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Describe a verdict as plain JSON."""
    return {
        "verdict": verdict.result,
        "conditions": [_as_json(one) for one in verdict.conditions],
        "others": _as_json(verdict.others),
    }


def _as_json(condition: ConditionVerdict) -> dict[str, Any]:
    counts = {result: condition.counts[result] for result in (*RESULTS, NOT_RUN)}
    scenarios = [asdict(one) for one in condition.scenarios]
    return {
        "id": condition.id,
        "title": condition.title,
        "result": condition.result,
        "counts": counts,
        "scenarios": scenarios,
    }


def _scenario(scenario: Scenario, evidence: ScenarioEvidence | None) -> ScenarioVerdict:
    place, name = scenario.place, scenario.name
    if evidence is None:
        return ScenarioVerdict(place, name, NOT_RUN)
    observed, remarks = _observed(evidence)
    if _TAG in scenario.tags:
        held = {PASSED: "held", FAILED: "not held"}.get(observed)
        return ScenarioVerdict(place, name, BEYOND_SHEET, (held, *remarks) if held else remarks)
    return ScenarioVerdict(place, name, observed, remarks, _difference(evidence) if observed == FAILED else None)


def _observed(evidence: ScenarioEvidence) -> tuple[str, tuple[str, ...]]:
    """Tell whether a scenario passed, failed or was not observable, and why something was not."""
    remarks = tuple(dict.fromkeys(step.message for step in evidence.steps if step.status == "SKIPPED" and step.message))
    if evidence.status not in {"PASSED", "SKIPPED"}:
        return FAILED, remarks
    if not evidence.steps:  # the run ended, or a tool is missing
        return NOT_RUN, remarks
    phase, has_shown = "Given", False
    for step in evidence.steps:
        phase = step.keyword if step.keyword in {"Given", "When", "Then"} else phase
        if phase != "Then" and step.status == "SKIPPED":
            return NOT_OBSERVABLE, remarks
        has_shown |= phase == "Then" and step.status == "PASSED"
    return (PASSED if has_shown else NOT_OBSERVABLE), remarks


def _difference(evidence: ScenarioEvidence) -> Difference:
    """Take the first difference out of the evidence of the failed step, which shows nothing confidential."""
    step = next((one for one in evidence.steps if one.status not in {"PASSED", "SKIPPED"}), None)
    if step is None:
        return Difference("outside its steps", (evidence.message,), None)
    title = f"{step.keyword} {step.text}"
    refusals = _refusals(evidence)
    for content in step.of_kind("zicm-explanation"):
        report = FailureReport.from_json(content)
        if report.comparisons:
            lines = _shortened(comparison_lines(report.comparisons[0]))
            return Difference(title, (*lines, *refusals), content["comparisons"][0])
        if report.problem:
            return Difference(title, _message(step, report.problem), None)
    return Difference(title, _message(step, ""), None)


def _refusals(evidence: ScenarioEvidence) -> tuple[str, ...]:
    """Say how many calls ICI refused for want of a valid token, and what the systems returned to messages they refused.

    A call that was repeated with a valid token does not count. Systems that returned the same are named together.
    """
    statuses: dict[str, set[int]] = {}
    for call in evidence.of_kind("zicm-call"):
        statuses.setdefault(str(call["request"]["path"]), set()).add(call["answer"].get("status", 0))
    count = sum(of_path == {401} for of_path in statuses.values())
    unauthorised = [f"ICI refused calls: 401, without a valid token, {count} in all"] if count else []
    systems: dict[str, list[str]] = {}
    for message in evidence.of_kind("zicm-message"):
        for line in message["answer"].get("return", ()):
            if line["TYPE"] == "E":
                text = " ".join(filter(None, (line["ID"], line["NUMBER"], line["FIELD"], line["MESSAGE"])))
                systems.setdefault(text, []).append(message["to"])
    refused = (f"{' and '.join(dict.fromkeys(names))} refused a message: {text}" for text, names in systems.items())
    return (*unauthorised, *refused)


def _message(step: Step, problem: str) -> tuple[str, ...]:
    """Say what the step said; the report on a failure names no more than the kind of an exception."""
    return _shortened([*dict.fromkeys(filter(None, (problem, *step.message.splitlines())))])


def _shortened(lines: Sequence[str]) -> tuple[str, ...]:
    return (*lines[:_MAX_LINES], f"and {len(lines) - _MAX_LINES} lines more") if len(lines) > _MAX_LINES else (*lines,)
