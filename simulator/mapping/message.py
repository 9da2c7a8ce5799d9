"""Derive the lineage of every field, and from it the message for the ECC systems."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.characters import Characters, count
from simulator.errors import InterfaceError
from simulator.mapping.actions import ASSOCIATION, EXPIRY, Action
from simulator.mapping.rules import organisations
from simulator.mapping.sheet import ZMM_ICMCONTRACT, SheetRow, parsed
from simulator.mapping.source_value import SourceValue, require_assigned, require_visible

ORGANISATIONS = "ICMPURCHASINGORGCODE"
ORGANISATION_LENGTH = 4


@dataclass(frozen=True)
class MappingInput:
    """The input of the mapping of one event."""

    event: Mapping[str, str]
    """``source``, ``ContractTypeName`` and ``SysId``, in ICI's spelling."""

    action: Action
    agreement: Mapping[str, object]
    """The fields of the answer to call 1."""

    master: Mapping[str, object] | None
    """The fields of the master that call 2 found, with its ``ContractTypeName``; None without a master."""

    codes: Mapping[str, str]
    """The code of each contract type (D-01)."""

    characters: Characters = "code-points"
    """The unit in which texts are counted (D-41)."""


class LineageLine(NamedTuple):
    """The lineage of one field: its source, raw value, rule and result."""

    row: SheetRow
    source: str
    raw: object
    value: str | None
    """The value for ECC; None if the message does not carry the field."""


class Message(NamedTuple):
    """The message of one event to each system. It does not hold the ActionName (EVT-9)."""

    fields: Mapping[str, str]
    """Z-field to value. A field that is absent stays as it is, a field that is blank is cleared (D-06)."""

    organisations: tuple[str, ...] | None
    """The purchasing organisations that replace those of the agreement; None leaves them as they are."""

    document: Mapping[str, object] | None = None
    """The whole state of the agreement, for a system that is no ECC; its fields are then the keys alone."""


def derive_lineage(case: MappingInput) -> list[LineageLine]:
    """Derive the lineage of every row of the sheet, in its order.

    Raises InterfaceError for the first field whose value breaks its rule or type, or is missing though required.
    """
    parts = {"event": case.event, "agreement": case.agreement, "master": case.master or {}}
    return [
        _derive_line(row, case, parts) if case.action.carries(row.target) else _not_carried(row, case)
        for row in ZMM_ICMCONTRACT
    ]


def build_message(lineage: list[LineageLine], characters: Characters = "code-points") -> Message:
    """Build the message from a lineage. Raises InterfaceError for an organisation that its table cannot hold."""
    fields = {line.row.target: line.value for line in lineage if line.value is not None}
    organisation_codes = organisations(fields[ORGANISATIONS]) if ORGANISATIONS in fields else None
    for organisation in organisation_codes or ():
        require_visible("ICMPurchasingOrgCode", organisation)
        if (length := count(organisation, characters)) > ORGANISATION_LENGTH:
            raise InterfaceError(
                "D-16",
                "ICMPurchasingOrgCode",
                f"one of its organisations has {length} characters, at most {ORGANISATION_LENGTH} fit",
            )
    return Message(fields, organisation_codes)


def _derive_line(row: SheetRow, case: MappingInput, parts: Mapping[str, Mapping[str, object]]) -> LineageLine:
    written = row.source_for(case.action.name)
    source = parsed(written)
    raw = parts[source.part].get(source.field)
    source_value = SourceValue.read(source.field, raw, source.inside, case.characters)
    value = row.rule(source_value)
    if row.type.coded and value:
        value = case.codes[value]
    if row.key or row.target in ASSOCIATION:
        require_visible(source.field, value)
        require_assigned(source.field, value)
    if row.type.name == "CHAR" and (length := count(value, case.characters)) > row.type.length:
        raise source_value.error("D-13", f"{length} characters, {row.target} takes at most {row.type.length}")
    if not value:
        _check_blank(row, case, source_value)
    return LineageLine(row, written, raw, value)


def _check_blank(row: SheetRow, case: MappingInput, source_value: SourceValue) -> None:
    if row.key:
        raise source_value.error("TAB-7", f"it is blank, and {row.target} is part of the key")
    if row.target in ASSOCIATION and case.master is not None:
        raise source_value.error("D-37", f"it is blank in the master that call 2 found, so {row.target} cannot be told")
    if row.target == EXPIRY and case.action.name == "Terminated":
        raise source_value.error("D-18", "it holds no date, and a termination ends the agreement on that date")
    if row.target == EXPIRY and case.action.name == "Renewed":
        raise source_value.error("D-19", "it holds no date, and a renewal moves that date")


def _not_carried(row: SheetRow, case: MappingInput) -> LineageLine:
    return LineageLine(row, row.source_for(case.action.name), None, None)
