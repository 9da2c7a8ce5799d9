"""Read CPI's message processing log from its open store."""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table

from simulator.cpi.log_pages import COUNTS, FAILED_GUIDS, LogPage, Unsettled, latest_of, page_of, unsettled_of
from simulator.cpi.sealing import Sealing, sealing_transaction
from simulator.cpi.shown_log import read_log
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.database import single_statement


class StoredLog:
    """CPI's log for people: all of it, some of its events, or a page."""

    def __init__(self, engine: Engine, sealing: Sealing) -> None:
        """Read with both; the caller closes them."""
        self._engine = engine
        self._sealing = sealing

    def messages(self, guids: Collection[str] | None = None) -> list[Mapping[Any, Any]]:
        """List all events in the order of arrival, or those with these guids."""
        return self._log(MESSAGE, guids)

    def parcels(self, guids: Collection[str] | None = None) -> list[Mapping[Any, Any]]:
        """List all messages to systems in the order in which they were queued, or those of some events."""
        return self._log(PARCEL, guids)

    def page(self, after: str, limit: int) -> LogPage:
        """Return events in the order of arrival as `page_of` does."""
        with self._transaction() as connection:
            return page_of(connection, after, limit)

    def counts(self) -> dict[str, int]:
        """Count the events in each state."""
        with self._transaction() as connection:
            return {status: number for status, number in connection.execute(COUNTS)}  # noqa: C416 - rows are no pairs

    def latest(self, status: str, before: str, limit: int) -> LogPage:
        """Return events, newest first, as `latest_of` does."""
        with self._transaction() as connection:
            return latest_of(connection, status, before, limit)

    def unsettled(self, now: datetime, before: datetime, after: str, limit: int) -> Unsettled:
        """Return what an administrator may be called for as `unsettled_of` does."""
        with self._transaction() as connection:
            return unsettled_of(connection, now, before, after, limit)

    def failed(self) -> list[str]:
        """Return the guids of the events in the error queue, oldest first."""
        with self._transaction() as connection:
            return [*connection.execute(FAILED_GUIDS).scalars()]

    def _log(self, table: Table, guids: Collection[str] | None) -> list[Mapping[Any, Any]]:
        with single_statement(self._engine) as connection:
            return read_log(connection, self._sealing, table, guids)

    def _transaction(self) -> AbstractContextManager[Connection]:
        return sealing_transaction(self._engine, self._sealing)
