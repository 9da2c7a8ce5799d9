"""The change documents of outline agreements (CDHDR, CDPOS), as SAP writes them by itself: object EINKBELEG (D-91).

A change has one header, and one item for each field. The tables have no client, and TABKEY is the number alone.
"""

from collections.abc import Mapping
from datetime import UTC

from sqlalchemy import Connection, Index, Table, and_, func, insert, or_, select, update

from simulator.ecc.change_log import CONFIDENTIAL, WHOLE_ROW, ChangeStamp
from simulator.ecc.ddic import Char, Dats, field, key
from simulator.ecc.tables import SapTable, text_values

OBJECT_CLASS = "EINKBELEG"
"""The class of change documents of purchasing documents."""


class Cdhdr(SapTable, table=True):
    """The header of a change."""

    __tablename__ = "CDHDR"
    __table_args__ = (Index("CDHDR_CHANGENR", "CHANGENR"),)

    OBJECTCLAS: str = key(Char(15), "Change Document Object")
    OBJECTID: str = key(Char(90), "Object Value")
    CHANGENR: str = key(Char(10), "Document Number")
    USERNAME: str = field(Char(12), "User")
    UDATE: str = field(Dats(), "Date")
    UTIME: str = field(Char(6), "Time")
    TCODE: str = field(Char(20), "Transaction")
    CHANGE_IND: str = field(Char(1), "Insert, Update or Delete")


class Cdpos(SapTable, table=True):
    """One item of a change."""

    __tablename__ = "CDPOS"

    OBJECTCLAS: str = key(Char(15), "Change Document Object")
    OBJECTID: str = key(Char(90), "Object Value")
    CHANGENR: str = key(Char(10), "Document Number")
    TABNAME: str = key(Char(30), "Table")
    TABKEY: str = key(Char(70), "Changed Table Record Key")
    FNAME: str = key(Char(30), "Field")
    CHNGIND: str = key(Char(1), "Insert, Update or Delete")
    VALUE_OLD: str = field(Char(254), "Old Value")
    VALUE_NEW: str = field(Char(254), "New Value")


CDHDR: Table = SapTable.metadata.tables["CDHDR"]
CDPOS: Table = SapTable.metadata.tables["CDPOS"]

_INSERTED, _UPDATED = "I", "U"

# Built once: building a statement takes longer than running it.
_LAST_NUMBER = select(func.max(CDHDR.c.CHANGENR))
_ADD_HEADER, _ADD_ITEMS = insert(CDHDR), insert(CDPOS)


def write_creation(connection: Connection, stamp: ChangeStamp, ebeln: str) -> None:
    """Write that an outline agreement was created; the caller has locked EKKO."""
    _write(connection, stamp, ebeln, _INSERTED, {WHOLE_ROW: ("", "")})


def write_change(
    connection: Connection, stamp: ChangeStamp, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    """Write each field that differs; the caller has locked EKKO."""
    changed = {name: (old, after[name]) for name, old in before.items() if old != after[name]}
    _write(connection, stamp, before["EBELN"], _UPDATED, changed)


def read_all(connection: Connection, ebeln: str = "") -> list[dict[str, str]]:
    """Read all items with their headers, oldest first, or only those of one outline agreement."""
    same_change = and_(*(CDHDR.c[name] == CDPOS.c[name] for name in ("OBJECTCLAS", "OBJECTID", "CHANGENR")))
    more = (CDHDR.c.USERNAME, CDHDR.c.UDATE, CDHDR.c.UTIME, CDHDR.c.TCODE)
    found = select(CDPOS, *more).join(CDHDR, same_change).order_by(CDPOS.c.CHANGENR, CDPOS.c.FNAME)
    if ebeln:
        found = found.where(CDPOS.c.OBJECTID == ebeln)
    return [text_values(row) for row in connection.execute(found).mappings()]


def blank_value(connection: Connection, name: str, value: str) -> int:
    """Blank a value of a field, wherever it is the old or the new one. Returns the number of items that had it."""
    of_field = CDPOS.c.FNAME == name
    had = select(func.count()).select_from(CDPOS)
    number = connection.execute(
        had.where(of_field, or_(CDPOS.c.VALUE_OLD == value, CDPOS.c.VALUE_NEW == value))
    ).scalar_one()
    for column in (CDPOS.c.VALUE_OLD, CDPOS.c.VALUE_NEW):
        connection.execute(update(CDPOS).where(of_field, column == value).values({column: CONFIDENTIAL}))
    return number


def _write(
    connection: Connection, stamp: ChangeStamp, ebeln: str, kind: str, fields: Mapping[str, tuple[str, str]]
) -> None:
    now = stamp.now.astimezone(UTC)
    last = connection.execute(_LAST_NUMBER).scalar()
    change = {"OBJECTCLAS": OBJECT_CLASS, "OBJECTID": ebeln, "CHANGENR": f"{int(last or 0) + 1:010}"}
    when = {"USERNAME": stamp.user, "UDATE": f"{now:%Y%m%d}", "UTIME": f"{now:%H%M%S}", "TCODE": stamp.transaction}
    connection.execute(_ADD_HEADER, change | when | {"CHANGE_IND": kind})
    record = change | {"TABNAME": "EKKO", "TABKEY": ebeln, "CHNGIND": kind}
    items = [record | {"FNAME": name, "VALUE_OLD": old, "VALUE_NEW": new} for name, (old, new) in fields.items()]
    connection.execute(_ADD_ITEMS, items)
