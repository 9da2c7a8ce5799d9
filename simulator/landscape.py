"""The composition root: ICI, API Management, CPI, the ECC systems and the monitoring, wired from one Settings."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

import requests

from simulator.apim.door import Door, Reply
from simulator.cpi.ici_client import IciClient
from simulator.cpi.iflow import IntegrationFlow, Outcome
from simulator.ecc.system import EccSystem
from simulator.icertis.in_process import served
from simulator.icertis.rest import IcertisRest, RestSite
from simulator.icertis.tenant import IcertisTenant
from simulator.monitoring.message_log import Entry, MessageLog
from simulator.settings import Settings

_STATUS = {
    "delivered": "COMPLETED",
    "waiting": "RETRY",
    "failed": "FAILED",
    "filtered": "DISCARDED",
    "ignored": "DISCARDED",
}
_NOTES = {"filtered": "confidential: filtered (SEC-1)", "ignored": "Baseline Agreement: not processed (EVT-4)"}


class Landscape:
    """All systems of the interface in one process. Use it as a context manager: inside, CPI can call ICI."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        ici: RestSite | None = None,
        systems: Mapping[str, EccSystem] | None = None,
        observe: Callable[[Outcome], object] = lambda _: None,
    ) -> None:
        """`ici` answers CPI's calls in place of the tenant; `observe` is shown each outcome with its lineage.

        `systems` are systems that stand already, used in place of those that the settings name; they stay open.
        """
        self.settings = settings = settings or Settings()
        self._holding = False
        self._held: list[object] = []
        self.tenant = IcertisTenant(
            settings.source, self._emitted, seed=settings.seed, roll_up=settings.roll_up_amendments
        )
        self.ici_rest = IcertisRest(self.tenant, settings.ici_token, settings.seed)
        self._own_systems = {} if systems else {name: EccSystem(name, url) for name, url in settings.systems.items()}
        self.systems = systems or self._own_systems
        self.monitoring = MessageLog()
        self._observe = observe
        self._session = requests.Session()
        # No proxy, .netrc or certificate store of the machine: a login from .netrc would replace the bearer token.
        self._session.trust_env = False
        self.cpi = IntegrationFlow(
            ici=lambda: IciClient(self._session, settings.ici_base_url, settings.ici_api_version, settings.ici_token),
            targets=self.systems,
            codes=settings.type_codes,
            max_attempts=settings.max_attempts,
            report=self._reported,
        )
        self.door = Door(settings.api_key, self.cpi.receive)
        self.site: RestSite = ici or self.ici_rest
        """Who answers CPI's calls; to be replaced before the landscape is entered."""

        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._open.enter_context(served(self.site, self.settings.ici_base_url))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._session.close()
        for system in self._own_systems.values():
            system.close()

    def post_event(self, payload: object) -> Reply:
        """Send an event to the webhook, with the credential that ICI has."""
        return self.post_body(json.dumps(payload).encode())

    def post_body(self, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Send any bytes to the webhook; `headers` stand in place of the credential that ICI has."""
        if headers is None:
            headers = {} if self.settings.api_key is None else {"apikey": self.settings.api_key}
        return self.door.receive(body, headers)

    @contextmanager
    def events_held_back(self) -> Iterator[None]:
        """Inside, what the tenant emits stays on its way until `release_events`."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False

    def release_events(self) -> None:
        """Let the events that were held back arrive, oldest first."""
        held, self._held = self._held, []
        for event in held:
            self.post_event(event)

    def _emitted(self, event: dict[str, object]) -> None:
        if self._holding:
            self._held.append(event)
        else:
            self.post_event(event)

    def _reported(self, outcome: Outcome) -> None:
        self.monitoring.write(_entry(outcome))
        self._observe(outcome)


def _entry(outcome: Outcome) -> Entry:
    """What the monitoring keeps of an outcome. Of a confidential agreement it keeps that there was one."""
    kind = outcome.kind
    if kind == "filtered":
        return Entry(outcome.guid, _STATUS[kind], note=_NOTES[kind])
    error, event = outcome.error, outcome.event
    return Entry(
        outcome.guid,
        _STATUS[kind],
        sys_id=outcome.sys_id,
        contract_type=event.contract_type if event else "",
        action=event.action.name if event else "",
        note=_NOTES.get(kind, ""),
        error_id=error.rule if error else "",
        error_field=error.field if error else "",
        error_message=error.message if error else "",
        systems=outcome.systems,
    )
