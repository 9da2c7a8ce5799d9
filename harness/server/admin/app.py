"""The administration of the parts that this process serves."""

from collections.abc import Callable
from typing import NamedTuple

import anyio.to_thread
from fastapi import FastAPI, Security
from fastapi.security import HTTPBearer
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harness.doubles.clocks import SettableClock
from harness.doubles.taps import ExchangeLog
from harness.server.admin import clock as clock_routes
from harness.server.admin import connector as connector_routes
from harness.server.admin import contracts as contract_routes
from harness.server.admin import ecc as ecc_routes
from harness.server.admin import faults as fault_routes
from harness.server.admin import icertis as icertis_routes
from harness.server.admin import middleware as middleware_routes
from harness.server.admin import scm as scm_routes
from harness.server.admin import traffic as traffic_routes
from harness.server.admin.ascii_json import AsciiJsonResponse
from harness.server.admin.validation import WRONG, install_error_handlers
from harness.server.components import (
    ConnectorComponent,
    EccComponent,
    IcertisComponent,
    MiddlewareComponent,
    ScmComponent,
)
from simulator.http_support import BodyError, read_body, respond_body_problem, respond_problem

MAX_BYTES = 1024 * 1024
"""The most bytes of a request."""


class AdministeredParts(NamedTuple):
    """The parts that a process serves; None for the others."""

    ici: IcertisComponent | None
    middleware: MiddlewareComponent | None
    ecc: EccComponent | None
    scm: ScmComponent | None
    connector: ConnectorComponent | None


def administration(parts: AdministeredParts, exchange_log: ExchangeLog, shared_clock: SettableClock) -> ASGIApp:
    """Return the application to mount."""
    ici, middleware, ecc, scm, connector = parts
    app = FastAPI(
        title="zicm administration",
        description="For tests and walkthroughs. It shows and changes everything that the mock ICI holds.",
        version="1",
        docs_url=None,
        redoc_url=None,
        default_response_class=AsciiJsonResponse,
        responses=WRONG,
        dependencies=[Security(HTTPBearer(description="The administration's token in the file with the credentials"))],
    )
    install_error_handlers(app)
    app.state.ici, app.state.middleware, app.state.ecc, app.state.exchange_log = ici, middleware, ecc, exchange_log
    app.state.clock, app.state.scm, app.state.connector = shared_clock, scm, connector
    app.include_router(traffic_routes.routes)  # at first, as it is asked most: the routes are tried in turn
    of_parts = (
        (ici, icertis_routes.routes),
        (ici, contract_routes.routes),
        (middleware, middleware_routes.routes),
        (ecc, ecc_routes.routes),
        (scm, scm_routes.routes),
        (connector, connector_routes.routes),
        (ici or ecc, fault_routes.routes),
    )
    for part, routes in of_parts:
        if part is not None:
            app.include_router(routes)
    app.include_router(clock_routes.routes)

    @app.post("/reset", status_code=204, tags=["Everything"])
    async def reset(time: clock_routes.ClockTime | None = None) -> None:
        """Empty every part, forget recorded exchanges, end every fault; keep the webhook's address.

        A time in the body stops the clock at it; without one, the clock goes on as it is.
        """
        if ici is not None:
            ici.reset()
        others = (middleware, ecc, scm, connector)
        resets: list[Callable[[], object]] = [part.reset for part in others if part is not None]
        for reset_part in resets:
            await anyio.to_thread.run_sync(reset_part)
        if time is not None:
            shared_clock.set(time.now)
        exchange_log.drain()

    return _limit_body(_with_raw_path(app if ici is None else _saving(app, ici)))


def _limit_body(app: ASGIApp) -> ASGIApp:
    """Refuse a body that is too large, too slow or incomplete, before anything is made of it."""

    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(scope, receive, MAX_BYTES)
        except BodyError as why:
            await respond_body_problem(receive, send, why)
            return
        messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive_read() -> Message:
            return messages.pop() if messages else await receive()

        await app(scope, receive_read, send)

    return limited


def _saving(app: ASGIApp, ici: IcertisComponent) -> ASGIApp:
    """Store what a request has changed in ICI before it is answered; one that only reads is answered anyway."""

    async def saving(scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def send_saved(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                try:
                    ici.save()
                except SQLAlchemyError as failure:
                    if scope["method"] not in ("GET", "HEAD"):
                        answered = True
                        why = f"it is done, but not stored yet: a database failed ({type(failure).__name__})"
                        await respond_problem(send, 503, why)
            if not answered:
                await send(message)

        await app(scope, receive, send_saved)

    return saving


def _with_raw_path(app: ASGIApp) -> ASGIApp:
    """Route by the percent-encoded path, as a System ID may contain a slash; HEAD goes where GET goes."""

    async def with_raw_path(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            method = "GET" if scope["method"] == "HEAD" else scope["method"]  # the server drops the body
            scope = {**scope, "method": method, "path": scope["raw_path"].decode("latin-1")}
        await app(scope, receive, send)

    return with_raw_path
