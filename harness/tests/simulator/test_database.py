"""Open databases: what an older version lacks, and what a commit waits for."""

import socket
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from simulator.cpi.queue import Queue
from simulator.database import Synchronous, _is_alive, make_engine
from simulator.ecc.system import EccSystem
from simulator.landscape import Landscape
from simulator.settings import Settings

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
        database = make_engine(url, "normal")
        with database.begin() as connection:
            dropped = drop_indexes(connection)
        make(url).close()
        with database.begin() as connection:
            assert list(connection.execute(INDEXES).scalars()) == dropped != []
        database.dispose()


class Connected:
    """A connection to a server, as psycopg offers its socket."""

    closed = False

    def __init__(self, end: socket.socket) -> None:
        self.fileno = end.fileno


def test_server_is_asked_only_if_something_has_arrived_on_an_idle_connection() -> None:
    asked = list[object]()

    def ask(connection: DBAPIConnection) -> bool:
        asked.append(connection)
        return False

    server, client = socket.socketpair()
    with server, client:
        connection = cast("DBAPIConnection", Connected(client))
        assert _is_alive(ask, connection)
        assert asked == []
        server.close()
        assert not _is_alive(ask, connection)
        assert asked == [connection]


@pytest.mark.parametrize(("given", "number"), [(None, 2), ("full", 2), ("normal", 1)])
def test_every_database_waits_for_the_disk_unless_the_settings_say_otherwise(
    tmp_path: Path, given: Synchronous | None, number: int
) -> None:
    settings = Settings(synchronous=given) if given else Settings()
    with Landscape(settings.with_data_directory(tmp_path)) as landscape:
        assert landscape.queue is not None
        for system in landscape.systems.values():
            with system.transaction() as connection:
                assert connection.execute(text("PRAGMA synchronous")).scalar() == number
        with landscape.queue._transaction() as connection:  # noqa: SLF001 - nothing outside shows it
            assert connection.execute(text("PRAGMA synchronous")).scalar() == number
