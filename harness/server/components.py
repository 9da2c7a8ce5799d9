"""The parts of a served landscape: ICI, the middleware, the ECC systems. Each can run alone in its process.

Their requests go through the taps of an `ExchangeLog`, which records nothing until it is told to.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route

from harness.abap.upsert import abap_in
from harness.doubles.clocks import SettableClock
from harness.doubles.icertis_faults import FaultySite
from harness.doubles.taps import ExchangeLog
from harness.server.credentials import Credentials
from harness.server.fault_middleware import FaultMiddleware
from harness.server.tap_middleware import RecordedEcc, RecordedWebhook
from harness.testdata.scm_master_data import fill_master_data
from simulator.apim import http_app as apim
from simulator.cpi.oauth2 import TokenClient
from simulator.cpi.soap_target import SoapTarget
from simulator.cpi.worker_pool import WorkerPool
from simulator.database import IN_MEMORY
from simulator.ecc.wsdl import PATH as FUNCTION_PATH
from simulator.http_support import ErrorGuard, client_session
from simulator.icertis import http_app as icertis
from simulator.icertis.authentication import Authenticator
from simulator.icertis.event_delivery import HttpDelivery
from simulator.icertis.rest import IcertisRest
from simulator.icertis.store import IcertisStore
from simulator.landscape import create_tenant, open_queue, open_systems
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
    ) -> None:
        """`webhook_url` gets the events; while it is blank, they wait. Renewals wait for the `clock`."""
        self._kept_requests = kept_requests
        self._settings = settings
        self._clock = clock
        self._log = log
        self.event_delivery = HttpDelivery(webhook_url, credentials.apikey)
        client = credentials.client_id, credentials.client_secret
        self.access = Authenticator(client=client, icm_auth_token=credentials.icm_auth_token)
        self._store = IcertisStore(settings.ici_store, settings.synchronous) if settings.ici_store else None
        self._create_tenant()

    def _create_tenant(self) -> None:
        """Create the tenant with what the store holds of it."""
        settings, store = self._settings, self._store
        if store is None:
            self.tenant = create_tenant(settings, self.event_delivery.emit, self._clock)
        else:
            kept = store.load()
            self.tenant = create_tenant(settings, self.event_delivery.emit, self._clock, store.note_change)
            self.tenant.restore(kept.agreements, kept.numbers, kept.starts)
            self.event_delivery.restore(kept.events)
        self.rest = IcertisRest(self.tenant, self.access, settings.seed, self._kept_requests)
        self.site = FaultySite(self.rest)
        self._recorded_site = self._log.site(self.site)

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
        if not self.event_delivery.is_full:
            self.tenant.renew_due()

    def save(self) -> None:
        """Write what has changed to the store, if there is one."""
        if self._store is not None:
            self._store.save(self.tenant, self.event_delivery.waiting)

    async def send_events(self) -> None:
        """Send the queued events, once everything that they are about is stored."""
        self.save()
        await asyncio.to_thread(self.event_delivery.send)
        self.save()

    def close(self) -> None:
        self.event_delivery.close()
        if self._store is not None:
            self._store.close()

    def reset(self) -> None:
        """Forget every agreement, event, request and fault; keep the webhook's address."""
        self.event_delivery.clear()
        if self._store is not None:
            self._store.reset()
        self._create_tenant()

    def routes(self) -> Sequence[BaseRoute]:
        served = icertis.IcertisOverHttp(lambda: self._recorded_site)
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

    def __init__(self, settings: Settings, credentials: Credentials) -> None:
        """Open SCM in the database that `settings` name; an empty one gets the master data of the fixtures."""
        self.system = ScmSystem(settings.scm or IN_MEMORY, synchronous=settings.synchronous)
        with ExitStack() as on_error:
            on_error.callback(self.system.close)
            if not self.system.rows("LegalEntities"):
                fill_master_data(self.system)
            on_error.pop_all()
        client = credentials.client_id, credentials.client_secret
        self.access = EntraTenant(TENANT, client)

    def reset(self) -> None:
        """Forget every contract; keep the master data of the fixtures."""
        self.system.reset()
        fill_master_data(self.system)

    def close(self) -> None:
        self.system.close()

    def routes(self) -> Sequence[BaseRoute]:
        endpoint = TokenEndpoint(self.access.issue_token, LIFETIME_SECONDS, "Entra ID")
        tokens = [Route(path, ErrorGuard(endpoint)) for path in scm.TOKENS]
        return [*tokens, Mount(scm.ROOT, ErrorGuard(scm.ScmOverHttp(self.system, self.access)))]

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
            token = TokenClient(session, token_url, credentials.client_id, credentials.client_secret)
            login = credentials.ecc_user, credentials.ecc_password
            longest = settings.longest_answer.total_seconds()
            systems = {name: SoapTarget(name, url, session, login, longest) for name, url in ecc.items()}
            keyed = settings.model_copy(update={"api_key": settings.api_key and credentials.apikey})
            self.middleware = Middleware(
                keyed,
                self.queue,
                systems,
                session=session,
                token=token,
                wake=lambda: self.background.wake(),  # noqa: PLW0108 - the worker is made from the middleware
                clock=clock,
            )
            self.background = WorkerPool(self.queue, self.middleware.worker(self.queue), clock, settings.concurrency)
            self._open = opened.pop_all()

    def reset(self) -> None:
        """Forget every message."""
        with self.background.paused():
            self.queue.reset()

    def close(self) -> None:
        self._open.close()

    def routes(self) -> Sequence[BaseRoute]:
        webhook = apim.WebhookOverHttp(self.middleware.webhook)
        return [Route(apim.PATH, ErrorGuard(RecordedWebhook(webhook, self._log)))]

    def urls(self, base: str) -> dict[str, str]:
        return {"webhook": base + apim.PATH}
