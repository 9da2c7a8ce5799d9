"""Maintain outline agreements: create (ME31K), change (ME32K), display (ME33K). See OA-1 to OA-3.

After a message of type E nothing is written; one of type W asks the user to check. Each change leaves a change
document.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from simulator.characters import UNITS, Characters, first
from simulator.database import advisory_lock
from simulator.ecc import bapiret2, change_documents
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.ddic import Dats
from simulator.ecc.ekko import EKKO
from simulator.ecc.field_conversion import to_stored_fields
from simulator.ecc.tables import CONTRACT, PURCHORG, ddic_types, read_rows, text_values
from simulator.ecc.tcurx import decimals_of

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
_THIRD_ZERO = re.compile(r"-?[0-9]+\.[0-9]{2}0")

_QUANTITY, _VALUE = "MK", "WK"
_KINDS = {_QUANTITY: "Quantity Contract", _VALUE: "Value Contract"}
_DELETED = "L"
"""In LOEKZ: the outline agreement is marked for deletion (D-94)."""


# Built once: building a statement takes longer than running it.
_LAST_NUMBER = select(func.max(EKKO.c.EBELN)).where(EKKO.c.EBELN.between(bindparam("lowest"), bindparam("highest")))
_DISPLAY = select(EKKO).where(EKKO.c.EBELN == bindparam("number"))
_INSERT = insert(EKKO)
_UPDATE = update(EKKO).where(EKKO.c.EBELN == bindparam("number"))
"""Sets the columns for which it gets values."""

_WITH_CODE = select(CONTRACT).where(CONTRACT.c.ICMAGREEMENTCODE == bindparam("code")).order_by(*CONTRACT.primary_key)
_ORGANISATIONS = select(PURCHORG.c.PURCHASINGORG).where(PURCHORG.c.SYSID == bindparam("sys_id"))
_DUPLICATE = select(func.min(EKKO.c.EBELN)).where(
    EKKO.c.ZZICMAGREEMENT == bindparam("code"),
    EKKO.c.EKORG == bindparam("organisation"),
    EKKO.c.LOEKZ == "",
    EKKO.c.EBELN != bindparam("number"),
)


class NumberRange(NamedTuple):
    """A number range, with its first and last number."""

    first: int
    last: int


DEFAULT_NUMBER_RANGE = NumberRange(4600000000, 4699999999)
"""The number range that SAP delivers for contracts."""


class OutlineRules(NamedTuple):
    """The customizing of a system for outline agreements."""

    number_range: NumberRange = DEFAULT_NUMBER_RANGE
    tenant: str = ""
    """The tenant whose contract a code stands for, where several tenants have it (D-93)."""

    nothing_bought_under: frozenset[str] = frozenset()
    """The codes of the contract types under which nothing is bought (D-54)."""

    is_exceeded: Callable[[str, str, str], bool] = lambda value, expected, _: Decimal(value) != Decimal(expected)
    """The judgement on a target value, the contract's value and its currency: True if they are too far apart."""

    characters: Characters = "code-points"
    """The unit in which texts are counted (D-41)."""


DEFAULT_RULES = OutlineRules()


class CreationResult(NamedTuple):
    """The result of ME31K."""

    ebeln: str
    """The new number; blank if it was refused."""

    messages: list[Bapiret2]


def create(
    connection: Connection, fields: Mapping[str, str], stamp: ChangeStamp, rules: OutlineRules
) -> CreationResult:
    """Create an outline agreement from fields of EKKO, in the transaction of `connection`."""
    header, errors = _convert_fields(fields, rules)
    errors += [bapiret2.filled_by_system(name) for name in _FILLED_BY_SYSTEM if name in fields]
    header = {name: ddic.initial for name, ddic in _TYPES.items()} | {"BSTYP": "K"} | header
    if header["LOEKZ"]:
        errors.append(bapiret2.value_not_allowed("LOEKZ", "nothing, as it is new"))
    errors += _header_errors(header, errors)
    contracts = _contracts(connection, header[CODE_FIELD], rules)
    if header[CODE_FIELD]:
        errors += _code_messages(contracts, is_new=True)
    advisory_lock(connection, EKKO.name)  # nobody else may take the same number
    lowest, last_number = rules.number_range
    last = connection.execute(_LAST_NUMBER, {"lowest": f"{lowest:010}", "highest": f"{last_number:010}"}).scalar()
    number = int(last) + 1 if last else lowest
    if number > last_number:
        errors.append(bapiret2.number_range_exhausted("EBELN"))
    if errors:
        return CreationResult("", errors)
    today = stamp.now.astimezone(UTC)
    header |= {"EBELN": f"{number:010}", "AEDAT": f"{today:%Y%m%d}", "ERNAM": stamp.user}
    warnings = _warnings(connection, header, contracts, rules)
    connection.execute(_INSERT, header)
    change_documents.write_creation(connection, stamp, header["EBELN"])
    created = bapiret2.outline_agreement_created(_KINDS[header["BSART"]], header["EBELN"])
    return CreationResult(header["EBELN"], [*warnings, created])


def change(
    connection: Connection, ebeln: str, fields: Mapping[str, str], stamp: ChangeStamp, rules: OutlineRules
) -> list[Bapiret2]:
    """Change fields of an outline agreement, all or none, in the transaction of `connection`."""
    ebeln = with_leading_zeros(ebeln.strip())
    advisory_lock(connection, EKKO.name)  # nobody else may change it meanwhile
    before = display(connection, ebeln)
    if before is None:
        return [bapiret2.unknown_outline_agreement(ebeln)]
    entered, errors = _convert_fields(fields, rules)
    fixed = [name for name in _NOT_CHANGEABLE if name in fields and entered.get(name) != before[name]]
    errors = [error for error in errors if error.FIELD not in fixed]  # that it is too long does not matter
    errors += map(bapiret2.not_changeable, fixed)
    header = before | entered
    errors += _header_errors(header, errors)
    if before["LOEKZ"] and header["LOEKZ"] and header != before:
        errors.append(bapiret2.outline_agreement_deleted())
    contracts = _contracts(connection, header[CODE_FIELD], rules)
    is_new = header[CODE_FIELD] != before[CODE_FIELD]
    about_code = _code_messages(contracts, is_new=is_new) if header[CODE_FIELD] else []
    errors += [message for message in about_code if message.TYPE == "E"]
    if errors:
        return errors
    if header == before:
        return [bapiret2.outline_agreement_unchanged()]
    warnings = _warnings(connection, header, contracts, rules) + about_code
    if header["KDATB"] != before["KDATB"]:
        warnings.append(bapiret2.validity_start_changed("KDATB"))
    connection.execute(_UPDATE, {"number": ebeln} | header)
    change_documents.write_change(connection, stamp, before, header)
    return [*warnings, bapiret2.outline_agreement_changed(_KINDS[header["BSART"]], ebeln)]


def display(connection: Connection, ebeln: str) -> dict[str, str] | None:
    """Read the header of an outline agreement; return None if there is none with this number."""
    row = connection.execute(_DISPLAY, {"number": ebeln}).mappings().one_or_none()
    return None if row is None else text_values(row)


def read_all(connection: Connection) -> list[dict[str, str]]:
    """Read all outline agreements, by number."""
    return read_rows(connection, EKKO)


def with_leading_zeros(number: str) -> str:
    """Fill a number up to ten digits, as SAP stores it (conversion exit ALPHA); leave other text as it is."""
    return number.zfill(10) if number.isascii() and number.isdigit() else number


def _convert_fields(fields: Mapping[str, str], rules: OutlineRules) -> tuple[dict[str, str], list[Bapiret2]]:
    """Convert entered fields to what the table stores. Returns also the errors of single fields."""
    entered = {name: _convert_input(name, value.strip()) for name, value in fields.items()}
    return to_stored_fields(_TYPES, entered, rules.characters)


def _convert_input(name: str, text: str) -> str:
    """Convert input as the screen does: upper case, leading zeros of a number, at least two decimals of an amount."""
    if name == "KTWRT" and (amount := _AMOUNT.fullmatch(text)):
        return text + ("0" if amount[1] else ".00")
    if name == "KTWRT" and _THIRD_ZERO.fullmatch(text):
        return text[:-1]
    if name == "LIFNR":
        return with_leading_zeros(text.upper())
    return text if name in _LOWER_CASE else text.upper()


def _header_errors(header: Mapping[str, str], errors: Iterable[Bapiret2]) -> list[Bapiret2]:
    """Check the header as a whole. Fields that `errors` names already get no further error."""
    reported = {error.FIELD for error in errors}
    found = [bapiret2.entry_required(name) for name in _MANDATORY if header[name] == _TYPES[name].initial]
    if header["LIFNR"] and not header["LIFNR"].strip("0"):
        found.append(bapiret2.invalid_value("LIFNR", "zeros alone are no supplier"))
    if header["BSTYP"] != "K":
        found.append(bapiret2.value_not_allowed("BSTYP", "K for a contract"))
    if header["BSART"] not in ("", _QUANTITY, _VALUE):
        found.append(bapiret2.value_not_allowed("BSART", "MK for a quantity contract, WK for a value contract"))
    if header["LOEKZ"] not in ("", _DELETED):
        found.append(bapiret2.value_not_allowed("LOEKZ", "L to mark it for deletion, or nothing"))
    if header["WAERS"] and not _CURRENCY.fullmatch(header["WAERS"]):
        found.append(bapiret2.value_not_allowed("WAERS", "a currency key of three letters"))
    if Dats.initial != header["KDATE"] < header["KDATB"]:
        found.append(bapiret2.invalid_validity("KDATE"))
    if header["INCO2"] and not header["INCO1"]:
        found.append(bapiret2.entry_required("INCO1"))
    return [error for error in (*found, *_amount_errors(header)) if error.FIELD not in reported]


def _amount_errors(header: Mapping[str, str]) -> list[Bapiret2]:
    value, decimals = header["KTWRT"], decimals_of(header["WAERS"])
    if value.startswith("-"):
        return [bapiret2.invalid_value("KTWRT", "a target value is not negative")]
    if header["BSART"] == _VALUE and value == _TYPES["KTWRT"].initial:
        return [bapiret2.entry_required("KTWRT")]
    if len(value.partition(".")[2].rstrip("0")) > decimals:
        return [bapiret2.too_many_decimals("KTWRT", header["WAERS"], decimals)]
    return []


def _contracts(connection: Connection, code: str, rules: OutlineRules) -> Sequence[RowMapping]:
    """Find the contracts that a code stands for: those of the system's own tenant, or else of any other (D-93)."""
    found = connection.execute(_WITH_CODE, {"code": code}).mappings().all() if code else []
    return [one for one in found if one["TENANTID"] == rules.tenant] or found


def _code_messages(contracts: Sequence[RowMapping], *, is_new: bool) -> list[Bapiret2]:
    """Refuse a code that stands for no contract, or for several; warn where it was there before (OA-2, D-93)."""
    if not contracts:
        return [bapiret2.unknown_code(CODE_FIELD) if is_new else bapiret2.code_no_longer_known(CODE_FIELD)]
    if len(contracts) == 1:
        return []
    tenants = sorted({one["TENANTID"] for one in contracts})
    names = tenants if len(tenants) > 1 else [one["SYSID"] for one in contracts]
    return [bapiret2.ambiguous_code(CODE_FIELD, tuple(names), is_new=is_new)]


def _warnings(
    connection: Connection, header: Mapping[str, str], contracts: Sequence[RowMapping], rules: OutlineRules
) -> list[Bapiret2]:
    """Warn of data that differ from the contract, and of another outline agreement for it."""
    if not header[CODE_FIELD] or header["LOEKZ"]:
        return []
    found = _contract_warnings(connection, header, contracts[0], rules) if len(contracts) == 1 else []
    same = {"code": header[CODE_FIELD], "organisation": header["EKORG"], "number": header["EBELN"]}
    duplicate = connection.execute(_DUPLICATE, same).scalar()
    return found + ([bapiret2.duplicate_outline_agreement(CODE_FIELD, duplicate)] if duplicate else [])


def _contract_warnings(
    connection: Connection, header: Mapping[str, str], contract: RowMapping, rules: OutlineRules
) -> list[Bapiret2]:
    """Warn of each field that differs from the contract, and of a contract under which nothing is bought (D-92)."""
    held = text_values(contract)
    currency = held["ICMCURRENCY"]
    found = []
    if held["CONTRACTTYPENAME"] in rules.nothing_bought_under:
        found.append(bapiret2.nothing_bought_under(CODE_FIELD, held["CONTRACTTYPENAME"]))
    for name, column, is_other in _COMPARED:
        if held[column] in ("", Dats.initial, "0.00") or not is_other(header[name], held[column]):
            continue
        if name == "KTWRT" and (_has_no_value(header) or not rules.is_exceeded(header[name], held[column], currency)):
            continue
        ends_later = name == "KDATE" and header[name] > held[column]
        warning = bapiret2.valid_beyond_contract(name) if ends_later else bapiret2.differs_from_contract(name, column)
        found.append(warning)
    organisations = connection.execute(_ORGANISATIONS, {"sys_id": contract["SYSID"]}).scalars()
    known = {one.strip().upper() for one in organisations}
    if known and header["EKORG"] not in known:
        found.append(bapiret2.differs_from_contract("EKORG", "PURCHASINGORG"))
    return found


def _has_no_value(header: Mapping[str, str]) -> bool:
    """Tell whether it is a quantity contract without a target value."""
    return header["BSART"] == _QUANTITY and header["KTWRT"] == _TYPES["KTWRT"].initial


def _other_text(here: str, there: str) -> bool:
    return there.strip() != "" and here.strip().casefold() != there.strip().casefold()


def _other_supplier(here: str, there: str) -> bool:
    return _other_text(here.lstrip("0"), there.strip().lstrip("0"))


def _other_location(here: str, there: str) -> bool:
    return _other_text(here, there) and all(
        _other_text(here, first(there.strip(), _TYPES["INCO2"].length, characters)) for characters in UNITS
    )


_COMPARED: tuple[tuple[str, str, Callable[[str, str], bool]], ...] = (
    ("LIFNR", "ICMAPPSRCSUPPLIERID", _other_supplier),
    ("KDATB", "ICMEFFECTIVEDATE", str.__ne__),
    ("KDATE", "ICMEXPIRYDATE", str.__ne__),
    ("KTWRT", "ICMTOTALCONTRACTVALUE", str.__ne__),
    ("WAERS", "ICMCURRENCY", _other_text),
    ("BUKRS", "ICMLEGALENTITYCODE", _other_text),
    ("INCO1", "ICMINCOTERMSCODE", _other_text),
    ("INCO2", "ICMINCOTERMSLOCATION", _other_location),
    ("ZTERM", "ICMPAYMENTTERMS", _other_text),
)
"""Field of EKKO, field of the contract, and whether they differ: those of the report (D-53) but the organisation."""
