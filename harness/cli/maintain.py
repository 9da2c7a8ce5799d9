"""`zicm maintain`: change the Z-tables by hand, as users of ECC do, in the systems of a data directory."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer
from rich.console import Console

from harness.cli.console import console, plural, print_line, print_table
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
from harness.cli.tables import show_systems
from harness.data_directory import Row
from harness.text import printable
from simulator.clock import utc_now
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_log import CONFIDENTIAL
from simulator.ecc.maintenance import EntryId, Maintenance, TableView
from simulator.ecc.tables import CONTRACT, ddic_types

app = new_app(
    name="maintain",
    help="Maintain ZMM_ICMCONTRACT and ZMM_ICMPURCHORG by hand (SM30), as a user of ECC.",
    epilog=examples(
        "zicm maintain reset PSUB2001 --as SUPPORT --data tables", "zicm maintain log --as SUPPORT --data tables"
    ),
    no_args_is_help=True,
)

Code = Annotated[str, typer.Argument(metavar="CODE", help="The agreement code of the entry.")]
SysId = Annotated[str, typer.Option("--sys-id", metavar="ID", help="Its System ID, if several entries have the code.")]
System = Annotated[str | None, typer.Option(metavar="NAME", help="Only in this system, for example PF2.")]

T = TypeVar("T")


@app.command(
    "change",
    epilog=examples(
        'zicm maintain change PSUB2001 ICMCURRENCY=USD NAME="Acrylic acid" --as SUPPORT --data tables',
        "zicm maintain change PSUB2001 --organisations FR10,IT10 --as SUPPORT --data tables --system PF2",
    ),
)
def change_command(  # noqa: PLR0913 - one for each option
    code: Code,
    fields: Annotated[
        list[str] | None,
        typer.Argument(metavar="FIELD=VALUE", help="Fields of ZMM_ICMCONTRACT; without a value they are emptied."),
    ] = None,
    *,
    data: Data,
    user: As,
    organisations: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="All its purchasing organisations, with commas between; blank for none."),
    ] = None,
    sys_id: SysId = "",
    system: System = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Change fields of an entry, or its purchasing organisations.

    The key cannot be changed. Each system makes all of the changes or none. Exits with 1 if one of them refuses.
    """
    if not fields and organisations is None:
        raise typer.BadParameter("nothing to change: give FIELD=VALUE or --organisations")
    entered = parse_fields(fields or [], ddic_types(CONTRACT))
    listed = None if organisations is None else [one.strip() for one in organisations.split(",") if one.strip()]
    entry_id = _entry_id(code, sys_id)
    messages = _run(data, system, settings, user, lambda sm30: sm30.change(entry_id, entered, listed))
    _exit_with_messages(messages, as_json=as_json)


@app.command(
    "create",
    epilog=examples(
        "zicm maintain create PSUB2001 SYSID=22222222-0000-4000-8000-000000002001 CONTRACTTYPENAME=SUB \\\n"
        "    TENANTID=/icertis/syensqo ICMPURCHASINGORGCODE=FR10,IT10 --as SUPPORT --data tables"
    ),
)
def create_command(  # noqa: PLR0913 - one for each option
    code: Code,
    fields: Annotated[
        list[str], typer.Argument(metavar="FIELD=VALUE", help="Fields of ZMM_ICMCONTRACT; the key is mandatory.")
    ],
    *,
    data: Data,
    user: As,
    system: System = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Make an entry that an event has failed to make.

    Its purchasing organisations come from ICMPURCHASINGORGCODE. Each system makes it or refuses it; exits with 1 if
    one of them does.
    """
    typed = parse_fields(fields, ddic_types(CONTRACT))
    if typed.get("ICMAGREEMENTCODE", code) != code:
        raise typer.BadParameter("ICMAGREEMENTCODE is not CODE", param_hint="FIELD=VALUE")
    entered = typed | {"ICMAGREEMENTCODE": code}
    _exit_with_messages(_run(data, system, settings, user, lambda sm30: sm30.create(entered)), as_json=as_json)


@app.command("delete", epilog=examples("zicm maintain delete PSUB2001 --as SUPPORT --data tables"))
def delete_command(  # noqa: PLR0913 - one for each option
    code: Code,
    *,
    data: Data,
    user: As,
    confidential: Annotated[
        bool,
        typer.Option("--confidential", help="The contract is confidential now: blank it in the change log as well."),
    ] = False,
    sys_id: SysId = "",
    system: System = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Delete an entry with its purchasing organisations.

    The event Executed creates it again. For a contract that has become confidential, --confidential leaves only who
    deleted something and when, even if the entry is gone already.
    """
    entry_id = _entry_id(code, sys_id)

    def delete(sm30: Maintenance) -> list[Bapiret2]:
        return sm30.delete_confidential(entry_id) if confidential else sm30.delete(entry_id)

    _exit_with_messages(_run(data, system, settings, user, delete), as_json=as_json)


@app.command(
    "delete-organisations",
    epilog=examples(
        "zicm maintain delete-organisations 44444444-0000-4000-8000-000000004001 --as SUPPORT --data tables"
    ),
)
def delete_organisations_command(  # noqa: PLR0913 - one for each option
    sys_id: Annotated[str, typer.Argument(metavar="ID", help="The System ID of the rows; without it, all.")] = "",
    *,
    data: Data,
    user: As,
    confidential: Annotated[
        bool,
        typer.Option("--confidential", help="The contract is confidential now: blank it in the change log as well."),
    ] = False,
    system: System = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Delete purchasing organisations that have lost their entry.

    These are what zicm reconcile names as organisation rows alone. Rows of a System ID that an entry has are refused;
    without a System ID, all rows that no entry has are deleted.
    """
    if confidential and not sys_id.strip():
        raise typer.BadParameter("name the System ID of the contract that is confidential", param_hint="ID")

    def delete(sm30: Maintenance) -> list[Bapiret2]:
        return sm30.delete_organisations(sys_id.strip(), confidential=confidential)

    _exit_with_messages(_run(data, system, settings, user, delete), as_json=as_json)


@app.command(
    "reset",
    epilog=examples("zicm maintain reset PSUB2001 --as SUPPORT --data tables"),
)
def reset_command(  # noqa: PLR0913 - one for each option
    code: Code,
    *,
    data: Data,
    user: As,
    sys_id: SysId = "",
    system: System = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Empty an entry except for its key, so that a payload can be used again.

    Any event of the agreement fills the entry again; its purchasing organisations are dropped until then.
    """
    entry_id = _entry_id(code, sys_id)
    _exit_with_messages(_run(data, system, settings, user, lambda sm30: sm30.reset(entry_id)), as_json=as_json)


@app.command("show", epilog=examples("zicm maintain show --as BUYER --data tables --system PF2"))
def show_command(
    *, data: Data, user: As, system: System = None, settings: SettingsFile = None, as_json: AsJson = False
) -> None:
    """Show both tables to a user (SE16)."""
    views = _run(data, system, settings, user, lambda maintenance: maintenance.display())
    visible = {name: view.tables for name, view in views.items() if not view.messages}
    if not as_json and visible:
        show_systems(console(), visible)
    _exit_with_tables(views, as_json=as_json)


@app.command(
    "log",
    epilog=examples("zicm maintain log --as SUPPORT --data tables"),
)
def log_command(
    *, data: Data, user: As, system: System = None, settings: SettingsFile = None, as_json: AsJson = False
) -> None:
    """Show the changes made by hand (SCU3): who, when, which field, before and after."""
    views = _run(data, system, settings, user, lambda maintenance: maintenance.display_log())
    if not as_json:
        for name, view in views.items():
            for rows in view.tables.values():
                _show_log(console(), name, rows)
    _exit_with_tables(views, as_json=as_json)


def _run(
    data: Path, system: str | None, file: Path | None, name: str, action: Callable[[Maintenance], T]
) -> dict[str, T]:
    """Run an action of maintenance as `do_as_user` does."""
    return do_as_user(data, system, file, name, lambda ecc, user: action(Maintenance(ecc, user, utc_now)))


def _entry_id(code: str, sys_id: str) -> EntryId:
    if not code.strip():
        raise typer.BadParameter("it is blank", param_hint="CODE")
    return EntryId(code.strip(), sys_id.strip().lower())


def _exit_with_messages(messages: dict[str, list[Bapiret2]], *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"systems": {name: {"messages": messages_as_json(own, name)} for name, own in messages.items()}})
    else:
        _show_messages(console(), messages)
    raise typer.Exit(FAILED if any(map(is_refused, messages.values())) else 0)


def _exit_with_tables(views: dict[str, TableView], *, as_json: bool) -> NoReturn:
    if as_json:
        systems = {
            name: {"messages": messages_as_json(view.messages, name), "tables": view.tables}
            for name, view in views.items()
        }
        print_json({"systems": systems})
    else:
        _show_messages(console(), {name: view.messages for name, view in views.items()})
    raise typer.Exit(FAILED if any(view.messages for view in views.values()) else 0)


def _show_messages(console: Console, messages: Mapping[str, Sequence[Bapiret2]]) -> None:
    """Print the messages of each system, with the field that a message is about."""
    for system, own in messages.items():
        for message in own:
            about = f"{printable(message.FIELD)}: " if message.FIELD else ""
            text = f"{printable(system)}: {message.TYPE} {message.NUMBER} {about}{printable(message.MESSAGE)}"
            print_line(console, text, MESSAGE_STYLES.get(message.TYPE, ""))


def _show_log(console: Console, system: str, rows: Sequence[Row]) -> None:
    """Print the change log of one system, the oldest change first."""
    changes = [list(group) for _, group in groupby(rows, key=lambda row: row["CHANGENR"])]
    print_line(console, f"{printable(system)}: {plural(len(changes), 'change')}\n", "bold")
    for change in changes:
        _show_change(console, change)


def _show_change(console: Console, rows: Sequence[Row]) -> None:
    first = rows[0]
    is_confidential = first["FNAME"] == CONFIDENTIAL
    about = CONFIDENTIAL if is_confidential else f"{first['ICMAGREEMENTCODE']}, System ID {first['SYSID']}"
    print_change_head(console, about, first)
    if not is_confidential:
        print_table(console, change_table(rows), 2)
    console.print()
