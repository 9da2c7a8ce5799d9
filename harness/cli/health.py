"""Whether everything is there that the interface needs, and what somebody is to be called for."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import requests
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import say
from harness.cli.messages.query import load
from harness.data_directory import Unusable, why_not
from harness.text import plain
from simulator.cpi.store import StoreTable
from simulator.ecc.tables import ZTable
from simulator.monitoring.alerts import Alert, alerts
from simulator.monitoring.endpoints import not_reached
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


def examine(folder: Path, settings: Settings, now: datetime) -> Health:
    """Ask each endpoint, and go through the message log. Raises Unusable where there is no such folder."""
    if not folder.is_dir():
        raise Unusable(f"{folder} is no data directory: there is no such folder")
    with requests.Session() as session:
        endpoints = {"ICI": not_reached(session, settings.ici_base_url)}
    for name in settings.systems:
        endpoints[name] = why_not(folder / f"{name}.db", ZTable.metadata.tables.values())
    endpoints[STORE_NAME] = why_not(folder / f"{STORE_NAME}.db", StoreTable.metadata.tables.values())
    entries = [] if endpoints[STORE_NAME] else load(folder)
    return Health(endpoints, alerts(entries, {name: partial(str, why) for name, why in endpoints.items()}, now))


def show_health(console: Console, health: Health) -> None:
    """Print a line for each endpoint, and one for each alert."""
    say(console, "Endpoints", "bold")
    grid = Table.grid(padding=(0, 2))
    for name, why in health.endpoints.items():
        there = Text("no", "bold red") if why else Text("yes", "green")
        grid.add_row(Text(f"  {plain(name)}"), there, Text(plain(why)))
    console.print(grid)
    say(console, "\nAlerts", "bold")
    for alert in health.alerts:
        say(console, f"  {alert.rule}  {plain(alert.subject)}  {plain(alert.what)}")
    if not health.alerts:
        say(console, "  none")
