"""What the report reads of each system, and the store that it reads it into, as a warehouse does.

The store is SQLite in memory, whatever databases the systems have: there SQL can join what lies in several systems.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from sqlalchemy import ColumnClause, Connection, Select, String, cast, column, select, table

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
    "INCO1", "INCO2", "AEDAT", "ERNAM",
)  # fmt: skip
TABLES = {"ZMM_ICMCONTRACT": CONTRACT_FIELDS, "ZMM_ICMPURCHORG": ("SYSID", "PURCHASINGORG"), "EKKO": OUTLINE_FIELDS}
"""Each table that is read of a system, and the fields that are read of it."""


@contextmanager
def extracted(systems: Mapping[str, Connection]) -> Iterator[sqlite3.Connection]:
    """A store with the tables of all systems, every value as text, each row with the name of its system in front.

    Raises sqlalchemy.exc.SQLAlchemyError where a system cannot be read.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as store:
        store.create_function("fold", 1, fold, deterministic=True)
        store.execute("CREATE TABLE system (called PRIMARY KEY, position)")
        store.executemany("INSERT INTO system VALUES (?, ?)", [(name, at) for at, name in enumerate(systems)])
        for name, fields in TABLES.items():
            store.execute(f"CREATE TABLE {name} (system, {', '.join(fields)})")
            for system, connection in systems.items():
                _read(connection, system, name, store)
        yield store


def fold(text: str) -> str:
    """A text as it is compared: case and the blanks around it do not count."""
    return text.strip().casefold()


def _read(connection: Connection, system: str, name: str, store: sqlite3.Connection) -> None:
    places = ", ".join("?" * (1 + len(TABLES[name])))
    rows = connection.execute(_whole(name), execution_options={"yield_per": 5000})
    store.execute("BEGIN")
    store.executemany(f"INSERT INTO {name} VALUES ({places})", ((system, *row) for row in rows))
    store.execute("COMMIT")


def _whole(name: str) -> Select[*tuple[str, ...]]:
    """Every row of a table, in an order that is always the same."""
    fields: list[ColumnClause[str]] = [column(field) for field in TABLES[name]]
    return select(*(cast(field, String) for field in fields)).select_from(table(name)).order_by(*fields[:4])
