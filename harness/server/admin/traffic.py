"""Administration of the exchanges that a part has recorded."""

from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from harness.doubles.exchange_json import to_json
from harness.doubles.taps import ExchangeLog
from harness.server.admin.ascii_json import AsciiJsonResponse

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


routes = APIRouter(tags=["ExchangeLog"])


@routes.post("/traffic", response_model=list[ExchangeOut])
async def drain(request: Request) -> AsciiJsonResponse:
    """Return the exchanges since the last call. The first call starts the recording."""
    log: ExchangeLog = request.app.state.exchange_log
    log.start_recording()
    if not log.wait_idle(0):
        await anyio.to_thread.run_sync(log.wait_idle, _MAX_WAIT_SECONDS)
    return AsciiJsonResponse([to_json(exchange) for exchange in log.drain()])
