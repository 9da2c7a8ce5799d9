"""Reconcile ICI with the Z-tables, entry by entry and field by field, to find events that were lost.

Reconciliation itself writes nothing. The events that `repair_events` names repair missing and differing entries, on the
way of every other event.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from simulator.errors import InterfaceError
from simulator.mapping.actions import ASSOCIATION, EXPIRY
from simulator.mapping.message import Message
from simulator.mapping.sheet import ZMM_ICMCONTRACT

MISSING, DIFFERING, SURPLUS = "missing", "differing", "too much"
CONFIDENTIAL, UNREADABLE = "confidential now", "unreadable"
AMENDED = "amended"
"""Differing, perhaps because ICI did not roll an amendment up into its parent; a repair might undo it (D-58)."""

OUTDATED = "recorded earlier"
"""Missing or differing, but ICI's answer is from before an event that changed the entry (D-58)."""

FINDING_KINDS = (CONFIDENTIAL, MISSING, DIFFERING, AMENDED, OUTDATED, SURPLUS, UNREADABLE)

TableContents: TypeAlias = Mapping[str, Sequence[Mapping[str, str]]]
"""Table name to its rows, every value as text."""

_INITIAL = {"DATS": "00000000", "DEC": "0.00"}
_BLANK_VALUES = {row.target: _INITIAL.get(row.type.name, "") for row in ZMM_ICMCONTRACT}
"""Field to the value that the table holds after a blank was sent (D-33)."""


class ListedAgreement(Protocol):
    """An agreement that ICI lists as executed or terminated."""

    @property
    def contract_type(self) -> str: ...
    @property
    def sys_id(self) -> str: ...
    @property
    def terminated(self) -> bool: ...


ListedAgreementT = TypeVar("ListedAgreementT", bound=ListedAgreement)


class FieldDifference(NamedTuple):
    """A field that differs; PURCHASINGORG holds all rows of the organisation table, joined by commas."""

    name: str
    expected: str
    held: str


@dataclass(frozen=True)
class Finding:
    """One deviation of a system from ICI."""

    system: str
    """Blank if ICI itself could not be read."""

    sys_id: str
    """Blank if a whole system could not be read."""

    code: str
    """Blank if there are only organisation rows, or if ICI could not be read and no system has an entry."""

    kind: str
    """One of FINDING_KINDS."""

    fields: tuple[FieldDifference, ...] = ()
    """The fields that differ; empty unless the agreement is known not to be confidential (SEC-2)."""

    error: InterfaceError | None = None
    """The reason it is unreadable."""

    queued: tuple[str, ...] = ()
    """The guids of the events that repair it."""

    later: str = ""
    """The event of which ICI's answer knows nothing: ActionName and System ID; only if OUTDATED."""


@dataclass
class _SystemTables:
    """The tables of one system, indexed."""

    name: str
    entries: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    organisations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, name: str, tables: TableContents) -> "_SystemTables":
        held = cls(name)
        for row in tables["ZMM_ICMCONTRACT"]:
            held.entries[row["SYSID"], row["ICMAGREEMENTCODE"]] = row
            held.codes[row["SYSID"].lower()].append(row["ICMAGREEMENTCODE"])
        for row in tables["ZMM_ICMPURCHORG"]:
            held.organisations[row["SYSID"].lower()].append(row["PURCHASINGORG"])
        return held


def reconcile(
    agreements: Sequence[ListedAgreementT],
    current_message: Callable[[ListedAgreementT], Message | None],
    systems: Mapping[str, Callable[[], TableContents]],
    tenant: str,
    on_progress: Callable[[int, int], object],
) -> list[Finding]:
    """Compare all agreements. Findings on confidential agreements come first, the others in the order of `agreements`.

    `current_message` returns the message that would bring an entry up to date, None for a confidential agreement, or
    raises InterfaceError. Each of `systems` reads the tables of a system, or raises InterfaceError. Entries of other
    tenants than `tenant` are ignored. `on_progress` is called with the number of agreements done and their total.
    """
    findings = list[Finding]()
    expected, unreadable, confidential = dict[str, Message](), dict[str, InterfaceError](), set[str]()
    for number, agreement in enumerate(agreements, start=1):
        sys_id = agreement.sys_id.lower()  # as the tables have it (D-15)
        try:
            message = current_message(agreement)
        except InterfaceError as error:
            unreadable[sys_id] = error
        else:
            if message is None:
                confidential.add(sys_id)
            else:
                expected[sys_id] = message
        on_progress(number, len(agreements))
    # The tables are read last: an event that arrives meanwhile shows as a difference, never as a missing entry.
    systems_read = list[_SystemTables]()
    for name, tables in systems.items():
        try:
            systems_read.append(_SystemTables.of(name, tables()))
        except InterfaceError as error:
            findings.append(Finding(name, "", "", UNREADABLE, error=error))
    for sys_id, why in unreadable.items():
        code = next((held.codes[sys_id][0] for held in systems_read if sys_id in held.codes), "")
        findings.append(Finding("", sys_id, code, UNREADABLE, error=why))
    for sys_id, message in expected.items():
        findings += [found for held in systems_read if (found := _compare(held, sys_id, message))]
    for held in systems_read:
        findings += _find_surplus(held, expected, unreadable.keys() | confidential, tenant)
        findings += _find_confidential(held, confidential)
    return sorted(findings, key=lambda finding: finding.kind != CONFIDENTIAL)


def mark_possible_amendments(findings: Iterable[Finding], agreements: Iterable[ListedAgreement]) -> list[Finding]:
    """Mark differences that an amendment may have caused as AMENDED, if ICI does not roll amendments up (D-58).

    An amendment changes neither associations nor the expiry date of a terminated agreement.
    """
    terminated = {agreement.sys_id.lower() for agreement in agreements if agreement.terminated}

    def reclassify(finding: Finding) -> Finding:
        never_amended = {*ASSOCIATION, EXPIRY} if finding.sys_id in terminated else {*ASSOCIATION}
        may_be_amended = (
            finding.kind == DIFFERING and not {difference.name for difference in finding.fields} <= never_amended
        )
        return replace(finding, kind=AMENDED) if may_be_amended else finding

    return [reclassify(finding) for finding in findings]


def mark_outdated(findings: Iterable[Finding], later: Mapping[str, str]) -> list[Finding]:
    """Mark what is missing or differing as OUTDATED where ICI's answer is older than the entry.

    `later` maps the System IDs of such agreements to the event that the answer knows nothing of.
    """
    return [
        replace(one, kind=OUTDATED, later=later[one.sys_id])
        if one.kind in (MISSING, DIFFERING) and one.sys_id in later
        else one
        for one in findings
    ]


def repair_events(
    findings: Iterable[Finding], agreements: Iterable[ListedAgreement]
) -> dict[str, tuple[ListedAgreement, list[str]]]:
    """Choose the events that repair the findings: System ID to the agreement and its ActionNames in order.

    ExecutedUpdated writes every field but the expiry date of a terminated agreement, which only Terminated writes.
    Terminated comes after it, or alone if only the expiry date differs. Events reach every system: where the entry of
    one of them may be amended, ExecutedUpdated would undo that.
    """
    findings = list(findings)
    amended = {finding.sys_id for finding in findings if finding.kind == AMENDED}
    by_sys_id = {agreement.sys_id.lower(): agreement for agreement in agreements}
    actions = dict[str, tuple[ListedAgreement, list[str]]]()
    for finding in findings:
        if finding.kind not in (MISSING, DIFFERING):
            continue
        agreement = by_sys_id[finding.sys_id]
        only_expiry = agreement.terminated and {difference.name for difference in finding.fields} == {EXPIRY}
        if finding.sys_id in amended and not only_expiry:
            continue
        _, names = actions.setdefault(finding.sys_id, (agreement, ["Terminated"] if agreement.terminated else []))
        if not only_expiry and "ExecutedUpdated" not in names:
            names.insert(0, "ExecutedUpdated")
    return actions


def _compare(held: _SystemTables, sys_id: str, message: Message) -> Finding | None:
    code = message.fields["ICMAGREEMENTCODE"]
    entry = held.entries.get((message.fields["SYSID"], code))
    if entry is None:
        return Finding(held.name, sys_id, code, MISSING)
    wanted = {name: value or _BLANK_VALUES[name] for name, value in message.fields.items()}
    differences = [FieldDifference(name, value, entry[name]) for name, value in wanted.items() if entry[name] != value]
    organisations, rows = sorted(message.organisations or ()), sorted(held.organisations.get(sys_id, ()))
    if organisations != rows:
        differences.append(FieldDifference("PURCHASINGORG", ",".join(organisations), ",".join(rows)))
    return Finding(held.name, sys_id, code, DIFFERING, tuple(differences)) if differences else None


def _find_surplus(held: _SystemTables, expected: Mapping[str, Message], known: set[str], tenant: str) -> list[Finding]:
    """Find entries without an agreement in ICI, and organisation rows without an entry."""
    wanted = {(message.fields["SYSID"], message.fields["ICMAGREEMENTCODE"]) for message in expected.values()}
    entries = [
        Finding(held.name, sys_id, code, SURPLUS)
        for (sys_id, code), row in held.entries.items()
        if (sys_id, code) not in wanted and sys_id.lower() not in known and row["TENANTID"] == tenant
    ]
    rows = [
        Finding(held.name, sys_id, "", SURPLUS)
        for sys_id in held.organisations
        if sys_id not in held.codes and sys_id not in known and sys_id not in expected
    ]
    return entries + rows


def _find_confidential(held: _SystemTables, confidential: set[str]) -> list[Finding]:
    """Find entries of agreements that are confidential in ICI; name them, but show no field (SEC-2, SEC-3)."""
    return [
        Finding(held.name, sys_id, code, CONFIDENTIAL)
        for sys_id in sorted(confidential)
        for code in held.codes.get(sys_id) or ([""] if sys_id in held.organisations else [])
    ]
