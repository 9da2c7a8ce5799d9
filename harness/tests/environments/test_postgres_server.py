"""Where no PostgreSQL server can be had, the reason is told; what fails in one never shows the values."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from harness.environments import postgres_server
from harness.environments.postgres_server import ServerUnavailable, private_server
from simulator import database


def test_without_the_programs_the_reason_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setattr(postgres_server, "_DEBIAN", tmp_path)
    with pytest.raises(ServerUnavailable, match="apt-get install postgresql"), private_server():
        pass


def test_a_server_that_cannot_be_made_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_what_a_database_refuses_is_not_shown() -> None:
    made = database.make_engine(database.IN_MEMORY)
    with pytest.raises(SQLAlchemyError) as raised, made.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": "SECRET"})
    assert "SECRET" not in str(raised.value)
    made.dispose()
