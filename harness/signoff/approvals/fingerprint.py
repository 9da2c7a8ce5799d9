"""The content of a condition in parts, each with a hash of its own: so that a change can be told by its name."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from harness.signoff.approvals.dependencies import used_by
from harness.signoff.approvals.evidence import Shown
from harness.signoff.approvals.source import source_closure
from harness.signoff.approvals.step_lookup import StepFunctions
from harness.specification.register import Decision, MappedField, Register, RegisterEntry, Rule
from harness.specification.scenarios import Scenario, read_scenarios
from simulator.mapping.sheet import ZMM_ICMCONTRACT, Row

Parts: TypeAlias = dict[str, dict[str, str]]
"""By kind and name, the hash of a part."""

CONDITION, RULES, DECISIONS, MAPPING, FUNCTIONS, SCENARIOS, STEPS, USES, EVIDENCE = KINDS = (
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


class Contents:
    """The content of every condition as it is now."""

    def __init__(self, register: Register, features: Path, shown: Mapping[str, Shown]) -> None:
        """`shown` is what a run showed, by the key of the scenario; empty where there was none.

        Raises OSError or gherkin.errors.ParserError for features that cannot be read.
        """
        self.register = register
        self.shown = shown
        self._scenarios = read_scenarios(features)
        self._steps = StepFunctions()

    def scenarios(self, condition: str) -> list[Scenario]:
        """The scenarios that show a condition."""
        tag = f"condition_{condition}"
        return [scenario for scenario in self._scenarios if tag in scenario.tags]

    def parts(self, condition: str, used_before: Collection[str] = ()) -> Parts:
        """Everything that an approval of the condition is bound to.

        `used_before` are the ids of the mapping rows that count as used where a scenario has not run.
        """
        scenarios = self.scenarios(condition)
        entry = self.register.by_id
        shown_entries = [
            entry[tag] for tag in sorted(frozenset().union(*(one.tags for one in scenarios))) if tag in entry
        ]
        ran = {one.key: self.shown[one.key] for one in scenarios if one.key in self.shown}
        rows = {row for one in ran.values() for row in one.rows} | set(used_before if len(ran) < len(scenarios) else ())
        rows |= {one.id for one in shown_entries if isinstance(one, MappedField)}
        functions = {_SHEET[row].rule for row in rows if row in _SHEET}
        used = {function for one in scenarios for step in one.steps for function in self._steps.of(step)}
        return {
            CONDITION: {condition: _hash(_text(entry[condition]))},
            RULES: {one.id: _hash(_text(one)) for one in shown_entries if isinstance(one, Rule)},
            DECISIONS: {one.id: _hash(_text(one)) for one in shown_entries if isinstance(one, Decision)},
            MAPPING: {row: _hash([_text(entry[row]), _line(_SHEET.get(row))]) for row in sorted(rows) if row in entry},
            FUNCTIONS: {one.__name__: _hash(source_closure(one)) for one in functions},
            SCENARIOS: {one.key: _hash(one.steps) for one in scenarios},
            STEPS: {one.name: _hash(source_closure(one.function)) for one in used},
            USES: {file: _hash(code) for file, code in used_by(one.function for one in used).items()},
            EVIDENCE: {key: one.fingerprint for key, one in ran.items()},
        }


def _text(entry: RegisterEntry) -> dict[str, object]:
    """What the register says."""
    return {name: value for name, value in asdict(entry).items() if name != "waived"}


def _line(row: Row | None) -> object:
    """A line of the mapping sheet; of its rule the name, for its code is a part by itself."""
    if row is None:
        return None
    return [row.source, row.target, row.label, *row.type, row.key, row.rule.__name__, dict(row.instead)]


def _hash(content: object) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
