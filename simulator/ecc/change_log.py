"""The log of what users change in the Z-tables by hand (SEC-4), an item for each field. The interface is not in it.

One change is about one entry. Of a confidential contract the log keeps who did something and when, and nothing of
which contract it was (SEC-2).
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Index, Table, and_, delete, func, insert, select, update

from simulator.ecc.ddic import Char, Dats, field, key
from simulator.ecc.tables import KEY, SapTable, rows

WHOLE = "KEY"
"""In FNAME: the item is about the row itself."""

CONFIDENTIAL = "(confidential)"
"""In FNAME: what there was is blanked."""


class ZmmIcmchanges(SapTable, table=True):
    """One field that a change set."""

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


class Item(NamedTuple):
    """One field, before and after."""

    TABNAME: str
    CHNGIND: str
    """I, U or D: what became of the row."""

    FNAME: str
    VALUE_OLD: str = ""
    VALUE_NEW: str = ""


class Stamp(NamedTuple):
    """Who did it, when (in UTC), and with which transaction."""

    user: str
    now: datetime
    transaction: str


def write(connection: Connection, stamp: Stamp, entry: Mapping[str, str], items: Iterable[Item]) -> None:
    """Write the items of one change of `entry`, in the transaction of `connection`; its blank key is left away."""
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


def write_confidential(connection: Connection, stamp: Stamp) -> None:
    """Write that something confidential was deleted, and nothing of what."""
    write(connection, stamp, {}, [Item("", "", CONFIDENTIAL)])


def entries(connection: Connection, code: str, sys_id: str) -> list[dict[str, str]]:
    """The keys of the entries of an agreement code that were changed, of any System ID where that is blank."""
    found = select(*(CHANGES.c[name] for name in KEY)).where(CHANGES.c.ICMAGREEMENTCODE == code).distinct()
    if sys_id:
        found = found.where(CHANGES.c.SYSID == sys_id)
    return [{name: str(row[name]) for name in KEY} for row in connection.execute(found).mappings()]


def blank(connection: Connection, entry: Mapping[str, str]) -> None:
    """Leave of each change of an entry who made it, when and with which transaction."""
    of_entry = and_(*(CHANGES.c[name] == entry[name] for name in KEY))
    connection.execute(delete(CHANGES).where(of_entry, CHANGES.c.POSNR != f"{1:06}"))
    connection.execute(update(CHANGES).where(of_entry), _BLANKED)


def listed(connection: Connection) -> list[dict[str, str]]:
    """All items, the oldest first."""
    return rows(connection, CHANGES)
