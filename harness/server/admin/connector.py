"""Administration of the connector between ICI and SCM: its messages, its worker, its jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from pydantic import BaseModel, Field

from harness.server.admin.middleware import (
    After,
    AlertOut,
    Limit,
    RetriedMessages,
    WorkDone,
    message_page,
    retry_messages,
)
from harness.server.admin.validation import CONFLICT, NOT_FOUND, StrictModel
from harness.server.components import ConnectorComponent
from simulator.connector.alignment import Drift
from simulator.errors import InterfaceError
from simulator.monitoring.message_log import LogEntry


class SetUp(StrictModel):
    """The set-up of the connection."""

    ici: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#]+(/[^\s?#]*)?)?$",
        description="The URL to which SCM sends its users; blank for the ICI that is called.",
    )


class CollectionNames(BaseModel):
    """Collections of master data that have changed."""

    collections: list[str]


class FoundDrifts(BaseModel):
    """The differences that the last alignment found, and what failed."""

    drifts: list[Drift] = Field(description="sys_id, contract, row, name, done and why of each.")


async def _connector(request: Request) -> ConnectorComponent:
    part: ConnectorComponent = request.app.state.connector
    return part


ConnectorDep = Annotated[ConnectorComponent, Depends(_connector)]
routes = APIRouter(prefix="/connector", tags=["Connector"])
"""The routes read and write the store, so they are plain functions, which run in a thread."""


@routes.get("/messages", responses=NOT_FOUND)
def messages(
    part: ConnectorDep, request: Request, response: Response, limit: Limit = 100, after: After = ""
) -> list[LogEntry]:
    """Return the message log page by page, oldest entry first. The header Link names the next page."""
    return message_page(part.connector.monitoring, request, response, limit, after)


@routes.post("/retry")
def retry_all(part: ConnectorDep) -> RetriedMessages:
    """Retry every failed message."""
    return retry_messages(part, part.queue.log.failed())


@routes.post("/messages/{guid}/retry", responses=NOT_FOUND)
def retry(guid: str, part: ConnectorDep) -> RetriedMessages:
    """Retry a failed message."""
    if part.connector.monitoring.entry(guid) is None:
        raise HTTPException(404, "there is no such message")
    return retry_messages(part, [guid])


@routes.post("/work")
def work(part: ConnectorDep) -> WorkDone:
    """Do everything that is due by the clock, and answer when it is done."""
    part.work()
    return WorkDone(next_due=part.queue.next_due(), tasks=part.background.begun)


@routes.get("/alerts")
def alerts(part: ConnectorDep) -> list[AlertOut]:
    """Return what an administrator is to be called for now."""
    return [AlertOut(**alert._asdict()) for alert in part.connector.alerts()]


@routes.post("/connect", status_code=204, responses=CONFLICT)
def connect(part: ConnectorDep, wanted: SetUp) -> None:
    """Set the connection up in SCM."""
    with _conflicts():
        part.connect(wanted.ici)


@routes.post("/align")
def align(part: ConnectorDep) -> FoundDrifts:
    """Align ICI and SCM now."""
    return FoundDrifts(drifts=part.connector.align())


@routes.get("/drifts")
def drifts(part: ConnectorDep) -> FoundDrifts:
    """Return the differences that the last alignment found."""
    return FoundDrifts(drifts=part.connector.drifts)


@routes.post("/master-data", responses=CONFLICT)
def read_master_data(part: ConnectorDep) -> CollectionNames:
    """Bring master data of SCM to ICI."""
    with _conflicts():
        return CollectionNames(collections=part.connector.read_master_data())


@contextmanager
def _conflicts() -> Iterator[None]:
    """Answer 409 where the connector refuses."""
    try:
        yield
    except InterfaceError as why:
        raise HTTPException(409, str(why)) from None
