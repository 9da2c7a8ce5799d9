"""The statements for CPI's store, built once: to build one takes longer than to run it."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    Table,
    Update,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    true,
    update,
)

from simulator.cpi.sealing import sealing_of
from simulator.cpi.store import MESSAGE, PARCEL, as_indexed
from simulator.cpi.work_items import DeliveryTask, no_error, timestamp
from simulator.database import advisory_lock
from simulator.mapping.actions import ACTIONS

LEASE = timedelta(minutes=5)
"""The longest time of a worker for one task; longer than its calls can take."""

_SKEW = timedelta(minutes=1)
"""The time by which the clocks of two machines may differ."""

WAITING, REFUSED, REPORTED = "waiting", "refused", "reported"
_NOT_THERE = PARCEL.c.state.in_((WAITING, REFUSED, REPORTED))
"""Not taken by the other side; a message that is reported was told to the users of ICI instead."""

_ONE: ColumnElement[int] = literal_column("1")

_EARLIER_MESSAGE, _EARLIER_PARCEL = MESSAGE.alias(), PARCEL.alias()

_ONCE = ("Executed", "AmendmentExecuted")
"""The actions that happen once to an agreement or an amendment: an event that says so again is the same event."""


def _none(table: FromClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Check that no row is so, by one look into an index for each row that asks: PostgreSQL would join them all."""
    return select(table.c.number).where(*conditions).limit(_ONE).scalar_subquery().is_(None)


def _none_before(sys_id: Column[Any]) -> ColumnElement[bool]:
    """Check that no earlier event of a System ID waits to be fetched."""
    return _none(
        _EARLIER_MESSAGE,
        as_indexed(_EARLIER_MESSAGE.c.stage) == "fetch",
        _EARLIER_MESSAGE.c.sys_id == sys_id,
        _EARLIER_MESSAGE.c.source == MESSAGE.c.source,
        _EARLIER_MESSAGE.c.number < MESSAGE.c.number,
    )


TO_FETCH = and_(
    MESSAGE.c.stage == "fetch",
    _none_before(MESSAGE.c.sys_id),
    or_(MESSAGE.c.parent == "", _none_before(MESSAGE.c.parent)),
)
"""Events to fetch that no earlier one about the same agreement holds up: their own, or that of an amendment (D-104)."""

TO_DELIVER = and_(
    PARCEL.c.state == WAITING,
    _none(
        _EARLIER_PARCEL,
        as_indexed(_EARLIER_PARCEL.c.state) == WAITING,
        _EARLIER_PARCEL.c.agreement == PARCEL.c.agreement,
        _EARLIER_PARCEL.c.system == PARCEL.c.system,
        _EARLIER_PARCEL.c.number < PARCEL.c.number,
    ),
)
"""Messages to deliver that no earlier one about the same agreement holds up in their system."""

WAITS = {MESSAGE: TO_FETCH, PARCEL: TO_DELIVER}

_EVENT = MESSAGE.alias()
_IS_DUE = {
    MESSAGE: or_(MESSAGE.c.due_at <= bindparam("at"), MESSAGE.c.changed_at > bindparam("soon")),
    PARCEL: or_(
        PARCEL.c.due_at <= bindparam("at"),
        exists().where(_EVENT.c.guid == PARCEL.c.guid, _EVENT.c.changed_at > bindparam("soon")),
    ),
}
"""The tasks that are due.

Where the clock was set back, one would wait for the time that it went back. An event that was changed in the future
shows that it was: neither it nor its messages wait.
"""

_CAN_BE_TAKEN = {
    table: and_(
        waits,
        _IS_DUE[table],
        or_(table.c.lease_until <= bindparam("at"), table.c.lease_until > bindparam("latest_lease")),
    )
    for table, waits in WAITS.items()
}
_FIRST = {
    table: select(table.c.number)
    .where(can_be_taken)
    .order_by(table.c.number)
    .limit(1)
    .with_for_update(of=table, skip_locked=True)  # SQLite has no such clause, and none is sent to it
    for table, can_be_taken in _CAN_BE_TAKEN.items()
}
_FIRST_OF_ONE = {table: statement.where(table.c.guid == bindparam("of")) for table, statement in _FIRST.items()}
_ENDPOINT = {MESSAGE: MESSAGE.c.source, PARCEL: PARCEL.c.system}
_FIRST_OF_ENDPOINT = {
    table: _FIRST[table].where(column == bindparam("at_endpoint")) for table, column in _ENDPOINT.items()
}
_LAST_PARCEL = select(func.max(PARCEL.c.number)).scalar_subquery()
_TOLD = {MESSAGE: (MESSAGE, func.coalesce(_LAST_PARCEL, 0).label("last_parcel")), PARCEL: (PARCEL,)}


def _take(table: Table, first: Select[Any]) -> Update:
    return (
        update(table)
        .where(table.c.number == first.scalar_subquery())
        .values(lease_until=bindparam("lease"))
        .returning(*_TOLD[table])
    )


_TAKE = {table: _take(table, first) for table, first in _FIRST.items()}
_TAKE_OF_ONE = {table: _take(table, first) for table, first in _FIRST_OF_ONE.items()}
_TAKE_OF_ENDPOINT = {table: _take(table, first) for table, first in _FIRST_OF_ENDPOINT.items()}


def take_next(table: Table, *, of_one: bool, of_endpoint: bool = False) -> Update:
    """Take the first task due `at` a time until `lease`, and return its row.

    With `of_one`, take it of the event with the guid `of`; with `of_endpoint`, of the tenant or the system that is
    named `at_endpoint`.
    A lease after `latest_lease`, or a change after `soon`: the clock was set back since.
    """
    return (_TAKE_OF_ONE if of_one else _TAKE_OF_ENDPOINT if of_endpoint else _TAKE)[table]


def times_at(now: datetime) -> dict[str, str]:
    """Return the times by which `take_next` and `first_tasks` tell what is due."""
    ends = {"soon": timedelta(0), "latest_lease": LEASE}
    return {"at": timestamp(now), **{name: timestamp(now + wait + _SKEW) for name, wait in ends.items()}}


@cache
def first_tasks(systems: tuple[str, ...], sources: tuple[str, ...]) -> Select[Any]:
    """Select the numbers of the first tasks that are due: of each system, of each tenant, then of all of either kind.

    The parameters are those of `take_next`.
    """
    wanted = [
        *((PARCEL, PARCEL.c.system == name) for name in systems),
        *((MESSAGE, MESSAGE.c.source == name) for name in sources),
        *((table, true()) for table in (PARCEL, MESSAGE)),
    ]
    return select(
        *(
            select(table.c.number)
            .where(_CAN_BE_TAKEN[table], place)
            .order_by(table.c.number)
            .limit(1)
            .scalar_subquery()
            .label(f"first_{position}")
            for position, (table, place) in enumerate(wanted)
        )
    )


WRITE = {table: update(table).where(table.c.number == bindparam("this")) for table in WAITS}
DUE_NOW = update(PARCEL).where(PARCEL.c.guid == bindparam("this"), PARCEL.c.state == WAITING)
WRITE_MESSAGE = update(MESSAGE).where(MESSAGE.c.guid == bindparam("this"))
ADD_NOTE = (
    update(MESSAGE)
    .where(MESSAGE.c.guid == bindparam("this"), MESSAGE.c.status == "COMPLETED")
    .values(
        note=case(
            (MESSAGE.c.note == "", bindparam("added", type_=String)),
            else_=MESSAGE.c.note + "; " + bindparam("added", type_=String),
        )
    )
)
_NEXT_MESSAGE = MESSAGE.alias()
LEASE_OF = (
    select(
        MESSAGE.c.lease_until,
        exists()
        .where(
            as_indexed(_NEXT_MESSAGE.c.stage) == "fetch",
            _NEXT_MESSAGE.c.sys_id == MESSAGE.c.sys_id,
            _NEXT_MESSAGE.c.source == MESSAGE.c.source,
            _NEXT_MESSAGE.c.number > MESSAGE.c.number,
        )
        .label("is_awaited"),
    )
    .where(MESSAGE.c.number == bindparam("this"))
    .with_for_update(of=MESSAGE)
)
"""The lease of an event, and whether a later one about the same agreement waits for it."""

WRITE_HELD = WRITE[PARCEL].where(PARCEL.c.lease_until == bindparam("lease"))
"""Change a message if the lease is still that of the worker that took it."""


ADD_MESSAGE = insert(MESSAGE)
REMOVE_EVENT = delete(MESSAGE).where(MESSAGE.c.guid == bindparam("this")).returning(MESSAGE.c.number)
NUMBER_OF = select(MESSAGE.c.number).where(MESSAGE.c.guid == bindparam("this"))
LAST_OF = select(
    func.max(PARCEL.c.number + literal_column("0")).label("last"),
    func.max(case((PARCEL.c.state == WAITING, 1), else_=0)).label("waits"),
).where(PARCEL.c.agreement == bindparam("agreement"))
"""The number of the last message about an agreement, and 1 if one waits; None without any.

By numbers, PostgreSQL would read all.
"""

TO_READ_BEFORE = select(MESSAGE.c.number).where(
    MESSAGE.c.stage == "fetch",
    *(MESSAGE.c[name] == bindparam(name) for name in ("sys_id", "source")),
    MESSAGE.c.number < bindparam("this"),
)
"""Events about an agreement that came before event number `this`, and have not been read yet."""

NAME_NO_PARENT = (
    update(MESSAGE)
    .where(MESSAGE.c.stage == "fetch", *(MESSAGE.c[name] == bindparam(f"this_{name}") for name in ("parent", "source")))
    .values(parent="")
)

_ALIKE = MESSAGE.alias()
_SAME_EVENT = and_(*(_ALIKE.c[name] == MESSAGE.c[name] for name in ("sys_id", "source", "contract_type", "action")))

FIRST_ARRIVAL = select(func.min(_ALIKE.c.number)).where(
    MESSAGE.c.number == bindparam("this"), MESSAGE.c.action.in_(_ONCE), _SAME_EVENT
)
"""The number under which event number `this` came first; None if the same ActionName may be another event."""

_NUMBER = MESSAGE.c.number + literal_column("0")
"""The number of an event that is found by its messages: by its number, PostgreSQL would read all that wait."""

_SAME_TENANT = (
    MESSAGE.c.source + literal_column("''")
    == select(_ALIKE.c.source).where(_ALIKE.c.number == bindparam("this")).scalar_subquery()
)
"""An agreement of another tenant may have the same System ID and code (D-68)."""

LATER = (
    select(PARCEL.c.system, MESSAGE.c.action, MESSAGE.c.number, MESSAGE.c.payload)
    .join(MESSAGE, MESSAGE.c.guid == PARCEL.c.guid)
    .where(
        PARCEL.c.agreement == bindparam("agreement"),
        PARCEL.c.state != REFUSED,
        _SAME_TENANT,
        _NUMBER > bindparam("this"),
        or_(
            MESSAGE.c.action != "AmendmentExecuted",
            ~exists().where(_SAME_EVENT, _ALIKE.c.number <= bindparam("this")),
        ),
    )
    .distinct()
)
"""System, ActionName, number and event of the messages of later events about an agreement, delivered or waiting.

An amendment is as old as its record, so the place of its event is that of its first arrival (D-21).
"""

EARLIER = (
    select(PARCEL.c.system, MESSAGE.c.action, MESSAGE.c.number, MESSAGE.c.payload)
    .join(MESSAGE, MESSAGE.c.guid == PARCEL.c.guid)
    .where(
        PARCEL.c.agreement == bindparam("agreement"),
        PARCEL.c.state != REFUSED,
        _SAME_TENANT,
        _NUMBER < bindparam("this"),
    )
    .distinct()
)
"""The same of the events that came before event number `this`: they may be newer by their own time (D-62)."""

REQUEUABLE = (
    select(PARCEL, MESSAGE.c.number.label("arrived"), MESSAGE.c.action)
    .join(MESSAGE, MESSAGE.c.guid == PARCEL.c.guid)
    .where(
        PARCEL.c.agreement == bindparam("agreement"),
        PARCEL.c.state == WAITING,
        PARCEL.c.lease_until == "",
        MESSAGE.c.action.in_([action.name for action in ACTIONS.values() if not action.is_full]),
    )
    .order_by(PARCEL.c.number)
    .with_for_update(of=PARCEL)
)
"""Messages about an agreement that wait, untaken, and cannot create its entry; with number and action of the event."""

CREATE_BEHIND = (
    select(PARCEL.c.number)
    .join(MESSAGE, MESSAGE.c.guid == PARCEL.c.guid)
    .where(
        PARCEL.c.agreement == bindparam("agreement"),
        PARCEL.c.system == bindparam("system"),
        PARCEL.c.state == WAITING,
        PARCEL.c.number > bindparam("this"),
        MESSAGE.c.action.in_([action.name for action in ACTIONS.values() if action.is_full]),
    )
)
"""Messages that can create the entry and wait behind message number `this`."""

REMOVE_PARCEL = delete(PARCEL).where(PARCEL.c.number == bindparam("this"))
SERVED = (
    select(PARCEL.c.system)
    .where(PARCEL.c.guid == bindparam("this"), PARCEL.c.state != REFUSED)
    .order_by(PARCEL.c.number)
)
"""The systems that have a message of an event, or wait for it."""

RETRY_MESSAGE = update(MESSAGE).where(
    MESSAGE.c.guid == bindparam("this"), MESSAGE.c.status.in_(("FAILED", "ESCALATED"))
)
FORGET_PARCELS = delete(PARCEL).where(PARCEL.c.guid == bindparam("this")).returning(PARCEL.c.number)
FORGET_REFUSED = FORGET_PARCELS.where(PARCEL.c.state == REFUSED)
FORGET_UNDELIVERED = FORGET_PARCELS.where(_NOT_THERE)
STATES = (
    select(*(PARCEL.c[name] for name in ("number", "state", "attempts", *no_error())))
    .where(PARCEL.c.guid == bindparam("this"))
    .order_by(PARCEL.c.number)
)

REVOKE_LEASES = (
    update(MESSAGE)
    .where(MESSAGE.c.stage == "fetch", MESSAGE.c.lease_until != "", MESSAGE.c.number != bindparam("this"))
    .values(lease_until="")
)
"""Let every event but number `this` that a worker is reading be taken, and read, once more."""

_SYS_ID = bindparam("sys_id", type_=String)
_SAME_SYS_ID = MESSAGE.c.sys_id == _SYS_ID
NOT_DELIVERED = (
    select(
        *(PARCEL.c[name] for name in ("number", "guid", "agreement", "content")),
        MESSAGE.c.stage,
        _SAME_SYS_ID.label("same_sys_id"),
    )
    .join(MESSAGE, MESSAGE.c.guid == PARCEL.c.guid)
    .where(
        _NOT_THERE,
        or_(_SAME_SYS_ID, func.substr(PARCEL.c.agreement, 1, func.length(_SYS_ID)) == _SYS_ID),
    )
)
"""Messages that were not taken, of an event with this System ID, or about an agreement that begins with it."""

NOT_DELIVERED_OF_TYPES = (
    select(PARCEL.c.number, PARCEL.c.guid, PARCEL.c.content, PARCEL.c.error_message, MESSAGE.c.note)
    .join(MESSAGE, MESSAGE.c.guid == PARCEL.c.guid)
    .where(_NOT_THERE, MESSAGE.c.contract_type.in_(bindparam("types", expanding=True)))
    .order_by(PARCEL.c.number)
)
"""Messages that were not taken, about agreements of these types, with the note of their event."""

REWRITE = update(PARCEL).where(PARCEL.c.number == bindparam("this"), _NOT_THERE)
"""Change a message, unless a system has it by now."""

HOLD_BACK = update(PARCEL).where(PARCEL.c.number == bindparam("this"), PARCEL.c.state == WAITING)
"""Change a message, unless it has left the queue by now."""

_FAILED = MESSAGE.c.status.in_(("FAILED", "ESCALATED"))
FAILED_EVENTS = select(
    *(MESSAGE.c[name] for name in ("number", "guid", "stage", "payload")),
    _SAME_SYS_ID.label("same_sys_id"),
    MESSAGE.c.parent,
).where(
    or_(_SAME_SYS_ID, MESSAGE.c.parent == _SYS_ID, MESSAGE.c.sys_id == bindparam("nameless")),
    MESSAGE.c.source.in_((bindparam("source"), "")),
    _FAILED,
)
"""Events in the error queue, of this tenant or of one that cannot be told, that may name the agreement `sys_id`.

They have its System ID, or are amendments of it, or their System ID cannot be told: `nameless` is how rows spell that.
"""

ALIKE = (
    select(MESSAGE.c.number, MESSAGE.c.correlation_id, MESSAGE.c.payload)
    .where(
        _SAME_SYS_ID,
        *(MESSAGE.c[name] == bindparam(name) for name in ("source", "action")),
        ~_FAILED,
    )
    .order_by(MESSAGE.c.number)
)
"""Events with this System ID, source and ActionName that are not in the error queue."""

BEFORE_NEW = select(
    exists()
    .where(as_indexed(MESSAGE.c.stage) == "fetch", _SAME_SYS_ID, MESSAGE.c.source == bindparam("source"))
    .label("has_to_wait"),
    func.coalesce(_LAST_PARCEL, 0).label("last_parcel"),
)
"""One row: an event about an agreement has to wait for another one, or not; the number of the last message of all."""

_FREE_FROM = {
    table: case((table.c.lease_until > table.c.due_at, table.c.lease_until), else_=table.c.due_at) for table in WAITS
}
"""The time from which a worker may take a task: it is due, and no other worker holds it."""

NEXT_DUE = select(
    *(select(func.min(_FREE_FROM[table])).where(waits).scalar_subquery() for table, waits in WAITS.items())
)
"""The time from which the first event, and the first message, may be taken; None where none waits."""


def hold_status(connection: Connection, guid: str) -> None:
    """Let nobody else change the status of an event before this transaction ends.

    Two workers that deliver the last two messages of an event would each see the other's still waiting.
    """
    advisory_lock(connection, f"status {guid}")


def write_message(connection: Connection, guid: str, fields: dict[str, Any], now: datetime) -> None:
    """Change an event, which no worker holds from then on."""
    if words := fields.get("error_message"):
        number = connection.execute(NUMBER_OF, {"this": guid}).scalar_one()
        fields = {**fields, "error_message": sealing_of(connection).sealed_words(MESSAGE, number, words)}
    connection.execute(WRITE_MESSAGE, {**fields, "this": guid, "changed_at": timestamp(now), "lease_until": ""})


_OF_EVENT = PARCEL.c.guid == bindparam("this")
_WAITS = exists().where(_OF_EVENT, PARCEL.c.state == WAITING)
_SETTLE = (
    update(MESSAGE)
    .where(
        MESSAGE.c.guid == bindparam("this"),
        ~exists().where(_OF_EVENT, or_(PARCEL.c.state == REFUSED, PARCEL.c.error_id != "")),
    )
    .values(status=case((_WAITS, "PROCESSING"), else_="COMPLETED"), stage=case((_WAITS, MESSAGE.c.stage), else_="done"))
    .returning(
        exists().where(
            _EARLIER_PARCEL.c.agreement == bindparam("of_agreement"),
            _EARLIER_PARCEL.c.system == bindparam("of_system"),
            as_indexed(_EARLIER_PARCEL.c.state) == WAITING,
        ),
        MESSAGE.c.stage == "deliver",
    )
)
"""Derive the status of an event none of whose messages tells of an error. Tells what `Settled` holds."""


class Settled(NamedTuple):
    """The state of an event and of a queue once a message is done."""

    is_awaited: bool = True
    """False if no message waits behind the one that is done."""

    has_more: bool = True
    """False if no message of the event itself waits."""


def update_status(connection: Connection, guid: str, now: datetime, done: DeliveryTask | None = None) -> Settled:
    """Derive the status of an event from its messages, one of which may be `done`."""
    place = {"of_agreement": done.agreement if done else "", "of_system": done.system if done else ""}
    settled = {"this": guid, "changed_at": timestamp(now), "lease_until": "", **no_error(), **place}
    if row := connection.execute(_SETTLE, settled).first():
        return Settled(*map(bool, row))
    parcels = list(connection.execute(STATES, {"this": guid}).mappings())
    states = {row["state"] for row in parcels}
    failed = next((row for row in parcels if row["error_id"]), None)
    error = no_error()
    if failed:
        error = {name: failed[name] for name in error}
        error["error_message"] = sealing_of(connection).opened_words(PARCEL, failed)
    if WAITING in states:
        fields = {"status": "RETRY" if failed else "PROCESSING"}
    else:
        fields = {"status": "ESCALATED" if REFUSED in states else "COMPLETED", "stage": "done"}
    write_message(connection, guid, {**fields, **error}, now)
    return Settled()
