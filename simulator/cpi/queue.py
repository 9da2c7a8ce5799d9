"""What CPI does with its store: accept, take up what is due, write down what became of it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, Table

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.message_order import Line, Sender
from simulator.cpi.statements import (
    ADD_MESSAGE,
    CREATE_BEHIND,
    FORGET_PARCELS,
    FORGET_REFUSED,
    LAST_PARCEL,
    LEASE_OF,
    NEWER,
    NEXT_DUE,
    PUT_BACK,
    REFUSED,
    STATES,
    WAITING,
    WRITE,
    WRITE_MESSAGE,
    next_piece,
)
from simulator.cpi.store import MESSAGE, PARCEL, StoreTable, in_order
from simulator.cpi.work_items import DeliveryTask, FetchTask, no_error, written
from simulator.database import advisory_lock, create_missing_tables, make_engine, purge_wal
from simulator.errors import Failure, InterfaceError
from simulator.mapping.actions import ACTIONS
from simulator.mapping.message import Message

LEASE = timedelta(minutes=5)
"""How long a worker may be at one piece of work; longer than any call of it can take."""


class Queue:
    """The store of one CPI tenant; workers in several threads and processes may share it."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)
        with self._engine.begin() as connection:
            create_missing_tables(connection, StoreTable.metadata)
        purge_wal(self._engine)  # after what a worker that was killed could not wipe any more

    def accept(self, guid: str, correlation_id: str, event: ReceivedEvent, now: datetime) -> None:
        """Store an event; from here on it cannot be lost."""
        at = written(now)
        row = {
            "guid": guid,
            "correlation_id": correlation_id,
            "received_at": at,
            "changed_at": at,
            "payload": event.to_json(),
            "sys_id": event.sys_id[:255],
            "status": "PROCESSING",
            "stage": "fetch",
            "due_at": at,
        }
        with self._transaction() as connection:
            # Held up to the commit: who sees an event sees every earlier one about the same agreement, too.
            advisory_lock(connection, f"{MESSAGE.name} {row['sys_id']}")
            connection.execute(ADD_MESSAGE, row)

    def take_fetch(self, now: datetime, guid: str | None = None) -> FetchTask | None:
        """Take up the first event that is due; events about the same agreement keep their order.

        With `guid` no other event is taken up, here and with `take_parcel`.
        """
        row = self._take(MESSAGE, now, guid)
        return None if row is None else FetchTask.of(row)

    def take_parcel(self, now: datetime, guid: str | None = None) -> DeliveryTask | None:
        """Take up the first message that is due and that no earlier one about the same agreement holds up."""
        row = self._take(PARCEL, now, guid)
        return None if row is None else DeliveryTask.of(row)

    def discard(self, fetch: FetchTask, note: str, now: datetime, *, forget: bool) -> None:
        """The event leads to no message. `forget` leaves nothing of the agreement behind (SEC-2)."""
        fields = {"status": "DISCARDED", "stage": "done", "note": note, **fetch.told, **no_error()}
        if forget:
            fields |= {"payload": "", "source": "", "contract_type": "", "sys_id": "", "action": ""}
        with self._transaction() as connection:
            if _is_held(connection, MESSAGE, fetch):
                if forget:  # what was made of it before it was put back
                    connection.execute(FORGET_PARCELS, {"this": fetch.guid})
                _write_message(connection, fetch.guid, fields, now)
        if forget:
            purge_wal(self._engine)

    def dispatch(self, fetch: FetchTask, message: Message, systems: Iterable[str], now: datetime) -> None:
        """The event leads to a message: put it into the queue of every system.

        Where another event about the same agreement, or its amendment, came to a message meanwhile, the agreement is
        read once more instead: else what was read before could be written over what was read after (D-21). What later
        events have brought, the message of one that was tried again leaves alone; that of one that was put back takes
        the place of those that were refused (D-46). One that can make the entry goes before those that cannot (D-59).
        """
        agreement = f"{message.fields['SYSID']} {message.fields['ICMAGREEMENTCODE']}"
        fields = {"status": "PROCESSING", **fetch.told, **no_error()}
        action = fetch.told["action"]
        with self._transaction() as connection:
            line = Line(connection, agreement, now)
            if not _is_held(connection, MESSAGE, fetch):
                return
            overtaken = []
            if connection.execute(NEWER, {"agreement": agreement, "seen": fetch.seen}).first() is None:
                fields["stage"] = "deliver"
                overtaken = line.withdraw() if ACTIONS[action].whole else []
                if fetch.again:
                    connection.execute(FORGET_REFUSED, {"this": fetch.guid})
                line.join(Sender(fetch.guid, fetch.number, action), message, systems)
            _write_message(connection, fetch.guid, fields, now)
            line.requeue(overtaken)

    def fetch_failed(
        self, fetch: FetchTask, error: InterfaceError, wait: timedelta | None, now: datetime, *, tried_out: bool
    ) -> None:
        """The agreement could not be read or mapped: once more after `wait`, or never."""
        fields: dict[str, Any] = {"attempts": fetch.attempts + 1, **fetch.told, **_error(error)}
        if wait is None:
            fields |= {"status": "ESCALATED" if tried_out else "FAILED", "stage": "done"}
        else:
            fields |= {"status": "RETRY", "due_at": written(now + wait)}
        with self._transaction() as connection:
            if _is_held(connection, MESSAGE, fetch):
                _write_message(connection, fetch.guid, fields, now)

    def delivered(self, parcel: DeliveryTask, state: str, now: datetime) -> None:
        """A system has the message."""
        fields = {"state": state, "content": "", "attempts": parcel.attempts + 1, "lease_until": "", **no_error()}
        with self._transaction() as connection:
            _hold_status(connection, parcel.guid)
            if _is_held(connection, PARCEL, parcel):
                connection.execute(WRITE[PARCEL], {**fields, "this": parcel.number})
                _update_status(connection, parcel.guid, now)

    def not_delivered(self, parcel: DeliveryTask, error: InterfaceError, wait: timedelta | None, now: datetime) -> None:
        """A system does not have the message: once more after `wait`, or into its error queue.

        One that found no entry steps back behind the one that can make it, where that is in the line already (D-59).
        """
        fields: dict[str, Any] = {"attempts": parcel.attempts + 1, "lease_until": "", **_error(error)}
        fields |= {"state": REFUSED} if wait is None else {"due_at": written(now + wait)}
        with self._transaction() as connection:
            line = Line(connection, parcel.agreement, now)
            _hold_status(connection, parcel.guid)
            if _is_held(connection, PARCEL, parcel):
                connection.execute(WRITE[PARCEL], {**fields, "this": parcel.number})
                place = {"agreement": parcel.agreement, "system": parcel.system, "this": parcel.number}
                if error.failure is Failure.NO_ENTRY and connection.execute(CREATE_BEHIND, place).first():
                    line.requeue(line.withdraw())
                _update_status(connection, parcel.guid, now)

    def put_back(self, guid: str, now: datetime) -> bool:
        """Take an event that has failed up again from the beginning. Returns whether it is one.

        Its agreement is read anew: it may be mended, changed or confidential by now. Until that has led to messages
        that take their place, the refused ones stay in the error queues.
        """
        fields = {"status": "RETRY", "stage": "fetch", "again": True, "attempts": 0, "due_at": written(now)}
        with self._transaction() as connection:
            _hold_status(connection, guid)
            fields |= {"this": guid, "changed_at": written(now)}
            return bool(connection.execute(PUT_BACK, fields).rowcount)

    def next_due(self) -> datetime | None:
        """When the next piece of work can be taken up; None where nothing waits.

        What a worker is at is not done yet: it may have been killed, and then its lease has to run out first.
        """
        with self._transaction() as connection:
            dues = [connection.execute(statement).scalar() for statement in NEXT_DUE.values()]
        return min((datetime.fromisoformat(due) for due in dues if due), default=None)

    def messages(self, guid: str | None = None) -> list[RowMapping]:
        """Every event, in the order of arrival; or the one with this guid."""
        with self._transaction() as connection:
            return list(connection.execute(in_order(MESSAGE, guid)).mappings())

    def parcels(self, guid: str | None = None) -> list[RowMapping]:
        """Every message to a system, in the order in which they were made; or those of one event."""
        with self._transaction() as connection:
            return list(connection.execute(in_order(PARCEL, guid)).mappings())

    def reset(self) -> None:
        """Empty the store."""
        with self._transaction() as connection:
            for table in (PARCEL, MESSAGE):
                connection.execute(table.delete())

    def close(self) -> None:
        self._engine.dispose()

    def _take(self, table: Table, now: datetime, guid: str | None) -> dict[str, Any] | None:
        with self._transaction() as connection:
            due = next_piece(table, of_one=guid is not None)
            row = connection.execute(due, {"at": written(now), "guid": guid}).mappings().first()
            if row is None:
                return None
            lease = {"lease_until": written(now + LEASE)}
            connection.execute(WRITE[table], {**lease, "this": row["number"]})
            seen = connection.execute(LAST_PARCEL).scalar() if table is MESSAGE else None
            return {**row, **lease, "seen": seen or 0}

    def _transaction(self) -> AbstractContextManager[Connection]:
        return self._engine.begin()


def _hold_status(connection: Connection, guid: str) -> None:
    # Else of two workers that deliver the last two messages of an event, each would find the other's still waiting.
    advisory_lock(connection, f"status {guid}")


def _is_held(connection: Connection, table: Table, piece: FetchTask | DeliveryTask) -> bool:
    """Whether the lease is still that of the worker that took the piece up.

    Where it was too slow, or the piece was put back meanwhile, another is at it, and what this one found is old.
    """
    return connection.execute(LEASE_OF[table], {"this": piece.number}).scalar() == piece.lease


def _update_status(connection: Connection, guid: str, now: datetime) -> None:
    """Write an event's status anew from what became of its messages."""
    parcels = list(connection.execute(STATES, {"this": guid}).mappings())
    states = {row["state"] for row in parcels}
    failed = next((row for row in parcels if row["error_id"]), None)
    error = {name: failed[name] if failed else "" for name in ("error_id", "error_field", "error_message")}
    if WAITING in states:
        fields = {"status": "RETRY" if failed else "PROCESSING"}
    else:
        fields = {"status": "ESCALATED" if REFUSED in states else "COMPLETED", "stage": "done"}
    _write_message(connection, guid, {**fields, **error}, now)


def _write_message(connection: Connection, guid: str, fields: dict[str, Any], now: datetime) -> None:
    connection.execute(WRITE_MESSAGE, {**fields, "this": guid, "changed_at": written(now), "lease_until": ""})


def _error(error: InterfaceError) -> dict[str, str]:
    return {"error_id": error.rule, "error_field": error.field, "error_message": error.message}
