"""Administration of the middleware: its messages and alerts, its worker."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from harness.server.admin.validation import NOT_FOUND
from harness.server.components import ConnectorComponent, MiddlewareComponent
from simulator.monitoring.alerts import PAGE_SIZE
from simulator.monitoring.message_log import LogEntry, MessageLog


class WorkDone(BaseModel):
    next_due: datetime | None = Field(description="When the next piece of work is due; null if nothing waits.")
    tasks: dict[str, int] = Field(
        description="How many tasks have begun so far, by the system that they call; blank for ICI."
    )


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


Limit = Annotated[int, Query(ge=1, le=PAGE_SIZE, description="The most events to look at.")]
After = Annotated[
    str,
    Query(description="The place that the header Link names, or the guid of an event; blank for the beginning."),
]


def retry_messages(part: MiddlewareComponent | ConnectorComponent, guids: Iterable[str]) -> RetriedMessages:
    """Retry messages of CPI or of the connector. Returns those that had failed."""
    retried = [guid for guid in guids if part.queue.retry(guid, part.clock())]
    part.background.wake()
    return RetriedMessages(guids=retried)


def message_page(log: MessageLog, request: Request, response: Response, limit: int, after: str) -> list[LogEntry]:
    """Return a page of a message log, and name the next one."""
    with _known_place():
        found = log.page(after, limit)
    _link_next(request, response, limit, found.further)
    return found.entries


def _link_next(request: Request, response: Response, limit: int, further: str) -> None:
    """Name the next page, if there is one (RFC 8288)."""
    if further:
        query = urlencode({"limit": limit, "after": further})
        response.headers["Link"] = f'<{request.url.path}?{query}>; rel="next"'


@contextmanager
def _known_place() -> Iterator[None]:
    try:
        yield
    except LookupError as unknown:
        raise HTTPException(404, str(unknown)) from None


@routes.get("/messages", responses=NOT_FOUND)
def messages(
    part: MiddlewareDep, request: Request, response: Response, limit: Limit = 100, after: After = ""
) -> list[LogEntry]:
    """Return the message log page by page, oldest entry first. The header Link names the next page."""
    return message_page(part.middleware.monitoring, request, response, limit, after)


@routes.get("/messages/{guid}", responses=NOT_FOUND)
def message(guid: str, part: MiddlewareDep) -> LogEntry:
    entry = part.middleware.monitoring.entry(guid)
    if entry is None:
        raise HTTPException(404, "there is no such message")
    return entry


@routes.post("/retry")
def retry_all(part: MiddlewareDep) -> RetriedMessages:
    """Retry every failed message."""
    return retry_messages(part, part.queue.log.failed())


@routes.post("/messages/{guid}/retry", responses=NOT_FOUND)
def retry(guid: str, part: MiddlewareDep) -> RetriedMessages:
    """Retry a failed message."""
    return retry_messages(part, [message(guid, part).guid])


@routes.post("/work")
def work(part: MiddlewareDep) -> WorkDone:
    """Do everything that is due by the clock, and answer when it is done."""
    part.background.work()
    return WorkDone(next_due=part.queue.next_due(), tasks=part.background.begun)


@routes.get("/alerts", responses=NOT_FOUND)
def alerts(
    part: MiddlewareDep, request: Request, response: Response, limit: Limit = PAGE_SIZE, after: After = ""
) -> list[AlertOut]:
    """Return the alerts page by page: those of events, then those of endpoints. The header Link names the next page.

    A page may hold fewer alerts than events were looked at, or none.
    """
    with _known_place():
        page = part.middleware.alert_page(after, limit)
    _link_next(request, response, limit, page.further)
    return [AlertOut(**alert._asdict()) for alert in page.alerts]
