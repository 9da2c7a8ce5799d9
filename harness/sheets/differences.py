"""Take the report's sheet of differences as a mass change: each outline agreement gets what its contract has.

A line of this sheet is one field of one outline agreement; all lines of one agreement are one row of the mass change.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from simulator.characters import first
from simulator.ecc import bapiret2
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.ekko import EKKO
from simulator.ecc.mass_change import ChangeRow, ShownCurrency
from simulator.ecc.outline_agreements import with_leading_zeros
from simulator.ecc.tables import ddic_types
from simulator.reporting.differences import HEADER_DIFFERENCES
from simulator.reporting.parts import EBELN, SYSTEM


class ReadCell(NamedTuple):
    """A cell that was read as a field."""

    value: str
    errors: tuple[Bapiret2, ...] = ()
    currencies: tuple[ShownCurrency, ...] = ()


ReadField = Callable[[int, int, str], ReadCell]
"""Reads the cell of a row and a column as a field."""

_FIELD, _VALUE = "field", "contract"
_NEEDED = (SYSTEM.name, EBELN.name, _FIELD, _VALUE)
_LOCATION = "INCO2"
_HEADINGS = {
    heading.casefold(): column.name
    for column in HEADER_DIFFERENCES.columns
    for heading in (column.name, column.label)
    if column.name in _NEEDED
}


def difference_columns(names: Mapping[int, str]) -> dict[int, str]:
    """Map the columns that are needed, by the names of CSV or the headings of XLSX; nothing for another sheet."""
    found = {at: _HEADINGS[name.casefold()] for at, name in names.items() if name.casefold() in _HEADINGS}
    return found if {*found.values()} == {*_NEEDED} else {}


def merge_differences(
    lines: Sequence[int], columns: Mapping[int, str], system: str, read: ReadField
) -> tuple[list[ChangeRow], int]:
    """Make a row of all lines of an outline agreement; it bears the number of its first line.

    Returns also the number of the other lines: those of other systems, and sums of target values.
    """
    at = {name: column for column, name in columns.items()}
    merged: dict[str, ChangeRow] = {}
    skipped = 0
    for line in lines:
        if read(line, at[SYSTEM.name], "").value != system:
            skipped += 1
            continue
        number = read(line, at[EBELN.name], EBELN.name)
        field = read(line, at[_FIELD], "").value.upper()
        cell = read(line, at[_VALUE], field)
        before = merged.get(with_leading_zeros(number.value), ChangeRow(line, {EBELN.name: number.value}))
        twice = (bapiret2.duplicate_row(field),) if field in before.fields else ()
        merged[with_leading_zeros(number.value)] = ChangeRow(
            before.number,
            {**before.fields, field: _stored(field, cell.value)},
            (*before.errors, *number.errors, *cell.errors, *twice),
            (*before.currencies, *cell.currencies),
        )
    return [*merged.values()], skipped


def _stored(field: str, value: str) -> str:
    """Take off what keeps a text from being a formula, and cut a location to what fits in either unit (D-41, D-53)."""
    text = value[1:] if value[:1] == "'" and value[1:].lstrip(" ").startswith(("=", "+", "-", "@")) else value
    return first(text, ddic_types(EKKO)[_LOCATION].length, "utf-16") if field == _LOCATION else text
