"""The wire: the mock ICI against a bare route with the same bytes, start-up, events through everything served."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import requests

from harness.campaigns.benchmarks.http_load import ask
from harness.campaigns.benchmarks.measure import Traffic

ROUNDS = 9
EVENTS = 300
BYTES = 20_000


class Served:
    """A part, or all of them, in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        self.base: str = ready["base"]
        self.urls: dict[str, str] = ready["urls"]
        self.credentials = json.loads(Path(ready["credentials"]).read_text(encoding="utf-8"))

    def admin(self, method: str, path: str, body: object = None) -> Any:
        answer = requests.request(method, f"{self.base}/__admin{path}", json=body, timeout=600)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None


@contextmanager
def started(*command: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Served]:
    """Inside, it answers."""
    with started("harness.cli", "serve", "--json", "--port", "0", "--data", str(folder), *options) as process:
        yield Served(process)


@pytest.mark.parametrize("connections", [1, 8, 64])
def test_requests(note_traffic: Callable[[Traffic], None], tmp_path: Path, connections: int) -> None:
    with served(tmp_path / "data", "--part", "ici") as ici:
        made = ici.admin("POST", "/agreements", {"type": "ICMSubAgreement", "seed": 1})
        url = f"{ici.urls['icertis']}/v1/agreements/ICMSubAgreement/{made['sys_id']}"
        headers = {"IcmAuthToken": ici.credentials["icertis"]["icm_auth_token"]}
        missing = BYTES - len(requests.get(url, headers=headers, timeout=60).content)
        ici.admin("PATCH", f"/agreements/{made['sys_id']}", {"attributes": {"ICMScopeOfWork": "x" * (missing - 22)}})
        body = requests.get(url, headers=headers, timeout=60).content
        assert len(body) == BYTES
        (tmp_path / "body").write_bytes(body)
        with started("harness.campaigns.benchmarks.baseline_server", str(tmp_path / "body")) as bare:
            assert bare.stdout
            floor = bare.stdout.readline().strip()
            assert requests.get(floor, timeout=60).content == body
            number = 640 if connections == 1 else 1920
            for where in (url, floor):
                ask(where, headers, connections, number)  # what is only slow the first time
            traffic = Traffic("ICI, 20 KB", connections, 1.5, [], [])
            for _ in range(ROUNDS):
                traffic.ours.append(ask(url, headers, connections, number))
                traffic.floor.append(ask(floor, headers, connections, number))
    note_traffic(traffic)


@pytest.mark.parametrize("part", ["ici", "ecc", "all"])
def test_from_the_start_to_the_first_answer(note_fact: Callable[[str, str], None], tmp_path: Path, part: str) -> None:
    seconds = []
    for number in range(5):
        start = perf_counter()
        with served(tmp_path / str(number), "--part", part) as one:
            requests.get(f"{one.base}/", timeout=60)
            seconds.append(perf_counter() - start)
    note_fact(f"{part}: from the start of the process to the first answer", f"{sorted(seconds)[2]:.2f} s")


@pytest.mark.parametrize("alone", [True, False], ids=["each part alone", "one port"])
def test_events_through_everything(note_fact: Callable[[str, str], None], tmp_path: Path, *, alone: bool) -> None:
    with ExitStack() as stack:
        if alone:
            ici = stack.enter_context(served(tmp_path, "--part", "ici"))
            eccs = [stack.enter_context(served(tmp_path, "--part", "ecc", "--systems", one)) for one in ("PF2", "WP2")]
            options = ["--part", "middleware", "--ici-url", ici.urls["icertis"]]
            options += [f"--ecc={name}={ecc.urls[name]}" for name, ecc in zip(("PF2", "WP2"), eccs, strict=True)]
            middleware = stack.enter_context(served(tmp_path, *options))
            ici.admin("PUT", "/webhook", {"url": middleware.urls["webhook"]})
        else:
            ici = middleware = stack.enter_context(served(tmp_path))
            eccs = [ici]
        ici.admin("POST", "/events/hold")
        for number in range(EVENTS):
            made = ici.admin("POST", "/agreements", {"type": "ICMStandaloneAgreement", "seed": number})
            ici.admin("POST", f"/agreements/{made['sys_id']}/execute")
        start = perf_counter()
        ici.admin("POST", "/events/release")
        middleware.admin("POST", "/work")
        took = perf_counter() - start
        for ecc in eccs:
            for name in ecc.admin("GET", "/systems"):
                assert len(ecc.admin("GET", f"/systems/{name}/tables")["ZMM_ICMCONTRACT"]) == EVENTS
    where = "each part in a process of its own" if alone else "all in one process"
    note_fact(f"events through ICI, webhook, CPI and two systems, {where}", f"{EVENTS / took:,.0f} per second")
