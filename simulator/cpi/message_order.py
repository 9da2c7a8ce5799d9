"""Keep the order of messages about one agreement: who queues where, and what later events override (D-21, D-46)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Select

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.sealing import forget, sealing_of
from simulator.cpi.statements import (
    EARLIER,
    FIRST_ARRIVAL,
    LATER,
    REMOVE_PARCEL,
    REQUEUABLE,
    SERVED,
    WAITING,
)
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.cpi.work_items import DeliveryTask, message_from_json, message_to_json, no_error, timestamp
from simulator.database import advisory_lock
from simulator.mapping.actions import ACTIONS, KEYS
from simulator.mapping.message import ORGANISATIONS, Message


class Sender(NamedTuple):
    """The event that a message comes from."""

    guid: str
    number: int
    """Its place in the order of arrival of all events."""

    action: str
    time: datetime | None = None
    """The time of the event by its own account; None where that does not count or is not known."""


class LateEvents(NamedTuple):
    """The treatment of an event that is older, by its own time, than one that came before it (D-62)."""

    keep: bool = False
    """True keeps what the newer event brought; False writes what the sheet says."""

    roll_up: bool = True
    """True if ICI writes an executed amendment into its parent (D-09); else the parent's record may lack it."""


class Requeued(NamedTuple):
    """A message that has been withdrawn from every system in which it waited."""

    sender: Sender
    message: Message
    systems: Mapping[str, Mapping[str, Any]]
    """Every system that it is for: the attempts made there, and the last error."""


class Claim(NamedTuple):
    """The systems for which a worker takes a message as it is queued, and its lease."""

    systems: Collection[str] = ()
    lease: str = ""


class Joined(NamedTuple):
    """The result of queueing a message."""

    tasks: list[DeliveryTask]
    """The messages that were taken as they were queued."""

    is_over_newer: bool
    """True if the message is written over what a newer event brought."""


NO_CLAIM = Claim()
_UNTRIED: Mapping[str, Any] = {"attempts": 0, **no_error()}
AS_THE_SHEET_SAYS = LateEvents()


class AgreementQueue:
    """The messages about one agreement that wait for each system, locked for one transaction."""

    def __init__(self, connection: Connection, agreement: str, now: datetime) -> None:
        lock_agreement(connection, agreement)
        self._connection = connection
        self._sealing = sealing_of(connection)
        self._agreement = agreement
        self._now = now

    def join(  # noqa: PLR0913 - the message, and what to do with it
        self,
        sender: Sender,
        message: Message,
        systems: Iterable[str],
        late_events: LateEvents,
        *,
        alone: bool,
        claim: Claim,
    ) -> Joined:
        """Queue a message that has just been read for every system, without what later events override there.

        It is `alone` if no other is about the agreement. `claim` takes it at once for some systems: none may wait there
        before it.
        """
        queued = Requeued(sender, message, dict.fromkeys(systems, _UNTRIED))
        if alone:
            return Joined(self._insert(queued, {}, claim), is_over_newer=False)
        return self._join(queued, just_read=True, late_events=late_events, claim=claim)

    def withdraw(self) -> list[Requeued]:
        """Remove the messages that wait and cannot create the entry. Return them in their order.

        One that a killed worker held may wait for a system twice: it was queued again while it was held.
        """
        waiting = defaultdict[Sender, list[RowMapping]](list)
        for row in self._connection.execute(REQUEUABLE, {"agreement": self._agreement}).mappings():
            waiting[Sender(row["guid"], row["arrived"], row["action"])].append(row)
        withdrawn = []
        for sender, rows in waiting.items():
            content = self._sealing.opened(PARCEL, rows[0])["content"]
            served = self._connection.execute(SERVED, {"this": sender.guid}).scalars()
            tried = {row["system"]: self._attempts(row) for row in reversed(rows)}
            systems = {name: tried.get(name, _UNTRIED) for name in served}
            withdrawn.append(Requeued(sender, message_from_json(content), systems))
            for row in rows:
                self._connection.execute(REMOVE_PARCEL, {"this": row["number"]})
            forget(self._connection, PARCEL, [row["number"] for row in rows])
        return withdrawn

    def requeue(self, withdrawn: Iterable[Requeued], late_events: LateEvents) -> None:
        """Queue messages again behind all others, in every system, also those that have them: all keep one order."""
        for message in withdrawn:
            self._join(message, just_read=False, late_events=late_events)

    def _join(
        self, queued: Requeued, *, just_read: bool, late_events: LateEvents, claim: Claim | None = None
    ) -> Joined:
        _, number, action, time = queued.sender
        overriding, newer = defaultdict[str, list[str]](list), list[tuple[str, str]]()
        if queued.message.document is None:  # a document was read after whatever came later
            first = self._connection.execute(FIRST_ARRIVAL, {"this": number}).scalar() or number
            for system, name, event in self._others(LATER, first):
                is_older = late_events.keep and _happened_before(event, time)
                if not is_older and _overrides(name, action, just_read=just_read, roll_up=late_events.roll_up):
                    overriding[system].append(name)
            newer = self._newer(queued.sender, first, late_events)
        if late_events.keep:
            for system, name in newer:
                overriding[system].append(name)
        return Joined(self._insert(queued, overriding, claim or NO_CLAIM), bool(newer) and not late_events.keep)

    def _insert(self, queued: Requeued, overriding: Mapping[str, Iterable[str]], claim: Claim) -> list[DeliveryTask]:
        """Add the message for every system, without what the ActionNames of `overriding` carry there."""
        guid, due_at = queued.sender.guid, timestamp(self._now)
        parts = {system: _without(queued.message, overriding.get(system, ())) for system in queued.systems}
        parcels = [
            {
                "guid": guid,
                "system": system,
                "agreement": self._agreement,
                "content": message_to_json(parts[system]),
                "state": WAITING,
                "due_at": due_at,
                "lease_until": claim.lease if system in claim.systems else "",
                **attempts,
            }
            for system, attempts in queued.systems.items()
        ]
        numbers = self._sealing.insert(self._connection, PARCEL, parcels)
        return [
            DeliveryTask(number, guid, system, self._agreement, message, 0, claim.lease)
            for number, (system, message) in zip(numbers, parts.items(), strict=True)
            if system in claim.systems
        ]

    def _newer(self, sender: Sender, first: int, late_events: LateEvents) -> list[tuple[str, str]]:
        """Return system and ActionName of the messages that came before, and override this one by their own time."""
        if sender.time is None:
            return []
        return [
            (system, name)
            for system, name, event in self._others(EARLIER, first)
            if _happened_after(event, sender.time)
            and _overrides(name, sender.action, just_read=True, roll_up=late_events.roll_up)
        ]

    def _attempts(self, row: RowMapping) -> Mapping[str, Any]:
        words = self._sealing.opened_words(PARCEL, row)
        return {**{name: row[name] for name in _UNTRIED}, "error_message": words}

    def _others(self, which: Select[Any], first: int) -> list[tuple[str, str, str]]:
        """Read system, ActionName and event of the messages of other events about the agreement."""
        rows = self._connection.execute(which, {"agreement": self._agreement, "this": first}).mappings()
        return [(row["system"], row["action"], self._sealing.opened(MESSAGE, row)["payload"]) for row in rows]


def lock_agreement(connection: Connection, agreement: str) -> None:
    """Lock the messages about one agreement, which an amendment and its parent reach by two System IDs."""
    advisory_lock(connection, f"{PARCEL.name} {agreement}")


def _without(message: Message, overriding: Iterable[str]) -> Message:
    """Leave out the fields that messages with these ActionNames carry."""
    actions = [ACTIONS[name] for name in overriding]
    overridden = {name for name in message.fields if name not in KEYS and any(one.carries(name) for one in actions)}
    fields = {name: value for name, value in message.fields.items() if name not in overridden}
    return message._replace(fields=fields, organisations=None if ORGANISATIONS in overridden else message.organisations)


def _overrides(later: str, action: str, *, just_read: bool, roll_up: bool) -> bool:
    """Check that a later event overrides a message of this ActionName.

    Nothing overrides Terminated. An amendment is as old as its record: everything later overrides it but Executed.
    Any other message that has just been read yields to Terminated alone; one that was read before, and waited, yields
    to all that was read meanwhile. Without `roll_up` the record of the parent lacks its amendments: it overrides none,
    and yields to each.
    """
    if action == "Terminated":
        return False
    if action == "AmendmentExecuted":
        return later != "Executed" and (roll_up or later != "ExecutedUpdated")
    if later == "AmendmentExecuted" and not roll_up:
        return True
    return later == "Terminated" or not just_read


def _happened_after(event: str, time: datetime) -> bool:
    """Check that a stored event is newer than `time`, by its own account."""
    at = ReceivedEvent.from_json(event).time if event else None
    return at is not None and at > time


def _happened_before(event: str, time: datetime | None) -> bool:
    at = ReceivedEvent.from_json(event).time if event else None
    return at is not None and time is not None and at < time
