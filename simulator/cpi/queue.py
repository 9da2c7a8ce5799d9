"""What CPI does with its store: accept, take up what is due, write down what became of it."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Table, case, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from simulator.cpi.store import MESSAGE, PARCEL, REFUSED, TO_DELIVER, TO_FETCH, WAITING, StoreTable, in_order
from simulator.database import engine, wipe
from simulator.errors import InterfaceError
from simulator.mapping.message import Message

LEASE = timedelta(minutes=5)
"""How long a worker may be at one piece of work; longer than any call of it can take."""


class Fetch(NamedTuple):
    """An event whose agreement is to be read from ICI."""

    number: int
    guid: str
    payload: object
    attempts: int
    lease: str
    seen: int
    """The last message to a system that there was when the event was taken up."""


class Parcel(NamedTuple):
    """A message that is to be handed to a system."""

    number: int
    guid: str
    system: str
    agreement: str
    message: Message
    attempts: int
    lease: str


class Queue:
    """The store of one CPI tenant; workers in several threads and processes may share it."""

    def __init__(self, url: str) -> None:
        self._engine = engine(url)
        self._skip_locked = self._engine.dialect.name == "postgresql"
        with self._engine.begin() as connection:
            StoreTable.metadata.create_all(connection)
        wipe(self._engine)  # after what a worker that was killed could not wipe any more

    def accept(self, guid: str, correlation_id: str, payload: object, sys_id: str, now: datetime) -> None:
        """Store an event; from here on it cannot be lost."""
        at = written(now)
        row = {
            "guid": guid,
            "correlation_id": correlation_id,
            "received_at": at,
            "changed_at": at,
            "payload": json.dumps(payload),
            "sys_id": sys_id[:255],
            "status": "PROCESSING",
            "stage": "fetch",
            "due_at": at,
        }
        with self._transaction() as connection:
            connection.execute(insert(MESSAGE), row)

    def take_fetch(self, now: datetime, guid: str | None = None) -> Fetch | None:
        """Take up the first event that is due; events about the same agreement keep their order.

        With `guid` no other event is taken up, here and with `take_parcel`.
        """
        row = self._take(MESSAGE, TO_FETCH, now, guid)
        if row is None:
            return None
        payload = json.loads(row["payload"])
        return Fetch(row["number"], row["guid"], payload, row["attempts"], row["lease_until"], row["seen"])

    def take_parcel(self, now: datetime, guid: str | None = None) -> Parcel | None:
        """Take up the first message that is due and that no earlier one about the same agreement holds up."""
        row = self._take(PARCEL, TO_DELIVER, now, guid)
        if row is None:
            return None
        content = json.loads(row["content"])
        organisations = None if content["organisations"] is None else tuple(content["organisations"])
        message = Message(content["fields"], organisations)
        number, guid, system, agreement = (row[name] for name in ("number", "guid", "system", "agreement"))
        return Parcel(number, guid, system, agreement, message, row["attempts"], row["lease_until"])

    def read(self, guid: str, source: str, contract_type: str, action: str) -> None:
        """Write down what an event says of itself."""
        fields = {"source": source, "contract_type": contract_type, "action": action}
        with self._transaction() as connection:
            connection.execute(update(MESSAGE).where(MESSAGE.c.guid == guid), fields)

    def discard(self, fetch: Fetch, note: str, now: datetime, *, forget: bool) -> None:
        """The event leads to no message. `forget` leaves nothing of the agreement behind (SEC-2)."""
        fields: dict[str, Any] = {"status": "DISCARDED", "stage": "done", "note": note, **_no_error()}
        if forget:
            fields |= {"payload": "", "source": "", "contract_type": "", "sys_id": "", "action": ""}
        with self._transaction() as connection:
            if _is_held(connection, MESSAGE, fetch):
                self._write_message(connection, fetch.guid, fields, now)
        if forget:
            wipe(self._engine)

    def dispatch(self, fetch: Fetch, message: Message, systems: Mapping[str, object], now: datetime) -> None:
        """The event leads to a message: put it into the queue of every system.

        Where another event about the same agreement, or its amendment, came to a message meanwhile, the agreement is
        read once more instead: else what was read before could be written over what was read after (D-21).
        """
        content = json.dumps({"fields": dict(message.fields), "organisations": message.organisations})
        agreement = f"{message.fields['SYSID']} {message.fields['ICMAGREEMENTCODE']}"
        parcels = [
            {
                "guid": fetch.guid,
                "system": name,
                "agreement": agreement,
                "content": content,
                "state": WAITING,
                "due_at": written(now),
            }
            for name in systems
        ]
        meanwhile = select(PARCEL.c.number).where(PARCEL.c.agreement == agreement, PARCEL.c.number > fetch.seen)
        with self._transaction() as connection:
            if not _is_held(connection, MESSAGE, fetch):
                return
            fields: dict[str, Any] = {"status": "PROCESSING", **_no_error()}
            if connection.execute(meanwhile).first() is None:
                connection.execute(insert(PARCEL), parcels)
                fields["stage"] = "deliver"
            self._write_message(connection, fetch.guid, fields, now)

    def fetch_failed(
        self, fetch: Fetch, error: InterfaceError, wait: timedelta | None, now: datetime, *, tried_out: bool
    ) -> None:
        """The agreement could not be read or mapped: once more after `wait`, or never."""
        fields: dict[str, Any] = {"attempts": fetch.attempts + 1, **_error(error)}
        if wait is None:
            fields |= {"status": "ESCALATED" if tried_out else "FAILED", "stage": "done"}
        else:
            fields |= {"status": "RETRY", "due_at": written(now + wait)}
        with self._transaction() as connection:
            if _is_held(connection, MESSAGE, fetch):
                self._write_message(connection, fetch.guid, fields, now)

    def delivered(self, parcel: Parcel, state: str, now: datetime) -> None:
        """A system has the message."""
        fields = {"state": state, "content": "", "attempts": parcel.attempts + 1, "lease_until": "", **_no_error()}
        # There is an entry now: what missed it goes in next, before anything later (D-07).
        missed = update(PARCEL).where(*_same_agreement(parcel), PARCEL.c.state == WAITING, ~PARCEL.c.holds_up)
        with self._transaction() as connection:
            if _is_held(connection, PARCEL, parcel):
                connection.execute(update(PARCEL).where(PARCEL.c.number == parcel.number), fields)
                connection.execute(missed, {"holds_up": True, "due_at": written(now)})
                self._sum_up(connection, parcel.guid, now)

    def not_delivered(
        self, parcel: Parcel, error: InterfaceError, wait: timedelta | None, now: datetime, *, holds_up: bool
    ) -> None:
        """A system does not have the message: once more after `wait`, or into its error queue."""
        fields: dict[str, Any] = {
            "attempts": parcel.attempts + 1,
            "lease_until": "",
            "holds_up": holds_up,
            **_error(error),
        }
        fields |= {"state": REFUSED} if wait is None else {"due_at": written(now + wait)}
        with self._transaction() as connection:
            if _is_held(connection, PARCEL, parcel):
                connection.execute(update(PARCEL).where(PARCEL.c.number == parcel.number), fields)
                self._sum_up(connection, parcel.guid, now)

    def put_back(self, guid: str, now: datetime) -> bool:
        """Take a failed event, or its refused messages, up again from the beginning. Returns whether there was any."""
        again = {"attempts": 0, "due_at": written(now), "lease_until": ""}
        with self._transaction() as connection:
            parcels = connection.execute(
                update(PARCEL).where(PARCEL.c.guid == guid, PARCEL.c.state == REFUSED), {"state": WAITING, **again}
            ).rowcount
            if parcels:
                self._write_message(connection, guid, {"status": "RETRY", "stage": "deliver"}, now)
                return True
            failed = MESSAGE.c.status.in_(("FAILED", "ESCALATED"))
            fields = {"status": "RETRY", "stage": "fetch", **again, "changed_at": written(now)}
            return bool(connection.execute(update(MESSAGE).where(MESSAGE.c.guid == guid, failed), fields).rowcount)

    def next_due(self) -> datetime | None:
        """When the next piece of work is due; None where nothing waits."""
        with self._transaction() as connection:
            dues = [
                connection.execute(select(func.min(_free_from(table))).where(waits)).scalar()
                for table, waits in ((MESSAGE, TO_FETCH), (PARCEL, TO_DELIVER))
            ]
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

    def _take(self, table: Table, waits: ColumnElement[bool], now: datetime, guid: str | None) -> dict[str, Any] | None:
        at = written(now)
        due = (
            select(table)
            .where(waits, table.c.due_at <= at, table.c.lease_until <= at)
            .order_by(table.c.number)
            .limit(1)
        )
        if guid is not None:
            due = due.where(table.c.guid == guid)
        if self._skip_locked:
            due = due.with_for_update(of=table, skip_locked=True)
        with self._transaction() as connection:
            row = connection.execute(due).mappings().first()
            if row is None:
                return None
            lease = {"lease_until": written(now + LEASE)}
            connection.execute(update(table).where(table.c.number == row["number"]), lease)
            return {**row, **lease, "seen": connection.execute(select(func.max(PARCEL.c.number))).scalar() or 0}

    def _sum_up(self, connection: Connection, guid: str, now: datetime) -> None:
        """Write an event's status anew from what became of its messages."""
        rows = connection.execute(
            select(PARCEL.c.state, PARCEL.c.attempts, PARCEL.c.error_id, PARCEL.c.error_field, PARCEL.c.error_message)
            .where(PARCEL.c.guid == guid)
            .order_by(PARCEL.c.number)
        ).mappings()
        parcels = list(rows)
        states = {row["state"] for row in parcels}
        failed = next((row for row in parcels if row["error_id"]), None)
        error = {name: failed[name] if failed else "" for name in ("error_id", "error_field", "error_message")}
        if WAITING in states:
            fields = {"status": "RETRY" if failed else "PROCESSING"}
        else:
            fields = {"status": "ESCALATED" if REFUSED in states else "COMPLETED", "stage": "done"}
        self._write_message(connection, guid, {**fields, **error}, now)

    def _write_message(self, connection: Connection, guid: str, fields: dict[str, Any], now: datetime) -> None:
        done = {**fields, "changed_at": written(now), "lease_until": ""}
        connection.execute(update(MESSAGE).where(MESSAGE.c.guid == guid), done)

    def _transaction(self) -> AbstractContextManager[Connection]:
        return self._engine.begin()


def written(at: datetime) -> str:
    """A time as the store holds it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _is_held(connection: Connection, table: Table, piece: Fetch | Parcel) -> bool:
    """Whether the lease is still that of the worker that took the piece up.

    Where it was too slow, or the piece was put back meanwhile, another is at it, and what this one found is old.
    """
    lease = select(table.c.lease_until).where(table.c.number == piece.number).with_for_update()
    return connection.execute(lease).scalar() == piece.lease


def _same_agreement(parcel: Parcel) -> tuple[ColumnElement[bool], ...]:
    return PARCEL.c.system == parcel.system, PARCEL.c.agreement == parcel.agreement


def _free_from(table: Table) -> ColumnElement[str]:
    """From when on a worker may take a piece up: when it is due, and no other worker is at it."""
    return case((table.c.lease_until > table.c.due_at, table.c.lease_until), else_=table.c.due_at)


def _error(error: InterfaceError) -> dict[str, str]:
    return {"error_id": error.rule, "error_field": error.field, "error_message": error.message}


def _no_error() -> dict[str, str]:
    return {"error_id": "", "error_field": "", "error_message": ""}
