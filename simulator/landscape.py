"""The composition root: wire ICI, API Management, CPI, the ECC systems and the monitoring from one Settings."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import NamedTuple, Protocol, Self

import requests

from simulator.apim.webhook import Reply, Webhook
from simulator.clock import Clock, utc_now
from simulator.connector.alignment import AlignmentAlerts
from simulator.connector.connector import Connector
from simulator.connector.contract_types import SCM_TYPES, ScmType
from simulator.connector.json_client import JsonClient
from simulator.connector.scm_client import ScmClient, refusal
from simulator.cpi.current_state import CurrentAgreement, current_message, list_agreements
from simulator.cpi.ecc_interface import FunctionModule
from simulator.cpi.ici_client import IciClient
from simulator.cpi.oauth2 import BearerToken, FixedToken, TokenClient
from simulator.cpi.process_event import Outcome
from simulator.cpi.queue import Queue
from simulator.cpi.worker import Worker
from simulator.ecc.outline_agreements import NumberRange, OutlineRules
from simulator.ecc.system import EccSystem
from simulator.icertis.agreement import Agreement
from simulator.icertis.authentication import Authenticator
from simulator.icertis.event_delivery import DirectDelivery
from simulator.icertis.integration_api import IntegrationApi
from simulator.icertis.rest import IcertisRest, RestSite, without_body
from simulator.icertis.tenant import EventPayload, IcertisTenant
from simulator.icertis.workflow import ContractWorkflow
from simulator.mapping.contract_types import MASTER, SUPPORTING
from simulator.mapping.message import Message
from simulator.middleware import Middleware, retry_rules
from simulator.monitoring.alerts import Alert
from simulator.reporting.consolidation import PagedReport, Report, ReportRequest, consolidate
from simulator.reporting.reconciliation import (
    DIFFERING,
    MISSING,
    Finding,
    ListedAgreement,
    mark_outdated,
    mark_possible_amendments,
    reconcile,
    repair_events,
)
from simulator.reporting.target_values import Tolerance
from simulator.scm.access import TENANT, EntraTenant
from simulator.scm.site import ScmSite
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.site_transport import InProcessSite, mounted


def open_system(settings: Settings, name: str) -> EccSystem:
    """Open an ECC system of the settings; the number ranges of systems do not overlap."""
    first = 4600000000 + 10000000 * [*settings.systems].index(name)
    numbers = NumberRange(first, first + 9999999)
    return EccSystem(
        name,
        settings.systems[name],
        OutlineRules(
            numbers,
            settings.own_tenant(name),
            frozenset(settings.type_codes[kind] for kind in (MASTER, SUPPORTING)),
            Tolerance(*settings.tolerance).is_exceeded,
        ),
        unique_sysid=settings.unique_sysid,
        characters=settings.characters,
        synchronous=settings.synchronous,
    )


def open_queue(settings: Settings) -> Queue | None:
    """Open CPI's store; None where the settings switch it off."""
    if not settings.store:
        return None
    return Queue(settings.store, settings.store_keys, settings.synchronous)


def open_connector_store(settings: Settings) -> Queue:
    """Open the store of the connector to SCM."""
    return Queue(settings.scm_store, settings.scm_store_keys, settings.synchronous)


def open_systems(settings: Settings) -> dict[str, EccSystem]:
    """Open the ECC systems of the settings, all or none of them."""
    with ExitStack() as opened:
        systems = {name: opened.enter_context(closing(open_system(settings, name))) for name in settings.systems}
        opened.pop_all()
    return systems


def consolidation_report(systems: Mapping[str, EccSystem], settings: Settings, asked: ReportRequest) -> Report:
    """Report contracts and outline agreements over all systems.

    Raises InterfaceError D-20 where a system does not answer.
    """
    with ExitStack() as reading:
        connections = {name: reading.enter_context(system.transaction()) for name, system in systems.items()}
        own_tenants = {name: settings.own_tenant(name) for name in systems}
        return consolidate(connections, settings.type_codes, asked, own_tenants)


def paged_report(systems: Mapping[str, EccSystem], settings: Settings, asked: ReportRequest) -> PagedReport:
    """Make the same report, to be read page by page; close it. Raises InterfaceError as `consolidation_report` does."""
    with ExitStack() as reading:
        connections = {name: reading.enter_context(system.transaction()) for name, system in systems.items()}
        return PagedReport(
            connections, settings.type_codes, asked, {name: settings.own_tenant(name) for name in systems}
        )


def create_tenant(
    settings: Settings,
    emit: Callable[[EventPayload], object],
    clock: Clock,
    on_change: Callable[[Agreement], object] = lambda _: None,
) -> IcertisTenant:
    """Create an ICI tenant without agreements, whose events `emit` takes; `on_change` gets what an action changes."""
    return IcertisTenant(
        settings.source,
        emit,
        clock=clock,
        seed=settings.seed,
        roll_up=settings.roll_up_amendments,
        nominated=settings.nominated_attributes,
        on_change=on_change,
    )


class Databases(NamedTuple):
    """The databases of a landscape: the tables of the ECC systems, and CPI's store."""

    systems: dict[str, EccSystem]
    queue: Queue | None
    """None tries each message once."""

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the databases that the settings name, with all that they hold."""
        with ExitStack() as opened:
            systems = open_systems(settings)
            for system in systems.values():
                opened.callback(system.close)
            databases = cls(systems, open_queue(settings))
            opened.pop_all()
        return databases

    def reset(self) -> None:
        """Empty all tables."""
        for system in self.systems.values():
            system.reset()
        if self.queue:
            self.queue.reset()

    def close(self) -> None:
        for system in self.systems.values():
            system.close()
        if self.queue:
            self.queue.close()


class Taps(Protocol):
    """Stand between the middleware and the systems around it, to record what passes or to change it."""

    def site(self, site: RestSite) -> RestSite:
        """Stand between CPI and ICI."""

    def webhook(self, webhook: Webhook) -> Webhook:
        """Stand between ICI and API Management."""

    def target(self, name: str, system: EccSystem) -> FunctionModule:
        """Stand between CPI and one ECC system."""


class Landscape:
    """All systems of the interface in one process; close it, or use it as a context manager."""

    def __init__(  # noqa: PLR0913 - one for each part that can be replaced
        self,
        settings: Settings | None = None,
        *,
        ici: RestSite | None = None,
        session: requests.Session | None = None,
        token: BearerToken | None = None,
        databases: Databases | None = None,
        taps: Taps | None = None,
        only_new_event: bool = False,
        observe: Callable[[Outcome], object] = lambda _: None,
        clock: Clock = utc_now,
    ) -> None:
        """Wire everything; no call leaves this process unless a `session` is given.

        `ici` answers CPI's calls in place of the tenant.
        `session` reaches an ICI over the network, at the base URL of the settings, in place of both; `token` gets the
        bearer token for that of `settings.source`, in place of the one in the settings.
        `databases` are used in place of those that the settings name, and stay open.
        `taps` stand between the middleware and the systems around it.
        With `only_new_event`, CPI works on nothing but the event that has just come in, whatever waits in its store.
        `observe` gets each outcome with its lineage.
        """
        self.settings = settings = settings or Settings()
        self.event_delivery = DirectDelivery(self.post_event)
        self.tenant = create_tenant(settings, self.event_delivery.emit, clock)
        self.ici_rest = IcertisRest(self.tenant, Authenticator(settings.ici_token), settings.seed)
        with ExitStack() as opened:
            if databases is None:
                databases = Databases.open(settings)
                opened.callback(databases.close)
            self.systems, self.queue = databases
            if session is None:
                site = ici or self.ici_rest
                answering = without_body(taps.site(site) if taps else site)
                session = opened.enter_context(mounted({settings.ici_base_url: answering}))
            self.middleware = Middleware(
                settings,
                self.queue,
                {name: taps.target(name, system) if taps else system for name, system in self.systems.items()},
                session=session,
                token=token,
                only_new_event=only_new_event,
                observe=observe,
                clock=clock,
            )
            self.monitoring = self.middleware.monitoring
            self._webhook = taps.webhook(self.middleware.webhook) if taps else self.middleware.webhook
            self._open = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    def post_event(self, payload: object) -> Reply:
        """Send an event to the webhook, with the credential of ICI."""
        return self.post_body(json.dumps(payload).encode())

    def post_body(
        self, body: bytes, headers: Mapping[str, str] | None = None, attributes: Mapping[str, str] | None = None
    ) -> Reply:
        """Send any bytes to the webhook.

        `headers` replace the credential of ICI; `attributes` are the headers of a CloudEvent in binary mode.
        """
        if headers is None:
            headers = {} if self.settings.api_key is None else {"apikey": self.settings.api_key}
        return self._webhook.receive(body, {**headers, **(attributes or {})})

    def work(self) -> None:
        """Let CPI do everything that is due."""
        self.middleware.work()

    def worker(self, queue: Queue) -> Worker:
        """Make another worker on a store."""
        return self.middleware.worker(queue)

    def alerts(self) -> list[Alert]:
        """Find what an administrator is to be called for now."""
        return self.middleware.alerts()

    def reconcile(
        self,
        *,
        repair: bool = False,
        roll_up: bool | None = None,
        later: Mapping[str, str] = MappingProxyType({}),
        done: Callable[[int, int], object] = lambda _done, _total: None,
    ) -> list[Finding]:
        """Compare what ICI holds with what each system holds; `done` is called with the number of agreements compared.

        `repair` sends the events that repair missing and differing entries to the webhook, as if ICI had sent them.
        `roll_up` says whether ICI writes amendments into their parents; None takes it from the settings (D-09).
        `later` maps System IDs in lower case to an event that ICI's answer is older than; nothing is repaired there.
        Raises InterfaceError D-45 where ICI does not list its agreements.
        """
        settings = self.settings
        agreements = list_agreements(self.middleware.ici_client(settings.source))
        systems = {name: system.z_mm_icmcontract_read for name, system in self.systems.items()}

        def expected(one: CurrentAgreement) -> Message | None:
            ici = self.middleware.ici_client(settings.source)
            withhold = settings.confidential_master == "withhold"
            return current_message(
                one, settings.source, ici, settings.type_codes, withhold=withhold, characters=settings.characters
            )

        findings = mark_outdated(reconcile(agreements, expected, systems, settings.source, done), later)
        if not (settings.roll_up_amendments if roll_up is None else roll_up):
            findings = mark_possible_amendments(findings, agreements)
        if not repair:
            return findings
        guids = {
            sys_id: tuple(self._send_missed_event(agreement, action) for action in actions)
            for sys_id, (agreement, actions) in repair_events(findings, agreements).items()
        }
        return [
            replace(one, queued=guids.get(one.sys_id, ())) if one.kind in (MISSING, DIFFERING) else one
            for one in findings
        ]

    def _send_missed_event(self, agreement: ListedAgreement, action: str) -> str:
        """Send an event that never came to the webhook. Returns its guid."""
        names = {"ContractTypeName": agreement.contract_type, "SysId": agreement.sys_id, "ActionName": action}
        event: dict[str, object] = {"source": self.settings.source, "data": names}
        return str(self.event_delivery.send(event).body["guid"])


class ScmSites(NamedTuple):
    """The sites that answer the connector in this process; tests put doubles before them."""

    ici: InProcessSite
    scm: InProcessSite
    scm_token: InProcessSite


class ScmLandscape:
    """SCM and the connector to it, beside a tenant of ICI; close it, or use it as a context manager."""

    def __init__(  # noqa: PLR0913 - one for each part that can be replaced
        self,
        settings: Settings,
        tenant: IcertisTenant,
        *,
        system: ScmSystem,
        store: Queue | None = None,
        taps: Callable[[ScmSites], ScmSites] = lambda sites: sites,
        clock: Clock = utc_now,
        observe: Callable[[Outcome], object] = lambda _: None,
    ) -> None:
        """`system` stays open, and so does `store`, which takes the place of that of the settings.

        `taps` stand between the connector and the systems around it; `observe` gets the outcome of each event.
        """
        self.settings = settings
        self.system = system
        self.types = scm_types(settings)
        authenticator = Authenticator(settings.ici_token)
        self.workflow = ContractWorkflow(tenant)
        self.access = EntraTenant(TENANT, settings.scm_client, lambda: clock().timestamp())
        ici_api = IntegrationApi(IcertisRest(tenant, authenticator, settings.seed), tenant, authenticator)
        site = ScmSite(system, self.access, settings.scm_base_url)
        self.sites = taps(ScmSites(ici_api.answer, site.answer, site.answer_token))
        with ExitStack() as opened:
            login, ici = settings.scm_token_url.rpartition("/oauth2")[0], settings.ici_base_url
            places = {ici: self.sites.ici, settings.scm_base_url: self.sites.scm, login: self.sites.scm_token}
            session = opened.enter_context(mounted(places))
            if store is None:
                store = open_connector_store(settings)
                opened.callback(store.close)
            self.connector = open_connector(settings, session, store, clock, observe=observe)
            self._open = opened.pop_all()

    def takes(self, event: EventPayload) -> bool:
        """Check that an event is about a type of the connector."""
        return is_for_connector(event, self.types)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()


def scm_types(settings: Settings) -> dict[str, ScmType]:
    """Return the contract types of the connector: its own, and those of the settings (SCM-8)."""
    added = {name: ScmType(name, one.label, has_agreement=one.agreement) for name, one in settings.scm_types.items()}
    return {**SCM_TYPES, **added}


def is_for_connector(event: EventPayload, types: Collection[str]) -> bool:
    """Check that an event is about one of these types, or an amendment of one."""
    data = event.get("data")
    kind = data.get("ContractTypeName") if isinstance(data, Mapping) else None
    return isinstance(kind, str) and kind.removesuffix("Amendment") in types


def open_connector(  # noqa: PLR0913 - the two sides, the store, and how to work
    settings: Settings,
    session: requests.Session,
    queue: Queue,
    clock: Clock,
    ici_token: BearerToken | None = None,
    *,
    observe: Callable[[Outcome], object] = lambda _: None,
    keep: Callable[[AlignmentAlerts], object] = lambda _: None,
) -> Connector:
    """Wire a connector; `session` reaches ICI and SCM. `ici_token` replaces the token of the settings."""
    own_token = ici_token or FixedToken(settings.ici_token)
    scope = f"{settings.scm_base_url}/.default"
    token = TokenClient(session, settings.scm_token_url, *settings.scm_client, service="SCM", scope=scope, clock=clock)
    seconds = settings.longest_answer.total_seconds()
    ici = JsonClient("ICI", session, settings.ici_base_url, own_token, clock, answer_seconds=seconds)
    scm = JsonClient("SCM", session, settings.scm_base_url, token, clock, describe=refusal, answer_seconds=seconds)

    def summaries(kind: str) -> Iterator[Mapping[str, object]]:
        client = IciClient(
            session,
            settings.ici_base_url,
            settings.ici_api_version,
            own_token.current(),
            new_token=own_token.renewed,
            answer_seconds=seconds,
            clock=clock,
        )
        return client.summaries(kind)

    return Connector(
        queue,
        ici,
        ScmClient(scm),
        scm_types(settings),
        source=settings.source,
        summaries=summaries,
        rules=retry_rules(settings),
        clock=clock,
        period=settings.scm_period,
        observe=observe,
        keep=keep,
    )
