"""Databases by URL: SQLite in memory, SQLite in a file, or any other that SQLAlchemy knows."""

from contextlib import closing

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

IN_MEMORY = "sqlite://"

_BUSY_SECONDS = 10
"""How long SQLite waits for another process that writes, before it says that the table is locked."""


def engine(url: str) -> Engine:
    """An engine whose transactions are whole: what one has read is so until it has written.

    Its errors tell the statement and never the values in it (SEC-2).
    """
    if url == IN_MEMORY:
        made = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True)
    else:
        made = create_engine(url, hide_parameters=True)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _durable_and_fast)
        event.listen(made, "begin", _begin_immediately)
    return made


def wipe(database: Engine) -> None:
    """Leave nothing in SQLite's write-ahead log of what has been overwritten or deleted; other databases see to that.

    Where another process does not let go for long, the next call wipes it, or the last one that closes.
    """
    if database.dialect.name == "sqlite":
        with closing(database.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()


def _durable_and_fast(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late, at the first write
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers do not block the writer
    cursor.execute("PRAGMA synchronous=NORMAL")  # a commit survives the process, and needs no wait for the disk
    cursor.execute("PRAGMA secure_delete=ON")  # what is blanked is gone from the file too (SEC-2)
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    cursor.close()


def _begin_immediately(connection: Connection) -> None:
    cursor = connection.connection.cursor()  # past SQLAlchemy, which would take three times as long over it
    cursor.execute("BEGIN IMMEDIATE")
    cursor.close()
