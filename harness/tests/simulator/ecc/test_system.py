"""The database of a system: failures, odd folder names, several threads."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError, ResourceClosedError

from harness.doubles.ecc_faults import fail_commit
from harness.tests.support.cli_runner import OUTLINE_AGREEMENT
from simulator import database
from simulator.cpi.ecc_interface import unavailable_reason
from simulator.ecc import system as module
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT
from simulator.errors import Failure, InterfaceError
from simulator.settings import Settings

MESSAGE = {column.name: "" for column in CONTRACT.columns} | {
    "TENANTID": "/icertis/syensqo-uat",
    "CONTRACTTYPENAME": "STA",
    "SYSID": "44444444-0000-4000-8000-000000004001",
    "ICMAGREEMENTCODE": "PST4001",
    "NAME": "Steam for nobody else",
}


def run_in_database(url: str, statement: str) -> object:
    """Run a statement from outside the system, and return its first value."""
    engine = create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        value = result.scalar() if result.returns_rows else None
    engine.dispose()
    return value


def test_failing_database_is_reported_as_system_down(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'PF2.db'}"
    system = EccSystem("PF2", url)
    run_in_database(url, "DROP TABLE ZMM_ICMPURCHORG")
    with pytest.raises(InterfaceError) as raised:
        system.z_mm_icmcontract_upsert(MESSAGE, ["FR10"])
    assert str(raised.value) == "D-20: the database of PF2 failed (OperationalError)"
    assert raised.value.field == ""
    assert raised.value.failure is Failure.SYSTEM_DOWN
    system.close()


def test_missing_table_is_reported_and_unreadable(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'PF2.db'}"
    system = EccSystem("PF2", url)
    assert unavailable_reason(system) == ""
    run_in_database(url, "DROP TABLE ZMM_ICMPURCHORG")
    why = "the database of PF2 failed (OperationalError)"
    assert unavailable_reason(system) == why
    assert read_error(system) == ("D-20", "", why, Failure.SYSTEM_DOWN)
    system.close()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Lock a database by another writer."""
    with closing(sqlite3.connect(file)) as somebody:
        somebody.execute("BEGIN IMMEDIATE")
        yield


def test_locked_database_is_reported_as_system_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.0)
    file = tmp_path / "PF2.db"
    system = EccSystem("PF2", f"sqlite:///{file}")
    why = "the database of PF2 failed (OperationalError)"
    with locked(file):
        with pytest.raises(InterfaceError) as raised:
            system.z_mm_icmcontract_upsert(MESSAGE, ["FR10"])
        assert (str(raised.value), raised.value.failure) == (f"D-20: {why}", Failure.SYSTEM_DOWN)
        assert read_error(system) == ("D-20", "", why, Failure.SYSTEM_DOWN)
        assert unavailable_reason(system) == why
    (returned,) = system.z_mm_icmcontract_upsert(MESSAGE, ["FR10"])
    assert returned.TYPE == "S"
    system.close()


def test_failed_opening_leaves_no_connection_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_LOCK_SECONDS", 0.0)
    file = tmp_path / "PF2.db"
    url = f"sqlite:///{file}"
    EccSystem("PF2", url).close()
    opened = database.make_engine(url, "normal")
    monkeypatch.setattr(module, "make_engine", lambda *_: opened)
    with locked(file), pytest.raises(OperationalError, match="database is locked"):
        EccSystem("PF2", url)
    assert opened.pool.status().endswith("Current Checked out connections: 0")


def test_system_that_is_down_says_so_and_is_unreadable() -> None:
    system = EccSystem("WP2")
    system.is_up = False
    assert unavailable_reason(system) == "WP2 does not answer"
    assert read_error(system) == ("D-20", "", "WP2 does not answer", Failure.SYSTEM_DOWN)
    system.close()


def read_error(system: EccSystem) -> tuple[str, str, str, Failure]:
    """Return the error of reading the tables from outside."""
    with pytest.raises(InterfaceError) as raised:
        system.z_mm_icmcontract_read()
    error = raised.value
    return error.rule, error.field, error.message, error.failure


def test_failure_half_way_writes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'PF2.db'}"
    system = EccSystem("PF2", url)
    run_in_database(url, "CREATE TRIGGER full BEFORE INSERT ON ZMM_ICMPURCHORG BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(InterfaceError):
        system.z_mm_icmcontract_upsert(MESSAGE, ["FR10"])
    assert system.tables() == {"ZMM_ICMCONTRACT": [], "ZMM_ICMPURCHORG": []}
    system.close()


class ConnectionWithoutRollback:
    """A database connection whose rollback fails."""

    def __init__(self, connection: object, failure: Exception) -> None:
        self._connection = connection
        self._failure = failure

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)

    def rollback(self) -> None:
        raise self._failure


@pytest.mark.parametrize(
    "failure", [sqlite3.OperationalError("disk I/O error"), ResourceClosedError("This Connection is closed")]
)
def test_failing_rollback_is_reported_as_system_down(monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    system = EccSystem("PF2")
    raw = system._connection.connection  # noqa: SLF001 - a database has no public way to fail
    monkeypatch.setattr(raw, "dbapi_connection", ConnectionWithoutRollback(raw.dbapi_connection, failure))
    with fail_commit(system), pytest.raises(InterfaceError) as raised:
        system.z_mm_icmcontract_upsert(MESSAGE, ["FR10"])
    assert str(raised.value) == "D-20: the database of PF2 failed (OperationalError)", "the first failure is reported"
    assert raised.value.failure is Failure.SYSTEM_DOWN
    monkeypatch.undo()
    system.close()


@pytest.mark.parametrize("name", ["plain", "q&a x", "p%20x", "größe", "semi;colon", "hash#tag"])
def test_each_system_has_its_file_in_any_folder_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for system, url in Settings().with_data_directory(folder).systems.items():
        EccSystem(system, url).close()
    assert sorted(file.name for file in folder.iterdir()) == ["PF2.db", "WP2.db"]


def test_threads_share_a_system_in_memory() -> None:
    system = EccSystem("PF2")
    with ThreadPoolExecutor(max_workers=1) as elsewhere:
        returned = elsewhere.submit(system.z_mm_icmcontract_upsert, MESSAGE, ["FR10"]).result()
        assert [line.NUMBER for line in returned] == ["001"]
        assert elsewhere.submit(system.tables).result() == system.tables()
    system.close()


def test_database_file_has_a_write_ahead_log(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'PF2.db'}"
    system = EccSystem("PF2", url)
    assert run_in_database(url, "PRAGMA journal_mode") == "wal"
    system.close()


def test_column_that_an_older_version_lacks_is_added(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'PF2.db'}"
    stamp = ChangeStamp("BUYER", datetime(2026, 1, 5, tzinfo=UTC), "ME31K")
    with closing(EccSystem("PF2", url)) as system:
        assert system.create_outline_agreement(OUTLINE_AGREEMENT, stamp).ebeln
    with closing(sqlite3.connect(tmp_path / "PF2.db")) as database, database:
        database.execute("ALTER TABLE EKKO DROP COLUMN LOEKZ")
    with closing(EccSystem("PF2", url)) as system:
        assert [row["LOEKZ"] for row in system.outline_agreements()] == [""]
