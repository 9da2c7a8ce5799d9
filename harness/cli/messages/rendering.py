"""Print messages: many in a table, or one with all its details."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import PIPED, WIDE, headed_table, indented, plural, print_line, print_table
from harness.cli.messages.query import Status, next_step
from harness.text import printable
from simulator.monitoring.message_log import LogEntry, LoggedError

_TWO_LINES = 80
STYLES = {
    "PROCESSING": "cyan",
    "RETRY": "yellow",
    "COMPLETED": "green",
    "FAILED": "bold red",
    "ESCALATED": "bold red",
    "DISCARDED": "dim",
}


_ROWS = 1000
"""The most rows of one table: the whole of it is in memory, and measured, before its first line is printed."""


def show_messages(console: Console, listed: Iterable[LogEntry], short: int) -> None:
    """Print two lines for each message, and the number of messages by status.

    Where they have no room, as below 80 columns, each fact is a line; where they have all room, as in a pipe, each
    message is.
    Guids are cut to `short` characters.
    """
    wide, two_lines = console.width >= WIDE, _TWO_LINES <= console.width < PIPED
    counts, have_errors = Counter[str](), False
    rest = iter(listed)
    while rows := [*islice(rest, _ROWS)]:
        table = _table(rows, short, wide=wide) if two_lines else _flat_table(rows, short)
        table.show_header = table.show_header and not counts
        print_table(console, table)
        counts.update(entry.status for entry in rows)
        have_errors = have_errors or any(entry.error for entry in rows)
    if counts:
        print_line(console, "")
    if two_lines and not wide and have_errors:
        print_line(console, "What is wrong: zicm messages show GUID\n", "dim")
    total = Text(f"{plural(counts.total(), 'message')}{': ' if counts else ''}")
    parts = (Text(f"{counts[status]} {status}", STYLES[status]) for status in Status if counts[status])
    print_line(console, total.append_text(Text(", ").join(parts)))


def _table(listed: Sequence[LogEntry], short: int, *, wide: bool) -> Table:
    table = headed_table(narrow=True)
    table.add_column("Received (UTC)\nGUID", no_wrap=True)
    table.add_column("Status\nError", no_wrap=True)
    table.add_column("Action, type\nSystem ID", overflow="fold", min_width=36)
    table.add_column("Systems", no_wrap=True)
    if wide:
        table.add_column("What is wrong", overflow="fold")
    for entry in listed:
        lines = [_subject(entry), printable(entry.sys_id), printable(entry.note)]
        cells = [
            Text.assemble(_time(entry.received_at)[:16], "\n", (entry.guid[:short], "dim")),
            Text.assemble((entry.status, STYLES[entry.status]), "\n", entry.error_id),
            Text("\n".join(line for line in lines if line)),
            Text("\n".join(f"{printable(name)} {state}" for name, state in entry.systems.items())),
        ]
        table.add_row(*cells, *([Text(_describe(entry.error) if entry.error else "")] if wide else []))
    return table


def _flat_table(listed: Sequence[LogEntry], short: int) -> Table:
    table = headed_table(narrow=True)
    headings = ("GUID", "Received (UTC)", "Status", "Error", "Action, type", "System ID", "Systems", "Note")
    for heading in (*headings, "What is wrong"):
        table.add_column(heading)
    for entry in listed:
        table.add_row(
            entry.guid[:short], _time(entry.received_at)[:16], Text(entry.status, STYLES[entry.status]), entry.error_id,
            _subject(entry), printable(entry.sys_id),
            ", ".join(f"{printable(name)} {state}" for name, state in entry.systems.items()),
            printable(entry.note), _describe(entry.error) if entry.error else "",
        )  # fmt: skip
    return table


def _subject(entry: LogEntry) -> str:
    """Name the action and the type of the agreement, without what both have in common."""
    kind = entry.contract_type.removeprefix("ICM").removesuffix("Amendment").removesuffix("Agreement")
    return ", ".join(part for part in (entry.action, kind) if part)


def show_message(console: Console, entry: LogEntry, retry_command: str) -> None:
    """Print the details of one message, and the command that retries it."""
    of = f" of {entry.contract_type}" if entry.contract_type else ""
    print_line(console, Text.assemble((entry.guid, "bold"), ": ", (entry.status, STYLES[entry.status])))
    grid = Table.grid(padding=(0, 2))
    facts = {
        "Event": f"{entry.action}{of}",
        "System ID": entry.sys_id,
        "Source": entry.source,
        "Note": entry.note,
        "Received": f"{_time(entry.received_at)} UTC",
        "Last change": f"{_time(entry.changed_at)} UTC",
        "Next attempt": entry.next_attempt and f"{_time(entry.next_attempt)} UTC",
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
            after = f", after {plural(attempts, 'attempt')}" if attempts else ""
            print_line(console, f"  {printable(name)}: {state}{after}")
            if error := entry.system_errors.get(name):
                console.print(indented(Text(_describe_with_id(error)), 4))
    elif entry.error:
        print_line(console, "\nError", "bold")
        console.print(indented(Text(_describe_with_id(entry.error))))
    print_line(console, "\nWhat to do next", "bold")
    console.print(indented(Text(printable(next_step(entry)))))
    if entry.is_failed and entry.action:
        print_line(console, f"  {printable(retry_command)}", "bold")


def _time(iso: str) -> str:
    return f"{datetime.fromisoformat(iso):%Y-%m-%d %H:%M:%S}"


def _describe(error: LoggedError) -> str:
    return printable(f"{error.field}: {error.message}" if error.field else error.message)


def _describe_with_id(error: LoggedError) -> str:
    return printable(f"{error.id} {_describe(error)}" if error.field else f"{error.id}: {error.message}")
