"""The console that people read: colour on a terminal only, tables without frames, nothing cut off."""

import os
import sys
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.control import strip_control_codes
from rich.padding import Padding
from rich.table import Column, Table
from rich.text import Text

WIDE = 120
"""Columns from which on a table has room for one more."""

PIPED = 100_000
"""Columns of what is no terminal: as many as a line needs, so that other programs find each row on one line."""

_LEAST = 12
"""Columns to which a longer word may be folded."""


def console() -> Console:
    """Open a console on standard output, as wide as the terminal; COLUMNS counts for what is none, too."""
    # Without a colour system Rich writes no escape sequence at all; NO_COLOR alone would keep bold and dim.
    return Console(
        color_system=None if os.environ.get("NO_COLOR") else "auto", highlight=False, markup=False, emoji=False,
        width=None if sys.stdout.isatty() or os.environ.get("COLUMNS") else PIPED,
    )  # fmt: skip


def print_line(on: Console, text: str | Text, style: str = "") -> None:
    """Print one line and leave the wrapping to the terminal, so that paths can be copied and searched for."""
    on.print(text, style=style, soft_wrap=True)


def print_rule(on: Console, character: str = "-") -> None:
    """Print a line across a terminal, or across a page of a pipe."""
    print_line(on, character * min(on.width, 80 if on.width == PIPED else on.width), "dim")


def headed_table(*headings: str, narrow: bool = False) -> Table:
    """Make a table with a rule below its headings and no other frame; a narrow one sets columns closer."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0) if narrow else (0, 1))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def print_table(on: Console, table: Table, indent: int = 0) -> None:
    """Print a table with all that it holds: folded where it is too wide, row by row where folding leaves no word whole.

    A column with `no_wrap` is never folded.
    """
    columns = table.columns
    gap = 2 if table.padding[3] == 0 else 3
    room = on.width - indent - (len(columns) - 1) * gap
    texts = [_texts(column) for column in columns]
    natural = [_longest_line(of_column) for of_column in texts]
    least = list(map(_least, columns, texts, natural))
    if sum(least) > room:
        _print_rows(on, table, indent)
        return
    widths = natural
    if not on.is_terminal and sum(widths) <= room and "\n" not in "".join(map("".join, texts)):
        lines = _lines(columns, texts, widths, " " * gap)
        on.out("\n".join(" " * indent + line for line in lines), highlight=False)
        return
    while sum(widths) > room:
        widest = max((at for at in range(len(widths)) if widths[at] > least[at]), key=lambda at: widths[at])
        widths[widest] -= 1
    for column, width in zip(columns, widths, strict=True):
        column.width, column.no_wrap, column.overflow = width, False, "fold"
    on.print(indented(table, indent))


def _lines(
    columns: Sequence[Column], texts: Sequence[Sequence[str]], widths: Sequence[int], between: str
) -> Iterator[str]:
    """Lay out a table that folds nothing, as Rich does, which takes a hundred times as long."""
    sides = [column.justify == "right" for column in columns]
    for row, cells in enumerate(zip(*texts, strict=True)):
        blanks = [" " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True)]
        yield between.join(b + c if right else c + b for b, c, right in zip(blanks, cells, sides, strict=True))
        if row == 0:
            yield "─" * (sum(widths) + len(between) * (len(widths) - 1))


def _texts(column: Column) -> list[str]:
    return [strip_control_codes(str(cell)) for cell in (column.header, *column._cells)]  # noqa: SLF001 - Rich gives them in no other way


def _longest_line(texts: Sequence[str]) -> int:
    return max((cell_len(line) for text in texts for line in text.split("\n")), default=0)


def _least(column: Column, texts: Sequence[str], natural: int) -> int:
    heading, *cells = texts
    words = [word for text in cells for word in text.split()]
    whole = _longest_line(cells) if column.no_wrap else min(_longest_line(words), _LEAST)
    return min(natural, max(whole, min(_longest_line(heading.split()), _LEAST)))


def _print_rows(on: Console, table: Table, indent: int) -> None:
    """Print each row as lines of heading and value; a blank value has no line."""
    headings = [str(column.header) for column in table.columns]
    for at in range(table.row_count):
        grid = Table.grid(padding=(0, 2))
        grid.add_column(overflow="fold", max_width=max(_LEAST, on.width // 3))
        grid.add_column(overflow="fold")
        for heading, column in zip(headings, table.columns, strict=True):
            cell = column._cells[at]  # noqa: SLF001
            lines = cell.split() if isinstance(cell, Text) else [Text(line) for line in str(cell).splitlines()]
            for name, line in zip_longest(map(Text, heading.split("\n")), lines, fillvalue=Text()):
                if line.plain.strip():
                    name.stylize("dim")
                    grid.add_row(name, line)
        on.print(indented(grid, indent))
        on.print()


def indented(content: Table | Text | str, by: int = 2) -> Padding:
    """Move content some columns to the right."""
    return Padding(content, (0, 0, 0, by), expand=False)


def plural(count: int, noun: str) -> str:
    """Write a count with its noun: 1 row, 2 rows."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
