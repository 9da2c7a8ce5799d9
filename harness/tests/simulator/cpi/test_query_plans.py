"""With thousands of messages of one agreement waiting, CPI finds the next one by its indexes."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Compiled, Select, Table, Update
from sqlalchemy.dialects import sqlite

from simulator.cpi.log_pages import FAILED_GUIDS, PAGE, UNSETTLED
from simulator.cpi.queue import Queue
from simulator.cpi.retention import NEXT
from simulator.cpi.shown_log import EVERYTHING
from simulator.cpi.statements import ALIKE, FIRST_ARRIVAL, LATER, take_next
from simulator.cpi.store import MESSAGE, PARCEL


def plan(file: Path, statement: Select[Any]) -> str:
    """Ask SQLite how it finds the rows."""
    return _plan(file, statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


def plan_of_taking(file: Path, statement: Update) -> str:
    """Ask SQLite the same; parameters cannot be put into an UPDATE."""
    return _plan(file, statement.compile(dialect=sqlite.dialect(), column_keys=[]))


def _plan(file: Path, compiled: Compiled) -> str:
    values = [None] * len(getattr(compiled, "positiontup", None) or ())
    with closing(sqlite3.connect(file)) as connection:
        return "\n".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {compiled}", values))


@pytest.mark.parametrize(
    ("table", "indexes"),
    [
        (
            MESSAGE,
            ["CPI_MESSAGE_NEXT (stage=?)", "CPI_MESSAGE_EARLIER (sys_id=? AND source=? AND <expr>=? AND number<?)"],
        ),
        (
            PARCEL,
            ["CPI_PARCEL_NEXT (state=?)", "CPI_PARCEL_EARLIER (agreement=? AND system=? AND <expr>=? AND number<?)"],
        ),
    ],
)
def test_next_task_is_found_by_indexes(tmp_path: Path, table: Table, indexes: list[str]) -> None:
    file = tmp_path / "CPI.db"
    Queue(f"sqlite:///{file}").close()
    found = plan_of_taking(file, take_next(table, of_one=False))
    assert [index for index in indexes if index not in found] == []
    assert "SCAN" not in found
    assert "TEMP B-TREE" not in found


@pytest.mark.parametrize(
    ("table", "index"),
    [(MESSAGE, "CPI_MESSAGE_TENANT (stage=? AND source=?)"), (PARCEL, "CPI_PARCEL_SYSTEM (state=? AND system=?)")],
)
def test_next_task_of_an_endpoint_is_found_by_its_index(tmp_path: Path, table: Table, index: str) -> None:
    file = tmp_path / "CPI.db"
    Queue(f"sqlite:///{file}").close()
    found = plan_of_taking(file, take_next(table, of_one=False, of_endpoint=True))
    assert index in found
    assert "SCAN" not in found
    assert "TEMP B-TREE" not in found


def test_earlier_arrivals_of_an_event_are_found_by_indexes(tmp_path: Path) -> None:
    file = tmp_path / "CPI.db"
    Queue(f"sqlite:///{file}").close()
    alike = ALIKE.params(sys_id="s", source="t", action="Renewed")
    for statement in (FIRST_ARRIVAL.params(this=1), LATER.params(this=1, agreement="a"), alike):
        found = plan(file, statement)
        assert "CPI_MESSAGE_EARLIER (sys_id=?" in found
        assert "SCAN" not in found


def test_what_can_be_removed_is_found_without_comparing_each_event_with_each_open_one(tmp_path: Path) -> None:
    file = tmp_path / "CPI.db"
    Queue(f"sqlite:///{file}").close()
    found = plan(file, NEXT.params(before="2026", after=7, limit=500))
    assert found.startswith("SEARCH CPI_MESSAGE USING INTEGER PRIMARY KEY (rowid>?)")
    _, its_messages, its_successor = found.split("CORRELATED SCALAR SUBQUERY")
    assert "CPI_PARCEL_GUID (guid=?)" in its_messages
    assert "CPI_MESSAGE_EARLIER (sys_id=? AND source=? AND <expr>=? AND number>?)" in its_successor
    assert "SCAN" not in found


def test_pages_of_the_log_are_found_by_indexes(tmp_path: Path) -> None:
    file = tmp_path / "CPI.db"
    Queue(f"sqlite:///{file}").close()
    assert "SCAN" not in plan(file, PAGE.params(number=1, end=9, limit=100))
    found = plan(file, UNSETTLED.params(number=1, limit=100, now="2026", last_before=9))
    assert "CPI_MESSAGE_STATUS (status=? AND note>?)" in found
    assert "SCAN" not in found
    assert "CPI_MESSAGE_STATUS" in plan(file, FAILED_GUIDS)


@pytest.mark.parametrize("table", [MESSAGE, PARCEL])
def test_next_task_is_the_oldest_in_every_database(table: Table) -> None:
    """SQLite gives rows in the order of their numbers by itself; PostgreSQL does not, once one has been changed."""
    assert str(EVERYTHING[table]).endswith(f'ORDER BY "{table.name}".number')
