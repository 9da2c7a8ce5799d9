"""Everything in one process: the mock answers CPI's calls of `requests`, without a socket."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import pytest

from harness.doubles import ecc_faults
from harness.doubles.clocks import ManualClock
from harness.doubles.ecc_faults import Killed
from harness.doubles.taps import SCENARIO, Traffic
from harness.environments.interfaces import BEGIN, Moment
from harness.environments.local_ecc import OwnEcc
from harness.environments.local_icertis import OwnIci
from simulator.apim.webhook import Reply
from simulator.cpi.queue import Queue
from simulator.icertis.authentication import Authenticator
from simulator.icertis.event_delivery import DirectDelivery
from simulator.icertis.rest import IcertisRest
from simulator.icertis.tenant import IcertisTenant
from simulator.landscape import Databases, Landscape
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.reporting.reconciliation import Finding
from simulator.settings import Settings


class InProcess:
    """Our own middleware; everything that a step can need is there."""

    name = "in-process"

    def __init__(self, settings: Settings | None = None) -> None:
        """`settings` name the databases of all scenarios: emptying them is faster than making them."""
        self._databases = Databases.open(settings or Settings())

    def scene(self, settings: Settings) -> "InProcessScene":
        self._databases.reset()
        return InProcessScene(settings, self._databases)

    def close(self) -> None:
        self._databases.close()


class InProcessScene:
    """One landscape."""

    def __init__(self, settings: Settings, databases: Databases) -> None:
        """`databases` are empty, and stay open."""
        self._clock = ManualClock(BEGIN)
        self.traffic = traffic = Traffic()
        event_delivery = DirectDelivery(lambda event: self.landscape.post_event(event))  # noqa: PLW0108 - it is made below
        tenant = IcertisTenant(
            settings.source, event_delivery.emit, seed=settings.seed, roll_up=settings.roll_up_amendments
        )
        rest = IcertisRest(tenant, Authenticator(settings.ici_token), settings.seed)
        self.ici = OwnIci(tenant, rest, event_delivery)
        self.systems = {
            name: OwnEcc(system, traffic.target(name, system, SCENARIO)) for name, system in databases.systems.items()
        }
        self.cpi = self
        self.landscape = Landscape(settings, ici=self.ici.site, databases=databases, taps=traffic, clock=self._clock)

    def post(self, body: bytes, headers: Mapping[str, str] | None) -> Reply:
        return self.landscape.post_body(body, headers)

    def entries(self) -> list[LogEntry]:
        return self.landscape.monitoring.entries()

    def alerts(self) -> list[Alert]:
        return self.landscape.alerts()

    def next_due(self) -> datetime | None:
        return self._queue.next_due()

    def work(self, now: datetime) -> None:
        self._clock.now = now
        self.landscape.work()

    def put_back(self, guids: Iterable[str]) -> None:
        for guid in guids:
            assert self._queue.put_back(guid, self._clock.now), "it has not failed"
        self.landscape.work()

    def reconcile(self, *, repair: bool) -> list[Finding]:
        return self.landscape.reconcile(repair=repair, roll_up=self.ici.rolls_up)

    def killed(self, moment: Moment, deed: Callable[[], object]) -> None:
        if moment.system == "ICI":
            with self.ici.site.killing(moment.call), pytest.raises(Killed):
                deed()
            return
        system = self.systems[moment.system]
        system.has(ecc_faults.killing_before if moment.before else ecc_faults.killing_after)
        with pytest.raises(Killed):
            deed()
        system.mend()

    def close(self) -> None:
        for system in self.systems.values():
            system.mend()
        self.landscape.close()

    @property
    def _queue(self) -> Queue:
        assert self.landscape.queue is not None, "the features need CPI's store"
        return self.landscape.queue
