"""The parts of a served landscape: ICI, the middleware, the ECC systems, SCM, the connector to it.

Each can run alone in its process.

Their requests go through the taps of an `ExchangeLog`, which records nothing until it is told to.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route

from harness.abap.upsert import abap_in
from harness.doubles.clocks import SettableClock
from harness.doubles.icertis_faults import FaultySite
from harness.doubles.scm_faults import FaultyScm
from harness.doubles.taps import CONNECTOR, ExchangeLog
from harness.server.credentials import Credentials
from harness.server.fault_middleware import FaultMiddleware
from harness.server.tap_middleware import RecordedEcc, RecordedWebhook
from harness.testdata.scm_master_data import fill_master_data
from simulator.apim import http_app as apim
from simulator.apim.webhook import WebhookEndpoint
from simulator.connector.alignment import AlignmentAlerts
from simulator.cpi.oauth2 import TokenClient
from simulator.cpi.soap_target import SoapTarget
from simulator.cpi.worker_pool import Accept, WorkerPool
from simulator.database import IN_MEMORY
from simulator.ecc.wsdl import PATH as FUNCTION_PATH
from simulator.http_support import ErrorGuard, client_session
from simulator.icertis import http_app as icertis
from simulator.icertis.authentication import Authenticator
from simulator.icertis.event_delivery import HttpDelivery
from simulator.icertis.integration_api import IntegrationApi
from simulator.icertis.rest import Answer, IcertisRest
from simulator.icertis.store import IcertisStore, TenantContent
from simulator.icertis.tenant import EventPayload
from simulator.icertis.workflow import ContractWorkflow
from simulator.landscape import (
    create_tenant,
    is_for_connector,
    open_connector,
    open_connector_store,
    open_queue,
    open_systems,
    scm_types,
)
from simulator.middleware import Middleware
from simulator.scm import http_app as scm
from simulator.scm.access import LIFETIME_SECONDS, TENANT, EntraTenant
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.token_endpoint import TokenEndpoint

_RENEWAL_PAUSE_SECONDS = 60.0

_LOG = logging.getLogger(__name__)


class IcertisComponent:
    """The mock ICI. Everything that changes it runs in the event loop of the server, as CPI's calls do."""

    def __init__(  # noqa: PLR0913 - what it stands between
        self,
        settings: Settings,
        credentials: Credentials,
        log: ExchangeLog,
        webhook_url: str,
        clock: SettableClock,
        *,
        kept_requests: int,
        connector_url: str = "",
    ) -> None:
        """`webhook_url` gets the events, `connector_url` those of contracts for SCM; while it is blank, they wait.

        Renewals wait for the `clock`.
        """
        self._kept_requests = kept_requests
        self._settings = settings
        self._clock = clock
        self._log = log
        self.event_delivery = HttpDelivery(webhook_url, credentials.apikey)
        self.connector_delivery = HttpDelivery(connector_url, credentials.apikey)
        self.connector_types: Collection[str] = scm_types(settings)
        """The types whose events go to the connector."""

        client = credentials.client_id, credentials.client_secret
        self.access = Authenticator(client=client, icm_auth_token=credentials.icm_auth_token)
        self._store = IcertisStore(settings.ici_store, settings.synchronous) if settings.ici_store else None
        self._create_tenant(self._store.load() if self._store else None)

    def _create_tenant(self, kept: TenantContent | None) -> None:
        """Create the tenant with what is kept of it, if there is a store."""
        settings, store = self._settings, self._store
        if store is None or kept is None:
            self.tenant = create_tenant(settings, self._emit, self._clock)
        else:
            self.tenant = create_tenant(settings, self._emit, self._clock, store.note_change)
            self.tenant.restore(kept.agreements, kept.numbers, kept.starts)
            for event in kept.events:
                self._delivery_of(event).restore([event])
        self.workflow = ContractWorkflow(self.tenant)
        self.rest = IcertisRest(self.tenant, self.access, settings.seed, self._kept_requests)
        self.site = FaultySite(self.rest)
        self._recorded_site = self._log.site(self.site)
        self.integration = IntegrationApi(self.site, self.tenant, self.access, self._kept_requests)

    def _delivery_of(self, event: EventPayload) -> HttpDelivery:
        return self.connector_delivery if is_for_connector(event, self.connector_types) else self.event_delivery

    def _emit(self, event: EventPayload) -> None:
        self._delivery_of(event).emit(event)

    @property
    def is_full(self) -> bool:
        """True while so many events wait that an action which emits another one has to be refused."""
        return self.event_delivery.is_full or self.connector_delivery.is_full

    def start(self) -> None:
        """Look every minute for agreements to renew. The event loop runs by now."""
        self._renewing = asyncio.get_running_loop().create_task(self._renew_every_minute())

    async def _renew_every_minute(self) -> None:
        while True:
            try:
                self.renew_due()
                await self.send_events()
            except Exception as failure:  # noqa: BLE001 - a full disk must not end the renewals for ever
                # Its text may hold values (SEC-2).
                _LOG.error("the renewals failed (%s) and go on in a while", type(failure).__name__)
            await asyncio.sleep(_RENEWAL_PAUSE_SECONDS)

    def renew_due(self) -> None:
        """Renew what is due, unless too many events wait already: it stays due."""
        if not self.is_full:
            self.tenant.renew_due()

    def save(self) -> None:
        """Write what has changed to the store, if there is one."""
        if self._store is not None:
            self._store.save(self.tenant, [*self.event_delivery.waiting, *self.connector_delivery.waiting])

    async def send_events(self) -> None:
        """Send the queued events, once everything that they are about is stored."""
        self.save()
        await asyncio.gather(
            *(asyncio.to_thread(one.send) for one in (self.event_delivery, self.connector_delivery) if one.waiting)
        )
        self.save()

    def _write(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Let an integration write, and store it before it is answered."""
        answer = self.integration.answer(method, path, headers, body)
        self.save()
        return answer

    def close(self) -> None:
        self.event_delivery.close()
        self.connector_delivery.close()
        if self._store is not None:
            self._store.close()

    def reset(self) -> None:
        """Forget every agreement, event, request and fault; keep the webhook's address."""
        self.event_delivery.clear()
        self.connector_delivery.clear()
        self._create_tenant(self._store.reset() if self._store else None)

    def routes(self) -> Sequence[BaseRoute]:
        served = icertis.IcertisOverHttp(lambda: self._recorded_site, self._log.integration(self._write))
        return (
            Mount(icertis.API, ErrorGuard(FaultMiddleware(served))),
            Route(icertis.TOKEN, ErrorGuard(icertis.token_endpoint(self.access))),
        )

    def urls(self, base: str) -> dict[str, str]:
        return {"icertis": base + icertis.API, "token": base + icertis.TOKEN}


class EccComponent:
    """One or several ECC systems."""

    def __init__(
        self, settings: Settings, credentials: Credentials, log: ExchangeLog, abap: Path | None = None
    ) -> None:
        """Open the systems in the databases that `settings` name; `abap` is their function module in place of ours."""
        self._log = log
        self._open = ExitStack()
        self.systems = open_systems(settings)
        for system in self.systems.values():
            self._open.callback(system.close)
        if abap is not None:
            self._open.enter_context(abap_in(self.systems.values(), abap))
        self._credentials = credentials
        self.active_faults: dict[str, ExitStack] = {name: ExitStack() for name in self.systems}
        """System to its faults; closing the stack ends them."""

        self.fault_names: dict[str, list[str]] = {name: [] for name in self.systems}
        """System to its faults in words."""

    def clear_faults(self, name: str) -> None:
        """End every fault of a system."""
        self.active_faults[name].close()
        self.systems[name].is_up = True
        self.fault_names[name].clear()

    def reset(self) -> None:
        """End every fault and empty the tables."""
        for name, system in self.systems.items():
            self.clear_faults(name)
            system.reset()

    def close(self) -> None:
        self._open.close()

    def routes(self) -> Sequence[BaseRoute]:
        user, password = self._credentials.ecc_user, self._credentials.ecc_password
        return [
            Route(f"/{name}{FUNCTION_PATH}", ErrorGuard(RecordedEcc(system, user, password, self._log)))
            for name, system in self.systems.items()
        ]

    def urls(self, base: str) -> dict[str, str]:
        return {name: f"{base}/{name}{FUNCTION_PATH}" for name in self.systems}


class ScmComponent:
    """Dynamics 365 SCM with its OData, and the tokens for it."""

    def __init__(self, settings: Settings, credentials: Credentials, log: ExchangeLog) -> None:
        """Open SCM in the database that `settings` name; an empty one gets the master data of the fixtures."""
        self.system = ScmSystem(settings.scm or IN_MEMORY, synchronous=settings.synchronous)
        with ExitStack() as on_error:
            on_error.callback(self.system.close)
            if not self.system.rows("LegalEntities"):
                fill_master_data(self.system)
            on_error.pop_all()
        self._secret = credentials.client_secret
        self.access = EntraTenant(TENANT, (credentials.client_id, self._secret))
        self.calls = FaultyScm(log)

    def reset(self) -> None:
        """Forget every contract, call and fault; keep the master data of the fixtures."""
        self.calls.clear()
        self.access.change_secret(self._secret)
        fill_master_data(self.system)

    def close(self) -> None:
        self.system.close()

    def routes(self) -> Sequence[BaseRoute]:
        endpoint = TokenEndpoint(self.access.issue_token, LIFETIME_SECONDS, "Entra ID")
        tokens = [Route(path, ErrorGuard(endpoint)) for path in scm.TOKENS]
        served = scm.ScmOverHttp(self.system, self.access, self.calls.around)
        return [*tokens, Mount(scm.ROOT, ErrorGuard(FaultMiddleware(served)))]

    def urls(self, base: str) -> dict[str, str]:
        return {"scm": base + scm.ROOT, "scm token": base + scm.TOKENS[0]}


class MiddlewareComponent:
    """API Management, CPI with its worker, the monitoring."""

    def __init__(  # noqa: PLR0913 - the middleware calls all other parts
        self,
        settings: Settings,
        credentials: Credentials,
        log: ExchangeLog,
        *,
        token_url: str,
        ecc: Mapping[str, str],
        clock: SettableClock,
    ) -> None:
        """Open the store; `settings` also give ICI's base URL, and `ecc` the URL of each system's web service."""
        self._log = log
        self.clock = clock
        with ExitStack() as opened:
            queue = open_queue(settings)
            assert queue is not None, "a served middleware needs a store"
            self.queue = queue
            opened.callback(self.queue.close)
            session = opened.enter_context(client_session())
            client = credentials.client_id, credentials.client_secret
            token = TokenClient(session, token_url, *client, clock=clock)
            login = credentials.ecc_user, credentials.ecc_password
            longest = settings.longest_answer.total_seconds()
            systems = {name: SoapTarget(name, url, session, login, longest, clock=clock) for name, url in ecc.items()}
            keyed = settings.model_copy(update={"api_key": settings.api_key and credentials.apikey})
            self.middleware = Middleware(
                keyed,
                self.queue,
                systems,
                session=session,
                token=token,
                hand_over=self._hand_over,
                clock=clock,
            )
            worker = self.middleware.worker(self.queue)
            self.background = WorkerPool(self.queue, worker, clock, settings.concurrency, settings.keep_completed)
            self._open = opened.pop_all()

    def _hand_over(self, source: str, accept: Accept) -> None:
        self.background.hand_over(source, accept)

    def reset(self) -> None:
        """Forget every message, and the tokens."""
        with self.background.paused():
            self.middleware.reset()

    def close(self) -> None:
        self._open.close()

    def routes(self) -> Sequence[BaseRoute]:
        webhook = apim.WebhookOverHttp(self.middleware.webhook)
        return [Route(apim.PATH, ErrorGuard(RecordedWebhook(webhook, self._log)))]

    def urls(self, base: str) -> dict[str, str]:
        return {"webhook": base + apim.PATH}


CONNECTOR_PATH = "/connector/events"
"""The webhook of the connector."""

_ALIGNMENT_PAUSE_SECONDS = 60.0


class ConnectorComponent:
    """The connector between ICI and SCM: its webhook, its worker and its jobs."""

    def __init__(  # noqa: PLR0913 - what it is wired to
        self,
        settings: Settings,
        credentials: Credentials,
        log: ExchangeLog,
        *,
        token_url: str,
        clock: SettableClock,
        keep: Callable[[AlignmentAlerts], object],
    ) -> None:
        """Open the store; `settings` also give the addresses of ICI and SCM, `token_url` is ICI's.

        `keep` gets the alerts about the alignment, whenever one has ended.
        """
        self.clock = clock
        self._log = log
        self._ici_url = settings.ici_base_url
        self._key = credentials.apikey
        client = credentials.client_id, credentials.client_secret
        with ExitStack() as opened:
            self.queue = queue = open_connector_store(settings)
            opened.callback(queue.close)
            session = opened.enter_context(client_session())
            known = settings.model_copy(update={"scm_client": client})
            token = TokenClient(session, token_url, *client, clock=clock)
            self.connector = open_connector(known, session, queue, clock, token, keep=keep)
            self.background = WorkerPool(
                queue, self.connector.worker, clock, settings.concurrency, settings.keep_completed
            )
            self._ending = threading.Event()
            self._aligning = threading.Thread(target=self._align, name="alignment", daemon=True)
            self._open = opened.pop_all()

    def start(self) -> None:
        """Start worker and jobs. The server listens by now."""
        self.background.start()
        self._aligning.start()

    def stop(self) -> None:
        self._ending.set()
        self.background.stop()

    def work(self) -> None:
        """Do everything that is due."""
        self.background.work()
        self.connector.align_if_due()

    def connect(self, ici_url: str = "") -> None:
        """Set the connection up; `ici_url` is where SCM sends its users, blank for the ICI that is called.

        Raises InterfaceError.
        """
        self.connector.connect(ici_url or self._ici_url)

    def reset(self) -> None:
        """Forget every message, and the tokens."""
        with self.background.paused():
            self.connector.reset()

    def close(self) -> None:
        self._open.close()

    def routes(self) -> Sequence[BaseRoute]:
        webhook = apim.WebhookOverHttp(WebhookEndpoint(self._key, self._accept))
        return [Route(CONNECTOR_PATH, ErrorGuard(RecordedWebhook(webhook, self._log, CONNECTOR)))]

    def urls(self, base: str) -> dict[str, str]:
        return {"connector": base + CONNECTOR_PATH}

    def _accept(self, body: object) -> str:
        guid = self.connector.accept(body)
        self.background.wake()
        return guid

    def _align(self) -> None:
        while not self._ending.wait(_ALIGNMENT_PAUSE_SECONDS):
            try:
                self.connector.align_if_due()
            except Exception as failure:  # noqa: BLE001 - a full disk must not end the alignment for ever
                # Its text may hold values (SEC-2).
                _LOG.error("the alignment failed (%s) and goes on in a while", type(failure).__name__)
