"""`zicm maintain`: what users do with the Z-tables by hand, in the systems of a data directory."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from harness.cli.console import console
from harness.cli.ecc_common import as_objects, in_each, is_refused, parse_fields, the_user
from harness.cli.options import FAILED, AsJson, SettingsFile, print_json, settings_in
from harness.cli.show_maintain import show_log, show_messages
from harness.cli.show_tables import show_systems
from simulator.clock import utc_now
from simulator.database import IN_MEMORY
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.maintenance import EntryId, Maintenance, TableView
from simulator.ecc.system import EccSystem

maintain = typer.Typer(
    help="Maintain ZMM_ICMCONTRACT and ZMM_ICMPURCHORG by hand (SM30), as a user of ECC.",
    epilog="\b\nExamples:\n"
    "  zicm maintain reset PSUB2001 --as SUPPORT --data tables\n"
    "  zicm maintain log --as SUPPORT --data tables",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Code = Annotated[str, typer.Argument(metavar="CODE", help="The agreement code of the entry.")]
SysId = Annotated[
    str, typer.Option("--sys-id", metavar="ID", help="Its System ID, where several entries have the code.")
]
As = Annotated[str, typer.Option("--as", metavar="USER", help="Who does it, a user of the settings, e.g. SUPPORT.")]
Data = Annotated[Path, typer.Option(metavar="DIR", help="The folder with the databases of the systems.")]
System = Annotated[str | None, typer.Option(metavar="NAME", help="In this system alone, for example PF2.")]

Done = TypeVar("Done")


@maintain.command(
    "change",
    epilog="\b\nExamples:\n"
    '  zicm maintain change PSUB2001 ICMCURRENCY=USD NAME="Acrylic acid" --as SUPPORT --data tables\n'
    "  zicm maintain change PSUB2001 --organisations FR10,IT10 --as SUPPORT --data tables --system PF2",
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

    Its key cannot be changed. All of it is done, or nothing; each system is told by itself. Exits with 1 where one
    of them refuses it.
    """
    if not fields and organisations is None:
        raise typer.BadParameter("nothing to change: give FIELD=VALUE or --organisations")
    entered = parse_fields(fields or [])
    listed = None if organisations is None else [one.strip() for one in organisations.split(",") if one.strip()]
    which = _which(code, sys_id)
    messages = _in_each(data, system, settings, user, lambda sm30: sm30.change(which, entered, listed))
    _tell(messages, as_json=as_json)


@maintain.command("delete", epilog="\b\nExample:\n  zicm maintain delete PSUB2001 --as SUPPORT --data tables")
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

    The event Executed creates it anew. Of a contract that has become confidential, --confidential leaves no trace
    but who deleted something and when; it does so too where the entry is gone already.
    """
    which = _which(code, sys_id)

    def act(sm30: Maintenance) -> list[Bapiret2]:
        return sm30.delete_confidential(which) if confidential else sm30.delete(which)

    _tell(_in_each(data, system, settings, user, act), as_json=as_json)


@maintain.command(
    "reset",
    short_help="Empty an entry but for its key.",
    epilog="\b\nExample:\n  zicm maintain reset PSUB2001 --as SUPPORT --data tables",
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
    """Leave of an entry its key alone, so that a payload can be used again.

    Any event of the agreement fills the entry anew; its purchasing organisations are dropped until then.
    """
    which = _which(code, sys_id)
    _tell(_in_each(data, system, settings, user, lambda sm30: sm30.reset(which)), as_json=as_json)


@maintain.command("show", epilog="\b\nExample:\n  zicm maintain show --as BUYER --data tables --system PF2")
def show_command(
    *, data: Data, user: As, system: System = None, settings: SettingsFile = None, as_json: AsJson = False
) -> None:
    """Look at both tables as a user does (SE16)."""
    looked = _in_each(data, system, settings, user, lambda maintenance: maintenance.display())
    seen = {name: one.tables for name, one in looked.items() if not one.messages}
    if not as_json and seen:
        show_systems(console(), seen)
    _tell_looked(looked, as_json=as_json)


@maintain.command(
    "log",
    short_help="Look at what was changed by hand (SCU3).",
    epilog="\b\nExample:\n  zicm maintain log --as SUPPORT --data tables",
)
def log_command(
    *, data: Data, user: As, system: System = None, settings: SettingsFile = None, as_json: AsJson = False
) -> None:
    """Look at what was changed by hand (SCU3): who, when, which field, before and after."""
    looked = _in_each(data, system, settings, user, lambda maintenance: maintenance.display_log())
    if not as_json:
        for name, one in looked.items():
            for rows in one.tables.values():
                show_log(console(), name, rows)
    _tell_looked(looked, as_json=as_json)


def _in_each(
    data: Path, system: str | None, file: Path | None, name: str, deed: Callable[[Maintenance], Done]
) -> dict[str, Done]:
    """Let a user do something in each system that is meant. Returns what came of it, by system."""
    settings = settings_in(file)
    user = the_user(name, settings)

    def opened(system: str) -> EccSystem:
        here = settings.model_copy(update={"systems": {system: IN_MEMORY}}).with_data_directory(data)
        return EccSystem(system, here.systems[system])

    return in_each(data, system, opened, lambda ecc: deed(Maintenance(ecc, user, utc_now)))


def _which(code: str, sys_id: str) -> EntryId:
    if not code.strip():
        raise typer.BadParameter("it is blank", param_hint="CODE")
    return EntryId(code.strip(), sys_id.strip().lower())


def _tell(messages: dict[str, list[Bapiret2]], *, as_json: bool) -> None:
    if as_json:
        print_json({"systems": {name: {"messages": as_objects(said)} for name, said in messages.items()}})
    else:
        show_messages(console(), messages)
    raise typer.Exit(FAILED if any(map(is_refused, messages.values())) else 0)


def _tell_looked(looked: dict[str, TableView], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "systems": {
                    name: {"messages": as_objects(one.messages), "tables": one.tables} for name, one in looked.items()
                }
            }
        )
    else:
        show_messages(console(), {name: one.messages for name, one in looked.items()})
    raise typer.Exit(FAILED if any(one.messages for one in looked.values()) else 0)
