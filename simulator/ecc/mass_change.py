"""Change many outline agreements at once, as MEMASSCONTRACT does: each row completely or not at all (OA-1)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from simulator.ecc import bapiret2
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.outline_agreements import change, display, with_leading_zeros
from simulator.ecc.system import EccSystem

CLEAR_MARK = "(blank)"
"""A cell with this text clears the field; an empty cell leaves it unchanged (D-49)."""


class ShownCurrency(NamedTuple):
    """The currency that a cell shows beside its amount."""

    field: str
    place: str
    """Of the cell in the sheet."""

    codes: frozenset[str]
    """The currencies that its sign may mean."""


class ChangeRow(NamedTuple):
    """One row of the sheet."""

    number: int
    """Its number in the sheet, from 1; the column names have one as well."""

    fields: Mapping[str, str]
    """EBELN, and what the fields shall be."""

    errors: tuple[Bapiret2, ...] = ()
    """The cells that could not be read. A row that has any changes nothing."""

    currencies: tuple[ShownCurrency, ...] = ()
    """A row whose amounts are not in the currency that the sheet shows changes nothing (D-101)."""


class RowResult(NamedTuple):
    """The messages for one row."""

    row: int
    ebeln: str
    messages: list[Bapiret2]


def mass_change(
    system: EccSystem, rows: Iterable[ChangeRow], stamp: ChangeStamp, *, test_run: bool
) -> Iterator[RowResult]:
    """Change the outline agreement that each row names in EBELN; a test run changes nothing and returns the messages.

    Raises InterfaceError D-20 if the system does not answer; the rows before are changed.
    """
    seen = set[str]()
    for row in rows:
        ebeln = with_leading_zeros(row.fields["EBELN"].strip())
        if row.errors:
            messages = [*row.errors]
        elif not ebeln:
            messages = [bapiret2.entry_required("EBELN")]
        elif ebeln in seen:  # it is unknown which of the two rows is right
            messages = [bapiret2.duplicate_row("EBELN")]
        else:
            messages = _change_row(system, ebeln, row, stamp, test_run=test_run)
        seen.add(ebeln)
        yield RowResult(row.number, ebeln, messages)


def _change_row(system: EccSystem, ebeln: str, row: ChangeRow, stamp: ChangeStamp, *, test_run: bool) -> list[Bapiret2]:
    filled = {name: value.strip() for name, value in row.fields.items() if name != "EBELN" and value.strip()}
    fields = {name: "" if value == CLEAR_MARK else value for name, value in filled.items()}
    with system.transaction() as connection:
        trial = connection.begin_nested() if test_run else None
        messages = _currency_errors(connection, ebeln, fields, row.currencies)
        messages = messages or change(connection, ebeln, fields, stamp, system.rules)
        if trial:
            trial.rollback()
    return messages


def _currency_errors(
    connection: Connection, ebeln: str, fields: Mapping[str, str], shown: Sequence[ShownCurrency]
) -> list[Bapiret2]:
    held = display(connection, ebeln) if shown else None
    if held is None:
        return []
    currency = (fields.get("WAERS") or held["WAERS"]).upper()
    why = "its number format shows another currency"
    return [bapiret2.unreadable_cell(one.field, one.place, why) for one in shown if currency not in one.codes]
