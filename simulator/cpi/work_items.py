"""What CPI's store hands out, an event to read or a message to deliver, and how it holds what is in them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from simulator.cpi.event import ReceivedEvent
from simulator.mapping.message import Message


class FetchTask(NamedTuple):
    """An event whose agreement is to be read from ICI."""

    number: int
    guid: str
    event: ReceivedEvent
    attempts: int
    lease: str
    seen: int
    """The last message to a system that there was when the event was taken up."""

    again: bool
    """Whether the event has been put back."""

    told: Mapping[str, str] = MappingProxyType({})
    """What the event says of itself, once it has been read: source, contract_type and action."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "FetchTask":
        event = ReceivedEvent.from_json(row["payload"])
        return cls(row["number"], row["guid"], event, row["attempts"], row["lease_until"], row["seen"], row["again"])


class DeliveryTask(NamedTuple):
    """A message that is to be handed to a system."""

    number: int
    guid: str
    system: str
    agreement: str
    message: Message
    attempts: int
    lease: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "DeliveryTask":
        number, guid, system, agreement = (row[name] for name in ("number", "guid", "system", "agreement"))
        return cls(number, guid, system, agreement, message_of(row["content"]), row["attempts"], row["lease_until"])


def written(at: datetime) -> str:
    """A time as the store holds it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def no_error() -> dict[str, str]:
    """What the store holds of an error where there is none."""
    return {"error_id": "", "error_field": "", "error_message": ""}


def content_of(message: Message) -> str:
    """A message as the store holds it, as JSON."""
    return json.dumps({"fields": dict(message.fields), "organisations": message.organisations})


def message_of(content: str) -> Message:
    """The same back."""
    held = json.loads(content)
    return Message(held["fields"], None if held["organisations"] is None else tuple(held["organisations"]))
