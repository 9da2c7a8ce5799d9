"""A value of the report as people read it."""

from datetime import date
from decimal import Decimal
from typing import TypeAlias

from simulator.reporting.parts import AMOUNT, DAY, NUMBER, TEXT, VALUE, Column, Part, Row

NO_DAY = "00000000"
DAYS = {"KDATB", "KDATE", "ICMEFFECTIVEDATE", "ICMEXPIRYDATE"}
AMOUNTS = {"KTWRT", "ICMTOTALCONTRACTVALUE"}

Cell: TypeAlias = str | int | date | Decimal


def cells(part: Part, row: Row) -> list[Cell]:
    """A row with each value as what it is: a text, a number, a day, an amount; blank where there is none."""
    field = row[part.names.index("field")] if "field" in part.names else ""
    return [_cell(_kind(column, field), value) for column, value in zip(part.query.columns, row, strict=True)]


def written(cell: Cell) -> str:
    """A cell as a text: days as 2026-12-31, amounts with a comma after each three digits."""
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def machine_text(cell: Cell) -> str:
    """A cell as a text for programs: amounts without commas."""
    return str(cell) if isinstance(cell, Decimal) else written(cell)


def day(text: str) -> str:
    """A day of the tables, YYYYMMDD, as people read it; blank for none."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text not in ("", NO_DAY) else ""


def is_right(column: Column) -> bool:
    """Whether the column is one of figures, which stand to the right."""
    return column.kind in (AMOUNT, NUMBER)


def _kind(column: Column, field: str | int) -> str:
    if column.kind != VALUE:
        return column.kind
    return DAY if field in DAYS else AMOUNT if field in AMOUNTS else TEXT


def _cell(kind: str, value: str | int) -> Cell:
    if isinstance(value, int):
        return value
    if kind == DAY:
        return date.fromisoformat(day(value)) if day(value) else ""
    if kind == AMOUNT:
        return Decimal(value) if value else ""
    return value
