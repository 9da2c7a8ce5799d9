"""What several commands lay out alike: tables, the lineage of fields, the bodies of exchanges."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.text import cell_text, printable

NOT_SENT = "not sent: stays as it is"


class Origin(NamedTuple):
    """One line of a lineage, in words."""

    source: str
    raw: str
    rule: str
    target: str
    value: str | None
    """None where the field is not sent."""


def lineage_table(lines: Iterable[Origin], *, wide: bool) -> Table:
    """A row for each line: source over raw value, rule, field over value.

    Where it is not wide the rule goes below the raw value; then every path and System ID still fits into 80 columns.
    """
    table = Table.grid(padding=(0, 2 if wide else 1), expand=True)
    table.add_column(width=None if wide else 41, ratio=1 if wide else None, overflow="fold")
    if wide:
        table.add_column(ratio=1)
    table.add_column(ratio=1, overflow="fold")
    for line in lines:
        source, to = Text(line.source), Text(line.target, "bold")
        if line.value is None:
            table.add_row(source, *([""] if wide else []), Group(to, Text(NOT_SENT, "dim")))
            continue
        given, rule = indented(Text(line.raw), 2), Text(line.rule, "dim")
        origin = [Group(source, given), rule] if wide else [Group(source, given, indented(rule, 2))]
        table.add_row(*origin, Group(to, Text(cell_text(line.value))))
    return table


def plain_table(rows: Sequence[Sequence[str]]) -> Table:
    """Rows of as many cells each, without any rule."""
    table = Table(box=box.SIMPLE, show_header=False, show_edge=False, pad_edge=False)
    for _ in rows[0]:
        table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table


def indented(content: Table | Text, by: int = 2) -> Padding:
    """The same, some columns to the right."""
    return Padding(content, (0, 0, 0, by), expand=False)


def flatten(content: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """The fields of a body, those of its envelope and of a list of one counted as its own."""
    if isinstance(content, list) and len(content) == 1:
        return flatten(content[0], prefix)
    if not isinstance(content, Mapping):
        return [(prefix or "body", content)]
    fields: list[tuple[str, Any]] = []
    for name, held in content.items():
        inner = name.lower() == "data" and isinstance(held, Mapping | list) and held
        fields += flatten(held) if inner else [(name, held)]
    return [(name, held) for name, held in fields if held != []]


def alike(exchanges: Sequence[Any]) -> list[tuple[str, Any]]:
    """Exchanges that say the same to several systems, told once with all their names."""
    groups: list[tuple[list[str], Any]] = []
    for one in exchanges:
        for names, first in groups:
            if all(one[part] == first[part] for part in ("from", "request", "answer")) and one["to"] not in names:
                names.append(one["to"])
                break
        else:
            groups.append(([one["to"]], one))
    return [(" and ".join(names), one) for names, one in groups]
