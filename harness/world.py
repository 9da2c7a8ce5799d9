"""What the steps of one scenario share: the landscape, the agreements it speaks of, and what the edges held before."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from harness.bent_site import BentSite
from simulator.apim.door import Reply
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.errors import InterfaceError
from simulator.icertis.agreement import Agreement
from simulator.icertis.rest import Request
from simulator.landscape import Databases, Landscape
from simulator.monitoring.message_log import Entry
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

    entries: list[Entry]
    """What the monitoring shows."""


@dataclass
class FunctionCall:
    """The importing parameters of the function module."""

    fields: dict[str, str] = field(default_factory=dict)
    organisations: list[str] | None = None


class World:
    """One scenario."""

    def __init__(self, databases: Databases) -> None:
        """`databases` are those to work with; they are empty."""
        self.terms: dict[str, object] = {}
        """Attributes that agreements have in ICI unless a scenario says otherwise."""

        self.agreements: dict[str, Agreement] = {}
        """By agreement code."""

        self.reply: Reply | None = None
        """What the webhook answered last."""

        self.ici: BentSite
        """ICI's answers; bent where a scenario asks for it."""

        self.message = FunctionCall()
        """What a scenario sends to a function module directly."""

        self.returned: list[Bapiret2] = []
        """The return table of the function module that was called last."""

        self.definitions: dict[str, list[Row]] = {}
        """By system, the definition of the table that was looked at."""

        self.findings: list[Finding] = []
        """What the last comparison found."""

        self.not_compared: InterfaceError | None = None
        """Why there was no comparison."""

        self.time = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
        """What time it is in the landscape; only the steps move it."""

        self._broken: dict[str, ExitStack] = {}
        self._databases = databases
        self._settings = Settings()
        self._landscape: Landscape | None = None
        self._before: Edges | None = None

    def set_up(self, **settings: object) -> None:
        """Set the landscape up otherwise than by default; only before a scenario's first step that uses it."""
        assert self._landscape is None, "the landscape stands already: move this step to the scenario's beginning"
        self._settings = Settings.model_validate(settings)

    @property
    def landscape(self) -> Landscape:
        """The landscape, built when a step first needs it."""
        if self._landscape is None:
            landscape = Landscape(self._settings, databases=self._databases, clock=lambda: self.time)
            landscape.site = self.ici = BentSite(landscape.ici_rest)
            self._landscape = landscape.__enter__()
        return self._landscape

    @property
    def before(self) -> Edges:
        """What the edges held before the When."""
        assert self._before is not None, "no When has run yet"
        return self._before

    def now(self) -> Edges:
        return Edges(
            {name: system.tables() for name, system in self.landscape.systems.items()},
            list(self.landscape.ici_rest.requests),
            self.landscape.monitoring.entries(),
        )

    def act(self, deed: Callable[[], object]) -> None:
        """Do what the When says, and remember what the edges held before."""
        self._before = self.now()
        deed()

    def try_again(self) -> bool:
        """Move the time to when CPI tries again, and let it. Returns whether there was anything to try."""
        assert self.landscape.queue is not None
        due = self.landscape.queue.next_due()
        if due is not None:
            self.time = max(self.time, due)
            self.landscape.work()
        return due is not None

    def break_system(self, system: str, trouble: Callable[[EccSystem], AbstractContextManager[object]]) -> None:
        """Let a system have some trouble until it is mended, or the scenario ends."""
        troubles = self._broken.setdefault(system, ExitStack())
        troubles.enter_context(trouble(self.landscape.systems[system]))

    def mend_system(self, system: str) -> None:
        self._broken.pop(system).close()

    def pass_time(self, time: timedelta) -> None:
        """Let time go by, and CPI do what has become due."""
        self.time += time
        self.landscape.work()

    def put_back(self) -> None:
        """Put everything that is in an error queue back, as an administrator does, and let CPI work."""
        assert self.landscape.queue is not None
        for entry in self.landscape.monitoring.entries():
            self.landscape.queue.put_back(entry.guid, self.time)
        self.landscape.work()

    def post(self, payload: object) -> None:
        """Let an event reach the webhook, with ICI's credential."""
        self.reply = self.landscape.post_event(payload)

    def post_bytes(self, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Let any bytes reach the webhook; `headers` stand in place of ICI's credential."""
        self.reply = self.landscape.post_body(body, headers)

    def post_executed(self, code: str, headers: Mapping[str, str]) -> None:
        """Let the event Executed of an agreement reach the webhook, with these headers."""
        agreement = self.agreements[code]
        fields = {"ContractTypeName": agreement.kind.name, "SysId": agreement.sys_id, "ActionName": "Executed"}
        self.post_bytes(json.dumps({"source": self.landscape.settings.source, "data": fields}).encode(), headers)

    def new_requests(self) -> list[Request]:
        """What ICI was asked since the When."""
        return self.now().requests[len(self.before.requests) :]

    def new_entries(self) -> list[Entry]:
        """What the monitoring shows that it did not show before the When, or shows otherwise."""
        return [entry for entry in self.now().entries if entry not in self.before.entries]

    def close(self) -> None:
        for system in [*self._broken]:
            self.mend_system(system)
        if self._landscape is not None:
            self._landscape.__exit__(None, None, None)


@contextmanager
def opened(databases: Databases) -> Iterator[World]:
    """A world for one scenario, cleared away at its end."""
    databases.reset()
    world = World(databases)
    try:
        yield world
    finally:
        world.close()
