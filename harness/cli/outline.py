"""`zicm outline`: what users do with outline agreements, in one system of a data directory."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Annotated, NamedTuple, NoReturn, TypeVar

import typer

from harness.cli.console import console
from harness.cli.ecc_common import as_objects, in_each, is_refused, parse_fields, the_user
from harness.cli.options import FAILED, AsJson, SettingsFile, failed, print_json, settings_in
from harness.cli.show_outline import show_agreements, show_messages, show_results
from harness.cli.spreadsheet import read_rows
from harness.errors import UserError
from simulator.clock import utc_now
from simulator.ecc.authorisation import CHANGE_CONTRACT, CHANGE_CONTRACTS, CREATE_CONTRACT, DISPLAY_CONTRACT, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.ekko import EKKO
from simulator.ecc.mass_change import mass_change
from simulator.ecc.outline_agreements import with_leading_zeros
from simulator.ecc.system import EccSystem
from simulator.landscape import open_system

outline = typer.Typer(
    help="Keep outline agreements by hand, as users of ECC do.", no_args_is_help=True, rich_markup_mode=None
)

Data = Annotated[Path, typer.Option(metavar="DIR", help="The folder with the databases of the systems.")]
System = Annotated[str, typer.Option(metavar="NAME", help="The system, for example PF2.")]
As = Annotated[str, typer.Option("--as", metavar="USER", help="Who does it, a user of the settings.")]
Fields = Annotated[list[str], typer.Argument(metavar="FIELD=VALUE", help="Fields of EKKO, for example KTWRT=1000.50.")]
Ebeln = Annotated[str, typer.Argument(metavar="EBELN", help="The number of the outline agreement.")]

Done = TypeVar("Done")


@outline.command(
    "create",
    epilog="\b\nExample:\n  zicm outline create BSART=WK LIFNR=104711 BUKRS=FR01 EKORG=FR10 EKGRP=001 WAERS=EUR \\\n"
    "    KDATB=20260101 KDATE=20261231 KTWRT=1000 ZZICMAGREEMENT=PSUB5000 --data tables --system PF2",
)
def create_command(  # noqa: PLR0913 - one for each option
    fields: Fields,
    *,
    data: Data,
    system: System,
    user: As = "BUYER",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Create an outline agreement (ME31K).

    Its agreement code, ZZICMAGREEMENT, is looked up in ZMM_ICMCONTRACT of the same system. Exits with 1 where a
    message of type E refuses it; those of type W are for you to think about.
    """
    entered = parse_fields(fields)
    today = utc_now().astimezone(UTC).date()
    desk = _Session(system, data, settings, user, as_json)
    saved = desk.start(CREATE_CONTRACT, lambda ecc, who: ecc.create_outline_agreement(entered, who.name, today))
    _tell(system, saved.ebeln or None, saved.messages, as_json=as_json)


@outline.command(
    "change", epilog="\b\nExample:\n  zicm outline change 4600000000 ZTERM=Z090 --data tables --system PF2"
)
def change_command(  # noqa: PLR0913 - one for each option
    ebeln: Ebeln,
    fields: Fields,
    *,
    data: Data,
    system: System,
    user: As = "BUYER",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Change an outline agreement (ME32K): all of the fields, or none."""
    entered = parse_fields(fields)
    desk = _Session(system, data, settings, user, as_json)
    messages = desk.start(CHANGE_CONTRACT, lambda ecc, _: ecc.change_outline_agreement(ebeln, entered))
    _tell(system, with_leading_zeros(ebeln), messages, as_json=as_json)


@outline.command("show", epilog="\b\nExample:\n  zicm outline show 4600000000 --data tables --system PF2")
def show_command(  # noqa: PLR0913 - one for each option
    ebeln: Annotated[str | None, typer.Argument(metavar="EBELN", help="Show this one alone.")] = None,
    *,
    data: Data,
    system: System,
    user: As = "BUYER",
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Show the outline agreements of a system (ME33K)."""
    desk = _Session(system, data, settings, user, as_json)
    agreements = desk.start(DISPLAY_CONTRACT, lambda ecc, _: ecc.outline_agreements())
    if ebeln is not None:
        agreements = [one for one in agreements if one["EBELN"] == with_leading_zeros(ebeln.strip())]
        if not agreements:
            raise failed(UserError(f"{system} has no outline agreement of this number"))
    if as_json:
        print_json({system: agreements})
    else:
        show_agreements(console(), system, agreements)


@outline.command("mass", epilog="\b\nExample:\n  zicm outline mass changes.csv --data tables --system PF2 --test")
def mass_command(  # noqa: PLR0913 - one for each option
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or XLSX file, its first line names the fields.")],
    *,
    data: Data,
    system: System,
    user: As = "BUYER",
    test_run: Annotated[bool, typer.Option("--test", help="Say what would be done, and write nothing.")] = False,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Change many outline agreements (MEMASSCONTRACT), each row whole or not at all.

    The file has a column EBELN, and one for each field to change. A blank cell leaves the field as it is, (blank)
    empties it. Exits with 1 where a row is refused; the others are done.
    """
    try:
        rows = read_rows(file, "EBELN", EKKO.columns.keys())
    except UserError as problem:
        raise failed(problem) from None
    desk = _Session(system, data, settings, user, as_json)
    results = desk.start(CHANGE_CONTRACTS, lambda ecc, _: [*mass_change(ecc, rows, test_run=test_run)])
    if as_json:
        listed = [{"row": one.row, "ebeln": one.ebeln, "messages": as_objects(one.messages)} for one in results]
        print_json({"system": system, "test_run": test_run, "rows": listed})
    else:
        show_results(console(), results, test_run=test_run)
    raise typer.Exit(FAILED if any(is_refused(one.messages) for one in results) else 0)


class _Session(NamedTuple):
    """A user before one system of a data directory."""

    system: str
    data: Path
    settings: Path | None
    user: str
    as_json: bool

    def start(self, transaction: str, deed: Callable[[EccSystem, User], Done]) -> Done:
        """Do something in a transaction; who may not start it is told so, with the exit code 1."""
        settings = settings_in(self.settings)
        user = the_user(self.user, settings)

        def opened(name: str) -> EccSystem:
            if name not in settings.systems:
                known = ", ".join(settings.systems)
                raise typer.BadParameter(f"the settings have {known}, not {name}", param_hint="--system")
            return open_system(settings.with_data_directory(self.data), name)

        def started(ecc: EccSystem) -> Done:
            if refused := user.transaction_errors(transaction):
                _tell(self.system, None, refused, as_json=self.as_json)
            return deed(ecc, user)

        return in_each(self.data, self.system, opened, started)[self.system]


def _tell(system: str, ebeln: str | None, messages: list[Bapiret2], *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"system": system, "ebeln": ebeln, "messages": as_objects(messages)})
    else:
        show_messages(console(), messages)
    raise typer.Exit(FAILED if is_refused(messages) else 0)
