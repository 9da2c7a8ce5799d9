"""The tasks that CPI's store hands out, and how it stores messages and times."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from simulator.cpi.event import ReceivedEvent
from simulator.errors import InterfaceError
from simulator.mapping.message import Message

FILTERED = "confidential: filtered (SEC-1)"
"""The note of an event whose agreement is confidential."""

MASTER_IS_CONFIDENTIAL = "its master is confidential: the association is withheld (D-66)"
"""The note of an event whose message leaves the association of its agreement out."""

MASTER_IS_UNCLEAR = "nothing tells whether its master is confidential: the association is withheld (D-66)"
"""The same where the master does not tell whether it is."""

TOLD_CONFIDENTIAL = "confidential: to be filtered (SEC-1)"
"""The note of an event while its next attempt is waited for."""


REPAIRED_FROM_RECORDING = "a repair sent it, and read a recorded answer (D-58)"
"""The end of the note on an event that has written what was recorded, and nothing newer."""

REPEATED = "the same event, by its id, came before (D-21): it changes nothing"
"""The note of an event that came twice; its correlation id is that of the first."""


class FetchTask(NamedTuple):
    """An event whose agreement is to be read from ICI."""

    number: int
    guid: str
    event: ReceivedEvent
    attempts: int
    lease: str
    last_parcel: int
    """The number of the last message in the store when the event was taken; 0 for none."""

    retried: bool
    """True if the event had failed and was taken up again."""

    told_confidential: bool
    """True if call 1 has said that the agreement is confidential, and what came after it failed (D-65)."""

    event_fields: Mapping[str, str] = MappingProxyType({})
    """The columns that a valid event fills: source, contract_type and action; empty until it has been validated."""

    @property
    def sys_id(self) -> str:
        """The System ID as messages to the systems spell it."""
        return self.event.sys_id_key

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "FetchTask":
        event = ReceivedEvent.from_json(row["payload"])
        return cls(
            row["number"],
            row["guid"],
            event,
            row["attempts"],
            row["lease_until"],
            row["last_parcel"],
            row["again"],
            row["note"] == TOLD_CONFIDENTIAL,
        )


class DueTasks(NamedTuple):
    """The places where something is due."""

    systems: list[str]
    sources: list[str]
    somewhere: bool
    """Something is due, there or elsewhere."""


class DeliveryTask(NamedTuple):
    """A message that is to be delivered to a system."""

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
        return cls(
            number, guid, system, agreement, message_from_json(row["content"]), row["attempts"], row["lease_until"]
        )


class Following(NamedTuple):
    """The tasks that a task leads to."""

    tasks: Sequence[DeliveryTask] = ()
    """Messages that the worker of the task has taken by the same transaction."""

    may_be_more: bool = True
    """True if something else may be due because of the task, or left over from it."""


def timestamp(at: datetime) -> str:
    """Write a time as the store holds it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def no_error() -> dict[str, str]:
    """Return the columns of an error, blank."""
    return {"error_id": "", "error_field": "", "error_message": ""}


def error_columns(error: InterfaceError) -> dict[str, str]:
    """Return the columns of an error."""
    return {"error_id": error.rule, "error_field": error.field, "error_message": error.message}


def message_to_json(message: Message) -> str:
    """Write a message as the store holds it."""
    whole = {} if message.document is None else {"document": message.document}
    return json.dumps({"fields": dict(message.fields), "organisations": message.organisations, **whole})


def message_from_json(content: str) -> Message:
    """Read what `message_to_json` has written."""
    held = json.loads(content)
    organisations = None if held["organisations"] is None else tuple(held["organisations"])
    return Message(held["fields"], organisations, held.get("document"))
