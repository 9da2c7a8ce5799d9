"""Turn the values of the report into days, amounts and texts."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from simulator.reporting.parts import AMOUNT, DAY, NUMBER, TEXT, VALUE, ReportColumn, ReportPart, ReportRow

NO_DAY = "00000000"
DAYS = {"KDATB", "KDATE", "ICMEFFECTIVEDATE", "ICMEXPIRYDATE"}
AMOUNTS = {"KTWRT", "ICMTOTALCONTRACTVALUE"}

Cell: TypeAlias = str | int | date | Decimal


def cells(part: ReportPart, row: ReportRow) -> list[Cell]:
    """Type the values of a row as text, number, day or amount; an empty day or amount is a blank text."""
    field = row[part.names.index("field")] if "field" in part.names else ""
    return [
        typed_cell(kind_of_field(field) if column.kind == VALUE else column.kind, value)
        for column, value in zip(part.query.columns, row, strict=True)
    ]


def display_text(cell: Cell) -> str:
    """Write a cell for people: days as 2026-12-31, amounts as 1,250,000.50."""
    if isinstance(cell, Decimal):
        return f"{cell:,.3f}".removesuffix("0")  # a few currencies have three decimals (D-73)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def amount_text(text: str) -> str:
    """Write an amount of the tables as 1,250,000.50."""
    return display_text(Decimal(text)) if text else ""


def machine_text(cell: Cell) -> str:
    """Write a cell for programs: amounts without commas."""
    return str(cell) if isinstance(cell, Decimal) else display_text(cell)


def day(text: str) -> str:
    """Write a day of the tables, YYYYMMDD, as YYYY-MM-DD; blank for an empty one."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text not in ("", NO_DAY) else ""


def is_right(column: ReportColumn) -> bool:
    """Tell whether a column is aligned to the right, as figures are."""
    return column.kind in (AMOUNT, NUMBER)


def _date(text: str) -> Cell:
    """Convert a day of the tables; one that no calendar has stays as it is written."""
    try:
        return date.fromisoformat(day(text)) if day(text) else ""
    except ValueError:
        return text


def kind_of_field(field: str | int) -> str:
    """Return the kind of a value of this field."""
    return DAY if field in DAYS else AMOUNT if field in AMOUNTS else TEXT


def typed_cell(kind: str, value: str | int) -> Cell:
    """Type a value by the kind of its column."""
    if isinstance(value, int):
        return value
    if kind == DAY:
        return _date(value)
    if kind == AMOUNT:
        return Decimal(value) if value else ""
    return value
