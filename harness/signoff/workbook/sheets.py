"""Fill the sheets of the workbook with plain texts and numbers."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple, TypeAlias

from harness.bdd.outcome import NOT_RUN, PASSED, worst
from harness.evidence.expected_results import result_lines
from harness.evidence.run import Run
from harness.evidence.scm_lineage import rule_in_words
from harness.signoff.approvals.answers import PROPOSED, DecisionAnswer
from harness.signoff.approvals.fingerprint import SCM_ROWS
from harness.signoff.approvals.model import Approval
from harness.specification.census import by_entry
from harness.specification.register import (
    Condition,
    Decision,
    MappedField,
    Register,
    RegisterEntry,
    Rule,
    Target,
)
from harness.specification.sap_findings import SapFinding
from harness.specification.scenarios import Scenario

SheetCell: TypeAlias = str | int

DECISIONS = "Decisions"
"""The name of the sheet with the decisions."""

INPUT = ""
"""A cell for people to fill in."""

EARLIEST = date(2020, 1, 1)
"""The earliest date that people can fill in."""

VERDICTS = ("passed", "failed", "not tested")
"""The verdicts of a tester on a condition."""

ANSWERS = ("as built", "the other reading", "still open")
"""The answers to a decision."""


class Column(NamedTuple):
    """One column of a sheet."""

    heading: str
    width: int
    """In characters."""

    is_input: bool = False
    """Set for a column that people fill in."""

    choices: tuple[str, ...] = ()
    """The values that it accepts; any text if empty."""

    is_date: bool = False
    """Set for a column that accepts only dates."""


class Sheet(NamedTuple):
    """One sheet; what no column takes in is protected."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[SheetCell, ...]]

    frozen: int = 1
    """The number of columns that stay in sight when scrolling."""


class WorkbookData(NamedTuple):
    """The data of all sheets."""

    register: Register
    scenarios: Sequence[Scenario]
    states: Mapping[str, str]
    """Place of each scenario that ran to its result."""

    approvals: Mapping[str, Approval]
    answers: Mapping[str, DecisionAnswer]
    """The answers to decisions that count."""

    findings: Sequence[SapFinding]

    run: Run
    """The run whose results these are."""

    roles: Mapping[Target, Sequence[str]]
    """The roles that have to sign each condition."""

    def state(self, scenario: Scenario) -> str:
        return self.states.get(scenario.place, NOT_RUN)


def sheets(data: WorkbookData) -> list[Sheet]:
    """Fill all sheets, in the order of the workbook."""
    shown = by_entry(data.register, data.scenarios)
    return [
        make(data, shown)
        for make in (_cover, _conditions, _scm_conditions, _mapping, _scm_mapping, _matrix, _decisions, _findings)
    ]


_Shown: TypeAlias = Mapping[str, Sequence[Scenario]]
_SCENARIOS, _RESULT = Column("Scenarios", 10), Column("Result", 10)
_DATE = Column("Date", 12, is_input=True, is_date=True)
_TESTED = (
    Column("Tested as", 12, is_input=True, choices=VERDICTS),
    Column("Tester", 18, is_input=True),
    _DATE,
    Column("Comment", 36, is_input=True),
)
_BY = (Column("By", 18, is_input=True), _DATE)

INPUTS = frozenset({"Answer", *(column.heading for column in (*_TESTED, *_BY))})
"""The headings of all cells that people fill in."""


def _cover(data: WorkbookData, shown: _Shown) -> Sheet:
    """Say what the workbook is about, where it comes from, and what to fill in."""
    facts = data.run.facts
    at = datetime.fromtimestamp(data.run.began, UTC)
    user = f", by {facts['user']}" if facts.get("user") else ""
    rows = [
        ("Sign-off", f"The contract interface from Icertis to {Target.ECC}, and to {Target.SCM}"),
        (
            "Simulation",
            "Everything here comes from a simulation. No real Icertis, SAP or Dynamics 365 system took part.",
        ),
        ("Conditions", _counts(data, shown, Target.ECC)),
        ("SCM conditions", _counts(data, shown, Target.SCM)),
        ("Specification", Target.ECC.specification),
        ("SCM specification", Target.SCM.specification),
        ("Mode", str(facts.get("mode", ""))),
        ("Run", f"{at:%Y-%m-%d %H:%M} UTC{user}"),
        ("Version", f"zicm {facts.get('version', '')}, seed {facts.get('seed', '')}"),
        ("Commit", str(facts.get("commit", "")) or "unknown"),
        ("Evidence (SHA-256)", data.run.sha256 or "unknown"),
        ("Who signs", ", ".join(data.roles[Target.ECC])),
        ("Who signs SCM", ", ".join(data.roles[Target.SCM])),
        ("To fill in", "The yellow cells; all others are protected. There is no password."),
        *((sheet, words) for sheet, words in _ABOUT.items()),
    ]
    return Sheet("Cover", (Column("About", 20), Column("This workbook", 100)), rows)


def _counts(data: WorkbookData, shown: _Shown, target: Target) -> str:
    results = [worst(map(data.state, shown[one.id])) for one in data.register.conditions_of(target)]
    return ", ".join(f"{results.count(state)} {state}" for state in dict.fromkeys(results))


_ABOUT = {
    "Sheet Conditions": "Each test condition: what it expects, what was seen, and cells for a tester.",
    "Sheet SCM conditions": "The same for Dynamics 365 SCM.",
    "Sheet Mapping": "Each line of the mapping sheet, with the result of its scenarios.",
    "Sheet SCM mapping": "Each line of the sheet of the connector to Dynamics 365 SCM.",
    "Sheet Matrix": "Each entry of the register, with every scenario that shows it.",
    "Sheet Decisions": "Where the specification is silent or disagrees with itself: both readings, and an answer.",
    "Sheet Findings": "What somebody should look at before the interface is built in ECC.",
}


def _conditions(data: WorkbookData, shown: _Shown) -> Sheet:
    return _conditions_of(Target.ECC, "Conditions", data, shown)


def _scm_conditions(data: WorkbookData, shown: _Shown) -> Sheet:
    return _conditions_of(Target.SCM, "SCM conditions", data, shown)


def _conditions_of(target: Target, name: str, data: WorkbookData, shown: _Shown) -> Sheet:
    columns = (
        Column("Id", 6),
        Column("Event", 18),
        Column("Contract", 24),
        Column("Organisations", 14),
        Column("Title", 40),
        Column("What must be seen", 48),
        Column("Seen", 72),
        _SCENARIOS,
        _RESULT,
        Column("Approval", 24),
        *_TESTED,
    )
    rows: list[tuple[SheetCell, ...]] = []
    for one in data.register.conditions_of(target):
        expected = "\n".join(f"{number}. {result.text}" for number, result in enumerate(one.expected, 1))
        words = (one.id, one.event, one.contract, one.organisations, one.title, expected, _seen(data, one))
        approval = _approval(data.approvals.get(one.id))
        count, result = _count_and_result(data, shown[one.id])
        dependence = data.approvals[one.id].dependence if one.id in data.approvals and result == PASSED else ""
        result_text = f"{result}, {dependence}" if dependence else result
        rows.append((*words, count, result_text, approval, INPUT, INPUT, INPUT, INPUT))
    return Sheet(name, columns, rows)


def _mapping(data: WorkbookData, shown: _Shown) -> Sheet:
    columns = (
        Column("Id", 8),
        Column("Source", 42),
        Column("Instead, for an action", 40),
        Column("Target", 26),
        Column("Label", 28),
        Column("Type", 10),
        Column("Key", 6),
        Column("Rule", 60),
        _SCENARIOS,
        _RESULT,
    )
    rows = [
        (
            one.id,
            one.source or ", ".join(one.decides),
            "\n".join(f"{action}: {source}" for action, source in one.instead.items()),
            one.target,
            one.label,
            one.type,
            "key" if one.key else "",
            one.rule,
            *_count_and_result(data, shown[one.id]),
        )
        for one in data.register.mappings
    ]
    return Sheet("Mapping", columns, rows)


def _scm_mapping(_: WorkbookData, __: _Shown) -> Sheet:
    columns = (Column("Id", 8), Column("Source", 36), Column("Target", 36), Column("Rule", 60), Column("Sent", 24))
    rows = [
        (row.id, row.source, row.target, rule_in_words(row), "with a new row alone" if row.once else "")
        for row in SCM_ROWS
    ]
    return Sheet("SCM mapping", columns, rows)


def _matrix(data: WorkbookData, shown: _Shown) -> Sheet:
    columns = (
        Column("Id", 8),
        Column("Kind", 12),
        Column("About", 60),
        Column("Scenario", 70),
        Column("Place", 34),
        _RESULT,
        Column("Why there is none", 40),
    )
    rows: list[tuple[SheetCell, ...]] = []
    for entry in data.register.entries:
        about = (entry.id, _KINDS[type(entry)], entry.headline)
        rows += [(*about, one.name, one.place, data.state(one), "") for one in shown[entry.id]]
        if not shown[entry.id]:
            rows.append((*about, "no scenario", "", "none", entry.waived or "nobody said why"))
    return Sheet("Matrix", columns, rows)


def _decisions(data: WorkbookData, shown: _Shown) -> Sheet:
    columns = (
        Column("Id", 8),
        Column("Question", 44),
        Column("What is built", 44),
        Column("The other reading", 44),
        Column("Why", 40),
        Column("Section", 18),
        Column("For", 16),
        Column("Consequence", 12),
        Column("State", 24),
        _SCENARIOS,
        _RESULT,
        Column("Answer", 18, is_input=True, choices=ANSWERS),
        *_BY,
    )
    rows = [
        (
            one.id,
            one.question,
            one.built,
            one.other,
            one.why,
            one.section,
            one.owner,
            one.consequence,
            _state(one, data.answers),
            *_count_and_result(data, shown[one.id]),
            INPUT,
            INPUT,
            INPUT,
        )
        for one in data.register.decisions
    ]
    return Sheet(DECISIONS, columns, rows)


def _findings(data: WorkbookData, _: _Shown) -> Sheet:
    columns = (
        Column("Id", 8),
        Column("Finding", 36),
        Column("What was found", 60),
        Column("What is asked", 48),
        Column("Decision", 10),
        Column("Answer", 40, is_input=True),
        *_BY,
    )
    rows = [(one.id, one.title, one.text, one.request, one.decision, INPUT, INPUT, INPUT) for one in data.findings]
    return Sheet("Findings", columns, rows)


_KINDS: Mapping[type[RegisterEntry], str] = {
    Condition: "condition",
    MappedField: "mapping",
    Rule: "rule",
    Decision: "decision",
}


def _state(decision: Decision, answers: Mapping[str, DecisionAnswer]) -> str:
    if (answer := answers.get(decision.id)) is None:
        return PROPOSED
    return f"{answer.answer} by {answer.by}, {answer.date} {answer.comment}".strip()


def _seen(data: WorkbookData, condition: Condition) -> str:
    """Say what was seen for each expected result, in the first scenario that ran, or in the one that differs."""
    scenarios = [one for one in data.run.scenarios if condition.tag in one.tags]
    lines = []
    for number, line in enumerate(result_lines(condition, scenarios), 1):
        shown = next((one for _, one in line.shown if one.state == line.state), None)
        seen = "; ".join(shown.seen) if shown and shown.holds else line.state
        lines.append(f"{number}. {seen}")
    return "\n".join(lines)


def _count_and_result(data: WorkbookData, scenarios: Sequence[Scenario]) -> tuple[int, str]:
    """Return the number of scenarios, and their result as a whole."""
    return len(scenarios), worst(map(data.state, scenarios)) if scenarios else "none"


def _approval(approval: Approval | None) -> str:
    if approval is None or not approval.signatures:
        return "not approved"
    given = (f"{one.verdict} by {one.by} ({one.role}), {one.date} {one.comment}".strip() for one in approval.standing)
    missing = [f"still to sign: {', '.join(approval.missing)}"] if approval.missing else []
    return "\n".join((approval.state, *given, *missing, *approval.first_reasons))
