"""Test `zicm serve` in separate processes that end by Ctrl-C, and its wrong use."""

import errno
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
import requests

from harness.cli.serve import persistence_note
from harness.errors import UserError
from harness.server.app import MakeConsole, PartName, ServeConfig, ServedLandscape
from harness.server.credentials import Credentials
from harness.tests.support.cli_runner import zicm
from harness.tests.support.loaded_process import LoadedProcess
from harness.tests.support.patience import PATIENCE, PROCESS_PATIENCE
from harness.tests.support.serve_process import serving_process
from simulator.settings import Settings

pytestmark = pytest.mark.whole_run

"""Seconds to wait for a process, even on a busy machine."""


class Process(NamedTuple):
    """A process that serves one part."""

    process: LoadedProcess
    err: IO[str]
    base: str
    urls: dict[str, str]
    token: str
    credentials: Any

    def admin(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.request(method, f"{self.base}/__admin{path}", json=body, headers=headers, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def wait_for(self, field: str, *expected: object) -> None:
        """Wait until the messages, in the order in which they came, have these values: CPI may be at work."""
        until = time.monotonic() + PATIENCE
        while (found := [message[field] for message in self.admin("GET", "/messages")]) != [*expected]:
            assert time.monotonic() < until, found
            time.sleep(0.05)

    def end(self) -> tuple[int, str]:
        """Press Ctrl-C. Returns the exit code and standard error."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(PROCESS_PATIENCE)
        return code, read_errors(self.err)


def read_errors(err: IO[str]) -> str:
    err.seek(0)
    return err.read()


@contextmanager
def serving(*arguments: object) -> Iterator[Process]:
    """Run a process that serves, and read what it says of itself."""
    with serving_process("--json", "--port", 0, *arguments) as (process, out, err):
        line = out.readline()
        assert line, read_errors(err)
        ready = json.loads(line)
        known = ready["credentials"]
        held = known if isinstance(known, dict) else Credentials.read(Path(known)).as_json()
        yield Process(process, err, ready["base"], ready["urls"], held["administration"]["token"], held)


def test_parts_run_in_separate_processes_and_the_queue_survives(tmp_path: Path) -> None:
    with ExitStack() as stack:
        ici = stack.enter_context(serving("--part", "ici", "--data", tmp_path))
        pf2, wp2 = (
            stack.enter_context(serving("--part", "ecc", "--systems", name, "--data", tmp_path))
            for name in ("PF2", "WP2")
        )
        of_middleware = ["--part", "middleware", "--data", tmp_path, "--ici-url", ici.urls["icertis"]]
        of_middleware += ["--ecc", f"PF2={pf2.urls['PF2']}", "--ecc", f"WP2={wp2.urls['WP2']}"]
        apikey = Credentials.load_or_create(tmp_path).apikey

        with serving(*of_middleware, "--clock", "2026-01-05T08:00:00Z") as middleware:
            ici.admin("PUT", "/webhook", {"url": middleware.urls["webhook"], "apikey": apikey})
            wp2.admin("POST", "/faults", {"target": "WP2", "what": "does not answer"})
            made = ici.admin("POST", "/agreements", {"type": "ICMStandaloneAgreement", "seed": 1})
            ici.admin("POST", f"/agreements/{made['sys_id']}/execute")
            middleware.wait_for("systems", {"PF2": "created", "WP2": "waiting"})
            code, err = middleware.end()
            assert (code, err) == (0, "")

        wp2.admin("DELETE", "/faults")
        with serving(*of_middleware, "--clock", "2026-01-05T08:00:30Z") as middleware:
            middleware.admin("POST", "/work")
            middleware.wait_for("systems", {"PF2": "created", "WP2": "created"})
            assert middleware.end()[0] == 0
        held = [part.admin("GET", f"/systems/{name}/tables") for part, name in ((pf2, "PF2"), (wp2, "WP2"))]
        assert held[0] == held[1]
        assert [row["SYSID"] for row in held[0]["ZMM_ICMCONTRACT"]] == [made["sys_id"]]
        for part in (ici, pf2, wp2):
            assert part.end() == (0, ""), "no access is logged: a URL names an agreement"


def test_agreements_and_queued_events_survive_a_kill(tmp_path: Path) -> None:
    with serving("--data", tmp_path, "--clock", "2026-01-05T08:00:00Z") as first:
        first.admin("POST", "/faults", {"target": "ICI", "call": 1, "what": "status 503"})
        master = first.admin("POST", "/agreements", {"type": "ICMMasterAgreement", "seed": 1})
        sub = first.admin("POST", "/agreements", {"type": "ICMSubAgreement", "seed": 2, "as_is": {"ICMX": [1]}})
        first.admin("POST", f"/agreements/{sub['code']}/associate", {"master": master["code"]})
        first.admin("POST", f"/agreements/{sub['code']}/execute")
        first.admin("POST", "/events/hold")
        first.admin("POST", f"/agreements/{master['code']}/execute")
        before = [first.admin("GET", f"/agreements/{one['code']}") for one in (master, sub)]
        first.wait_for("status", "RETRY")
        first.process.kill()
    with serving("--data", tmp_path, "--clock", "2026-01-05T08:00:30Z") as second:
        assert [second.admin("GET", f"/agreements/{one['code']}") for one in (master, sub)] == before
        new = second.admin("POST", "/agreements", {"type": "ICMSubAgreement", "seed": 3})
        second.admin("POST", f"/agreements/{new['code']}/execute")
        second.admin("POST", "/work")
        assert (sub["code"], new["code"]) == ("PSUB1", "PSUB2")
        second.wait_for("status", "COMPLETED", "COMPLETED", "COMPLETED")
        rows = second.admin("GET", "/systems/PF2/tables")["ZMM_ICMCONTRACT"]
        assert {row["ICMAGREEMENTCODE"]: row["SYSID"] for row in rows} == {
            one["code"]: one["sys_id"] for one in (master, sub, new)
        }
        assert len({row["SYSID"] for row in rows}) == 3


def test_reset_forgets_the_agreements_in_the_folder(tmp_path: Path) -> None:
    with serving("--data", tmp_path) as first:
        first.admin("POST", "/agreements", {"type": "ICMSubAgreement"})
        first.admin("POST", "/reset")
        assert first.end() == (0, "")
    with serving("--data", tmp_path) as second:
        assert second.admin("GET", "/agreements") == []


def test_second_server_of_a_folder_is_refused(tmp_path: Path) -> None:
    with serving("--data", tmp_path, "--part", "ici") as first:
        why = f"Error: another server uses {tmp_path}: it holds the lock {tmp_path / 'ICI.lock'}\n"
        assert zicm("serve", "--port", 0, "--data", tmp_path) == (1, "", why)
        with serving("--data", tmp_path, "--part", "ecc") as other:
            assert other.end() == (0, "")
        first.process.kill()
    with serving("--data", tmp_path) as again:
        assert again.end() == (0, "")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Write a settings file with a database for PF2 and for CPI's store, and none for WP2."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file = tmp_path / "settings.toml"
    store, pf2 = (f'"sqlite:///{(folder / name).as_posix()}"' for name in ("store.db", "ecc.db"))
    file.write_text(f'store = {store}\n[systems]\nPF2 = {pf2}\nWP2 = "sqlite://"\n')
    return file


def test_kill_leaves_no_credentials_in_the_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving() as process:
        secret = process.credentials["icertis"]["client_secret"]
        process.process.kill()
    written = {file.name: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert "PF2.db" in written
    assert [name for name, content in written.items() if secret.encode() in content or "cred" in name] == []


def test_next_start_removes_what_a_killed_server_left_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving() as process:
        process.process.kill()
    (left,) = tmp_path.glob("zicm-serve-*")
    foreign = tmp_path / "zicm-serve-without-lock"
    foreign.mkdir()
    with serving():
        (used,) = {*tmp_path.glob("zicm-serve-*")} - {left, foreign}
        for folder in (left, used, foreign):
            os.utime(folder, (0, 0))
        with serving():
            assert not left.exists()
            assert used.exists()
            assert foreign.exists()


def test_start_without_a_data_directory_prints_the_credentials() -> None:
    with serving_process("--port", 0) as (_, out, _):
        printed = [out.readline().rstrip() for _ in range(18)]
    secrets = [line.split()[:2] for line in printed if line.startswith(("  icertis ", "  apim", "  ecc"))]
    assert secrets[1:] == [
        ["icertis", "client_id"],
        ["icertis", "client_secret"],
        ["icertis", "icm_auth_token"],
        ["apim", "apikey"],
        ["ecc", "user"],
        ["ecc", "password"],
    ]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ('apikey = "MARKER"', "credentials.client_secret"),
        (
            'client_secret = "env:ZICM_NONE"\n'
            + "\n".join(f'{name} = "a"' for name in ("icm_auth_token", "apikey", "ecc_password", "admin_token")),
            "variable ZICM_NONE",
        ),
    ],
)
def test_credentials_of_the_settings_that_cannot_be_used_are_named(tmp_path: Path, given: str, why: str) -> None:
    (tmp_path / "settings.toml").write_text(f"[credentials]\n{given}\n")
    ran = zicm("serve", "--port", 0, "--settings", tmp_path / "settings.toml", width=200)
    assert ran.code in (1, 2)
    assert why in ran.err
    assert "MARKER" not in ran.err


def codes(process: Process, system: str) -> list[str]:
    held = process.admin("GET", f"/systems/{system}/tables")["ZMM_ICMCONTRACT"]
    return [row["ICMAGREEMENTCODE"] for row in held]


def test_databases_of_the_settings_persist_without_a_data_directory(tmp_path: Path, elsewhere: Path) -> None:
    with serving("--settings", elsewhere) as first:
        first.admin("POST", "/agreements", {"type": "ICMStandaloneAgreement", "code": "PST9", "seed": 9})
        first.admin("POST", "/agreements/PST9/execute")
        first.wait_for("status", "COMPLETED")
        assert (codes(first, "PF2"), codes(first, "WP2")) == (["PST9"], ["PST9"])
        assert first.end() == (0, "")
    with serving("--settings", elsewhere, "--systems", "PF2,WP2") as second:
        assert (codes(second, "PF2"), codes(second, "WP2")) == (["PST9"], [])
        assert [message["status"] for message in second.admin("GET", "/messages")] == ["COMPLETED"]
    with serving("--settings", elsewhere, "--data", tmp_path / "data") as third:
        assert (codes(third, "PF2"), third.admin("GET", "/messages")) == ([], []), "with one, everything is in it"


@pytest.mark.parametrize(
    ("store", "why"),
    [
        ("", "a served middleware needs a store, and the settings switch it off"),
        (
            "sqlite:////MARKER/store.db",
            "the databases that the settings name cannot be used: unable to open database file",
        ),
        ("nosql://u:MARKER@x/y", "the databases that the settings name cannot be used: NoSuchModuleError"),
    ],
)
def test_unusable_database_is_reported_without_its_url(tmp_path: Path, store: str, why: str) -> None:
    (tmp_path / "settings.toml").write_text(f'store = "{store}"\n')
    assert zicm("serve", "--port", 0, "--settings", tmp_path / "settings.toml") == (1, "", f"Error: {why}\n")


def test_file_that_a_data_directory_gives_to_another_store_is_refused(tmp_path: Path) -> None:
    keys = tmp_path / "data" / "CPI.keys"
    (tmp_path / "settings.toml").write_text(f"remember_filtered = true\nscm_store_keys = '{keys}'\n")
    ran = zicm("serve", "--port", 0, "--data", tmp_path / "data", "--settings", tmp_path / "settings.toml")
    why = "Value error, store_keys and scm_store_keys name the same file: each store needs one of its own"
    assert ran == (1, "", f"Error: {why}\n")


@pytest.mark.parametrize("store", ["MARKER", "postgresql://u:MARKER@x:y/z"])
def test_text_that_is_no_url_is_refused_with_its_setting_alone(tmp_path: Path, store: str) -> None:
    (tmp_path / "settings.toml").write_text(f'store = "{store}"\n')
    ran = zicm("serve", "--port", 0, "--settings", tmp_path / "settings.toml")
    assert (ran.code, ran.out) == (2, "")
    assert "store: Value error, it is no URL of a database, such as sqlite:///pf2.db" in ran.err
    assert "MARKER" not in ran.err


@pytest.mark.parametrize(
    ("part", "end"),
    [
        (PartName.ALL, "what is in the databases of the settings stays (PF2, CPI), all else is gone (no --data)."),
        (PartName.ECC, "what is in the databases of the settings stays (PF2), all else is gone (no --data)."),
        (PartName.ICI, "and everything is gone (no --data)."),
    ],
)
def test_persistence_note_says_what_stays(tmp_path: Path, elsewhere: Path, part: PartName, end: str) -> None:
    plan = ServeConfig(tmp_path / "made", Settings.read(elsewhere), part, all_in_folder=False)
    assert persistence_note(plan).removeprefix("Ctrl-C stops it")[2:] == end


def test_start_prints_urls_and_stop_says_what_stays(tmp_path: Path) -> None:
    """Start it as people do, with nothing loaded."""
    command = [sys.executable, "-m", "harness.cli", "serve", "--port", "0", "--data", str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout
        printed = [process.stdout.readline().rstrip() for _ in range(17)]
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=PROCESS_PATIENCE)
    assert printed[0] == "zicm serves the landscape to this machine alone."
    parts = ["icertis", "token", "webhook", "PF2", "WP2", "scm", "scm", "connector"]
    shown = [line.split()[0] for line in printed[2:15]]
    assert shown == [*parts, "administration", "console", "credentials", "bearer", "data"]
    token = Credentials.load_or_create(tmp_path / "data").admin_token
    assert [line.split()[-1] for line in printed if line.startswith("  bearer token")] == [token]
    assert printed[16] == "Ctrl-C stops it; what is queued stays."
    assert rest == f"Stopped. What is queued is in {tmp_path / 'data'}.\n"
    assert process.returncode == 0


def test_port_in_use_is_wrong_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = zicm("serve", "--port", port, "--data", tmp_path / "data")
    assert ran == (2, "", f"Error: 127.0.0.1 port {port} cannot be listened at: {os.strerror(errno.EADDRINUSE)}\n")
    assert not (tmp_path / "data").exists()


def test_address_of_another_machine_is_wrong_use() -> None:
    ran = zicm("serve", "--host", "192.0.2.1", "--port", 0)
    assert ran.code == 2
    assert ran.err.startswith("Error: 192.0.2.1 port 0 cannot be listened at: ")


def a_file(folder: Path) -> None:
    folder.write_text("no folder")


def a_broken_store(folder: Path) -> None:
    folder.mkdir()
    (folder / "CPI.db").write_text("no database at all, but a text that is long enough")


def a_broken_system(folder: Path) -> None:
    folder.mkdir()
    (folder / "PF2.db").write_text("no database at all, but a text that is long enough")


def broken_credentials(folder: Path) -> None:
    folder.mkdir()
    (folder / "credentials.json").write_text('{"apim": {"apikey": ""}}')


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (a_file, "{data} cannot be used as the data directory: File exists"),
        (a_broken_store, "{data}/CPI.db cannot be used as a database: file is not a database"),
        (a_broken_system, "{data}/PF2.db cannot be used as a database: file is not a database"),
        (broken_credentials, "{data}/credentials.json holds no credentials; delete it, and new ones are created"),
    ],
)
def test_unusable_data_directory_exits_with_1(tmp_path: Path, spoil: Any, why: str) -> None:
    data = tmp_path / "data"
    spoil(data)
    ran = zicm("serve", "--port", 0, "--data", data)
    assert ran == (1, "", f"Error: {why.format(data=data)}\n")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--part", "bw"], "it is one of all, ici, middleware, ecc"),
        (["--part", "middleware"], "the middleware alone needs --ici-url and --ecc"),
        (["--systems", "PF2,PF2"], "a system is named twice"),
        (["--systems", "../PF2"], "a system name has letters and digits, such as PF2"),
        (["--systems", "cpi"], "CPI is no ECC system"),
        (["--ecc", "PF2"], "it is NAME=URL"),
        (["--ici-url", "ftp://x"], "an address begins with http:// or https://"),
        (["--clock", "yesterday"], "it is a time such as 2026-01-05T08:00:00Z"),
        (["--part", "ici", "--ecc", "PF2=http://x"], "--ecc: --part ici has no use for it"),
        (["--part", "scm", "--systems", "PF2"], "--systems: --part scm has no use for it"),
        (["--part", "ecc", "--webhook-url", "http://x"], "--webhook-url: --part ecc has no use for it"),
        (["--part", "middleware", "--connector-url", "http://x"], "--connector-url: --part middleware has no use"),
        (["--part", "ecc", "--ici-url", "http://x"], "--ici-url: --part ecc has no use for it"),
        (["--part", "ici", "--token-url", "http://x"], "--token-url: --part ici has no use for it"),
        (["--part", "ecc", "--scm-url", "http://x"], "--scm-url: --part ecc has no use for it"),
        (["--part", "ecc", "--clock", "2026-01-05T08:00:00Z"], "--clock: --part ecc has no use for it"),
        (["--ecc", "PF2=http://x", "--ecc", "PF2=http://y"], "--ecc: a system is named twice"),
        (["--ecc", "PF2=http://x", "--systems", "PF2,WP2"], "--systems: --ecc names the systems"),
        (["--host", "192.0.2.1", "--open"], "--open: the console is served on this machine alone"),
        (["--port", "70000"], "Input should be less than or equal to 65535"),
    ],
)
def test_wrong_use(arguments: list[str], why: str) -> None:
    ran = zicm("serve", *arguments, width=200)
    assert ran.code == 2
    assert why in ran.err


def test_credentials_are_made_once_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    first = Credentials.load_or_create(tmp_path)
    assert Credentials.load_or_create(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "credentials.json").stat().st_mode) == 0o600
    assert first.apikey not in repr(first)
    assert [file.name for file in tmp_path.iterdir()] == ["credentials.json"]
    other = tmp_path / "other"
    other.mkdir()
    assert Credentials.load_or_create(other) != first
    with pytest.raises(UserError):
        Credentials.load_or_create(tmp_path / "missing")


def test_open_opens_the_link_by_a_page_that_nobody_else_can_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = list[tuple[str, int]]()

    def serve_nothing(
        config: ServeConfig,
        host: str,
        port: int,
        announce: Callable[[ServedLandscape], object],
        make: MakeConsole | None,
    ) -> None:
        assert (host, port) == ("127.0.0.1", 8800)
        announce(site := ServedLandscape(config, "http://127.0.0.1:8800", make))
        site.close()

    monkeypatch.setattr("harness.cli.serve.serve", serve_nothing)

    def open_page(url: str) -> None:
        page = Path(url2pathname(urlsplit(url).path))
        opened.append((page.read_text(encoding="utf-8"), page.stat().st_mode & 0o777))

    monkeypatch.setattr("webbrowser.open", open_page)
    printed = zicm("serve", "--data", tmp_path, "--open").out
    ((page, mode),) = opened
    link = page.partition("url=")[2].partition('"')[0]
    assert link.startswith("http://127.0.0.1:8800/console/?key=")
    assert f"{link} (opens it once)" in printed
    assert mode == 0o600
    assert not (tmp_path / "console.html").exists()
