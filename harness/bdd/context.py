"""What the steps of one scenario share: the landscape, the agreements it speaks of, and what the edges held before."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from harness.environments.edges import Ecc, Ici
from harness.environments.interfaces import BEGIN, Cpi, Environment, NotSupported, ScenarioLandscape
from simulator.apim.webhook import Reply
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.mass_change import Result
from simulator.errors import InterfaceError
from simulator.icertis.agreement import Agreement
from simulator.icertis.rest import Request
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import Entry
from simulator.reporting.consolidation import Report
from simulator.reporting.reconciliation import Finding
from simulator.settings import Settings

Row = dict[str, str]
Tables = dict[str, list[Row]]

CONTRACT = "ZMM_ICMCONTRACT"
PURCHORG = "ZMM_ICMPURCHORG"


class Edges(NamedTuple):
    """What can be seen of a middleware from outside, at one moment."""

    tables: dict[str, Tables]
    """System to what its tables hold."""

    requests: list[Request]
    """What ICI was asked so far."""

    statuses: list[int]
    """What the webhook answered to each event of ICI."""

    entries: list[Entry]
    """What the monitoring shows; nothing where the mode has none to show."""

    outline_agreements: dict[str, list[Row]]
    """System to the outline agreements that its users keep."""


@dataclass
class FunctionCall:
    """The importing parameters of the function module."""

    fields: dict[str, str] = field(default_factory=dict)
    organisations: list[str] | None = None


class ScenarioContext:
    """One scenario."""

    def __init__(self, mode: Environment) -> None:
        self.terms: dict[str, object] = {}
        """Attributes that agreements have in ICI unless a scenario says otherwise."""

        self.agreements: dict[str, Agreement] = {}
        """By agreement code, as it was drawn up; what ICI holds of it now, `ici.agreement` says."""

        self.reply: Reply | None = None
        """What the webhook answered last to a body that the scenario gives."""

        self.message = FunctionCall()
        """What a scenario sends to a function module directly."""

        self.returned: list[Bapiret2] = []
        """The return table of the function module that was called last."""

        self.screen: Row = {}
        """What a user has entered on the screen of an outline agreement: field to text."""

        self.results: list[Result] = []
        """The result list of the last mass change."""

        self.on_screen: Tables = {}
        """What a user who looked at the tables of a system saw of them."""

        self.definitions: dict[str, list[Row]] = {}
        """By system, the definition of the table that was looked at."""

        self.findings: list[Finding] = []
        """What the last comparison found."""

        self.report: Report | None = None
        """The consolidation report that was made last."""

        self.not_compared: InterfaceError | None = None
        """Why there was no comparison."""

        self.time = BEGIN
        """What time it is in the landscape; only the steps move it."""

        self.settings = Settings()
        """Those of the landscape."""

        self.looked = False
        """Whether anything has been looked at."""

        self.left_out: list[str] = []
        """Why steps that look were left out."""

        self.mode = mode
        """Where the scenario takes place."""

        self._alerts: list[Alert] | None = None
        self._scene: ScenarioLandscape | None = None
        self._before: Edges | None = None

    def set_up(self, **settings: object) -> None:
        """Set the landscape up otherwise than by default; only before a scenario's first step that uses it."""
        assert self._scene is None, "the landscape stands already: move this step to the scenario's beginning"
        self.settings = Settings.model_validate(settings)

    @property
    def scene(self) -> ScenarioLandscape:
        """The landscape, built when a step first needs it."""
        if self._scene is None:
            self._scene = self.mode.scene(self.settings)
        return self._scene

    @property
    def ici(self) -> Ici:
        return self.scene.ici

    @property
    def systems(self) -> Mapping[str, Ecc]:
        return self.scene.systems

    @property
    def cpi(self) -> Cpi:
        return self.scene.cpi

    @property
    def stands(self) -> bool:
        """Whether a step has used the landscape."""
        return self._scene is not None

    @property
    def acted(self) -> bool:
        """Whether the When has run, or has begun to."""
        return self._before is not None

    @property
    def before(self) -> Edges:
        """What the edges held before the When."""
        assert self._before is not None, "no When has run yet"
        return self._before

    def now(self) -> Edges:
        entries: list[Entry] = []
        with suppress(NotSupported):  # a step that needs them asks for them itself, and is told
            entries = self.cpi.entries()
        return Edges(self.tables(), self.ici.requests(), self.ici.statuses(), entries, self.outline_agreements())

    def tables(self) -> dict[str, Tables]:
        """System to what its tables hold now."""
        return {name: system.tables() for name, system in self.systems.items()}

    def outline_agreements(self) -> dict[str, list[Row]]:
        """System to the outline agreements that its users keep now."""
        return {name: system.desk.outline_agreements() for name, system in self.systems.items()}

    def act(self, deed: Callable[[], object]) -> None:
        """Do what the When says, and remember what the edges held before."""
        self._before = self.now()
        deed()

    def try_again(self) -> bool:
        """Move the time to when CPI tries again, and let it. Returns whether there was anything to try."""
        due = self.cpi.next_due()
        if due is not None:
            self._work_at(max(self.time, due))
        return due is not None

    def pass_time(self, time: timedelta) -> None:
        """Let time go by, and CPI do what has become due."""
        self._work_at(self.time + time)

    def _work_at(self, time: datetime) -> None:
        self.time = time
        self.cpi.work(time)

    @contextmanager
    def events_held_back(self) -> Iterator[None]:
        """Inside, what ICI emits stays on its way until it is released."""
        self.ici.holds_events_back(holding=True)
        yield
        self.ici.holds_events_back(holding=False)

    def post(self, payload: object) -> None:
        """Let an event reach the webhook, with ICI's credential."""
        self.post_bytes(json.dumps(payload).encode())

    def post_bytes(self, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Let any bytes reach the webhook; `headers` stand in place of ICI's credential."""
        self.reply = self.cpi.post(body, headers)

    def post_executed(self, code: str, headers: Mapping[str, str] | None = None) -> None:
        """Let the event Executed of an agreement reach the webhook, with these headers or ICI's credential."""
        agreement = self.agreements[code]
        fields = {"ContractTypeName": agreement.kind.name, "SysId": agreement.sys_id, "ActionName": "Executed"}
        self.post_bytes(json.dumps({"source": self.settings.source, "data": fields}).encode(), headers)

    def new_requests(self) -> list[Request]:
        """What ICI was asked since the When."""
        return self.ici.requests()[len(self.before.requests) :]

    def new_statuses(self) -> list[int]:
        """What the webhook answered to ICI's events since the When."""
        return self.ici.statuses()[len(self.before.statuses) :]

    def new_entries(self) -> list[Entry]:
        """What the monitoring shows that it did not show before the When, or shows otherwise."""
        return [entry for entry in self.cpi.entries() if entry not in self.before.entries]

    def alerts(self) -> list[Alert]:
        """Everything that somebody is called for now."""
        self._alerts = self.cpi.alerts()
        return self._alerts

    def taken_alerts(self) -> list[Alert] | None:
        """The alerts that were looked at since they were taken last; None where nobody looked."""
        taken, self._alerts = self._alerts, None
        return taken

    def close(self) -> None:
        if self._scene is not None:
            self._scene.close()


WORLD = pytest.StashKey[ScenarioContext]()
"""Where a test keeps its world."""


@contextmanager
def opened(mode: Environment) -> Iterator[ScenarioContext]:
    """A world for one scenario, cleared away at its end."""
    world = ScenarioContext(mode)
    try:
        yield world
    finally:
        world.close()
