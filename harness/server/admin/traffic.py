"""Administration of what can be seen of the parts of this process: the exchanges that they have recorded, and the rest.

The framework does not check these answers: that would take longer than to make them.
"""

from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from harness.doubles.exchange_json import to_json
from harness.doubles.taps import Exchange, ExchangeLog
from harness.server.admin.ascii_json import AsciiJsonResponse
from harness.server.admin.icertis_models import RequestOut
from harness.server.admin.scm import ScmRequestOut, shown_calls
from harness.server.components import IcertisComponent, ScmComponent
from simulator.monitoring.message_log import PAGE_SIZE, LogEntry, MessageLog

_MAX_WAIT_SECONDS = 5.0
"""The longest wait for exchanges that are under way."""


class ExchangeOut(BaseModel):
    """A request and its answer."""

    sender: str = Field(alias="from")
    receiver: str = Field(alias="to")
    began: int = Field(description="In nanoseconds, by a clock that all processes of the machine share.")
    ended: int
    request: dict[str, Any] = Field(
        description="An event, a call or a message; a body has one character for each byte."
    )
    answer: dict[str, Any] | None = Field(
        description="The answer, or why there is none; null while the exchange is under way."
    )


class Observation(BaseModel):
    """The traces of events in the parts of this process; blank for a part that it does not serve."""

    exchanges: list[ExchangeOut] = Field(description="Those since the last call. The first one starts the recording.")
    requests: list[RequestOut] = Field(description="The requests to ICI, oldest first.")
    writes: list[RequestOut] = Field(description="What the connector has written to ICI, oldest first.")
    statuses: list[int] = Field(description="HTTP status of the webhook for each event sent.")
    messages: list[LogEntry] = Field(description=f"The message log, oldest entry first, at most {PAGE_SIZE}.")
    connector_messages: list[LogEntry] = Field(description="The same of the connector.")
    scm_calls: list[ScmRequestOut] = Field(description="The calls of OData, oldest first.")


routes = APIRouter(tags=["ExchangeLog"])


@routes.post("/traffic", response_model=list[ExchangeOut])
async def drain(request: Request) -> AsciiJsonResponse:
    """Return the exchanges since the last call. The first call starts the recording."""
    return AsciiJsonResponse([to_json(exchange) for exchange in await _drained(request)])


@routes.post("/observation", response_model=Observation)
async def observe(request: Request) -> AsciiJsonResponse:
    """Return what events have left behind, in one answer."""
    exchanges = await _drained(request)
    parts = request.app.state
    ici: IcertisComponent | None = parts.ici
    scm: ScmComponent | None = parts.scm
    found: dict[str, list[Any]] = {
        "exchanges": [to_json(exchange) for exchange in exchanges],
        "requests": [one._asdict() for one in ici.rest.requests] if ici else [],
        "writes": [one._asdict() for one in ici.integration.writes] if ici else [],
        "statuses": [*ici.event_delivery.statuses] if ici else [],
        "messages": await _log_page(parts.middleware and parts.middleware.middleware.monitoring),
        "connector_messages": await _log_page(parts.connector and parts.connector.connector.monitoring),
        "scm_calls": [one._asdict() for one in shown_calls(scm, ici)] if scm else [],
    }
    return AsciiJsonResponse(found)


async def _drained(request: Request) -> list[Exchange]:
    log: ExchangeLog = request.app.state.exchange_log
    log.start_recording()
    if not log.wait_idle(0):
        await anyio.to_thread.run_sync(log.wait_idle, _MAX_WAIT_SECONDS)
    return log.drain()


async def _log_page(log: MessageLog | None) -> list[dict[str, Any]]:
    """Read the first page of a message log in a thread, as it stands in a store."""
    if log is None:
        return []
    page = await anyio.to_thread.run_sync(log.page, "", PAGE_SIZE)
    return [vars(entry) for entry in page.entries]
