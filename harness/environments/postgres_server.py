"""A private PostgreSQL server for one run, in a temporary folder, reached by a socket in that folder."""

# pytest-postgresql starts its server as the user of the tests, which PostgreSQL refuses for root; alternatives that
# drop privileges create a user on the machine and bring their own binaries. This uses Debian's.

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.exc import OperationalError

_DEBIAN = Path("/usr/lib/postgresql")
"""Debian installs the programs of a server here, by version, and not on the PATH."""

_START_SECONDS = 60.0
_STOP_SECONDS = 30.0

_OPTIONS = {"listen_addresses": "", "fsync": "off", "max_connections": "50"}
"""No TCP port, and no writes that survive a crash of the machine."""

_NO_GROUPS: tuple[int, ...] = ()


class ServerUnavailable(Exception):  # noqa: N818 - nothing is wrong: the machine has no server
    """No server can be started. The text is the reason for which tests are skipped."""


@contextmanager
def private_server() -> Iterator[URL]:
    """Run a server while the context is open. Raises ServerUnavailable if none can be started."""
    programs = _programs()
    account = _other_account()
    uid, gid = account or (None, None)
    with tempfile.TemporaryDirectory(prefix="zicm-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if uid is not None and gid is not None:
            os.chown(folder, uid, gid)
        data = folder / "data"
        _init(programs / "initdb", data, uid, gid)
        options = [f"--{name}={value}" for name, value in _OPTIONS.items()]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(  # noqa: S603 - Debian's own program
                [programs / "postgres", "-D", data, "-k", folder, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                start_new_session=True,  # Ctrl-C reaches only the run, which then stops the server
                user=uid,
                group=gid,
                extra_groups=_NO_GROUPS if account else None,
            )
        try:
            url = URL.create("postgresql+psycopg", "zicm", database="postgres", query={"host": str(folder)})
            _wait_for(server, url, folder / "log")
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # fast shutdown: do not wait for connected clients
            try:
                server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _programs() -> Path:
    """Return the folder with initdb and postgres, of the newest version installed."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    versions = sorted(_DEBIAN.glob("*/bin"), key=lambda folder: [int(part) for part in folder.parent.name.split(".")])
    for folder in (*folders, *reversed(versions)):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ServerUnavailable("no PostgreSQL server is installed (Debian: apt-get install postgresql)")


def _other_account() -> tuple[int, int] | None:
    """Return user and group for the server, which refuses to run as root; None if the tests do not run as root."""
    if sys.platform == "win32":
        raise ServerUnavailable("on Windows no private PostgreSQL server is started")
    import pwd  # noqa: PLC0415 - it is missing on Windows

    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name: (entry.pw_uid, entry.pw_gid) for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in accounts:
            return accounts[name]
    raise ServerUnavailable("PostgreSQL does not run as root, and there is no user postgres")


def _init(initdb: Path, data: Path, uid: int | None, gid: int | None) -> None:
    result = subprocess.run(  # noqa: S603 - Debian's own program
        [initdb, "-D", data, "-U", "zicm", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        capture_output=True,
        text=True,
        check=False,
        cwd=data.parent,
        user=uid,
        group=gid,
        extra_groups=None if uid is None else _NO_GROUPS,
    )
    if result.returncode:
        raise ServerUnavailable(f"initdb fails: {' '.join(result.stderr.split())}")


def _wait_for(server: subprocess.Popen[bytes], url: URL, log: Path) -> None:
    engine = create_engine(url, poolclass=NullPool)
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            engine.connect().close()
        except OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-1:]
                raise ServerUnavailable(f"the PostgreSQL server does not start: {''.join(last)}") from None
            time.sleep(0.05)
        else:
            return
