"""Open databases that an older version has made."""

from pathlib import Path

from sqlalchemy import Connection, text

from simulator.cpi.queue import Queue
from simulator.database import make_engine
from simulator.ecc.system import EccSystem

INDEXES = text("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name")


def drop_indexes(connection: Connection) -> list[str]:
    """Remove every index. Return their names."""
    names = list(connection.execute(INDEXES).scalars())
    for name in names:
        connection.execute(text(f'DROP INDEX "{name}"'))
    return names


def test_indexes_that_an_older_version_lacks_are_made(tmp_path: Path) -> None:
    for file, make in (("CPI.db", Queue), ("PF2.db", lambda url: EccSystem("PF2", url))):
        url = f"sqlite:///{tmp_path / file}"
        make(url).close()
        database = make_engine(url)
        with database.begin() as connection:
            dropped = drop_indexes(connection)
        make(url).close()
        with database.begin() as connection:
            assert list(connection.execute(INDEXES).scalars()) == dropped != []
        database.dispose()
