"""Write one part of the report as CSV."""

import csv
from io import StringIO

from harness.cli.report_formats.values import Cell, cells, machine_text
from simulator.reporting.parts import ReportPart

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Characters with which a spreadsheet begins a formula, or skips to the next one."""


def as_csv(part: ReportPart) -> str:
    """Write a line for each row below the column names, with commas, days as 2026-12-31.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(part.names)
    for row in part.rows:
        writer.writerow([_no_formula(cell) for cell in cells(part, row)])
    return lines.getvalue()


def _no_formula(cell: Cell) -> str:
    text = machine_text(cell)
    return f"'{text}" if isinstance(cell, str) and text.lstrip(" ").startswith(_FORMULA) else text
