"""Remove from CPI's store what has been completed for long (D-106)."""

from sqlalchemy import Connection, Integer, bindparam, delete, exists, or_, select

from simulator.cpi.sealing import forget
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.database import advisory_lock

_BATCH = 500
_OPEN = MESSAGE.alias()
_MAY_NEED_IT = exists().where(
    _OPEN.c.status.in_(("PROCESSING", "RETRY", "FAILED", "ESCALATED")),
    _OPEN.c.number < MESSAGE.c.number,
    _OPEN.c.source.in_((MESSAGE.c.source, "")),
    or_(
        _OPEN.c.sys_id == MESSAGE.c.sys_id,
        _OPEN.c.action.in_(("AmendmentExecuted", "")),  # its System ID is that of the amendment
        MESSAGE.c.action == "AmendmentExecuted",
    ),
)
"""An event that came before, may be about the same agreement, and is still to be processed, or may be put back.

What came later overrides it (D-46), so that has to be known until then.
"""

_REMOVABLE = (
    select(MESSAGE.c.number, MESSAGE.c.guid)
    .where(
        MESSAGE.c.status.in_(("COMPLETED", "DISCARDED")),
        MESSAGE.c.changed_at < bindparam("before"),
        ~_MAY_NEED_IT,
    )
    .order_by(MESSAGE.c.number)
    .limit(bindparam("limit", type_=Integer))
)
_REMOVE_PARCELS = delete(PARCEL).where(PARCEL.c.guid.in_(bindparam("guids", expanding=True)))
_REMOVE_EVENTS = delete(MESSAGE).where(MESSAGE.c.number.in_(bindparam("numbers", expanding=True)))


def remove_completed(connection: Connection, before: str) -> bool:
    """Remove the first events, with their messages, that were completed or discarded before a time.

    What is open stays, and so does what came after it and may be about its agreement. Returns True if there is more.
    """
    advisory_lock(connection, "retention")
    found = connection.execute(_REMOVABLE, {"before": before, "limit": _BATCH}).all()
    if found:
        numbers, guids = zip(*found, strict=True)
        connection.execute(_REMOVE_PARCELS, {"guids": guids})
        connection.execute(_REMOVE_EVENTS, {"numbers": numbers})
        forget(connection, MESSAGE, numbers)
    return len(found) == _BATCH
