"""Read one sheet of an XLSX file, with the results of its formulas, and which rows and columns are hidden.

openpyxl reads it, as calamine tells neither number formats nor hidden rows, nor formulas without a result. What a sheet
says of its own dimension is not believed.
"""

import re
import warnings
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from harness.errors import UserError
from harness.sheets.cells import FileCell, read_heading
from harness.sheets.grid import Grid, MergedCells
from harness.text import printable

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""The beginning of a book of Excel 97 to 2003, and of one that a password encrypts."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STYLES, _CONTENT_TYPES, _WORKBOOK = "xl/styles.xml", "[Content_Types].xml", "xl/workbook.xml"
_TO_BE_CALCULATED = re.compile(rb"""<calcPr\b[^>]*\bfullCalcOnLoad=["'](1|true)""")
"""The mark of a program that leaves the results to Excel; openpyxl says so of every book."""

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_NO_RESULT = "a formula without a result"
_EXCEL_ERROR = "an error of Excel is no value"


def is_book(file: Path) -> bool:
    """Tell whether a file is a book of Excel, by its name or its first bytes."""
    with file.open("rb") as stream:
        start = stream.read(8)
    return start == _OLE or start.startswith(b"PK\x03\x04") or file.suffix.lower() in {".xlsx", ".xlsm", ".xls"}


def read_xlsx(file: Path, name: str | None, fits: Callable[[Sequence[str]], bool], head: int) -> Grid:
    """Read the sheet of this name, or the only visible one that holds something or whose headings fit.

    The headings are in row `head`. Raises UserError.
    """
    content = file.read_bytes()
    if content.startswith(_OLE):
        what = "has a password" if _ENCRYPTED in content else "is a book of Excel 97 to 2003 (.xls)"
        raise UserError(f"{file} {what}: save it as XLSX without a password")
    try:
        content = _readable(content)
        with warnings.catch_warnings(action="ignore"):  # of what is not read, such as drawings
            book = load_workbook(BytesIO(content))
            sheet, others = _choose(file, book, name, lambda one: fits(_headings(one, head)))
            return _grid(sheet, content)._replace(other_sheets=others, unread_sheets=_unread(book))
    except UserError:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl lets any error through that a broken book causes
        why = "it is incomplete or damaged" if not isinstance(error, _NoBookError) else str(error)
        raise UserError(f"{file} is not XLSX, or cannot be read: {why}") from None


class _NoBookError(Exception):
    """Raised for a file that is no book; its text says what it is."""


def _readable(content: bytes) -> bytes:
    """Fill the empty fills of a book, which Excel reads and openpyxl does not. Raises an error for what is no book."""
    try:
        archive = ZipFile(BytesIO(content))
    except BadZipFile:
        raise _NoBookError("it is no book of Excel, or is incomplete") from None
    with archive:
        kind = archive.read(_CONTENT_TYPES) if _CONTENT_TYPES in archive.namelist() else b""
        if _is_open_document(archive):
            raise _NoBookError("it is a file of LibreOffice; save it as XLSX")
        if b"sheet.binary" in kind:
            raise _NoBookError("it is a binary book (.xlsb); save it as XLSX")
        if b"spreadsheetml" not in kind and b"macroEnabled" not in kind:
            raise _NoBookError("it is no book of Excel, or is incomplete")
        if b"macroEnabled" in kind:
            raise _NoBookError("it holds macros (.xlsm); save it as XLSX without them")
        if _STYLES not in archive.namelist():
            return content
        styles = etree.fromstring(archive.read(_STYLES), etree.XMLParser(resolve_entities=False, no_network=True))
        if not (empty := [fill for fill in styles.iter(f"{_MAIN}fill") if not len(fill)]):
            return content
        for fill in empty:
            etree.SubElement(fill, f"{_MAIN}patternFill")
        repaired = BytesIO()
        with ZipFile(repaired, "w") as copy:
            for part in archive.namelist():
                copy.writestr(part, etree.tostring(styles) if part == _STYLES else archive.read(part))
    return repaired.getvalue()


def _is_open_document(archive: ZipFile) -> bool:
    return "mimetype" in archive.namelist() and b"opendocument" in archive.read("mimetype")


def _choose(
    file: Path, book: Workbook, name: str | None, fits: Callable[[Worksheet], bool]
) -> tuple[Worksheet, tuple[str, ...]]:
    """Return the sheet to read, and the names of the visible ones that do not fit where it does. Raises UserError."""
    sheets = _worksheets(book)
    if name is not None:
        found = [sheet for sheet in sheets if sheet.title.casefold() == name.strip().casefold()]
        if not found:
            known = ", ".join(printable(sheet.title) for sheet in sheets if sheet.sheet_state == "visible")
            raise UserError(f"{file} has no such sheet; it has {known or 'none with cells'}")
        if found[0].sheet_state != "visible":
            raise UserError(f"{file}: this sheet is hidden; show it before it is used")
        return found[0], ()
    filled = [sheet for sheet in sheets if sheet.sheet_state == "visible" and _holds_something(sheet)]
    if not filled:
        raise UserError(f"{file} has no line with column names: no visible sheet of it holds anything")
    fitting = filled if len(filled) == 1 else [sheet for sheet in filled if fits(sheet)]
    if len(fitting) == 1:
        return fitting[0], tuple(sheet.title for sheet in filled if sheet is not fitting[0])
    names = ", ".join(printable(sheet.title) for sheet in fitting or filled)
    what = "" if fitting else ", none with the columns of a mass change"
    raise UserError(f"{file} has several sheets: {names}{what}; name one with --sheet")


def _headings(sheet: Worksheet, row: int) -> list[str]:
    cells = next(sheet.iter_rows(row, row), ())
    return [read_heading(FileCell(one.value)) for one in cells if isinstance(one.value, str)]


def _worksheets(book: Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if isinstance(sheet, Worksheet)]


def _unread(book: Workbook) -> tuple[str, ...]:
    hidden = (sheet for sheet in _worksheets(book) if sheet.sheet_state != "visible")
    return tuple(sheet.title for sheet in hidden if _holds_something(sheet))


def _holds_something(sheet: Worksheet) -> bool:
    return any(cell.value is not None for row in sheet.iter_rows() for cell in row)


def _grid(sheet: Worksheet, content: bytes) -> Grid:
    rows: dict[int, dict[int, FileCell]] = {}
    formulas = set[tuple[int, int]]()
    struck = set[int]()
    styles: dict[int, bool] = {}  # one look at each style, not at each cell
    for row, line in enumerate(sheet.iter_rows(), 1):
        for column, one in enumerate(line, 1):
            if one.data_type == "f":
                formulas.add((row, column))
            elif one.value is not None:
                rows.setdefault(row, {})[column] = _cell(one.value, one.data_type, one.number_format)
            if one.value is not None and one.has_style:
                if one.style_id not in styles:
                    styles[one.style_id] = bool(one.font.strike)
                if styles[one.style_id]:
                    struck.add(row)
    if formulas:
        _add_results(rows, formulas, content, sheet.title)
    return Grid(
        sheet.title,
        rows,
        frozenset(row for row, look in sheet.row_dimensions.items() if look.hidden or look.height == 0),
        frozenset(
            column
            for look in sheet.column_dimensions.values()
            if look.hidden or look.width == 0
            for column in range(look.min or 1, (look.max or 0) + 1)
        ),
        tuple(MergedCells(one.min_row, one.max_row, one.min_col, one.max_col) for one in sheet.merged_cells.ranges),
        frozenset(struck),
    )


def _add_results(
    rows: dict[int, dict[int, FileCell]], formulas: set[tuple[int, int]], content: bytes, title: str
) -> None:
    """Add the results of formulas, which openpyxl gives instead of the formulas where it is asked to."""
    with ZipFile(BytesIO(content)) as archive:
        is_open = _WORKBOOK in archive.namelist() and _TO_BE_CALCULATED.search(archive.read(_WORKBOOK))
    book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book[title]
        sheet.reset_dimensions()
        for line in sheet.iter_rows():
            for one in line:
                place = getattr(one, "row", 0), getattr(one, "column", 0)  # an empty cell has none
                if place not in formulas:
                    continue
                if one.value is not None and not (one.value == 0 and is_open):
                    cell = _cell(one.value, one.data_type, one.number_format)
                else:  # a result that is a blank text is one, and a nought that Excel is to work out is none
                    cell = FileCell("") if one.data_type == "str" else FileCell(None, problem=_NO_RESULT)
                rows.setdefault(place[0], {})[place[1]] = cell
    finally:
        book.close()


def _cell(value: object, data_type: str, number_format: str) -> FileCell:
    if data_type == "e":
        return FileCell(None, problem=_EXCEL_ERROR)
    return FileCell(unescape(value) if isinstance(value, str) else value, number_format)  # type: ignore[arg-type]
