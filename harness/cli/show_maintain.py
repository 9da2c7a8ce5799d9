"""What comes of maintenance by hand, for people: messages by system, and the log change by change."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.cli.console import print_line
from harness.data_directory import Row
from harness.text import cell_text, printable
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_log import CONFIDENTIAL

_STYLES = {"E": "red", "W": "yellow"}


def show_messages(console: Console, messages: Mapping[str, Sequence[Bapiret2]]) -> None:
    """Print what each system says, with its number and, where one is at fault, the field."""
    for system, said in messages.items():
        for one in said:
            text = f"{system}: {one.TYPE} {one.NUMBER} {one.FIELD and f'{one.FIELD}: '}{one.MESSAGE}"
            print_line(console, printable(text), _STYLES.get(one.TYPE, ""))


def show_log(console: Console, system: str, items: Sequence[Row]) -> None:
    """Print the log of one system, the oldest change first."""
    changes = [list(rows) for _, rows in groupby(items, key=lambda row: row["CHANGENR"])]
    print_line(console, f"{printable(system)}: {len(changes)} change{'' if len(changes) == 1 else 's'}\n", "bold")
    for rows in changes:
        _show_change(console, rows)


def _show_change(console: Console, rows: Sequence[Row]) -> None:
    first = rows[0]
    day, time = first["UDATE"], first["UTIME"]
    when = f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]} UTC"
    about = CONFIDENTIAL
    if first["FNAME"] != CONFIDENTIAL:
        about = f"{first['ICMAGREEMENTCODE']}, System ID {first['SYSID']}"
    print_line(
        console,
        Text.assemble((printable(about), "bold"), f": {printable(first['USERNAME'])} with {first['TCODE']}, {when}"),
    )
    if first["FNAME"] != CONFIDENTIAL:
        console.print(Padding(_fields(rows), (0, 0, 0, 2), expand=False))
    console.print()


def _fields(rows: Sequence[Row]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("")
    table.add_column("Field", no_wrap=True)
    table.add_column("Before", overflow="fold")
    table.add_column("After", overflow="fold")
    for row in rows:
        values = (Text(cell_text(row[name])) for name in ("VALUE_OLD", "VALUE_NEW"))
        table.add_row(row["CHNGIND"], printable(row["FNAME"]), *values)
    return table
