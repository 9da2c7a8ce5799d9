"""Outline agreements and the messages about them, for people."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.cli.console import print_line
from harness.data_directory import Row
from harness.text import cell_text, printable
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.mass_change import RowResult

GLANCE = {
    "EBELN": "Number",
    "BSART": "Type",
    "LIFNR": "Supplier",
    "BUKRS": "Company",
    "EKORG": "Org",
    "KDATB": "From",
    "KDATE": "To",
    "KTWRT": "Value",
    "WAERS": "",
    "ZZICMAGREEMENT": "Agreement code",
}

_STYLES = {"E": "red", "W": "yellow"}


def show_agreements(console: Console, system: str, agreements: Sequence[Row]) -> None:
    """Print those of a system at a glance; one alone with all its fields."""
    print_line(console, f"{printable(system)}: {len(agreements)} in EKKO\n", "bold")
    if len(agreements) == 1:
        grid = Table.grid(padding=(0, 2))
        for name, held in agreements[0].items():
            grid.add_row(Text(name, "dim"), Text(cell_text(held)))
        console.print(Padding(grid, (0, 0, 0, 2)))
    elif agreements:
        table = _table(*GLANCE.values())
        for one in agreements:
            table.add_row(*(Text(printable(one[name])) for name in GLANCE))
        console.print(table)


def show_messages(console: Console, messages: Sequence[Bapiret2]) -> None:
    """Print the return table."""
    table = _table("Type", "No", "Field", "Message")
    for message in messages:
        table.add_row(*_cells(message), style=_STYLES.get(message.TYPE, ""))
    console.print(table)


def show_results(console: Console, results: Sequence[RowResult], *, test_run: bool) -> None:
    """Print what became of each row of a mass change, and how many were refused."""
    table = _table("Row", "Number", "Type", "No", "Field", "Message")
    for result in results:
        for message in result.messages:
            style = _STYLES.get(message.TYPE, "")
            table.add_row(str(result.row), printable(result.ebeln), *_cells(message), style=style)
    console.print(table)
    refused = sum(any(message.TYPE == "E" for message in result.messages) for result in results)
    told = f"{len(results)} rows, {refused} refused"
    print_line(console, f"\nTest run, nothing was written: {told}" if test_run else f"\n{told}", "bold")


def _cells(message: Bapiret2) -> tuple[str | Text, ...]:
    return message.TYPE, message.NUMBER, Text(printable(message.FIELD)), Text(printable(message.MESSAGE))


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", justify="right" if heading == "Value" else "left")
    return table
