"""Reach the administration of a served part, and run a part in a server process of its own."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

import requests

from harness.doubles.exchange_json import from_json
from harness.doubles.taps import CPI, Exchange, ExchangeLog, NoAnswer
from harness.server.app import ServeConfig
from simulator.http_support import client_session
from simulator.icertis.tenant import NotAllowedError

TIMEOUT_SECONDS = 60
"""The longest time of a process to start, to answer and to end."""

_KILLED = "Killed"


class ServedAdministration:
    """The administration of a part that is served, and what else has to be known of it."""

    def __init__(
        self,
        base: str = "",
        urls: Mapping[str, str] | None = None,
        credentials: dict[str, dict[str, str]] | None = None,
    ) -> None:
        """`urls` are those of what is served at the URL `base`."""
        self._session = client_session()
        self.base = base
        self.urls = dict(urls or {})
        self.credentials = credentials or {}

    def admin(self, method: str, path: str, body: object = None) -> Any:
        """Send a request to the administration that has to succeed. Return its answer.

        Raises NotAllowedError for an action that ICI does not allow.
        """
        answer = self._ask(method, f"{self.base}/__admin{path}", body)
        return answer.json() if answer.content else None

    def admin_pages(self, path: str) -> Iterator[Any]:
        """Read a list of the administration, page by page."""
        answer = self._ask("GET", f"{self.base}/__admin{path}")
        yield from answer.json()
        while further := answer.links.get("next"):
            answer = self._ask("GET", urljoin(answer.url, further["url"]))
            yield from answer.json()

    def _ask(self, method: str, url: str, body: object = None) -> requests.Response:
        answer = self._session.request(
            method,
            url,
            json=body,
            headers={"Authorization": f"Bearer {self.credentials['administration']['token']}"},
            timeout=TIMEOUT_SECONDS,
        )
        if answer.status_code == requests.codes.conflict:
            raise NotAllowedError(answer.json()["detail"])
        assert answer.ok, f"{method} {url}: {answer.status_code} {answer.text}"
        return answer

    def drain_exchanges(self) -> list[Exchange]:
        """Return the exchanges since the last call; the first call starts the recording."""
        return [from_json(fields) for fields in self.admin("POST", "/traffic")]

    def close(self) -> None:
        self._session.close()


class ServerProcess(ServedAdministration):
    """One process of `python -m harness.server`, from its start to its end."""

    def __init__(self, config: ServeConfig) -> None:
        """Start the process. It listens once `wait_until_ready` has returned."""
        super().__init__()
        command = [sys.executable, "-m", "harness.server"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
        assert self._process.stdin is not None
        with self._process.stdin as stdin:
            stdin.write(config.to_json())

    def wait_until_ready(self) -> Self:
        """Wait until it listens."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"the server ended with exit code {self._process.wait()} before it listened"
        ready = json.loads(line)
        self.base, self.urls = ready["base"], ready["urls"]
        self.credentials = json.loads(Path(ready["credentials"]).read_text(encoding="utf-8"))
        return self

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._end()

    def stop(self) -> None:
        self._process.terminate()
        self._end()

    def _end(self) -> None:
        self.close()
        self._process.wait(TIMEOUT_SECONDS)
        if self._process.stdout is not None:
            self._process.stdout.close()


class MergedExchangeLog(ExchangeLog):
    """The exchanges of one scenario: those that the processes recorded, and those through the taps of this process."""

    def __init__(self, processes: Callable[[], Iterable[ServedAdministration]]) -> None:
        """Create an empty log. `processes` returns the current ones, as a killed middleware is replaced."""
        super().__init__(time.perf_counter_ns)
        self._processes = processes
        self._start = time.perf_counter_ns()
        self._last_number = 0
        self._gathered: list[Exchange] = []
        self._kills: list[int] = []
        self._stale = True

    def mark_stale(self) -> None:
        """Note that the processes may have recorded something since they were asked last."""
        self._stale = True

    def prepare_kill(self, middleware: ServedAdministration) -> None:
        """Fetch what the middleware has recorded before it is killed; answers on their way to it are lost."""
        self._gather(middleware)
        self._kills.append(time.perf_counter_ns())

    def drain(self) -> list[Exchange]:
        """Return the exchanges since the last call, numbered in the order of the processes' common clock."""
        if self._stale:
            for process in self._processes():
                self._gather(process)
            self._stale = False
        ours, gathered, self._gathered = super().drain(), self._gathered, []
        drained = ours + [one for one in gathered if one.began > self._start and not _is_one_of(one, ours)]
        for one in drained:
            if one.sender == CPI and any(one.began < kill < one.ended for kill in self._kills):
                one.answer = NoAnswer(_KILLED)
        ticks = sorted(tick for one in drained for tick in (one.began, one.ended))
        numbers = {tick: number for number, tick in enumerate(ticks, self._last_number + 1)}
        self._last_number += len(ticks)
        for one in drained:
            one.began, one.ended = numbers[one.began], numbers[one.ended]
        return sorted(drained, key=lambda one: one.began)

    def _gather(self, process: ServedAdministration) -> None:
        self._gathered += process.drain_exchanges()


def _is_one_of(gathered: Exchange, ours: Iterable[Exchange]) -> bool:
    """Return True for an exchange that this process began, and that both ends have recorded."""
    return any(
        one.receiver == gathered.receiver and one.began < gathered.began and gathered.ended < one.ended for one in ours
    )
