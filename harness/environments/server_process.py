"""A part of the landscape that `zicm serve` serves in a process of its own, and its administration."""

import json
import subprocess
import sys
from typing import Any

from simulator.http_support import client_session

SECONDS = 60
"""How long a part may take to start, to answer and to end."""


class Part:
    """One process, from its start to its end."""

    def __init__(self, *options: str, port: int = 0) -> None:
        """`options` are those of `zicm serve`. It listens when `ready` has returned."""
        command = [sys.executable, "-m", "harness.cli", "serve", "--json", "--port", str(port), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
        self._session = client_session()
        self.base = ""
        self.urls: dict[str, str] = {}
        self.credentials: dict[str, dict[str, str]] = {}

    def ready(self) -> "Part":
        """Wait until it listens."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"it ended with exit code {self._process.wait()} before it listened"
        told = json.loads(line)
        self.base, self.urls = told["base"], told["urls"]
        with open(told["credentials"], encoding="utf-8") as file:  # noqa: PTH123
            self.credentials = json.load(file)
        self.taken_traffic()
        return self

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Ask its administration for something that it has to do. Returns what it answers."""
        answer = self._session.request(method, f"{self.base}/__admin{path}", json=body, timeout=SECONDS)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def taken_traffic(self) -> list[dict[str, Any]]:
        """What came in since this was asked last, see `harness.doubles.exchange_json`; from its start on."""
        taken: list[dict[str, Any]] = self.ask("POST", "/traffic")
        return taken

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._end()

    def stop(self) -> None:
        self._process.terminate()
        self._end()

    def _end(self) -> None:
        self._session.close()
        self._process.wait(SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()
