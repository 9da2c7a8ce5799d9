"""Change many outline agreements at once, as MEMASSCONTRACT does: each row completely or not at all (OA-1)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from simulator.ecc import bapiret2
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.outline_agreements import change, with_leading_zeros
from simulator.ecc.system import EccSystem

CLEAR_MARK = "(blank)"
"""A cell with this text clears the field; an empty cell leaves it unchanged (D-49)."""


class ChangeRow(NamedTuple):
    """One row of the sheet."""

    number: int
    """Its number in the sheet, from 1; the column names have one as well."""

    fields: Mapping[str, str]
    """EBELN, and what the fields shall be."""

    errors: tuple[Bapiret2, ...] = ()
    """The cells that could not be read. A row that has any changes nothing."""


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
            messages = _change_row(system, ebeln, row.fields, stamp, test_run=test_run)
        seen.add(ebeln)
        yield RowResult(row.number, ebeln, messages)


def _change_row(
    system: EccSystem, ebeln: str, row: Mapping[str, str], stamp: ChangeStamp, *, test_run: bool
) -> list[Bapiret2]:
    filled = {name: value.strip() for name, value in row.items() if name != "EBELN" and value.strip()}
    fields = {name: "" if value == CLEAR_MARK else value for name, value in filled.items()}
    with system.transaction() as connection, connection.begin_nested() as step:
        messages = change(connection, ebeln, fields, stamp, system.rules)
        if test_run:
            step.rollback()
    return messages
