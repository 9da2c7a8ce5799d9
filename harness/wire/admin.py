"""The administration of a landscape that is served, as far as its parts are in this process."""

from collections.abc import Callable

import anyio.to_thread
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from harness.evidence.traffic import Traffic
from harness.wire import admin_ecc, admin_faults, admin_icertis, admin_middleware, admin_traffic
from harness.wire.parts import EccPart, IcertisPart, MiddlewarePart
from harness.wire.problems import WRONG, tell_problems


def administration(
    ici: IcertisPart | None, middleware: MiddlewarePart | None, ecc: EccPart | None, traffic: Traffic
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
    tell_problems(app)
    app.state.ici, app.state.middleware, app.state.ecc, app.state.traffic = ici, middleware, ecc, traffic
    if ici is not None:
        app.include_router(admin_icertis.routes)
    if middleware is not None:
        app.include_router(admin_middleware.routes)
    if ecc is not None:
        app.include_router(admin_ecc.routes)
    if ici is not None or ecc is not None:
        app.include_router(admin_faults.routes)
    app.include_router(admin_traffic.routes)

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
