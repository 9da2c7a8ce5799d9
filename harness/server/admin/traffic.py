"""Administration of what came in at the edges of a part, for who draws what went to and fro."""

from typing import Any

import anyio.to_thread
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from harness.doubles.exchange_json import to_json
from harness.doubles.taps import Traffic

_LONGEST_SECONDS = 5.0
"""How long an exchange that is under way is waited for."""


class ExchangeShown(BaseModel):
    """A request and its answer."""

    sender: str = Field(alias="from")
    receiver: str = Field(alias="to")
    began: int = Field(description="In nanoseconds, by a clock that all processes of the machine have in common.")
    ended: int
    request: dict[str, Any] = Field(description="Of an event, a call or a message; bodies character for byte.")
    answer: dict[str, Any] | None = Field(description="Why none came, where it is so.")


routes = APIRouter(tags=["Traffic"])


@routes.post("/traffic")
async def take(request: Request) -> list[ExchangeShown]:
    """What came in since this was asked last; it is kept from the first time on, until it is taken."""
    traffic: Traffic = request.app.state.traffic
    traffic.keep()
    if not traffic.wait_idle(0):
        await anyio.to_thread.run_sync(traffic.wait_idle, _LONGEST_SECONDS)
    return [ExchangeShown(**to_json(exchange)) for exchange in traffic.take()]
