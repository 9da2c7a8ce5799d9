"""SCM, its connector and the contracts of ICI for it in other processes, as the steps use them.

The processes start when a scenario first needs them. What users of SCM do works on its database file, which this
process opens beside the one that serves it, as with the ECC systems (see `http_admin_clients`).
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import Any, NoReturn, Protocol
from urllib.parse import quote

from harness.doubles.scm_faults import ScmCall
from harness.environments.http_admin_clients import IcertisAdminClient, body_of
from harness.environments.interfaces import START_TIME, NotConnectedError, NotSupported
from harness.environments.local_scm import SET_UP, connect_once
from harness.environments.server_process import ServedAdministration, ServerProcess, log_entry
from harness.server.app import PartName, ServeConfig
from simulator.connector.alignment import Drift
from simulator.icertis.agreement import Agreement, amendment_type, scm_type
from simulator.icertis.rest import IcertisRequest
from simulator.icertis.risk import Assessment, RiskHit
from simulator.icertis.tenant import NotAllowedError
from simulator.icertis.workflow import EXECUTION
from simulator.landscape import scm_types
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.scm.system import ScmSystem
from simulator.settings import Settings


class ScmProcesses:
    """The processes of SCM and of the connector, over the scenarios of a run."""

    def __init__(self, config: Callable[..., ServeConfig], ici: ServerProcess, settings: Settings) -> None:
        """Start both; `settings` name their databases, and `config` knows their folder."""
        self._config = config
        self.ici = ici
        self._open = ExitStack()
        self.scm = ServerProcess(config(settings, PartName.SCM))
        self._open.callback(self.scm.stop)
        self.scm.wait_until_ready().drain_exchanges()
        assert settings.scm is not None
        self.system = ScmSystem(settings.scm)
        self._open.callback(self.system.close)
        self.settings = settings
        self.connector = self._start_connector(settings)
        self._open.callback(lambda: self.connector.stop())  # noqa: PLW0108 - other settings replace the process

    def reset(self, settings: Settings) -> None:
        """Empty everything for the next scenario; other settings of the connector start another one."""
        if settings != self.settings:
            self.connector.stop()
            self.settings = settings
            self.connector = self._start_connector(settings)
        # First the clock: the connector counts its periods from the time of the reset.
        self.connector.admin("PUT", "/clock", {"now": START_TIME.isoformat()})
        self.connector.reset()
        self.scm.reset()

    def _start_connector(self, settings: Settings) -> ServerProcess:
        config = self._config(
            settings,
            PartName.CONNECTOR,
            ici_url=self.ici.urls["icertis"],
            scm_url=self.scm.urls["scm"],
            stopped_at=START_TIME,
        )
        process = ServerProcess(config).wait_until_ready()
        process.drain_exchanges()
        key = process.credentials["apim"]["apikey"]
        webhook = {"url": process.urls["connector"], "apikey": key, "types": [*scm_types(settings)]}
        self.ici.admin("PUT", "/connector-webhook", webhook)
        return process

    def close(self) -> None:
        self._open.close()


class AdministeredScm(Protocol):
    """The administrations of SCM, its connector and ICI, and the database of SCM."""

    @property
    def settings(self) -> Settings: ...
    @property
    def ici(self) -> ServedAdministration: ...
    @property
    def scm(self) -> ServedAdministration: ...
    @property
    def connector(self) -> ServedAdministration: ...
    @property
    def system(self) -> ScmSystem: ...


class HttpScm:
    """SCM of one scenario, with our own connector."""

    compares_reads = True

    def __init__(
        self,
        processes: AdministeredScm,
        ici: IcertisAdminClient,
        stale: Callable[[], None],
        drain: Callable[[], object],
    ) -> None:
        """Set the connection up, if SCM lets it. `stale` is called when exchanges may have been recorded.

        `drain` forgets those of the set-up.
        """
        self._processes = processes
        self._ici = ici
        self._stale = stale
        self.system = processes.system
        connect_once(processes.settings, self.system, self.connect)
        self._set_up_calls = len(processes.scm.observed()["scm_calls"])
        drain()

    def draft(
        self, kind: str, terms: Mapping[str, object], lines: Iterable[Mapping[str, object]], code: str, sys_id: str
    ) -> Agreement:
        return self._draft(kind, terms, code, sys_id, lines=[*lines])

    def draft_from_link(self, kind: str, url: str, terms: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        return self._draft(kind, terms, code, sys_id, link=url)

    def _draft(self, kind: str, terms: Mapping[str, object], code: str, sys_id: str, **more: object) -> Agreement:
        names = {"type": kind, "code": code, "sys_id": sys_id}
        made = self._processes.ici.admin("POST", "/contracts", {**names, **body_of(terms), **more})
        self.settle()
        return self._ici.keep(Agreement(scm_type(kind), made["sys_id"], made["code"], dict(terms)))

    def draft_amendment(self, parent: str, changes: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        amended = self._ici.agreement(parent)
        made = self._act(parent, "/amend", {"code": code, "sys_id": sys_id, **body_of(changes)})
        attributes = {**amended.attributes, **changes}
        return self._ici.keep(Agreement(amendment_type(amended.kind), made["sys_id"], made["code"], attributes))

    def take(self, code: str, words: str) -> None:
        self._act(code, "/step", {"step": words})

    def execute(self, code: str) -> None:
        for words in EXECUTION:
            self.take(code, words)

    def change_terms(self, code: str, changes: Mapping[str, object]) -> None:
        self._act(code, "/terms", body_of(changes))

    def reset_expiry(self, code: str, day: str) -> None:
        self._act(code, "/expiry", {"on": day})

    def attributes(self, code: str) -> Mapping[str, object]:
        held = self._processes.ici.admin("GET", self._path(code))
        return {"ICMStatus": held["status"], **held["attributes"]}

    def assess_risks(self) -> None:
        self._processes.ici.admin("PUT", "/risk", {"assess": True})

    def assess(self, code: str) -> Assessment | None:
        found = self._processes.ici.admin("GET", f"{self._path(code)}/risk")
        return found and Assessment(**found | {"hits": tuple(RiskHit(**hit) for hit in found["hits"])})

    def accept_risk(self, code: str, by: str, reason: str) -> None:
        self._processes.ici.admin("POST", f"{self._path(code)}/risk", {"by": by, "reason": reason})

    def master_data(self, collection: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = self._processes.ici.admin("GET", f"/masterdata/{collection}")
        return found

    def writes_to_ici(self) -> list[IcertisRequest]:
        return [IcertisRequest(**fields) for fields in self._processes.ici.observed()["writes"]]

    def set_available(self, *, available: bool) -> None:
        self._scm("PUT", "/behaviour", {"up": available})

    def switch_feature_off(self) -> None:
        self._scm("PUT", "/behaviour", {"feature": False})

    def shorten_pages(self, rows: int) -> None:
        self._scm("PUT", "/behaviour", {"page_rows": rows})

    def fail_once(self, method: str, collection: str, words: str) -> None:
        self._scm("POST", "/faults", {"method": method, "collection": collection, "what": words})

    def reject_client(self) -> None:
        self._scm("POST", "/reject-client")

    def calls(self) -> list[ScmCall]:
        return [ScmCall(**fields) for fields in self._processes.scm.observed()["scm_calls"][self._set_up_calls :]]

    def disconnect(self) -> None:
        self.system.empty(*SET_UP)

    def connect(self) -> None:
        try:
            self._connector("POST", "/connect", {"ici": Settings().ici_base_url})
        except NotAllowedError as why:
            raise NotConnectedError(str(why)) from None

    def align(self) -> list[Drift]:
        found = self._connector("POST", "/align")["drifts"]
        self.settle()
        return [Drift(**one) for one in found]

    def drifts(self) -> list[Drift]:
        return [Drift(**one) for one in self._connector("GET", "/drifts")["drifts"]]

    def alerts(self) -> list[Alert]:
        self._stale()  # the monitoring asks ICI and SCM if they answer
        return [Alert(**one) for one in self._connector("GET", "/alerts")]

    def read_master_data(self) -> list[str]:
        found: list[str] = self._connector("POST", "/master-data")["collections"]
        return found

    def settle(self) -> str:
        """Wait until the connector has done everything that is due. Return the time of the next attempt."""
        return str(self._connector("POST", "/work")["next_due"] or "")

    def work(self) -> None:
        self.settle()

    def next_due(self) -> str:
        due = self.settle()
        return datetime.fromisoformat(due).isoformat() if due else ""

    def next_work(self) -> bool:
        due = self.settle()
        if due:
            self.set_time(datetime.fromisoformat(due))
            self.settle()
        return bool(due)

    def set_time(self, now: datetime) -> None:
        """Set the clock of the connector, never back."""
        current = datetime.fromisoformat(self._processes.connector.admin("GET", "/clock")["now"])
        self._processes.connector.admin("PUT", "/clock", {"now": max(current, now).isoformat()})

    def entries(self) -> list[LogEntry]:
        return [log_entry(message) for message in self._processes.connector.observed()["connector_messages"]]

    def stored(self) -> str:
        _cannot("the store of a process is not read from here")

    def _act(self, code: str, action: str, body: object) -> Any:
        answer = self._processes.ici.admin("POST", self._path(code) + action, body)
        self.settle()
        return answer

    def _path(self, code: str) -> str:
        return f"/contracts/{quote(self._ici.agreement(code).sys_id, safe='')}"

    def _scm(self, method: str, path: str, body: object = None) -> Any:
        return self._processes.scm.admin(method, f"/scm{path}", body)

    def _connector(self, method: str, path: str, body: object = None) -> Any:
        if method != "GET":
            self._stale()
        return self._processes.connector.admin(method, f"/connector{path}", body)


def _cannot(reason: str) -> NoReturn:
    raise NotSupported(reason)
