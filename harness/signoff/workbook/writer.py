"""Write the workbook: headings that stay in sight, filters, cells to fill in, pages that can be printed."""

from collections.abc import Sequence
from io import BytesIO
from math import ceil
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from harness.bdd.outcome import FAILED, NOT_RUN, PASSED, SKIPPED
from harness.files import atomic_write
from harness.signoff.workbook.sheets import EARLIEST, Column, Sheet, SheetCell

_COLOURS = {
    FAILED: ("#9C0006", "#FFC7CE"),
    "failed": ("#9C0006", "#FFC7CE"),
    "none": ("#9C0006", "#FFC7CE"),
    NOT_RUN: ("#7F6000", "#FFEB9C"),
    SKIPPED: ("#7F6000", "#FFEB9C"),
    PASSED: ("#006100", "#C6EFCE"),
}
"""Text and background colour of a cell, by result."""

_TITLE = "Sign-off of the contract interface"
_A4 = 9
_LINE, _MAX_HEIGHT = 14, 409
"""Points: a line of text, and the highest row that a spreadsheet has."""

_WIDE = 1.05
"""The width of a character that is wider than the average, where a line breaks between words."""

_EDGE = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}


def write(file: Path, sheets: Sequence[Sheet], about: str) -> None:
    """Write the sheets, wholly or not at all; `about` is the footer of each page. Raises OSError."""
    # A text must never become a formula, a link or a number.
    texts_only = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    content = BytesIO()
    with Workbook(content, {"in_memory": True, **texts_only}) as book:
        book.set_properties({"title": _TITLE})
        formats = _Formats(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats, about)
    with atomic_write(file, rb"<dc:title>%b</dc:title>" % _TITLE.encode()) as half:
        half.write_bytes(content.getvalue())


class _Formats:
    """The formats of cells."""

    def __init__(self, book: Workbook) -> None:
        self.head = book.add_format({**_EDGE, "bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF"})
        self.text = book.add_format(_EDGE)
        self.id = book.add_format({**_EDGE, "bold": True})
        self.number = book.add_format({**_EDGE, "align": "right"})
        self.input = book.add_format({**_EDGE, "bg_color": "#FFF9E5", "locked": False})
        self.date = book.add_format({**_EDGE, "bg_color": "#FFF9E5", "num_format": "yyyy-mm-dd", "locked": False})
        self.depends = book.add_format({**_EDGE, "font_color": "#7F6000", "bg_color": "#FFEB9C"})
        """That of a result which depends on a decision."""

        self.results = {
            result: book.add_format({**_EDGE, "font_color": text, "bg_color": ground})
            for result, (text, ground) in _COLOURS.items()
        }


def _write(page: Worksheet, sheet: Sheet, formats: _Formats, about: str) -> None:
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(0, number, column.heading, formats.head)
    for row, cells in enumerate(sheet.rows, 1):
        page.set_row(row, _height(sheet, cells))
        for number, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
            if isinstance(cell, int):
                page.write_number(row, number, cell, formats.number)
            elif cell:
                page.write_string(row, number, cell, _format(column, cell, formats, first=number == 0))
            else:
                page.write_blank(row, number, None, _blank(column, formats))
    _add_validation(page, sheet, formats)
    last = max(len(sheet.rows), 1)
    page.freeze_panes(1, sheet.frozen)
    page.autofilter(0, 0, last, len(sheet.columns) - 1)
    _set_up_print(page, sheet, about)
    page.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})


def _height(sheet: Sheet, cells: Sequence[SheetCell]) -> float:
    """Return a height, in points, at which the text of a row is seen; not every program finds one by itself."""
    lines = max(
        sum(ceil(max(len(line), 1) * _WIDE / column.width) for line in str(cell).split("\n"))
        for column, cell in zip(sheet.columns, cells, strict=True)
    )
    return min(lines * _LINE, _MAX_HEIGHT)


def _format(column: Column, cell: str, formats: _Formats, *, first: bool) -> Format:
    if column.heading == "Result":
        return formats.results.get(cell, formats.depends)
    return formats.id if first else formats.text


def _blank(column: Column, formats: _Formats) -> Format:
    if column.is_date:
        return formats.date
    return formats.input if column.is_input else formats.text


def _add_validation(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    """Validate the cells that people fill in, and colour results."""
    last = max(len(sheet.rows), 1)
    for number, column in enumerate(sheet.columns):
        if column.choices:
            accepted = {"validate": "list", "source": list(column.choices), "error_title": column.heading}
            page.data_validation(1, number, last, number, accepted | {"error_message": "Choose from the list."})
            for word in column.choices:
                if word in formats.results:
                    rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": formats.results[word]}
                    page.conditional_format(1, number, last, number, rule)
        elif column.is_date:
            dates = {"validate": "date", "criteria": ">=", "value": EARLIEST, "error_title": column.heading}
            page.data_validation(1, number, last, number, dates | {"error_message": "A date, please: 2026-01-31."})


def _set_up_print(page: Worksheet, sheet: Sheet, about: str) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_header(f"&L&B{sheet.name}")
    page.set_footer(f"&L{about.replace('&', '&&')}&RPage &P of &N")
