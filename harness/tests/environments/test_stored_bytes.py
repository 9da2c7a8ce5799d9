"""The search for traces looks at every byte of a store, in memory and in files."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from harness.environments.stored_bytes import stored_bytes
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.queue import Queue

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("place", ["in memory", "in files"])
@pytest.mark.parametrize("secure_delete", ["ON", "OFF"])
def test_deleted_row_is_seen_unless_it_was_overwritten(tmp_path: Path, place: str, secure_delete: str) -> None:
    url = "sqlite://" if place == "in memory" else f"sqlite:///{tmp_path / 'CPI.db'}"
    with closing(Queue(url)) as queue:
        queue.accept("guid", "", ReceivedEvent({}, {"SysId": "zqxsysid"}), START)
        assert "zqxsysid" in stored_bytes(queue)
        with queue._engine.begin() as connection:  # noqa: SLF001 - behind the store's back
            connection.execute(text(f"PRAGMA secure_delete={secure_delete}"))
            connection.execute(text('DELETE FROM "CPI_MESSAGE"'))
        queue._purge()  # noqa: SLF001
        assert queue.log.messages() == []
        assert ("zqxsysid" in stored_bytes(queue)) is (secure_delete == "OFF")
