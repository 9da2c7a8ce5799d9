"""Make and read a data directory: a database file for each ECC system, for CPI's store, for the served ICI and SCM.

Reading changes no file.
"""

import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import SQLAlchemyError

from harness.database_files import connect_read_only, open_read_only, safe_reason
from harness.errors import UserError
from harness.files import atomic_write
from simulator.clock import Clock, utc_now
from simulator.cpi.log_pages import LogPage, Unsettled, distinct_length, guids_beginning, page_of, unsettled_of
from simulator.cpi.sealing import PlainText
from simulator.cpi.shown_log import read_log
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.ecc.tables import ZTable, read_rows
from simulator.settings import CONNECTOR_NAME, ICI_NAME, SCM_NAME, STORE_NAME

Row = dict[str, str]
_CLOCK = f"{STORE_NAME}.clock"
"""The file that tells at which time the clock of a served landscape is stopped."""

_PAGES = 64 * 1024
"""The bytes that a folder must have room for: some pages of a database."""

Tables = dict[str, list[Row]]
"""Rows by table name, in the order of their key, every value as text."""


def prepare(folder: Path, names: Iterable[str]) -> None:
    """Make the folder if it does not exist. Raises UserError where that fails, or where a file in it is no database."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be used as the data directory: {error.strerror}") from None
    for file in (folder / f"{name}.db" for name in (*names, STORE_NAME, ICI_NAME, SCM_NAME, CONNECTOR_NAME)):
        if file.exists():
            _check(file)


def lock(folder: Path, names: Iterable[str]) -> ExitStack:
    """Keep other servers from serving these parts from the folder, until the stack is closed or the process ends.

    Raises UserError where another server holds one of them.
    """
    with ExitStack() as held:
        for name in names:
            file = folder / f"{name}.lock"
            try:
                held.enter_context(FileLock(file, blocking=False, mode=0o600, thread_local=False))
            except Timeout:
                raise UserError(f"another server uses {folder}: it holds the lock {file}") from None
        return held.pop_all()


def keep_clock(folder: Path, stopped_at: datetime | None) -> None:
    """Note in the folder at which time the clock of its landscape is stopped; None for the real time.

    Raises UserError where that cannot be written.
    """
    _keep(folder / _CLOCK, f"{stopped_at.isoformat()}\n" if stopped_at else None)


def keep_alignment_alerts(folder: Path, alerts: str) -> None:
    """Keep the alerts about the alignment for `zicm health`. Raises UserError where that cannot be written."""
    _keep(alignment_alerts_in(folder), alerts)


def alignment_alerts_in(folder: Path) -> Path:
    """Return the file with the alerts of a served connector about the alignment of ICI and SCM."""
    return folder / f"{CONNECTOR_NAME}.alerts"


def _keep(file: Path, text: str | None) -> None:
    """Write a file whole, for its owner alone; None removes it."""
    try:
        if text is None:
            file.unlink(missing_ok=True)
        else:
            with atomic_write(file, b"") as new:
                new.touch(0o600)
                new.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}") from None


def clock_of(folder: Path) -> Clock:
    """Return the clock of the landscape whose data are in the folder. Raises UserError for an unreadable note of it."""
    try:
        stopped_at = datetime.fromisoformat((folder / _CLOCK).read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return utc_now
    except (OSError, ValueError) as error:
        raise UserError(f"{folder / _CLOCK} holds no time ({type(error).__name__})") from None
    return lambda: stopped_at if stopped_at.tzinfo else stopped_at.replace(tzinfo=UTC)


def read_tables(file: Path) -> Tables:
    """Read the tables of a database file. Raises UserError for a file that is not the database of an ECC system."""
    try:
        with connect_read_only(file) as connection:
            return {name: read_rows(connection, table) for name, table in sorted(ZTable.metadata.tables.items())}
    except SQLAlchemyError as error:
        raise UserError(f"{file} does not hold the tables of an ECC system: {safe_reason(error)}") from None


class StoreReader:
    """CPI's message processing log in a file, which is only read.

    Its methods raise UserError for a file that is no store.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def messages(self, guids: Collection[str] | None = None) -> list[Mapping[Any, Any]]:
        with self._reading() as connection:
            return read_log(connection, PlainText(), MESSAGE, guids)

    def parcels(self, guids: Collection[str] | None = None) -> list[Mapping[Any, Any]]:
        with self._reading() as connection:
            return read_log(connection, PlainText(), PARCEL, guids)

    def page(self, after: str, limit: int) -> LogPage:
        with self._reading() as connection:
            return page_of(connection, after, limit)

    def guids_beginning(self, beginning: str, limit: int) -> tuple[list[str], int]:
        with self._reading() as connection:
            return guids_beginning(connection, beginning, limit)

    def distinct_length(self) -> int:
        with self._reading() as connection:
            return distinct_length(connection)

    def unsettled(self, now: datetime, before: datetime, after: str, limit: int) -> Unsettled:
        with self._reading() as connection:
            return unsettled_of(connection, now, before, after, limit)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with connect_read_only(self._file) as connection:
                yield connection
        except SQLAlchemyError as error:
            raise UserError(f"{self._file} is no store of CPI: {safe_reason(error)}") from None


def read_store(folder: Path, name: str = STORE_NAME) -> StoreReader:
    """Return a reader of CPI's store, or of the connector's. Raises UserError for a folder without one."""
    file = folder / f"{name}.db"
    if not file.is_file():
        why = f"there is no file {file.name} in it" if folder.is_dir() else "there is no such folder"
        raise UserError(f"{folder} holds no messages: {why}")
    return StoreReader(file)


def problem_with(file: Path, tables: Iterable[Table]) -> str:
    """Say why a database file cannot serve; blank for one that holds these tables."""
    if not file.is_file():
        return f"there is no file {file.name}"
    try:
        with connect_read_only(file) as connection:
            for table in tables:
                connection.execute(select(table).limit(1))
            is_sound = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok"
    except SQLAlchemyError as error:
        return f"{file.name} cannot be read: {safe_reason(error)}"
    return "" if is_sound else f"{file.name} is corrupted"


def unwritable_reason(folder: Path) -> str:
    """Say why nothing can be written into a folder, as where the disk is full; blank if it can."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(_PAGES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return f"{folder} cannot be written: {error.strerror}"
    return ""


def _check(file: Path) -> None:
    try:
        with closing(open_read_only(file)) as connection:
            connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        raise UserError(f"{file} cannot be used as a database: {error}") from None
