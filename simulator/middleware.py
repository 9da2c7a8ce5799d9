"""Wire everything between ICI and the ECC systems: API Management, CPI and the monitoring."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import uuid4

import requests
from sqlalchemy.exc import SQLAlchemyError

from simulator.apim.spike_arrest import SpikeArrest
from simulator.apim.webhook import WebhookEndpoint
from simulator.clock import Clock, utc_now
from simulator.cpi.ecc_interface import FunctionModule, unavailable_reason, within
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.ici_client import IciClient
from simulator.cpi.message_order import LateEvents
from simulator.cpi.oauth2 import BearerToken, TokenClient
from simulator.cpi.process_event import IntegrationFlow, Outcome
from simulator.cpi.queue import Queue
from simulator.cpi.retries import RetryRules
from simulator.cpi.worker import Worker
from simulator.cpi.worker_pool import HandOver
from simulator.errors import Failure, InterfaceError
from simulator.monitoring.alerts import (
    CHECK_SECONDS,
    PAGE_SIZE,
    Alert,
    AlertPage,
    Check,
    alert_page,
    check_all,
    endpoint_alerts,
    unreachable_reason,
)
from simulator.monitoring.message_log import MessageLog
from simulator.settings import STORE_NAME, Settings


def retry_rules(settings: Settings) -> RetryRules:
    """Return the rules that the settings give."""
    return RetryRules(
        settings.max_attempts,
        settings.first_wait,
        settings.longest_wait,
        settings.first_answer,
        settings.longest_answer,
    )


class Middleware:
    """API Management, CPI and the monitoring."""

    def __init__(  # noqa: PLR0913 - one for each party
        self,
        settings: Settings,
        queue: Queue | None,
        targets: Mapping[str, FunctionModule],
        *,
        session: requests.Session,
        token: BearerToken | None = None,
        hand_over: HandOver | None = None,
        only_new_event: bool = False,
        observe: Callable[[Outcome], object] = lambda _: None,
        clock: Clock = utc_now,
    ) -> None:
        """`queue` is CPI's store; None tries each message once.

        `targets` get CPI's messages, by system.
        `session` reaches ICI; `token` gets the bearer token for the ICI of `settings.source`, in place of the one
        in the settings.
        `hand_over` stores each event and lets workers do the rest; None does it at once, before the webhook answers.
        With `only_new_event`, it works on nothing but that event, whatever else waits in its store. A person sends it,
        so it is processed although it may have come before (D-83, SEC-4).
        Whoever made `queue`, `targets` and `session` closes them.
        Raises KeyFileError where the settings ask for a key file that cannot be used.
        """
        self.settings = settings
        self.queue = queue
        if queue:
            queue.remember_filtered(on=settings.remember_filtered)
        self._session = session
        self._tokens: dict[str, BearerToken] = {
            source: TokenClient(session, one.token_url, one.client_id, one.client_secret, clock=clock)
            for source, one in settings.ici.items()
            if one.token_url
        }
        """By source, what gets the bearer token; without one, the token of the settings counts."""

        if token:
            self._tokens[settings.source] = token
        self._observe = observe
        self._clock = clock
        self._hand_over = hand_over
        self._only_new_event = only_new_event
        self._flow = IntegrationFlow(
            self.ici_client,
            targets,
            settings.type_codes,
            withhold=settings.confidential_master == "withhold",
            characters=settings.characters,
        )
        self.monitoring = MessageLog(queue.log if queue else None)
        rate_limit = SpikeArrest(settings.max_per_second) if settings.max_per_second else None
        self.webhook = WebhookEndpoint(settings.api_key, self._accept, rate_limit)

    def work(self) -> None:
        """Let CPI do everything that is due, and remove what was completed for long."""
        if self.queue:
            self.worker(self.queue).run()
            if self.settings.keep_completed is not None:
                self.queue.remove_completed(self._clock() - self.settings.keep_completed)

    def reset(self) -> None:
        """Empty the store, and forget the tokens."""
        if self.queue:
            self.queue.reset()
        for token in self._tokens.values():
            token.forget()

    def worker(self, queue: Queue) -> Worker:
        """Make another worker on a store."""
        rules = retry_rules(self.settings)
        late_events = LateEvents(self.settings.late_events == "keep", self.settings.roll_up_amendments)
        return Worker(queue, self._flow, rules, self._clock, self._observe, late_events=late_events)

    def alerts(self) -> list[Alert]:
        """Find what an administrator is to be called for now, also while CPI's store fails."""
        page = self.alert_page()
        found = page.alerts
        while page.further:
            page = self.alert_page(page.further)
            found += page.alerts
        return found

    def alert_page(self, after: str = "", limit: int = PAGE_SIZE) -> AlertPage:
        """Find the alerts of the first events after one, and on the last page those of the endpoints.

        While CPI's store fails, the only page is about the endpoints. Raises LookupError for an unknown guid.
        """
        problem = ""
        try:
            page = alert_page(self.monitoring, self._clock(), after, limit)
        except SQLAlchemyError as failure:
            page, problem = AlertPage([], ""), f"CPI's store failed ({type(failure).__name__})"
        return page if page.further else AlertPage([*page.alerts, *endpoint_alerts(self._check_endpoints(problem))], "")

    def _check_endpoints(self, store_problem: str) -> dict[str, str]:
        checks: dict[str, Check] = {
            name: partial(unreachable_reason, self._session, url) for name, url in self.settings.ici_urls().items()
        }
        for name, target in self._flow.targets.items():
            checks[name] = partial(unavailable_reason, within(target, CHECK_SECONDS))
        if self.queue is not None:
            checks[STORE_NAME] = partial(str, self.queue.unavailable_reason() or store_problem)
        return check_all(checks)

    def ici_client(self, source: str, answer_seconds: float | None = None) -> IciClient:
        """Make a client for the calls of one event. Raises InterfaceError D-68 for a tenant that has no ICI.

        `answer_seconds` is how long it waits for an answer; None is as long as the settings let it.
        """
        settings = self.settings
        access = settings.ici_of(source)
        if access is None:
            raise InterfaceError("D-68", "source", "CPI has no ICI for this tenant, and reads no other in its place")
        token = self._tokens.get(source)
        return IciClient(
            self._session,
            access.base_url,
            settings.ici_api_version,
            token.current() if token else access.token,
            new_token=token.renewed if token else lambda: access.token,
            answer_seconds=settings.longest_answer.total_seconds() if answer_seconds is None else answer_seconds,
            clock=self._clock,
        )

    def _accept(self, body: object) -> str:
        """Store an event, or handle it at once without a store. Returns its guid.

        Raises InterfaceError D-60 for a body that is no event, and MON-3 where the store fails.
        """
        event, guid = ReceivedEvent.parse(body), str(uuid4())
        if self._only_new_event:
            event = event.without_id()
        if self.queue is None:
            self._observe(self._flow.run_once(event))
            return guid
        accept = partial(self.queue.accept, guid, str(uuid4()), event, self._clock())
        task = None
        try:
            if self._hand_over:
                self._hand_over(event.source, accept)
            else:
                task = accept(claim=True)
        except SQLAlchemyError as failure:
            why = f"CPI's store failed ({type(failure).__name__}); send the event again later"
            raise InterfaceError("MON-3", "", why, Failure.UNEXPECTED) from None
        if self._hand_over is None:
            self.worker(self.queue).run(guid if self._only_new_event else None, first=task)
        return guid
