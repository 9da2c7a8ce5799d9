"""Read the rows of a CSV or XLSX file, every cell as the text that SAP takes."""

import csv
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from harness.data_directory import Row
from harness.errors import UserError
from harness.text import printable


def read_rows(file: Path, key: str, columns: Collection[str]) -> list[Row]:
    """Read the rows of a file whose first line names columns, and skip blank rows.

    Raises UserError for a file that cannot be read, that lacks the column `key`, or has one that is not in `columns`.
    """
    try:
        head, *lines = _read_xlsx(file) if file.suffix.lower() == ".xlsx" else _read_csv(file)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}") from None
    except ValueError:
        raise UserError(f"{file} has no line with column names") from None
    names = [name.strip().upper() for name in head]
    while names and not names[-1]:
        names.pop()
    if unknown := [name for name in names if name not in columns]:
        raise UserError(
            f"{file} has columns that are not fields: {', '.join(printable(name) or '(blank)' for name in unknown)}"
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise UserError(f"{file} has columns twice: {', '.join(twice)}")
    if key not in names:
        raise UserError(f"{file} has no column {key}")
    rows = []
    for number, line in enumerate(lines, 2):
        if any(cell.strip() for cell in line[len(names) :]):
            raise UserError(f"{file}, line {number}: more cells than the first line has columns")
        if any(cell.strip() for cell in line):
            rows.append(dict.fromkeys(names, "") | dict(zip(names, line, strict=False)))
    return rows


def _read_csv(file: Path) -> Iterator[list[str]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{file} is not in UTF-8") from None
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        yield from csv.reader(text.splitlines(), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise UserError(f"{file} is not CSV: {error}") from None


def _read_xlsx(file: Path) -> Iterator[list[str]]:
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError):
        raise UserError(f"{file} is not XLSX") from None
    try:
        for line in book.worksheets[0].iter_rows(values_only=True):
            yield [_as_text(cell) for cell in line]
    finally:
        book.close()


def _as_text(cell: object) -> str:
    """Write a number without a zero fraction, a day as YYYYMMDD."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%Y%m%d}"
    if isinstance(cell, float) and cell.is_integer():
        return f"{cell:.0f}"
    return str(cell)
