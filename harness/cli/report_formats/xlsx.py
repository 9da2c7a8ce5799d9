"""Write the report as a workbook, a sheet for each part."""

from datetime import date
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from harness.cli.report_formats.values import Cell, cells, day, display_text, is_right
from simulator.reporting.consolidation import Report
from simulator.reporting.parts import ReportPart

_WIDEST = 48
_FIRST_DAY = date(1900, 1, 1)
"""The first day of Excel's calendar; earlier ones are written as text."""


def as_workbook(report: Report) -> bytes:
    """Write an XLSX file with fixed headings and column filters; no text becomes a formula, link or number."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        book.set_properties({"title": "Contracts and outline agreements"})
        styles = {
            "head": book.add_format({"bold": True, "bg_color": "#1f3a5f", "font_color": "#ffffff", "text_wrap": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
            "bold": book.add_format({"bold": True}),
        }
        _write_figures(book.add_worksheet("Report"), report, styles)
        for part in (report.totals, *report.parts.values()):
            _write_part(book.add_worksheet(_sheet(part)), part, styles)
    return file.getvalue()


def _sheet(part: ReportPart) -> str:
    """Name the sheet in at most 31 characters, without those that Excel forbids."""
    return "".join(char for char in part.query.title if char not in "[]:*?/\\")[:31]


def _write_figures(sheet: Worksheet, report: Report, styles: dict[str, Format]) -> None:
    figures = report.figures
    sheet.set_column(0, 1, 30)
    sheet.write_string(0, 0, f"Contracts and outline agreements on {day(report.request.day)}", styles["bold"])
    line = 2
    titles = {name: part.query.title for name, part in report.parts.items()}
    blocks: dict[str, dict[str, int] | dict[str, str]] = {
        "Contracts by type": figures.contracts,
        "Contract values by currency": figures.values,
        "Outline agreements by system": figures.outline_agreements,
        "Findings": {titles[name]: number for name, number in figures.findings.items()},
        "Differences by field": figures.differences,
    }
    for title, counts in blocks.items():
        sheet.write_string(line, 0, title, styles["bold"])
        for name, count in counts.items():
            line += 1
            sheet.write_string(line, 0, name or "(blank)")
            sheet.write_number(line, 1, float(count), styles["amount"] if isinstance(count, str) else None)
        line += 2


def _write_part(sheet: Worksheet, part: ReportPart, styles: dict[str, Format]) -> None:
    columns = part.query.columns
    widths = [min(12, len(column.label)) for column in columns]
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.label, styles["head"])
    for line, row in enumerate(part.rows, start=1):
        for at, cell in enumerate(cells(part, row)):
            _write(sheet, line, at, cell, styles)
            widths[at] = max(widths[at], len(display_text(cell)))
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(width, _WIDEST) + 2 + is_right(columns[at]))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(part.rows)), len(columns) - 1)


def _write(sheet: Worksheet, line: int, at: int, cell: Cell, styles: dict[str, Format]) -> None:
    if isinstance(cell, date) and cell >= _FIRST_DAY:
        sheet.write_datetime(line, at, cell, styles["day"])
    elif isinstance(cell, Decimal):
        sheet.write_number(line, at, float(cell), styles["amount"])
    elif isinstance(cell, int):
        sheet.write_number(line, at, cell)
    elif cell:
        sheet.write_string(line, at, display_text(cell))
