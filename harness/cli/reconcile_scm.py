"""The part of `zicm reconcile` for Dynamics 365 SCM: the connector's alignment, between ICI and an SCM."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

from requests.adapters import HTTPAdapter
from rich.console import Console
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from harness.cli.console import headed_table, plural, print_line, print_table
from harness.cli.icertis_options import IcertisConnection
from harness.cli.recorded_contracts import RecordedContracts
from harness.data_directory import clock_of
from harness.database_files import safe_reason
from harness.errors import UserError
from harness.text import printable
from simulator.clock import utc_now
from simulator.connector.alignment import MENDED, NOT_BROUGHT, NOT_COMPARED, REPORTED, Drift
from simulator.connector.connector import Connector
from simulator.cpi.queue import Queue
from simulator.cpi.work_items import REPAIRED_FROM_RECORDING
from simulator.database import IN_MEMORY
from simulator.landscape import open_connector
from simulator.reporting.reconciliation import OUTDATED
from simulator.scm.access import TENANT, EntraTenant
from simulator.scm.site import ScmSite
from simulator.scm.system import ScmSystem
from simulator.settings import CONNECTOR_NAME, SCM_NAME
from simulator.site_transport import InProcessSite, mounted


class ScmReconcileResult(NamedTuple):
    """The result of a comparison of ICI and SCM."""

    findings: list[Drift]
    statuses: dict[str, str]
    """Status of each message that a repair has sent, by its guid."""

    repaired: bool
    not_recorded: int = 0
    """Contracts and agreements in SCM whose contract was not recorded, where a recording stands for ICI."""

    def as_json(self) -> dict[str, object]:
        """Return the object that `zicm reconcile --with scm --json` prints."""
        queued = [{"guid": guid, "status": status} for guid, status in self.statuses.items()]
        findings = [asdict(one) for one in self.findings]
        return {"systems": [SCM_NAME], "findings": findings, "queued": queued, "not_recorded": self.not_recorded}


def reconcile_scm(
    data: Path | None,
    ici: IcertisConnection,
    recorded: RecordedContracts | None = None,
    *,
    repair: bool,
    over_http: bool = False,
) -> ScmReconcileResult:
    """Compare SCM with ICI, and with `repair` mend what ICI owns. Raises UserError where that fails.

    SCM is that of the folder `data`, or `over_http` the one at the URL of the settings; the store of the connector is
    in the folder anyway, if there is one. `recorded` stands for ICI: what is newer than its answers is not repaired,
    and what SCM has beyond it is counted and not named, as the contract may be confidential.
    """
    if data is not None and not over_http and not (data / f"{SCM_NAME}.db").is_file():
        raise UserError(f"{data} holds no SCM: there is no file {SCM_NAME}.db in it, which `zicm serve` makes")
    try:
        with _connector(data, ici, recorded, repair=repair, over_http=over_http) as connector:
            before = connector.monitoring.entries()
            not_recorded = 0
            if recorded is None:
                findings = connector.align() if repair else connector.compare()
            else:
                later = recorded.later(before)
                compared = connector.compare()
                findings = [_marked(one, later) for one in compared if not _is_unknown(one)]
                not_recorded = len(compared) - len(findings)
                if repair:
                    _send(connector, ici.settings.source, recorded.kinds, findings)
            known = {entry.guid for entry in before}
            sent = [entry for entry in connector.monitoring.entries() if entry.guid not in known]
            return ScmReconcileResult(findings, {entry.guid: entry.status for entry in sent}, repair, not_recorded)
    except SQLAlchemyError as error:
        raise UserError(f"the databases failed: {safe_reason(error)}") from None


def _marked(finding: Drift, later: Mapping[str, str]) -> Drift:
    event = later.get(finding.sys_id.lower())
    return replace(finding, done=OUTDATED, why=event) if event and finding.done == MENDED else finding


def _is_unknown(finding: Drift) -> bool:
    """Check that it is on a row of SCM of whose contract ICI does not know."""
    return finding.done == REPORTED and not finding.sys_id


def _send(connector: Connector, source: str, kinds: Mapping[str, str], findings: Iterable[Drift]) -> None:
    """Let the connector bring every contract that may be mended."""
    for sys_id in dict.fromkeys(one.sys_id for one in findings if one.done == MENDED):
        data = {"ContractTypeName": kinds[sys_id.lower()], "SysId": sys_id, "ActionName": "StatusChanged"}
        guid = connector.accept({"source": source, "data": data})
        connector.worker.run(guid)
        connector.queue.add_note(guid, REPAIRED_FROM_RECORDING)


@contextmanager
def _connector(
    data: Path | None, ici: IcertisConnection, recorded: RecordedContracts | None, *, repair: bool, over_http: bool
) -> Iterator[Connector]:
    """Open a connector between an ICI that is recorded or at the URL of the settings, and the SCM that is compared."""
    settings = ici.settings.model_copy(update={"max_attempts": 1})
    places: dict[str, InProcessSite] = {}
    with ExitStack() as opened:
        if data is not None:
            settings = settings.with_data_directory(data)
        if not over_http:
            assert settings.scm is not None
            system = opened.enter_context(closing(ScmSystem(settings.scm)))
            site = ScmSite(system, EntraTenant(TENANT, settings.scm_client), settings.scm_base_url)
            login = settings.scm_token_url.rpartition("/oauth2")[0]
            places = {settings.scm_base_url: site.answer, login: site.answer_token}
        if recorded is not None:
            places[settings.ici_base_url] = recorded.answer
        session = opened.enter_context(mounted(places))
        for scheme in ("https://", "http://"):  # all else is reached over the network
            session.mount(scheme, HTTPAdapter())
        # Without a repair there is nothing to store; what was recorded is held against what is in the store.
        stored = data is not None and (repair or (recorded is not None and (data / f"{CONNECTOR_NAME}.db").is_file()))
        queue = opened.enter_context(closing(Queue(settings.scm_store if stored else IN_MEMORY)))
        clock = clock_of(data) if data is not None else utc_now
        yield open_connector(settings, session, queue, clock, ici.token and ici.token(session))


def show_scm_result(console: Console, result: ScmReconcileResult) -> None:
    """Print each finding, and how many there are."""
    words = {
        MENDED: ("ICI owns it: it was sent again", "red") if result.repaired else ("ICI owns it: --repair", "red"),
        REPORTED: ("SCM owns it: it stays", "yellow"),
        OUTDATED: ("ICI owns it, recorded before an event that a repair would undo (D-58): it stays", "yellow"),
        NOT_COMPARED: ("it could not be compared", "bold red"),
        NOT_BROUGHT: ("it was not brought to ICI", "bold red"),
    }
    if result.findings:
        table = headed_table("Contract", "Row", "Field", "What becomes of it")
        for one in result.findings:
            what, style = words.get(one.done, (one.done, "bold red"))
            contract = one.contract or one.sys_id or ("" if one.why else "unknown to ICI")
            text = Text(f"{what}: {printable(one.why)}" if one.why else what, style)
            table.add_row(printable(contract), printable(one.row), one.name or "(the whole row)", text)
        print_table(console, table)
    for guid, status in result.statuses.items():
        print_line(console, f"  sent as {guid}: {status}")
    total = plural(len(result.findings), "finding") if result.findings else "all equal"
    print_line(console, f"ICI compared with {SCM_NAME}: {total}")
    if result.not_recorded:
        rows = plural(result.not_recorded, "row")
        print_line(console, f"  not compared, as their contracts were not recorded: {rows} of contracts or agreements")
