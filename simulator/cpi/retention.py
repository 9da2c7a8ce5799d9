"""Remove from CPI's store what has been completed for long (D-106)."""

from sqlalchemy import Connection, Integer, and_, bindparam, delete, exists, or_, select, union

from simulator.cpi.sealing import forget
from simulator.cpi.store import MESSAGE, PARCEL, as_indexed
from simulator.database import advisory_lock

_STEP = 500
"""The events that are looked at in one transaction, for which new ones may wait."""

_AMENDMENT = "AmendmentExecuted"
_OPEN, _LATER = MESSAGE.alias(), MESSAGE.alias()
_IS_OPEN = _OPEN.c.status.in_(("PROCESSING", "RETRY", "FAILED", "ESCALATED"))
_OPEN_PARCEL = PARCEL.alias()

_NAMED = union(select(_OPEN.c.sys_id).where(_IS_OPEN), select(_OPEN.c.parent).where(_IS_OPEN, _OPEN.c.parent != ""))
"""The agreements that open events name. Nothing here asks of each pair of an open and a completed event."""

_OF_OPEN_MESSAGES = (
    select(_OPEN_PARCEL.c.agreement).join(_OPEN, _OPEN.c.guid == _OPEN_PARCEL.c.guid).where(_IS_OPEN).distinct()
)
"""The agreements that the messages of open events are about."""

_HAS_A_SUCCESSOR = exists().where(
    *(_LATER.c[name] == MESSAGE.c[name] for name in ("sys_id", "source", "action")),
    as_indexed(_LATER.c.stage) == "done",
    _LATER.c.status == "COMPLETED",
    _LATER.c.number > MESSAGE.c.number,
)
_ANY_AGREEMENT = exists().where(_IS_OPEN, _OPEN.c.action == _AMENDMENT, _OPEN.c.parent == "")
"""An amendment failed before anything told its agreement: the last event of each action of each agreement has to do."""

_IS_NEEDED = and_(
    MESSAGE.c.status == "COMPLETED",
    exists().where(_IS_OPEN),
    or_(
        MESSAGE.c.action == _AMENDMENT,  # its System ID is that of the amendment
        MESSAGE.c.sys_id.in_(_NAMED),
        exists().where(PARCEL.c.guid == MESSAGE.c.guid, PARCEL.c.agreement.in_(_OF_OPEN_MESSAGES)),
        and_(_ANY_AGREEMENT, ~_HAS_A_SUCCESSOR),
    ),
)
"""An event that may be about the agreement of an open one.

What came later overrides that one (D-46), and so may what came before: the open one may be a repetition, as old as its
first arrival (D-21), or be older by its own time (D-62).
"""

NEXT = (
    select(
        MESSAGE.c.number,
        MESSAGE.c.guid,
        and_(
            MESSAGE.c.status.in_(("COMPLETED", "DISCARDED")), MESSAGE.c.changed_at < bindparam("before"), ~_IS_NEEDED
        ).label("removable"),
    )
    .where(MESSAGE.c.number > bindparam("after"))
    .order_by(MESSAGE.c.number)
    .limit(bindparam("limit", type_=Integer))
)
"""The next events after a number, and whether each can be removed. However large the store is, few are looked at."""

_REMOVE_PARCELS = delete(PARCEL).where(PARCEL.c.guid.in_(bindparam("guids", expanding=True)))
_REMOVE_EVENTS = delete(MESSAGE).where(MESSAGE.c.number.in_(bindparam("numbers", expanding=True)))


def remove_completed(connection: Connection, before: str, after: int) -> int:
    """Remove those of the next events, with their messages, that were completed or discarded before a time.

    What is open stays, and so does what may be about its agreement. Returns the number after which to go on; 0 at the
    end of the store.
    """
    advisory_lock(connection, "retention")
    seen = connection.execute(NEXT, {"before": before, "after": after, "limit": _STEP}).all()
    if found := [(number, guid) for number, guid, removable in seen if removable]:
        numbers, guids = zip(*found, strict=True)
        connection.execute(_REMOVE_PARCELS, {"guids": guids})
        connection.execute(_REMOVE_EVENTS, {"numbers": numbers})
        forget(connection, MESSAGE, numbers)
    return int(seen[-1].number) if len(seen) == _STEP else 0
