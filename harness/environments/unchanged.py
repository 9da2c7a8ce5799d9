"""Read what a database in memory holds once for as long as nothing is written into it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Generic, TypeVar

from sqlalchemy import Engine

from simulator.cpi.queue import Queue
from simulator.ecc.system import EccSystem

T = TypeVar("T")


class ReadOnce(Generic[T]):
    """Reads again only if a row was written meanwhile, by whomever: a database in memory has one connection."""

    def __init__(self, database: Engine, read: Callable[[], T]) -> None:
        """Take a `read` that always reads, and whose result nobody changes; any other database is always read."""
        self._read = read
        self._connection: sqlite3.Connection | None = None
        if database.dialect.name == "sqlite" and not database.url.database:
            with closing(database.raw_connection()) as connection:
                self._connection = connection.driver_connection
        self._written = -1
        self._found: T

    def __call__(self) -> T:
        written = self._connection.total_changes if self._connection else -1
        if written == -1 or written != self._written:
            self._found, self._written = self._read(), written
        return self._found


def engine_of(store: Queue | EccSystem) -> Engine:
    """Return the database of a store."""
    return store._engine if isinstance(store, Queue) else store._connection.engine  # noqa: SLF001 - as in `stored_bytes`
