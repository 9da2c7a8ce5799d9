"""Writing the workbook: heads that stay in sight, filters, room to fill in, pages that can be printed."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from harness.bdd.outcome import FAILED, NOT_RUN, PASSED, SKIPPED
from harness.files import atomic_write
from harness.signoff.workbook.sheets import Column, Sheet

_COLOURS = {
    FAILED: ("#9C0006", "#FFC7CE"),
    "failed": ("#9C0006", "#FFC7CE"),
    "none": ("#9C0006", "#FFC7CE"),
    NOT_RUN: ("#7F6000", "#FFEB9C"),
    SKIPPED: ("#7F6000", "#FFEB9C"),
    PASSED: ("#006100", "#C6EFCE"),
}
"""Text and ground of the cells that tell a result."""

_A4 = 9
_EARLIEST = date(2020, 1, 1)
_EDGE = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}


def write(file: Path, sheets: Sequence[Sheet], about: str) -> None:
    """Write the sheets, wholly or not at all; `about` stands at the foot of each page. Raises OSError."""
    # No text of ours is ever meant as a formula, a link or a number.
    texts_alone = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    content = BytesIO()
    with Workbook(content, {"in_memory": True, **texts_alone}) as book:
        formats = _Formats(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, formats, about)
    with atomic_write(file) as half:
        half.write_bytes(content.getvalue())


class _Formats:
    """How cells look."""

    def __init__(self, book: Workbook) -> None:
        self.head = book.add_format({**_EDGE, "bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF"})
        self.text = book.add_format(_EDGE)
        self.id = book.add_format({**_EDGE, "bold": True})
        self.number = book.add_format({**_EDGE, "align": "right"})
        self.room = book.add_format({**_EDGE, "bg_color": "#FFF9E5"})
        self.date = book.add_format({**_EDGE, "bg_color": "#FFF9E5", "num_format": "yyyy-mm-dd"})
        self.results = {
            result: book.add_format({**_EDGE, "font_color": text, "bg_color": ground})
            for result, (text, ground) in _COLOURS.items()
        }


def _write(page: Worksheet, sheet: Sheet, formats: _Formats, about: str) -> None:
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(0, number, column.heading, formats.head)
    for row, cells in enumerate(sheet.rows, 1):
        for number, (column, cell) in enumerate(zip(sheet.columns, cells, strict=True)):
            if isinstance(cell, int):
                page.write_number(row, number, cell, formats.number)
            elif cell:
                page.write_string(row, number, cell, _format(column, cell, formats, first=number == 0))
            else:
                page.write_blank(row, number, None, _blank(column, formats))
    _let_fill_in(page, sheet, formats)
    last = max(len(sheet.rows), 1)
    page.freeze_panes(1, sheet.frozen)
    page.autofilter(0, 0, last, len(sheet.columns) - 1)
    _set_print_up(page, sheet, about)


def _format(column: Column, cell: str, formats: _Formats, *, first: bool) -> Format:
    if column.heading == "Result":
        return formats.results[cell]
    return formats.id if first else formats.text


def _blank(column: Column, formats: _Formats) -> Format:
    if column.is_date:
        return formats.date
    return formats.room if column.is_room else formats.text


def _let_fill_in(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    """Let the cells that people fill in take what belongs there, and colour results."""
    last = max(len(sheet.rows), 1)
    for number, column in enumerate(sheet.columns):
        if column.choices:
            offered = {"validate": "list", "source": list(column.choices), "error_title": column.heading}
            page.data_validation(1, number, last, number, offered | {"error_message": "Choose from the list."})
            for word in column.choices:
                if word in formats.results:
                    rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": formats.results[word]}
                    page.conditional_format(1, number, last, number, rule)
        elif column.is_date:
            taken = {"validate": "date", "criteria": ">=", "value": _EARLIEST, "error_title": column.heading}
            page.data_validation(1, number, last, number, taken | {"error_message": "A date, please: 2026-01-31."})


def _set_print_up(page: Worksheet, sheet: Sheet, about: str) -> None:
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    page.set_header(f"&L&B{sheet.name}")
    page.set_footer(f"&L{about.replace('&', '&&')}&RPage &P of &N")
