"""Hash the content of a condition part by part, so that a change can be named."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from harness.signoff.approvals.dependencies import dependencies
from harness.signoff.approvals.evidence import EvidenceSummary
from harness.signoff.approvals.source import source_closure
from harness.signoff.approvals.step_lookup import StepFunctions
from harness.specification.register import Decision, MappedField, Register, RegisterEntry, Rule
from harness.specification.scenarios import Scenario, read_scenarios
from simulator.mapping.sheet import ZMM_ICMCONTRACT, SheetRow

Parts: TypeAlias = dict[str, dict[str, str]]
"""Kind and name of each part to its hash."""

CONDITION, RULES, DECISIONS, MAPPING, FUNCTIONS, SCENARIOS, STEPS, USES, EVIDENCE = FINGERPRINT_KINDS = (
    "condition",
    "rules",
    "decisions",
    "mapping",
    "functions",
    "scenarios",
    "steps",
    "uses",
    "evidence",
)

_SHEET = {row.id: row for row in ZMM_ICMCONTRACT}


class ConditionFingerprints:
    """Fingerprints of every condition as it is now."""

    def __init__(self, register: Register, features: Path, evidence: Mapping[str, EvidenceSummary]) -> None:
        """`evidence` is that of a run, by the key of the scenario; empty without a run.

        Raises OSError or UnreadableFeature for features that cannot be read.
        """
        self.register = register
        self.evidence = evidence
        self._scenarios = read_scenarios(features)
        self._steps = StepFunctions()

    def scenarios(self, condition: str) -> list[Scenario]:
        """List the scenarios that show a condition."""
        tag = f"condition_{condition}"
        return [scenario for scenario in self._scenarios if tag in scenario.tags]

    def parts(self, condition: str, used_before: Collection[str] = ()) -> Parts:
        """Hash everything that an approval of the condition is bound to.

        `used_before` are ids of mapping rows that count as used if a scenario has not run.
        """
        scenarios = self.scenarios(condition)
        entries = self.register.by_id
        tagged_entries = [
            entries[tag] for tag in sorted(frozenset().union(*(one.tags for one in scenarios))) if tag in entries
        ]
        ran = {one.key: self.evidence[one.key] for one in scenarios if one.key in self.evidence}
        rows = {row for one in ran.values() for row in one.rows} | set(used_before if len(ran) < len(scenarios) else ())
        rows |= {one.id for one in tagged_entries if isinstance(one, MappedField)}
        functions = {_SHEET[row].rule for row in rows if row in _SHEET}
        used = {function for one in scenarios for step in one.steps for function in self._steps.of(step)}
        return {
            CONDITION: {condition: _hash(_entry_text(entries[condition]))},
            RULES: {one.id: _hash(_entry_text(one)) for one in tagged_entries if isinstance(one, Rule)},
            DECISIONS: {one.id: _hash(_entry_text(one)) for one in tagged_entries if isinstance(one, Decision)},
            MAPPING: {
                row: _hash([_entry_text(entries[row]), _sheet_row(_SHEET.get(row))])
                for row in sorted(rows)
                if row in entries
            },
            FUNCTIONS: {one.__name__: _hash(source_closure(one)) for one in functions},
            SCENARIOS: {one.key: _hash(one.steps) for one in scenarios},
            STEPS: {one.name: _hash(source_closure(one.function)) for one in used},
            USES: {file: _hash(code) for file, code in dependencies(one.function for one in used).items()},
            EVIDENCE: {key: one.fingerprint for key, one in ran.items()},
        }


def _entry_text(entry: RegisterEntry) -> dict[str, object]:
    """Return the text of the register; why an entry is waived was not approved."""
    return {name: value for name, value in asdict(entry).items() if name != "waived"}


def _sheet_row(row: SheetRow | None) -> object:
    """Return a row of the mapping sheet, with the name of its rule; the rule's code is a part by itself."""
    if row is None:
        return None
    return [row.source, row.target, row.label, *row.type, row.key, row.rule.__name__, dict(row.instead)]


def _hash(content: object) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
