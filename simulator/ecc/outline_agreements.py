"""Outline agreements as users keep them: create (ME31K), change (ME32K), display (ME33K). See OA-1 to OA-3.

A message of type E stops, and nothing is written; one of type W is for the user to think about.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from simulator.database import hold
from simulator.ecc import bapiret2
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.ddic import Dats
from simulator.ecc.ekko import EKKO
from simulator.ecc.field_conversion import to_stored_fields
from simulator.ecc.tables import CONTRACT, PURCHORG, ddic_types, rows, texts

CODE = "ZZICMAGREEMENT"

_TYPES = ddic_types(EKKO)
_MANDATORY = ("BSART", "LIFNR", "BUKRS", "EKORG", "EKGRP", "WAERS", "KDATB", "KDATE")
_BY_THE_SYSTEM = ("EBELN", "AEDAT", "ERNAM")
_FIXED = (*_BY_THE_SYSTEM, "BUKRS", "BSTYP", "BSART", "LIFNR", "EKORG")
"""What stays as it was created."""

_LOWER_CASE = ("INCO2",)
"""The fields that keep lower case; the screens turn all other text into upper case."""

_CURRENCY = re.compile("[A-Z]{3}[A-Z0-9]{0,2}")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9])?")

_QUANTITY, _VALUE = "MK", "WK"
_ON_THE_CONTRACT = {"LIFNR": "ICMAPPSRCSUPPLIERID", "BUKRS": "ICMLEGALENTITYCODE"}
"""What is compared with the contract while the code is on the header, beside the organisation (D-27)."""


class Numbers(NamedTuple):
    """A number range: the first and the last number of it."""

    first: int
    last: int


NUMBERS = Numbers(4600000000, 4699999999)
"""The range that SAP delivers for contracts."""


class Saved(NamedTuple):
    """What became of a new outline agreement."""

    ebeln: str
    """Blank where it was refused."""

    messages: list[Bapiret2]


def create(connection: Connection, fields: Mapping[str, str], user: str, today: date, numbers: Numbers) -> Saved:
    """Create an outline agreement from fields of EKKO, in the transaction of `connection`."""
    header, errors = _entered(fields)
    errors += [bapiret2.by_the_system(name) for name in _BY_THE_SYSTEM if name in fields]
    header = {name: ddic.initial for name, ddic in _TYPES.items()} | {"BSTYP": "K"} | header
    errors += _wrong(header, errors)
    if _unknown(connection, header[CODE]):
        errors.append(bapiret2.unknown_code(CODE))
    hold(connection, EKKO.name)  # so that nobody else takes the same number
    last = connection.execute(
        select(func.max(EKKO.c.EBELN)).where(EKKO.c.EBELN.between(f"{numbers.first:010}", f"{numbers.last:010}"))
    ).scalar()
    number = int(last) + 1 if last else numbers.first
    if number > numbers.last:
        errors.append(bapiret2.no_number_left("EBELN"))
    if errors:
        return Saved("", errors)
    header |= {"EBELN": f"{number:010}", "AEDAT": f"{today:%Y%m%d}", "ERNAM": user}
    warnings = _warnings(connection, header)
    connection.execute(insert(EKKO), header)
    return Saved(header["EBELN"], [*warnings, bapiret2.created(header["EBELN"])])


def change(connection: Connection, ebeln: str, fields: Mapping[str, str]) -> list[Bapiret2]:
    """Change fields of an outline agreement, in the transaction of `connection`; all of them or none."""
    ebeln = with_leading_zeros(ebeln.strip())
    hold(connection, EKKO.name)  # what is found is so until it has been changed
    before = display(connection, ebeln)
    if before is None:
        return [bapiret2.no_outline_agreement()]
    entered, errors = _entered(fields)
    errors += [bapiret2.fixed(name) for name in _FIXED if name in entered and entered[name] != before[name]]
    header = before | entered
    errors += _wrong(header, errors)
    gone = _unknown(connection, header[CODE])
    if gone and header[CODE] != before[CODE]:
        errors.append(bapiret2.unknown_code(CODE))
    if errors:
        return errors
    if header == before:
        return [bapiret2.not_changed(ebeln)]
    warnings = _warnings(connection, header)
    if gone:  # deleted by hand since; all else can still be changed
        warnings.append(bapiret2.code_gone(CODE))
    if header["KDATB"] != before["KDATB"]:
        warnings.append(bapiret2.beginning_changed("KDATB"))
    connection.execute(update(EKKO).where(EKKO.c.EBELN == ebeln), header)
    return [*warnings, bapiret2.changed(ebeln)]


def display(connection: Connection, ebeln: str) -> dict[str, str] | None:
    """The fields of an outline agreement; None where there is none of this number."""
    row = connection.execute(select(EKKO).where(EKKO.c.EBELN == ebeln)).mappings().one_or_none()
    return None if row is None else texts(row)


def listed(connection: Connection) -> list[dict[str, str]]:
    """All outline agreements, in the order of their numbers."""
    return rows(connection, EKKO)


def with_leading_zeros(supplier: str) -> str:
    """A supplier's number as SAP keeps it: ten digits, where it is one (conversion exit ALPHA)."""
    return supplier.zfill(10) if supplier.isascii() and supplier.isdigit() else supplier


def _entered(fields: Mapping[str, str]) -> tuple[dict[str, str], list[Bapiret2]]:
    """The fields as the table holds them, and everything that is wrong with one alone."""
    return to_stored_fields(_TYPES, {name: _as_the_screen(name, value.strip()) for name, value in fields.items()})


def _as_the_screen(name: str, text: str) -> str:
    """What the screen makes of what was typed: upper case, a number's leading zeros, both decimals of an amount."""
    if name == "KTWRT" and (whole := _AMOUNT.fullmatch(text)):
        return text + ("0" if whole[1] else ".00")
    if name == "LIFNR":
        return with_leading_zeros(text.upper())
    return text if name in _LOWER_CASE else text.upper()


def _wrong(header: Mapping[str, str], errors: Iterable[Bapiret2]) -> list[Bapiret2]:
    """What is wrong with the header as a whole, of fields that are right by themselves."""
    known = {error.FIELD for error in errors}
    found = [bapiret2.entry_required(name) for name in _MANDATORY if header[name] == _TYPES[name].initial]
    if header["BSTYP"] != "K":
        found.append(bapiret2.not_one_of("BSTYP", "K for a contract"))
    if header["BSART"] not in ("", _QUANTITY, _VALUE):
        found.append(bapiret2.not_one_of("BSART", "MK for a quantity contract, WK for a value contract"))
    if header["WAERS"] and not _CURRENCY.fullmatch(header["WAERS"]):
        found.append(bapiret2.not_one_of("WAERS", "a currency key of three letters"))
    if Dats.initial != header["KDATE"] < header["KDATB"]:
        found.append(bapiret2.ends_before_it_begins("KDATE"))
    if header["KTWRT"].startswith("-"):
        found.append(bapiret2.wrong_value("KTWRT", "a target value is not negative"))
    if header["BSART"] == _VALUE and header["KTWRT"] == _TYPES["KTWRT"].initial:
        found.append(bapiret2.entry_required("KTWRT"))
    return [error for error in found if error.FIELD not in known]


def _unknown(connection: Connection, code: str) -> bool:
    """Whether the table has no entry with a code (OA-2)."""
    found = select(CONTRACT.c.ICMAGREEMENTCODE).where(CONTRACT.c.ICMAGREEMENTCODE == code)
    return code != "" and connection.scalar(found) is None


def _warnings(connection: Connection, header: Mapping[str, str]) -> list[Bapiret2]:
    """What the user has to think about: other data on the contract, or another outline agreement for it."""
    if not header[CODE]:
        return []
    contracts = connection.execute(select(CONTRACT).where(CONTRACT.c.ICMAGREEMENTCODE == header[CODE])).mappings()
    # Where several have the code, it is the one that agrees best that was meant.
    differing = min((_differing(connection, header, contract) for contract in contracts), key=len, default=[])
    twin = connection.execute(
        select(func.min(EKKO.c.EBELN)).where(
            EKKO.c.ZZICMAGREEMENT == header[CODE], EKKO.c.EKORG == header["EKORG"], EKKO.c.EBELN != header["EBELN"]
        )
    ).scalar()
    return differing + ([bapiret2.another_has_it(CODE, twin)] if twin else [])


def _differing(connection: Connection, header: Mapping[str, str], contract: RowMapping) -> list[Bapiret2]:
    """Where the contract says otherwise; what it leaves blank is nothing else."""
    on_contract = {name: contract[column].strip().upper() for name, column in _ON_THE_CONTRACT.items()}
    on_contract["LIFNR"] = with_leading_zeros(on_contract["LIFNR"])
    found = [
        bapiret2.other_than_the_contract(name, _ON_THE_CONTRACT[name])
        for name, held in on_contract.items()
        if held and held != header[name]
    ]
    organisations = (
        connection.execute(select(PURCHORG.c.PURCHASINGORG).where(PURCHORG.c.SYSID == contract["SYSID"]))
        .scalars()
        .all()
    )
    if organisations and header["EKORG"] not in {one.strip().upper() for one in organisations}:
        found.append(bapiret2.other_than_the_contract("EKORG", "PURCHASINGORG"))
    return found
