"""Whether everything is there that the interface needs, and what somebody is to be called for."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import requests
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import console, print_line
from harness.cli.messages.query import load
from harness.cli.options import FAILED, AsJson, MessageFolder, SettingsFile, failed, print_json, settings_in
from harness.data_directory import why_not
from harness.errors import UserError
from harness.text import printable
from simulator.clock import utc_now
from simulator.cpi.store import StoreTable
from simulator.ecc.tables import ZTable
from simulator.monitoring.alerts import Alert, alerts, unreachable_reason
from simulator.settings import STORE_NAME, Settings


@dataclass(frozen=True)
class Health:
    """What was found."""

    endpoints: dict[str, str]
    """Name to why it is not there; blank where it is."""

    alerts: list[Alert]

    @property
    def is_well(self) -> bool:
        return not self.alerts and not any(self.endpoints.values())

    def as_json(self) -> dict[str, object]:
        """The object that `zicm health --json` prints."""
        return {
            "well": self.is_well,
            "endpoints": {name: {"there": not why, "why": why} for name, why in self.endpoints.items()},
            "alerts": [alert._asdict() for alert in self.alerts],
        }


def check_health(folder: Path, settings: Settings, now: datetime) -> Health:
    """Ask each endpoint, and go through the message log. Raises UserError where there is no such folder."""
    if not folder.is_dir():
        raise UserError(f"{folder} is no data directory: there is no such folder")
    with requests.Session() as session:
        endpoints = {"ICI": unreachable_reason(session, settings.ici_base_url)}
    for name in settings.systems:
        endpoints[name] = why_not(folder / f"{name}.db", ZTable.metadata.tables.values())
    endpoints[STORE_NAME] = why_not(folder / f"{STORE_NAME}.db", StoreTable.metadata.tables.values())
    entries = [] if endpoints[STORE_NAME] else load(folder)
    return Health(endpoints, alerts(entries, {name: partial(str, why) for name, why in endpoints.items()}, now))


def show_health(console: Console, health: Health) -> None:
    """Print a line for each endpoint, and one for each alert."""
    print_line(console, "Endpoints", "bold")
    grid = Table.grid(padding=(0, 2))
    for name, why in health.endpoints.items():
        there = Text("no", "bold red") if why else Text("yes", "green")
        grid.add_row(Text(f"  {printable(name)}"), there, Text(printable(why)))
    console.print(grid)
    print_line(console, "\nAlerts", "bold")
    for alert in health.alerts:
        print_line(console, f"  {alert.rule}  {printable(alert.subject)}  {printable(alert.what)}")
    if not health.alerts:
        print_line(console, "  none")


def health_command(*, data: MessageFolder, settings: SettingsFile = None, as_json: AsJson = False) -> None:
    """Say whether ICI, each ECC system and CPI's store are there, and which alerts stand.

    Exits with 1 where one is not, or where an alert stands.
    """
    landscape_settings = settings_in(settings)
    try:
        health = check_health(data, landscape_settings, utc_now())
    except UserError as problem:
        raise failed(problem) from None
    if as_json:
        print_json(health.as_json())
    else:
        show_health(console(), health)
    raise typer.Exit(0 if health.is_well else FAILED)
