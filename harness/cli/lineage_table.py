"""The lineage of fields as a table, for a replay and for a walkthrough."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from harness.cli.console import PIPED, WIDE, indented
from harness.text import cell_text

_TWO_COLUMNS = 80
NOT_SENT = "not sent: stays as it is"


class LineageRow(NamedTuple):
    """One line of a lineage, in words."""

    source: str
    raw: str
    rule: str
    target: str
    value: str | None
    """None for a field that is not sent."""


def print_lineage(console: Console, rows: Iterable[LineageRow]) -> None:
    """Print a line for each field: source over raw value, rule, target over value.

    Below 120 columns the rule stands below the raw value, below 80 everything does: every path and System ID stays
    whole in 50 columns.
    """
    wide, stacked = console.width >= WIDE, console.width < _TWO_COLUMNS
    on_terminal = console.width < PIPED
    table = Table.grid(padding=(0, 2 if wide else 1), expand=on_terminal)
    share = 1 if on_terminal else None
    table.add_column(width=41 if not wide and not stacked else None, ratio=share if wide else None, overflow="fold")
    for _ in range(2 if wide else 0 if stacked else 1):
        table.add_column(ratio=share, overflow="fold")
    for row in rows:
        source, raw, rule = Text(row.source), indented(Text(row.raw)), Text(row.rule, "dim")
        value = Text(NOT_SENT, "dim") if row.value is None else Text(cell_text(row.value))
        target = Text(row.target, "bold")
        origin: list[RenderableType] = [source] if row.value is None else [source, raw]
        says = [] if row.value is None else [rule]
        if stacked:
            table.add_row(Group(*origin, *map(indented, says), target, indented(value)))
        elif wide:
            table.add_row(Group(*origin), Group(*says), Group(target, value))
        else:
            table.add_row(Group(*origin, *map(indented, says)), Group(target, value))
    console.print(indented(table))
