"""The administration of a landscape that is served, as far as its parts are in this process."""

from collections.abc import Callable

import anyio.to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.doubles.taps import Traffic
from harness.server.admin import ecc as ecc_routes
from harness.server.admin import faults as fault_routes
from harness.server.admin import icertis as icertis_routes
from harness.server.admin import middleware as middleware_routes
from harness.server.admin import traffic as traffic_routes
from harness.server.admin.errors import WRONG, install_error_handlers
from harness.server.components import EccPart, IcertisComponent, MiddlewarePart


def administration(
    ici: IcertisComponent | None, middleware: MiddlewarePart | None, ecc: EccPart | None, traffic: Traffic
) -> ASGIApp:
    """The application to mount."""
    app = FastAPI(
        title="zicm administration",
        description="For tests and walkthroughs. It shows everything that the mock ICI holds, and changes it.",
        version="1",
        docs_url=None,
        redoc_url=None,
        responses=WRONG,
    )
    install_error_handlers(app)
    app.state.ici, app.state.middleware, app.state.ecc, app.state.traffic = ici, middleware, ecc, traffic
    if ici is not None:
        app.include_router(icertis_routes.routes)
    if middleware is not None:
        app.include_router(middleware_routes.routes)
    if ecc is not None:
        app.include_router(ecc_routes.routes)
    if ici is not None or ecc is not None:
        app.include_router(fault_routes.routes)
    app.include_router(traffic_routes.routes)

    @app.post("/reset", status_code=204, tags=["Everything"])
    async def reset() -> None:
        """Empty every part, forget what came in, take every fault away; clock and webhook's address stay."""
        if ici is not None:
            ici.reset()
        others: list[Callable[[], object]] = [part.reset for part in (middleware, ecc) if part is not None]
        for empty in others:
            await anyio.to_thread.run_sync(empty)
        traffic.take()

    return _quoted(app)


def _quoted(app: ASGIApp) -> ASGIApp:
    """The application with paths as they were sent: a System ID may hold a slash."""

    async def quoted(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "path": scope["raw_path"].decode("latin-1")}
        await app(scope, receive, send)

    return quoted
