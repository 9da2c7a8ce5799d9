"""The part of `zicm reconcile` for Dynamics 365 SCM: the connector's alignment, over ICI and the SCM of a folder."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from requests.adapters import HTTPAdapter
from rich.console import Console
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from harness.cli.console import headed_table, plural, print_line, print_table
from harness.cli.icertis_options import IcertisConnection
from harness.data_directory import clock_of, safe_reason
from harness.errors import UserError
from harness.text import printable
from simulator.connector.alignment import MENDED, NOT_BROUGHT, NOT_COMPARED, REPORTED, Drift
from simulator.connector.connector import Connector
from simulator.cpi.queue import Queue
from simulator.database import IN_MEMORY
from simulator.landscape import open_connector
from simulator.scm.access import TENANT, EntraTenant
from simulator.scm.site import ScmSite
from simulator.scm.system import ScmSystem
from simulator.settings import SCM_NAME
from simulator.site_transport import mounted


class ScmReconcileResult(NamedTuple):
    """The result of a comparison of ICI and SCM."""

    findings: list[Drift]
    statuses: dict[str, str]
    """Status of each message that a repair has sent, by its guid."""

    repaired: bool

    def as_json(self) -> dict[str, object]:
        """Return the object that `zicm reconcile --with scm --json` prints."""
        queued = [{"guid": guid, "status": status} for guid, status in self.statuses.items()]
        return {"systems": [SCM_NAME], "findings": [asdict(one) for one in self.findings], "queued": queued}


def reconcile_scm(data: Path, ici: IcertisConnection, *, repair: bool) -> ScmReconcileResult:
    """Compare the SCM in a folder with ICI, and with `repair` mend what ICI owns. Raises UserError where that fails."""
    if not (data / f"{SCM_NAME}.db").is_file():
        raise UserError(f"{data} holds no SCM: there is no file {SCM_NAME}.db in it, which `zicm serve` makes")
    try:
        with _connector(data, ici, repair=repair) as connector:
            before = {entry.guid for entry in connector.monitoring.entries()}
            findings = connector.align() if repair else connector.compare()
            sent = [entry for entry in connector.monitoring.entries() if entry.guid not in before]
            return ScmReconcileResult(findings, {entry.guid: entry.status for entry in sent}, repair)
    except SQLAlchemyError as error:
        raise UserError(f"the databases failed: {safe_reason(error)}") from None


@contextmanager
def _connector(data: Path, ici: IcertisConnection, *, repair: bool) -> Iterator[Connector]:
    """Open a connector whose SCM is in this process, and whose ICI is at the URL of the settings."""
    settings = ici.settings.model_copy(update={"max_attempts": 1}).with_data_directory(data)
    assert settings.scm is not None
    with ExitStack() as opened:
        system = opened.enter_context(closing(ScmSystem(settings.scm)))
        site = ScmSite(system, EntraTenant(TENANT, settings.scm_client), settings.scm_base_url)
        login = settings.scm_token_url.rpartition("/oauth2")[0]
        places = {settings.scm_base_url: site.answer, login: site.answer_token}
        session = opened.enter_context(mounted(places))
        for scheme in ("https://", "http://"):  # all but SCM is reached over the network
            session.mount(scheme, HTTPAdapter())
        # Without a repair there is nothing to store.
        queue = opened.enter_context(closing(Queue(settings.scm_store if repair else IN_MEMORY)))
        yield open_connector(settings, session, queue, clock_of(data), ici.token and ici.token(session))


def show_scm_result(console: Console, result: ScmReconcileResult) -> None:
    """Print each finding, and how many there are."""
    words = {
        MENDED: ("ICI owns it: it was sent again", "red") if result.repaired else ("ICI owns it: --repair", "red"),
        REPORTED: ("SCM owns it: it stays", "yellow"),
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
