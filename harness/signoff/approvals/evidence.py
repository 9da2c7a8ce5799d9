"""The evidence of a run as approvals look at it: what passed, which mapping rows it used, and what it showed.

What differs from run to run without meaning anything is left out: times, guids, and what the seed made up.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from itertools import dropwhile
from typing import Any, NamedTuple

from harness.evidence.run import Run, ScenarioEvidence

_KINDS = ("zicm-event", "zicm-call", "zicm-message", "zicm-tables", "zicm-log", "zicm-alerts")
"""The attachments that count: what could be observed of any middleware."""

_LEFT_OUT = frozenset(
    ("began", "ended", "others", "id", "guid", "correlation_id", "received_at", "changed_at", "next_attempt")
)

_GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


class Shown(NamedTuple):
    """What a run showed of one scenario."""

    status: str
    """PASSED, or another of the statuses of Cucumber."""

    rows: frozenset[str]
    """Ids of the mapping rows that made a field of a message from the When on; what led up to it does not count."""

    fingerprint: str
    """A hash that stays the same while the scenario shows the same."""


def shown(run: Run) -> dict[str, Shown]:
    """What a run showed, by the key of the scenario: its feature and its name."""
    return {
        f"{one.place.rpartition(':')[0]}: {one.name}": Shown(one.status, _rows(one), fingerprint(one))
        for one in run.scenarios
    }


def fingerprint(evidence: ScenarioEvidence) -> str:
    """The hash of what went over the edges, step by step."""
    steps = [[_essence(one.content) for one in step.attachments if one.kind in _KINDS] for step in evidence.steps]
    told = json.dumps([step.table for step in evidence.steps] + [step.text for step in evidence.steps])
    text = _normalise_guids(json.dumps(steps, sort_keys=True), told.lower())
    return sha256(text.encode()).hexdigest()[:12]


def _rows(evidence: ScenarioEvidence) -> frozenset[str]:
    since_when = dropwhile(lambda step: step.keyword != "When", evidence.steps)
    lineages = (lineage for step in since_when for lineage in step.of_kind("zicm-lineage"))
    return frozenset(line["row"] for lineage in lineages for line in lineage["lines"] if line["value"] is not None)


def _essence(content: Any) -> Any:
    if isinstance(content, Mapping):
        return {name: _essence(value) for name, value in content.items() if name not in _LEFT_OUT}
    if isinstance(content, list):
        return [_essence(value) for value in content]
    return content


def _normalise_guids(text: str, told: str) -> str:
    """The text with a number in the place of each guid that the scenario does not state; its case still counts."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        guid = match[0].lower()
        if guid in told:
            return match[0]
        return f"guid {numbers.setdefault(guid, len(numbers) + 1)}{'' if match[0] == guid else ' in upper case'}"

    return _GUID.sub(number, text)
