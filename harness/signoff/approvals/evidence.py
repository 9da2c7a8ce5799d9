"""Summarise the evidence of a run for approvals: what passed, which mapping rows it used, and what it showed.

What differs between equal runs is left out: times, guids, and what the seed made up.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import dropwhile
from typing import Any, NamedTuple

from harness.bdd.table_diff import PURCHORG
from harness.evidence.code.record import CodeParts
from harness.evidence.content_hash import digest_of
from harness.evidence.run import Run, ScenarioEvidence
from harness.files import CHECKOUT
from harness.signoff.approvals.not_observable import is_registered
from harness.specification.scenarios import scenario_key

_KINDS = ("zicm-event", "zicm-call", "zicm-message", "zicm-odata", "zicm-tables", "zicm-log", "zicm-alerts")
"""The attachments that count: what can be observed of any middleware."""

_INCIDENTAL = frozenset(
    ("began", "ended", "others", "id", "guid", "correlation_id", "received_at", "changed_at", "next_attempt")
)

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


NOT_OBSERVED = "NOT_OBSERVED"


class EvidenceSummary(NamedTuple):
    """The evidence of one scenario."""

    status: str
    """PASSED, or another of the statuses of Cucumber; NOT_OBSERVED where every skip is registered for this run."""

    used: frozenset[str]
    """All that it used from the When on: mapping lines that made a field of a message, tables in which it wrote rows,
    ActionNames of its events."""

    fingerprint: str
    """A hash that changes only when the scenario shows something else; blank for a scenario of no condition."""

    code: CodeParts = frozenset()
    """The code that it ran; none for a scenario of no condition."""

    reasons: tuple[str, ...] = ()
    """The reasons for which it could not be observed."""


def summarise(run: Run) -> dict[str, EvidenceSummary]:
    """Summarise each scenario of a run, by its key."""
    return {
        key: EvidenceSummary(
            _status(run, scenario),
            used_rows([scenario]) | _tables(scenario) | _actions(scenario),
            fingerprint(scenario) if any(tag.startswith("condition_") for tag in scenario.tags) else "",
            run.code.get(scenario.place, frozenset()),
            tuple(skip_reasons(scenario)),
        )
        for key, scenario in _keyed(run.scenarios)
    }


def _keyed(scenarios: Iterable[ScenarioEvidence]) -> Iterator[tuple[str, ScenarioEvidence]]:
    """Yield each scenario with its key; those of one name are numbered by their lines, as in the features."""
    numbers = Counter[tuple[str, str]]()
    for scenario in sorted(scenarios, key=lambda one: int(one.place.rpartition(":")[2])):
        feature = scenario.place.rpartition(":")[0]
        numbers[feature, scenario.name] += 1
        yield scenario_key(feature, scenario.name, numbers[feature, scenario.name]), scenario


def _status(run: Run, scenario: ScenarioEvidence) -> str:
    """Return the status of a scenario; what the sheet does not ask for passes where the sheet alone counts."""
    if run.facts.get("sheet_alone") and "beyond_sheet" in scenario.tags:
        return "PASSED"
    mode = str(run.facts.get("mode", ""))
    reasons = skip_reasons(scenario)
    if scenario.status == "SKIPPED" and reasons and all(is_registered(one, mode) for one in reasons):
        return NOT_OBSERVED
    return scenario.status


def skip_reasons(scenario: ScenarioEvidence) -> list[str]:
    """List the reasons for which its steps were skipped; those behind the first have none of their own."""
    said = [*(step.message for step in scenario.steps if step.status == "SKIPPED"), scenario.message]
    return [*dict.fromkeys(one.strip() for one in said if one.strip())]


def given_now(run: Run | None) -> dict[str, str]:
    """Hash the ABAP and the flow of a run as they are now, from any folder; what is not here counts as it was."""
    given = run.facts.get("given", {}) if run else {}
    return {name: digest_at(one["path"]) or one["hash"] for name, one in given.items()}


def digest_at(path: str) -> str:
    """Hash what is at a path of a run now; blank where nothing is."""
    return digest_of(CHECKOUT / path)


def fingerprint(evidence: ScenarioEvidence) -> str:
    """Hash what went over the edges, step by step."""
    steps = [[_essence(item.content) for item in step.attachments if item.kind in _KINDS] for step in evidence.steps]
    stated = json.dumps([step.table for step in evidence.steps] + [step.text for step in evidence.steps])
    text = _normalise_guids(json.dumps(steps, sort_keys=True), stated.lower())
    return sha256(text.encode()).hexdigest()[:12]


def used_rows(scenarios: Iterable[ScenarioEvidence]) -> frozenset[str]:
    """Name the mapping lines that made a field which was sent, from the When on."""
    lineages = (lineage for one in scenarios for lineage in _from_when(one, "zicm-lineage"))
    return frozenset(line["row"] for lineage in lineages for line in lineage["lines"] if line["value"] is not None)


def _actions(evidence: ScenarioEvidence) -> frozenset[str]:
    lineages = _from_when(evidence, "zicm-lineage")
    entries = [entry for log in _from_when(evidence, "zicm-log") for entry in log["entries"]]
    return frozenset(one["action"] for one in (*lineages, *entries) if one["action"])


def _tables(evidence: ScenarioEvidence) -> frozenset[str]:
    """Name the tables in which rows changed, or were written again as they were."""
    changed = {
        name
        for one in _from_when(evidence, "zicm-tables")
        for tables in one["systems"].values()
        for name, changes in tables.items()
        if changes["added"] or changes["changed"] or changes["removed"]
    }
    written = {PURCHORG for one in _from_when(evidence, "zicm-message") if one["request"]["organisations"]}
    return frozenset(changed | written)


def _from_when(evidence: ScenarioEvidence, kind: str) -> list[Any]:
    steps = dropwhile(lambda step: step.keyword != "When", evidence.steps)
    return [content for step in steps for content in step.of_kind(kind)]


def _essence(content: Any) -> Any:
    """Drop incidental fields."""
    if isinstance(content, dict):
        return {name: _essence(value) for name, value in content.items() if name not in _INCIDENTAL}
    if isinstance(content, list):
        return [_essence(value) for value in content]
    return content


def _normalise_guids(text: str, stated: str) -> str:
    """Replace each guid that the scenario does not state by a number; upper case still counts."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        guid = match[0].lower()
        if guid in stated:
            return match[0]
        return f"guid {numbers.setdefault(guid, len(numbers) + 1)}{'' if match[0] == guid else ' in upper case'}"

    return _GUID.sub(number, text)
