"""Write one part of the report as CSV."""

import csv
from collections.abc import Iterator
from io import SEEK_END, StringIO
from itertools import chain

from harness.cli.report_formats.values import Cell, cells, machine_text
from simulator.reporting.parts import ReportPart

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Characters with which a spreadsheet begins a formula, or skips to the next one."""


def as_csv(part: ReportPart) -> Iterator[str]:
    """Write a line for each row below the column names, with commas, days as 2026-12-31, behind a byte order mark.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    line = StringIO("\ufeff")
    line.seek(0, SEEK_END)
    writer = csv.writer(line, lineterminator="\r\n")
    for texts in chain([part.names], ([_no_formula(cell) for cell in cells(part, row)] for row in part.rows)):
        writer.writerow(texts)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _no_formula(cell: Cell) -> str:
    text = machine_text(cell)
    return f"'{text}" if isinstance(cell, str) and text.lstrip(" ").startswith(_FORMULA) else text
