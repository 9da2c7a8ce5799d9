"""Remember which agreements were filtered, across restarts, without naming them (D-64)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.key_file import KeyFile
from simulator.cpi.queue import Queue
from simulator.cpi.work_items import FetchTask
from simulator.database import KeyFileError
from simulator.errors import Failure, InterfaceError
from simulator.mapping.message import Message
from simulator.settings import Settings

AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
UAT, DEV = "/icertis/syensqo-uat", "/icertis/syensqo-dev"
SYS_ID = "c0ffee00-0000-4000-8000-000000000001"


@contextmanager
def remembering(folder: Path, keys: str = "CPI.keys") -> Iterator[Queue]:
    queue = Queue(f"sqlite:///{folder / 'CPI.db'}", folder / keys)
    try:
        queue.remember_filtered(on=True)
        yield queue
    finally:
        queue.close()


def fetched(queue: Queue, action: str = "Executed") -> FetchTask:
    guid = str(len(queue.log.messages()))
    queue.accept(guid, "", ReceivedEvent({"source": UAT, "SysId": SYS_ID}, {}), AT)
    fetch = queue.take_fetch(AT, guid)
    assert fetch is not None
    return fetch._replace(event_fields={"source": UAT, "action": action})


def message() -> Message:
    return Message({"TENANTID": UAT, "SYSID": SYS_ID, "ICMAGREEMENTCODE": "PST1"}, None)


def test_filtered_agreement_is_remembered_after_a_restart(tmp_path: Path) -> None:
    with remembering(tmp_path) as queue:
        queue.filter(fetched(queue), AT)
    with remembering(tmp_path) as queue:
        assert queue.was_filtered(UAT, SYS_ID)
        assert not queue.was_filtered(DEV, SYS_ID)
        queue.filter(fetched(queue), AT)


def test_files_do_not_name_it(tmp_path: Path) -> None:
    with remembering(tmp_path) as queue:
        queue.filter(fetched(queue), AT)
    for file in tmp_path.iterdir():
        assert SYS_ID.encode() not in file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600


def test_it_is_remembered_as_soon_as_call_1_has_said_confidential(tmp_path: Path) -> None:
    error = InterfaceError("CALL-2", "", "status 500", Failure.SERVER_ERROR)
    with remembering(tmp_path) as queue:
        queue.fetch_failed(fetched(queue)._replace(told_confidential=True), error, None, AT, exhausted=True)
        assert queue.was_filtered(UAT, SYS_ID)


def test_it_is_forgotten_once_it_is_open_again(tmp_path: Path) -> None:
    with remembering(tmp_path) as queue:
        queue.filter(fetched(queue), AT)
        queue.dispatch(fetched(queue), message(), ["PF2"], AT)
        assert not queue.was_filtered(UAT, SYS_ID)


@pytest.mark.parametrize("is_filtered", [True, False])
def test_amendment_tells_nothing_of_its_agreement(tmp_path: Path, *, is_filtered: bool) -> None:
    with remembering(tmp_path) as queue:
        if is_filtered:
            queue.filter(fetched(queue), AT)
            queue.dispatch(fetched(queue, "AmendmentExecuted"), message(), ["PF2"], AT)
        else:
            queue.filter(fetched(queue, "AmendmentExecuted"), AT)
        assert queue.was_filtered(UAT, SYS_ID) is is_filtered


def test_another_key_file_is_refused(tmp_path: Path) -> None:
    KeyFile.create(tmp_path / "other.keys")
    with remembering(tmp_path):
        pass
    with pytest.raises(KeyFileError, match="another store"), remembering(tmp_path, "other.keys"):
        pass


def test_store_in_a_file_needs_a_key_file(tmp_path: Path) -> None:
    queue = Queue(f"sqlite:///{tmp_path / 'CPI.db'}")
    with pytest.raises(KeyFileError, match="store_keys"):
        queue.remember_filtered(on=True)
    queue.close()


def test_nothing_is_remembered_unless_the_settings_say_so(tmp_path: Path) -> None:
    queue = Queue(f"sqlite:///{tmp_path / 'CPI.db'}")
    queue.filter(fetched(queue), AT)
    assert not queue.was_filtered(UAT, SYS_ID)
    queue.close()


def test_key_file_stands_in_the_data_directory(tmp_path: Path) -> None:
    assert Settings(remember_filtered=True).with_data_directory(tmp_path).store_keys == tmp_path / "CPI.keys"
    assert Settings(remember_filtered=True).with_file_defaults(tmp_path).store_keys == tmp_path / "CPI.keys"
    assert Settings().with_data_directory(tmp_path).store_keys is None


def test_memory_needs_a_store() -> None:
    with pytest.raises(ValidationError, match="remember_filtered needs a store"):
        Settings(remember_filtered=True, store=None)
