"""`zicm tables`: show the tables of the systems, every entry at a glance, then each with all its fields."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import PIPED, WIDE, console, headed_table, indented, print_line, print_rule, print_table
from harness.cli.options import AsJson, examples, new_app, print_json, selected_systems
from harness.data_directory import Row, Tables, read_tables
from harness.text import cell_text, printable

app = new_app()

_GLANCE = {
    "ICMAGREEMENTCODE": "Code",
    "CONTRACTTYPENAME": "Type",
    "NAME": "Name",
    "ICMEXPIRYDATE": "Expiry",
    "ICMTOTALCONTRACTVALUE": "Value",
    "ICMCURRENCY": "",
    "ASSOCIATINGCODE": "Master",
}
"""Columns of the overview, with their headings."""


@app.command("tables", epilog=examples("zicm tables --data tables --system PF2"))
def tables_command(
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder in which a replay kept the tables.")],
    system: Annotated[str | None, typer.Option(metavar="NAME", help="Show only this system, for example PF2.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the tables hold.

    Prints ZMM_ICMCONTRACT and ZMM_ICMPURCHORG of each system, in the order of their keys.
    """
    systems = {name: read_tables(file) for name, file in selected_systems(data, system).items()}
    if as_json:
        print_json(systems)
    else:
        show_systems(console(), systems)


def show_systems(console: Console, systems: Mapping[str, Tables]) -> None:
    """Print the tables of each system, or that it holds the same as an earlier one."""
    shown: dict[str, Tables] = {}
    for name, tables in systems.items():
        twin = next((other for other, earlier in shown.items() if earlier == tables), None)
        print_rule(console)
        if twin is not None:
            print_line(console, f"{printable(name)} holds the same as {printable(twin)}", "bold")
            continue
        shown[name] = tables
        _show_system(console, name, tables)


def _show_system(console: Console, name: str, tables: Tables) -> None:
    entries, rows = tables["ZMM_ICMCONTRACT"], tables["ZMM_ICMPURCHORG"]
    organisations = defaultdict[str, list[str]](list)
    for row in rows:
        organisations[row["SYSID"]].append(row["PURCHASINGORG"])
    title = f"{printable(name)}: {len(entries)} in ZMM_ICMCONTRACT, {len(rows)} in ZMM_ICMPURCHORG"
    print_line(console, f"{title}\n", "bold")
    if entries:
        print_table(console, _overview(entries), 2)
        console.print()
    for entry in entries:
        _show_entry(console, entry, organisations.pop(entry["SYSID"], []))
    for sys_id, without_entry in organisations.items():
        print_line(console, f"ZMM_ICMPURCHORG, without an entry: {printable(sys_id)} {_listed(without_entry)}")


def _overview(entries: list[Row]) -> Table:
    table = headed_table()
    for column, heading in _GLANCE.items():
        flexible = column in ("ICMAGREEMENTCODE", "NAME", "ASSOCIATINGCODE")
        number = column == "ICMTOTALCONTRACTVALUE"
        table.add_column(heading, overflow="fold", no_wrap=not flexible, justify="right" if number else "left")
    for entry in entries:
        table.add_row(*(Text(printable(entry[column])) for column in _GLANCE))
    return table


def _show_entry(console: Console, entry: Row, organisations: list[str]) -> None:
    print_line(console, f"{printable(entry['ICMAGREEMENTCODE'])} {printable(entry['NAME'])}", "bold")
    console.print(indented(_fields(entry, columns=2 if WIDE <= console.width < PIPED else 1)))
    print_line(console, f"  ZMM_ICMPURCHORG: {_listed(organisations)}\n")


def _listed(organisations: list[str]) -> str:
    return ", ".join(map(printable, organisations)) or "no rows"


def _fields(entry: Row, columns: int) -> Table:
    """Lay out the fields in their order, down the first column and then down the second."""
    grid = Table.grid(padding=(0, 2))
    for _ in range(columns):
        grid.add_column(overflow="fold")
        grid.add_column(overflow="fold")
    fields = [(Text(name, "dim"), Text(cell_text(held))) for name, held in entry.items()]
    height = -(-len(fields) // columns)
    for index in range(height):
        grid.add_row(*(cell for field in fields[index::height] for cell in field))
    return grid
