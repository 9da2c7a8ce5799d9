"""Read CPI's log piece by piece, so that no reader holds the whole of it."""

import re
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Integer, RowMapping, Select, and_, bindparam, func, or_, select

from simulator.cpi.numbers import last_event_number, last_settled_number
from simulator.cpi.statements import NUMBER_OF
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.cpi.work_items import timestamp

_FAILED = MESSAGE.c.status.in_(("FAILED", "ESCALATED"))
_UNFINISHED = MESSAGE.c.status.in_(("PROCESSING", "RETRY"))

FAILED_GUIDS = select(MESSAGE.c.guid).where(_FAILED).order_by(MESSAGE.c.number)
"""The events in the error queue, oldest first."""

_LIMIT = bindparam("limit", type_=Integer)
_BEHIND = MESSAGE.c.number > bindparam("number")
PAGE = (
    select(MESSAGE.c.number, MESSAGE.c.guid)
    .where(_BEHIND, MESSAGE.c.number <= bindparam("end", type_=BigInteger))
    .order_by(MESSAGE.c.number)
    .limit(_LIMIT)
)
"""The first events that came after event `number`, up to event `end`."""

COUNTS = select(MESSAGE.c.status, func.count()).group_by(MESSAGE.c.status)
"""The number of events in each state."""

LATEST = select(MESSAGE.c.number, MESSAGE.c.guid).order_by(MESSAGE.c.number.desc()).limit(_LIMIT)

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


_GUID_OF = select(MESSAGE.c.guid).where(MESSAGE.c.number == bindparam("number", type_=BigInteger))
_PLACE = re.compile(r"([1-9][0-9]{0,17})\.(.+)")
"""The place of an event, which stays when the event is removed: its number, then its guid."""


class LogPage(NamedTuple):
    """Guids of events that stand together in the log."""

    guids: list[str]
    further: str
    """The place from which the next page goes on; blank if nothing is there yet."""


class Unsettled(NamedTuple):
    """Guids of events that an administrator may be called for."""

    guids: list[str]
    further: str
    """The place from which the next page goes on; blank if nothing is there."""

    healing: list[str]
    """Completed events of the same agreements that came later, and may make up for them (D-57)."""

    overdue: list[str]
    """Those of the guids whose events came before the time in question, or before one that did (MON-4)."""


def page_of(connection: Connection, after: str, limit: int) -> LogPage:
    """Return the first events after `after`: a place, the guid of an event, or blank for the beginning.

    They end before the first place that an event may still take, so that the next page misses none.
    Raises LookupError for a guid that is not in the log, and a place that no event has had.
    """
    asked = {"number": _number(connection, after), "end": last_settled_number(connection), "limit": limit}
    return _page(connection, PAGE, asked)


def latest_of(connection: Connection, status: str, before: str, limit: int) -> LogPage:
    """Return the last events in a state, newest first, from the one before `before` on.

    A blank state is any, a blank `before` the end. Raises LookupError as `page_of` does.
    """
    wanted = LATEST.where(MESSAGE.c.status == status) if status else LATEST
    if before:
        wanted = wanted.where(MESSAGE.c.number < _number(connection, before))
    return _page(connection, wanted, {"limit": limit})


def _page(connection: Connection, wanted: Select[Any], asked: dict[str, int]) -> LogPage:
    rows = connection.execute(wanted, asked).all()
    return LogPage([guid for _, guid in rows], _place(*rows[-1]) if len(rows) == asked["limit"] else "")


def _place(number: int, guid: str) -> str:
    return f"{number}.{guid}"


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
        _place(rows[-1]["number"], rows[-1]["guid"]) if len(rows) == limit else "",
        [*connection.execute(guids).scalars()] if healing else [],
        [row["guid"] for row in rows if row["number"] <= last_before],
    )


def _number(connection: Connection, after: str) -> int:
    if not after:
        return 0
    if "\0" in after:  # no text of PostgreSQL holds it
        raise LookupError("there is no such message")
    if place := _PLACE.fullmatch(after):
        number = int(place[1])
        guid = connection.execute(_GUID_OF, {"number": number}).scalar()
        is_known = guid == place[2] if guid else number <= last_event_number(connection)
    else:
        number = connection.execute(NUMBER_OF, {"this": after}).scalar() or 0
        is_known = number > 0
    if not is_known:
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
