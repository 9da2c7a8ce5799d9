"""The interfaces of an environment for the steps: ICI, the ECC systems and the middleware of one scenario.

ICI and the systems are always our own, and the same in every environment. The middleware is ours or somebody else's.
What the environment cannot do raises NotSupported: the scenario is skipped, or the step that only looks is left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from harness.doubles.taps import ExchangeLog
from simulator.apim.webhook import Reply
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.icertis.agreement import Agreement, AgreementType
from simulator.icertis.rest import IcertisRequest
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.reporting.reconciliation import Finding
from simulator.settings import Settings

START_TIME = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""The time in the landscape when a scenario begins."""


class NotSupported(Exception):  # noqa: N818 - nothing is wrong
    """A step needs what the environment does not offer. Its text is the reason that the report shows."""


class KillPoint(NamedTuple):
    """The point at which the process of the middleware is killed."""

    before: bool
    """Kill it before the call; else after it."""

    system: str
    """The receiver of the call: ICI, or the name of an ECC system."""

    call: int = 0
    """Of ICI, the number of the call."""


class ScenarioIcertis(Protocol):
    """The mock ICI of one scenario: what users do in it, what it was asked, and its faults."""

    def draft(self, kind: AgreementType, terms: Mapping[str, object], code: str = "", sys_id: str = "") -> Agreement:
        """Draft an agreement. The tenant makes up a blank code or System ID."""

    def draft_amendment(self, parent: str, changes: Mapping[str, object], code: str, sys_id: str) -> Agreement: ...
    def associate(self, code: str, master: str) -> None: ...
    def dissociate(self, code: str, master: str) -> None: ...
    def execute(self, code: str) -> None: ...
    def terminate(self, code: str, on: str, *, with_notice: bool) -> None: ...
    def update(self, code: str, changes: Mapping[str, object]) -> None: ...
    def mark_confidential(self, code: str) -> None: ...
    def send_event(self, action: str, code: str) -> None: ...

    def set_time(self, now: datetime) -> None:
        """Set the time in the landscape. ICI renews the agreements whose renewal date has come."""

    def disable_roll_up(self) -> None:
        """Let executed amendments leave their parent as it is (D-09)."""

    def nominate(self, attributes: Sequence[str]) -> None:
        """Let changes of these tracking attributes alone emit an event (D-39)."""

    def hold_events(self, *, holding: bool) -> None:
        """Hold new events back until `release_events`, or let new ones pass again."""

    def release_events(self) -> None: ...

    def agreement(self, code: str) -> Agreement:
        """Return an agreement; the caller only reads it."""

    def detail(self, code: str) -> dict[str, object]:
        """Return everything that call 1 answers about an agreement."""

    def confidential_ids(self) -> set[str]:
        """Return System IDs and codes of all agreements that are confidential or whose flag cannot be read."""

    def requests(self) -> list[IcertisRequest]:
        """Return the requests to ICI so far, oldest first."""

    def statuses(self) -> list[int]:
        """Return the HTTP status with which the webhook answered each event."""

    def set_field_answer(self, code: str, field: str, value: object) -> None:
        """Answer a field of an agreement with this value, see `harness.bdd.vocabulary.json_values`."""

    def wrap_answers(self, envelope: str) -> None:
        """Put each answer into an envelope, named by the words of a feature."""

    def answer_call(self, number: int, words: str) -> None:
        """Answer call 1 or 2 always with the fault that the words of a feature describe."""

    def answer_call_once(self, number: int, words: str) -> None:
        """Answer the next call 1 or 2 with a fault; these faults come before the permanent one."""

    def answer_as_usual(self) -> None: ...
    def answer_listing(self, words: str) -> None: ...
    def set_reachable(self, *, reachable: bool) -> None: ...
    def reject_credentials(self) -> None: ...
    def withdraw_tokens(self) -> None: ...


class ScenarioEcc(Protocol):
    """One ECC system of one scenario: its tables, its function module, and its faults."""

    @property
    def system(self) -> EccSystem:
        """The simulator of the system, in this process and on its database.

        Steps of its users work on this object in every environment, as screens and reports have no web service.
        """

    def upsert(self, fields: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        """Call the function module directly, past the middleware."""

    def tables(self) -> dict[str, list[dict[str, str]]]: ...
    def definition(self, table: str) -> list[dict[str, str]]: ...
    def set_reachable(self, *, reachable: bool) -> None: ...

    def fail_at(self, point: str) -> None:
        """Fail at a point of each call, named by the words of a feature."""

    def lock_table(self, table: str) -> None: ...

    def refuse_messages(self, message: str) -> None:
        """Refuse every message with this error text."""

    def refuse_second_codes(self) -> None:
        """Refuse a second entry of a System ID, under another agreement code (D-67)."""

    def clear_faults(self) -> None: ...


class ScenarioMiddleware(Protocol):
    """The middleware of one scenario. Each call may raise NotSupported."""

    def post(
        self, body: bytes, headers: Mapping[str, str] | None, attributes: Mapping[str, str] | None = None
    ) -> Reply:
        """Post any bytes to the webhook.

        None for `headers` stands for ICI's credential; `attributes` are the headers of a CloudEvent in binary mode.
        """

    def entries(self) -> list[LogEntry]:
        """Return the message log, oldest entry first."""

    def alerts(self) -> list[Alert]:
        """Return the alerts that are active now."""

    def stored(self) -> str:
        """Return everything that the store holds of events and messages, and that scripts have written."""

    def next_due(self) -> datetime | None:
        """Return when the next piece of work is due; None if nothing waits."""

    def work(self, now: datetime) -> None:
        """Set the time and do everything that is due."""

    def retry(self, guids: Iterable[str]) -> None:
        """Retry failed events as an administrator does, and work."""

    def reconcile(self, *, repair: bool) -> list[Finding]:
        """Compare the systems with ICI. Raises InterfaceError if they cannot be compared."""

    def kill_during(self, kill_point: KillPoint, action: Callable[[], object]) -> None:
        """Run `action` and kill the middleware at the kill point that it reaches; then start it again."""


class ScenarioLandscape(Protocol):
    """The landscape of one scenario."""

    @property
    def ici(self) -> ScenarioIcertis: ...
    @property
    def systems(self) -> Mapping[str, ScenarioEcc]: ...
    @property
    def cpi(self) -> ScenarioMiddleware: ...
    @property
    def exchange_log(self) -> ExchangeLog: ...
    def close(self) -> None: ...


class Mode(StrEnum):
    """The kind of an environment, as evidence, pack and approvals name it."""

    IN_PROCESS = "in process"
    HTTP = "HTTP"
    EXTERNAL = "external"
    IFLOW = "iFlow"
    ABAP = "ABAP"


class Environment(Protocol):
    """The place in which the scenarios of one run take place."""

    mode: Mode

    own_settings: Mapping[str, object]
    """The settings that no scenario can change here."""

    def create_landscape(self, settings: Settings) -> ScenarioLandscape:
        """Return an empty landscape; the landscape before it has been closed."""

    def close(self) -> None: ...


@dataclass(frozen=True)
class MiddlewareAddress:
    """The address of the middleware, and ours for it."""

    webhook: str
    """URL that receives events."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """The credential that ICI shows to the webhook."""

    pending: str = ""
    """URL that answers with the number of unfinished events; blank if the middleware has none."""

    settle: float = 3.0
    """Without such a URL, an event is done after so many seconds without a call."""

    host: str = "127.0.0.1"
    port: int = 8800
    """The port at which we listen; 0 is any free one."""

    ici_token: str = "ici-token"  # noqa: S105 - of the mock
    """Bearer token that ICI accepts, besides the tokens that it issues to `ici_client`."""

    ici_client: tuple[str, str] = ("cpi", "cpi-secret")
    ecc_login: tuple[str, str] = ("CPI_ICM", "ecc-password")
