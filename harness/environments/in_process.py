"""Run the whole landscape in one process: the mock answers CPI's calls of `requests` without a socket."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest

from harness.abap.upsert import ABAP_SETTINGS, abap_in
from harness.doubles import ecc_faults
from harness.doubles.clocks import ManualClock
from harness.doubles.ecc_faults import ProcessKilled
from harness.doubles.icertis_tokens import TokenSite
from harness.doubles.taps import SCENARIO, ExchangeLog
from harness.environments.interfaces import START_TIME, KillPoint, Mode
from harness.environments.local_ecc import LocalEcc
from harness.environments.local_icertis import LocalIcertis
from harness.environments.local_scm import LocalScm
from harness.environments.stored_bytes import stored_bytes
from harness.environments.unchanged import ReadOnce, engine_of
from simulator.apim.webhook import Reply
from simulator.cpi.oauth2 import TokenClient
from simulator.cpi.queue import Queue
from simulator.icertis.authentication import Authenticator
from simulator.icertis.event_delivery import DirectDelivery
from simulator.icertis.rest import without_body
from simulator.icertis.tenant import EventPayload
from simulator.landscape import Databases, Landscape, create_tenant, open_connector_store
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.reporting.reconciliation import Finding
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.site_transport import mounted

_CLIENT = ("cpi", "cpi-secret")
_TOKEN_SITE = "https://ici-login.invalid"  # noqa: S105 - an address


class InProcessEnvironment:
    """Our own landscape in this process. It supports every step."""

    def __init__(self, settings: Settings | None = None, abap: Path | None = None) -> None:
        """Open the databases of all scenarios, as emptying them is faster than creating them.

        `abap` is translated ABAP in place of the built-in function module.
        """
        self.mode = Mode.ABAP if abap else Mode.IN_PROCESS
        self.own_settings: Mapping[str, object] = ABAP_SETTINGS if abap else {}
        self._open = ExitStack()
        self._settings = settings or Settings()
        self._databases = Databases.open(self._settings)
        self._open.callback(self._databases.close)
        self._scm: tuple[ScmSystem, Queue] | None = None
        """SCM and the connector's store, opened by the first scenario that needs them."""

        if abap is not None:
            self._open.enter_context(abap_in(self._databases.systems.values(), abap))

    def create_landscape(self, settings: Settings) -> "InProcessLandscape":
        self._databases.reset()
        return InProcessLandscape(settings, self._databases, self._open_scm)

    def _open_scm(self) -> tuple[ScmSystem, Queue]:
        if self._scm is None:
            assert self._settings.scm is not None
            self._scm = system, store = ScmSystem(self._settings.scm), open_connector_store(self._settings)
            self._open.callback(system.close)
            self._open.callback(store.close)
        return self._scm

    def close(self) -> None:
        self._open.close()


class InProcessLandscape:
    """The landscape of one scenario."""

    def __init__(
        self, settings: Settings, databases: Databases, open_scm: Callable[[], tuple[ScmSystem, Queue]]
    ) -> None:
        """`databases` are empty; they stay open, and so does what `open_scm` returns."""
        self._clock = ManualClock(START_TIME)
        event_delivery = DirectDelivery(lambda event: self.landscape.post_event(event))  # noqa: PLW0108 - it is made below

        def emit(event: EventPayload) -> None:
            if self.opened_scm and self.opened_scm.takes(event):
                self.opened_scm.receive(event)
            else:
                event_delivery.emit(event)

        self.opened_scm: LocalScm | None = None
        self._open_scm = open_scm
        self._settings = settings
        self._tenant = tenant = create_tenant(settings, emit, self._clock)
        authenticator = Authenticator(settings.ici_token, client=_CLIENT)
        self.ici = LocalIcertis(tenant, authenticator, event_delivery, self._clock, settings.seed)
        self.exchange_log = log = ExchangeLog()
        self.systems = {
            name: LocalEcc(system, log.target(name, system, SCENARIO)) for name, system in databases.systems.items()
        }
        self.cpi = self
        self._token_session = mounted({_TOKEN_SITE: without_body(TokenSite(authenticator))})
        self.landscape = Landscape(
            settings,
            ici=self.ici.site,
            token=TokenClient(self._token_session, f"{_TOKEN_SITE}/token", *_CLIENT, clock=self._clock),
            databases=databases,
            taps=log,
            clock=self._clock,
        )
        store, read = self.landscape.queue, self.landscape.monitoring.entries
        self._entries = ReadOnce(engine_of(store), read) if store else read

    @property
    def scm(self) -> LocalScm:
        """SCM with its connector, opened when a step first needs it."""
        if self.opened_scm is None:
            system, store = self._open_scm()
            self.opened_scm = LocalScm(
                self._settings,
                self._tenant,
                self.ici,
                system=system,
                store=store,
                clock=self._clock,
                log=self.exchange_log,
            )
        return self.opened_scm

    def post(
        self, body: bytes, headers: Mapping[str, str] | None, attributes: Mapping[str, str] | None = None
    ) -> Reply:
        return self.landscape.post_body(body, headers, attributes)

    def entries(self) -> list[LogEntry]:
        return [*self._entries()]

    def alerts(self) -> list[Alert]:
        return self.landscape.alerts()

    def stored(self) -> str:
        return str([*self._queue.log.messages(), *self._queue.log.parcels()])

    def stored_bytes(self) -> str:
        return stored_bytes(self._queue)

    def next_due(self) -> datetime | None:
        return self._queue.next_due()

    def work(self, now: datetime) -> None:
        self._clock.now = now
        self.landscape.work()

    def retry(self, guids: Iterable[str]) -> None:
        for guid in guids:
            assert self._queue.retry(guid, self._clock.now), "the message has not failed"
        self.landscape.work()

    def reconcile(self, *, repair: bool) -> list[Finding]:
        return self.landscape.reconcile(repair=repair, roll_up=self.ici.rolls_up)

    def kill_during(self, kill_point: KillPoint, action: Callable[[], object]) -> None:
        if kill_point.system == "ICI":
            with self.ici.site.kill_after_call(kill_point.call), pytest.raises(ProcessKilled):
                action()
            return
        system = self.systems[kill_point.system]
        system.inject(ecc_faults.kill_before if kill_point.before else ecc_faults.kill_after)
        with pytest.raises(ProcessKilled):
            action()
        system.clear_faults()

    def close(self) -> None:
        for system in self.systems.values():
            system.clear_faults()
        if self.opened_scm:
            self.opened_scm.close()
        self.landscape.close()
        self._token_session.close()

    @property
    def _queue(self) -> Queue:
        assert self.landscape.queue is not None, "the features need CPI's store"
        return self.landscape.queue
