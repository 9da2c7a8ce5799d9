"""The statements that CPI puts to its store, built once: to build one takes longer than to run it."""

from typing import Any

from sqlalchemy import Select, Table, and_, bindparam, case, delete, exists, func, insert, select, update

from simulator.cpi.store import BLANK, MESSAGE, PARCEL

WAITING, REFUSED = "waiting", "refused"

_EARLIER_MESSAGE, _OTHER_PARCEL = MESSAGE.alias(), PARCEL.alias()
_OF_SAME_AGREEMENT = (_OTHER_PARCEL.c.agreement == PARCEL.c.agreement, _OTHER_PARCEL.c.system == PARCEL.c.system)

TO_FETCH = and_(
    MESSAGE.c.stage == "fetch",
    ~exists().where(
        _EARLIER_MESSAGE.c.stage == "fetch",
        _EARLIER_MESSAGE.c.sys_id == MESSAGE.c.sys_id,
        _EARLIER_MESSAGE.c.number < MESSAGE.c.number,
    ),
)
"""Events that no earlier one about the same agreement holds up."""

TO_DELIVER = and_(
    PARCEL.c.state == WAITING,
    ~exists().where(
        *_OF_SAME_AGREEMENT,
        _OTHER_PARCEL.c.state == WAITING,
        _OTHER_PARCEL.c.number < PARCEL.c.number,
        _OTHER_PARCEL.c.holds_up,
    ),
    ~exists().where(
        *_OF_SAME_AGREEMENT,
        _OTHER_PARCEL.c.state == WAITING,
        _OTHER_PARCEL.c.number != PARCEL.c.number,
        _OTHER_PARCEL.c.lease_until > BLANK,
    ),
)
"""Messages that no earlier one about the same agreement holds up in their system, and no worker is at another one.

One that a worker was killed over may be in the system already and will be sent again, so what was to follow it waits.
"""

WAITS = {MESSAGE: TO_FETCH, PARCEL: TO_DELIVER}

_NEXT = {
    table: select(table)
    .where(waits, table.c.due_at <= bindparam("at"), table.c.lease_until <= bindparam("at"))
    .order_by(table.c.number)
    .limit(1)
    .with_for_update(of=table, skip_locked=True)  # SQLite has no such clause, and none is sent to it
    for table, waits in WAITS.items()
}
_NEXT_OF_ONE = {table: statement.where(table.c.guid == bindparam("guid")) for table, statement in _NEXT.items()}


def next_piece(table: Table, *, of_one: bool) -> Select[Any]:
    """Asks for the first piece of work due `at` a time; with `of_one`, of the event with this `guid`."""
    return (_NEXT_OF_ONE if of_one else _NEXT)[table]


WRITE = {table: update(table).where(table.c.number == bindparam("this")) for table in WAITS}
WRITE_MESSAGE = update(MESSAGE).where(MESSAGE.c.guid == bindparam("this"))
LEASE_OF = {
    table: select(table.c.lease_until).where(table.c.number == bindparam("this")).with_for_update() for table in WAITS
}

ADD_MESSAGE = insert(MESSAGE)
ADD_PARCELS = insert(PARCEL)
LAST_PARCEL = select(func.max(PARCEL.c.number))
MEANWHILE = select(PARCEL.c.number).where(
    PARCEL.c.agreement == bindparam("agreement"), PARCEL.c.number > bindparam("seen")
)
"""Messages about an agreement that were made after another one had been seen."""

LATER = (
    select(PARCEL.c.system, MESSAGE.c.action)
    .join(MESSAGE, MESSAGE.c.guid == PARCEL.c.guid)
    .where(
        PARCEL.c.agreement == bindparam("agreement"),
        PARCEL.c.state != REFUSED,
        MESSAGE.c.number > bindparam("this"),
    )
    .distinct()
)
"""What later events have brought about an agreement, or are about to: system and ActionName."""

END_ON_ITS_WAY = (
    select(PARCEL.c.content)
    .join(MESSAGE, MESSAGE.c.guid == PARCEL.c.guid)
    .where(
        PARCEL.c.agreement == bindparam("agreement"),
        PARCEL.c.state == WAITING,
        MESSAGE.c.action == "Terminated",
    )
    .order_by(PARCEL.c.number.desc())
    .limit(1)
)
"""What the last termination of an agreement says, where a system has still to get it."""

AT_SAME = select(PARCEL.c.number).where(
    PARCEL.c.agreement == bindparam("agreement"),
    PARCEL.c.system == bindparam("system"),
    PARCEL.c.state == WAITING,
    PARCEL.c.number != bindparam("this"),
    PARCEL.c.lease_until > BLANK,
)
"""Other messages about an agreement on their way to a system that a worker is at."""

FREE_EARLIER = update(PARCEL).where(
    PARCEL.c.agreement == bindparam("its_agreement"),
    PARCEL.c.system == bindparam("its_system"),
    PARCEL.c.number < bindparam("this"),
    PARCEL.c.state == WAITING,
)
PUT_BACK = update(MESSAGE).where(MESSAGE.c.guid == bindparam("this"), MESSAGE.c.status.in_(("FAILED", "ESCALATED")))
FORGET_PARCELS = delete(PARCEL).where(PARCEL.c.guid == bindparam("this"))
FORGET_REFUSED = FORGET_PARCELS.where(PARCEL.c.state == REFUSED)
STATES = (
    select(PARCEL.c.state, PARCEL.c.attempts, PARCEL.c.error_id, PARCEL.c.error_field, PARCEL.c.error_message)
    .where(PARCEL.c.guid == bindparam("this"))
    .order_by(PARCEL.c.number)
)


_FREE_FROM = {
    table: case((table.c.lease_until > table.c.due_at, table.c.lease_until), else_=table.c.due_at) for table in WAITS
}
"""From when on a worker may take a piece up: when it is due, and no other worker is at it."""

NEXT_DUE = {table: select(func.min(_FREE_FROM[table])).where(waits) for table, waits in WAITS.items()}
