"""The fixtures that tests share."""

import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from harness.server import components
from harness.tests.support.cli_runner import Folder, zicm
from harness.tests.support.condition_evidence import run_conditions
from harness.tests.support.event_lifecycle import Life
from harness.tests.support.server_fixture import Served, served
from harness.tests.support.shared_statements import share_statements

share_statements()


@pytest.fixture(scope="session", autouse=True)
def nothing_by_the_minute() -> Iterator[None]:
    """Let ICI renew and the connector align when a test says so: a minute may be over at any place of it."""
    with pytest.MonkeyPatch.context() as patched:
        for pause in ("_RENEWAL_PAUSE_SECONDS", "_ALIGNMENT_PAUSE_SECONDS"):
            patched.setattr(components, pause, timedelta(days=1).total_seconds())
        yield


@pytest.fixture(scope="session")
def served_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a landscape over HTTP that all tests share, with whatever they left in it."""
    with served(tmp_path_factory.mktemp("served")) as one:
        yield one


@pytest.fixture
def landscape(served_once: Served) -> Served:
    """Reset it: empty, without faults, with its own webhook and the real time."""
    served_once.admin("POST", "/reset")
    served_once.admin("PUT", "/webhook", {"url": served_once.site.urls["webhook"], **served_once.key})
    served_once.admin("DELETE", "/clock")
    return served_once


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "exchanges")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(scope="session")
def tables_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder in which both systems hold the Sub Agreement PSUB2001 of the exchanges; tests only copy it."""
    folder = tmp_path_factory.mktemp("tables")
    assert zicm("replay", Folder(folder / "exchanges").executed(), "--data", folder / "tables").code == 0
    return folder / "tables"


@pytest.fixture
def tables(tables_once: Path, tmp_path: Path, folder: Folder) -> Path:
    """Copy that folder; `folder` holds the exchange."""
    folder.executed()
    return Path(shutil.copytree(tables_once, tmp_path / "tables"))


@pytest.fixture
def ici_away(tmp_path: Path) -> Iterator[Path]:
    """Write a settings file with an address at which nobody listens while the test runs."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        settings = tmp_path / "away.toml"
        settings.write_text(f'ici_base_url = "http://127.0.0.1:{taken.getsockname()[1]}"\n')
        yield settings


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set a time zone other than UTC."""
    if not hasattr(time, "tzset"):
        pytest.skip("the machine's time zone cannot be set for one process")
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def life() -> Iterator[Life]:
    """Make an event that has been accepted."""
    made = Life()
    yield made
    made.queue.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the evidence of every condition; tests only read it."""
    folder = tmp_path_factory.mktemp("reports")
    ran = run_conditions(folder)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return folder


_ENGINES = ("abap", "browser", "flow")
"""The folders of tests that need Node, Chromium or Java."""

_RUNS = ("reports", "run_of_breaks", "run_of_ends")
"""The fixtures that run features."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what tox runs once, and give tests that share what takes long to make to one process of pytest-xdist."""
    for item in items:
        fixtures = item.fixturenames if isinstance(item, pytest.Function) else ()
        shared = next((one for one in _ENGINES if one in item.path.parent.parts[-2:]), "")
        shared = next((one for one in _RUNS if one in fixtures), shared)
        if shared:
            item.add_marker(pytest.mark.xdist_group(shared))
        if shared or "postgres" in fixtures:
            item.add_marker(pytest.mark.whole_run)
