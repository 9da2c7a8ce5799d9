"""The baseline of the table logic: the tables of an emulated system, written by sqlite3 and nothing else."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from harness.campaigns.benchmarks.contracts import ContractRow

CONTRACT = "ZMM_ICMCONTRACT"
PURCHORG = "ZMM_ICMPURCHORG"

_FIND = f"SELECT * FROM {CONTRACT} WHERE SYSID = ?"  # noqa: S608 - constants, here and below
_ORGANISATIONS = f"SELECT PURCHASINGORG FROM {PURCHORG} WHERE SYSID = ? ORDER BY PURCHASINGORG"  # noqa: S608
_DROP_ORGANISATIONS = f"DELETE FROM {PURCHORG} WHERE SYSID = ?"  # noqa: S608
_ADD_ORGANISATION = f"INSERT INTO {PURCHORG} (SYSID, PURCHASINGORG) VALUES (?, ?)"  # noqa: S608


class RawDatabase:
    """The database file of an emulated system, or a copy of it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        columns = self._connection.execute(f"PRAGMA table_info({CONTRACT})").fetchall()
        self._columns = [name for _, name, *_ in columns]
        self._upsert = _upsert(self._columns, [name for _, name, *_, key in columns if key])

    def upsert(self, entry: ContractRow) -> None:
        """Write one contract and its organisations, in one transaction."""
        contract, organisations = entry
        sys_id = contract["SYSID"]
        with self._connection as connection:
            connection.execute(self._upsert, tuple(contract.values()))
            connection.execute(_DROP_ORGANISATIONS, (sys_id,))
            connection.executemany(_ADD_ORGANISATION, [(sys_id, organisation) for organisation in organisations])

    def entry(self, sys_id: str) -> ContractRow:
        """Read an existing agreement."""
        row = self._connection.execute(_FIND, (sys_id,)).fetchone()
        organisations = self._connection.execute(_ORGANISATIONS, (sys_id,)).fetchall()
        return ContractRow(
            dict(zip(self._columns, row, strict=True)), [organisation for (organisation,) in organisations]
        )

    def content(self) -> tuple[list[tuple[str, ...]], ...]:
        """Return all rows of both tables."""
        return tuple(
            self._connection.execute(f"SELECT * FROM {table} ORDER BY SYSID, 2").fetchall()  # noqa: S608
            for table in (CONTRACT, PURCHORG)
        )

    def close(self) -> None:
        self._connection.close()


def _upsert(columns: Sequence[str], keys: Sequence[str]) -> str:
    values = ", ".join("?" for _ in columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in keys)
    return (
        f"INSERT INTO {CONTRACT} ({', '.join(columns)}) VALUES ({values}) "  # noqa: S608 - the table's own names
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}"
    )
