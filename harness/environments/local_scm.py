"""SCM, its connector and the contracts of ICI for it, in this process, as the steps use them."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal

from harness.doubles.clocks import ManualClock
from harness.doubles.scm_faults import FaultyScm, ScmCall
from harness.doubles.taps import ExchangeLog
from harness.environments.local_icertis import LocalIcertis
from harness.testdata.scm_master_data import fill_master_data, load_risk_rules
from simulator.connector.alignment import Drift
from simulator.errors import InterfaceError
from simulator.icertis.agreement import SCM_TYPES, Agreement, AgreementType
from simulator.icertis.rest import IcertisRequest
from simulator.icertis.risk import Assessment
from simulator.icertis.tenant import EventPayload, IcertisTenant
from simulator.landscape import ScmLandscape, ScmSites
from simulator.monitoring.message_log import LogEntry
from simulator.scm.edm import EdmValue
from simulator.scm.entities import ALL_SETS
from simulator.scm.navigation import link
from simulator.scm.system import ScmSystem
from simulator.settings import Settings

SET_UP = (
    "CLMIntegrationServiceInstances",
    "CLMIntegrationExternalNavigationLinks",
    "CLMIntegrationExternalNavigationLinkKeyValues",
    "CLMIntegrationContractTypes",
)
"""The collections that the set-up of the connection writes."""


class LocalScm:
    """SCM of one scenario, with its connector."""

    def __init__(  # noqa: PLR0913 - ICI and SCM of one scenario
        self,
        settings: Settings,
        tenant: IcertisTenant,
        ici: LocalIcertis,
        *,
        system: ScmSystem,
        clock: ManualClock,
        log: ExchangeLog,
    ) -> None:
        """Empty `system`, and fill it with the master data of the fixtures; it stays open. `log` gets its calls."""
        system.reset()
        fill_master_data(system)
        self._ici = ici
        self._log = log
        self._clock = clock
        self._held: list[EventPayload] = []
        self.holding = False
        self.landscape = ScmLandscape(settings, tenant, system=system, taps=self._tapped, clock=clock)
        self.system = system
        self.workflow = self.landscape.workflow
        with suppress(InterfaceError):  # a scenario may be about a set-up that SCM refuses
            self.connect()
        self.site.calls.clear()
        log.drain()

    def _tapped(self, sites: ScmSites) -> ScmSites:
        self.site = FaultyScm(sites.scm, self._log)
        return sites._replace(scm=self.site.answer)

    def connect(self) -> None:
        """Set the connection up. Raises InterfaceError."""
        self.landscape.connector.connect(self.landscape.settings.ici_base_url)

    def disconnect(self) -> None:
        """Take everything that the set-up has written out of SCM."""
        self.system.empty(*SET_UP)

    def kind(self, name: str) -> AgreementType:
        """Return a contract type of the connector by its name in ICI."""
        return SCM_TYPES.get(name) or AgreementType(name, "PX")

    def draft_from_link(self, kind: str, url: str, terms: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        """Draft the contract that a user of SCM has begun."""
        return self._ici.keep(self.workflow.draft_from_link(self.kind(kind), url, terms, code=code, sys_id=sys_id))

    def assess_risks(self) -> None:
        """Hold contracts against the company's limits from now on."""
        self.workflow.risk = load_risk_rules()

    def assess(self, code: str) -> Assessment | None:
        return self.workflow.assess(self._ici.agreement(code))

    def accept_risk(self, code: str, by: str, reason: str) -> None:
        self.workflow.accept_risk(self._ici.agreement(code), by, reason)

    def link(self, navigation: str, records: Mapping[str, Mapping[str, EdmValue]]) -> str | None:
        """Return the address behind a button of SCM; None where there is no such button."""
        return link(self.system, navigation, records)

    def align(self) -> list[Drift]:
        """Align ICI and SCM now, and return the differences found."""
        return self.landscape.connector.align()

    def drifts(self) -> list[Drift]:
        """Return the differences that the last alignment found."""
        return self.landscape.connector.drifts

    def reject_client(self) -> None:
        """Let the token endpoint know another secret, and take no token that it has issued."""
        self.landscape.access.withdraw_tokens()
        self.landscape.access.change_secret("another secret")

    def read_master_data(self) -> list[str]:
        """Bring master data to ICI, and return the collections that had changed."""
        return self.landscape.connector.read_master_data()

    def master_data(self, collection: str) -> list[dict[str, object]]:
        """Return the rows of a collection in ICI."""
        return self.workflow.tenant.master_data.get(collection, [])

    def change(self, collection: str, key: Mapping[str, EdmValue], fields: Mapping[str, object]) -> None:
        """Change a row past the connector, as another integration could."""
        with self.system.transaction() as db:
            self.system.framework.update(db, ALL_SETS[collection], key, fields)

    def draft(
        self, kind: str, terms: Mapping[str, object], lines: Iterable[Mapping[str, object]], code: str, sys_id: str
    ) -> Agreement:
        return self._ici.keep(self.workflow.draft(self.kind(kind), terms, lines, code=code, sys_id=sys_id))

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
        """Return what ICI holds of a contract."""
        return self._ici.agreement(code).attributes

    def takes(self, event: EventPayload) -> bool:
        return self.landscape.takes(event)

    def receive(self, event: EventPayload) -> None:
        self.landscape.connector.receive(event)

    def work(self) -> None:
        self.landscape.connector.work()

    def retry(self, guid: str) -> None:
        """Put a failed event back, as an administrator does, and work."""
        assert self.landscape.connector.queue.retry(guid, self._clock.now), "the event has not failed"
        self.work()

    def next_due(self) -> str:
        """Return the time of the next attempt; blank if nothing waits."""
        due = self.landscape.connector.queue.next_due()
        return due.isoformat() if due else ""

    def next_work(self) -> bool:
        """Let time go by until the next attempt, and the connector work. Returns False where nothing waits."""
        due = self.landscape.connector.queue.next_due()
        if due is not None:
            self._clock.now = max(self._clock.now, due)
            self.work()
        return due is not None

    def calls(self) -> list[ScmCall]:
        """Return the requests to SCM so far, oldest first, without those for tokens."""
        return [*self.site.calls]

    def writes_to_ici(self) -> list[IcertisRequest]:
        return [*self.landscape.ici_api.writes]

    def entries(self) -> list[LogEntry]:
        return self.landscape.connector.monitoring.entries()

    def rows(self, collection: str) -> list[dict[str, EdmValue]]:
        return self.system.rows(collection)

    def release(self, company: str, agreement: str, line: float, delivery: date, **ordered: Decimal) -> str:
        """Release an order as a user of SCM does. Raises RefusedError."""
        return self.system.release(company, agreement, line, delivery, **ordered)

    def stored(self) -> str:
        """Return everything that the connector's store holds."""
        queue = self.landscape.connector.queue
        return str([*queue.messages(), *queue.parcels()])

    def close(self) -> None:
        self.landscape.close()
