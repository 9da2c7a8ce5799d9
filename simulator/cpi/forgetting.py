"""Destroy what waits of an agreement that turns out to be confidential, and what names it (SEC-2, D-63, D-66)."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping
from sqlalchemy.sql.dml import ReturningDelete

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.message_order import lock_agreement
from simulator.cpi.sealing import forget, forget_earlier, sealing_of
from simulator.cpi.shown_log import UNNAMED
from simulator.cpi.statements import (
    FAILED_EVENTS,
    FORGET_PARCELS,
    FORGET_UNDELIVERED,
    HOLD_BACK,
    NAME_NO_PARENT,
    NOT_DELIVERED,
    NOT_DELIVERED_OF_TYPES,
    NUMBER_OF,
    REFUSED,
    REVOKE_LEASES,
    REWRITE,
    hold_status,
    update_status,
    write_message,
)
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.cpi.work_items import (
    FILTERED,
    MASTER_IS_CONFIDENTIAL,
    error_columns,
    message_from_json,
    message_to_json,
    no_error,
)
from simulator.errors import InterfaceError
from simulator.mapping.actions import ASSOCIATION
from simulator.mapping.contract_types import TYPES_WITH_A_MASTER
from simulator.mapping.message import Message
from simulator.mapping.sheet import CONFIDENTIAL

_FORGOTTEN_EVENT = {
    "status": "DISCARDED",
    "stage": "done",
    "note": FILTERED,
    "parent": "",
    **UNNAMED,
    **no_error(),
}
"""The columns of an event that has been forgotten, as its agreement is confidential."""


_HELD_BACK = InterfaceError("D-102", CONFIDENTIAL, "a later reading does not tell whether it is confidential")


def forget_agreement(connection: Connection, source: str, sys_id: str, now: datetime, *, told_by: int = 0) -> None:
    """Destroy all of an agreement that was not taken; let what is being read be read again.

    `told_by` is the number of the event that told; 0 where it was none.

    What the systems have of an event that is to be read again counts until then: an older amendment, which is read by
    itself, must not be written over it (D-46).
    """
    connection.execute(REVOKE_LEASES, {"this": told_by})
    for guid, stage in _lock_unfinished(connection, source, sys_id).items():
        if stage == "fetch":
            forget_messages(connection, FORGET_UNDELIVERED, guid)
            write_message(connection, guid, no_error(), now)
        else:
            forget_messages(connection, FORGET_PARCELS, guid)
            forget_event(connection, guid, now)
    connection.execute(NAME_NO_PARENT, {"this_parent": sealing_of(connection).name(sys_id), "this_source": source})


def hold_back(connection: Connection, source: str, sys_id: str, now: datetime, *, told_by: int = 0) -> None:
    """Move all that waits of an agreement to the error queue, as a reading did not tell whether it is confidential.

    What is put back is read again (D-46). What others are reading at this moment they read once more.
    """
    connection.execute(REVOKE_LEASES, {"this": told_by})
    _lock_unfinished(connection, source, sys_id)
    held = {"state": REFUSED, "lease_until": "", **error_columns(_HELD_BACK)}
    for row in _undelivered(connection, source, sys_id):
        if connection.execute(HOLD_BACK, {"this": row["number"], **held}).rowcount and row["stage"] != "fetch":
            update_status(connection, row["guid"], now)


def forget_event(connection: Connection, guid: str, now: datetime) -> None:
    write_message(connection, guid, _FORGOTTEN_EVENT, now)
    forget(connection, MESSAGE, connection.execute(NUMBER_OF, {"this": guid}).scalars())


def forget_messages(connection: Connection, which: ReturningDelete[int], guid: str) -> None:
    forget(connection, PARCEL, connection.execute(which, {"this": guid}).scalars())


def withhold_master(
    connection: Connection, source: str, sys_id: str, now: datetime, why: str = MASTER_IS_CONFIDENTIAL
) -> None:
    """Take a master out of the messages that wait or were refused, and say `why` in the log (D-66)."""
    sealing = sealing_of(connection)
    withheld = list[tuple[RowMapping, Message]]()
    for row in connection.execute(NOT_DELIVERED_OF_TYPES, {"types": TYPES_WITH_A_MASTER}).mappings():
        content = sealing.opened(PARCEL, row)["content"]
        if not content:  # its key is gone
            continue
        message = message_from_json(content)
        fields = message.fields
        if fields.get("ASSOCIATINGSYSID") == sys_id and fields["TENANTID"] == source:
            withheld.append((row, message._replace(fields={**fields, **dict.fromkeys(ASSOCIATION, "")})))
    for row, message in withheld:
        columns = sealing.resealed(PARCEL, row, message_to_json(message))
        if connection.execute(REWRITE, {"this": row["number"], **columns}).rowcount:
            forget_earlier(connection, PARCEL, row["number"], columns["content"])
    for guid, note in {row["guid"]: row["note"] for row, _ in withheld}.items():
        write_message(connection, guid, {"note": "; ".join(filter(None, (note, why)))}, now)


def _lock_unfinished(connection: Connection, source: str, sys_id: str) -> dict[str, str]:
    """Lock what `filter` is to destroy. Return the guid of each event, with its stage.

    The locks are taken in the order in which all others take them, and what they protect is read once they are held.
    """
    for agreement in sorted({row["agreement"] for row in _undelivered(connection, source, sys_id)}):
        lock_agreement(connection, agreement)
    for guid in sorted(_unfinished(connection, source, sys_id)):
        hold_status(connection, guid)
    return _unfinished(connection, source, sys_id)


def _unfinished(connection: Connection, source: str, sys_id: str) -> dict[str, str]:
    """Return the stage of every event that may not name the agreement any more, by guid."""
    sealing = sealing_of(connection)
    agreement = {"sys_id": sealing.name(sys_id), "source": source}
    failed = connection.execute(FAILED_EVENTS, {**agreement, "nameless": sealing.name("")}).mappings()

    def names_it(row: RowMapping) -> bool:
        if row["same_sys_id"] or row["parent"] == agreement["sys_id"]:
            return True
        payload = sealing.opened(MESSAGE, row)["payload"]
        return bool(payload) and ReceivedEvent.from_json(payload).mentions(sys_id)

    return {row["guid"]: row["stage"] for row in (*_undelivered(connection, source, sys_id), *filter(names_it, failed))}


def _undelivered(connection: Connection, source: str, sys_id: str) -> list[RowMapping]:
    """Read the messages of an agreement that were not taken; for an amendment, those that it brings itself."""
    sealing = sealing_of(connection)
    found = connection.execute(NOT_DELIVERED, {"sys_id": sealing.name(sys_id)}).mappings()

    def is_about_it(row: RowMapping) -> bool:
        content = sealing.opened(PARCEL, row)["content"]
        if not content:  # its key is gone, and it is of no use to anybody
            return True
        fields = message_from_json(content).fields
        is_of_tenant = fields["TENANTID"] == source
        return is_of_tenant and (bool(row["same_sys_id"]) or fields["SYSID"] == sys_id)

    return [row for row in found if is_about_it(row)]
