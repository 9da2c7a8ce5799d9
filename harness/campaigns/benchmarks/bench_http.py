"""The mock ICI over HTTP against a bare route that answers the same bytes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from harness.campaigns.benchmarks.http_load import Round, ask
from harness.campaigns.benchmarks.measure import BenchRow, load_row
from harness.environments.server_process import ServerProcess
from harness.server.app import PartName, ServeConfig

ROUNDS = 9
BYTES = 20_000


@pytest.mark.parametrize("connections", [1, 8, 64])
def test_requests(record: Callable[[Callable[[], list[BenchRow]]], None], tmp_path: Path, connections: int) -> None:
    record(lambda: [_measure(tmp_path, connections)])


def _measure(tmp_path: Path, connections: int) -> BenchRow:
    ours, least = list[Round](), list[Round]()
    ici = ServerProcess(ServeConfig(tmp_path / "data", part=PartName.ICI)).wait_until_ready()
    try:
        agreement = ici.admin("POST", "/agreements", {"type": "ICMSubAgreement", "seed": 1})
        url = f"{ici.urls['icertis']}/v1/agreements/ICMSubAgreement/{agreement['sys_id']}"
        headers = {"IcmAuthToken": ici.credentials["icertis"]["icm_auth_token"]}
        missing = BYTES - len(requests.get(url, headers=headers, timeout=60).content)
        padding = {"attributes": {"ICMScopeOfWork": "x" * (missing - 22)}}
        ici.admin("PATCH", f"/agreements/{agreement['sys_id']}", padding)
        body = requests.get(url, headers=headers, timeout=60).content
        assert len(body) == BYTES
        (tmp_path / "body").write_bytes(body)
        command = [sys.executable, "-m", "harness.campaigns.benchmarks.baseline_server", str(tmp_path / "body")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as baseline_server:  # noqa: S603
            try:
                assert baseline_server.stdout
                baseline = baseline_server.stdout.readline().strip()
                assert requests.get(baseline, timeout=60).content == body
                number = 640 if connections == 1 else 1920
                for where in (url, baseline):
                    ask(where, headers, connections, number)  # warm up
                for _ in range(ROUNDS):
                    ours.append(ask(url, headers, connections, number))
                    least.append(ask(baseline, headers, connections, number))
            finally:
                baseline_server.terminate()
    finally:
        ici.stop()
    return load_row(f"ICI, 20 KB, {connections} connections", 1.1, ours, least)
