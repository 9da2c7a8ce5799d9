"""The parts of a landscape that is served: ICI, the middleware, ECC systems. Each may stand alone in its process.

What comes in at their edges goes through the taps of a `Traffic`, which keeps nothing unless it is told to.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from starlette.routing import BaseRoute, Mount, Route

from harness.doubles.icertis_faults import BentSite
from harness.doubles.settable_clock import SettableClock
from harness.doubles.taps import Traffic
from harness.server.credentials import Credentials
from harness.server.fault_middleware import FaultMiddleware
from harness.server.tap_middleware import RecordedEcc, RecordedWebhook
from simulator.apim import http_app as apim
from simulator.cpi.oauth2 import TokenClient
from simulator.cpi.queue import Queue
from simulator.cpi.soap_target import SoapTarget
from simulator.cpi.worker_thread import WorkerThread
from simulator.ecc.wsdl import PATH as FUNCTION_PATH
from simulator.http_support import ErrorGuard, client_session
from simulator.icertis import http_app as icertis
from simulator.icertis.authentication import Authenticator
from simulator.icertis.event_delivery import HttpDelivery
from simulator.icertis.rest import IcertisRest
from simulator.icertis.tenant import IcertisTenant
from simulator.landscape import open_systems
from simulator.middleware import Middleware
from simulator.settings import Settings


class IcertisComponent:
    """The mock ICI. Whatever changes it runs in the loop of the server, which answers CPI's calls as well."""

    def __init__(self, settings: Settings, credentials: Credentials, traffic: Traffic) -> None:
        self._settings = settings
        self._traffic = traffic
        self.event_delivery = HttpDelivery(api_key=credentials.apikey)
        client = credentials.client_id, credentials.client_secret
        self._access = Authenticator(client=client, icm_auth_token=credentials.icm_auth_token)
        self._fill()
        self._served = icertis.IcertisOverHttp(traffic.site(self.site))

    def _fill(self) -> None:
        settings = self._settings
        self.tenant = IcertisTenant(
            settings.source, self.event_delivery.emit, seed=settings.seed, roll_up=settings.roll_up_amendments
        )
        self.rest = IcertisRest(self.tenant, self._access, settings.seed)
        self.site = BentSite(self.rest)

    def reset(self) -> None:
        """Forget every agreement, event, request and fault; the webhook stays known."""
        self.event_delivery.clear()
        self._fill()
        self._served.site = self._traffic.site(self.site)

    def routes(self) -> Sequence[BaseRoute]:
        return (
            Mount(icertis.API, ErrorGuard(FaultMiddleware(self._served))),
            Route(icertis.TOKEN, ErrorGuard(icertis.TokenEndpoint(self._access))),
        )

    def urls(self, base: str) -> dict[str, str]:
        return {"icertis": base + icertis.API, "token": base + icertis.TOKEN}


class EccPart:
    """Some ECC systems."""

    def __init__(self, settings: Settings, credentials: Credentials, traffic: Traffic) -> None:
        """`settings` name their databases."""
        self._traffic = traffic
        self.systems = open_systems(settings)
        self._credentials = credentials
        self.troubles: dict[str, ExitStack] = {name: ExitStack() for name in self.systems}
        """By system, what ails it, until that is closed."""

        self.said: dict[str, list[str]] = {name: [] for name in self.systems}
        """The same in words."""

    def mend(self, name: str) -> None:
        """Take every trouble from a system."""
        self.troubles[name].close()
        self.systems[name].is_up = True
        self.said[name].clear()

    def reset(self) -> None:
        """Empty the tables."""
        for name, system in self.systems.items():
            self.mend(name)
            system.reset()

    def close(self) -> None:
        for system in self.systems.values():
            system.close()

    def routes(self) -> Sequence[BaseRoute]:
        user, password = self._credentials.ecc_user, self._credentials.ecc_password
        return [
            Route(f"/{name}{FUNCTION_PATH}", ErrorGuard(RecordedEcc(system, user, password, self._traffic)))
            for name, system in self.systems.items()
        ]

    def urls(self, base: str) -> dict[str, str]:
        return {name: f"{base}/{name}{FUNCTION_PATH}" for name in self.systems}


class MiddlewarePart:
    """API Management, CPI with its worker, the monitoring."""

    def __init__(  # noqa: PLR0913 - it stands between all others
        self,
        settings: Settings,
        credentials: Credentials,
        traffic: Traffic,
        *,
        token_url: str,
        ecc: Mapping[str, str],
        clock: SettableClock,
    ) -> None:
        """`settings` name the store and ICI's base URL; `ecc` is the URL of each system's web service."""
        assert settings.store is not None, "a middleware that is served keeps a store"
        self._traffic = traffic
        self.clock = clock
        self._open = ExitStack()
        self.queue = Queue(settings.store)
        self._open.callback(self.queue.close)
        session = self._open.enter_context(client_session())
        # Whoever debugs is told no URL either: it names an agreement, a confidential one for all we know (SEC-2).
        logging.getLogger("urllib3").setLevel(logging.INFO)
        token = TokenClient(session, token_url, credentials.client_id, credentials.client_secret)
        login = credentials.ecc_user, credentials.ecc_password
        longest = settings.longest_answer.total_seconds()
        systems = {name: SoapTarget(name, url, session, login, longest) for name, url in ecc.items()}
        keyed = settings.model_copy(update={"api_key": settings.api_key and credentials.apikey})
        self.middleware = Middleware(
            keyed,
            self.queue,
            systems,
            {name: system.unavailable_reason for name, system in systems.items()},
            session=session,
            token=token,
            wake=lambda: self.background.wake(),  # noqa: PLW0108 - it is made from the middleware
            clock=clock,
        )
        self.background = WorkerThread(self.queue, self.middleware.worker(self.queue), clock)

    def reset(self) -> None:
        """Forget every message."""
        with self.background.paused():
            self.queue.reset()

    def close(self) -> None:
        self._open.close()

    def routes(self) -> Sequence[BaseRoute]:
        webhook = apim.WebhookOverHttp(self.middleware.webhook)
        return [Route(apim.PATH, ErrorGuard(RecordedWebhook(webhook, self._traffic)))]

    def urls(self, base: str) -> dict[str, str]:
        return {"webhook": base + apim.PATH}
