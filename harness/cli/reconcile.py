"""`zicm reconcile`: compare what ICI holds, over HTTP or as recorded, with the tables in a folder."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from harness.bdd.table_diff import group_by_system
from harness.cli.console import console, headed_table, plural, print_line, print_table
from harness.cli.icertis_options import (
    CredentialsFile,
    IcertisConnection,
    IciClientOption,
    IciUrl,
    ScmClientOption,
    ScmTokenUrl,
    ScmUrl,
    TokenUrl,
    connection_from,
    with_scm,
)
from harness.cli.messages.query import load
from harness.cli.options import FAILED, AsJson, SettingsFile, examples, load_settings, new_app, print_json
from harness.cli.reconcile_scm import reconcile_scm, show_scm_result
from harness.cli.recorded_contracts import RecordedContracts
from harness.cli.recorded_exchanges import RecordedOption, later_events, open_landscape, recorded_tenant
from harness.data_directory import read_tables
from harness.database_files import safe_reason
from harness.errors import UserError
from harness.text import cell_text, printable
from simulator.cpi.work_items import REPAIRED_FROM_RECORDING
from simulator.errors import InterfaceError
from simulator.monitoring.message_log import LogEntry
from simulator.reporting.reconciliation import (
    AMENDED,
    CONFIDENTIAL,
    DIFFERING,
    FINDING_KINDS,
    MISSING,
    OUTDATED,
    SURPLUS,
    UNREADABLE,
    FieldDifference,
    Finding,
)
from simulator.settings import STORE_NAME, Settings

app = new_app()

_STYLES = {
    CONFIDENTIAL: "bold red",
    MISSING: "red",
    DIFFERING: "red",
    AMENDED: "yellow",
    OUTDATED: "yellow",
    SURPLUS: "yellow",
    UNREADABLE: "bold red",
}
_NOTES = {
    CONFIDENTIAL: "confidential in ICI now; its entry stays, and no value of it is shown",
    AMENDED: "differing, perhaps by an amendment, which a repair would undo (D-58): it stays",
    OUTDATED: "missing or differing, but recorded before {later}, which a repair would undo (D-58): it stays",
    SURPLUS: "too much: ICI has no executed or terminated agreement for it",
}


@app.command(
    "reconcile",
    epilog=examples(
        "zicm reconcile --data tables --settings uat.toml --ici-client cpi:env:ICI_SECRET",
        "zicm reconcile --data tables --ici-url http://127.0.0.1:8800/icertis/api --credentials credentials.json",
        "zicm reconcile --data tables --recorded fixtures/exchanges --repair",
        "zicm reconcile --data tables --with scm --ici-url URL --credentials tables/credentials.json",
        "zicm reconcile --with scm --scm-url URL --recorded fixtures/scm/exchanges --credentials FILE",
        exits="0 all equal, 1 something was found or failed, 2 wrong use",
    ),
)
def reconcile_command(  # noqa: PLR0913 - one for each option
    *,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="The folder that holds the tables, or with --scm-url the connector's store, if any."
        ),
    ] = None,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Queue events for what is missing or differing, and let CPI process them."),
    ] = False,
    settings: SettingsFile = None,
    recorded: RecordedOption = None,
    ici_url: IciUrl = "",
    token_url: TokenUrl = "",
    ici_client: IciClientOption = "",
    credentials: CredentialsFile = None,
    with_part: Annotated[
        Literal["scm"] | None,
        typer.Option("--with", help="Compare contracts for Dynamics 365 SCM with the SCM of the folder instead."),
    ] = None,
    scm_url: ScmUrl = "",
    scm_token_url: ScmTokenUrl = "",
    scm_client: ScmClientOption = "",
    as_json: AsJson = False,
) -> None:
    """Compare what ICI holds with what the tables hold.

    Names the missing entries, the fields that differ, the entries that no agreement in ICI explains, and agreements
    that have become confidential in ICI. Of those it shows no value, and it never repairs them.

    ICI is read at --ici-url, or at the ici_base_url of the settings, with a token that it gives to --ici-client or to
    the client in --credentials, or else with the ici_token of the settings. With --recorded, the answers recorded last
    for each agreement stand for it; those for an amendment stand only for the amendment. An entry that an amendment, a
    renewal, a termination or an update has changed since then is not repaired: the finding names the event.

    With --with scm the connector to Dynamics 365 SCM compares both sides, once, and --repair lets it align them as it
    does at intervals. SCM is that of the folder, or the one at --scm-url, for a token that it gives to --scm-client.
    """
    if with_part is None and (scm_url or scm_token_url or scm_client):
        raise typer.BadParameter("it goes with --with scm", param_hint="--scm-url")
    if data is None and not scm_url:
        raise typer.BadParameter("name the folder that holds the tables", param_hint="--data")
    known = load_settings(settings)
    if scm_url:
        # What --credentials names is of a landscape that zicm serves, and there both have one client.
        known = with_scm(known, url=scm_url, token_url=scm_token_url, client=scm_client, file=credentials)
    elif scm_token_url or scm_client:
        raise typer.BadParameter("it needs --scm-url", param_hint="--scm-client")
    ici = connection_from(
        known,
        recorded,
        url=ici_url,
        token_url=token_url,
        client=ici_client,
        file=None if scm_url and recorded else credentials,
    )
    if with_part == "scm":
        contracts = RecordedContracts(recorded, ici.settings) if recorded else None
        aligned = reconcile_scm(data, ici, contracts, repair=repair, over_http=bool(scm_url))
        if as_json:
            print_json(aligned.as_json())
        else:
            show_scm_result(console(), aligned)
        raise typer.Exit(FAILED if aligned.findings else 0)
    assert data is not None, "an SCM at a URL alone needs none"
    result = _reconcile(data, ici, recorded or [], repair=repair)
    if as_json:
        print_json(result.as_json())
    else:
        _show_result(console(), result)
    raise typer.Exit(FAILED if result.findings else 0)


class ReconcileResult(NamedTuple):
    """The result of a comparison."""

    systems: list[str]
    agreements: int
    """Number of agreements of ICI that were compared."""

    findings: list[Finding]
    statuses: dict[str, str]
    """Status of each queued event by its guid."""

    def as_json(self) -> dict[str, object]:
        """Return the object that `zicm reconcile --json` prints."""
        return {
            "systems": self.systems,
            "agreements": self.agreements,
            "findings": [self._finding_as_json(one) for one in self.findings],
        }

    def _finding_as_json(self, finding: Finding) -> dict[str, object]:
        error = finding.error
        return {
            "system": finding.system or None,
            "sys_id": finding.sys_id or None,
            "code": finding.code or None,
            "kind": finding.kind,
            "later": finding.later or None,
            "fields": [difference._asdict() for difference in finding.fields],
            "error": {"id": error.rule, "field": error.field, "message": error.message} if error else None,
            "queued": [{"guid": guid, "status": self.statuses[guid]} for guid in finding.queued],
        }


def _reconcile(data: Path, ici: IcertisConnection, recorded: Sequence[Path], *, repair: bool) -> ReconcileResult:
    """Compare the tables in a folder with ICI. Raises UserError where that fails."""
    _require_tables(data, ici.settings)
    # No worker runs afterwards to try again: what is refused ends in the error queue. Without a repair there is
    # nothing to store.
    changes = {"max_attempts": 1} if repair else {"store": None, "remember_filtered": False}
    settings = ici.settings.model_copy(update=changes).with_data_directory(data)
    compared = 0
    try:
        tenant = recorded_tenant(recorded, settings.source)
        with open_landscape(tenant, settings, ici.token) as landscape, _progress() as progress:
            task = progress.add_task("Agreements", total=None)

            def advance(done: int, total: int) -> None:
                nonlocal compared
                compared = done
                progress.update(task, completed=done, total=total)

            later = later_events(landscape, recorded, _logged(data)) if recorded else {}
            findings = landscape.reconcile(repair=repair, later=later, done=advance)
            queued = {guid for finding in findings for guid in finding.queued}
            if recorded and landscape.queue is not None:
                for guid in queued:
                    landscape.queue.add_note(guid, REPAIRED_FROM_RECORDING)
            statuses = {entry.guid: entry.status for entry in landscape.monitoring.entries(queued)}
    except InterfaceError as error:
        raise UserError(f"nothing was compared: {error}") from None
    except SQLAlchemyError as error:
        raise UserError(f"the databases failed: {safe_reason(error)}") from None
    return ReconcileResult(list(settings.systems), compared, findings, statuses)


def _logged(data: Path) -> Iterable[LogEntry]:
    """Read what CPI has logged in a folder; nothing for one in which it keeps no store."""
    return load(data) if (data / f"{STORE_NAME}.db").is_file() else ()


def _require_tables(data: Path, settings: Settings) -> None:
    """Raise UserError for a system without tables: with new, empty ones every agreement would count as missing."""
    files = [data / f"{name}.db" for name in settings.systems]
    absent = [file.name for file in files if not file.is_file()]
    if absent:
        raise UserError(f"{data} does not hold the tables of every system: it has no file {', '.join(absent)}")
    for file in files:
        read_tables(file)


def _progress() -> Progress:
    """Show a progress bar on standard error, if that is a terminal."""
    screen = Console(stderr=True)
    return Progress(console=screen, transient=True, disable=not screen.is_terminal)


def _show_result(console: Console, result: ReconcileResult) -> None:
    """Print the findings agreement by agreement, what several systems have in common once."""
    by_agreement: dict[tuple[str, str], list[Finding]] = {}
    for finding in result.findings:
        by_agreement.setdefault((finding.sys_id, finding.code), []).append(finding)
    for (sys_id, code), of_agreement in by_agreement.items():
        if sys_id:
            name = code or ("unknown code" if of_agreement[0].kind == UNREADABLE else "organisation rows alone")
            print_line(console, Text.assemble((printable(name), "bold"), f"  System ID {printable(sys_id)}"))
        for equal in group_by_system(of_agreement, lambda one: (one.kind, one.fields, str(one.error))):
            _show_finding(console, equal, indent=2 if sys_id else 0)
        for guid in of_agreement[0].queued:
            print_line(console, f"  queued as {guid}: {result.statuses[guid]}")
        console.print()
    compared = f"{plural(result.agreements, 'agreement')} compared with {_listed(result.systems)}: "
    print_line(console, Text(compared).append_text(_totals(result.findings)))


def _show_finding(console: Console, equal: Sequence[Finding], indent: int) -> None:
    """Print equal findings once, with the systems that share them."""
    first = equal[0]
    what = printable(_NOTES.get(first.kind, first.kind).format(later=first.later))
    where = _listed([one.system or "ICI" for one in equal])
    print_line(console, Text.assemble(" " * indent, f"{where}: ", (what, _STYLES[first.kind])))
    if first.error:
        print_line(console, f"{' ' * indent}error {printable(str(first.error))}")
    if first.fields:
        print_table(console, _fields(first.fields, where), indent + 2)


def _fields(differences: Iterable[FieldDifference], where: str) -> Table:
    table = headed_table("Field", "ICI", where)
    for name, expected, held in differences:
        table.add_row(name, Text(cell_text(expected)), Text(cell_text(held)))
    return table


def _totals(findings: Sequence[Finding]) -> Text:
    if not findings:
        return Text("all equal", "green")
    counts = Counter(finding.kind for finding in findings)
    return Text(", ").join(Text(f"{counts[kind]} {kind}", _STYLES[kind]) for kind in FINDING_KINDS if counts[kind])


def _listed(names: Sequence[str]) -> str:
    *others, last = map(printable, names)
    return f"{', '.join(others)} and {last}" if others else last
