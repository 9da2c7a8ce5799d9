"""Remove from CPI's store what has been completed for long (D-106)."""

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    union,
)

from simulator.cpi.sealing import forget
from simulator.cpi.store import MESSAGE, PARCEL, as_indexed
from simulator.database import advisory_lock

_BATCH = 500
_AMENDMENT = "AmendmentExecuted"
_OPEN, _LATER = MESSAGE.alias(), MESSAGE.alias()
_IS_OPEN = _OPEN.c.status.in_(("PROCESSING", "RETRY", "FAILED", "ESCALATED"))
_NOWHERE: ColumnElement[int] = literal_column(str(2**63 - 1))


def _first_open(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """Return the number of the first event that is still to be processed, or may be put back."""
    return func.coalesce(select(func.min(_OPEN.c.number)).where(_IS_OPEN, *conditions).scalar_subquery(), _NOWHERE)


_NAMED = union(select(_OPEN.c.sys_id).where(_IS_OPEN), select(_OPEN.c.parent).where(_IS_OPEN, _OPEN.c.parent != ""))
"""The agreements that open events name. Nothing here asks of each pair of an open and a completed event."""

_MAY_BE_OF_AN_OPEN_ONE = or_(
    MESSAGE.c.sys_id.in_(_NAMED),
    MESSAGE.c.action == _AMENDMENT,  # its System ID is that of the amendment
    MESSAGE.c.number > _first_open(_OPEN.c.action == _AMENDMENT, _OPEN.c.parent == ""),
)
_HAS_A_SUCCESSOR = exists().where(
    *(_LATER.c[name] == MESSAGE.c[name] for name in ("sys_id", "source", "action")),
    as_indexed(_LATER.c.stage) == "done",
    _LATER.c.status == "COMPLETED",
    _LATER.c.number > MESSAGE.c.number,
)
_IS_NEEDED = and_(
    MESSAGE.c.status == "COMPLETED",
    MESSAGE.c.number > _first_open(),
    _MAY_BE_OF_AN_OPEN_ONE,
    ~_HAS_A_SUCCESSOR,
)
"""An event that came before, may be about the same agreement, and is open.

What came later overrides it (D-46), so that has to be known until then: the last event of each action tells it.
"""

REMOVABLE = (
    select(MESSAGE.c.number, MESSAGE.c.guid)
    .where(
        MESSAGE.c.status.in_(("COMPLETED", "DISCARDED")),
        MESSAGE.c.changed_at < bindparam("before"),
        ~_IS_NEEDED,
    )
    .order_by(MESSAGE.c.number)
    .limit(bindparam("limit", type_=Integer))
)
_REMOVE_PARCELS = delete(PARCEL).where(PARCEL.c.guid.in_(bindparam("guids", expanding=True)))
_REMOVE_EVENTS = delete(MESSAGE).where(MESSAGE.c.number.in_(bindparam("numbers", expanding=True)))


def remove_completed(connection: Connection, before: str) -> bool:
    """Remove the first events, with their messages, that were completed or discarded before a time.

    What is open stays, and so does what came after it and may be about its agreement, the last event of each action.
    Returns True if there is more.
    """
    advisory_lock(connection, "retention")
    found = connection.execute(REMOVABLE, {"before": before, "limit": _BATCH}).all()
    if found:
        numbers, guids = zip(*found, strict=True)
        connection.execute(_REMOVE_PARCELS, {"guids": guids})
        connection.execute(_REMOVE_EVENTS, {"numbers": numbers})
        forget(connection, MESSAGE, numbers)
    return len(found) == _BATCH
