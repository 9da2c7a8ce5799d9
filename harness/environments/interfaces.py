"""What a mode offers to the steps: ICI and the ECC systems of one scenario, and the middleware between them.

ICI and the systems are always ours, and the same everywhere. The middleware is ours or somebody else's: what cannot be
had of it raises OutOfReach, which ends a scenario as skipped, or leaves out a step that only looks.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from harness.doubles.taps import Traffic
from harness.environments.edges import Ecc, Ici
from simulator.apim.webhook import Reply
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.reporting.reconciliation import Finding
from simulator.settings import Settings

BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""What time it is when a scenario begins."""


class NotSupported(Exception):  # noqa: N818 - nothing is wrong
    """A step needs what the mode does not offer. Its text is the reason, as the report tells it."""


class Moment(NamedTuple):
    """When a process ends."""

    before: bool
    """Else after."""

    system: str
    """ICI, or the ECC system that is handed something."""

    call: int = 0
    """Of ICI, the number of the call."""


class Cpi(Protocol):
    """The middleware. Each call may raise OutOfReach."""

    def post(self, body: bytes, headers: Mapping[str, str] | None) -> Reply:
        """Let any bytes reach the webhook, with these headers or else ICI's credential."""

    def entries(self) -> list[LogEntry]:
        """The message log."""

    def alerts(self) -> list[Alert]:
        """Everything that somebody is called for now."""

    def next_due(self) -> datetime | None:
        """When it works next; None where nothing waits."""

    def work(self, now: datetime) -> None:
        """Move the time, and let it do what has become due."""

    def put_back(self, guids: Iterable[str]) -> None:
        """Take these events up again, as an administrator does, and work."""

    def reconcile(self, *, repair: bool) -> list[Finding]:
        """Compare the systems with ICI. Raises InterfaceError where there is no comparison."""

    def killed(self, moment: Moment, deed: Callable[[], object]) -> None:
        """Kill it at a moment of what `deed` sets off; it is there again when it works next."""


class ScenarioLandscape(Protocol):
    """The landscape of one scenario."""

    @property
    def ici(self) -> Ici: ...
    @property
    def systems(self) -> Mapping[str, Ecc]: ...
    @property
    def cpi(self) -> Cpi: ...
    @property
    def traffic(self) -> Traffic: ...
    def close(self) -> None: ...


class Environment(Protocol):
    """Where the scenarios of one run take place."""

    name: str

    def scene(self, settings: Settings) -> ScenarioLandscape:
        """A landscape in which nothing has happened; the one before is closed."""

    def close(self) -> None: ...
