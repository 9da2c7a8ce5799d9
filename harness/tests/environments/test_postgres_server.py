"""A missing PostgreSQL server is explained; a failure inside of one never shows values."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from harness.environments import postgres_server
from harness.environments.postgres_server import ServerUnavailable, private_server
from simulator import database


def test_missing_programs_are_named_with_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(postgres_server, "_DEBIAN", tmp_path)
    with pytest.raises(ServerUnavailable, match="apt-get install postgresql"), private_server():
        pass


def test_failing_initdb_makes_the_server_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "15" / "bin"
    programs.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (programs / name).write_text("#!/bin/sh\necho no space left >&2\nexit 1\n")
        (programs / name).chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(postgres_server, "_DEBIAN", tmp_path)
    monkeypatch.setattr(postgres_server, "_other_account", lambda: None)
    with pytest.raises(ServerUnavailable, match="initdb fails: no space left"), private_server():
        pass


def test_database_error_shows_no_values() -> None:
    made = database.make_engine(database.IN_MEMORY, "normal")
    with pytest.raises(SQLAlchemyError) as raised, made.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": "SECRET"})
    assert "SECRET" not in str(raised.value)
    made.dispose()
