"""Read what a database holds once for as long as nothing is written into it."""

from collections.abc import Callable
from contextlib import closing
from functools import cache, partial
from typing import Any, Generic, TypeVar

from sqlalchemy import Engine, event

from simulator.cpi.queue import Queue
from simulator.ecc.system import EccSystem

T = TypeVar("T")

_END_OF_LOG = "SELECT pg_current_wal_insert_lsn()"
"""PostgreSQL notes each change and each commit at the end of its log before whoever made it goes on."""


class ReadOnce(Generic[T]):
    """Reads again only if something was written meanwhile, by whomever."""

    def __init__(self, database: Engine, read: Callable[[], T]) -> None:
        """Take a `read` that always reads, and whose result nobody changes; a SQLite file is always read."""
        self._read = read
        self._written = _writing_state(database)
        self._state: object = None
        self._found: T

    def __call__(self) -> T:
        state = self._written()  # before the read: what is written while it reads is read the next time
        if state is None or state != self._state:
            self._found, self._state = self._read(), state
        return self._found


def engine_of(store: Queue | EccSystem) -> Engine:
    """Return the database of a store."""
    return store._engine if isinstance(store, Queue) else store._connection.engine  # noqa: SLF001 - as in `stored_bytes`


def _writing_state(database: Engine) -> Callable[[], object]:
    """Return what tells a value that differs after each write; None for a database that cannot tell."""
    if database.dialect.name == "postgresql":
        return partial(_end_of_log, _asking(database))
    if not database.url.database:  # in memory: it has one connection
        with closing(database.raw_connection()) as pooled:
            held: Any = pooled.driver_connection
            return lambda: held.total_changes
    return lambda: None


@cache
def _asking(database: Engine) -> Any:
    """Connect once to each database: to take a connection out of its pool takes twice as long as to ask."""
    held = database.raw_connection()
    found: Any = held.driver_connection
    found.autocommit = True
    event.listen(database, "engine_disposed", lambda _: held.invalidate())
    return found


def _end_of_log(connection: Any) -> object:
    return connection.execute(_END_OF_LOG).fetchone()
