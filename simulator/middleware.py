"""Everything between ICI and the ECC systems: API Management, CPI and the monitoring, wired from one Settings."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol
from uuid import uuid4

import requests

from simulator.apim.spike_arrest import SpikeArrest
from simulator.apim.webhook import WebhookEndpoint
from simulator.clock import Clock, utc_now
from simulator.cpi.ecc_interface import Target
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.ici_client import IciClient
from simulator.cpi.iflow import IntegrationFlow, Outcome
from simulator.cpi.queue import Queue
from simulator.cpi.retries import RetryRules
from simulator.cpi.worker import Worker
from simulator.monitoring.alerts import Alert, Check, alerts, unreachable_reason
from simulator.monitoring.message_log import MessageLog
from simulator.settings import Settings


class System(Target, Protocol):
    """An ECC system, in this process or behind a network."""

    def unavailable_reason(self) -> str:
        """Why the system takes nothing, without any value; blank where it is there."""


class Token(Protocol):
    """The bearer token that CPI shows to ICI."""

    def current(self) -> str: ...
    def renewed(self) -> str: ...


class Middleware:
    """API Management, CPI and the monitoring."""

    def __init__(  # noqa: PLR0913 - one for each party
        self,
        settings: Settings,
        queue: Queue | None,
        systems: Mapping[str, System],
        *,
        session: requests.Session,
        token: Token | None = None,
        observe: Callable[[Outcome], object] = lambda _: None,
        clock: Clock = utc_now,
    ) -> None:
        """`queue` is CPI's store, None tries each message once; `token` stands in place of the one in the settings.

        Whoever made `queue`, `systems` and `session` closes them.
        """
        self.settings = settings
        self.queue = queue
        self._systems = systems
        self._session = session
        self._token = token
        self._observe = observe
        self._clock = clock
        self.alone = False
        """Whether CPI works on nothing but the event that has just come in, whatever else waits in its store."""

        self.wake: Callable[[], object] | None = None
        """Told of each event that has been stored; None works on it at once, before the webhook answers."""

        self.targets: dict[str, Target] = dict(systems)
        """Who takes CPI's messages, by system; one may be replaced before the first event."""

        self._flow = IntegrationFlow(self.ici_client, self.targets, settings.type_codes)
        self.monitoring = MessageLog(queue)
        arrest = SpikeArrest(settings.max_per_second) if settings.max_per_second else None
        self.door = WebhookEndpoint(settings.api_key, self._accept, arrest)

    def work(self) -> None:
        """Let CPI do everything that is due."""
        if self.queue:
            self.worker(self.queue).run()

    def worker(self, queue: Queue) -> Worker:
        """One more worker on a store."""
        rules = RetryRules(self.settings.max_attempts, self.settings.first_wait, self.settings.longest_wait)
        return Worker(queue, self._flow, rules, self._clock, self._observe)

    def alerts(self) -> list[Alert]:
        """Everything that somebody is to be called for now."""
        checks: dict[str, Check] = {"ICI": partial(unreachable_reason, self._session, self.settings.ici_base_url)}
        checks |= {name: system.unavailable_reason for name, system in self._systems.items()}
        return alerts(self.monitoring.entries(), checks, self._clock())

    def ici_client(self) -> IciClient:
        """A client for the calls of one event."""
        settings, token = self.settings, self._token
        return IciClient(
            self._session,
            settings.ici_base_url,
            settings.ici_api_version,
            token.current() if token else settings.ici_token,
            new_token=token.renewed if token else lambda: settings.ici_token,
            answer_seconds=settings.longest_answer.total_seconds(),
            clock=self._clock,
        )

    def _accept(self, body: object) -> str:
        """Store an event, or handle it at once without a store. Returns its guid; raises InterfaceError D-60."""
        event, guid = ReceivedEvent.parse(body), str(uuid4())
        if self.queue is None:
            self._observe(self._flow.run_once(event))
            return guid
        self.queue.accept(guid, str(uuid4()), event, self._clock())
        if self.wake:
            self.wake()
        else:
            self.worker(self.queue).run(guid if self.alone else None)
        return guid
