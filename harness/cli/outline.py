"""`zicm outline`: create, change and show outline agreements, as users of ECC do, in one system of a data directory."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, NamedTuple, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import console, headed_table, indented, plural, print_line, print_table
from harness.cli.ecc_common import (
    MESSAGE_STYLES,
    As,
    Data,
    change_table,
    do_as_user,
    is_refused,
    messages_as_json,
    parse_fields,
    print_change_head,
)
from harness.cli.options import FAILED, AsJson, SettingsFile, examples, new_app, print_json
from harness.data_directory import Row
from harness.errors import UserError
from harness.sheets.reading import SheetFields, SheetOptions, read_sheet
from harness.text import cell_text, printable
from simulator.clock import utc_now
from simulator.ecc.authorisation import CHANGE_CONTRACT, CHANGE_CONTRACTS, CREATE_CONTRACT, DISPLAY_CONTRACT, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.ekko import EKKO
from simulator.ecc.mass_change import RowResult, mass_change
from simulator.ecc.outline_agreements import ALPHA_FIELDS, with_leading_zeros
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import ddic_types
from simulator.errors import InterfaceError

app = new_app(name="outline", help="Keep outline agreements by hand, as users of ECC do.", no_args_is_help=True)

_OVERVIEW = {
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
"""Columns of the overview, with their headings."""

RequiredSystem = Annotated[str, typer.Option(metavar="NAME", help="The system, for example PF2.")]
FieldWords = Annotated[
    list[str], typer.Argument(metavar="FIELD=VALUE", help="Fields of EKKO, for example KTWRT=1000.50.")
]
Ebeln = Annotated[str, typer.Argument(metavar="EBELN", help="The number of the outline agreement.")]

T = TypeVar("T")


@app.command(
    "create",
    epilog=examples(
        "zicm outline create BSART=WK LIFNR=104711 BUKRS=FR01 EKORG=FR10 EKGRP=001 WAERS=EUR \\\n"
        "    KDATB=20260101 KDATE=20261231 KTWRT=1000 ZZICMAGREEMENT=PSUB5000 --data tables --system PF2"
    ),
)
def create_command(  # noqa: PLR0913 - one for each option
    fields: FieldWords,
    *,
    data: Data,
    system: RequiredSystem,
    user: As = "BUYER",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Create an outline agreement (ME31K).

    Its agreement code, ZZICMAGREEMENT, is looked up in ZMM_ICMCONTRACT of the same system. Exits with 1 if a message
    of type E refuses it; messages of type W are warnings.
    """
    entered = parse_fields(fields, ddic_types(EKKO))
    session = _Session(system, data, settings, user, as_json)
    saved = session.run(
        CREATE_CONTRACT, lambda ecc, who: ecc.create_outline_agreement(entered, _stamp(who, CREATE_CONTRACT))
    )
    _exit_with_messages(system, saved.ebeln or None, saved.messages, as_json=as_json)


@app.command("change", epilog=examples("zicm outline change 4600000000 ZTERM=Z090 --data tables --system PF2"))
def change_command(  # noqa: PLR0913 - one for each option
    ebeln: Ebeln,
    fields: FieldWords,
    *,
    data: Data,
    system: RequiredSystem,
    user: As = "BUYER",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Change fields of an outline agreement (ME32K), all of them or none."""
    entered = parse_fields(fields, ddic_types(EKKO))
    session = _Session(system, data, settings, user, as_json)
    messages = session.run(
        CHANGE_CONTRACT, lambda ecc, who: ecc.change_outline_agreement(ebeln, entered, _stamp(who, CHANGE_CONTRACT))
    )
    _exit_with_messages(system, with_leading_zeros(ebeln), messages, as_json=as_json)


@app.command("show", epilog=examples("zicm outline show 4600000000 --data tables --system PF2"))
def show_command(  # noqa: PLR0913 - one for each option
    ebeln: Annotated[str | None, typer.Argument(metavar="EBELN", help="Show only this one.")] = None,
    *,
    data: Data,
    system: RequiredSystem,
    user: As = "BUYER",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the outline agreements of a system (ME33K)."""
    session = _Session(system, data, settings, user, as_json)
    agreements = session.run(DISPLAY_CONTRACT, lambda ecc, _: ecc.outline_agreements())
    if ebeln is not None:
        agreements = _with_number(agreements, ebeln, system)
    if as_json:
        print_json({system: agreements})
    else:
        _show_agreements(console(), system, agreements)


@app.command("log", epilog=examples("zicm outline log 4600000000 --data tables --system PF2"))
def log_command(  # noqa: PLR0913 - one for each option
    ebeln: Annotated[str | None, typer.Argument(metavar="EBELN", help="Only the changes of this one.")] = None,
    *,
    data: Data,
    system: RequiredSystem,
    user: As = "BUYER",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the change documents of outline agreements: who, when, by which transaction, before and after."""

    def read(ecc: EccSystem, _: User) -> list[Row]:
        known = ecc.outline_agreements()
        return ecc.change_documents("" if ebeln is None else _with_number(known, ebeln, system)[0]["EBELN"])

    items = _Session(system, data, settings, user, as_json).run(DISPLAY_CONTRACT, read)
    if as_json:
        print_json({system: items})
    else:
        _show_change_documents(console(), system, items)


@app.command(
    "mass",
    epilog=examples(
        "zicm outline mass changes.csv --data tables --system PF2 --test",
        "zicm outline mass report.xlsx --sheet Differences --data tables --system PF2",
    ),
)
def mass_command(  # noqa: PLR0913 - one for each option
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or XLSX file; its first row names the fields.")],
    *,
    data: Data,
    system: RequiredSystem,
    user: As = "BUYER",
    test_run: Annotated[bool, typer.Option("--test", help="Show the result and write nothing.")] = False,
    sheet: Annotated[
        str | None, typer.Option(metavar="NAME", help="The sheet of a book, if several have such columns.")
    ] = None,
    header_row: Annotated[
        int | None, typer.Option(min=1, metavar="ROW", help="The row of the names, if not the first.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Leave out a column that is no field; may be repeated.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a CSV file that is not in UTF-8, for example windows-1252.")
    ] = None,
    decimal: Annotated[str, typer.Option(metavar="SIGN", help="The decimal sign of amounts that are texts.")] = "",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Change many outline agreements (MEMASSCONTRACT), each row whole or not at all.

    The file has a column EBELN, and one for each field to change. A blank cell leaves the field as it is, (blank)
    empties it. The report's sheet of differences can be given as well: each outline agreement gets what its contract
    has. Exits with 1 if a row is refused; the other rows are changed.
    """
    _check_options(encoding, decimal)
    options = SheetOptions(sheet, header_row, ignore or (), encoding, decimal)
    read = read_sheet(file, SheetFields(ddic_types(EKKO), ALPHA_FIELDS, "EBELN"), system, options)
    if not as_json:
        for note in read.notes:
            print_line(console(), f"Note: {note}", "yellow")
    session = _Session(system, data, settings, user, as_json)
    done: list[RowResult] = []

    def change_all(ecc: EccSystem, who: User) -> str:
        return _do_rows(mass_change(ecc, read.rows, _stamp(who, CHANGE_CONTRACTS), test_run=test_run), done)

    failure = session.run(CHANGE_CONTRACTS, change_all)
    if as_json:
        listed = [
            {"row": one.row, "ebeln": one.ebeln, "messages": messages_as_json(one.messages, system)} for one in done
        ]
        print_json(
            {"system": system, "sheet": read.name, "notes": read.notes, "test_run": test_run, "rows": listed}
            | ({"error": failure} if failure else {})
        )
    else:
        _show_results(console(), done, test_run=test_run)
    if failure:
        first_left = read.rows[len(done)].number
        raise UserError(f"{failure}; not done: the rows from {first_left} on, {len(read.rows) - len(done)} of them")
    raise typer.Exit(FAILED if any(is_refused(one.messages) for one in done) else 0)


def _with_number(agreements: Sequence[Row], ebeln: str, system: str) -> list[Row]:
    """Return the outline agreement with this number, alone. Raises UserError if there is none."""
    found = [one for one in agreements if one["EBELN"] == with_leading_zeros(ebeln.strip())]
    if not found:
        raise UserError(f"{system} has no outline agreement with this number")
    return found


def _stamp(user: User, transaction: str) -> ChangeStamp:
    return ChangeStamp(user.name, utc_now(), transaction)


def _check_options(encoding: str | None, decimal: str) -> None:
    if decimal not in ("", ".", ","):
        raise typer.BadParameter("it is . or ,", param_hint="--decimal")
    try:
        "a".encode(encoding or "utf-8")
    except LookupError:
        raise typer.BadParameter("there is no such encoding", param_hint="--encoding") from None


def _do_rows(results: Iterable[RowResult], done: list[RowResult]) -> str:
    """Collect the results of all rows, or of those before the system failed. Returns the failure, blank if none."""
    try:
        done.extend(results)
    except InterfaceError as failure:
        return str(failure)
    return ""


class _Session(NamedTuple):
    """A user in one system of a data directory."""

    system: str
    data: Path
    settings: Path | None
    user: str
    as_json: bool

    def run(self, transaction: str, action: Callable[[EccSystem, User], T]) -> T:
        """Run an action in a transaction. Exits with 1 for a user who may not start it."""

        def run_if_allowed(ecc: EccSystem, user: User) -> T:
            if refused := user.transaction_errors(transaction):
                _exit_with_messages(self.system, None, refused, as_json=self.as_json)
            return action(ecc, user)

        return do_as_user(self.data, self.system, self.settings, self.user, run_if_allowed)[self.system]


def _exit_with_messages(system: str, ebeln: str | None, messages: list[Bapiret2], *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"system": system, "ebeln": ebeln, "messages": messages_as_json(messages, system)})
    else:
        _show_messages(console(), messages)
    raise typer.Exit(FAILED if is_refused(messages) else 0)


def _show_agreements(console: Console, system: str, agreements: Sequence[Row]) -> None:
    """Print an overview of the outline agreements of a system, or all fields of a single one."""
    print_line(console, f"{printable(system)}: {len(agreements)} in EKKO\n", "bold")
    if len(agreements) == 1:
        grid = Table.grid(padding=(0, 2))
        for name, held in agreements[0].items():
            grid.add_row(Text(name, "dim"), Text(cell_text(held)))
        console.print(indented(grid))
    elif agreements:
        table = headed_table(narrow=True)
        for name, heading in _OVERVIEW.items():
            table.add_column(heading, overflow="fold", no_wrap=name in ("EBELN", "KDATB", "KDATE", "KTWRT"))
        for agreement in agreements:
            table.add_row(*(Text(printable(agreement[name])) for name in _OVERVIEW))
        print_table(console, table)


def _show_change_documents(console: Console, system: str, items: Sequence[Row]) -> None:
    """Print the changes of outline agreements, the oldest first."""
    changes = [list(group) for _, group in groupby(items, key=lambda item: item["CHANGENR"])]
    print_line(console, f"{printable(system)}: {plural(len(changes), 'change document')}\n", "bold")
    for change in changes:
        print_change_head(console, change[0]["OBJECTID"], change[0])
        print_table(console, change_table(change), 2)
        console.print()


def _show_messages(console: Console, messages: Sequence[Bapiret2]) -> None:
    table = headed_table("Type", "No", "Field", "Message")
    for message in messages:
        table.add_row(*_cells(message), style=MESSAGE_STYLES.get(message.TYPE, ""))
    print_table(console, table)


def _show_results(console: Console, results: Sequence[RowResult], *, test_run: bool) -> None:
    """Print the messages about each row of a mass change, and how many rows were refused."""
    table = headed_table("Row", "Number", "Type", "No", "Field", "Message")
    for result in results:
        for message in result.messages:
            style = MESSAGE_STYLES.get(message.TYPE, "")
            table.add_row(str(result.row), printable(result.ebeln), *_cells(message), style=style)
    print_table(console, table)
    refused = sum(is_refused(result.messages) for result in results)
    total = f"{plural(len(results), 'row')}, {refused} refused"
    print_line(console, f"\nTest run, nothing was written: {total}" if test_run else f"\n{total}", "bold")


def _cells(message: Bapiret2) -> tuple[str | Text, ...]:
    return message.TYPE, message.NUMBER, Text(printable(message.FIELD)), Text(printable(message.MESSAGE))
