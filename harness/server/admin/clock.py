"""Administration of the clock that all parts of this process share."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from harness.doubles.clocks import SettableClock
from harness.server.admin.validation import AwareTime, StrictModel
from harness.server.components import ConnectorComponent, IcertisComponent, MiddlewareComponent

routes = APIRouter(tags=["Everything"])


class ClockTime(StrictModel):
    now: AwareTime = Field(examples=["2026-01-05T08:00:00Z"])


class ClockState(BaseModel):
    now: datetime
    stopped: bool


@routes.get("/clock")
async def clock(request: Request) -> ClockState:
    shown: SettableClock = request.app.state.clock
    return ClockState(now=shown(), stopped=shown.stopped_at is not None)


@routes.put("/clock")
async def set_clock(time: ClockTime, request: Request) -> ClockState:
    """Stop the clock at a time. ICI renews the agreements whose renewal date has come (D-74)."""
    return await _set(request, time.now)


@routes.delete("/clock")
async def start_clock(request: Request) -> ClockState:
    """Show the real time again."""
    return await _set(request, None)


async def _set(request: Request, stopped_at: datetime | None) -> ClockState:
    request.app.state.clock.set(stopped_at)
    ici: IcertisComponent | None = request.app.state.ici
    middleware: MiddlewareComponent | None = request.app.state.middleware
    connector: ConnectorComponent | None = request.app.state.connector
    if middleware is not None:
        middleware.background.wake()
    if connector is not None:
        connector.background.wake()
    if ici is not None:
        ici.renew_due()
        await ici.send_events()
    return await clock(request)
