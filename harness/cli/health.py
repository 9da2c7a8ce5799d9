"""`zicm health`: check everything that the interface needs, and list the alerts."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import requests
import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import console, print_line
from harness.cli.options import FAILED, AsJson, SettingsFile, examples, load_settings, new_app, print_json
from harness.data_directory import alignment_alerts_in, clock_of, problem_with, read_store, unwritable_reason
from harness.errors import UserError
from harness.text import printable
from simulator.connector.alignment import AlignmentAlerts
from simulator.cpi.store import StoreTable
from simulator.ecc.tables import ZTable
from simulator.monitoring.alerts import Alert, check_all, endpoint_alerts, event_alerts, unreachable_reason
from simulator.monitoring.message_log import MessageLog
from simulator.scm.master_data import ScmTable
from simulator.settings import CONNECTOR_NAME, SCM_NAME, STORE_NAME, Settings

app = new_app()


@app.command("health", epilog=examples("zicm health --data tables --settings settings.toml"))
def health_command(
    *,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder that holds the tables and CPI's store.")
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Check that ICI answers, that the tables and CPI's store are sound and can be written, and list the alerts.

    Exits with 1 if one of them does not answer or is not configured (the output says how), or if there is an
    alert.
    """
    health = check_health(data, load_settings(settings))
    if as_json:
        print_json(health.as_json())
    else:
        _show_health(console(), health)
    raise typer.Exit(0 if health.is_well else FAILED)


@dataclass(frozen=True)
class Health:
    """The state of the endpoints, and the alerts."""

    endpoints: dict[str, str]
    """Problem of each endpoint by its name; blank for one that answers."""

    alerts: list[Alert]

    @property
    def is_well(self) -> bool:
        return not self.alerts and not any(self.endpoints.values())

    def as_json(self) -> dict[str, object]:
        """Return the object that `zicm health --json` prints."""
        return {
            "well": self.is_well,
            "endpoints": {name: {"there": not problem, "why": problem} for name, problem in self.endpoints.items()},
            "alerts": [alert._asdict() for alert in self.alerts],
        }


NO_FOLDER = "nothing to check: name the data directory with --data"
NO_URL = "not configured: write ici_base_url into the file of --settings"


def check_health(folder: Path | None, settings: Settings) -> Health:
    """Check each endpoint, and derive the alerts from the message log, by the clock of its landscape.

    Raises UserError for a missing folder.
    """
    if folder and not folder.is_dir():
        raise UserError(f"{folder} is no data directory: there is no such folder")
    with requests.Session() as session:
        endpoints = check_all({name: partial(_ici_problem, session, url) for name, url in settings.ici_urls().items()})
    if folder is None:
        endpoints |= dict.fromkeys((*settings.systems, STORE_NAME), NO_FOLDER)
        return Health(endpoints, endpoint_alerts(endpoints))
    for name in settings.systems:
        endpoints[name] = problem_with(folder / f"{name}.db", ZTable.metadata.tables.values())
    store_problem = problem_with(folder / f"{STORE_NAME}.db", StoreTable.metadata.tables.values())
    endpoints[STORE_NAME] = store_problem or unwritable_reason(folder)
    found = [] if store_problem else [*event_alerts(MessageLog(read_store(folder)), clock_of(folder)())]
    if (folder / f"{CONNECTOR_NAME}.db").exists():
        found += _check_connector(folder, endpoints)
    return Health(endpoints, found + endpoint_alerts(endpoints))


def _check_connector(folder: Path, endpoints: dict[str, str]) -> list[Alert]:
    """Check SCM and the connector's store, and find the alerts of its messages and of the alignment.

    The server that aligns ICI and SCM keeps those of the alignment in a file of the folder, and whether its last call
    reached SCM.
    """
    endpoints[SCM_NAME] = problem_with(folder / f"{SCM_NAME}.db", ScmTable.metadata.tables.values())
    problem = problem_with(folder / f"{CONNECTOR_NAME}.db", StoreTable.metadata.tables.values())
    endpoints[CONNECTOR_NAME] = problem
    now = clock_of(folder)()
    found = [] if problem else [*event_alerts(MessageLog(read_store(folder, CONNECTOR_NAME)), now)]
    file = alignment_alerts_in(folder)
    if not file.exists():
        return found
    try:
        kept = TypeAdapter(AlignmentAlerts).validate_json(file.read_bytes())
    except (OSError, ValidationError):
        endpoints[CONNECTOR_NAME] = problem or f"{file.name} holds no alerts of its alignment"
        return found
    endpoints[SCM_NAME] = endpoints[SCM_NAME] or kept.unreachable
    return found + kept.at(now)


def _ici_problem(session: requests.Session, url: str) -> str:
    """Return why nothing answers at `url`; blank where something does."""
    is_default = url == Settings.model_fields["ici_base_url"].default
    return NO_URL if is_default else unreachable_reason(session, url)


def _show_health(console: Console, health: Health) -> None:
    """Print a line for each endpoint and for each alert."""
    print_line(console, "Endpoints", "bold")
    grid = Table.grid(padding=(0, 2))
    for name, problem in health.endpoints.items():
        answers = Text("no", "bold red") if problem else Text("yes", "green")
        grid.add_row(Text(f"  {printable(name)}"), answers, Text(printable(problem)))
    console.print(grid)
    print_line(console, "\nAlerts", "bold")
    for alert in health.alerts:
        print_line(console, f"  {alert.rule}  {printable(alert.subject)}  {printable(alert.what)}")
    if not health.alerts:
        print_line(console, "  none")
