"""Databases by URL: SQLite in memory, SQLite in a file, PostgreSQL, or any other that SQLAlchemy knows."""

from contextlib import closing

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, StaticPool

IN_MEMORY = "sqlite://"

_BUSY_SECONDS = 10.0
"""How long a transaction waits for another one that is in its way, before it says that the table is locked."""

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")
_ONE_SNAPSHOT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def engine(url: str) -> Engine:
    """An engine whose errors tell the statement and never the values in it (SEC-2).

    On SQLite transactions run one after the other: what one has read is so until it has written. On PostgreSQL they
    run side by side, and what must not change under one is held with `hold`.
    """
    if url == IN_MEMORY:
        made = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True)
    else:
        # A server may have been started again since a connection was last used; a file has not.
        served = make_url(url).get_backend_name() != "sqlite"
        made = create_engine(url, pool_pre_ping=served, hide_parameters=True)
    if made.dialect.name == "sqlite":
        event.listen(made, "connect", _durable_and_fast)
        # Not by the event "begin": with a listener there SQLAlchemy asks for listeners at every statement.
        made.dialect.do_begin = _begin_immediately  # type: ignore[assignment]
    if made.dialect.name == "postgresql":
        event.listen(made, "connect", _wait_for_locks_no_longer)
    return made


def make_tables(connection: Connection, metadata: MetaData) -> None:
    """Make the tables that are not there yet; other processes may be about to do the same."""
    hold(connection, "tables")
    metadata.create_all(connection)


def hold(connection: Connection, what: str) -> None:
    """Have `what` for this transaction alone: wait for who has it, and keep it until the transaction ends.

    It is what ENQUEUE is in SAP: a lock on a name, also of what is not in any table yet, which no lock on a row can
    be. Statements that follow see all that the holder before has written. SQLite needs none.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"what": what})


def consistent_read(connection: Connection) -> None:
    """Let all that this transaction reads be of the same moment; to be called before it reads. SQLite needs none."""
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_SNAPSHOT)


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
    cursor.execute(f"PRAGMA busy_timeout={round(_BUSY_SECONDS * 1000)}")
    cursor.close()


def _begin_immediately(connection: PoolProxiedConnection) -> None:
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    cursor.close()


def _wait_for_locks_no_longer(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {round(_BUSY_SECONDS * 1000)}")
    cursor.close()
    connection.commit()  # else the setting would end with the transaction that it has begun
