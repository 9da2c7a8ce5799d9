"""Somebody else's middleware, between our ICI and our ECC systems, which this process serves.

Of the middleware nothing is known but its webhook. What it does shows in what ICI is asked and what the systems hold.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

import requests
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from harness.doubles import taps as edges
from harness.environments.interfaces import Moment, NotSupported, ScenarioLandscape
from harness.environments.local_ecc import OwnEcc, Trouble
from harness.environments.local_icertis import OwnIci
from harness.environments.quiescence import Traffic
from harness.server.fault_middleware import FaultMiddleware
from harness.server.uvicorn_server import bound, running
from simulator.apim.webhook import Reply
from simulator.ecc.http_app import EccOverHttp
from simulator.ecc.system import EccSystem
from simulator.ecc.wsdl import PATH as FUNCTION_PATH
from simulator.http_support import ErrorGuard, client_session
from simulator.icertis import http_app as icertis
from simulator.icertis.authentication import Authenticator
from simulator.icertis.event_delivery import DirectDelivery
from simulator.icertis.rest import IcertisRest
from simulator.icertis.tenant import IcertisTenant
from simulator.landscape import Databases
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.reporting.reconciliation import Finding
from simulator.settings import Settings

LONGEST_SECONDS = 60.0
"""How long a middleware may be at one event."""


_BREATH = 0.002
"""Seconds without a call after which a middleware is asked whether it is done."""


class MiddlewareFailed(Exception):  # noqa: N818 - it says what became of the scenario
    """The middleware cannot be reached, or does not come to an end; the text is for its developer."""


@dataclass(frozen=True)
class Middleware:
    """Where the middleware is, and how it finds us."""

    webhook: str
    """URL that takes an event."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """What ICI shows to the webhook: its credential."""

    pending: str = ""
    """URL that answers with the number of events not done yet, where the middleware has one."""

    settle: float = 3.0
    """Seconds without any call after which an event counts as done, where there is no such URL."""

    host: str = "127.0.0.1"
    port: int = 8800
    """Where we listen; 0 is any port that is free."""

    ici_token: str = "ici-token"  # noqa: S105 - of the mock
    """Bearer token that ICI takes; another way is a token for this client."""

    ici_client: tuple[str, str] = ("cpi", "cpi-secret")
    ecc_login: tuple[str, str] = ("CPI_ICM", "ecc-password")


class External:
    """The middleware behind a URL."""

    name = "external"

    def __init__(self, middleware: Middleware) -> None:
        """Listens from here on, until it is closed. Raises PortInUse."""
        self._middleware = middleware
        self._open = ExitStack()
        self._session = self._open.enter_context(client_session())
        self._access = Authenticator(middleware.ici_token, client=middleware.ici_client)
        databases = Databases.open(Settings(store=None))
        self._open.callback(databases.close)
        self._systems = databases.systems
        self._edges = edges.Traffic()
        nobody = IcertisTenant("", lambda _: None)
        self._ici = icertis.IcertisOverHttp(IcertisRest(nobody, self._access))
        self._traffic = Traffic(ErrorGuard(self._app()))
        listening = bound(middleware.host, middleware.port)
        self.base = f"http://{middleware.host}:{listening.getsockname()[1]}"
        self._open.enter_context(running(self._traffic, listening))

    @property
    def urls(self) -> dict[str, str]:
        """What the middleware has to call."""
        functions = {name: f"{self.base}/{name}{FUNCTION_PATH}" for name in self._systems}
        return {"ICI": self.base + icertis.API, "ICI token": self.base + icertis.TOKEN, **functions}

    def scene(self, settings: Settings) -> ScenarioLandscape:
        if settings != Settings():
            raise NotSupported("the settings of the middleware are its own")
        for system in self._systems.values():
            system.reset()
        self._edges.begin()
        event_delivery = DirectDelivery(
            lambda event: self._post(json.dumps(event).encode(), None), max_wait=LONGEST_SECONDS
        )
        tenant = IcertisTenant(settings.source, event_delivery.emit, seed=settings.seed)
        rest = IcertisRest(tenant, self._access, settings.seed)
        scene = ExternalScene(SteadyIci(tenant, rest, event_delivery), self._systems, settings, self._post, self._edges)
        self._ici.site = self._edges.site(scene.ici.site)
        return scene

    def close(self) -> None:
        self._open.close()

    def _app(self) -> Starlette:
        user, password = self._middleware.ecc_login
        functions = [
            Route(f"/{name}{FUNCTION_PATH}", EccOverHttp(self._edges.target(name, system), user, password))
            for name, system in self._systems.items()
        ]
        token = Route(icertis.TOKEN, icertis.TokenEndpoint(self._access))
        return Starlette(routes=[Mount(icertis.API, FaultMiddleware(self._ici)), token, *functions])

    def _post(self, body: bytes, credential: str | None) -> Reply:
        """Let a body reach the webhook, and wait until the middleware has done what it does.

        `credential` stands in place of the right one; blank is none, None is the right one.
        """
        headers = dict(self._middleware.headers)
        if credential is not None:
            if not headers:
                raise NotSupported("no credential of the webhook was given, so that a wrong one says nothing")
            headers = dict.fromkeys(headers, credential) if credential else {}
        try:
            with self._edges.going(edges.ICI, edges.APIM, edges.Event(body, bool(headers))) as exchange:
                answer = self._session.post(
                    self._middleware.webhook,
                    body,
                    headers={"Content-Type": "application/json", **headers},
                    timeout=LONGEST_SECONDS,
                    allow_redirects=False,
                )
                exchange.answer = reply = Reply(answer.status_code, {}, answer.headers)
        except requests.RequestException as failure:
            raise MiddlewareFailed(
                f"the webhook of the middleware could not be reached ({type(failure).__name__})"
            ) from None
        self._settle()
        return reply

    def _settle(self) -> None:
        """Wait until the middleware is done. Raises MiddlewareFailed where that takes too long."""
        done = self._nothing_is_pending if self._middleware.pending else self._it_is_quiet
        until = time.monotonic() + LONGEST_SECONDS
        while not done():
            if time.monotonic() > until:
                raise MiddlewareFailed(f"the middleware is not done with an event after {LONGEST_SECONDS:.0f} seconds")

    def _nothing_is_pending(self) -> bool:
        if not self._traffic.idle_for(_BREATH):  # while it is calling it is not done, and asking it holds it up
            return False
        answer = self._session.get(self._middleware.pending, timeout=LONGEST_SECONDS)
        return answer.ok and answer.text.strip() == "0"

    def _it_is_quiet(self) -> bool:
        return self._traffic.idle_for(self._middleware.settle)


class ExternalScene:
    """One landscape with the middleware in it."""

    def __init__(
        self,
        ici: OwnIci,
        systems: Mapping[str, EccSystem],
        settings: Settings,
        post: Callable[[bytes, str | None], Reply],
        traffic: edges.Traffic,
    ) -> None:
        self.ici = ici
        self.traffic = traffic
        self.systems: Mapping[str, OwnEcc] = {name: SteadyEcc(system) for name, system in systems.items()}
        self.cpi = self
        self._right = settings.api_key
        self._post = post

    def post(self, body: bytes, headers: Mapping[str, str] | None) -> Reply:
        """What a feature calls the API key stands for the credential that the middleware asks for."""
        shown = self._right if headers is None else headers.get("apikey", "")
        return self._post(body, None if shown == self._right else shown)

    def entries(self) -> list[LogEntry]:
        _cannot("the message log of the middleware cannot be read from here")

    def alerts(self) -> list[Alert]:
        _cannot("the alerts of the middleware cannot be read from here")

    def next_due(self) -> datetime | None:
        _cannot("when the middleware tries again cannot be seen from here")

    def work(self, now: datetime) -> None:  # noqa: ARG002
        _cannot("the clock of the middleware cannot be moved from here")

    def put_back(self, guids: Iterable[str]) -> None:  # noqa: ARG002
        _cannot("messages cannot be put back in the middleware from here")

    def reconcile(self, *, repair: bool) -> list[Finding]:  # noqa: ARG002
        _cannot("reconciliation is a part of our own middleware")

    def killed(self, moment: Moment, deed: Callable[[], object]) -> None:  # noqa: ARG002
        _cannot("the middleware cannot be killed from here")

    def close(self) -> None:
        for system in self.systems.values():
            system.mend()


class SteadyIci(OwnIci):
    """ICI without failures, and with no event out of turn: a middleware may try again as long as it likes.

    Whatever it tries again when another scenario is on would be taken for a part of that one.
    """

    def holds_events_back(self, *, holding: bool) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)

    def answers_call(self, number: int, words: str) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)

    def answers_call_once(self, number: int, words: str) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)

    def is_there(self, *, there: bool) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)


class SteadyEcc(OwnEcc):
    """An ECC system without failures, for the same reason."""

    def is_there(self, *, there: bool) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)

    def has(self, trouble: Trouble) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)


_LEFT_BEHIND = "a failure would leave something to be tried again in the middleware, which cannot be cleared from here"


def _cannot(reason: str) -> NoReturn:
    raise NotSupported(reason)
