"""Administration of the middleware: its messages and alerts, its worker."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from harness.server.admin.validation import NOT_FOUND
from harness.server.components import MiddlewareComponent
from simulator.monitoring.message_log import LogEntry


class NextDue(BaseModel):
    next_due: datetime | None = Field(description="When the next piece of work is due; null if nothing waits.")


class RetriedMessages(BaseModel):
    guids: list[str]


class AlertOut(BaseModel):
    rule: str
    subject: str
    what: str


async def _middleware(request: Request) -> MiddlewareComponent:
    part: MiddlewareComponent = request.app.state.middleware
    return part


MiddlewareDep = Annotated[MiddlewareComponent, Depends(_middleware)]

routes = APIRouter(tags=["Middleware"])
"""The routes read and write the store, so they are plain functions, which run in a thread."""


def _retry(part: MiddlewareComponent, entries: list[LogEntry]) -> RetriedMessages:
    guids = [entry.guid for entry in entries if part.queue.retry(entry.guid, part.clock())]
    part.background.wake()
    return RetriedMessages(guids=guids)


@routes.get("/messages")
def messages(part: MiddlewareDep) -> list[LogEntry]:
    """Return the message log, oldest entry first."""
    return part.middleware.monitoring.entries()


@routes.get("/messages/{guid}", responses=NOT_FOUND)
def message(guid: str, part: MiddlewareDep) -> LogEntry:
    entry = part.middleware.monitoring.entry(guid)
    if entry is None:
        raise HTTPException(404, "there is no such message")
    return entry


@routes.post("/retry")
def retry_all(part: MiddlewareDep) -> RetriedMessages:
    """Retry every failed message."""
    return _retry(part, part.middleware.monitoring.entries())


@routes.post("/messages/{guid}/retry", responses=NOT_FOUND)
def retry(guid: str, part: MiddlewareDep) -> RetriedMessages:
    """Retry a failed message."""
    return _retry(part, [message(guid, part)])


@routes.post("/work")
def work(part: MiddlewareDep) -> NextDue:
    """Do everything that is due by the clock, and answer when it is done."""
    part.background.work()
    return NextDue(next_due=part.queue.next_due())


@routes.get("/alerts")
def alerts(part: MiddlewareDep) -> list[AlertOut]:
    return [AlertOut(**alert._asdict()) for alert in part.middleware.alerts()]
