"""Hash the content of a condition part by part, so that a change can be named."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from harness.evidence.code.record import CodePart, CodeParts
from harness.signoff.approvals.evidence import EvidenceSummary
from harness.specification.register import Decision, MappedField, Register, RegisterEntry, Rule, Target
from harness.specification.scenarios import Scenario, read_scenarios
from simulator.connector.sheet import AGREEMENT, CONTRACT, LINE, ScmRule, ScmSheetRow
from simulator.mapping.sheet import ZMM_ICMCONTRACT, MappingRule, SheetRow

Parts: TypeAlias = dict[str, dict[str, str]]
"""Kind and name of each part to its hash."""

CONDITION, RULES, DECISIONS, MAPPING, SHEET, SCENARIOS, GIVEN, EVIDENCE = FINGERPRINT_KINDS = (
    "condition",
    "rules",
    "decisions",
    "mapping",
    "sheet",
    "scenarios",
    "given",
    "evidence",
)

_SHEET = {row.id: row for row in ZMM_ICMCONTRACT}

SCM_ROWS = (*CONTRACT, *AGREEMENT, *LINE)
_SCM_SHEET = {row.id: row for row in SCM_ROWS}
"""The sheet of the connector; its rows are no entries of the register."""


class ConditionFingerprints:
    """Fingerprints of every condition as it is now."""

    def __init__(
        self,
        register: Register,
        features: Path,
        evidence: Mapping[str, EvidenceSummary],
        given: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """`evidence` is that of a run, by the key of the scenario; empty without a run.

        `given` is what was tested besides, ABAP or flow: its hash by its name.

        Raises OSError or UnreadableFeature for features that cannot be read.
        """
        self.register = register
        self.evidence = evidence
        self.given = given
        self._by_tag = defaultdict[str, list[Scenario]](list)
        for scenario in read_scenarios(features):
            for tag in scenario.tags:
                self._by_tag[tag].append(scenario)

    def scenarios(self, condition: str) -> list[Scenario]:
        """List the scenarios that show a condition."""
        return self._tagged(f"condition_{condition}")

    def entries(self, condition: str) -> list[RegisterEntry]:
        """List the rules, decisions and mapping lines that a condition rests on.

        These are those with whose tags its scenarios are tagged, and what their evidence used.
        """
        scenarios = self.scenarios(condition)
        tags = frozenset[str]().union(*(one.tags for one in scenarios))
        summaries = [self.evidence[one.key] for one in scenarios if one.key in self.evidence]
        used = frozenset[str]().union(*(one.used for one in summaries))
        named = tags | used
        target = self.register.by_id[condition].belongs_to  # both have events of one name
        return [
            one
            for one in (*self.register.mappings, *self.register.rules, *self.register.decisions)
            if one.id in named
            or (isinstance(one, Decision) and one.belongs_to is target and used.intersection(one.binds))
        ]

    def parts(self, condition: str, before: Parts | None = None) -> Parts:
        """Hash everything that an approval of the condition is bound to.

        Mapping lines and decisions of `before`, earlier parts, count as used if a scenario has not run.
        """
        scenarios = self.scenarios(condition)
        by_id = self.register.by_id
        ran = {one.key: self.evidence[one.key] for one in scenarios if one.key in self.evidence}
        earlier = before if before and len(ran) < len(scenarios) else {}
        ids = {one.id for one in self.entries(condition)}
        ids |= {id_ for kind in (MAPPING, DECISIONS) for id_ in earlier.get(kind, ()) if id_ in by_id}
        entries = [one for one in self.register.entries if one.id in ids]
        mapping = {
            one.id: _hash([_entry_text(one), _sheet_row(_SHEET.get(one.id))])
            for one in entries
            if isinstance(one, MappedField)
        }
        lines = {*earlier.get(MAPPING, ())}.union(*(one.used for one in ran.values()))
        of_connector = {id_: _hash(_scm_row(row)) for id_, row in _SCM_SHEET.items() if id_ in lines}
        return {
            CONDITION: {condition: _hash(_entry_text(by_id[condition]))},
            RULES: {one.id: _hash(_entry_text(one)) for one in entries if isinstance(one, Rule)},
            DECISIONS: {one.id: _hash(_entry_text(one)) for one in entries if isinstance(one, Decision)},
            MAPPING: mapping | of_connector,
            SHEET: {
                **({"ZMM_ICMCONTRACT": _hash([(row.id, row.target) for row in ZMM_ICMCONTRACT])} if mapping else {}),
                **({"the connector": _hash([(row.id, row.target) for row in SCM_ROWS])} if of_connector else {}),
            },
            SCENARIOS: {one.key: _hash(one.steps) for one in scenarios},
            GIVEN: dict(self.given),
            EVIDENCE: {key: one.fingerprint for key, one in ran.items()},
        }

    def code(self, condition: str) -> CodeParts:
        """Return the code that the scenarios of a condition ran."""
        ran = (self.evidence[one.key].code for one in self.scenarios(condition) if one.key in self.evidence)
        return frozenset[CodePart]().union(*ran)

    def shows(self, entry: RegisterEntry, target: Target) -> bool:
        """Tell whether a scenario of a target has the tag of an entry."""
        return any(one.target is target for one in self._tagged(entry.tag))

    def shown_by(self, entry: RegisterEntry, condition: str) -> list[Scenario]:
        """List the scenarios with the tag of an entry, of the target of a condition."""
        target = self.register.by_id[condition].belongs_to
        return [one for one in self._tagged(entry.tag) if one.target is target]

    def _tagged(self, tag: str) -> list[Scenario]:
        return [*self._by_tag.get(tag, ())]


_NOT_APPROVED = frozenset(("waived", "section", "owner", "consequence", "binds", "belongs_to"))
"""The fields of an entry that are about the register itself."""


def text_hash(entry: RegisterEntry) -> str:
    """Hash the text of an entry of the register."""
    return _hash(_entry_text(entry))


def _entry_text(entry: RegisterEntry) -> dict[str, object]:
    """Return the text of the register."""
    return {name: value for name, value in asdict(entry).items() if name not in _NOT_APPROVED}


def _sheet_row(row: SheetRow | None) -> object:
    """Return a row of the mapping sheet, with the place of its rule; the rule's code is a part by itself."""
    if row is None:
        return None
    return [row.source, row.target, row.label, *row.type, row.key, _place(row.rule), dict(row.instead)]


def _scm_row(row: ScmSheetRow) -> object:
    return [row.source, row.target, _place(row.rule), row.once]


def _place(rule: MappingRule | ScmRule) -> str:
    """Name a rule with its module: another rule may have the same name there."""
    return f"{rule.__module__}.{rule.__qualname__}"


def _hash(content: object) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
