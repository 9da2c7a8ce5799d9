"""Find the database files of a data directory, and open them so that nothing changes."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from harness.errors import UserError
from simulator.settings import CONNECTOR_NAME, ICI_NAME, SCM_NAME, STORE_NAME


def system_files(folder: Path) -> dict[str, Path]:
    """Map each system that has a database file in the folder to that file. Raises UserError where there is none."""
    try:
        files = {file.stem: file for file in sorted(folder.iterdir()) if file.suffix == ".db"}
    except OSError as error:
        raise UserError(f"{folder} cannot be read: {error.strerror}") from None
    for name in (STORE_NAME, ICI_NAME, SCM_NAME, CONNECTOR_NAME):
        files.pop(name, None)
    if not files:
        raise UserError(f"{folder} holds no tables: there is no file such as PF2.db in it")
    return files


def connect_read_only(file: Path) -> Connection:
    """Connect to a database file so that neither it nor its folder changes."""
    return create_engine("sqlite://", creator=lambda: open_read_only(file), poolclass=NullPool).connect()


def open_read_only(file: Path) -> sqlite3.Connection:
    """Open a database so that not even its folder changes.

    To read a write-ahead log SQLite makes files beside it, unless it is told that nobody writes. Nobody does where
    the log is empty or gone. Otherwise a replay is at work or was cut short, and the log must be read.
    """
    log = file.with_name(f"{file.name}-wal")
    mode = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.resolve().as_uri()}?{mode}", uri=True)


def safe_reason(error: SQLAlchemyError) -> str:
    """Say why a statement failed, without the values it was to write, which the full error shows (SEC-2)."""
    orig = getattr(error, "orig", None)
    return str(orig) if isinstance(orig, sqlite3.Error) else type(orig or error).__name__
