"""What the checks of `zicm` share."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from harness.checks.running_zicm import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "exchanges")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def ici_away(tmp_path: Path) -> Path:
    """A settings file that names an address at which nobody listens."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = tmp_path / "away.toml"
    settings.write_text(f'ici_base_url = "http://127.0.0.1:{port}"\n')
    return settings
