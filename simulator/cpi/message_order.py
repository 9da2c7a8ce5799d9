"""Keep the order of messages about one agreement: who queues where, and what later events override (D-21, D-46)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping

from simulator.cpi.statements import ADD_PARCELS, FIRST_ARRIVAL, LATER, REMOVE_PARCEL, REQUEUABLE, SERVED, WAITING
from simulator.cpi.store import PARCEL
from simulator.cpi.work_items import message_from_json, message_to_json, no_error, timestamp
from simulator.database import advisory_lock
from simulator.mapping.actions import ACTIONS, KEYS
from simulator.mapping.message import ORGANISATIONS, Message


class Sender(NamedTuple):
    """The event that a message comes from."""

    guid: str
    number: int
    """Its place in the order of arrival of all events."""

    action: str


class Requeued(NamedTuple):
    """A message that has been withdrawn from every system in which it waited."""

    sender: Sender
    message: Message
    systems: Mapping[str, Mapping[str, Any]]
    """Every system that it is for: the attempts made there, and the last error."""


_UNTRIED: Mapping[str, Any] = {"attempts": 0, **no_error()}


class AgreementQueue:
    """The messages about one agreement that wait for each system, locked for one transaction."""

    def __init__(self, connection: Connection, agreement: str, now: datetime) -> None:
        lock_agreement(connection, agreement)
        self._connection = connection
        self._agreement = agreement
        self._now = now

    def join(self, sender: Sender, message: Message, systems: Iterable[str]) -> None:
        """Queue a message that has just been read for every system, without what later events override there."""
        self._join(Requeued(sender, message, dict.fromkeys(systems, _UNTRIED)), just_read=True)

    def withdraw(self) -> list[Requeued]:
        """Remove the messages that wait and cannot create the entry. Return them in their order."""
        waiting = defaultdict[Sender, dict[str, RowMapping]](dict)
        for row in self._connection.execute(REQUEUABLE, {"agreement": self._agreement}).mappings():
            waiting[Sender(row["guid"], row["arrived"], row["action"])][row["system"]] = row
        withdrawn = []
        for sender, rows in waiting.items():
            served = self._connection.execute(SERVED, {"this": sender.guid}).scalars()
            systems = {name: _attempts(rows[name]) if name in rows else _UNTRIED for name in served}
            withdrawn.append(Requeued(sender, message_from_json(next(iter(rows.values()))["content"]), systems))
            for row in rows.values():
                self._connection.execute(REMOVE_PARCEL, {"this": row["number"]})
        return withdrawn

    def requeue(self, withdrawn: Iterable[Requeued]) -> None:
        """Queue messages again behind all others, in every system, also those that have them: all keep one order."""
        for message in withdrawn:
            self._join(message, just_read=False)

    def _join(self, queued: Requeued, *, just_read: bool) -> None:
        guid, number, action = queued.sender
        first = self._connection.execute(FIRST_ARRIVAL, {"this": number}).scalar() or number
        later = defaultdict[str, list[str]](list)
        for system, name in self._connection.execute(LATER, {"agreement": self._agreement, "this": first}):
            later[system].append(name)
        parcels = [
            {
                "guid": guid,
                "system": system,
                "agreement": self._agreement,
                "content": message_to_json(
                    without_overridden(queued.message, action, later[system], just_read=just_read)
                ),
                "state": WAITING,
                "due_at": timestamp(self._now),
                **attempts,
            }
            for system, attempts in queued.systems.items()
        ]
        self._connection.execute(ADD_PARCELS, parcels)


def lock_agreement(connection: Connection, agreement: str) -> None:
    """Lock the messages about one agreement, which an amendment and its parent reach by two System IDs."""
    advisory_lock(connection, f"{PARCEL.name} {agreement}")


def without_overridden(message: Message, action: str, later: Iterable[str], *, just_read: bool) -> Message:
    """Leave out the fields that later events override; `later` are their ActionNames.

    Nothing overrides Terminated. An amendment is as old as its record: everything later overrides it but Executed.
    Any other message that has just been read yields to Terminated alone; one that was read before, and waited, yields
    to all that was read meanwhile.
    """
    overriding = [ACTIONS[name] for name in later if _overrides(name, action, just_read=just_read)]
    overridden = {name for name in message.fields if name not in KEYS and any(one.carries(name) for one in overriding)}
    fields = {name: value for name, value in message.fields.items() if name not in overridden}
    return Message(fields, None if ORGANISATIONS in overridden else message.organisations)


def _overrides(later: str, action: str, *, just_read: bool) -> bool:
    if action == "Terminated":
        return False
    if action == "AmendmentExecuted":
        return later != "Executed"
    return later == "Terminated" or not just_read


def _attempts(row: RowMapping) -> Mapping[str, Any]:
    return {name: row[name] for name in _UNTRIED}
