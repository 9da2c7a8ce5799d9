"""Read CPI's message processing log as people see it, from an open store or from its file."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Table, select

from simulator.cpi.sealing import Sealing
from simulator.cpi.store import MESSAGE, PARCEL, in_order
from simulator.cpi.work_items import TOLD_CONFIDENTIAL

UNNAMED = dict.fromkeys(("payload", "source", "contract_type", "sys_id", "action"), "")
"""The columns that tell what an event is about, blank."""

_HIDDEN = {MESSAGE: UNNAMED, PARCEL: {"agreement": ""}}
_TOLD = select(MESSAGE.c.guid).where(MESSAGE.c.stage == "fetch", MESSAGE.c.note == TOLD_CONFIDENTIAL)


def read_log(
    connection: Connection, sealing: Sealing, table: Table, guids: Collection[str] | None = None
) -> list[Mapping[Any, Any]]:
    """Read all events, or all messages to systems, oldest first; with `guids`, those of some events.

    An event that is to be filtered (D-65) already tells nothing of itself, nor does what a system has of it.
    """
    rows = sealing.opened_log(connection, table, connection.execute(in_order(table, guids)).mappings())
    told = set(connection.execute(_TOLD).scalars())
    return [{**row, **_HIDDEN[table]} if row["guid"] in told else row for row in rows]
