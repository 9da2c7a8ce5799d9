"""A replayed exchange for people: the calls, the lineage, the change in the tables."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.bdd.table_diff import TableDiff
from harness.cli.console import WIDE, print_line
from harness.cli.layout import Origin, indented, lineage_table
from harness.cli.replay import Exchange
from harness.text import cell_text, json_preview, printable
from simulator.mapping.message import Line

_Lines: TypeAlias = tuple[str, Mapping[str, str]]
"""One change: a heading, and fields with their values as text."""

_STYLES = {"delivered": "green", "filtered": "yellow", "ignored": "yellow", "failed": "bold red"}
_NOTES = {
    "filtered": "confidential: nothing was sent, and nothing of it is shown (SEC-1, SEC-2)",
    "ignored": "a Baseline Agreement is never transmitted (EVT-4)",
}


def show_exchange(console: Console, exchange: Exchange) -> None:
    """Print one exchange. Of one that was filtered or has failed no value is shown."""
    console.rule(style="dim", characters="-")
    outcome = exchange.outcome
    print_line(
        console, Text.assemble((printable(exchange.folder), "bold"), ": ", (exchange.kind, _STYLES[exchange.kind]))
    )
    for note in _notes(exchange):
        print_line(console, f"  {printable(note)}")
    print_line(console, "\nCalls to ICI", "bold")
    for call in (outcome and outcome.calls) or ["none"]:
        print_line(console, f"  {printable(call)}")
    if exchange.kind == "delivered" and outcome and outcome.processed:
        print_line(console, "\nLineage", "bold")
        lines = map(_origin, outcome.processed.lineage)
        console.print(indented(lineage_table(lines, wide=console.width >= WIDE)))
        for systems, lines_of_change in _by_system(exchange.changes):
            print_line(console, f"\nChange in {systems}", "bold")
            _show_changes(console, lines_of_change)
    console.print()


def show_summary(console: Console, kinds: Sequence[str]) -> None:
    """Print one line over the whole run."""
    counts = Counter(kinds)
    total = Text(f"{len(kinds)} exchange{'' if len(kinds) == 1 else 's'}: ")
    parts = (Text(f"{counts[kind]} {kind}", style if counts[kind] else "dim") for kind, style in _STYLES.items())
    print_line(console, total.append_text(Text(", ").join(parts)))


def _notes(exchange: Exchange) -> list[str]:
    """What there is to say of an exchange in words."""
    outcome = exchange.outcome
    if outcome is None:
        return [f"error {exchange.error}"]
    if note := _NOTES.get(exchange.kind):
        return [note]
    what = f"{outcome.event.action.name} of {outcome.event.contract_type}, " if outcome.event else ""
    notes = [f"{what}System ID {outcome.sys_id or 'unknown'}"]
    if outcome.failure:
        notes.append(f"error {outcome.failure}")
    for name, state in outcome.systems.items():
        refusal = outcome.refusals.get(name)
        notes.append(f"{name}: {state}" + (f", error {refusal}" if refusal else ""))
    return notes


def _origin(line: Line) -> Origin:
    return Origin(line.source, json_preview(line.raw), _rule(line), line.row.target, line.value)


def _rule(line: Line) -> str:
    """The rule in plain words: the first line of what its function says of itself."""
    return (line.row.rule.__doc__ or "").partition("\n")[0]


def _by_system(changes: Mapping[str, Mapping[str, TableDiff]]) -> list[tuple[str, list[_Lines]]]:
    """Describe the changes; adjacent systems that changed alike share one description."""
    described = [(printable(system), _describe(tables)) for system, tables in changes.items()]
    grouped = groupby(described, key=lambda item: item[1])
    return [(" and ".join(system for system, _ in systems), lines) for lines, systems in grouped]


def _describe(tables: Mapping[str, TableDiff]) -> list[_Lines]:
    entries, organisations = tables["ZMM_ICMCONTRACT"], tables["ZMM_ICMPURCHORG"]
    created = [(row, "created", {name: cell_text(held) for name, held in row.items()}) for row in entries.added]
    changed = [
        (
            one.after,
            "changed",
            {name: f"{cell_text(old)} -> {cell_text(new)}" for name, (old, new) in one.fields.items()},
        )
        for one in entries.changed
    ]
    lines = [
        (f"ZMM_ICMCONTRACT: entry {printable(row['ICMAGREEMENTCODE'])} {verb}", fields)
        for row, verb, fields in (*created, *changed)
    ]
    signs = [
        f"{sign} {printable(name)}"
        for sign, rows in (("+", organisations.added), ("-", organisations.removed))
        for name in sorted(row["PURCHASINGORG"] for row in rows)
    ]
    return [*lines, *([(f"ZMM_ICMPURCHORG: {', '.join(signs)}", {})] if signs else [])]


def _show_changes(console: Console, lines: Sequence[_Lines]) -> None:
    for heading, fields in lines or [("nothing changed", {})]:
        print_line(console, f"  {heading}")
        if fields:
            console.print(indented(_fields(fields), 4))


def _fields(fields: Mapping[str, str]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    for name, text in fields.items():
        grid.add_row(name, Text(text))
    return grid
