"""The lineage of fields as a table, for a replay and for a walkthrough."""

from collections.abc import Iterable
from typing import NamedTuple

from rich.console import Group
from rich.table import Table
from rich.text import Text

from harness.cli.console import indented
from harness.text import cell_text

NOT_SENT = "not sent: stays as it is"


class LineageRow(NamedTuple):
    """One line of a lineage, in words."""

    source: str
    raw: str
    rule: str
    target: str
    value: str | None
    """None for a field that is not sent."""


def lineage_table(rows: Iterable[LineageRow], *, wide: bool) -> Table:
    """Lay out a line for each field: source over raw value, rule, target over value.

    A table that is not wide puts the rule below the raw value, so that every path and System ID fits into 80 columns.
    """
    table = Table.grid(padding=(0, 2 if wide else 1), expand=True)
    table.add_column(width=None if wide else 41, ratio=1 if wide else None, overflow="fold")
    if wide:
        table.add_column(ratio=1)
    table.add_column(ratio=1, overflow="fold")
    for row in rows:
        source, target = Text(row.source), Text(row.target, "bold")
        if row.value is None:
            table.add_row(source, *([""] if wide else []), Group(target, Text(NOT_SENT, "dim")))
            continue
        raw, rule = indented(Text(row.raw)), Text(row.rule, "dim")
        origin = [Group(source, raw), rule] if wide else [Group(source, raw, indented(rule))]
        table.add_row(*origin, Group(target, Text(cell_text(row.value))))
    return table
