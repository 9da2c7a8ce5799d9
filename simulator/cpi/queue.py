"""CPI's store as a queue: accept events, take what is due, record the result."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.filtered_agreements import FilteredAgreements
from simulator.cpi.forgetting import forget_agreement, forget_event, forget_messages, hold_back, withhold_master
from simulator.cpi.message_order import AS_THE_SHEET_SAYS, NO_CLAIM, AgreementQueue, Claim, LateEvents, Sender
from simulator.cpi.retention import remove_completed
from simulator.cpi.sealing import forget, open_sealing, sealing_transaction
from simulator.cpi.statements import (
    ADD_NOTE,
    ALIKE,
    BEFORE_NEW,
    CREATE_BEHIND,
    FORGET_PARCELS,
    FORGET_REFUSED,
    LAST_OF,
    LEASE,
    LEASE_OF,
    NEXT_DUE,
    REFUSED,
    REMOVE_EVENT,
    RETRY_MESSAGE,
    TO_READ_BEFORE,
    WRITE_HELD,
    first_tasks,
    hold_status,
    times_at,
    update_status,
    write_message,
)
from simulator.cpi.store import FILTERED_AGREEMENT, MESSAGE, PARCEL, StoreTable
from simulator.cpi.stored_log import StoredLog
from simulator.cpi.taking import give_back, take, take_next_of
from simulator.cpi.work_items import (
    MASTER_IS_CONFIDENTIAL,
    MASTER_IS_UNCLEAR,
    REPEATED,
    TOLD_CONFIDENTIAL,
    DeliveryTask,
    DueTasks,
    FetchTask,
    Following,
    error_columns,
    no_error,
    timestamp,
)
from simulator.database import (
    IN_MEMORY,
    Synchronous,
    advisory_lock,
    create_missing_tables,
    empty,
    make_engine,
    purge_wal,
    single_statement,
)
from simulator.errors import Failure, InterfaceError
from simulator.mapping.actions import ACTIONS
from simulator.mapping.contract_types import MASTER
from simulator.mapping.message import Message

_PROBE = "probe"
"""In place of the guid of an event; nobody else sees it."""

LATE = "it came late, and was written over what a newer event had brought"
"""The note on an event that is older, by its own time, than one that came before it (D-62)."""


class Queue:
    """The queue of one CPI tenant; workers in several threads and processes may share it."""

    def __init__(
        self,
        url: str,
        keys: Path | None = None,
        synchronous: Synchronous = "normal",
    ) -> None:
        """`keys` is the key file of a store in the database of a server. Raises KeyFileError."""
        self._keys = keys
        self._is_in_memory = url == IN_MEMORY
        self._filtered: FilteredAgreements | None = None
        self._engine = make_engine(url, synchronous, of_queue=True)
        with ExitStack() as on_error:
            on_error.callback(self._engine.dispose)
            with self._engine.begin() as connection:
                create_missing_tables(connection, StoreTable.metadata)
                self._sealing = open_sealing(connection, keys)
                on_error.callback(self._sealing.close)
            self._purge()  # a worker that was killed may have left something
            self.log = StoredLog(self._engine, self._sealing)
            on_error.pop_all()

    def remember_filtered(self, *, on: bool) -> None:
        """Remember from now on which agreements are filtered, or no longer (D-64).

        A store in a file needs a key file for it. Raises KeyFileError.
        """
        if self._filtered:
            self._filtered.close()
            self._filtered = None
        if on:
            with self._engine.begin() as connection:
                self._filtered = FilteredAgreements(connection, self._keys, in_memory=self._is_in_memory)

    def accept(
        self, guid: str, correlation_id: str, event: ReceivedEvent, now: datetime, *, claim: bool = False
    ) -> FetchTask | None:
        """Store an event; after this it cannot be lost. With `claim`, take it, unless it has to wait for another one.

        One that came before, by its id, is discarded (D-21), unless the first is in the error queue. It is kept without
        what it is about: the first may be filtered yet (SEC-2).
        """
        at, lease = timestamp(now), timestamp(now + LEASE)
        row = {
            "guid": guid,
            "correlation_id": correlation_id,
            "received_at": at,
            "changed_at": at,
            "payload": event.to_json(),
            "source": event.source,
            "sys_id": event.sys_id_key,
            "action": event.action,
            "status": "PROCESSING",
            "stage": "fetch",
            "due_at": at,
        }
        with self._transaction() as connection:
            # Held up to the commit: whoever sees an event sees every earlier one about the same agreement as well.
            advisory_lock(connection, f"{MESSAGE.name} {self._sealing.name(row['sys_id'])}")
            if (first := self._first(connection, event)) is not None:
                row |= {"correlation_id": first, "payload": "", "sys_id": ""}
                row |= {"status": "DISCARDED", "stage": "done", "note": REPEATED}
            elif claim:
                named = {"sys_id": self._sealing.name(row["sys_id"]), "source": event.source}
                has_to_wait, last_parcel = connection.execute(BEFORE_NEW, named).one()
                claim = not has_to_wait
                row["lease_until"] = lease if claim else ""
            (number,) = self._sealing.insert(connection, MESSAGE, [row])
        if first is not None or not claim:
            return None
        return FetchTask(number, guid, event, 0, lease, last_parcel, retried=False, told_confidential=False)

    def due(self, now: datetime, systems: Sequence[str], sources: Sequence[str]) -> DueTasks:
        """Return for which of these systems and tenants something is due, in one statement."""
        self._sealing.purge(self._engine)
        with single_statement(self._engine) as connection:
            found = connection.execute(first_tasks((*systems,), (*sources,)), times_at(now)).one()
        is_due = [number is not None for number in found]
        return DueTasks(
            [name for name, due in zip(systems, is_due, strict=False) if due],
            [name for name, due in zip(sources, is_due[len(systems) :], strict=False) if due],
            any(is_due),
        )

    def take(self, now: datetime, guid: str | None = None) -> DeliveryTask | FetchTask | None:
        """Take what `take_parcel` takes, or else what `take_fetch` takes."""
        if guid is None and not self.due(now, (), ()).somewhere:  # to look waits for no writer
            return None
        return self.take_parcel(now, guid) or self.take_fetch(now, guid)

    def take_fetch(self, now: datetime, guid: str | None = None, *, source: str | None = None) -> FetchTask | None:
        """Take the first event that is due; events about the same agreement keep their order.

        With `guid`, take nothing of other events, here and in `take_parcel`; with `source`, of other tenants.
        """
        row = take(self._engine, self._sealing, MESSAGE, now, guid=guid, endpoint=source)
        return None if row is None else FetchTask.of(row)

    def take_parcel(self, now: datetime, guid: str | None = None, *, system: str | None = None) -> DeliveryTask | None:
        """Take the first message that is due and that no earlier one about the same agreement holds up.

        With `system`, take nothing for other systems.
        """
        row = take(self._engine, self._sealing, PARCEL, now, guid=guid, endpoint=system)
        return None if row is None else DeliveryTask.of(row)

    def give_back(self, task: DeliveryTask | FetchTask, until: datetime) -> None:
        """Let others take a task from a time on: its worker could not record the result."""
        with self._transaction() as connection:
            give_back(connection, task, until)

    def discard(self, fetch: FetchTask, note: str, now: datetime) -> None:
        """Record that the event leads to no message."""
        fields = {"status": "DISCARDED", "stage": "done", "note": note, **fetch.event_fields, **no_error()}
        with self._transaction() as connection:
            if _is_held(connection, fetch):
                write_message(connection, fetch.guid, fields, now)

    def filter(self, fetch: FetchTask, now: datetime, *, withhold: bool = True, parent: str = "") -> None:
        """Discard the event of a confidential agreement, and all that waits or was refused of that agreement (D-63).

        Every event of it that lacks a system, or is in the error queue, is discarded as if it had been filtered itself:
        nothing that names the agreement is left of it (SEC-2). One that is to be read again loses no more than these
        messages.
        An event of another tenant stays: its System ID names another agreement (D-68).
        With `withhold`, what waits for an agreement that is associated to this one loses the association (D-66); where
        it is the `parent` of an amendment that is confidential, what waits of that goes too (D-143).
        What other workers are reading at this moment they read once more: it could be older than the flag. A delivery
        that is under way cannot be called back; it is not recorded, and not repeated.
        """
        with self._transaction() as connection:
            advisory_lock(connection, "filter")  # two that revoke each other's lease would wait for each other
            if _is_held(connection, fetch):
                self._remember(connection, fetch)
                source = fetch.event_fields["source"]
                for named in filter(None, (fetch.sys_id, parent)):
                    forget_agreement(connection, source, named, now, told_by=fetch.number)
                forget_messages(connection, FORGET_PARCELS, fetch.guid)
                forget_event(connection, fetch.guid, now)
                if withhold and fetch.event_fields.get("contract_type") == MASTER:
                    withhold_master(connection, source, fetch.sys_id, now)
        self._sync_forgotten()

    def forget(self, source: str, sys_id: str, now: datetime) -> None:
        """Destroy all that waits or was refused of an agreement that was read without an event, and is confidential."""
        with self._transaction() as connection:
            advisory_lock(connection, "filter")
            forget_agreement(connection, source, sys_id, now)
        self._sync_forgotten()

    def hold_back(self, source: str, sys_id: str, now: datetime) -> None:
        """Hold back all that waits of an agreement that was read so, and does not tell whether it is (D-102)."""
        with self._transaction() as connection:
            advisory_lock(connection, "filter")
            hold_back(connection, source, sys_id, now)
        self._sync_forgotten()

    def withhold(self, source: str, sys_id: str, now: datetime, why: str = MASTER_IS_CONFIDENTIAL) -> None:
        """Take a master out of all that waits or was refused: call 2 has not told that it is open (D-66)."""
        with self._transaction() as connection:
            advisory_lock(connection, "filter")
            withhold_master(connection, source, sys_id, now, why)
        self._sync_forgotten()

    def dispatch(  # noqa: PLR0913 - the message, and what its event told of it
        self,
        fetch: FetchTask,
        message: Message,
        systems: Collection[str],
        now: datetime,
        late_events: LateEvents = AS_THE_SHEET_SAYS,
        *,
        note: str = "",
        claim: Collection[str] = (),
    ) -> Following:
        """Queue the message of an event for every system, and take those for the systems of `claim` at once.

        None is taken where one about the agreement waits already.

        If another event about the same agreement, or its amendment, led to a message meanwhile, the agreement is read
        once more instead: what was read earlier must not be written over what was read later (D-21).
        So is an amendment, once the events of its agreement that came before have been read (D-104).
        The message of a retried event replaces its refused ones, and leaves out what later events override (D-46); so
        does the message of an event that comes again (D-21).
        A message of an event that is late by its own time is treated as `late_events` says (D-62).
        A message that can create the entry goes before those that cannot (D-59); those with a document keep the order
        in which they were read, as each holds the whole state.
        """
        agreement = self._sealing.agreement_name(message.fields["SYSID"], message.fields["ICMAGREEMENTCODE"])
        fields = {"status": "PROCESSING", "note": note, "parent": "", **fetch.event_fields, **no_error()}
        action = fetch.event_fields["action"]
        with self._transaction() as connection:
            held = connection.execute(LEASE_OF, {"this": fetch.number}).first()
            if held is None or held.lease_until != fetch.lease:
                return Following()
            if message.fields["SYSID"] != fetch.sys_id:
                parent = self._sealing.name(message.fields["SYSID"])
                before = {"sys_id": parent, "source": fetch.event_fields.get("source", ""), "this": fetch.number}
                if connection.execute(TO_READ_BEFORE, before).first():
                    write_message(connection, fetch.guid, {**fields, "parent": parent}, now)
                    return Following()
            if self._filtered and action != "AmendmentExecuted":
                self._filtered.remove(connection, fetch.event_fields["source"], fetch.sys_id)
            queue = AgreementQueue(connection, agreement, now)
            last, waits = connection.execute(LAST_OF, {"agreement": agreement}).one()
            is_current = (last or 0) <= fetch.last_parcel
            write_message(connection, fetch.guid, fields | ({"stage": "deliver"} if is_current else {}), now)
            if not is_current:
                return Following()
            may_wait = last is not None and message.document is None and ACTIONS[action].is_full
            withdrawn = queue.withdraw() if may_wait else []
            if fetch.retried:
                forget_messages(connection, FORGET_REFUSED, fetch.guid)
            sender = Sender(fetch.guid, fetch.number, action, fetch.event.time)
            taken = NO_CLAIM if waits else Claim(claim, timestamp(now + LEASE))
            joined = queue.join(sender, message, systems, late_events, alone=last is None, claim=taken)
            if joined.is_over_newer:
                write_message(connection, fetch.guid, {"note": "; ".join(filter(None, (LATE, note)))}, now)
            queue.requeue(withdrawn, late_events)
        return Following(joined.tasks, bool(held.is_awaited))

    def fetch_failed(  # noqa: PLR0913 - the error, and what to do about it
        self,
        fetch: FetchTask,
        error: InterfaceError,
        wait: timedelta | None,
        now: datetime,
        *,
        exhausted: bool,
        withhold: bool = True,
    ) -> None:
        """Record that the agreement could not be read or mapped; try again after `wait`, or never.

        Once call 1 has said that it is confidential, nothing of it that waits goes out while call 2 is awaited (D-65);
        nor does anything where call 1 does not tell whether it is (D-102). With `withhold`, what waits for an agreement
        that is associated to it loses the association then (D-66).
        """
        fields: dict[str, Any] = {"attempts": fetch.attempts + 1, **fetch.event_fields, **error_columns(error)}
        fields["note"] = TOLD_CONFIDENTIAL if fetch.told_confidential else ""
        fields["parent"] = self._sealing.name(error.parent) if error.parent else ""
        if wait is None:
            fields |= {"status": "ESCALATED" if exhausted else "FAILED", "stage": "done"}
        else:
            fields |= {"status": "RETRY", "due_at": timestamp(now + wait)}
        with self._transaction() as connection:
            if fetch.told_confidential or error.unclear:
                advisory_lock(connection, "filter")
            if _is_held(connection, fetch):
                source = fetch.event_fields.get("source", "")
                if fetch.told_confidential:
                    self._remember(connection, fetch)
                    forget_agreement(connection, source, fetch.sys_id, now, told_by=fetch.number)
                elif error.unclear:
                    hold_back(connection, source, error.unclear, now, told_by=fetch.number)
                    if withhold and fetch.event_fields.get("contract_type") == MASTER:
                        withhold_master(connection, source, fetch.sys_id, now, MASTER_IS_UNCLEAR)
                write_message(connection, fetch.guid, fields, now)
        if fetch.told_confidential or error.unclear:
            self._sync_forgotten()

    def was_filtered(self, source: str, sys_id: str) -> bool:
        """Check that an agreement was filtered when it was last read, if that is remembered (D-64)."""
        if not self._filtered:
            return False
        with self._transaction() as connection:
            return self._filtered.holds(connection, source, sys_id)

    def delivered(
        self, parcel: DeliveryTask, state: str, now: datetime, *, take_next_of_event: bool = False
    ) -> Following:
        """Record that a system has the message. With `take_next_of_event`, take the next one of the same event."""
        fields = {"state": state, "content": "", "attempts": parcel.attempts + 1, "lease_until": "", **no_error()}
        with self._transaction() as connection:
            hold_status(connection, parcel.guid)
            if not connection.execute(WRITE_HELD, {**fields, "this": parcel.number, "lease": parcel.lease}).rowcount:
                return Following()
            forget(connection, PARCEL, [parcel.number])
            settled = update_status(connection, parcel.guid, now, parcel)
            tasks = take_next_of(connection, parcel.guid, now) if take_next_of_event and settled.has_more else []
        return Following(tasks, settled.is_awaited)

    def not_delivered(
        self,
        parcel: DeliveryTask,
        error: InterfaceError,
        wait: timedelta | None,
        now: datetime,
        late_events: LateEvents = AS_THE_SHEET_SAYS,
    ) -> None:
        """Record that a system does not have the message; try again after `wait`, or move it to the error queue.

        A message that found no entry is requeued behind one that can create it, if that waits already (D-59).
        """
        fields: dict[str, Any] = {"attempts": parcel.attempts + 1, "lease_until": "", **error_columns(error)}
        fields["error_message"] = self._sealing.sealed_words(PARCEL, parcel.number, error.message)
        fields |= {"state": REFUSED} if wait is None else {"due_at": timestamp(now + wait)}
        with self._transaction() as connection:
            queue = AgreementQueue(connection, parcel.agreement, now)
            hold_status(connection, parcel.guid)
            if connection.execute(WRITE_HELD, {**fields, "this": parcel.number, "lease": parcel.lease}).rowcount:
                place = {"agreement": parcel.agreement, "system": parcel.system, "this": parcel.number}
                if error.failure is Failure.NO_ENTRY and connection.execute(CREATE_BEHIND, place).first():
                    queue.requeue(queue.withdraw(), late_events)
                update_status(connection, parcel.guid, now)

    def retry(self, guid: str, now: datetime) -> bool:
        """Start a failed event from the beginning. Returns False for one that has not failed.

        Its agreement is read again: it may be corrected, changed or confidential by now. The refused messages stay in
        the error queues until new ones replace them.
        """
        fields = {"status": "RETRY", "stage": "fetch", "again": True, "attempts": 0, "due_at": timestamp(now)}
        with self._transaction() as connection:
            hold_status(connection, guid)
            fields |= {"this": guid, "changed_at": timestamp(now)}
            return bool(connection.execute(RETRY_MESSAGE, fields).rowcount)

    def add_note(self, guid: str, note: str) -> None:
        """Add a remark to what the log says of an event that has been processed."""
        with self._transaction() as connection:
            hold_status(connection, guid)
            connection.execute(ADD_NOTE, {"this": guid, "added": note})

    def remove_completed(self, before: datetime) -> None:
        """Remove what was completed or discarded before a time, and nobody needs any more (D-106)."""
        after = self.remove_some(before)
        while after:
            after = self.remove_some(before, after)

    def remove_some(self, before: datetime, after: int = 0) -> int:
        """Do a bounded part of it, and return the place from which to go on; 0 at the end."""
        with self._transaction() as connection:
            return remove_completed(connection, timestamp(before), after)

    def next_due(self) -> datetime | None:
        """Return when the next task can be taken; None if nothing waits.

        A task that a worker holds is free again when its lease has run out: the worker may have been killed.
        """
        with single_statement(self._engine) as connection:
            dues = connection.execute(NEXT_DUE).one()
        return min((datetime.fromisoformat(due) for due in dues if due), default=None)

    def unavailable_reason(self) -> str:
        """Return why no event can be stored, without any value; blank if one can.

        An event is written and removed in one transaction: only what goes the way of an event shows a full disk.
        """
        row = dict.fromkeys(("correlation_id", "received_at", "changed_at", "payload", "sys_id", "due_at"), "")
        row |= {"guid": _PROBE, "status": "DISCARDED", "stage": "done"}
        try:
            with self._transaction() as connection:
                self._sealing.insert(connection, MESSAGE, [row])
                forget(connection, MESSAGE, connection.execute(REMOVE_EVENT, {"this": _PROBE}).scalars())
        except SQLAlchemyError as failure:
            return f"CPI's store failed ({type(failure).__name__})"
        return ""

    def reset(self) -> None:
        """Empty the store."""
        with self._transaction() as connection:
            empty(connection, (PARCEL, MESSAGE, FILTERED_AGREEMENT))
        self._sealing.note_left_over()
        self._purge()

    def close(self) -> None:
        self._engine.dispose()
        self._sealing.close()
        if self._filtered:
            self._filtered.close()

    def _remember(self, connection: Connection, fetch: FetchTask) -> None:
        if self._filtered and fetch.event_fields["action"] != "AmendmentExecuted":
            self._filtered.add(connection, fetch.event_fields["source"], fetch.sys_id)

    def _sync_forgotten(self) -> None:
        self._sealing.sync()
        purge_wal(self._engine)

    def _purge(self) -> None:
        self._sealing.purge(self._engine)
        purge_wal(self._engine)

    def _first(self, connection: Connection, event: ReceivedEvent) -> str | None:
        """Return the correlation id of the same event that came before and has not failed; None without any."""
        if not event.id or (contract_type := _contract_type(event)) is None:
            return None
        alike = {"sys_id": self._sealing.name(event.sys_id_key), "source": event.source, "action": event.action}
        for row in connection.execute(ALIKE, alike).mappings():
            payload = self._sealing.opened(MESSAGE, row)["payload"]
            earlier = ReceivedEvent.from_json(payload) if payload else None
            if earlier and earlier.id == event.id and _contract_type(earlier) == contract_type:
                return str(row["correlation_id"])
        return None

    def _transaction(self) -> AbstractContextManager[Connection]:
        return sealing_transaction(self._engine, self._sealing)


def _contract_type(event: ReceivedEvent) -> str | None:
    """Return the type that an event names; None if the event breaks a rule."""
    try:
        return event.validate().contract_type
    except InterfaceError:
        return None


def _is_held(connection: Connection, fetch: FetchTask) -> bool:
    """Check that the lease is still that of the worker that took the event.

    Another worker has it if this one was too slow, or if the event was retried meanwhile; then the result is stale.
    """
    return connection.execute(LEASE_OF, {"this": fetch.number}).scalar() == fetch.lease
