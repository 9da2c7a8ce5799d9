"""Read the rows of a mass change from a sheet: EBELN, and a column for each field, or the differences of the report."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from harness.errors import UserError
from harness.sheets.cells import FileCell, RefusedCellError, coordinate, read_cell, read_currencies, read_heading
from harness.sheets.csv_file import read_csv
from harness.sheets.differences import ReadCell, difference_columns, merge_differences
from harness.sheets.grid import Grid
from harness.sheets.xlsx_file import is_book, read_xlsx
from harness.text import did_you_mean, printable
from simulator.ecc import bapiret2
from simulator.ecc.ddic import DdicType
from simulator.ecc.mass_change import ChangeRow, ShownCurrency

_TITLE_ROWS = 20
"""The rows in which the headings are looked for, to name their row."""


class SheetOptions(NamedTuple):
    """The statements of a user about a file."""

    sheet: str | None = None
    header_row: int | None = None
    ignore: Sequence[str] = ()
    encoding: str | None = None
    decimal: str = ""


class SheetFields(NamedTuple):
    """The fields that the columns of a sheet may name."""

    types: Mapping[str, DdicType]
    alpha: Sequence[str]
    """The fields that SAP fills up with zeros itself."""

    key: str
    """The field that every row has."""


class SheetReading(NamedTuple):
    """The rows of a sheet."""

    name: str
    rows: list[ChangeRow]
    notes: list[str]
    """The parts of the file that are not read."""


def read_sheet(file: Path, fields: SheetFields, system: str, options: SheetOptions) -> SheetReading:
    """Read a file, of the report's differences the rows of one system.

    A row with a cell that has no plain meaning comes with an error for each. Raises UserError for a file that cannot be
    read, and for a sheet of which something could be misunderstood as a whole.
    """
    try:
        grid = _read_grid(file, fields, options)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from None
    about = f"{file}, sheet {printable(grid.name)}" if grid.name else str(file)
    notes = [f"the hidden sheet {printable(name)} is not read" for name in grid.unread_sheets]
    notes += [f"the sheet {printable(name)} is not read: it has no such columns" for name in grid.other_sheets]
    head = options.header_row or 1
    names = {column: read_heading(cell) for column, cell in sorted(grid.rows.get(head, {}).items())}
    names = {column: name for column, name in names.items() if name}
    if not names and options.header_row is None and not grid.rows:
        raise UserError(f"{about} has no line with column names")
    differences = difference_columns(names)
    _check_ignored(about, grid, names, differences or {}, options.ignore)
    columns = differences or _field_columns(about, grid, names, fields, options)
    lines = [row for row in grid.rows if row > head and any(not grid.cell(row, at).is_blank for at in columns)]
    _check_visible(about, grid, head, columns, lines)
    if not lines:
        raise UserError(f"{about} has no rows below its column names")
    reader = _CellReader(grid, fields, options.decimal)
    if not differences:
        return SheetReading(grid.name, [reader.read_row(row, columns) for row in lines], notes)
    rows, skipped = merge_differences(lines, columns, system, reader.read_field)
    if skipped:
        notes.append(f"rows that are not of {printable(system)} are left out: {skipped}")
    return SheetReading(grid.name, rows, notes)


def _read_grid(file: Path, fields: SheetFields, options: SheetOptions) -> Grid:
    if is_book(file):
        if options.encoding is not None:
            raise UserError(f"{file} is a book: --encoding is for a CSV file")
        return read_xlsx(file, options.sheet, lambda cells: _has_columns(cells, fields), options.header_row or 1)
    if options.sheet is not None:
        raise UserError(f"{file} is no book: --sheet is for one")
    return read_csv(file, options.header_row, options.encoding)


def _has_columns(headings: Sequence[str], fields: SheetFields) -> bool:
    """Tell whether a sheet with these headings is one of changes, or of differences."""
    is_of_changes = fields.key in (heading.upper() for heading in headings)
    return is_of_changes or bool(difference_columns(dict(enumerate(headings))))


class _CellReader(NamedTuple):
    """Reads cells of a sheet as fields, and makes messages of refused ones."""

    grid: Grid
    fields: SheetFields
    decimal: str

    def read_row(self, row: int, columns: Mapping[int, str]) -> ChangeRow:
        cells = {name: self.read_field(row, column, name) for column, name in columns.items()}
        return ChangeRow(
            row,
            {name: cell.value for name, cell in cells.items()},
            tuple(error for cell in cells.values() for error in cell.errors),
            tuple(shown for cell in cells.values() for shown in cell.currencies),
        )

    def read_field(self, row: int, column: int, name: str) -> ReadCell:
        """Read one cell as a field of this name, or as a text where there is no such field."""
        cell: FileCell = self.grid.cell(row, column)
        if name not in self.fields.types:
            return ReadCell(read_heading(cell))
        place = self.grid.place(row, column)
        try:
            ddic = self.fields.types[name]
            value = read_cell(cell, ddic, is_alpha=name in self.fields.alpha, decimal=self.decimal)
        except RefusedCellError as refused:
            return ReadCell("", (bapiret2.unreadable_cell(name, place, str(refused)),))
        codes = read_currencies(cell)
        return ReadCell(value, (), (ShownCurrency(name, place, codes),) if codes else ())


def _check_ignored(
    about: str, grid: Grid, names: Mapping[int, str], needed: Mapping[int, str], ignore: Sequence[str]
) -> None:
    """Refuse to ignore a column that is not there, or that the differences need. Raises UserError."""
    letters = {get_column_letter(at) for line in grid.rows.values() for at in line if at not in names}
    known = {name.casefold() for name in (*names.values(), *letters)}
    for one in ignore:
        wanted = one.strip().casefold()
        if wanted not in known:
            hint = did_you_mean(one, names.values())
            raise UserError(f"{about} has no column {printable(one)} to ignore{hint}")
        if wanted in {names[at].casefold() for at in needed}:
            raise UserError(f"{about} has differences: without the column {printable(one)} they say nothing")


def _field_columns(
    about: str, grid: Grid, names: Mapping[int, str], fields: SheetFields, options: SheetOptions
) -> dict[int, str]:
    """Map each column to its field, but for those that are to be ignored. Raises UserError."""
    head = options.header_row or 1
    ignored = {name.strip().casefold() for name in options.ignore}
    columns = {column: name.upper() for column, name in names.items() if name.casefold() not in ignored}
    unnamed = {at for line in grid.rows.values() for at in line if at not in names}
    unnamed = {at for at in unnamed if get_column_letter(at).casefold() not in ignored}
    if fields.key not in columns.values():
        hint = _header_hint(grid, head, fields.key)
        raise UserError(f"{about} has no column {fields.key} in row {head}{hint}")
    if unknown := [name for column, name in names.items() if columns.get(column, fields.key) not in fields.types]:
        listed = ", ".join(map(printable, unknown))
        hint = did_you_mean(unknown[0], fields.types) if len(unknown) == 1 else ""
        raise UserError(f"{about} has columns that are not fields: {listed}{hint}; leave one out with --ignore COLUMN")
    held = [*columns.values()]
    if twice := sorted({name for name in held if held.count(name) > 1}):
        raise UserError(f"{about} has columns twice: {', '.join(twice)}")
    for row, line in grid.rows.items():
        for column, cell in line.items():
            if row > head and column in unnamed and not cell.is_blank and not _is_under_merged(grid, head, column):
                where, letter = coordinate(row, column), get_column_letter(column)
                raise UserError(f"{about}, {where}: a column without a name holds something; --ignore {letter}")
    return columns


def _header_hint(grid: Grid, head: int, key: str) -> str:
    """Name the row in which the headings seem to be, or the cells that are merged above them."""
    for row in range(1, _TITLE_ROWS + 1):
        if row != head and key in (read_heading(cell).upper() for cell in grid.rows.get(row, {}).values()):
            return f"; they seem to be in row {row}: --header-row {row}"
    return "; name the row of the column names with --header-row"


def _is_under_merged(grid: Grid, head: int, column: int) -> bool:
    """Tell whether a column has no name because its heading is merged with another; that is told by itself."""
    return any(
        one.first_row <= head <= one.last_row and one.first_column <= column <= one.last_column for one in grid.merged
    )


def _check_visible(about: str, grid: Grid, head: int, columns: Mapping[int, str], lines: Sequence[int]) -> None:
    """Refuse a sheet of which nobody sees what would be done. Raises UserError."""
    if rows := [row for row in lines if row in grid.hidden_rows]:
        raise UserError(f"{about} has hidden rows: {_ranges(rows)}; show them, or delete them")
    if struck := [row for row in lines if row in grid.struck_rows]:
        raise UserError(f"{about} has rows that are struck through: {_ranges(struck)}; delete them, or unstrike them")
    if hidden := [name for column, name in columns.items() if column in grid.hidden_columns]:
        raise UserError(f"{about} has hidden columns: {', '.join(hidden)}; show them, or name them in --ignore")
    for one in grid.merged:
        if one.last_row >= head and any(one.first_column <= column <= one.last_column for column in columns):
            raise UserError(f"{about} has merged cells: {one}; unmerge them, so that each row says what it means")


def _ranges(rows: Sequence[int]) -> str:
    return ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in _runs(rows))


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Join rows that follow each other."""
    first = last = rows[0]
    for row in rows[1:]:
        if row != last + 1:
            yield first, last
            first = row
        last = row
    yield first, last
