"""The command `zicm reconcile`: what ICI holds, over HTTP or as recorded, against the tables in a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.exc import SQLAlchemyError

from harness.cli.console import console
from harness.cli.icertis_options import Asked, CredentialsFile, IciClient, IciUrl, TokenUrl, asked
from harness.cli.options import FAILED, AsJson, SettingsFile, failed, print_json, settings_in
from harness.cli.recorded_exchanges import RecordedOption, open_landscape, recorded_tenant
from harness.cli.show_reconcile import show_findings
from harness.data_directory import read, reason
from harness.errors import UserError
from simulator.errors import InterfaceError
from simulator.reporting.reconciliation import Finding
from simulator.settings import Settings


class Compared(NamedTuple):
    """What came of a comparison."""

    systems: list[str]
    agreements: int
    """How many agreements of ICI were compared."""

    findings: list[Finding]
    statuses: dict[str, str]
    """By guid, what has become of each event that was queued."""

    def as_json(self) -> dict[str, object]:
        """The object that `zicm reconcile --json` prints."""
        return {
            "systems": self.systems,
            "agreements": self.agreements,
            "findings": [self._finding(one) for one in self.findings],
        }

    def _finding(self, one: Finding) -> dict[str, object]:
        error = one.error
        return {
            "system": one.system or None,
            "sys_id": one.sys_id or None,
            "code": one.code or None,
            "kind": one.kind,
            "fields": [difference._asdict() for difference in one.fields],
            "error": {"id": error.rule, "field": error.field, "message": error.message} if error else None,
            "queued": [{"guid": guid, "status": self.statuses[guid]} for guid in one.queued],
        }


def reconcile_command(  # noqa: PLR0913 - one for each option
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder that holds the tables.")],
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Queue events for what is missing or differing, and let CPI work on them."),
    ] = False,
    settings: SettingsFile = None,
    recorded: RecordedOption = None,
    ici_url: IciUrl = "",
    token_url: TokenUrl = "",
    ici_client: IciClient = "",
    credentials: CredentialsFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare what ICI holds with what the tables hold.

    Entry by entry and field by field it names what is missing, differing or too much, and entries of agreements
    that are confidential in ICI now; of those it shows no value, and never repairs them.

    ICI is asked at --ici-url, or at the ici_base_url of the settings, with a token that it gives to --ici-client or to
    the client in --credentials, or else with the ici_token of the settings. With --recorded, the answers recorded last
    for each agreement stand for it; those for an amendment stand for the amendment alone.
    """
    try:
        ici = asked(
            settings_in(settings), recorded, url=ici_url, token_url=token_url, client=ici_client, file=credentials
        )
        compared = _compare(data, ici, recorded or [], repair=repair)
    except UserError as problem:
        raise failed(problem) from None
    if as_json:
        print_json(compared.as_json())
    else:
        show_findings(console(), compared.systems, compared.agreements, compared.findings, compared.statuses)
    raise typer.Exit(FAILED if compared.findings else 0)


def _compare(data: Path, ici: Asked, recorded: Sequence[Path], *, repair: bool) -> Compared:
    """Compare the tables in a folder. Raises UserError where that cannot be done."""
    _check(data, ici.settings)
    # Nobody is there afterwards to try again: what is refused ends in the error queue. Without a repair there is
    # nothing to store.
    changes = {"max_attempts": 1} if repair else {"store": None}
    settings = ici.settings.model_copy(update=changes).with_data_directory(data)
    counted = [0]
    try:
        tenant = recorded_tenant(recorded, settings.source)
        with open_landscape(tenant, settings, ici.token) as landscape, _progress() as progress:
            landscape.middleware.alone = tenant is not None  # what else waits is nothing that a recording could answer
            task = progress.add_task("Agreements", total=None)

            def done(through: int, of: int) -> None:
                counted[0] = through
                progress.update(task, completed=through, total=of)

            findings = landscape.reconcile(repair=repair, done=done)
            statuses = {entry.guid: entry.status for entry in landscape.monitoring.entries()}
    except InterfaceError as error:
        raise UserError(f"nothing was compared: {error}") from None
    except SQLAlchemyError as error:
        raise UserError(f"the databases failed: {reason(error)}") from None
    return Compared(list(settings.systems), counted[0], findings, statuses)


def _check(data: Path, settings: Settings) -> None:
    """Look whether the folder has tables for every system: to make empty ones would be to find everything missing."""
    files = [data / f"{name}.db" for name in settings.systems]
    absent = [file.name for file in files if not file.is_file()]
    if absent:
        raise UserError(f"{data} does not hold the tables of every system: there is no file {', '.join(absent)} in it")
    for file in files:
        read(file)


def _progress() -> Progress:
    """A bar on a terminal, beside the output proper; nothing anywhere else."""
    screen = Console(stderr=True)
    return Progress(console=screen, transient=True, disable=not screen.is_terminal)
