"""Reconciliation: what ICI holds against what the tables hold, entry by entry and field by field.

It is the answer to events that never came. It writes nothing itself: what it finds missing or differing is mended by
the events that `repairs` names, on the way that all events take.
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
"""Differing, and perhaps by an amendment that ICI does not roll up into its parent: a repair might undo it (D-58)."""

KINDS = (CONFIDENTIAL, MISSING, DIFFERING, AMENDED, SURPLUS, UNREADABLE)

Tables: TypeAlias = Mapping[str, Sequence[Mapping[str, str]]]
"""Table name to its rows, every value as text."""

_INITIAL = {"DATS": "00000000", "DEC": "0.00"}
_BLANK_AS = {row.target: _INITIAL.get(row.type.name, "") for row in ZMM_ICMCONTRACT}
"""What the table holds in a field that was sent blank (D-33)."""


class Agreement(Protocol):
    """An agreement that ICI lists as executed or terminated."""

    @property
    def contract_type(self) -> str: ...
    @property
    def sys_id(self) -> str: ...
    @property
    def terminated(self) -> bool: ...


AgreementT = TypeVar("AgreementT", bound=Agreement)


class Difference(NamedTuple):
    """One field; PURCHASINGORG stands for all rows of the organisation table, joined by commas."""

    name: str
    expected: str
    held: str


@dataclass(frozen=True)
class Finding:
    """One thing that is not as ICI has it."""

    system: str
    """Blank where ICI itself could not be read."""

    sys_id: str
    """Blank where a whole system could not be read."""

    code: str
    """Blank where there is no entry, only organisation rows; and where ICI could not be read and no system knows it."""

    kind: str
    """One of KINDS."""

    fields: tuple[Difference, ...] = ()
    """What differs. Only of agreements that are known not to be confidential (SEC-2)."""

    error: InterfaceError | None = None
    """Why something is unreadable."""

    queued: tuple[str, ...] = ()
    """The guids of the events that are to mend it."""


@dataclass
class _Held:
    """The tables of one system, by what is looked for."""

    name: str
    entries: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    organisations: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, name: str, tables: Tables) -> "_Held":
        held = cls(name)
        for row in tables["ZMM_ICMCONTRACT"]:
            held.entries[row["SYSID"], row["ICMAGREEMENTCODE"]] = row
            held.codes[row["SYSID"].lower()].append(row["ICMAGREEMENTCODE"])
        for row in tables["ZMM_ICMPURCHORG"]:
            held.organisations[row["SYSID"].lower()].append(row["PURCHASINGORG"])
        return held


def reconcile(
    agreements: Sequence[AgreementT],
    present: Callable[[AgreementT], Message | None],
    systems: Mapping[str, Callable[[], Tables]],
    tenant: str,
    done: Callable[[int, int], object],
) -> list[Finding]:
    """Compare. The findings on confidential agreements come first, the others in the order of `agreements`.

    `present` gives the message that would bring an entry up to date, None for a confidential agreement, or raises
    InterfaceError; `systems` read the tables, or raise InterfaceError. Entries of other tenants than `tenant` are
    nobody's business here. `done` is told how many agreements of how many are through.
    """
    findings = list[Finding]()
    expected, not_compared, confidential = dict[str, Message](), dict[str, InterfaceError](), set[str]()
    for number, agreement in enumerate(agreements, start=1):
        sys_id = agreement.sys_id.lower()  # as the tables have it (D-15)
        try:
            message = present(agreement)
        except InterfaceError as error:
            not_compared[sys_id] = error
        else:
            if message is None:
                confidential.add(sys_id)
            else:
                expected[sys_id] = message
        done(number, len(agreements))
    # The tables are read last: an event that came meanwhile shows as a difference at worst, never as an entry lost.
    helds = list[_Held]()
    for name, tables in systems.items():
        try:
            helds.append(_Held.of(name, tables()))
        except InterfaceError as error:
            findings.append(Finding(name, "", "", UNREADABLE, error=error))
    for sys_id, why in not_compared.items():
        code = next((held.codes[sys_id][0] for held in helds if sys_id in held.codes), "")
        findings.append(Finding("", sys_id, code, UNREADABLE, error=why))
    for sys_id, message in expected.items():
        findings += [found for held in helds if (found := _compared(held, sys_id, message))]
    for held in helds:
        findings += _surplus(held, expected, not_compared.keys() | confidential, tenant)
        findings += _confidential(held, confidential)
    return sorted(findings, key=lambda finding: finding.kind != CONFIDENTIAL)


def mark_possible_amendments(findings: Iterable[Finding], agreements: Iterable[Agreement]) -> list[Finding]:
    """The same findings where ICI does not roll amendments up: what one may have brought is AMENDED (D-58).

    An amendment leaves associations alone, and does not move the end of a terminated agreement.
    """
    terminated = {agreement.sys_id.lower() for agreement in agreements if agreement.terminated}

    def reclassify(finding: Finding) -> Finding:
        never = {*ASSOCIATION, EXPIRY} if finding.sys_id in terminated else {*ASSOCIATION}
        perhaps = finding.kind == DIFFERING and not {difference.name for difference in finding.fields} <= never
        return replace(finding, kind=AMENDED) if perhaps else finding

    return [reclassify(finding) for finding in findings]


def repairs(findings: Iterable[Finding], agreements: Iterable[Agreement]) -> dict[str, tuple[Agreement, list[str]]]:
    """The events that mend the findings: by System ID, the agreement and the ActionNames in their order.

    ExecutedUpdated writes every field. The end of a terminated agreement only Terminated writes, so it comes after;
    it comes alone where nothing but the end differs.
    """
    by_sys_id = {agreement.sys_id.lower(): agreement for agreement in agreements}
    actions = dict[str, tuple[Agreement, list[str]]]()
    for finding in findings:
        if finding.kind not in (MISSING, DIFFERING):
            continue
        agreement = by_sys_id[finding.sys_id]
        _, names = actions.setdefault(finding.sys_id, (agreement, ["Terminated"] if agreement.terminated else []))
        only_the_end = agreement.terminated and {difference.name for difference in finding.fields} == {EXPIRY}
        if not only_the_end and "ExecutedUpdated" not in names:
            names.insert(0, "ExecutedUpdated")
    return actions


def _compared(held: _Held, sys_id: str, message: Message) -> Finding | None:
    code = message.fields["ICMAGREEMENTCODE"]
    entry = held.entries.get((message.fields["SYSID"], code))
    if entry is None:
        return Finding(held.name, sys_id, code, MISSING)
    wanted = {name: value or _BLANK_AS[name] for name, value in message.fields.items()}
    differences = [Difference(name, value, entry[name]) for name, value in wanted.items() if entry[name] != value]
    organisations, rows = sorted(message.organisations or ()), sorted(held.organisations.get(sys_id, ()))
    if organisations != rows:
        differences.append(Difference("PURCHASINGORG", ",".join(organisations), ",".join(rows)))
    return Finding(held.name, sys_id, code, DIFFERING, tuple(differences)) if differences else None


def _surplus(held: _Held, expected: Mapping[str, Message], known: set[str], tenant: str) -> list[Finding]:
    """Entries that no agreement of ICI stands for, and organisation rows that belong to no entry."""
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


def _confidential(held: _Held, confidential: set[str]) -> list[Finding]:
    """What the tables hold of agreements that are confidential in ICI: named, never shown (SEC-2, SEC-3)."""
    return [
        Finding(held.name, sys_id, code, CONFIDENTIAL)
        for sys_id in sorted(confidential)
        for code in held.codes.get(sys_id) or ([""] if sys_id in held.organisations else [])
    ]
