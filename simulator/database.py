"""Databases by URL: SQLite in memory, SQLite in a file, or PostgreSQL."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    Column,
    Connection,
    Delete,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import NoSuchColumnError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, StaticPool
from sqlalchemy.types import TypeEngine
from urllib3.util.wait import wait_for_read

IN_MEMORY = "sqlite://"

_LOCK_SECONDS = 10.0
"""Seconds that a transaction waits for another one before it fails because the table is locked."""

_KEPT_CONNECTIONS = 20
"""As many as a served process uses at the same time: to connect to PostgreSQL takes longer than an event."""

_ADVISORY_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_PRESENT = {
    "sqlite": text("SELECT name FROM sqlite_master"),
    "postgresql": text("SELECT relname FROM pg_class WHERE pg_table_is_visible(oid)"),
}
"""The names of tables, views and indexes: no two are the same."""

_REPEATABLE_READ = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


class KeyFileError(SQLAlchemyError):
    """The key file of a store cannot be used, so the store fails."""


Synchronous: TypeAlias = Literal["full", "normal"]
"""full: a commit waits until the disk has it; normal: until the operating system has it."""


def make_engine(url: str, synchronous: Synchronous, *, of_queue: bool = False) -> Engine:
    """Make an engine whose errors show the statement and never its values (SEC-2).

    `of_queue` tells PostgreSQL to find the first row of a queue by its index alone, and to end idle transactions.

    On SQLite, transactions run one after the other: what one has read stays true until it has written. On PostgreSQL
    they run side by side; `advisory_lock` protects what must not change meanwhile.
    """
    if url == IN_MEMORY:
        database = create_engine(
            url, poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
        )
    else:
        # A server may have restarted since the connection was last used; a file cannot.
        place = make_url(url)
        is_server = place.get_backend_name() != "sqlite"
        if not is_server and place.database:
            _create_private(Path(place.database))
        database = create_engine(url, pool_size=_KEPT_CONNECTIONS, pool_pre_ping=is_server, hide_parameters=True)
    if database.dialect.name == "sqlite":
        event.listen(database, "connect", partial(_configure_sqlite, synchronous))
        # A listener to the event "begin" would cost time at every statement.
        database.dialect.do_begin = _begin_immediately  # type: ignore[assignment]
    if database.dialect.name == "postgresql":
        event.listen(database, "connect", partial(_configure_postgresql, synchronous))
        if of_queue:
            event.listen(database, "connect", _configure_queue)
        database.dialect.do_ping = partial(_is_alive, database.dialect.do_ping)  # type: ignore[method-assign]
    return database


def make_private(file: Path) -> None:
    """Let only its owner read and write a file; a file of another owner stays as it is."""
    with suppress(PermissionError, FileNotFoundError):
        file.chmod(0o600)


def _create_private(file: Path) -> None:
    """Create a database file that nobody else can read, at any moment; SQLite gives its mode to the files beside it."""
    with suppress(OSError):  # it exists, or SQLite reports what is wrong
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    # Opening the file once more and closing it would end the locks that SQLite holds on it.
    for one in (file, *(file.with_name(f"{file.name}{suffix}") for suffix in ("-wal", "-shm", "-journal"))):
        make_private(one)


def create_missing_tables(connection: Connection, metadata: MetaData) -> None:
    """Create the tables, columns and indexes that do not exist yet; other processes may do the same at the same time.

    Tables that an older version made lack what came later, and a column may be shorter. A new column holds its default
    in every row.
    Raises NoSuchColumnError for a table of the same name that lacks a key field: it is another one.
    """
    advisory_lock(connection, "tables")
    present = set(connection.execute(_PRESENT[connection.dialect.name]).scalars())
    found = inspect(connection)
    for table in metadata.sorted_tables:
        if table.name not in present:
            table.create(connection, checkfirst=False)  # with its indexes
            continue
        held = {column["name"]: column["type"] for column in found.get_columns(table.name)}
        if not held.keys() >= {*(column.name for column in table.primary_key)}:
            raise NoSuchColumnError(f"the table {table.name} lacks a key field")
        for column in (one for one in table.columns if one.name not in held):
            _add_column(connection, column)
        for column in (one for one in table.columns if one.name in held and connection.dialect.name != "sqlite"):
            _lengthen(connection, column, held[column.name])
        # CREATE INDEX IF NOT EXISTS would lock the table on PostgreSQL, also where the index exists.
        for index in (one for one in table.indexes if one.name not in present):
            index.create(connection)


def empty(connection: Connection, tables: Iterable[Table]) -> None:
    """Delete all rows of tables; PostgreSQL is told in one statement."""
    for statement in _deletions(connection.dialect.name, (*tables,)):
        connection.execute(statement)


@cache
def _deletions(dialect: str, tables: tuple[Table, ...]) -> list[Delete]:
    first, *others = (table.delete() for table in tables)
    return [first.add_cte(*(one.cte() for one in others))] if dialect == "postgresql" else [first, *others]


def _add_column(connection: Connection, column: Column[Any]) -> None:
    quoted = connection.dialect.identifier_preparer
    kind = column.type.compile(connection.dialect)
    default = getattr(column.default, "arg", "")
    connection.execute(
        text(
            f"ALTER TABLE {quoted.format_table(column.table)} ADD COLUMN {quoted.format_column(column)} {kind}"
            f" NOT NULL DEFAULT '{default}'"
        )
    )


def _lengthen(connection: Connection, column: Column[Any], held: TypeEngine[Any]) -> None:
    had, has = getattr(held, "length", None), getattr(column.type, "length", None)
    if had is None or (has is not None and has <= had):
        return
    quoted = connection.dialect.identifier_preparer
    kind = column.type.compile(connection.dialect)
    place = f"{quoted.format_table(column.table)} ALTER COLUMN {quoted.format_column(column)}"
    connection.execute(text(f"ALTER TABLE {place} TYPE {kind}"))


def advisory_lock(connection: Connection, name: str) -> None:
    """Lock a name until the transaction ends, waiting for whoever holds it.

    As ENQUEUE in SAP, it locks a name and not a row, so it also protects what is not in a table yet. Statements that
    follow see everything that the previous holder has written. SQLite needs no lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_ADVISORY_LOCK, {"name": name})


COMMITTED_EARLY = "committed early"
"""In the `info` of a connection whose transaction has committed a part."""

_BY_ITSELF = "by itself"
"""In the `info` of a connection while its statement is a transaction by itself."""

EARLY_COMMIT = "what it had written before its first COMMIT WORK stays"
"""Said by an error of such a transaction."""


@contextmanager
def begin_on(connection: Connection) -> Iterator[None]:
    """Open a transaction on a connection that is kept; one that the server has ended meanwhile is replaced first."""
    _replace_ended(connection)
    try:
        with connection.begin():
            yield
    except SQLAlchemyError:
        # After a failed commit SQLAlchemy has no transaction any more, but the database may have one.
        with suppress(SQLAlchemyError, connection.dialect.loaded_dbapi.Error):
            connection.connection.rollback()
        raise


@contextmanager
def read_on(connection: Connection) -> Iterator[None]:
    """Read by one statement on a connection that is kept, without a transaction, as `single_statement` does."""
    _replace_ended(connection)
    with _by_itself(connection), connection.begin():
        yield


def _replace_ended(connection: Connection) -> None:
    if connection.dialect.name == "postgresql" and not connection.invalidated:
        held = connection.connection.dbapi_connection
        try:
            is_alive = held is not None and connection.dialect.do_ping(held)
        except connection.dialect.loaded_dbapi.Error:
            is_alive = False
        if not is_alive:
            connection.invalidate()


@contextmanager
def single_statement(database: Engine) -> Iterator[Connection]:
    """Connect for one statement, which is a transaction by itself: nothing begins it, and nothing commits it.

    On SQLite, one that only reads waits for no writer. Read all rows of one that writes: the last ends its transaction.
    """
    with database.connect() as connection, _by_itself(connection):
        yield connection


@contextmanager
def _by_itself(connection: Connection) -> Iterator[None]:
    pooled = connection.connection
    pooled.info[_BY_ITSELF] = True
    held: Any = pooled.dbapi_connection
    is_server = connection.dialect.name == "postgresql"
    if is_server:
        held.autocommit = True
    try:
        yield
    finally:
        if not connection.invalidated:
            del pooled.info[_BY_ITSELF]
        if is_server and not held.closed:
            held.autocommit = False


def commit_and_go_on(connection: Connection) -> None:
    """Commit what a transaction has written so far, as COMMIT WORK does, and go on in a new one under the same name.

    SQLAlchemy knows of one transaction, which ends when its block does.
    """
    pooled = connection.connection
    connection.dialect.do_commit(pooled)
    connection.dialect.do_begin(pooled)
    connection.info[COMMITTED_EARLY] = True


def consistent_read(connection: Connection) -> None:
    """Make all reads of this transaction see the same moment; call it before the first read. SQLite needs nothing."""
    if connection.dialect.name == "postgresql":
        connection.execute(_REPEATABLE_READ)


def purge_wal(database: Engine) -> None:
    """Purge overwritten and deleted data from SQLite's write-ahead log; other databases do that themselves.

    If another process uses the database for long, the next call purges, or the last process to close it.
    """
    if database.dialect.name == "sqlite":
        with closing(database.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.close()


def _configure_sqlite(synchronous: Synchronous, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would begin too late, at the first write
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers do not block the writer
    cursor.execute(f"PRAGMA synchronous={synchronous}")  # a commit survives the process with either
    cursor.execute("PRAGMA secure_delete=ON")  # blanked data are gone from the file too (SEC-2)
    cursor.execute(f"PRAGMA busy_timeout={round(_LOCK_SECONDS * 1000)}")
    cursor.close()


def _begin_immediately(connection: PoolProxiedConnection) -> None:
    if _BY_ITSELF in connection.info:
        return
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    cursor.close()


def _is_alive(ask: Callable[[DBAPIConnection], bool], connection: DBAPIConnection) -> bool:
    """Ask the server only if something has arrived on an idle connection, such as its end: it takes a transaction."""
    return ask(connection) if connection.closed or wait_for_read(connection, 0) else True  # type: ignore[arg-type]


def _configure_postgresql(synchronous: Synchronous, connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET synchronous_commit = {'on' if synchronous == 'full' else 'off'}")
    cursor.execute(f"SET lock_timeout = {round(_LOCK_SECONDS * 1000)}")
    cursor.close()
    connection.commit()  # else the settings would end with this transaction


def _configure_queue(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Let no plan read and sort all that waits to find what comes first: statistics say that hardly anything does.

    And let no process that hangs in a transaction hold up others for longer than a minute.
    """
    cursor = connection.cursor()
    cursor.execute("SET enable_bitmapscan = off")
    cursor.execute("SET idle_in_transaction_session_timeout = '1min'")
    cursor.close()
    connection.commit()
