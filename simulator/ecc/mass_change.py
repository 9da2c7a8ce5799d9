"""Changing many outline agreements at once, as MEMASSCONTRACT does: each row whole or not at all (OA-1)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from simulator.ecc import bapiret2
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.outline_agreements import change, with_leading_zeros
from simulator.ecc.system import EccSystem

CLEARED = "(blank)"
"""What stands in a cell to empty the field; a cell without anything leaves it as it is (D-49)."""


class Result(NamedTuple):
    """What became of one row."""

    row: int
    """Its number in the list; the first is 1."""

    ebeln: str
    messages: list[Bapiret2]


def mass_change(system: EccSystem, rows: Iterable[Mapping[str, str]], *, test_run: bool) -> Iterator[Result]:
    """Change the outline agreement that each row names in EBELN, row by row; a test run only says what it would do.

    Raises InterfaceError D-20 where the system does not answer; the rows before that are done.
    """
    seen = set[str]()
    for number, row in enumerate(rows, 1):
        ebeln = with_leading_zeros(row["EBELN"].strip())
        if not ebeln:
            messages = [bapiret2.entry_required("EBELN")]
        elif ebeln in seen:  # which of the two is meant nobody knows
            messages = [bapiret2.in_an_earlier_row("EBELN")]
        else:
            messages = _changed(system, ebeln, row, test_run=test_run)
        seen.add(ebeln)
        yield Result(number, ebeln, messages)


def _changed(system: EccSystem, ebeln: str, row: Mapping[str, str], *, test_run: bool) -> list[Bapiret2]:
    filled = {name: value.strip() for name, value in row.items() if name != "EBELN" and value.strip()}
    fields = {name: "" if value == CLEARED else value for name, value in filled.items()}
    with system.transaction() as connection, connection.begin_nested() as step:
        messages = change(connection, ebeln, fields)
        if test_run:
            step.rollback()
    return messages
