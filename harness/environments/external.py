"""Somebody else's middleware between our ICI and our ECC systems, which this process serves.

Only the webhook of the middleware is known. Its work shows in the requests to ICI and the tables of the systems.
"""

import json
import time
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from html import unescape
from pathlib import Path
from threading import Condition
from typing import NoReturn
from urllib.parse import unquote, unquote_to_bytes

import requests
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.abap.upsert import ABAP_SETTINGS, abap_in
from harness.doubles.clocks import ManualClock
from harness.doubles.taps import (
    APIM,
    CPI,
    ICI,
    Call,
    EccMessage,
    Exchange,
    ExchangeLog,
    ExchangeRequest,
    WebhookPost,
)
from harness.environments.interfaces import (
    START_TIME,
    KillPoint,
    MiddlewareAddress,
    MiddlewareFailed,
    Mode,
    NotSupported,
    ScenarioLandscape,
    ScenarioScm,
)
from harness.environments.local_ecc import EccFault, LocalEcc
from harness.environments.local_icertis import LocalIcertis
from harness.server.fault_middleware import FaultMiddleware
from harness.server.uvicorn_server import listening_socket, run_in_thread
from simulator.apim.cloud_events import binary_attributes
from simulator.apim.webhook import Reply
from simulator.ecc.http_app import EccOverHttp
from simulator.ecc.wsdl import PATH as FUNCTION_PATH
from simulator.http_support import ErrorGuard, client_session
from simulator.icertis import http_app as icertis
from simulator.icertis.authentication import Authenticator
from simulator.icertis.event_delivery import DirectDelivery
from simulator.icertis.rest import CALL_1_PATH, IcertisRest, RestSite
from simulator.icertis.tenant import IcertisTenant
from simulator.landscape import Databases, create_tenant
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.reporting.reconciliation import Finding
from simulator.settings import Settings

MAX_EVENT_SECONDS = 60.0
"""The longest time of a middleware for one event."""

_IDLE_BEFORE_POLL = 0.002
"""Seconds without a call before the middleware is asked for its pending events."""


class ActivityMonitor:
    """An application that knows when it was last at work."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._changed = Condition()
        self._under_way = 0
        self._last_change = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._count(1)
        try:
            await self._app(scope, receive, send)
        finally:
            self._count(-1)

    def idle_for(self, seconds: float) -> bool:
        """Wait for `seconds`. Return False, as early as possible, if a call is or comes under way."""
        with self._changed:
            before = self._last_change
            self._changed.wait(seconds)
            return self._last_change == before and not self._under_way

    def _count(self, change: int) -> None:
        with self._changed:
            self._under_way += change
            self._last_change = time.monotonic()
            self._changed.notify_all()


class Overheard:
    """Keep the text of every request to a system, whether it can read it or not, but for the login."""

    def __init__(self, app: ASGIApp, log: ExchangeLog, others: tuple[str, ...]) -> None:
        """`others` are the beginnings of the paths that are not kept: those of ICI and of token endpoints."""
        self._app = app
        self._log = log
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._others):
            await self._app(scope, receive, send)
            return
        messages = deque[Message]()
        while not messages or messages[-1].get("more_body"):
            messages.append(await receive())  # a system may refuse a request unread
        body = b"".join(message.get("body", b"") for message in messages)
        said = [value for name, value in scope["headers"] if name != b"authorization"]
        target = unquote_to_bytes(scope["raw_path"] + b" " + scope["query_string"].replace(b"+", b" "))
        encoding = "utf-16" if body[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8"
        head = b" ".join([target, *said]).decode(errors="replace")
        self._log.overheard.append(f"{head} {unescape(body.decode(encoding, errors='replace'))}")

        async def again() -> Message:
            return messages.popleft() if messages else await receive()

        await self._app(scope, again, send)


_CAME_LATE = (
    "the middleware made a call about an agreement of an earlier scenario after that had ended, so neither that one "
    "nor this one proves anything: give --settle more seconds, or a --pending-url that counts all that is under way"
)
_LEFT_BEHIND = "a fault would leave retries in the middleware that cannot be cleared from here"


class FaultFreeIcertis(LocalIcertis):
    """ICI without faults and without held-back events.

    A middleware may retry for as long as it likes. A retry during the next scenario would count as part of that one.
    """

    def hold_events(self, *, holding: bool) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)

    def answer_call(self, number: int, words: str) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)

    def answer_call_once(self, number: int, words: str) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)

    def set_reachable(self, *, reachable: bool) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)


class FaultFreeEcc(LocalEcc):
    """An ECC system without faults, for the same reason."""

    def set_reachable(self, *, reachable: bool) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)

    def inject(self, fault: EccFault) -> None:  # noqa: ARG002
        _cannot(_LEFT_BEHIND)


class ExternalEnvironment:
    """The middleware behind a URL."""

    mode = Mode.EXTERNAL
    takes_events = APIM
    """The name of what takes the events of ICI."""

    icertis_class: type[LocalIcertis] = FaultFreeIcertis
    not_overheard: tuple[str, ...] = (icertis.API, icertis.TOKEN)

    def __init__(self, middleware: MiddlewareAddress, abap: Path | None = None) -> None:
        """Listen until `close`. Raises PortInUse. `abap` is the function module of the systems, in place of ours."""
        self.own_settings: Mapping[str, object] = ABAP_SETTINGS if abap else {}
        self._middleware = middleware
        self._open = ExitStack()
        self._session = self._open.enter_context(client_session())
        self.access = Authenticator(middleware.ici_token, client=middleware.ici_client)
        databases = Databases.open(Settings(store=None))
        self._open.callback(databases.close)
        self._systems = databases.systems
        if abap:
            self._open.enter_context(abap_in(self._systems.values(), abap))
        self._exchange_log = ExchangeLog()
        self._exchange_log.watch(self._note_late_call)
        self._tenant = IcertisTenant("", lambda _: None)
        self._posted = ""
        """The bodies of the scenario's events."""

        self._earlier = set[str]()
        """The System IDs of earlier scenarios, in lower case."""

        self._came_late = False
        self._site: RestSite = IcertisRest(self._tenant, self.access)
        served = ErrorGuard(Starlette(routes=self._routes()))
        self._activity = ActivityMonitor(Overheard(served, self._exchange_log, self.not_overheard))
        listening = listening_socket(middleware.host, middleware.port)
        self.base = f"http://{middleware.host}:{listening.getsockname()[1]}"
        self._open.enter_context(run_in_thread(self._activity, listening))

    @property
    def urls(self) -> dict[str, str]:
        """The URLs that the middleware calls."""
        functions = {name: f"{self.base}/{name}{FUNCTION_PATH}" for name in self._systems}
        return {"ICI": self.base + icertis.API, "ICI token": self.base + icertis.TOKEN, **functions}

    def create_landscape(self, settings: Settings) -> ScenarioLandscape:
        ours = Settings.model_validate(self.own_settings)
        if settings.model_copy(update={"source": ours.source}) != ours:
            raise NotSupported("the settings of the middleware cannot be changed from here")
        for system in self._systems.values():
            system.reset()
        self._exchange_log.reset()
        event_delivery = DirectDelivery(
            lambda event: self._post(json.dumps(event).encode(), None), max_wait=MAX_EVENT_SECONDS
        )
        clock = ManualClock(START_TIME)
        self._earlier |= {one.sys_id.lower() for one in self._tenant.all_agreements()}
        self._posted = ""
        self._tenant = tenant = create_tenant(settings, event_delivery.emit, clock)
        ici = self.icertis_class(tenant, self.access, event_delivery, clock, settings.seed)
        self._site = self._exchange_log.site(ici.site)
        return self._landscape(ici, clock, settings)

    def close(self) -> None:
        self._open.close()

    def _landscape(self, ici: LocalIcertis, clock: ManualClock, settings: Settings) -> ScenarioLandscape:  # noqa: ARG002 - the clock of a middleware that has none
        systems = {name: FaultFreeEcc(system) for name, system in self._systems.items()}
        return ExternalLandscape(ici, systems, settings, self._post, self._exchange_log)

    def _routes(self) -> list[BaseRoute]:
        user, password = self._middleware.ecc_login
        functions = [
            Route(f"/{name}{FUNCTION_PATH}", EccOverHttp(self._exchange_log.target(name, system), user, password))
            for name, system in self._systems.items()
        ]
        token = Route(icertis.TOKEN, icertis.token_endpoint(self.access))
        ici = icertis.IcertisOverHttp(lambda: self._site)
        return [Mount(icertis.API, FaultMiddleware(ici)), token, *functions]

    def _post(self, body: bytes, credential: str | None, attributes: Mapping[str, str] | None = None) -> Reply:
        """Post a body to the webhook, and wait until the middleware is done.

        `credential` replaces the right one; None is the right one, blank is none at all.
        `attributes` are the headers of a CloudEvent in binary mode.
        """
        headers = dict(self._middleware.headers)
        if credential is not None:
            if not headers:
                raise NotSupported("no credential of the webhook is given, so a wrong one proves nothing")
            headers = dict.fromkeys(headers, credential) if credential else {}
        attributes = attributes or {}
        self._posted += body.decode(errors="replace").lower()
        sent = WebhookPost(body, bool(headers), binary_attributes(attributes))
        try:
            with self._exchange_log.record(ICI, self.takes_events, sent) as exchange:
                exchange.answer = reply = self._send(
                    body, {"Content-Type": "application/json", **headers, **attributes}
                )
        except requests.RequestException as failure:
            raise MiddlewareFailed(
                f"the webhook of the middleware could not be reached ({type(failure).__name__})"
            ) from None
        self._settle()
        if self._came_late:
            self._came_late = False
            raise MiddlewareFailed(_CAME_LATE)
        return reply

    def _send(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Send a body to the webhook. Raises requests.RequestException."""
        answer = self._session.post(
            self._middleware.webhook, body, headers=headers, timeout=MAX_EVENT_SECONDS, allow_redirects=False
        )
        return Reply(answer.status_code, {}, answer.headers)

    def _settle(self) -> None:
        """Wait until the middleware is done. Raises MiddlewareFailed if that takes too long."""
        is_done = self._nothing_is_pending if self._middleware.pending else self._is_idle
        deadline = time.monotonic() + MAX_EVENT_SECONDS
        while not is_done():
            if time.monotonic() > deadline:
                raise MiddlewareFailed(f"the middleware has not finished an event in {MAX_EVENT_SECONDS:.0f} seconds")

    def _note_late_call(self, exchange: Exchange) -> None:
        """Note a call of the middleware about an agreement that only an earlier scenario had."""
        named = _named(exchange.request)
        if exchange.sender != CPI or named not in self._earlier or named in self._posted:
            return
        self._came_late |= all(one.sys_id.lower() != named for one in self._tenant.all_agreements())

    def _nothing_is_pending(self) -> bool:
        if not self._activity.idle_for(_IDLE_BEFORE_POLL):  # while it calls it is not done, and polling slows it down
            return False
        try:
            answer = self._session.get(self._middleware.pending, timeout=MAX_EVENT_SECONDS)
        except requests.RequestException:  # a server that failed closes its connection: the next question opens another
            return False
        return answer.status_code == requests.codes.ok and answer.text.strip() == "0"

    def _is_idle(self) -> bool:
        return self._activity.idle_for(self._middleware.settle)


class ExternalLandscape:
    """The landscape of one scenario with the external middleware in it."""

    opened_scm: ScenarioScm | None = None

    def __init__(
        self,
        ici: LocalIcertis,
        systems: Mapping[str, LocalEcc],
        settings: Settings,
        post: Callable[[bytes, str | None, Mapping[str, str] | None], Reply],
        exchange_log: ExchangeLog,
    ) -> None:
        self.ici = ici
        self.exchange_log = exchange_log
        self.systems = systems
        self.cpi = self
        self._api_key = settings.api_key
        self._post = post

    @property
    def scm(self) -> ScenarioScm:
        _cannot("this run has a middleware to ECC, and no SCM: tox -e bdd-scm-external tests a connector")

    def post(
        self, body: bytes, headers: Mapping[str, str] | None, attributes: Mapping[str, str] | None = None
    ) -> Reply:
        """Post a body. The API key of a feature stands for the credential that the middleware expects."""
        shown = self._api_key if headers is None else headers.get("apikey", "")
        return self._post(body, None if shown == self._api_key else shown, attributes)

    def entries(self) -> list[LogEntry]:
        _cannot("the message log of the middleware cannot be read from here")

    def alerts(self) -> list[Alert]:
        _cannot("the alerts of the middleware cannot be read from here")

    def stored(self) -> str:
        _cannot("the store of the middleware cannot be read from here")

    def stored_bytes(self) -> str:
        return self.stored()

    def next_due(self) -> datetime | None:
        _cannot("the retries of the middleware cannot be seen from here")

    def work(self, now: datetime) -> None:  # noqa: ARG002
        _cannot("the clock of the middleware cannot be set from here")

    def retry(self, guids: Iterable[str]) -> None:  # noqa: ARG002
        _cannot("messages of the middleware cannot be retried from here")

    def reconcile(self, *, repair: bool) -> list[Finding]:  # noqa: ARG002
        _cannot("reconciliation belongs to our own middleware")

    def kill_during(self, kill_point: KillPoint, action: Callable[[], object]) -> None:  # noqa: ARG002
        _cannot("the middleware cannot be killed from here")

    def close(self) -> None:
        for system in self.systems.values():
            system.clear_faults()


def _cannot(reason: str) -> NoReturn:
    raise NotSupported(reason)


def _named(request: ExchangeRequest) -> str:
    """Return the System ID that a call is about, in lower case; blank for one about none."""
    if isinstance(request, EccMessage):
        return request.fields.get("SYSID", "").lower()
    call = CALL_1_PATH.match(request.path) if isinstance(request, Call) else None
    return unquote(call["id"]).lower() if call else ""
