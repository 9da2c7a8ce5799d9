"""Read CPI's log piece by piece, so that no reader holds the whole of it."""

from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, RowMapping, Select, and_, bindparam, func, or_, select

from simulator.cpi.statements import NUMBER_OF
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.cpi.work_items import timestamp

_FAILED = MESSAGE.c.status.in_(("FAILED", "ESCALATED"))
_UNFINISHED = MESSAGE.c.status.in_(("PROCESSING", "RETRY"))

FAILED_GUIDS = select(MESSAGE.c.guid).where(_FAILED).order_by(MESSAGE.c.number)
"""The events in the error queue, oldest first."""

_LIMIT = bindparam("limit", type_=Integer)
_BEHIND = MESSAGE.c.number > bindparam("number")
PAGE = select(MESSAGE.c.guid).where(_BEHIND).order_by(MESSAGE.c.number).limit(_LIMIT)
"""The first events that came after event `number`."""

COUNTS = select(MESSAGE.c.status, func.count()).group_by(MESSAGE.c.status)
"""The number of events in each state."""

LATEST = select(MESSAGE.c.guid).order_by(MESSAGE.c.number.desc()).limit(_LIMIT)

UNSETTLED = (
    select(MESSAGE)
    .where(
        _BEHIND,
        or_(
            _FAILED,
            and_(MESSAGE.c.status == "COMPLETED", MESSAGE.c.note > ""),
            and_(
                _UNFINISHED,
                or_(
                    MESSAGE.c.note > "",
                    MESSAGE.c.number <= bindparam("last_before", type_=Integer),
                    MESSAGE.c.received_at > bindparam("now"),
                    MESSAGE.c.changed_at < MESSAGE.c.received_at,
                ),
            ),
        ),
    )
    .order_by(MESSAGE.c.number)
    .limit(_LIMIT)
)
"""The first events after event `number` that may be an alert: failed, with a note, or unfinished for long.

One from the future, and one that was changed before it came, show that the clock was set back: nothing tells for how
long.
"""

LAST_BEFORE = (
    select(MESSAGE.c.number)
    .where(MESSAGE.c.received_at <= bindparam("before"))
    .order_by(MESSAGE.c.number.desc())
    .limit(1)
)
"""The last event that came at a time or earlier: those in front of it did so too, whatever the clock said then."""

_LATER_COMPLETED = and_(MESSAGE.c.status == "COMPLETED", MESSAGE.c.number > bindparam("this"))
_COMPLETED_OF_SYS_ID = (
    select(func.max(MESSAGE.c.number))
    .where(
        MESSAGE.c.sys_id == bindparam("sys_id"),
        MESSAGE.c.action != "AmendmentExecuted",  # its System ID is that of the amendment
        _LATER_COMPLETED,
    )
    .group_by(MESSAGE.c.source, MESSAGE.c.action)
)
_COMPLETED_OF_AGREEMENT = (
    select(func.max(MESSAGE.c.number))
    .join(PARCEL, PARCEL.c.guid == MESSAGE.c.guid)
    .where(PARCEL.c.agreement == bindparam("agreement"), _LATER_COMPLETED)
    .group_by(MESSAGE.c.source, MESSAGE.c.action)
)
_AGREEMENT = select(PARCEL.c.agreement).where(PARCEL.c.guid == bindparam("this")).order_by(PARCEL.c.number).limit(1)


class Unsettled(NamedTuple):
    """Guids of events that an administrator may be called for."""

    guids: list[str]
    healing: list[str]
    """Completed events of the same agreements that came later, and may make up for them (D-57)."""

    overdue: list[str]
    """Those of the guids whose events came before the time in question, or before one that did (MON-4)."""


def page_of(connection: Connection, after: str, limit: int) -> list[str]:
    """Return the guids of the first events that came after the one with guid `after`; blank is the beginning.

    Raises LookupError for a guid that is not in the log.
    """
    return [*connection.execute(PAGE, {"number": _number(connection, after), "limit": limit}).scalars()]


def latest_of(connection: Connection, status: str, before: str, limit: int) -> list[str]:
    """Return the guids of the last events in a state, newest first, from the one before `before` on.

    A blank state is any, a blank `before` the end. Raises LookupError as `page_of` does.
    """
    wanted = LATEST.where(MESSAGE.c.status == status) if status else LATEST
    if before:
        wanted = wanted.where(MESSAGE.c.number < _number(connection, before))
    return [*connection.execute(wanted, {"limit": limit}).scalars()]


def guids_beginning(connection: Connection, beginning: str, limit: int) -> tuple[list[str], int]:
    """Return the first guids that begin with a text, and how many do."""
    begins = MESSAGE.c.guid.startswith(beginning, autoescape=True)
    found = connection.execute(select(MESSAGE.c.guid).where(begins).order_by(MESSAGE.c.number).limit(limit)).scalars()
    return [*found], connection.execute(select(func.count()).where(begins)).scalar() or 0


def distinct_length(connection: Connection) -> int:
    """Count the characters that tell all guids apart, at least eight; two neighbours have most in common."""
    guids = connection.execute(select(MESSAGE.c.guid).order_by(MESSAGE.c.guid), execution_options={"yield_per": 1000})
    return max(8, max((_common_length(*pair) + 1 for pair in pairwise(guids.scalars())), default=0))


def _common_length(one: str, other: str) -> int:
    return next((at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), len(one))


def unsettled_of(connection: Connection, now: datetime, before: datetime, after: str, limit: int) -> Unsettled:
    """Return the first events after `after` that may be an alert; an unfinished one only if it came before `before`.

    Raises LookupError as `page_of` does.
    """
    last_before = connection.execute(LAST_BEFORE, {"before": timestamp(before)}).scalar() or 0
    asked = {"number": _number(connection, after), "limit": limit, "now": timestamp(now), "last_before": last_before}
    rows = [*connection.execute(UNSETTLED, asked).mappings()]
    healing = {number for row in rows for number in _healing(connection, row)}
    guids = select(MESSAGE.c.guid).where(MESSAGE.c.number.in_(healing))
    return Unsettled(
        [row["guid"] for row in rows],
        [*connection.execute(guids).scalars()] if healing else [],
        [row["guid"] for row in rows if row["number"] <= last_before],
    )


def _number(connection: Connection, guid: str) -> int:
    if not guid:
        return 0
    number: int | None = connection.execute(NUMBER_OF, {"this": guid}).scalar()
    if number is None:
        raise LookupError("there is no such message")
    return number


def _healing(connection: Connection, row: RowMapping) -> list[int]:
    """Return the numbers of the last completed event of each action about the agreement of an event, if it is later."""
    agreement = connection.execute(_AGREEMENT, {"this": row["guid"]}).scalar()
    sys_id = agreement.partition(" ")[0] if agreement else row["sys_id"]
    names: list[tuple[Select[Any], dict[str, str]]] = [(_COMPLETED_OF_SYS_ID, {"sys_id": sys_id})] if sys_id else []
    names += [(_COMPLETED_OF_AGREEMENT, {"agreement": agreement})] if agreement else []
    this = {"this": row["number"]}
    return [number for statement, named in names for number in connection.execute(statement, named | this).scalars()]
