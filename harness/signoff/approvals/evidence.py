"""Summarise the evidence of a run for approvals: what passed, which mapping rows it used, and what it showed.

What differs between equal runs is left out: times, guids, and what the seed made up.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from itertools import dropwhile
from typing import Any, NamedTuple

from harness.evidence.run import Run, ScenarioEvidence

_KINDS = ("zicm-event", "zicm-call", "zicm-message", "zicm-tables", "zicm-log", "zicm-alerts")
"""The attachments that count: what can be observed of any middleware."""

_INCIDENTAL = frozenset(
    ("began", "ended", "others", "id", "guid", "correlation_id", "received_at", "changed_at", "next_attempt")
)

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class EvidenceSummary(NamedTuple):
    """The evidence of one scenario."""

    status: str
    """PASSED, or another of the statuses of Cucumber."""

    rows: frozenset[str]
    """Ids of the mapping rows that made a field of a message, from the When on."""

    fingerprint: str
    """A hash that changes only when the scenario shows something else."""


def summarise(run: Run) -> dict[str, EvidenceSummary]:
    """Summarise each scenario of a run, by its key: feature and name."""
    return {
        f"{scenario.place.rpartition(':')[0]}: {scenario.name}": EvidenceSummary(
            scenario.status, _rows(scenario), fingerprint(scenario)
        )
        for scenario in run.scenarios
    }


def fingerprint(evidence: ScenarioEvidence) -> str:
    """Hash what went over the edges, step by step."""
    steps = [[_essence(item.content) for item in step.attachments if item.kind in _KINDS] for step in evidence.steps]
    stated = json.dumps([step.table for step in evidence.steps] + [step.text for step in evidence.steps])
    text = _normalise_guids(json.dumps(steps, sort_keys=True), stated.lower())
    return sha256(text.encode()).hexdigest()[:12]


def _rows(evidence: ScenarioEvidence) -> frozenset[str]:
    from_when = dropwhile(lambda step: step.keyword != "When", evidence.steps)
    lineages = (lineage for step in from_when for lineage in step.of_kind("zicm-lineage"))
    return frozenset(line["row"] for lineage in lineages for line in lineage["lines"] if line["value"] is not None)


def _essence(content: Any) -> Any:
    """Drop incidental fields."""
    if isinstance(content, Mapping):
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
