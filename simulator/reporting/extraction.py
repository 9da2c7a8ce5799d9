"""Copy what the report needs from each system into one store, as a data warehouse does.

The store is SQLite, whatever the databases of the systems, so that SQL can join over systems. It is temporary: what
does not fit into its cache goes to a file without a name, which the operating system drops when the store is closed.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from sqlalchemy import ColumnElement, Connection, Select, String, cast, column, inspect, literal, select, table

from simulator.characters import first

AGREEMENT_CODE = "ZZICMAGREEMENT"
"""The customer field for the Icertis agreement code on the header of an outline agreement (OA-1)."""

CONTRACT_FIELDS = (
    "TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE", "NAME", "ASSOCIATINGTYPE", "ASSOCIATINGCODE",
    "ASSOCIATINGSYSID", "ICMAPPSRCSUPPLIERID", "ICMEFFECTIVEDATE", "ICMEXPIRYDATE", "ICMTOTALCONTRACTVALUE",
    "ICMCURRENCY", "ICMLEGALENTITYCODE", "ICMPURCHASINGORGCODE", "ICMORGTEAM", "ICMPRIMARYOWNERNAME",
    "ICMINCOTERMSCODE", "ICMINCOTERMSLOCATION", "ICMPAYMENTTERMS",
)  # fmt: skip
OUTLINE_FIELDS = (
    "EBELN", AGREEMENT_CODE, "BUKRS", "BSART", "LIFNR", "EKORG", "EKGRP", "WAERS", "KDATB", "KDATE", "KTWRT", "ZTERM",
    "INCO1", "INCO2", "AEDAT", "ERNAM", "LOEKZ",
)  # fmt: skip
TABLES = {"ZMM_ICMCONTRACT": CONTRACT_FIELDS, "ZMM_ICMPURCHORG": ("SYSID", "PURCHASINGORG"), "EKKO": OUTLINE_FIELDS}
"""The tables that are read, and the fields read from each."""

_CACHE = """
PRAGMA cache_size = -24576; -- in KiB
PRAGMA journal_mode = OFF;
"""


@contextmanager
def extract(systems: Mapping[str, Connection]) -> Iterator[sqlite3.Connection]:
    """Open a store with the tables of all systems: every value is text, the first column names the system.

    Raises sqlalchemy.exc.SQLAlchemyError if a system cannot be read.
    """
    with closing(sqlite3.connect("", isolation_level=None, check_same_thread=False)) as store:
        store.executescript(_CACHE)
        store.create_function("fold", 1, fold, deterministic=True)
        store.create_function("first_units", 2, _first_units, deterministic=True)
        store.execute("CREATE TABLE system (called PRIMARY KEY, position)")
        store.executemany("INSERT INTO system VALUES (?, ?)", [(name, at) for at, name in enumerate(systems)])
        for name, fields in TABLES.items():
            store.execute(f"CREATE TABLE {name} (system, {', '.join(fields)})")
            for system, connection in systems.items():
                _copy_table(connection, system, name, store)
        yield store


def fold(text: str) -> str:
    """Normalise a text for comparison, without case and surrounding blanks."""
    return text.strip().casefold()


def _first_units(text: str, most: int) -> str:
    return first(text, most, "utf-16")


def _copy_table(connection: Connection, system: str, name: str, store: sqlite3.Connection) -> None:
    placeholders = ", ".join("?" * (1 + len(TABLES[name])))
    rows = connection.execute(_select_all(connection, name), execution_options={"yield_per": 1000})
    store.execute("BEGIN")
    store.executemany(f"INSERT INTO {name} VALUES ({placeholders})", ((system, *row) for row in rows))
    store.execute("COMMIT")


def _select_all(connection: Connection, name: str) -> Select[*tuple[str, ...]]:
    """Select every row of a table, in a stable order; a field that an older version had not is blank."""
    seen = inspect(connection)
    held = {one["name"] for one in seen.get_columns(name)} if seen.has_table(name) else {*TABLES[name]}
    fields: list[ColumnElement[str]] = [column(one) if one in held else literal("") for one in TABLES[name]]
    return select(*(cast(field, String) for field in fields)).select_from(table(name)).order_by(*fields[:4])
