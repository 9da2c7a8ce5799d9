"""Do by hand what users of ECC do: typed fields, users, systems, return tables. For `zicm maintain` and `outline`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import headed_table, print_line
from harness.cli.options import load_settings
from harness.data_directory import Row, read_tables
from harness.database_files import system_files
from harness.errors import UserError
from harness.sheets.cells import FileCell, RefusedCellError, read_cell
from harness.text import cell_text, printable
from simulator.database import IN_MEMORY
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.ddic import Dats, DdicType
from simulator.ecc.system import EccSystem
from simulator.errors import InterfaceError
from simulator.landscape import open_system
from simulator.settings import Settings

MESSAGE_STYLES = {"E": "red", "W": "yellow"}
"""Style of a message by its type."""

As = Annotated[
    str, typer.Option("--as", metavar="USER", help="The user who does it, one of the settings, for example SUPPORT.")
]
Data = Annotated[Path, typer.Option(metavar="DIR", help="The folder with the databases of the systems.")]

T = TypeVar("T")


def parse_fields(words: Iterable[str], types: Mapping[str, DdicType]) -> dict[str, str]:
    """Parse FIELD=VALUE words; a day is read as in a sheet, also as 2028-12-31 and 31.12.2028.

    Raises BadParameter for a word without a value and for a field given twice.
    """
    fields: dict[str, str] = {}
    for word in words:
        given, equals, value = word.partition("=")
        name = given.upper()
        if not equals:
            raise typer.BadParameter(f"{given} has no value: write FIELD=VALUE", param_hint="FIELD=VALUE")
        if name in fields:
            raise typer.BadParameter(f"{name} is given twice", param_hint="FIELD=VALUE")
        fields[name] = value
        if isinstance(ddic := types.get(name), Dats):
            try:
                fields[name] = read_cell(FileCell(value), ddic)
            except RefusedCellError as refused:
                raise typer.BadParameter(f"{name}: {refused}", param_hint="FIELD=VALUE") from None
    return fields


def require_user(name: str, settings: Settings) -> User:
    """Find a user of the settings. Raises BadParameter for an unknown name."""
    role = settings.users.get(name.upper())
    if role is None:
        known = ", ".join(settings.users)
        raise typer.BadParameter(f"the settings have no such user, they have {known}", param_hint="--as")
    return User(name.upper(), ROLES[role])


def do_as_user(
    folder: Path, system: str | None, settings_file: Path | None, user: str, action: Callable[[EccSystem, User], T]
) -> dict[str, T]:
    """Let a user do something in each system, or only in the named one. Returns the results by system.

    The systems are those of the settings, or without settings all of the folder. Raises UserError before the first
    action where a file is not the database of a system, and after a system fails.
    """
    settings = load_settings(settings_file)
    who = require_user(user, settings)
    files = system_files(folder)
    known = settings.systems if settings_file else files
    if system is not None and system not in known:
        holder = "the settings have" if settings_file else f"{folder} holds"
        raise typer.BadParameter(f"{holder} {', '.join(known)}, not {system}", param_hint="--system")
    selected = [system] if system is not None else [*known]
    for name in selected:
        if name not in files:
            raise UserError(f"there are no tables of {name}: no file {folder / name}.db")
        read_tables(files[name])
    names = dict.fromkeys((*settings.systems, *known), IN_MEMORY)  # the first keep their ranges of numbers
    here = settings.model_copy(update={"systems": names}).with_data_directory(folder)
    results: dict[str, T] = {}
    try:
        for name in selected:
            with closing(open_system(here, name)) as ecc:
                results[name] = action(ecc, who)
    except InterfaceError as error:
        done = f" (done before: {', '.join(results)})" if results else ""
        raise UserError(f"{error}{done}") from None
    return results


def messages_as_json(messages: Sequence[Bapiret2], system: str) -> list[dict[str, str]]:
    """Turn the return table of a system into objects for programs."""
    return [message._replace(SYSTEM=system)._asdict() for message in messages]


def is_refused(messages: Iterable[Bapiret2]) -> bool:
    """Tell whether a message of type E is among them."""
    return any(message.TYPE == "E" for message in messages)


def print_change_head(console: Console, about: str, change: Row) -> None:
    """Print what was changed, by whom, with which transaction and when."""
    day, at = change["UDATE"], change["UTIME"]
    when = f"{day[:4]}-{day[4:6]}-{day[6:]} {at[:2]}:{at[2:4]}:{at[4:]} UTC"
    who = f": {printable(change['USERNAME'])} with {change['TCODE']}, {when}"
    print_line(console, Text.assemble((printable(about), "bold"), who))


def change_table(items: Sequence[Row]) -> Table:
    """Lay out the fields of a change, before and after."""
    table = headed_table("", "Field", "Before", "After")
    for item in items:
        values = (Text(cell_text(item[name])) for name in ("VALUE_OLD", "VALUE_NEW"))
        table.add_row(item["CHNGIND"], printable(item["FNAME"]), *values)
    return table
