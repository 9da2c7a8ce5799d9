"""Our own landscape over HTTP: ICI, the middleware, each ECC system, SCM and its connector in a process of its own.

The processes start once for a run, and the steps reach them through the administration. Two things work on the
database files beside them: what users do in an ECC system (see `http_admin_clients`), and reconciliation, which runs
here as `zicm reconcile` does.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn, Protocol, Self

from requests import Session

from harness.abap.upsert import ABAP_SETTINGS
from harness.doubles.taps import APIM, CONNECTOR, ICI, SCM
from harness.environments.http_admin_clients import EccAdminClient, IcertisAdminClient
from harness.environments.http_scm import HttpScm, ScmProcesses
from harness.environments.interfaces import START_TIME, KillPoint, Mode, NotSupported, ScenarioLandscape
from harness.environments.server_process import (
    CREDENTIALS,
    TIMEOUT_SECONDS,
    MergedExchangeLog,
    ServedAdministration,
    ServerProcess,
    log_entry,
)
from harness.server.admin.faults import BLOCKS_AFTER, BLOCKS_BEFORE, HAS_BLOCKED
from harness.server.app import PartName, ServeConfig
from simulator.apim.webhook import Reply
from simulator.cpi.oauth2 import TokenClient
from simulator.ecc.system import EccSystem
from simulator.http_support import client_session
from simulator.landscape import Databases, Landscape
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.reporting.reconciliation import Finding
from simulator.settings import IciAccess, Settings

_DATABASES = {"systems", "store", "store_keys", "scm", "scm_store", "scm_store_keys", "ici_store"}
"""The settings that name a database or its keys."""

LONGEST_ANSWER = timedelta(seconds=2)
"""The time CPI waits for an answer. No scenario needs longer, and some need an answer that does not come."""


class HttpEnvironment:
    """Our own landscape, each part in its own process."""

    def __init__(self, databases: Settings | None = None, abap: Path | None = None) -> None:
        """Start the processes; `close` ends them. `abap` is the function module of the systems, in place of ours.

        `databases` are settings whose databases are in a server; without them each process has files.
        """
        self.mode = Mode.ABAP if abap else Mode.HTTP
        self.own_settings: Mapping[str, object] = ABAP_SETTINGS if abap else {}
        self._open = ExitStack()
        self._folder = Path(self._open.enter_context(TemporaryDirectory(prefix="zicm-wire-")))
        self._in_server = databases.model_dump(include=_DATABASES, exclude_defaults=True) if databases else {}
        if self._in_server:
            self._in_server["credentials"] = CREDENTIALS
        self._config = partial(ServeConfig, self._folder, all_in_folder=not self._in_server)
        self.settings = Settings.model_validate(self.own_settings)
        self.tasks_begun: dict[str, int] = {}
        self.faulty: set[str] = set()
        configs = {ICI: self._config(self.stored_settings, PartName.ICI, stopped_at=START_TIME)}
        for name, url in self.stored_settings.systems.items():
            only = self.stored_settings.model_copy(update={"systems": {name: url}})
            configs[name] = self._config(only, PartName.ECC, abap=abap)
        processes = {name: ServerProcess(config) for name, config in configs.items()}
        for process in processes.values():
            self._open.callback(process.stop)
        for process in processes.values():
            _wait_and_record(process)
        self.ici = processes.pop(ICI)
        self.eccs = processes
        opened = Databases.open(self.stored_settings.model_copy(update={"store": None}))
        self._open.callback(opened.close)
        self.systems = opened.systems
        self._scm: ScmProcesses | None = None
        self.start_middleware(START_TIME)
        self._open.callback(lambda: self.middleware.stop())  # noqa: PLW0108 - a kill replaces the process
        self.session = self._open.enter_context(client_session())

    @property
    def stored_settings(self) -> Settings:
        """The settings with the databases of the processes."""
        return self._with_databases(self.settings)

    def _with_databases(self, settings: Settings, **more: object) -> Settings:
        """Copy settings with the databases of the processes; no scenario survives the power."""
        changed = {"synchronous": "normal", **self._in_server, **more}
        return settings.with_data_directory(self._folder).model_copy(update=changed)

    def create_landscape(self, settings: Settings) -> ScenarioLandscape:
        if settings != self.settings:
            self.middleware.stop()
            self.settings = settings
            self.start_middleware(START_TIME)
        for process in (self.middleware, self.ici):
            process.reset(START_TIME)
        for name, process in self.eccs.items():
            if name in self.faulty:
                process.admin("DELETE", "/faults")
            self.systems[name].reset()
        self.faulty.clear()
        return HttpLandscape(self)

    def open_scm(self) -> ScmProcesses:
        """Start SCM and its connector for the first scenario that needs them; empty them for this one."""
        if self._scm is None:
            self._scm = ScmProcesses(self._config, self.ici, self.connector_settings)
            self._open.callback(self._scm.close)
        self._scm.reset(self.connector_settings)
        return self._scm

    @property
    def connector_settings(self) -> Settings:
        """The settings of the scenario that the connector knows of, so that others start no other one."""
        known = {"scm_types": self.settings.scm_types, "scm_period": self.settings.scm_period}
        return self._with_databases(Settings(**known), longest_answer=LONGEST_ANSWER)

    @property
    def scm_processes(self) -> dict[str, ServerProcess]:
        """The processes of SCM and its connector by what they serve, once a scenario has needed them."""
        return {SCM: self._scm.scm, CONNECTOR: self._scm.connector} if self._scm else {}

    def start_middleware(self, now: datetime) -> None:
        """Start a middleware with the current settings and its clock stopped, and give ICI its address."""
        config = self._config(
            self.stored_settings.model_copy(update={"longest_answer": LONGEST_ANSWER, "ici": self._other_tenants()}),
            PartName.MIDDLEWARE,
            ici_url=self.ici.urls["icertis"],
            ecc_urls={name: process.urls[name] for name, process in self.eccs.items()},
            stopped_at=now,
        )
        self.middleware = _wait_and_record(ServerProcess(config))
        self.tasks_begun = {}
        webhook = {"url": self.middleware.urls["webhook"], "apikey": self.middleware.credentials["apim"]["apikey"]}
        self.ici.admin("PUT", "/webhook", webhook)

    def _other_tenants(self) -> dict[str, IciAccess]:
        """Return the ICI of each other tenant; the one that scenarios call by the address of ours is ours."""
        client = self.ici.credentials["icertis"]
        ours = IciAccess(
            base_url=self.ici.urls["icertis"],
            token_url=self.ici.urls["token"],
            client_id=client["client_id"],
            client_secret=client["client_secret"],
        )
        settings = self.settings
        return {source: ours if one.base_url == settings.ici_base_url else one for source, one in settings.ici.items()}

    def close(self) -> None:
        self._open.close()


class ServedParts(Protocol):
    """The parts of a served landscape, as one scenario uses them."""

    @property
    def settings(self) -> Settings: ...
    @property
    def ici(self) -> ServedAdministration: ...
    @property
    def middleware(self) -> ServedAdministration: ...
    @property
    def eccs(self) -> Mapping[str, ServedAdministration]: ...
    @property
    def systems(self) -> Mapping[str, EccSystem]:
        """The systems of `eccs`, on their databases."""

    tasks_begun: dict[str, int]
    """The number of tasks that the middleware had begun for each system, blank for ICI, when it was last asked."""

    faulty: set[str]
    """The systems that a scenario has given faults."""

    @property
    def session(self) -> Session: ...


class AdministeredLandscape(ABC):
    """The landscape of one scenario, and its middleware as the steps use it."""

    def __init__(self, environment: ServedParts) -> None:
        self.exchange_log = log = MergedExchangeLog(lambda: self._served)
        self.opened_scm: HttpScm | None = None
        self.ici = IcertisAdminClient(environment.ici, self._settle, self.work)
        self.systems = {
            name: EccAdminClient(process, environment.session, environment.systems[name], log, environment.faulty)
            for name, process in environment.eccs.items()
        }
        self._environment = environment
        self._now = START_TIME
        self._is_being_killed = False

    @property
    def cpi(self) -> Self:
        return self

    @property
    @abstractmethod
    def scm(self) -> HttpScm:
        """SCM with its connector, opened when a step first needs it."""

    @property
    def _served(self) -> dict[str, ServedAdministration]:
        """The administrations by what they serve."""
        environment = self._environment
        return {ICI: environment.ici, APIM: environment.middleware, **environment.eccs}

    def post(
        self, body: bytes, headers: Mapping[str, str] | None, attributes: Mapping[str, str] | None = None
    ) -> Reply:
        expected = self._environment.settings.api_key
        shown = expected if headers is None else headers.get("apikey")
        key = self._environment.middleware.credentials["apim"]["apikey"] if shown == expected else shown
        credential = {} if shown is None else {"apikey": key}
        answer = self._environment.session.post(
            self._environment.middleware.urls["webhook"],
            body,
            headers={"Content-Type": "application/json", **credential, **(attributes or {})},
            timeout=TIMEOUT_SECONDS,
        )
        self._settle()
        return Reply(answer.status_code, answer.json(), answer.headers)

    def entries(self) -> list[LogEntry]:
        return [log_entry(message) for message in self._environment.middleware.messages()]

    def alerts(self) -> list[Alert]:
        self._environment.ici.forget()  # the monitoring asks it if it answers
        return [Alert(**alert) for alert in self._environment.middleware.admin_pages("/alerts")]

    def stored(self) -> str:
        _cannot("the store of a process is not read from here")

    def stored_bytes(self) -> str:
        return self.stored()

    def next_due(self) -> datetime | None:
        due = self._settle()["next_due"]
        return datetime.fromisoformat(due) if due else None

    def work(self, now: datetime) -> None:
        if self.opened_scm:
            self.opened_scm.set_time(now)
        if now != self._now:
            self._environment.middleware.admin("PUT", "/clock", {"now": now.isoformat()})
            self._now = now
        self._settle()

    def retry(self, guids: Iterable[str]) -> None:
        for guid in guids:
            retried = self._environment.middleware.admin("POST", f"/messages/{guid}/retry")["guids"]
            assert retried, "the message has not failed"
        self._settle()

    def close(self) -> None: ...  # noqa: B027 - a scenario leaves nothing open here

    def _settle(self) -> Any:
        """Wait until middleware and connector have done everything that is due."""
        if self.opened_scm:
            self.opened_scm.settle()
        if self._is_being_killed:
            self._forget()
            return None
        environment = self._environment
        done = environment.middleware.admin("POST", "/work")
        begun = done["tasks"]
        called = [name or ICI for name, number in begun.items() if number != environment.tasks_begun.get(name)]
        self._forget(APIM, *called)
        environment.tasks_begun = begun
        return done

    def _note_calls(self) -> None:
        """Note that the connector may have called ICI and SCM."""
        self._forget(ICI, SCM, CONNECTOR)

    def _forget(self, *names: str) -> None:
        """Observe these parts again, or all."""
        served = self._served
        for name in names or served:
            if name in served:
                served[name].forget()


class HttpLandscape(AdministeredLandscape):
    """The landscape of one scenario in processes of ours, which can be killed."""

    def __init__(self, environment: HttpEnvironment) -> None:
        super().__init__(environment)
        self._processes = environment

    @property
    def scm(self) -> HttpScm:
        if self.opened_scm is None:
            processes, log = self._processes.open_scm(), self.exchange_log
            self.opened_scm = HttpScm(processes, self.ici, self._note_calls, log.drain)
        return self.opened_scm

    @property
    def _served(self) -> dict[str, ServedAdministration]:
        return {**super()._served, **self._processes.scm_processes}

    def reconcile(self, *, repair: bool) -> list[Finding]:
        """Compare as `zicm reconcile` does: on the database files, with ICI at its URL."""
        if any(process.admin("GET", "/faults")["faults"] for process in self._processes.eccs.values()):
            _cannot("reconciliation reads the database files of a system and does not notice that its service fails")
        ici = self._processes.ici
        settings = self._processes.stored_settings.model_copy(update={"ici_base_url": ici.urls["icertis"]})
        client = ici.credentials["icertis"]
        with client_session() as session:
            token = TokenClient(session, ici.urls["token"], client["client_id"], client["client_secret"])
            with Landscape(
                settings, session=session, token=token, taps=self.exchange_log, clock=lambda: self._now
            ) as landscape:
                self._forget()
                return landscape.reconcile(repair=repair, roll_up=self.ici.rolls_up)

    def kill_during(self, kill_point: KillPoint, action: Callable[[], object]) -> None:
        """Hold back the answer at the kill point, kill the process while it waits for it, and start another one."""
        environment = self._processes
        self._is_being_killed = True
        is_reached = self._block_at(kill_point)
        action()
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not is_reached():
            assert time.monotonic() < deadline, "the middleware does not reach the point at which it is to be killed"
        self.exchange_log.prepare_kill(environment.middleware)
        environment.middleware.kill()
        for process in (environment.ici, *environment.eccs.values()):
            process.admin("DELETE", "/faults")
        environment.start_middleware(self._now)
        self._forget()
        self._is_being_killed = False

    def _block_at(self, kill_point: KillPoint) -> Callable[[], bool]:
        """Let ICI or a system block at a kill point. Return a function that tells if it has."""
        if kill_point.system == ICI:
            self.ici.answer_call_once(kill_point.call, "an answer that takes too long")
            before, process = len(self.ici.requests()), self._processes.ici
            # An observation would wait for the answer that does not come.
            return lambda: len(process.admin("GET", "/requests")) == before + kill_point.call
        system = self._processes.eccs[kill_point.system]
        what = BLOCKS_BEFORE if kill_point.before else BLOCKS_AFTER
        system.admin("POST", "/faults", {"target": kill_point.system, "what": what})
        return lambda: HAS_BLOCKED in system.admin("GET", "/faults")["faults"][kill_point.system]


def _wait_and_record(process: ServerProcess) -> ServerProcess:
    process.wait_until_ready().drain_exchanges()
    return process


def _cannot(reason: str) -> NoReturn:
    raise NotSupported(reason)
