"""A landscape that is served, or one part of it: made from the settings, listening at one port."""

import ipaddress
import json
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.data_directory import prepare, safe_reason
from harness.doubles.settable_clock import SettableClock
from harness.doubles.taps import Traffic
from harness.errors import UserError
from harness.server.components import EccPart, IcertisComponent, MiddlewarePart
from harness.server.credentials import FILE, Credentials
from simulator.database import IN_MEMORY
from simulator.http_support import ErrorGuard, header, respond_early
from simulator.icertis import http_app as icertis
from simulator.settings import STORE_NAME, Settings

ADMIN = "/__admin"


class PartName(StrEnum):
    """What one process serves."""

    ALL = "all"
    ICI = "ici"
    MIDDLEWARE = "middleware"
    ECC = "ecc"


@dataclass(frozen=True)
class ServeConfig:
    """What to serve."""

    folder: Path
    """The data directory; it is made if need be."""

    settings: Settings = field(default_factory=Settings)
    """Its systems, and where they and CPI's store keep what they hold, unless that is in the folder."""

    part: PartName = PartName.ALL
    all_in_folder: bool = True
    """Whether every database is a file in the folder, whatever the settings name; else only what they name none for."""

    administration: bool = True
    webhook_url: str = ""
    """Where ICI sends its events; blank for the webhook of this process, if it has one."""

    ici_url: str = ""
    """The base URL of ICI's API for the middleware; blank for ICI of this process."""

    token_url: str = ""
    ecc_urls: Mapping[str, str] = field(default_factory=dict)
    """The web service of each system for the middleware; empty for the systems of this process."""

    stopped_at: datetime | None = None
    """Where the clock of the middleware stands; None for the real time."""

    @property
    def in_named_databases(self) -> list[str]:
        """What is kept where the settings say: systems by their names, CPI for its store."""
        systems = self.settings.systems if self.has(PartName.ECC) else {}
        store = {STORE_NAME: self.settings.store} if self.has(PartName.MIDDLEWARE) else {}
        return [name for name, url in {**systems, **store}.items() if url != IN_MEMORY]

    def has(self, part: PartName) -> bool:
        return self.part in (PartName.ALL, part)


class ServedLandscape:
    """The parts of one process, and the application that serves them."""

    def __init__(self, plan: ServeConfig, base: str) -> None:
        """`base` is the URL at which it will be found. Raises UserError for a folder that cannot be used."""
        prepare(plan.folder, plan.settings.systems)
        self.credentials = Credentials.of(plan.folder)
        self.credentials_file = (plan.folder / FILE).resolve()
        self._open = ExitStack()
        self.traffic = Traffic(time.perf_counter_ns, keeping=False)
        try:
            with ExitStack() as half_made:
                half_made.callback(self._open.close)
                self._make(plan, base)
                half_made.pop_all()
        except (SQLAlchemyError, ImportError, ValueError) as error:  # the settings may name any database and driver
            why = safe_reason(error) if isinstance(error, SQLAlchemyError) else type(error).__name__
            where = f"{plan.folder} cannot be used as the data directory"
            if not plan.all_in_folder:
                where = "the databases that the settings name cannot be used"
            raise UserError(f"{where}: {why}") from None

    def _make(self, plan: ServeConfig, base: str) -> None:
        place = plan.settings.with_data_directory if plan.all_in_folder else plan.settings.with_file_defaults
        settings = place(plan.folder.resolve())
        self.ici = self.middleware = self.ecc = None
        routes: list[BaseRoute] = []
        self.urls: dict[str, str] = {}
        if plan.has(PartName.ICI):
            self.ici = ici = IcertisComponent(settings, self.credentials, self.traffic)
            self._open.callback(ici.event_delivery.close)
            routes += ici.routes()
            self.urls |= ici.urls(base)
        if plan.has(PartName.ECC):
            self.ecc = ecc = EccPart(settings, self.credentials, self.traffic)
            self._open.callback(ecc.close)
            routes += ecc.routes()
            self.urls |= ecc.urls(base)
        if plan.has(PartName.MIDDLEWARE):
            self.middleware = middleware = self._middleware(plan, settings)
            self._open.callback(middleware.close)
            routes += middleware.routes()
            self.urls |= middleware.urls(base)
        if self.ici is not None:
            self.ici.event_delivery.url = plan.webhook_url or self.urls.get("webhook", "")
        self.urls = {name: self.urls[name] for name in sorted(self.urls, key=_in_the_order_of_an_event)}
        if plan.administration:
            # The administration takes long to import, and a landscape to look at has none.
            from harness.server.admin.app import administration  # noqa: PLC0415

            admin = administration(self.ici, self.middleware, self.ecc, self.traffic)
            self.urls["administration"] = f"{base}{ADMIN}/openapi.json"
        else:
            admin = _switched_off
        routes.append(Mount(ADMIN, ErrorGuard(_own_pages_alone(admin))))
        self.app: ASGIApp = Starlette(routes=routes, exception_handlers={HTTPException: _as_json})

    def _middleware(self, plan: ServeConfig, settings: Settings) -> MiddlewarePart:
        if not settings.store:
            raise UserError("a middleware that is served keeps a store, and the settings say that there is none")
        ici_url = plan.ici_url or self.urls["icertis"]
        token_url = plan.token_url or f"{ici_url.removesuffix(icertis.API)}{icertis.TOKEN}"
        ecc_urls = plan.ecc_urls or {name: self.urls[name] for name in settings.systems}
        return MiddlewarePart(
            settings.model_copy(update={"ici_base_url": ici_url}),
            self.credentials,
            self.traffic,
            token_url=token_url,
            ecc=ecc_urls,
            clock=SettableClock(plan.stopped_at),
        )

    def start(self) -> None:
        """Let the worker begin; the application is listened to by now."""
        if self.middleware is not None:
            self.middleware.background.start()

    def stop(self) -> None:
        """Let the worker end; the application still answers what it has begun."""
        if self.middleware is not None:
            self.middleware.background.stop()

    def close(self) -> None:
        self._open.close()

    def as_json(self, base: str) -> str:
        """What tells another program that this one is ready."""
        ready = {"ready": True, "base": base, "credentials": str(self.credentials_file), "urls": self.urls}
        return json.dumps(ready)


def _in_the_order_of_an_event(name: str) -> int:
    first = ("icertis", "token", "webhook")
    return first.index(name) if name in first else len(first)


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches a server at this address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _own_pages_alone(app: ASGIApp) -> ASGIApp:
    """Turns away what a page of another site makes a browser send, and what comes by a name that is not ours."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        host, origin = header(scope, b"host").decode("latin-1"), header(scope, b"origin").decode("latin-1")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
        if not is_loopback(name.strip("[]")) or (origin and origin != f"http://{host}"):
            refused = b'{"error": "the administration is there for this machine and its own pages alone"}'
            await respond_early(receive, send, 403, refused, {"Content-Type": "application/json"})
            return
        await app(scope, receive, send)

    return checked


async def _switched_off(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - as ASGI has it
    refused = b'{"error": "the administration is switched off"}'
    await respond_early(receive, send, 403, refused, {"Content-Type": "application/json"})


async def _as_json(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code, error.headers)
