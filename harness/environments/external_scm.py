"""Somebody else's connector between our ICI and our SCM, which this process serves.

Its webhook is known, and the jobs that it offers. Its work shows in the calls to SCM, and in what ICI and SCM hold.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import NoReturn

import requests
from starlette.routing import BaseRoute, Mount, Route

from harness.doubles.clocks import ManualClock
from harness.doubles.taps import CONNECTOR, ExchangeLog
from harness.environments.external import (
    MAX_EVENT_SECONDS,
    ExternalEnvironment,
    ExternalLandscape,
    FaultFreeIcertis,
)
from harness.environments.interfaces import (
    START_TIME,
    ConnectorAddress,
    MiddlewareFailed,
    Mode,
    NotConnectedError,
    NotSupported,
    ScenarioLandscape,
)
from harness.environments.local_icertis import LocalIcertis
from harness.environments.local_scm import LocalSides
from harness.server.fault_middleware import FaultMiddleware
from harness.testdata.scm_master_data import fill_master_data
from simulator.connector.alignment import Drift
from simulator.http_support import ErrorGuard
from simulator.icertis import http_app as icertis
from simulator.icertis.event_delivery import DirectDelivery
from simulator.icertis.integration_api import IntegrationApi
from simulator.icertis.rest import Answer
from simulator.icertis.tenant import EventPayload, IcertisTenant
from simulator.icertis.workflow import ContractWorkflow
from simulator.landscape import ScmLandscape, create_tenant, is_for_connector, scm_types
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.scm import http_app as scm
from simulator.scm.access import LIFETIME_SECONDS, TENANT, EntraTenant
from simulator.scm.odata.service import ODataRequest
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.site_transport import SiteAnswer
from simulator.token_endpoint import TokenEndpoint


class ConnectorEnvironment(ExternalEnvironment):
    """The connector behind a URL."""

    mode = Mode.CONNECTOR
    takes_events = CONNECTOR
    not_overheard = (*ExternalEnvironment.not_overheard, *scm.TOKENS)

    def __init__(self, connector: ConnectorAddress) -> None:
        """Listen until `close`. Raises PortInUse."""
        self.connector = connector
        self.system = ScmSystem()
        self.scm_access = EntraTenant(TENANT, connector.scm_client)
        self._sides: ExternalScm | None = None
        super().__init__(connector)
        self._open.callback(self.system.close)

    @property
    def urls(self) -> dict[str, str]:
        """The URLs that the connector calls."""
        ici = {"ICI": self.base + icertis.API, "ICI token": self.base + icertis.TOKEN}
        return {**ici, "SCM": self.base + scm.ROOT, "SCM token": self.base + scm.TOKENS[0]}

    def create_landscape(self, settings: Settings) -> ScenarioLandscape:
        if settings.model_copy(update={"scm_types": {}}) != Settings():
            raise NotSupported("the settings of the connector cannot be changed from here")
        if settings.scm_types and "connect" not in self.connector.jobs:
            raise NotSupported("the connector was given no job connect")
        self._exchange_log.reset()
        event_delivery = DirectDelivery(
            lambda event: self._post(json.dumps(event).encode(), None), max_wait=MAX_EVENT_SECONDS
        )
        types = scm_types(settings)

        def emit(event: EventPayload) -> None:
            if is_for_connector(event, types):
                event_delivery.emit(event)

        clock = ManualClock(START_TIME)
        tenant = create_tenant(settings, emit, clock)
        ici = FaultFreeIcertis(tenant, self.access, event_delivery, clock, settings.seed)
        self._site = self._exchange_log.site(ici.site)
        self._sides = ExternalScm(self, settings, tenant, ici, clock=clock, log=self._exchange_log)
        self._sides.start()
        return ConnectorLandscape(self._sides, ici, settings, self._exchange_log)

    def run_job(self, name: str, body: object = None, method: str = "POST") -> requests.Response:
        """Ask the connector to do a job, and wait until it is done. Raises NotSupported for one that it has not."""
        url = self.connector.jobs.get(name)
        if url is None:
            raise NotSupported(f"the connector was given no job {name}")
        try:
            answer = self._session.request(
                method, url, json=body, headers=self.connector.headers, timeout=MAX_EVENT_SECONDS, allow_redirects=False
            )
        except requests.RequestException as failure:
            raise MiddlewareFailed(f"the job {name} could not be asked for ({type(failure).__name__})") from None
        self._settle()
        return answer

    def _routes(self) -> list[BaseRoute]:
        written = self._exchange_log.integration(self._write)
        ici = icertis.IcertisOverHttp(lambda: self._site, written)
        tokens = TokenEndpoint(self.scm_access.issue_token, LIFETIME_SECONDS, "Entra ID")
        return [
            Mount(icertis.API, FaultMiddleware(ici)),
            Route(icertis.TOKEN, icertis.token_endpoint(self.access)),
            *(Route(path, ErrorGuard(tokens)) for path in scm.TOKENS),
            Mount(scm.ROOT, FaultMiddleware(scm.ScmOverHttp(self.system, self.scm_access, self._around))),
        ]

    def _around(self, request: ODataRequest, usual: scm.Usual) -> SiteAnswer:
        return self._sides.site.around(request, usual) if self._sides else usual()

    def _write(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        assert self._sides is not None, "no scenario has begun"
        return self._sides.integration.answer(method, path, headers, body)


class ConnectorLandscape(ExternalLandscape):
    """The landscape of one scenario with the external connector in it; there is no ECC."""

    def __init__(self, sides: "ExternalScm", ici: LocalIcertis, settings: Settings, log: ExchangeLog) -> None:
        super().__init__(ici, {}, settings, _no_middleware, log)
        self.opened_scm = self._sides = sides

    @property
    def scm(self) -> "ExternalScm":
        return self._sides


class ExternalScm(LocalSides):
    """SCM of one scenario, with somebody's connector."""

    compares_reads = False

    def __init__(  # noqa: PLR0913 - ICI and SCM of one scenario
        self,
        environment: ConnectorEnvironment,
        settings: Settings,
        tenant: IcertisTenant,
        ici: LocalIcertis,
        *,
        clock: ManualClock,
        log: ExchangeLog,
    ) -> None:
        super().__init__(ici, environment.system, log)
        fill_master_data(self.system)
        self._environment = environment
        self._settings = settings
        self._clock = clock
        self._log = log
        self.access = environment.scm_access
        self.access.change_secret(environment.connector.scm_client[1])
        self.workflow = ContractWorkflow(tenant)
        self.integration = IntegrationApi(ici.site, tenant, environment.access)

    def start(self) -> None:
        """Let the connector set the connection up, or do it in its place where it cannot be asked."""
        if "connect" in self._environment.connector.jobs:
            with suppress(NotConnectedError):  # a scenario may be about a set-up that SCM refuses
                self.connect()
        else:
            with ScmLandscape(Settings(), self.workflow.tenant, system=self.system) as ours:
                ours.connector.connect(self._settings.ici_base_url)
        self.site.clear()
        self.integration.writes.clear()
        self._log.drain()

    def connect(self) -> None:
        types = scm_types(self._settings).values()
        announced = [{"ici": one.name, "scm": one.label, "purchaseAgreement": one.has_agreement} for one in types]
        answer = self._environment.run_job("connect", {"ici": self._settings.ici_base_url, "types": announced})
        if not answer.ok:
            raise NotConnectedError

    def align(self) -> list[Drift]:
        self._environment.run_job("align")
        return []

    def drifts(self) -> list[Drift]:
        _cannot("what the alignment of the connector has found cannot be read from here")

    def alerts(self) -> list[Alert]:
        _cannot("the alerts of the connector cannot be read from here")

    def read_master_data(self) -> list[str]:
        self._environment.run_job("master-data")
        return []

    def work(self) -> None:
        if self._clock.now - START_TIME < self._settings.scm_period:
            _cannot("the clock of the connector cannot be set from here")
        self.align()

    def next_due(self) -> str:
        _cannot("the retries of the connector cannot be seen from here")

    def next_work(self) -> bool:
        if not int(self._environment.run_job("retry", method="GET").text):
            return False
        self._environment.run_job("retry")
        return True

    def entries(self) -> list[LogEntry]:
        _cannot("the log of the connector cannot be read from here")

    def stored(self) -> str:
        _cannot("the store of the connector cannot be read from here")

    def set_available(self, *, available: bool) -> None:
        self._require_retry()
        super().set_available(available=available)

    def fail_once(self, method: str, collection: str, words: str) -> None:
        self._require_retry()
        super().fail_once(method, collection, words)

    def _require_retry(self) -> None:
        if not {"retry", "connect"} <= {*self._environment.connector.jobs}:
            _cannot("a fault would leave retries in the connector: it has no job retry, or none that forgets them")


def _no_middleware(*_: object) -> NoReturn:
    _cannot("this run has a connector to SCM, and no middleware to ECC")


def _cannot(reason: str) -> NoReturn:
    raise NotSupported(reason)
