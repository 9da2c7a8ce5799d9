"""The sequences of calls: read what SCM has of a contract, and send what differs; the second time, nothing does.

The order is that of the rules of SCM: a contract is executed before its agreement is effective, an agreement has its
lines before, and a closed one gets another expiry only together with its status, and no new line (D-124, D-126).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from simulator.connector.rules import ScmValue
from simulator.connector.scm_client import (
    AGREEMENTS,
    CONTRACTS,
    LINES,
    VALIDATE_AGREEMENTS,
    VALIDATE_LINES,
    VALIDATE_NEW_LINES,
    ScmClient,
    ScmRow,
    differing,
    filled,
)

ScmFields: TypeAlias = Mapping[str, ScmValue]

_STATUS = "AgreementStatus"
LINES_FROM = frozenset({"Executed", "Terminated", "Expired", "OnHold"})
"""The statuses of a contract whose lines SCM has."""


class ScmDocument(NamedTuple):
    """A contract as SCM is to have it."""

    contract: ScmFields
    agreement: ScmFields | None
    """None for a type without purchase agreements (SCM-2)."""

    lines: Sequence[ScmFields]
    once: Sequence[str]
    """The fields of the agreement that are sent with a new one alone."""

    validates: bool
    """True if SCM is to be asked whether it would take the lines (D-134)."""

    is_amendment: bool
    """True if nothing but that is asked: the terms are those of an amendment that is not executed yet."""

    adopted: str
    """The number of the agreement of SCM that the contract takes over; blank for none (D-130)."""


class Result(NamedTuple):
    """The result of one sequence."""

    state: str
    """created, changed or unchanged."""

    agreement: str
    """The number of a purchase agreement that is new to ICI; blank for none."""


def synchronise(scm: ScmClient, document: ScmDocument) -> Result:
    """Make SCM have the contract. Raises InterfaceError; what was done so far stays, and is not done again."""
    if document.is_amendment and document.agreement is None:
        return Result("unchanged", "")
    if document.is_amendment:
        _validate(scm, document, _find_agreement(scm, document))
        return Result("unchanged", "")
    state = _write_contract(scm, document)
    if document.agreement is None:
        return Result(state, "")
    agreement = _find_agreement(scm, document)
    number = ""
    if agreement is None:
        agreement = _create_agreement(scm, document)
        state = "created" if state == "created" else "changed"
        number = str(agreement["PurchaseAgreementId"])
    elif agreement[_STATUS] == "Closed" and document.agreement[_STATUS] != "Closed":
        agreement = _reopen(scm, document, agreement)
    if document.validates:
        _validate(scm, document, agreement)
    is_written = document.contract["ContractStatus"] in LINES_FROM and _write_lines(scm, document, agreement)
    changed = differing(_kept(document), agreement)
    if changed:
        scm.change(AGREEMENTS, agreement, changed)
    return Result("changed" if state == "unchanged" and (is_written or changed) else state, number)


def _write_contract(scm: ScmClient, document: ScmDocument) -> str:
    wanted = document.contract
    found = scm.find(CONTRACTS, **_identity(wanted))
    if not found:
        scm.create(CONTRACTS, filled(wanted))
        return "created"
    changed = differing(wanted, found[0])
    if changed:
        scm.change(CONTRACTS, found[0], changed)
    return "changed" if changed else "unchanged"


def _find_agreement(scm: ScmClient, document: ScmDocument) -> ScmRow | None:
    assert document.agreement is not None  # noqa: S101 - its type has one
    found = scm.find(AGREEMENTS, **_identity(document.agreement))
    return found[0] if found else None


def _create_agreement(scm: ScmClient, document: ScmDocument) -> ScmRow:
    """Create the agreement on hold, or take over the one that a user of SCM began the contract from (D-121, D-130)."""
    assert document.agreement is not None  # noqa: S101 - its type has one
    company = str(document.agreement["dataAreaId"])
    adopted = document.adopted and scm.find(AGREEMENTS, dataAreaId=company, PurchaseAgreementId=document.adopted)
    if not adopted:
        return scm.create(AGREEMENTS, {**filled(document.agreement), _STATUS: "OnHold"})
    taken = ("AgreementOwnership", "ContractId", "ExternalContractId")
    scm.change(AGREEMENTS, adopted[0], {name: document.agreement[name] for name in taken})
    return scm.find(AGREEMENTS, **_identity(document.agreement))[0]


def _reopen(scm: ScmClient, document: ScmDocument, agreement: ScmRow) -> ScmRow:
    """Put a closed agreement on hold where it lacks a line, as SCM adds none to a closed one."""
    if not _compare_lines(scm, document, agreement)[0]:
        return agreement
    scm.change(AGREEMENTS, agreement, {_STATUS: "OnHold"})
    return _find_agreement(scm, document) or agreement


def _validate(scm: ScmClient, document: ScmDocument, agreement: ScmRow | None) -> None:
    """Ask SCM whether it would take the header and each line; nothing of it stays. Raises InterfaceError."""
    if agreement is None:
        return
    changed = differing(_kept(document), agreement)
    if changed and document.is_amendment:
        scm.change(VALIDATE_AGREEMENTS, agreement, changed)
    new, different, gone = _compare_lines(scm, document, agreement)
    for line in new:
        scm.create(VALIDATE_NEW_LINES, line)
    for row, fields in different:
        scm.change(VALIDATE_LINES, row, fields)
    for row in gone:
        scm.delete(VALIDATE_LINES, row)


def _write_lines(scm: ScmClient, document: ScmDocument, agreement: ScmRow) -> bool:
    """Write the lines. Returns True if one was not as it should be."""
    new, different, gone = _compare_lines(scm, document, agreement)
    for line in new:
        scm.create(LINES, line)
    for row, fields in different:
        scm.change(LINES, row, fields)
    for row in gone:
        scm.delete(LINES, row)
    return bool(new or different or gone)


def _compare_lines(
    scm: ScmClient, document: ScmDocument, agreement: ScmRow
) -> tuple[list[ScmRow], list[tuple[ScmRow, ScmFields]], list[ScmRow]]:
    """Return the lines that SCM lacks, those that differ with their fields, and those that it has too many."""
    place = {name: str(agreement[name]) for name in ("dataAreaId", "PurchaseAgreementId")}
    # A line without an id was there before the contract: it stays as it is (D-130).
    rows = (row for row in scm.find(LINES, **place) if row["ExternalContractLineId"])
    held = {str(row["ExternalContractLineId"]): row for row in rows}
    wanted = {str(line["ExternalContractLineId"]): line for line in document.lines}
    new: list[ScmRow] = [{**place, **filled(line)} for name, line in wanted.items() if name not in held]
    both = ((held[name], differing(line, held[name])) for name, line in wanted.items() if name in held)
    return new, [(row, fields) for row, fields in both if fields], [held[name] for name in held if name not in wanted]


def _kept(document: ScmDocument) -> ScmFields:
    """Return the fields of the agreement that ICI keeps; those of an amendment leave the status alone."""
    left_out = {*document.once, *((_STATUS,) if document.is_amendment else ())}
    return {name: value for name, value in (document.agreement or {}).items() if name not in left_out}


def _identity(fields: ScmFields) -> dict[str, str]:
    return {name: str(fields[name]) for name in ("dataAreaId", "ExternalContractId")}
