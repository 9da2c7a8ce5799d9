"""The line of messages about one agreement before each system: who joins it, and who steps back in it (D-46, D-59)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping

from simulator.cpi.again import without_overridden
from simulator.cpi.statements import ADD_PARCELS, LATER, REQUEUABLE, SERVED, TAKE_OUT, WAITING
from simulator.cpi.store import PARCEL
from simulator.cpi.work_items import content_of, message_of, no_error, written
from simulator.database import advisory_lock
from simulator.mapping.message import Message


class Sender(NamedTuple):
    """The event that a message comes from."""

    guid: str
    number: int
    """Its place among all that have arrived."""

    action: str


class Requeued(NamedTuple):
    """A message that has left the line of every system in which it waited."""

    sender: Sender
    message: Message
    systems: Mapping[str, Mapping[str, Any]]
    """Every system that it is for: how often it was tried there, and why it is not in."""


_UNTRIED: Mapping[str, Any] = {"attempts": 0, **no_error()}


class Line:
    """The line of one agreement, held for one transaction: nobody else joins it or steps back."""

    def __init__(self, connection: Connection, agreement: str, now: datetime) -> None:
        # An amendment and its parent reach the same agreement by two System IDs.
        advisory_lock(connection, f"{PARCEL.name} {agreement}")
        self._connection = connection
        self._agreement = agreement
        self._now = now

    def join(self, sender: Sender, message: Message, systems: Iterable[str]) -> None:
        """Put a message that has just been read before every system, as far as it has something to say there."""
        self._join(Requeued(sender, message, dict.fromkeys(systems, _UNTRIED)), just_read=True)

    def withdraw(self) -> list[Requeued]:
        """Take those out that wait and cannot make the entry, in their order."""
        waiting = defaultdict[Sender, dict[str, RowMapping]](dict)
        for row in self._connection.execute(REQUEUABLE, {"agreement": self._agreement}).mappings():
            waiting[Sender(row["guid"], row["arrived"], row["action"])][row["system"]] = row
        out = []
        for sender, rows in waiting.items():
            served = self._connection.execute(SERVED, {"this": sender.guid}).scalars()
            systems = {name: _tried(rows[name]) if name in rows else _UNTRIED for name in served}
            out.append(Requeued(sender, message_of(next(iter(rows.values()))["content"]), systems))
            for row in rows.values():
                self._connection.execute(TAKE_OUT, {"this": row["number"]})
        return out

    def requeue(self, out: Iterable[Requeued]) -> None:
        """Put them behind all others before every system, those that have them too: so the order is the same."""
        for one in out:
            self._join(one, just_read=False)

    def _join(self, one: Requeued, *, just_read: bool) -> None:
        guid, number, action = one.sender
        later = defaultdict[str, list[str]](list)
        for system, name in self._connection.execute(LATER, {"agreement": self._agreement, "this": number}):
            later[system].append(name)
        parcels = [
            {
                "guid": guid,
                "system": system,
                "agreement": self._agreement,
                "content": content_of(without_overridden(one.message, action, later[system], just_read=just_read)),
                "state": WAITING,
                "due_at": written(self._now),
                **tried,
            }
            for system, tried in one.systems.items()
        ]
        self._connection.execute(ADD_PARCELS, parcels)


def _tried(row: RowMapping) -> Mapping[str, Any]:
    return {name: row[name] for name in _UNTRIED}
