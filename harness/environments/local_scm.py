"""SCM and the contracts of ICI for it, in this process, as the steps use them, and our own connector beside them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress

from harness.doubles.clocks import ManualClock
from harness.doubles.scm_faults import FaultyScm, ScmCall
from harness.doubles.taps import CONNECTOR, ICI, ExchangeLog, WebhookPost
from harness.environments.interfaces import NotConnectedError
from harness.environments.local_icertis import LocalIcertis
from harness.environments.stored_bytes import stored_bytes
from harness.testdata.scm_master_data import fill_master_data, load_risk_rules
from simulator.apim.webhook import Reply
from simulator.connector.alignment import Drift
from simulator.cpi.queue import Queue
from simulator.errors import InterfaceError
from simulator.icertis.agreement import Agreement, scm_type
from simulator.icertis.authentication import Authenticator
from simulator.icertis.integration_api import IntegrationApi
from simulator.icertis.rest import IcertisRequest
from simulator.icertis.risk import Assessment
from simulator.icertis.tenant import EventPayload, IcertisTenant
from simulator.icertis.workflow import ContractWorkflow
from simulator.landscape import ScmLandscape, ScmSites
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.scm.access import EntraTenant
from simulator.scm.system import ScmRows, ScmSystem
from simulator.settings import Settings

SET_UP = (
    "CLMIntegrationServiceInstances",
    "CLMIntegrationExternalNavigationLinks",
    "CLMIntegrationExternalNavigationLinkKeyValues",
    "CLMIntegrationContractTypes",
)
"""The collections that the set-up of the connection writes."""


_CONNECTED: dict[str, ScmRows] = {}
"""Settings to what SCM holds once the connection is set up with them."""

_recorders: list[Callable[[str, bool], AbstractContextManager[object]]] = []


def connect_once(settings: Settings, system: ScmSystem, connect: Callable[[], None]) -> None:
    """Let SCM hold the master data of the fixtures alone, and set the connection up, if SCM lets it.

    What SCM holds then is kept: with the same settings it is held again. A scenario about the set-up does it itself.
    """
    key = settings.model_dump_json()
    is_kept = key in _CONNECTED
    with ExitStack() as recording:
        for record in _recorders:
            recording.enter_context(record(key, is_kept))
        if is_kept:
            system.load(_CONNECTED[key])
            return
        fill_master_data(system)
        with suppress(NotConnectedError):
            connect()
            _CONNECTED[key] = system.dump()


@contextmanager
def set_up_recorded(record: Callable[[str, bool], AbstractContextManager[object]]) -> Iterator[None]:
    """Let `record` stand around each set-up while inside. It gets the settings, and whether their set-up is kept."""
    _recorders.append(record)
    try:
        yield
    finally:
        _recorders.remove(record)


class LocalSides:
    """SCM and ICI of one scenario in this process, whatever connector is between them."""

    compares_reads = True
    workflow: ContractWorkflow
    access: EntraTenant
    integration: IntegrationApi

    def __init__(self, ici: LocalIcertis, system: ScmSystem, log: ExchangeLog) -> None:
        """`system` stays open; `log` gets its calls."""
        self.system = system
        self.site = FaultyScm(log)
        self._ici = ici

    def draft(
        self, kind: str, terms: Mapping[str, object], lines: Iterable[Mapping[str, object]], code: str, sys_id: str
    ) -> Agreement:
        return self._ici.keep(self.workflow.draft(scm_type(kind), terms, lines, code=code, sys_id=sys_id))

    def draft_from_link(self, kind: str, url: str, terms: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        return self._ici.keep(self.workflow.draft_from_link(scm_type(kind), url, terms, code=code, sys_id=sys_id))

    def draft_amendment(self, parent: str, changes: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        amended = self._ici.agreement(parent)
        return self._ici.keep(self.workflow.draft_amendment(amended, changes, code=code, sys_id=sys_id))

    def take(self, code: str, words: str) -> None:
        self.workflow.take(self._ici.agreement(code), words)

    def execute(self, code: str) -> None:
        self.workflow.execute(self._ici.agreement(code))

    def change_terms(self, code: str, changes: Mapping[str, object]) -> None:
        self.workflow.change_terms(self._ici.agreement(code), changes)

    def reset_expiry(self, code: str, day: str) -> None:
        self.workflow.reset_expiry(self._ici.agreement(code), day)

    def attributes(self, code: str) -> Mapping[str, object]:
        contract = self._ici.agreement(code)
        return {"ICMStatus": contract.status.value, **contract.attributes}

    def assess_risks(self) -> None:
        self.workflow.risk = load_risk_rules()

    def assess(self, code: str) -> Assessment | None:
        return self.workflow.assess(self._ici.agreement(code))

    def accept_risk(self, code: str, by: str, reason: str) -> None:
        self.workflow.accept_risk(self._ici.agreement(code), by, reason)

    def master_data(self, collection: str) -> list[dict[str, object]]:
        return self.workflow.tenant.master_data.get(collection, [])

    def writes_to_ici(self) -> list[IcertisRequest]:
        return [*self.integration.writes]

    def set_available(self, *, available: bool) -> None:
        self.system.is_up = available

    def switch_feature_off(self) -> None:
        self.system.feature_is_on = False

    def shorten_pages(self, rows: int) -> None:
        self.system.max_page = rows

    def fail_once(self, method: str, collection: str, words: str) -> None:
        self.site.fail_once(method, collection, words)

    def reject_client(self) -> None:
        self.access.withdraw_tokens()
        self.access.change_secret("another secret")

    def calls(self) -> list[ScmCall]:
        return [*self.site.calls]

    def disconnect(self) -> None:
        self.system.empty(*SET_UP)


class LocalScm(LocalSides):
    """SCM of one scenario, with our own connector."""

    def __init__(  # noqa: PLR0913 - ICI and SCM of one scenario
        self,
        settings: Settings,
        tenant: IcertisTenant,
        ici: LocalIcertis,
        *,
        system: ScmSystem,
        store: Queue,
        clock: ManualClock,
        log: ExchangeLog,
    ) -> None:
        """Set the connection up, if SCM lets it; a scenario may be about a set-up that SCM refuses.

        `system` and `store`, the connector's, are emptied first and stay open.
        """
        super().__init__(ici, system, log)
        self._log = log
        self._clock = clock
        store.reset()
        # The connector reads what CPI reads: the faults of ICI are for both.
        self.integration = IntegrationApi(ici.site, tenant, Authenticator(settings.ici_token))
        self.landscape = ScmLandscape(settings, tenant, system=system, store=store, taps=self._tapped, clock=clock)
        self.workflow, self.access = self.landscape.workflow, self.landscape.access
        connect_once(settings, system, self.connect)
        self.site.clear()
        log.drain()

    def _tapped(self, sites: ScmSites) -> ScmSites:
        return sites._replace(ici=self._log.integration(self.integration.answer), scm=self.site.site(sites.scm))

    def connect(self) -> None:
        try:
            self.landscape.connector.connect(self.landscape.settings.ici_base_url)
        except InterfaceError as why:
            raise NotConnectedError(str(why)) from None

    def align(self) -> list[Drift]:
        return self.landscape.connector.align()

    def drifts(self) -> list[Drift]:
        return self.landscape.connector.drifts

    def alerts(self) -> list[Alert]:
        return self.landscape.connector.alerts()

    def read_master_data(self) -> list[str]:
        return self.landscape.connector.read_master_data()

    def takes(self, event: EventPayload) -> bool:
        return self.landscape.takes(event)

    def receive(self, event: EventPayload) -> None:
        with self._log.record(ICI, CONNECTOR, WebhookPost(json.dumps(event).encode(), has_key=True)) as exchange:
            exchange.answer = Reply(202, {"guid": self.landscape.connector.receive(event)})

    def work(self) -> None:
        self.landscape.connector.work()

    def retry(self, guid: str) -> None:
        """Put a failed event back, as an administrator does, and work."""
        assert self.landscape.connector.queue.retry(guid, self._clock.now), "the event has not failed"
        self.work()

    def next_due(self) -> str:
        due = self.landscape.connector.queue.next_due()
        return due.isoformat() if due else ""

    def next_work(self) -> bool:
        due = self.landscape.connector.queue.next_due()
        if due is not None:
            self._clock.now = max(self._clock.now, due)
            self.work()
        return due is not None

    def entries(self) -> list[LogEntry]:
        return self.landscape.connector.monitoring.entries()

    def stored(self) -> str:
        queue = self.landscape.connector.queue
        return str([*queue.log.messages(), *queue.log.parcels()]) + stored_bytes(queue)

    def close(self) -> None:
        self.landscape.close()
