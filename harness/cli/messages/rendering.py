"""Messages for people: all of them in a table, or the story of one."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import WIDE, print_line
from harness.cli.layout import indented
from harness.cli.messages.query import Status, next_step, short_length
from harness.text import printable
from simulator.monitoring.message_log import Entry, Trouble

STYLES = {
    "PROCESSING": "cyan",
    "RETRY": "yellow",
    "COMPLETED": "green",
    "FAILED": "bold red",
    "ESCALATED": "bold red",
    "DISCARDED": "dim",
}


def show_messages(console: Console, listed: Sequence[Entry], of: Sequence[Entry]) -> None:
    """Print two lines for each message, and how many there are of each status.

    Guids are cut as short as they are unique among `of`.
    """
    if listed:
        console.print(_table(listed, short_length(of), wide=console.width >= WIDE))
        print_line(console, "")
    counts = Counter(entry.status for entry in listed)
    total = Text(f"{len(listed)} message{'' if len(listed) == 1 else 's'}{': ' if listed else ''}")
    parts = (Text(f"{counts[status]} {status}", STYLES[status]) for status in Status if counts[status])
    print_line(console, total.append_text(Text(", ").join(parts)))


def _table(listed: Sequence[Entry], short: int, *, wide: bool) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Received (UTC)\nGUID", no_wrap=True)
    table.add_column("Status\nError", no_wrap=True)
    table.add_column("Action, type\nSystem ID", overflow="fold", min_width=36)
    table.add_column("Systems", no_wrap=True)
    if wide:
        table.add_column("What is wrong", overflow="fold", ratio=1)
    for entry in listed:
        lines = [_subject(entry), printable(entry.sys_id), printable(entry.note)]
        cells = [
            Text.assemble(_at(entry.received_at)[:16], "\n", (entry.guid[:short], "dim")),
            Text.assemble((entry.status, STYLES[entry.status]), "\n", entry.error_id),
            Text("\n".join(line for line in lines if line)),
            Text("\n".join(f"{printable(name)} {state}" for name, state in entry.systems.items())),
        ]
        table.add_row(*cells, *([Text(_said(entry.error) if entry.error else "")] if wide else []))
    return table


def _subject(entry: Entry) -> str:
    """Action and type, the type as short as the action allows."""
    kind = entry.contract_type.removeprefix("ICM").removesuffix("Amendment").removesuffix("Agreement")
    return ", ".join(part for part in (entry.action, kind) if part)


def show_message(console: Console, entry: Entry, retrying: str) -> None:
    """Print all there is to one message; `retrying` is the command that puts it back."""
    of = f" of {entry.contract_type}" if entry.contract_type else ""
    print_line(console, Text.assemble((entry.guid, "bold"), ": ", (entry.status, STYLES[entry.status])))
    grid = Table.grid(padding=(0, 2))
    facts = {
        "Event": f"{entry.action}{of}",
        "System ID": entry.sys_id,
        "Source": entry.source,
        "Note": entry.note,
        "Received": f"{_at(entry.received_at)} UTC",
        "Last change": f"{_at(entry.changed_at)} UTC",
        "Next attempt": entry.next_attempt and f"{_at(entry.next_attempt)} UTC",
        "Correlation ID": entry.correlation_id,
        "Failed reads from ICI": str(entry.attempts) if entry.attempts else "",
    }
    for name, fact in facts.items():
        if fact:
            grid.add_row(Text(name, "dim"), Text(printable(fact), overflow="fold"))
    console.print(indented(grid))
    if entry.systems:
        print_line(console, "\nSystems", "bold")
        for name, state in entry.systems.items():
            attempts = entry.system_attempts[name]
            after = f", after {attempts} attempt{'' if attempts == 1 else 's'}" if attempts else ""
            print_line(console, f"  {printable(name)}: {state}{after}")
            if trouble := entry.system_errors.get(name):
                console.print(indented(Text(_whole(trouble)), 4))
    elif entry.error:
        print_line(console, "\nError", "bold")
        console.print(indented(Text(_whole(entry.error))))
    print_line(console, "\nWhat to do next", "bold")
    console.print(indented(Text(printable(next_step(entry)))))
    if entry.is_failed and entry.action:
        print_line(console, f"  {printable(retrying)}", "bold")


def _at(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M:%S}"


def _said(trouble: Trouble) -> str:
    return printable(f"{trouble.field}: {trouble.message}" if trouble.field else trouble.message)


def _whole(trouble: Trouble) -> str:
    return printable(f"{trouble.id} {_said(trouble)}" if trouble.field else f"{trouble.id}: {trouble.message}")
