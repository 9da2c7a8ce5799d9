"""Serve a landscape, or one part of it, at one port."""

import gc
import ipaddress
import json
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Protocol, Self, TypeAlias

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.data_directory import keep_alignment_alerts, keep_clock, lock, prepare
from harness.database_files import safe_reason
from harness.doubles.clocks import SettableClock
from harness.doubles.taps import ExchangeLog
from harness.errors import UserError
from harness.server.allocator import share_arenas
from harness.server.components import (
    CONNECTOR_PATH,
    ConnectorComponent,
    EccComponent,
    IcertisComponent,
    MiddlewareComponent,
    ScmComponent,
)
from harness.server.credentials import FILE, Credentials
from harness.server.front_page import front_page
from harness.server.problem_response import ProblemResponse
from harness.server.uvicorn_server import Server, listening_socket
from simulator.apim import http_app as apim
from simulator.connector.alignment import AlignmentAlerts
from simulator.database import IN_MEMORY, KeyFileError
from simulator.http_support import ErrorGuard, bearer_token, header, respond_problem, same_credential
from simulator.icertis import http_app as icertis
from simulator.scm import http_app as scm_http
from simulator.settings import CONNECTOR_NAME, ICI_NAME, SCM_NAME, STORE_NAME, Settings

ADMIN = "/__admin"
CONSOLE = "/console"


class PartName(StrEnum):
    """The part of the landscape that one process serves."""

    ALL = "all"
    ICI = "ici"
    MIDDLEWARE = "middleware"
    ECC = "ecc"
    SCM = "scm"
    CONNECTOR = "connector"


@dataclass(frozen=True)
class ServeConfig:
    """The parts that one process serves, and the addresses of the others."""

    folder: Path
    """The data directory, created if missing."""

    settings: Settings = field(default_factory=Settings)
    """Settings of the landscape. They name the databases unless these are files in the folder."""

    part: PartName = PartName.ALL
    all_in_folder: bool = True
    """Keep every database in the folder; else only those for which the settings name none."""

    administration: bool = True
    webhook_url: str = ""
    """The URL to which ICI sends events; blank for the webhook of this process, if it serves one."""

    ici_url: str = ""
    """The base URL of ICI's API for the middleware and the connector; blank for the ICI of this process."""

    token_url: str = ""
    ecc_urls: Mapping[str, str] = field(default_factory=dict)
    """System name to the URL of its web service, for the middleware; empty for the systems of this process."""

    connector_url: str = ""
    """The URL to which ICI sends events about contracts for SCM; blank for the connector of this process, if any."""

    scm_url: str = ""
    """The URL of SCM's environment for the connector; blank for the SCM of this process."""

    abap: Path | None = None
    """The translated ABAP that is the function module of the ECC systems; None for the built-in one."""

    stopped_at: datetime | None = None
    """The time at which the clock of ICI and the middleware is stopped; None for the real time."""

    @property
    def databases_in_settings(self) -> list[str]:
        """Names of the served databases that the settings place elsewhere: systems, and CPI for its store."""
        systems = self.settings.systems if self.serves(PartName.ECC) else {}
        store = {STORE_NAME: self.settings.store} if self.serves(PartName.MIDDLEWARE) else {}
        ici = {ICI_NAME: self.settings.ici_store} if self.settings.ici_store and self.serves(PartName.ICI) else {}
        scm = {SCM_NAME: self.settings.scm} if self.serves_scm else {}
        connector = {CONNECTOR_NAME: self.settings.scm_store} if self.serves_connector else {}
        served = {**systems, **store, **ici, **scm, **connector}
        return [name for name, url in served.items() if url != IN_MEMORY]

    @property
    def served_names(self) -> list[str]:
        """Names of what this process serves: systems, CPI and ICI."""
        systems = [*self.settings.systems] if self.serves(PartName.ECC) else []
        others = [STORE_NAME] * self.serves(PartName.MIDDLEWARE) + [ICI_NAME] * self.serves(PartName.ICI)
        return systems + others + [SCM_NAME] * self.serves_scm + [CONNECTOR_NAME] * self.serves_connector

    def serves(self, part: PartName) -> bool:
        return self.part in (PartName.ALL, part)

    @property
    def serves_scm(self) -> bool:
        return self.serves(PartName.SCM) and self.settings.scm is not None

    @property
    def serves_connector(self) -> bool:
        return self.serves(PartName.CONNECTOR) and self.settings.scm is not None

    def to_json(self) -> str:
        return TypeAdapter(type(self)).dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the config of which `to_json` made this text. Raises pydantic.ValidationError."""
        return TypeAdapter(cls).validate_json(text)


class LiveConsole(Protocol):
    """The pages on which people act, mounted at `CONSOLE`."""

    app: ASGIApp

    link: str
    """The URL that admits whoever opens it first."""

    def notice(self) -> None:
        """Take note that the administration has changed something. Any thread may call it."""

    def stop(self) -> None:
        """End the streams, so that the server need not wait for them."""


MakeConsole: TypeAlias = Callable[["ServedLandscape", ASGIApp | None], LiveConsole]
"""Make the console of a landscape; it gets the administration, None where that is switched off."""


class ServedLandscape:
    """The parts of one process, and the application that serves them."""

    def __init__(self, config: ServeConfig, base: str, make_console: MakeConsole | None = None) -> None:
        """Open the databases; `base` is the URL of the server. Raises UserError for a folder that cannot be used.

        `make_console` is called where this process serves every part.
        """
        self.base = base
        self.console: LiveConsole | None = None
        self._make_console = make_console if config.part == PartName.ALL else None
        prepare(config.folder, config.settings.systems)
        self.credentials_file: Path | None = None
        """The file that holds the credentials; None where the settings hold them, or nothing but this process."""

        self.new_credentials: dict[str, dict[str, str]] | None = None
        """The credentials that nothing but this process holds, by group and key; None for others."""

        if config.settings.credentials:
            self.credentials = Credentials.of_settings(config.settings.credentials)
        elif config.all_in_folder:
            self.credentials = Credentials.load_or_create(config.folder)
            self.credentials_file = (config.folder / FILE).resolve()
        else:
            self.credentials = Credentials.create()
            self.new_credentials = self.credentials.as_json()
        self._open = lock(config.folder, config.served_names)
        self.exchange_log = ExchangeLog(time.perf_counter_ns, recording=False)
        try:
            with ExitStack() as on_error:
                on_error.callback(self._open.close)
                self._open_parts(config, base)
                on_error.pop_all()
        except KeyFileError as error:
            raise UserError(str(error)) from None
        except ImportError as error:  # the settings may name any database and driver
            raise UserError(f"something is not installed: {error}") from None
        except (SQLAlchemyError, ValueError) as error:
            why = safe_reason(error) if isinstance(error, SQLAlchemyError) else type(error).__name__
            where = f"{config.folder} cannot be used as the data directory"
            if not config.all_in_folder:
                where = "the databases that the settings name cannot be used"
            raise UserError(f"{where}: {why}") from None

    def _open_parts(self, config: ServeConfig, base: str) -> None:
        with_files = config.settings.with_data_directory if config.all_in_folder else config.settings.with_file_defaults
        settings = with_files(config.folder.resolve())
        self.ici = self.middleware = self.ecc = self.scm = self.connector = None
        clock = SettableClock(config.stopped_at)
        if config.all_in_folder and config.serves(PartName.MIDDLEWARE):
            clock = SettableClock(config.stopped_at, partial(keep_clock, config.folder))
        routes: list[BaseRoute] = []
        self.urls: dict[str, str] = {}
        if config.serves(PartName.ICI):
            own_webhook = base + apim.PATH if config.serves(PartName.MIDDLEWARE) else ""
            webhook_url = config.webhook_url or own_webhook
            self.ici = ici = IcertisComponent(
                settings,
                self.credentials,
                self.exchange_log,
                webhook_url,
                clock,
                kept_requests=10_000 if config.administration else 0,
                connector_url=config.connector_url or (base + CONNECTOR_PATH if config.serves_connector else ""),
            )
            self._open.callback(ici.close)
            routes += ici.routes()
            self.urls |= ici.urls(base)
        if config.serves(PartName.ECC):
            self.ecc = ecc = EccComponent(settings, self.credentials, self.exchange_log, config.abap)
            self._open.callback(ecc.close)
            routes += ecc.routes()
            self.urls |= ecc.urls(base)
        if config.serves_scm:
            self.scm = scm = ScmComponent(settings, self.credentials, self.exchange_log)
            self._open.callback(scm.close)
            routes += scm.routes()
            self.urls |= scm.urls(base)
        if config.serves(PartName.MIDDLEWARE):
            self.middleware = middleware = self._middleware(config, settings, clock)
            self._open.callback(middleware.close)
            routes += middleware.routes()
            self.urls |= middleware.urls(base)
        if config.serves_connector:
            self.connector = connector = self._connector(config, settings, clock)
            self._open.callback(connector.close)
            routes += connector.routes()
            self.urls |= connector.urls(base)
        self.urls = {name: self.urls[name] for name in sorted(self.urls, key=_event_order)}
        admin = self._administration(config, base, clock)
        if self._make_console is not None:
            self.console = self._make_console(self, admin if config.administration else None)
            self.urls["console"] = base + CONSOLE
            routes.append(Mount(CONSOLE, ErrorGuard(_require_local_origin(self.console.app))))
        routes += [Mount(ADMIN, ErrorGuard(admin)), *front_page(self.urls, base)]
        served = Starlette(routes=routes, exception_handlers={HTTPException: _as_problem})
        served.router.redirect_slashes = False
        self.app = _straight(served)

    def _administration(self, config: ServeConfig, base: str, clock: SettableClock) -> ASGIApp:
        if not config.administration:
            return _answer_switched_off
        # It takes long to import, and a read-only landscape has none.
        from harness.server.admin.app import AdministeredParts, administration  # noqa: PLC0415

        parts = AdministeredParts(self.ici, self.middleware, self.ecc, self.scm, self.connector)
        admin = administration(parts, self.exchange_log, clock)
        self.urls["administration"] = f"{base}{ADMIN}/openapi.json"
        return self._telling(_require_local_origin(_require_token(admin, self.credentials.admin_token)))

    def _telling(self, admin: ASGIApp) -> ASGIApp:
        """Tell the console of every request that may have changed something, before it is answered."""

        async def telling(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_told(message: Message) -> None:
                if self.console is not None and message["type"] == "http.response.start":
                    self.console.notice()
                await send(message)

            await admin(scope, receive, send if scope["method"] in ("GET", "HEAD") else send_told)

        return telling

    def _middleware(self, config: ServeConfig, settings: Settings, clock: SettableClock) -> MiddlewareComponent:
        if not settings.store:
            raise UserError("a served middleware needs a store, and the settings switch it off")
        ici_url = config.ici_url or self.urls["icertis"]
        token_url = config.token_url or f"{ici_url.removesuffix(icertis.API)}{icertis.TOKEN}"
        ecc_urls = config.ecc_urls or {name: self.urls[name] for name in settings.systems}
        return MiddlewareComponent(
            settings.model_copy(update={"ici_base_url": ici_url}),
            self.credentials,
            self.exchange_log,
            token_url=token_url,
            ecc=ecc_urls,
            clock=clock,
        )

    def _connector(self, config: ServeConfig, settings: Settings, clock: SettableClock) -> ConnectorComponent:
        ici_url, scm_url = config.ici_url or self.urls["icertis"], config.scm_url or self.urls["scm"]
        addresses = {
            "ici_base_url": ici_url,
            "scm_base_url": scm_url,
            "scm_token_url": f"{scm_url.removesuffix(scm_http.ROOT)}{scm_http.TOKENS[0]}",
        }

        def keep(alerts: AlignmentAlerts) -> None:
            if config.all_in_folder:
                keep_alignment_alerts(config.folder, TypeAdapter(AlignmentAlerts).dump_json(alerts).decode())

        return ConnectorComponent(
            settings.model_copy(update=addresses),
            self.credentials,
            self.exchange_log,
            token_url=config.token_url or f"{ici_url.removesuffix(icertis.API)}{icertis.TOKEN}",
            clock=clock,
            keep=keep,
        )

    def start(self) -> None:
        """Start the worker, and ICI's renewals. The server listens by now."""
        if self.ici is not None:
            self.ici.start()
        if self.middleware is not None:
            self.middleware.background.start()
        if self.connector is not None:
            self.connector.start()

    def stop(self) -> None:
        """Stop the worker. The server still answers the requests under way."""
        if self.console is not None:
            self.console.stop()
        if self.middleware is not None:
            self.middleware.background.stop()
        if self.connector is not None:
            self.connector.stop()

    def close(self) -> None:
        self._open.close()

    def as_json(self) -> str:
        """Return the line that tells another program that this one is ready.

        Its credentials are the path of the file with them, null for those of the settings, or themselves.
        """
        credentials = str(self.credentials_file) if self.credentials_file else self.new_credentials
        ready = {"ready": True, "base": self.base, "credentials": credentials, "urls": self.urls}
        return json.dumps(ready)


def serve(
    config: ServeConfig,
    host: str,
    port: int,
    announce: Callable[[ServedLandscape], object],
    make_console: MakeConsole | None = None,
) -> None:
    """Serve a landscape until a signal ends the process; call `announce` once it listens. Port 0 is any free one.

    Raises PortInUse, and UserError for a folder or database that cannot be used.
    """
    share_arenas()
    with listening_socket(host, port) as listening:
        landscape = ServedLandscape(config, _base_url(host, listening.getsockname()[1]), make_console)

        def on_ready() -> None:
            landscape.start()
            gc.collect()
            gc.freeze()  # what lives to the end is not searched again while a request waits
            announce(landscape)

        try:
            Server(landscape.app, on_ready=on_ready, on_shutdown=landscape.stop).run([listening])
        finally:
            landscape.close()


def _base_url(host: str, port: int) -> str:
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the address to reach it by
    return f"http://[{reached}]:{port}" if ":" in reached else f"http://{reached}:{port}"


def _event_order(name: str) -> int:
    first = ("icertis", "token", "webhook")
    return first.index(name) if name in first else len(first)


def is_loopback(host: str) -> bool:
    """Return True if only this machine reaches a server at this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _require_local_origin(app: ASGIApp) -> ASGIApp:
    """Refuse requests that a page of another site makes a browser send, and those to another host name."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        host, origin = header(scope, b"host").decode("latin-1"), header(scope, b"origin").decode("latin-1")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if not is_loopback(name.strip("[]")) or (origin and origin != f"http://{host}"):
            why = "the administration serves only this machine and its own pages"
            await respond_problem(send, 403, why, unread=receive)
            return
        await app(scope, receive, send)

    return checked


def _require_token(app: ASGIApp, token: str) -> ASGIApp:
    """Refuse requests without the bearer token of the administration, before their body is read.

    No browser sends it on its own, unlike a cookie or a login.
    """

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        shown = bearer_token(header(scope, b"authorization").decode("latin-1"))
        if not same_credential(shown, token):
            why = "the administration needs its bearer token; the file with the credentials has it"
            headers = {"WWW-Authenticate": 'Bearer realm="zicm administration"'}
            await respond_problem(send, 401, why, headers=headers, unread=receive)
            return
        await app(scope, receive, send)

    return checked


def _straight(app: Starlette) -> ASGIApp:
    """Serve what is called most without the router, which would take longer than many an answer.

    These are the applications at a path of their own, ICI's calls and the administration. Each is guarded itself.

    A path is served with a slash at its end as well: a redirection would lose the events of those who follow none.
    What is mounted answers at its own path too, where Starlette wants a slash.
    """
    mounted = {route.path: route.app for route in app.routes if isinstance(route, Mount)}
    alone = {route.path: route.app for route in app.routes if isinstance(route, Route) and route.methods is None}
    ici, calls = mounted.get(icertis.API, app), f"{icertis.API}/"
    admin, asked = mounted[ADMIN], f"{ADMIN}/"

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if scope["path"] in mounted:
            scope = {**scope, "path": f"{scope['path']}/", "raw_path": scope["raw_path"] + b"/"}
        elif len(scope["raw_path"]) > 1 and scope["raw_path"].endswith(b"/"):
            path, raw_path = scope["path"][:-1], scope["raw_path"][:-1]
            scope = scope if path in mounted else {**scope, "path": path, "raw_path": raw_path}
        path = scope["path"]
        if path in alone:
            await alone[path](scope, receive, send)
        elif path.startswith(calls):
            await ici(scope, receive, send)
        elif path.startswith(asked):
            await admin({**scope, "app_root_path": "", "root_path": ADMIN}, receive, send)
        else:
            await app(scope, receive, send)

    return served


async def _answer_switched_off(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - the signature of ASGI
    await respond_problem(send, 403, "the administration is switched off", unread=receive)


async def _as_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return ProblemResponse(error.status_code, error.detail, headers=error.headers)
