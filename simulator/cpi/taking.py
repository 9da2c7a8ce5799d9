"""Take tasks out of CPI's store: none is handed out whose key is gone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, bindparam

from simulator.cpi.sealing import CONTENT, Sealing, sealing_of, sealing_transaction
from simulator.cpi.statements import (
    DUE_NOW,
    LEASE,
    REFUSED,
    WRITE,
    hold_status,
    take_next,
    times_at,
    update_status,
    write_message,
)
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.cpi.work_items import DeliveryTask, FetchTask, error_columns, timestamp
from simulator.database import single_statement
from simulator.errors import InterfaceError

_GIVE_BACK = {table: write.where(table.c.lease_until == bindparam("lease")) for table, write in WRITE.items()}
_NO_KEY = InterfaceError("MON-3", "", "its key is gone from the key file of the store: let ICI send the event again")


def take(  # noqa: PLR0913 - the store, and what to take
    database: Engine, sealing: Sealing, table: Table, now: datetime, *, guid: str | None, endpoint: str | None
) -> dict[str, Any] | None:
    """Take the first task that is due, of one event or for one endpoint where these are given. Returns its row."""
    sealing.purge(database)
    statement = take_next(table, of_one=guid is not None, of_endpoint=endpoint is not None)
    asked = {"of": guid, "at_endpoint": endpoint, "lease": timestamp(now + LEASE), **times_at(now)}
    while True:
        with single_statement(database) as connection:
            taken = connection.execute(statement, asked).mappings().all()
        if not taken:
            return None
        (row,) = taken
        opened = sealing.opened(table, row)
        if opened[CONTENT[table]]:
            break
        with sealing_transaction(database, sealing) as connection:
            _give_up(connection, table, row, now)
    if table is PARCEL and row["due_at"] > timestamp(now):  # the other systems' messages need not wait either
        with sealing_transaction(database, sealing) as connection:
            connection.execute(DUE_NOW, {"this": row["guid"], "due_at": timestamp(now)})
    return opened


def take_next_of(connection: Connection, guid: str, now: datetime) -> list[DeliveryTask]:
    """Take the next message of an event in a transaction; none if it may not be delivered yet."""
    asked = {"of": guid, "lease": timestamp(now + LEASE), **times_at(now)}
    rows = connection.execute(take_next(PARCEL, of_one=True), asked).mappings().all()
    tasks = []
    for row in rows:
        opened = sealing_of(connection).opened(PARCEL, row)
        if opened[CONTENT[PARCEL]]:
            tasks.append(DeliveryTask.of(opened))
        else:
            _give_up(connection, PARCEL, row, now)
    return tasks


def give_back(connection: Connection, task: DeliveryTask | FetchTask, until: datetime) -> None:
    """Let others take a task from a time on, if its lease is still that of the worker that took it."""
    table = PARCEL if isinstance(task, DeliveryTask) else MESSAGE
    connection.execute(_GIVE_BACK[table], {"this": task.number, "lease": task.lease, "lease_until": timestamp(until)})


def _give_up(connection: Connection, table: Table, row: Mapping[Any, Any], now: datetime) -> None:
    """Record of a task that its key is gone."""
    if table is MESSAGE:
        write_message(connection, row["guid"], {"status": "FAILED", "stage": "done", **error_columns(_NO_KEY)}, now)
    else:
        hold_status(connection, row["guid"])
        fields = {"state": REFUSED, "lease_until": "", **error_columns(_NO_KEY)}
        connection.execute(WRITE[PARCEL], {**fields, "this": row["number"]})
        update_status(connection, row["guid"], now)
