"""Maintain outline agreements: create (ME31K), change (ME32K), display (ME33K). See OA-1 to OA-3.

After a message of type E nothing is written; one of type W asks the user to check.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from simulator.database import advisory_lock
from simulator.ecc import bapiret2
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.ddic import Dats
from simulator.ecc.ekko import EKKO
from simulator.ecc.field_conversion import to_stored_fields
from simulator.ecc.tables import CONTRACT, PURCHORG, ddic_types, read_rows, text_values

CODE_FIELD = "ZZICMAGREEMENT"

_TYPES = ddic_types(EKKO)
_MANDATORY = ("BSART", "LIFNR", "BUKRS", "EKORG", "EKGRP", "WAERS", "KDATB", "KDATE")
_FILLED_BY_SYSTEM = ("EBELN", "AEDAT", "ERNAM")
_NOT_CHANGEABLE = (*_FILLED_BY_SYSTEM, "BUKRS", "BSTYP", "BSART", "LIFNR", "EKORG")
"""The fields that cannot be changed after creation."""

_LOWER_CASE = ("INCO2",)
"""The fields that keep lower case; the screens convert all other text to upper case."""

ALPHA_FIELDS = ("EBELN", "LIFNR")
"""The fields whose numbers SAP fills up with zeros (conversion exit ALPHA)."""

_CURRENCY = re.compile("[A-Z]{3}[A-Z0-9]{0,2}")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9])?")

_QUANTITY, _VALUE = "MK", "WK"
_CONTRACT_FIELDS = {"LIFNR": "ICMAPPSRCSUPPLIERID", "BUKRS": "ICMLEGALENTITYCODE"}
"""Field of EKKO to the field of the contract it is compared with, besides the organisation (D-27)."""


class NumberRange(NamedTuple):
    """A number range, with its first and last number."""

    first: int
    last: int


DEFAULT_NUMBER_RANGE = NumberRange(4600000000, 4699999999)
"""The number range that SAP delivers for contracts."""


class CreationResult(NamedTuple):
    """The result of ME31K."""

    ebeln: str
    """The new number; blank if it was refused."""

    messages: list[Bapiret2]


def create(
    connection: Connection, fields: Mapping[str, str], user: str, today: date, number_range: NumberRange
) -> CreationResult:
    """Create an outline agreement from fields of EKKO, in the transaction of `connection`."""
    header, errors = _convert_fields(fields)
    errors += [bapiret2.filled_by_system(name) for name in _FILLED_BY_SYSTEM if name in fields]
    header = {name: ddic.initial for name, ddic in _TYPES.items()} | {"BSTYP": "K"} | header
    errors += _header_errors(header, errors)
    if _is_unknown_code(connection, header[CODE_FIELD]):
        errors.append(bapiret2.unknown_code(CODE_FIELD))
    advisory_lock(connection, EKKO.name)  # nobody else may take the same number
    in_range = EKKO.c.EBELN.between(f"{number_range.first:010}", f"{number_range.last:010}")
    last = connection.execute(select(func.max(EKKO.c.EBELN)).where(in_range)).scalar()
    number = int(last) + 1 if last else number_range.first
    if number > number_range.last:
        errors.append(bapiret2.number_range_exhausted("EBELN"))
    if errors:
        return CreationResult("", errors)
    header |= {"EBELN": f"{number:010}", "AEDAT": f"{today:%Y%m%d}", "ERNAM": user}
    warnings = _warnings(connection, header)
    connection.execute(insert(EKKO), header)
    return CreationResult(header["EBELN"], [*warnings, bapiret2.outline_agreement_created(header["EBELN"])])


def change(connection: Connection, ebeln: str, fields: Mapping[str, str]) -> list[Bapiret2]:
    """Change fields of an outline agreement, all or none, in the transaction of `connection`."""
    ebeln = with_leading_zeros(ebeln.strip())
    advisory_lock(connection, EKKO.name)  # nobody else may change it meanwhile
    before = display(connection, ebeln)
    if before is None:
        return [bapiret2.unknown_outline_agreement()]
    entered, errors = _convert_fields(fields)
    errors += [
        bapiret2.not_changeable(name) for name in _NOT_CHANGEABLE if name in entered and entered[name] != before[name]
    ]
    header = before | entered
    errors += _header_errors(header, errors)
    is_unknown = _is_unknown_code(connection, header[CODE_FIELD])
    if is_unknown and header[CODE_FIELD] != before[CODE_FIELD]:
        errors.append(bapiret2.unknown_code(CODE_FIELD))
    if errors:
        return errors
    if header == before:
        return [bapiret2.outline_agreement_unchanged(ebeln)]
    warnings = _warnings(connection, header)
    if is_unknown:  # deleted by hand since; the other fields can still be changed
        warnings.append(bapiret2.code_no_longer_known(CODE_FIELD))
    if header["KDATB"] != before["KDATB"]:
        warnings.append(bapiret2.validity_start_changed("KDATB"))
    connection.execute(update(EKKO).where(EKKO.c.EBELN == ebeln), header)
    return [*warnings, bapiret2.outline_agreement_changed(ebeln)]


def display(connection: Connection, ebeln: str) -> dict[str, str] | None:
    """Read the header of an outline agreement; return None if there is none with this number."""
    row = connection.execute(select(EKKO).where(EKKO.c.EBELN == ebeln)).mappings().one_or_none()
    return None if row is None else text_values(row)


def read_all(connection: Connection) -> list[dict[str, str]]:
    """Read all outline agreements, by number."""
    return read_rows(connection, EKKO)


def with_leading_zeros(number: str) -> str:
    """Fill a number up to ten digits, as SAP stores it (conversion exit ALPHA); leave other text as it is."""
    return number.zfill(10) if number.isascii() and number.isdigit() else number


def _convert_fields(fields: Mapping[str, str]) -> tuple[dict[str, str], list[Bapiret2]]:
    """Convert entered fields to what the table stores. Returns also the errors of single fields."""
    return to_stored_fields(_TYPES, {name: _convert_input(name, value.strip()) for name, value in fields.items()})


def _convert_input(name: str, text: str) -> str:
    """Convert input as the screen does: upper case, leading zeros of a number, two decimals of an amount."""
    if name == "KTWRT" and (amount := _AMOUNT.fullmatch(text)):
        return text + ("0" if amount[1] else ".00")
    if name == "LIFNR":
        return with_leading_zeros(text.upper())
    return text if name in _LOWER_CASE else text.upper()


def _header_errors(header: Mapping[str, str], errors: Iterable[Bapiret2]) -> list[Bapiret2]:
    """Check the header as a whole. Fields that `errors` names already get no further error."""
    reported = {error.FIELD for error in errors}
    found = [bapiret2.entry_required(name) for name in _MANDATORY if header[name] == _TYPES[name].initial]
    if header["BSTYP"] != "K":
        found.append(bapiret2.value_not_allowed("BSTYP", "K for a contract"))
    if header["BSART"] not in ("", _QUANTITY, _VALUE):
        found.append(bapiret2.value_not_allowed("BSART", "MK for a quantity contract, WK for a value contract"))
    if header["WAERS"] and not _CURRENCY.fullmatch(header["WAERS"]):
        found.append(bapiret2.value_not_allowed("WAERS", "a currency key of three letters"))
    if Dats.initial != header["KDATE"] < header["KDATB"]:
        found.append(bapiret2.invalid_validity("KDATE"))
    if header["KTWRT"].startswith("-"):
        found.append(bapiret2.invalid_value("KTWRT", "a target value is not negative"))
    if header["BSART"] == _VALUE and header["KTWRT"] == _TYPES["KTWRT"].initial:
        found.append(bapiret2.entry_required("KTWRT"))
    return [error for error in found if error.FIELD not in reported]


def _is_unknown_code(connection: Connection, code: str) -> bool:
    """Return True for a code without an entry in ZMM_ICMCONTRACT (OA-2); a blank code is allowed."""
    found = select(CONTRACT.c.ICMAGREEMENTCODE).where(CONTRACT.c.ICMAGREEMENTCODE == code)
    return code != "" and connection.scalar(found) is None


def _warnings(connection: Connection, header: Mapping[str, str]) -> list[Bapiret2]:
    """Warn of data that differ from the contract, and of another outline agreement for it."""
    if not header[CODE_FIELD]:
        return []
    with_code = select(CONTRACT).where(CONTRACT.c.ICMAGREEMENTCODE == header[CODE_FIELD])
    contracts = connection.execute(with_code).mappings().all()
    # If several contracts have the code, take the one with the fewest differences.
    differences = min((_contract_differences(connection, header, one) for one in contracts), key=len, default=[])
    duplicate = connection.execute(
        select(func.min(EKKO.c.EBELN)).where(
            EKKO.c.ZZICMAGREEMENT == header[CODE_FIELD],
            EKKO.c.EKORG == header["EKORG"],
            EKKO.c.EBELN != header["EBELN"],
        )
    ).scalar()
    return differences + ([bapiret2.duplicate_outline_agreement(CODE_FIELD, duplicate)] if duplicate else [])


def _contract_differences(connection: Connection, header: Mapping[str, str], contract: RowMapping) -> list[Bapiret2]:
    """Warn of each field that differs from the contract; a blank field of the contract is not compared."""
    on_contract = {name: contract[column].strip().upper() for name, column in _CONTRACT_FIELDS.items()}
    on_contract["LIFNR"] = with_leading_zeros(on_contract["LIFNR"])
    found = [
        bapiret2.differs_from_contract(name, _CONTRACT_FIELDS[name])
        for name, held in on_contract.items()
        if held and held != header[name]
    ]
    organisations = (
        connection.execute(select(PURCHORG.c.PURCHASINGORG).where(PURCHORG.c.SYSID == contract["SYSID"]))
        .scalars()
        .all()
    )
    if organisations and header["EKORG"] not in {one.strip().upper() for one in organisations}:
        found.append(bapiret2.differs_from_contract("EKORG", "PURCHASINGORG"))
    return found
