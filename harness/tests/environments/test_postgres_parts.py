"""Parts in processes of their own share PostgreSQL; whatever is killed, nothing is lost and nothing doubled."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from json import loads
from pathlib import Path
from typing import Any, Self

import pytest
import requests
from sqlalchemy import NullPool, create_engine, make_url, text

from harness.environments.missing_tools import skip_without
from harness.environments.postgres_plugin import Postgres
from harness.environments.postgres_server import ServerUnavailable, private_server
from harness.tests.support.patience import PROCESS_PATIENCE
from harness.tests.support.serve_process import serving_process
from simulator.cpi.statements import LEASE
from simulator.settings import Settings

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""Seconds in which everything has to have arrived, even on a busy machine."""

AGREEMENTS = 5
ADMIN = {"Authorization": "Bearer token"}
TOML = """
store = "{store}"
store_keys = "{keys}"

[systems]
PF2 = "{pf2}"
WP2 = "{wp2}"

[credentials]
client_secret = "env:ZICM_TEST_SECRET"
icm_auth_token = "icm"
apikey = "key"
ecc_password = "password"
admin_token = "token"
"""


class KillablePart:
    """One part, which starts again at the same port after it was killed."""

    def __init__(self, *arguments: object) -> None:
        self._arguments = [*map(str, arguments)]
        self._port = 0
        self._open = ExitStack()
        self.start()

    def start(self, *more: str) -> Self:
        options = ("--json", "--port", self._port, *self._arguments, *more)
        _, out, err = self._open.enter_context(serving_process(*options))
        line = out.readline()
        assert line, f"the part ended: {err.read()}"
        ready = loads(line)
        self.base, self.urls = ready["base"], ready["urls"]
        self._port = int(self.base.rpartition(":")[2])
        return self

    def kill(self) -> None:
        self._open.close()

    def admin(self, method: str, path: str, body: object = None) -> Any:
        answer = requests.request(
            method, f"{self.base}/__admin{path}", json=body, headers=ADMIN, timeout=PROCESS_PATIENCE
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None


class KillableParts:
    """ICI, two ECC systems, and two middlewares on one store; the first one gets the events."""

    def __init__(self, file: Path, stack: ExitStack) -> None:
        def started(*arguments: object) -> KillablePart:
            part = KillablePart("--settings", file, *arguments)
            stack.callback(part.kill)
            return part

        self.now = START
        self.ici = started("--part", "ici")
        self.pf2, self.wp2 = (started("--part", "ecc", "--systems", name) for name in ("PF2", "WP2"))
        urls = ["--ici-url", self.ici.urls["icertis"]]
        urls += [f"--ecc={name}={part.urls[name]}" for name, part in (("PF2", self.pf2), ("WP2", self.wp2))]
        self.middlewares = [started("--part", "middleware", *urls, "--clock", self.now.isoformat()) for _ in range(2)]
        self.codes: list[str] = []
        self.connect_webhook()

    def connect_webhook(self) -> None:
        """Tell ICI, which forgets it when it is killed, where events go."""
        webhook = {"url": self.middlewares[0].urls["webhook"], "apikey": "key"}
        self.ici.admin("PUT", "/webhook", webhook)

    def execute(self, count: int = AGREEMENTS) -> None:
        """Execute agreements; their events go out at once."""
        for _ in range(count):
            number = len(self.codes)
            names = {"code": f"PST{number}", "sys_id": f"00000000-0000-4000-8000-{number:012}"}
            new = {"type": "ICMStandaloneAgreement", "seed": number + 1, **names}
            made = self.ici.admin("POST", "/agreements", new)
            self.codes.append(made["code"])
            self.ici.admin("POST", f"/agreements/{made['sys_id']}/execute")

    def restart(self, part: KillablePart) -> None:
        """Kill a part and start it again."""
        part.kill()
        part.start()
        if part is self.ici:
            self.connect_webhook()

    def settle(self) -> list[dict[str, Any]]:
        """Let time pass until every event has been processed. Return the message log."""
        deadline = time.monotonic() + PROCESS_PATIENCE
        while time.monotonic() < deadline:
            try:
                waiting = self.ici.admin("GET", "/events")["waiting"]
                for one in self.middlewares:
                    one.admin("PUT", "/clock", {"now": self.now.isoformat()})
                    one.admin("POST", "/work")
                log: list[dict[str, Any]] = self.middlewares[0].admin("GET", "/messages")
            except requests.RequestException:  # the database recovers
                time.sleep(0.2)
                continue
            if not waiting and all(message["status"] == "COMPLETED" for message in log):
                return log
            self.now += LEASE
            time.sleep(0.05)
        raise AssertionError(f"{waiting} events wait; {Counter(message['status'] for message in log)}")

    def tables(self) -> list[dict[str, Any]]:
        return [part.admin("GET", f"/systems/{name}/tables") for name, part in (("PF2", self.pf2), ("WP2", self.wp2))]

    def check(self) -> None:
        """Check that each agreement is in both systems, once."""
        log = self.settle()
        pf2, wp2 = self.tables()
        assert pf2 == wp2
        assert sorted(row["ICMAGREEMENTCODE"] for row in pf2["ZMM_ICMCONTRACT"]) == sorted(self.codes)
        created = Counter(
            (one["sys_id"], name) for one in log for name, state in one["systems"].items() if state == "created"
        )
        assert {one["sys_id"] for one in log} == {row["SYSID"] for row in pf2["ZMM_ICMCONTRACT"]}
        assert not [key for key, count in created.items() if count > 1]


@pytest.fixture(scope="module")
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Yield settings in a server of this module's own: others must not notice that it recovers."""
    if not request.config.getoption("--postgres"):
        pytest.skip("it starts and kills processes for a minute: run it with --postgres")
    with ExitStack() as stack:
        try:
            server = Postgres(stack.enter_context(private_server()), tmp_path_factory.mktemp("keys"))
        except ServerUnavailable as reason:
            skip_without("PostgreSQL", str(reason))
        yield server.settings()


@pytest.fixture
def parts(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KillableParts]:
    monkeypatch.setenv("ZICM_TEST_SECRET", "secret")
    file = tmp_path / "settings.toml"
    systems = settings.systems
    file.write_text(TOML.format(store=settings.store, keys=settings.store_keys, pf2=systems["PF2"], wp2=systems["WP2"]))
    with ExitStack() as stack:
        yield KillableParts(file, stack)


def kill_backend(settings: Settings, url: str) -> None:
    """Kill a process of the server that works for a database, as the kernel does when memory is short.

    The server then ends all others, and recovers.
    """
    assert settings.store is not None
    name = make_url(url).query["application_name"]
    engine = create_engine(settings.store, poolclass=NullPool)
    with engine.connect() as connection:
        asked = text("SELECT pid FROM pg_stat_activity WHERE application_name = :name AND pid <> pg_backend_pid()")
        number = connection.execute(asked, {"name": name}).scalars().first()
    assert number is not None
    os.kill(number, signal.SIGKILL)


def test_nothing_is_lost_or_doubled_whatever_is_killed(parts: KillableParts, settings: Settings) -> None:
    parts.execute()
    parts.check()
    for part in (*parts.middlewares, parts.pf2, parts.wp2):
        parts.execute()
        parts.restart(part)
        parts.check()
    for url in (settings.store, settings.systems["PF2"]):
        parts.execute()
        kill_backend(settings, str(url))
        parts.check()
    parts.restart(parts.ici)  # it keeps no agreements: what it had sent is there, and new ones arrive
    parts.execute()
    parts.check()
