"""The composition root: ICI, API Management, CPI, the ECC systems and the monitoring, wired from one Settings."""

import json
import math
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from dataclasses import replace
from types import TracebackType
from typing import NamedTuple, Self

import requests

from simulator.apim.webhook import Reply, Webhook
from simulator.clock import Clock, utc_now
from simulator.cpi.current_state import Listed, listed, present
from simulator.cpi.iflow import Outcome
from simulator.cpi.queue import Queue
from simulator.cpi.worker import Worker
from simulator.ecc.outline_agreements import NumberRange
from simulator.ecc.system import EccSystem
from simulator.http_support import client_session
from simulator.icertis.authentication import Access
from simulator.icertis.event_delivery import DirectDelivery, retry_after
from simulator.icertis.responses_transport import served
from simulator.icertis.rest import IcertisRest, RestSite
from simulator.icertis.tenant import IcertisTenant
from simulator.mapping.message import Message
from simulator.middleware import Middleware, Token
from simulator.monitoring.alerts import Alert
from simulator.reporting.consolidation import Asked, Report, consolidate
from simulator.reporting.reconciliation import (
    DIFFERING,
    MISSING,
    Agreement,
    Finding,
    mark_possible_amendments,
    reconcile,
    repairs,
)
from simulator.settings import Settings


def open_system(settings: Settings, name: str) -> EccSystem:
    """One of the ECC systems of the settings; no two have number ranges that overlap."""
    first = 4600000000 + 10000000 * [*settings.systems].index(name)
    return EccSystem(name, settings.systems[name], NumberRange(first, first + 9999999))


def open_systems(settings: Settings) -> dict[str, EccSystem]:
    """The ECC systems of the settings, all or none of them."""
    with ExitStack() as opened:
        systems = {name: opened.enter_context(closing(open_system(settings, name))) for name in settings.systems}
        opened.pop_all()
    return systems


def consolidation_report(systems: Mapping[str, EccSystem], settings: Settings, asked: Asked) -> Report:
    """Report contracts and outline agreements over all systems.

    Raises InterfaceError D-20 where a system does not answer.
    """
    with ExitStack() as reading:
        connections = {name: reading.enter_context(system.transaction()) for name, system in systems.items()}
        return consolidate(connections, settings.type_codes, asked)


def post_with_backoff(
    post: Callable[[], Reply], *, longest: float = math.inf, sleep: Callable[[float], object] = time.sleep
) -> Reply:
    """Send an event as ICI does: one that came too fast (429) comes again when the webhook has said.

    Returns what it answered in the end, or where that would take more than `longest` seconds.
    """
    while (reply := post()).status == 429:
        wait = retry_after(reply.headers)
        longest -= wait
        if longest < 0:
            break
        sleep(wait)
    return reply


class Databases(NamedTuple):
    """What a landscape keeps: the tables of the ECC systems, and CPI's store."""

    systems: dict[str, EccSystem]
    queue: Queue | None
    """None where each message is tried once."""

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open those that the settings name; what is in them already is kept."""
        with ExitStack() as opened:
            systems = open_systems(settings)
            for system in systems.values():
                opened.callback(system.close)
            databases = cls(systems, Queue(settings.store) if settings.store else None)
            opened.pop_all()
        return databases

    def reset(self) -> None:
        """Empty them."""
        for system in self.systems.values():
            system.reset()
        if self.queue:
            self.queue.reset()

    def close(self) -> None:
        for system in self.systems.values():
            system.close()
        if self.queue:
            self.queue.close()


class Landscape:
    """All systems of the interface in one process.

    Use it as a context manager: inside, the mock answers CPI's calls. One that is not entered calls a real ICI, over
    the network; it is to be closed.
    """

    def __init__(  # noqa: PLR0913 - one for each that can be another
        self,
        settings: Settings | None = None,
        *,
        ici: RestSite | None = None,
        databases: Databases | None = None,
        token: Callable[[requests.Session], Token] | None = None,
        observe: Callable[[Outcome], object] = lambda _: None,
        clock: Clock = utc_now,
    ) -> None:
        """`ici` answers CPI's calls in place of the tenant; `observe` is shown each outcome with its lineage.

        `token` makes who gets the bearer token for ICI, in place of the one in the settings.
        `databases` are open already, and used in place of those that the settings name; they stay open.
        """
        self.settings = settings = settings or Settings()
        self._open = ExitStack()
        self.event_delivery = DirectDelivery(lambda event: post_with_backoff(lambda: self.post_event(event)).status)
        self.tenant = IcertisTenant(
            settings.source, self.event_delivery.emit, seed=settings.seed, roll_up=settings.roll_up_amendments
        )
        self.ici_rest = IcertisRest(self.tenant, Access(settings.ici_token), settings.seed)
        self.site: RestSite = ici or self.ici_rest
        """Who answers CPI's calls; to be replaced before the landscape is entered."""

        if databases is None:
            databases = Databases.open(settings)
            self._open.callback(databases.close)
        self.systems, self.queue = databases
        session = self._open.enter_context(client_session())
        self.middleware = Middleware(
            settings,
            self.queue,
            self.systems,
            session=session,
            token=token and token(session),
            observe=observe,
            clock=clock,
        )
        self.monitoring = self.middleware.monitoring
        self.door: Webhook = self.middleware.door
        """Who takes the events; may be replaced."""

    def __enter__(self) -> Self:
        self._open.enter_context(served(self.site, self.settings.ici_base_url))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._open.close()

    def post_event(self, payload: object) -> Reply:
        """Send an event to the webhook, with the credential that ICI has."""
        return self.post_body(json.dumps(payload).encode())

    def post_body(self, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Send any bytes to the webhook; `headers` stand in place of the credential that ICI has."""
        if headers is None:
            headers = {} if self.settings.api_key is None else {"apikey": self.settings.api_key}
        return self.door.receive(body, headers)

    def work(self) -> None:
        """Let CPI do everything that is due."""
        self.middleware.work()

    def worker(self, queue: Queue) -> Worker:
        """One more worker on a store."""
        return self.middleware.worker(queue)

    def alerts(self) -> list[Alert]:
        """Everything that somebody is to be called for now."""
        return self.middleware.alerts()

    def reconcile(
        self, *, repair: bool = False, done: Callable[[int, int], object] = lambda _through, _of: None
    ) -> list[Finding]:
        """Compare what ICI holds with what each system holds; `done` is told how many agreements of how many are done.

        `repair` sends the events that mend what is missing or differing to the webhook, as if ICI had sent them.
        Raises InterfaceError D-45 where ICI does not say which agreements there are.
        """
        settings = self.settings
        agreements = listed(self.middleware.ici_client())
        systems = {name: system.z_mm_icmcontract_read for name, system in self.systems.items()}

        def expected(one: Listed) -> Message | None:
            return present(one, settings.source, self.middleware.ici_client(), settings.type_codes)

        findings = reconcile(agreements, expected, systems, settings.source, done)
        if not self.tenant.roll_up:
            findings = mark_possible_amendments(findings, agreements)
        if not repair:
            return findings
        guids = {
            sys_id: tuple(self._send_anew(agreement, action) for action in actions)
            for sys_id, (agreement, actions) in repairs(findings, agreements).items()
        }
        return [replace(one, queued=guids[one.sys_id]) if one.kind in (MISSING, DIFFERING) else one for one in findings]

    def _send_anew(self, agreement: Agreement, action: str) -> str:
        """Let an event that never came reach the webhook. Returns its guid."""
        names = {"ContractTypeName": agreement.contract_type, "SysId": agreement.sys_id, "ActionName": action}
        event = {"source": self.settings.source, "data": names}
        return post_with_backoff(lambda: self.post_event(event)).body["guid"]
