"""Administration of the middleware: its messages and alerts, its worker, its clock."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from harness.server.admin.errors import NOT_FOUND, Moment, StrictModel
from harness.server.components import MiddlewarePart
from simulator.monitoring.message_log import LogEntry


class Time(StrictModel):
    now: Moment = Field(examples=["2026-01-05T08:00:00Z"])


class Clock(BaseModel):
    now: datetime
    stopped: bool


class Due(BaseModel):
    next_due: datetime | None = Field(description="When the next piece of work is due; null where nothing waits.")


class PutBack(BaseModel):
    guids: list[str]


class AlertShown(BaseModel):
    rule: str
    subject: str
    what: str


async def _part(request: Request) -> MiddlewarePart:
    part: MiddlewarePart = request.app.state.middleware
    return part


Part = Annotated[MiddlewarePart, Depends(_part)]

routes = APIRouter(tags=["Middleware"])
"""They read and write the store, so each runs in a thread."""


def _put_back(part: MiddlewarePart, entries: list[LogEntry]) -> PutBack:
    guids = [entry.guid for entry in entries if part.queue.put_back(entry.guid, part.clock())]
    part.background.wake()
    return PutBack(guids=guids)


@routes.get("/messages")
def messages(part: Part) -> list[LogEntry]:
    """What became of each event, oldest first."""
    return part.middleware.monitoring.entries()


@routes.get("/messages/{guid}", responses=NOT_FOUND)
def message(guid: str, part: Part) -> LogEntry:
    entry = part.middleware.monitoring.entry(guid)
    if entry is None:
        raise HTTPException(404, "there is no such message")
    return entry


@routes.post("/retry")
def retry_all(part: Part) -> PutBack:
    """Put everything back that is in an error queue."""
    return _put_back(part, part.middleware.monitoring.entries())


@routes.post("/messages/{guid}/retry", responses=NOT_FOUND)
def retry(guid: str, part: Part) -> PutBack:
    """Put a message back that has failed."""
    return _put_back(part, [message(guid, part)])


@routes.post("/work")
def work(part: Part) -> Due:
    """Do everything that is due by the clock; when this answers, nothing of it is left."""
    part.background.work()
    return Due(next_due=part.queue.next_due())


@routes.get("/alerts")
def alerts(part: Part) -> list[AlertShown]:
    return [AlertShown(**alert._asdict()) for alert in part.middleware.alerts()]


@routes.get("/clock")
def clock(part: Part) -> Clock:
    return Clock(now=part.clock(), stopped=part.clock.stopped_at is not None)


@routes.put("/clock")
def set_clock(time: Time, part: Part) -> Clock:
    """Stop the clock at a time."""
    part.clock.stopped_at = time.now
    part.background.wake()
    return clock(part)


@routes.delete("/clock")
def let_clock_run(part: Part) -> Clock:
    """Let the clock show the real time."""
    part.clock.stopped_at = None
    part.background.wake()
    return clock(part)
