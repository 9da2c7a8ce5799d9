"""The console that people read: colour on a terminal only, tables without frames."""

import os

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

WIDE = 120
"""Columns from which on a table has room for one more."""


def console() -> Console:
    """Open a console on standard output."""
    # Without a colour system Rich writes no escape sequence at all; NO_COLOR alone would keep bold and dim.
    return Console(
        color_system=None if os.environ.get("NO_COLOR") else "auto", highlight=False, markup=False, emoji=False
    )


def print_line(on: Console, text: str | Text, style: str = "") -> None:
    """Print one line and leave the wrapping to the terminal, so that paths can be copied and searched for."""
    on.print(text, style=style, soft_wrap=True)


def headed_table(*headings: str, narrow: bool = False) -> Table:
    """Make a table with a rule below its headings and no other frame; a narrow one sets columns closer."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0) if narrow else (0, 1))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def indented(content: Table | Text | str, by: int = 2) -> Padding:
    """Move content some columns to the right."""
    return Padding(content, (0, 0, 0, by), expand=False)


def plural(count: int, noun: str) -> str:
    """Write a count with its noun: 1 row, 2 rows."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
