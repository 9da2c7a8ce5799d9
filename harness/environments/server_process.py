"""Reach the administration of a served part, and run a part in a server process of its own."""

import gc
import json
import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from requests.utils import parse_header_links
from urllib3.util.wait import wait_for_read

from harness.doubles.exchange_json import from_json
from harness.doubles.taps import CPI, Exchange, ExchangeLog, NoAnswer
from harness.server.admin.traffic import Observation
from harness.server.app import ServeConfig, serve
from harness.server.credentials import Credentials
from simulator.icertis.tenant import NotAllowedError
from simulator.monitoring.message_log import PAGE_SIZE, LogEntry, LoggedError
from simulator.settings import PartCredentials

TIMEOUT_SECONDS = 60
"""The longest time of a process to start, to answer and to end."""

CREDENTIALS = PartCredentials(
    **dict.fromkeys(("client_secret", "icm_auth_token", "apikey", "ecc_password", "admin_token"), "made up")
)
"""Made-up ones for processes that do not keep theirs in a folder which they share."""

_ADMIN = "/__admin"
_KILLED = "Killed"

_CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
_START = multiprocessing.get_context("forkserver") if _CAN_FORK else multiprocessing.get_context("spawn")
"""Start a process as a copy of one that has imported everything and done nothing, where the system can fork."""

if _CAN_FORK:
    _START.set_forkserver_preload(["harness.server.app", "harness.server.admin.app", "faker"])


def _serve(config: str, ready: Connection) -> None:
    """Serve until a signal ends this process; send the line that says it listens, and where."""
    gc.freeze()  # what was imported is not searched again
    serve(ServeConfig.from_json(config), "127.0.0.1", 0, lambda landscape: ready.send(landscape.as_json()))


class AdminAnswer(NamedTuple):
    status: int
    body: bytes
    link: str
    """The header that names the next page."""


class ServedAdministration:
    """The administration of a part that is served, and what else has to be known of it."""

    def __init__(
        self,
        base: str = "",
        urls: Mapping[str, str] | None = None,
        credentials: dict[str, dict[str, str]] | None = None,
    ) -> None:
        """`urls` are those of what is served at the URL `base`."""
        self._connection: HTTPConnection | None = None
        self._may_have_changed = True
        self._exchanges: list[Exchange] = []
        self.base = base
        self.urls = dict(urls or {})
        self.credentials = credentials or {}

    def admin(self, method: str, path: str, body: object = None) -> Any:
        """Send a request to the administration that has to succeed. Return its answer.

        Raises NotAllowedError for an action that ICI does not allow.
        """
        answer = self._ask(method, f"{_ADMIN}{path}", body)
        return json.loads(answer.body) if answer.body else None

    def admin_pages(self, path: str) -> Iterator[Any]:
        """Read a list of the administration, page by page."""
        further: str | None = f"{_ADMIN}{path}"
        while further is not None:
            answer = self._ask("GET", further)
            yield from json.loads(answer.body)
            links = parse_header_links(answer.link)
            further = next((link["url"] for link in links if link.get("rel") == "next"), None)

    def observed(self) -> Mapping[str, list[Any]]:
        """Return what the parts show now, see `harness.server.admin.traffic.Observation`; keep their exchanges."""
        seen: dict[str, list[Any]] = self.admin("POST", "/observation")
        self._exchanges += [from_json(fields) for fields in seen.pop("exchanges")]
        self._may_have_changed = False
        return seen

    def messages(self) -> Iterator[Any]:
        """Read the whole message log."""
        page = self.observed()["messages"]
        yield from page
        if len(page) == PAGE_SIZE:
            yield from self.admin_pages(f"/messages?{urlencode({'limit': PAGE_SIZE, 'after': page[-1]['guid']})}")

    def forget(self) -> None:
        """Observe again: what goes on between the parts may have changed everything."""
        self._may_have_changed = True

    def drain_exchanges(self) -> list[Exchange]:
        """Return the exchanges since the last call; the first call starts the recording."""
        if self._may_have_changed:
            self.observed()
        drained, self._exchanges = self._exchanges, []
        return drained

    def _ask(self, method: str, path: str, body: object = None) -> AdminAnswer:
        shown, text = {"Authorization": f"Bearer {self.credentials['administration']['token']}"}, None
        if body is not None:
            text = json.dumps(body)  # in ASCII: ICI may hold characters that UTF-8 cannot carry
            shown["Content-Type"] = "application/json"
        answer = self._send(method, path, text, shown)
        if answer.status == HTTPStatus.CONFLICT:
            raise NotAllowedError(json.loads(answer.body)["detail"])
        assert answer.status < HTTPStatus.BAD_REQUEST, f"{method} {path}: {answer.status} {answer.body!r}"
        return answer

    def _send(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> AdminAnswer:
        """Send a request without the layers of a session or a pool, which take longer than the answer."""
        connection = self._connection
        if connection is None:
            address = urlsplit(self.base)
            assert address.hostname is not None
            self._connection = connection = HTTPConnection(address.hostname, address.port, TIMEOUT_SECONDS)
        elif connection.sock and wait_for_read(connection.sock, 0):
            connection.close()  # the server has ended it, as nothing came for long; a request opens another
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return AdminAnswer(answer.status, answer.read(), answer.getheader("Link", ""))
        except (OSError, HTTPException):
            connection.close()  # what is left of this request must not be taken for the answer to the next one
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


class ServerProcess(ServedAdministration):
    """One process that serves a part of the landscape, from its start to its end."""

    def __init__(self, config: ServeConfig) -> None:
        """Start the process. It listens once `wait_until_ready` has returned."""
        super().__init__()
        self._config = config
        self._seen: Mapping[str, list[Any]] = {}
        self._ready, ready = _START.Pipe(duplex=False)
        self._process = _START.Process(target=_serve, args=(config.to_json(), ready), daemon=True)
        self._process.start()
        ready.close()  # the process has the other copy: if it ends, nobody can send any more

    def wait_until_ready(self) -> Self:
        """Wait until it listens."""
        try:
            ready = json.loads(self._ready.recv())
        except EOFError:
            self._process.join(TIMEOUT_SECONDS)
            raise AssertionError(
                f"the server ended with exit code {self._process.exitcode} before it listened"
            ) from None
        self.base, self.urls = ready["base"], ready["urls"]
        held = self._config.settings.credentials
        if held is not None:
            self.credentials = Credentials.of_settings(held).as_json()
        else:
            self.credentials = json.loads(Path(ready["credentials"]).read_text(encoding="utf-8"))
        return self

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def reset(self, now: datetime | None = None) -> None:
        """Empty it, and stop its clock at a time if there is one; what it shows then is known."""
        self.admin("POST", "/reset", now and {"now": now.isoformat()})
        self._seen, self._may_have_changed = {name: [] for name in Observation.model_fields}, False
        self._exchanges.clear()

    def observed(self) -> Mapping[str, list[Any]]:
        """Return what it shows, as it was when something may have changed it last."""
        if self._may_have_changed:
            self._seen = super().observed()
        return self._seen

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._end()

    def stop(self) -> None:
        self._process.terminate()
        self._end()

    def _end(self) -> None:
        self.close()
        self._ready.close()
        self._process.join(TIMEOUT_SECONDS)
        self._process.close()


class MergedExchangeLog(ExchangeLog):
    """The exchanges of one scenario: those that the processes recorded, and those through the taps of this process."""

    def __init__(self, processes: Callable[[], Mapping[str, ServedAdministration]]) -> None:
        """Create an empty log. `processes` returns the current ones by name, as a killed middleware is replaced."""
        super().__init__(time.perf_counter_ns)
        self._processes = processes
        self._start = time.perf_counter_ns()
        self._last_number = 0
        self._gathered: list[Exchange] = []
        self._kills: list[int] = []

    def prepare_kill(self, middleware: ServedAdministration) -> None:
        """Fetch what the middleware has recorded before it is killed; answers on their way to it are lost."""
        middleware.forget()
        self._gathered += middleware.drain_exchanges()
        self._kills.append(time.perf_counter_ns())

    def drain(self) -> list[Exchange]:
        """Return the exchanges since the last call, numbered in the order of the processes' common clock."""
        for process in {*self._processes().values()}:
            self._gathered += process.drain_exchanges()
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


def log_entry(message: dict[str, Any]) -> LogEntry:
    """Read an entry of a message log from the JSON of an administration."""
    troubles = {system: LoggedError(*trouble) for system, trouble in message["system_errors"].items()}
    return LogEntry(**message | {"system_errors": troubles})


def _is_one_of(gathered: Exchange, ours: Iterable[Exchange]) -> bool:
    """Return True for an exchange that this process began, and that both ends have recorded."""
    return any(
        one.receiver == gathered.receiver and one.began < gathered.began and gathered.ended < one.ended for one in ours
    )
