"""Read CPI's message processing log as people see it, from an open store or from its file."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, exists, select

from simulator.cpi.sealing import Sealing
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.cpi.work_items import TOLD_CONFIDENTIAL

UNNAMED = dict.fromkeys(("payload", "source", "contract_type", "sys_id", "action"), "")
"""The columns that tell what an event is about, blank."""

_HIDDEN = {MESSAGE: UNNAMED, PARCEL: {"agreement": ""}}
_EVENT = MESSAGE.alias()
_TELLS_NOTHING = {
    MESSAGE: and_(MESSAGE.c.stage == "fetch", MESSAGE.c.note == TOLD_CONFIDENTIAL),
    PARCEL: exists().where(
        _EVENT.c.guid == PARCEL.c.guid, _EVENT.c.stage == "fetch", _EVENT.c.note == TOLD_CONFIDENTIAL
    ),
}
EVERYTHING = {
    table: select(table, condition.label("tells_nothing")).order_by(table.c.number)
    for table, condition in _TELLS_NOTHING.items()
}
_OF_EVENTS = {
    table: everything.where(table.c.guid.in_(bindparam("guids", expanding=True)))
    for table, everything in EVERYTHING.items()
}


def read_log(
    connection: Connection, sealing: Sealing, table: Table, guids: Collection[str] | None = None
) -> list[Mapping[Any, Any]]:
    """Read all events, or all messages to systems, oldest first; with `guids`, those of some events.

    An event that is to be filtered (D-65) already tells nothing of itself, nor does what a system has of it: one
    statement reads both, so that nothing can happen in between.
    """
    found = (
        connection.execute(EVERYTHING[table])
        if guids is None
        else connection.execute(_OF_EVENTS[table], {"guids": [*guids]})
    )
    rows = sealing.opened_log(connection, table, found.mappings())
    return [_shown(table, {**row}) for row in rows]


def _shown(table: Table, row: dict[Any, Any]) -> Mapping[Any, Any]:
    return row | _HIDDEN[table] if row.pop("tells_nothing") else row
