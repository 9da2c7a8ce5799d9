"""The log of changes that users make in the Z-tables by hand (SEC-4). The interface is not logged.

A change concerns one entry and has one item for each field. For a confidential contract the log keeps who did
something and when, but not which contract it was (SEC-2).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Index, Table, and_, delete, func, insert, select, update

from simulator.ecc.ddic import Char, Dats, field, key
from simulator.ecc.tables import KEY, SapTable, read_rows

WHOLE_ROW = "KEY"
"""In FNAME: the item concerns the whole row."""

CONFIDENTIAL = "(confidential)"
"""In FNAME: the item has been blanked."""


class ZmmIcmchanges(SapTable, table=True):
    """One item of a change."""

    __tablename__ = "ZMM_ICMCHANGES"
    __table_args__ = (Index("ZMM_ICMCHANGES_CODE", "ICMAGREEMENTCODE", "SYSID"),)

    CHANGENR: str = key(Char(10), "Change Number")
    POSNR: str = key(Char(6), "Item")
    USERNAME: str = field(Char(12), "User")
    UDATE: str = field(Dats(), "Date")
    UTIME: str = field(Char(6), "Time")
    TCODE: str = field(Char(20), "Transaction")
    TENANTID: str = field(Char(20), "Tenant ID")
    CONTRACTTYPENAME: str = field(Char(3), "Contract Type Name")
    SYSID: str = field(Char(36), "System ID")
    ICMAGREEMENTCODE: str = field(Char(25), "Agreement Code")
    TABNAME: str = field(Char(30), "Table")
    CHNGIND: str = field(Char(1), "Insert, Update or Delete")
    FNAME: str = field(Char(30), "Field")
    VALUE_OLD: str = field(Char(254), "Old Value")
    VALUE_NEW: str = field(Char(254), "New Value")


CHANGES: Table = SapTable.metadata.tables["ZMM_ICMCHANGES"]

_BLANKED = dict.fromkeys((*KEY, "TABNAME", "CHNGIND", "VALUE_OLD", "VALUE_NEW"), "") | {"FNAME": CONFIDENTIAL}


class ChangeItem(NamedTuple):
    """One field, before and after."""

    TABNAME: str
    CHNGIND: str
    """I, U or D: the row was inserted, updated or deleted."""

    FNAME: str
    VALUE_OLD: str = ""
    VALUE_NEW: str = ""


class ChangeStamp(NamedTuple):
    """The user, time (UTC) and transaction of a change."""

    user: str
    now: datetime
    transaction: str


def write_change(
    connection: Connection, stamp: ChangeStamp, entry: Mapping[str, str], items: Iterable[ChangeItem]
) -> None:
    """Write the items of one change of `entry`, in the transaction of `connection`. Missing key fields become blank."""
    now = stamp.now.astimezone(UTC)
    head = {
        "CHANGENR": f"{int(connection.execute(select(func.max(CHANGES.c.CHANGENR))).scalar() or 0) + 1:010}",
        "USERNAME": stamp.user,
        "UDATE": f"{now:%Y%m%d}",
        "UTIME": f"{now:%H%M%S}",
        "TCODE": stamp.transaction,
        **{name: entry.get(name, "") for name in KEY},
    }
    numbered = [{**head, "POSNR": f"{place:06}", **item._asdict()} for place, item in enumerate(items, 1)]
    connection.execute(insert(CHANGES), numbered)


def write_confidential_deletion(connection: Connection, stamp: ChangeStamp) -> None:
    """Write that something confidential was deleted, without naming it."""
    write_change(connection, stamp, {}, [ChangeItem("", "", CONFIDENTIAL)])


def changed_entries(connection: Connection, code: str, sys_id: str) -> list[dict[str, str]]:
    """Return the keys of changed entries with this agreement code and System ID; a blank one matches all."""
    found = select(*(CHANGES.c[name] for name in KEY)).distinct()
    if code:
        found = found.where(CHANGES.c.ICMAGREEMENTCODE == code)
    if sys_id:
        found = found.where(CHANGES.c.SYSID == sys_id)
    return [{name: str(row[name]) for name in KEY} for row in connection.execute(found).mappings()]


def blank_changes(connection: Connection, entry: Mapping[str, str]) -> None:
    """Blank the changes of an entry: only user, time and transaction remain."""
    of_entry = and_(*(CHANGES.c[name] == entry[name] for name in KEY))
    connection.execute(delete(CHANGES).where(of_entry, CHANGES.c.POSNR != f"{1:06}"))
    connection.execute(update(CHANGES).where(of_entry), _BLANKED)


def read_all(connection: Connection) -> list[dict[str, str]]:
    """Read all items, oldest first."""
    return read_rows(connection, CHANGES)
