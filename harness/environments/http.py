"""Our own landscape over HTTP: ICI, the middleware and each ECC system in a process of its own, on files.

The processes are those of `zicm serve --part`, started once for a run; the steps reach them through the administration.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from harness.environments.http_admin_clients import AdministeredEcc, AdministeredIci
from harness.environments.interfaces import BEGIN, Moment, NotSupported, ScenarioLandscape
from harness.environments.merged_taps import WireTraffic
from harness.environments.server_process import SECONDS, Part
from harness.server.admin.faults import HAS_STOPPED, STOPS_AFTER, STOPS_BEFORE
from simulator.apim.webhook import Reply
from simulator.cpi.oauth2 import TokenClient
from simulator.http_support import client_session
from simulator.landscape import Databases, Landscape
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry, LoggedError
from simulator.reporting.reconciliation import Finding
from simulator.settings import Settings

LONGEST_ANSWER = 2.0
"""Seconds that CPI waits for an answer: no scenario needs longer, and some need an answer that does not come."""


class HttpEnvironment:
    """The landscape, its parts apart."""

    name = "wire"

    def __init__(self) -> None:
        """Starts the processes; they end when it is closed."""
        self._open = ExitStack()
        self.folder = Path(self._open.enter_context(TemporaryDirectory(prefix="zicm-wire-")))
        data = ("--data", str(self.folder))
        names = list(Settings().systems)
        started = [Part("--part", "ici", *data), *(Part("--part", "ecc", "--systems", name, *data) for name in names)]
        for part in started:
            self._open.callback(part.stop)
        self.ici, *eccs = (part.ready() for part in started)
        self.eccs = dict(zip(names, eccs, strict=True))
        self.settings = Settings()
        desks = Databases.open(self.settings.with_data_directory(self.folder).model_copy(update={"store": None}))
        self._open.callback(desks.close)
        self.desks = desks.systems
        self.start_middleware(BEGIN)
        self._open.callback(lambda: self.middleware.stop())  # noqa: PLW0108 - the one that there is then
        self.session = self._open.enter_context(client_session())

    def scene(self, settings: Settings) -> ScenarioLandscape:
        if settings != self.settings:
            self.middleware.stop()
            self.settings = settings
            self.start_middleware(BEGIN)
        self.middleware.ask("POST", "/reset")
        self.middleware.ask("PUT", "/clock", {"now": BEGIN.isoformat()})
        for part in (self.ici, *self.eccs.values()):
            part.ask("POST", "/reset")
        return WireScene(self)

    def start_middleware(self, now: datetime) -> None:
        """Start it with the settings, its clock stopped at a time; ICI is told where it is."""
        options = ["--part", "middleware", "--data", str(self.folder), "--settings", str(self._file())]
        options += ["--ici-url", self.ici.urls["icertis"], "--clock", now.isoformat()]
        for name, part in self.eccs.items():
            options += ["--ecc", f"{name}={part.urls[name]}"]
        self.middleware = Part(*options).ready()
        webhook = {"url": self.middleware.urls["webhook"], "apikey": self.middleware.credentials["apim"]["apikey"]}
        self.ici.ask("PUT", "/webhook", webhook)

    def close(self) -> None:
        self._open.close()

    def _file(self) -> Path:
        """A file that says what is otherwise than by default."""
        lines = [f"longest_answer = {LONGEST_ANSWER}", f"api_key = {json.dumps(self.settings.api_key or '')}"]
        lines += [f"max_per_second = {self.settings.max_per_second or 0}", "[type_codes]"]
        lines += [f"{name} = {json.dumps(code)}" for name, code in self.settings.type_codes.items()]
        file = self.folder / "settings.toml"
        file.write_text("\n".join(lines), encoding="utf-8")
        return file


class WireScene:
    """The landscape of one scenario, and its middleware as the steps use it."""

    def __init__(self, wire: "HttpEnvironment") -> None:
        self.traffic = WireTraffic(lambda: (wire.ici, wire.middleware, *wire.eccs.values()))
        self.ici = AdministeredIci(wire.ici, self.settle)
        self.systems = {
            name: AdministeredEcc(name, part, wire.session, wire.desks[name], self.traffic)
            for name, part in wire.eccs.items()
        }
        self.cpi = self
        self._wire = wire
        self._now = BEGIN
        self._is_being_killed = False

    def settle(self) -> Any:
        """Wait until everything that is due has been done."""
        self.traffic.mark_stale()
        return None if self._is_being_killed else self._wire.middleware.ask("POST", "/work")

    def post(self, body: bytes, headers: Mapping[str, str] | None) -> Reply:
        right = self._wire.settings.api_key
        shown = right if headers is None else headers.get("apikey")
        key = self._wire.middleware.credentials["apim"]["apikey"] if shown == right else shown
        credential = {} if shown is None else {"apikey": key}
        answer = self._wire.session.post(
            self._wire.middleware.urls["webhook"],
            body,
            headers={"Content-Type": "application/json", **credential},
            timeout=SECONDS,
        )
        self.settle()
        return Reply(answer.status_code, answer.json(), answer.headers)

    def entries(self) -> list[LogEntry]:
        return [_entry(message) for message in self._wire.middleware.ask("GET", "/messages")]

    def alerts(self) -> list[Alert]:
        self.traffic.mark_stale()  # it asks ICI whether it answers
        return [Alert(**alert) for alert in self._wire.middleware.ask("GET", "/alerts")]

    def next_due(self) -> datetime | None:
        due = self.settle()["next_due"]
        return datetime.fromisoformat(due) if due else None

    def work(self, now: datetime) -> None:
        self._now = now
        self._wire.middleware.ask("PUT", "/clock", {"now": now.isoformat()})
        self.settle()

    def put_back(self, guids: Iterable[str]) -> None:
        for guid in guids:
            assert self._wire.middleware.ask("POST", f"/messages/{guid}/retry")["guids"], "it has not failed"
        self.settle()

    def reconcile(self, *, repair: bool) -> list[Finding]:
        """As `zicm reconcile` does it: beside the processes, on their files, with ICI at its URL."""
        if any(part.ask("GET", "/faults")["faults"] for part in self._wire.eccs.values()):
            _cannot("a comparison reads the files of a system, and does not notice that its service fails")
        ici = self._wire.ici
        settings = self._wire.settings.model_copy(update={"ici_base_url": ici.urls["icertis"]})
        settings = settings.with_data_directory(self._wire.folder)
        client = ici.credentials["icertis"]
        with client_session() as session:
            token = TokenClient(session, ici.urls["token"], client["client_id"], client["client_secret"])
            with Landscape(
                settings, session=session, token=token, taps=self.traffic, clock=lambda: self._now
            ) as landscape:
                self.traffic.mark_stale()
                return landscape.reconcile(repair=repair, roll_up=self.ici.rolls_up)

    def killed(self, moment: Moment, deed: Callable[[], object]) -> None:
        """Let the other side hold its answer back, end the process while it waits for it, and start another one."""
        self._is_being_killed = True
        reached = self._stop_at(moment)
        deed()
        until = time.monotonic() + SECONDS
        while not reached():
            assert time.monotonic() < until, "the middleware does not come to the moment at which it is to be killed"
        self.traffic.prepare_kill(self._wire.middleware)
        self._wire.middleware.kill()
        for part in (self._wire.ici, *self._wire.eccs.values()):
            part.ask("DELETE", "/faults")
        self._wire.start_middleware(self._now)
        self._is_being_killed = False

    def _stop_at(self, moment: Moment) -> Callable[[], bool]:
        """Let ICI or a system stop at a moment. Returns whether it has."""
        if moment.system == "ICI":
            self.ici.answers_call_once(moment.call, "an answer that takes too long")
            before = len(self.ici.requests())
            return lambda: len(self.ici.requests()) == before + moment.call
        part = self._wire.eccs[moment.system]
        what = STOPS_BEFORE if moment.before else STOPS_AFTER
        part.ask("POST", "/faults", {"target": moment.system, "what": what})
        return lambda: HAS_STOPPED in part.ask("GET", "/faults")["faults"][moment.system]

    def close(self) -> None: ...


def _entry(message: dict[str, Any]) -> LogEntry:
    troubles = {system: LoggedError(*trouble) for system, trouble in message.pop("system_errors").items()}
    return LogEntry(**message, system_errors=troubles)


def _cannot(reason: str) -> NoReturn:
    raise NotSupported(reason)
