"""The cells of one sheet, by row and column, before anybody knows what they mean."""

from collections.abc import Mapping
from typing import NamedTuple

from harness.sheets.cells import BLANK_CELL, FileCell, coordinate


class MergedCells(NamedTuple):
    """Cells that are one for the eye; rows and columns from 1, the last ones included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    def __str__(self) -> str:
        return f"{coordinate(self.first_row, self.first_column)}:{coordinate(self.last_row, self.last_column)}"


class Grid(NamedTuple):
    """One sheet."""

    name: str
    """Blank for a CSV file."""

    rows: Mapping[int, Mapping[int, FileCell]]
    """The cells that are there, by row and column, both from 1 as Excel counts them, in their order."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[MergedCells, ...] = ()
    struck_rows: frozenset[int] = frozenset()
    """Rows with a value that is struck through."""

    other_sheets: tuple[str, ...] = ()
    """Visible sheets that hold something, and that nobody named, as only one sheet has the columns."""

    unread_sheets: tuple[str, ...] = ()
    """Hidden sheets of the book that hold something."""

    def cell(self, row: int, column: int) -> FileCell:
        return self.rows.get(row, {}).get(column, BLANK_CELL)

    def place(self, row: int, column: int) -> str:
        """Name a cell with its sheet."""
        where = coordinate(row, column)
        return f"{self.name}!{where}" if self.name else where
