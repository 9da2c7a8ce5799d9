"""Fill tables and store with what is there before something is measured, row by row and without events."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from shutil import copyfile, copytree
from uuid import UUID

from harness.campaigns.benchmarks.contracts import attributes, entry
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT, PURCHORG
from simulator.icertis.agreement import STANDALONE
from simulator.landscape import Landscape
from simulator.settings import Settings

SIZES = (1_000, 10_000, 100_000)
"""The contracts that are there, and the events in CPI's store."""

FIRST = 1_000_000
"""The number of the first contract that is there: ICI counts those that it drafts from 1."""


class FilledFolders:
    """Databases of each size, filled once and copied for each use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def copy_tables(self, size: int, file: Path) -> None:
        """Copy the database of an ECC system with the contracts from FIRST on, and their organisations."""
        made = self._folder / f"{size}.db"
        if not made.exists():
            _fill_tables(made, range(FIRST, FIRST + size))
        copyfile(made, file)

    def copy_landscape(self, size: int, folder: Path) -> Settings:
        """Copy the databases of a landscape: systems with `size` contracts, CPI's store with `size` completed events.

        The events are copies of one that was processed, each with ids of its own. Returns the settings for `folder`.
        """
        made = self._folder / str(size)
        if not made.exists():
            made.mkdir()
            settings = Settings(synchronous="normal").with_data_directory(made)
            for name in settings.systems:
                self.copy_tables(size, made / f"{name}.db")
            with Landscape(settings) as landscape:
                landscape.tenant.execute(landscape.tenant.draft(STANDALONE, attributes(0), code="PST-FIRST"))
            with closing(sqlite3.connect(made / "CPI.db")) as store, store:
                _copy_rows(store, "CPI_MESSAGE", size, ("guid", "correlation_id", "sys_id"))
                _copy_rows(store, "CPI_PARCEL", size, ("guid", "agreement"))
        copytree(made, folder)
        return Settings(synchronous="normal").with_data_directory(folder)


def _fill_tables(file: Path, numbers: Iterable[int]) -> None:
    EccSystem("PF2", f"sqlite:///{file.as_posix()}").close()
    entries = [entry(number) for number in numbers]
    places = [(one.contract["SYSID"], place) for one in entries for place in one.organisations]
    with closing(sqlite3.connect(file)) as database, database:
        _insert(database, CONTRACT.name, [tuple(one.contract.values()) for one in entries])
        _insert(database, PURCHORG.name, places)


def _copy_rows(store: sqlite3.Connection, table: str, times: int, ids: Sequence[str]) -> None:
    """Copy the rows of a table `times` times, each copy with new numbers and ids."""
    found = store.execute(f"SELECT * FROM {table}")  # noqa: S608 - our own name
    names = [name for name, *_ in found.description]
    rows = [dict(zip(names, row, strict=True)) for row in found]
    rng = Random(0)  # the same ids in each table
    given = [str(UUID(int=rng.getrandbits(128), version=4)) for _ in range(times)]
    copies = (
        {**row, "number": number * len(rows) + row["number"], **dict.fromkeys(ids, one)}
        for number, one in enumerate(given, start=1)
        for row in rows
    )
    _insert(store, table, [tuple(copy.values()) for copy in copies])


def _insert(database: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608
