"""The interfaces of an environment for the steps: ICI, the ECC systems and the middleware of one scenario.

ICI and the systems are always our own, and the same in every environment. The middleware is ours or somebody else's.
What the environment cannot do raises NotSupported: the scenario is skipped, or the step that only looks is left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from harness.doubles.scm_faults import ScmCall
from harness.doubles.taps import ExchangeLog
from simulator.apim.webhook import Reply
from simulator.connector.alignment import Drift
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.icertis.agreement import Agreement, AgreementType
from simulator.icertis.rest import IcertisRequest
from simulator.icertis.risk import Assessment
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.reporting.reconciliation import Finding
from simulator.scm.system import ScmSystem
from simulator.settings import Settings

START_TIME = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""The time in the landscape when a scenario begins."""


class NotSupported(Exception):  # noqa: N818 - nothing is wrong
    """A step needs what the environment does not offer. Its text is the reason that the report shows."""


class MiddlewareFailed(Exception):  # noqa: N818 - its text is the result of the scenario
    """The middleware cannot be reached, or does not finish an event. The text is for its developer."""


class NotConnectedError(Exception):
    """The connector could not set the connection up. The text says why."""


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
    def outline_agreements(self) -> list[dict[str, str]]: ...
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

    def stored_bytes(self) -> str:
        """Return every byte that the store holds; blank where its files are those of a server."""

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


class ScenarioScm(Protocol):
    """SCM, its connector and the contracts of ICI for it, in one scenario. Each call may raise NotSupported."""

    def draft(
        self, kind: str, terms: Mapping[str, object], lines: Iterable[Mapping[str, object]], code: str, sys_id: str
    ) -> Agreement:
        """Draft a contract of a type, named as in ICI. The tenant makes up a blank code or System ID."""

    def draft_from_link(self, kind: str, url: str, terms: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        """Draft the contract that a user of SCM has begun."""

    def draft_amendment(self, parent: str, changes: Mapping[str, object], code: str, sys_id: str) -> Agreement: ...

    def take(self, code: str, words: str) -> None:
        """Take a step of the workflow. Raises NotAllowedError."""

    def execute(self, code: str) -> None:
        """Take a draft through all steps as far as executed. Raises NotAllowedError."""

    def change_terms(self, code: str, changes: Mapping[str, object]) -> None: ...
    def reset_expiry(self, code: str, day: str) -> None: ...

    def attributes(self, code: str) -> Mapping[str, object]:
        """Return what ICI holds of a contract, and its status as ICMStatus."""

    def assess_risks(self) -> None:
        """Hold contracts against the company's limits from now on."""

    def assess(self, code: str) -> Assessment | None: ...
    def accept_risk(self, code: str, by: str, reason: str) -> None: ...

    def master_data(self, collection: str) -> list[dict[str, object]]:
        """Return the rows of a collection in ICI."""

    def writes_to_ici(self) -> list[IcertisRequest]:
        """Return what the connector has written to ICI so far, oldest first."""

    @property
    def system(self) -> ScmSystem:
        """The simulator of SCM, in this process or on its database.

        Steps of its users work on this object in every environment, as its forms have no web service.
        """

    def set_available(self, *, available: bool) -> None: ...

    def switch_feature_off(self) -> None:
        """Hide the entities of the integration."""

    def shorten_pages(self, rows: int) -> None:
        """Answer with at most so many rows at once."""

    def fail_once(self, method: str, collection: str, words: str) -> None:
        """Let the next such call of a collection end in a fault that the words of a feature describe."""

    def reject_client(self) -> None:
        """Let the token endpoint know another secret, and take no token that it has issued."""

    @property
    def compares_reads(self) -> bool:
        """True if the reads of the connector are compared, and not its writes alone."""

    def calls(self) -> list[ScmCall]:
        """Return the requests to SCM so far, oldest first, without those for tokens."""

    def disconnect(self) -> None:
        """Take everything that the set-up of the connection has written out of SCM."""

    def connect(self) -> None:
        """Let the connector set the connection up. Raises NotConnectedError with the reason."""

    def align(self) -> list[Drift]:
        """Let the connector align ICI and SCM now. Return the differences found."""

    def drifts(self) -> list[Drift]:
        """Return the differences that the last alignment found."""

    def alerts(self) -> list[Alert]:
        """Return the alerts of the connector that are active now."""

    def read_master_data(self) -> list[str]:
        """Let the connector bring master data to ICI. Return the collections that had changed."""

    def work(self) -> None:
        """Let the connector do everything that is due."""

    def next_due(self) -> str:
        """Return the time of the next attempt; blank if nothing waits."""

    def next_work(self) -> bool:
        """Let time go by until the next attempt, and the connector work. Return False where nothing waits."""

    def entries(self) -> list[LogEntry]:
        """Return the log of the connector, oldest entry first."""

    def stored(self) -> str:
        """Return everything that the connector's store holds."""


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

    @property
    def scm(self) -> ScenarioScm:
        """SCM with its connector, opened when a step first needs it. Raises NotSupported where there is none."""

    @property
    def opened_scm(self) -> ScenarioScm | None:
        """SCM with its connector, if a step has needed it."""

    def close(self) -> None: ...


class Mode(StrEnum):
    """The kind of an environment, as evidence, pack and approvals name it."""

    IN_PROCESS = "in process"
    HTTP = "HTTP"
    EXTERNAL = "external"
    CONNECTOR = "external connector"
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


@dataclass(frozen=True)
class ConnectorAddress(MiddlewareAddress):
    """The address of a connector to SCM, and ours for it."""

    scm_client: tuple[str, str] = ("scm-connector", "scm-secret")
    jobs: Mapping[str, str] = field(default_factory=dict)
    """Name of a job of the connector, see `CONNECTOR_JOBS`, to the URL that starts it."""


CONNECTOR_JOBS: Mapping[str, str] = {
    "connect": "forget everything, and set the connection up with the contract types of the body",
    "align": "align ICI and SCM",
    "master-data": "bring master data to ICI",
    "retry": "GET: the number of events that wait for another attempt; POST: try them now",
}
"""The jobs that a connector can be asked to do, each by a POST that is answered when it is done."""
