"""An exported integration flow between our ICI and our ECC systems, run in this process.

It is a middleware of somebody else, as in `external`, but one whose log, clock and queues can be reached: faults leave
nothing behind, and time passes when a scenario says so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import requests

from harness.doubles.clocks import ManualClock
from harness.environments.external import ExternalEnvironment, ExternalLandscape
from harness.environments.flow_log import RunTree, log_entry, run_trees
from harness.environments.interfaces import START_TIME, MiddlewareAddress, Mode, NotSupported, ScenarioLandscape
from harness.environments.local_ecc import LocalEcc
from harness.environments.local_icertis import LocalIcertis
from harness.errors import UserError
from harness.flow.adapters import Credential
from harness.flow.definition import FlowDefinition
from harness.flow.runtime import HTTP_PATH, Configuration, FlowRuntime
from harness.flow.stores import ENTRY_ID, StoredMessage
from simulator.apim.webhook import MAX_BYTES, Reply, WebhookEndpoint, refusal
from simulator.cpi.ecc_interface import unavailable_reason
from simulator.json_support import read_json
from simulator.mapping.tenants import SOURCES
from simulator.monitoring.alerts import Alert, alerts_of
from simulator.monitoring.message_log import LogEntry
from simulator.settings import Settings

PUT_BACK = "/put-back"
"""The end of the path at which a flow takes the id of a parked entry of a data store."""

_API_KEY = "apim-key"
_HTTP_MILLISECONDS = "5000"
_RETRY_MINUTES = "0.5"
"""Shorter than a tenant can be told, and as long as the first wait of our own middleware (D-20)."""


class _IcertisOfFlow(LocalIcertis):
    """ICI as it is, but for what no JMS queue heeds."""

    def answer_call(self, number: int, words: str) -> None:
        _require_heeded(words)
        super().answer_call(number, words)

    def answer_call_once(self, number: int, words: str) -> None:
        _require_heeded(words)
        super().answer_call_once(number, words)


def _require_heeded(words: str) -> None:
    if "Retry-After" in words:
        _cannot("a JMS queue tries again by its own intervals, whatever Retry-After says")


class FlowEnvironment(ExternalEnvironment):
    """One integration flow, and our ICI and ECC systems around it."""

    mode = Mode.IFLOW
    icertis_class = _IcertisOfFlow

    def __init__(self, path: Path, parameters: Mapping[str, str] | None = None, abap: Path | None = None) -> None:
        """Read the flow and listen until `close`; `abap` is the function module of the systems, in place of ours.

        `parameters` are values of externalised parameters; `{ICI}`, `{PF2}` and `{WP2}` in them become our URLs.
        Raises UserError for a flow that cannot be run whole.
        """
        super().__init__(MiddlewareAddress("", headers={"apikey": _API_KEY}, port=0), abap)
        self.clock = ManualClock(START_TIME)
        self._gate = WebhookEndpoint(_API_KEY, lambda _: "")
        self._flow = path
        self._parameters = parameters or {}
        try:
            self.runtime = self._deploy()
        except UserError:
            super().close()
            raise

    def _deploy(self) -> FlowRuntime:
        runtime = FlowRuntime(self._flow, self._configuration(self._parameters), lambda: self.clock.now)
        try:
            self._path = _webhook_path(runtime.definition)
            runtime.jvm().start()
        except UserError:
            runtime.close()
            raise
        return runtime

    def reload(self) -> None:
        """Read the flow again. Raises UserError, and goes on with the one before."""
        deployed = self._deploy()
        self.runtime.close()
        self.runtime = deployed

    def close(self) -> None:
        self.runtime.close()
        super().close()

    def create_landscape(self, settings: Settings) -> ScenarioLandscape:
        self.runtime.reset()
        return super().create_landscape(settings)

    def _configuration(self, parameters: Mapping[str, str]) -> Configuration:
        urls = self.urls
        defaults = {
            "icm_tenants": ",".join(SOURCES),
            "ici_address": urls["ICI"],
            "pf2_address": urls["PF2"],
            "wp2_address": urls["WP2"],
            "timeout_ms": _HTTP_MILLISECONDS,
            "retry_minutes": _RETRY_MINUTES,
        }
        given = dict(parameters)
        for place, url in urls.items():
            given = {name: value.replace(f"{{{place}}}", url) for name, value in given.items()}
        ici, ecc = self._middleware.ici_client, self._middleware.ecc_login
        return Configuration(given, defaults, ici=Credential(*ici, token_url=urls["ICI token"]), ecc=Credential(*ecc))

    def _landscape(self, ici: LocalIcertis, clock: ManualClock, settings: Settings) -> ScenarioLandscape:
        self.clock = clock
        systems = {name: LocalEcc(system) for name, system in self._systems.items()}
        addresses = {url: name for name, url in self.urls.items() if name in systems}
        return FlowLandscape(ici, systems, settings, self, addresses)

    def _send(self, body: bytes, headers: Mapping[str, str]) -> Reply:
        """Let API Management admit the sender, and the flow take the body."""
        if refused := self._gate.reject(headers):
            return refused
        if len(body) > MAX_BYTES:
            return refusal(413, "D-32", f"the body has more than {MAX_BYTES} bytes")
        answer = self.runtime.receive(self._path, body, headers)
        if answer.status >= requests.codes.server_error:
            return Reply(answer.status, {})
        try:
            content = read_json(answer.body)
        except (ValueError, ArithmeticError, RecursionError):
            content = {}
        return Reply(answer.status, content if isinstance(content, dict) else {})

    def _settle(self) -> None:
        self.runtime.work()


class FlowLandscape(ExternalLandscape):
    """The landscape of one scenario with the flow in it."""

    def __init__(
        self,
        ici: LocalIcertis,
        systems: Mapping[str, LocalEcc],
        settings: Settings,
        environment: FlowEnvironment,
        addresses: Mapping[str, str],
    ) -> None:
        """`addresses` are the names of the systems by their URLs."""
        super().__init__(ici, systems, settings, environment._post, environment._exchange_log)  # noqa: SLF001
        self._environment = environment
        self._runtime = environment.runtime
        self._addresses = addresses

    def entries(self) -> list[LogEntry]:
        definition = self._runtime.definition
        return [log_entry(tree, definition, self._addresses) for tree in self._trees()]

    def alerts(self) -> list[Alert]:
        """Return the alerts about events; whether an endpoint answers is none of a flow's business."""
        if not self.ici.site.reachable or any(unavailable_reason(one.system) for one in self.systems.values()):
            _cannot("SAP Cloud ALM watches the endpoints, not a flow")
        return alerts_of(self.entries(), self._environment.clock.now)

    def stored(self) -> str:
        return self._runtime.stored()

    def stored_bytes(self) -> str:
        """Return nothing: the runtime keeps its data stores as objects."""
        return ""

    def next_due(self) -> datetime | None:
        return self._runtime.next_due()

    def work(self, now: datetime) -> None:
        """Let the time pass, and all be tried when it is due."""
        clock = self._environment.clock
        while (due := self._runtime.next_due()) is not None and due <= now:
            clock.now = due
            self._runtime.work()
        clock.now = now

    def retry(self, guids: Iterable[str]) -> None:
        wanted = set(guids)
        for tree in self._trees():
            if str(tree.event.number) in wanted:
                parked = [one for one in self._runtime.parked() if one.run in tree.runs]
                if not parked:
                    _cannot("the flow keeps no message that could be put back")
                for message in parked:
                    self._put_back(message)
        self._runtime.work()

    def _put_back(self, message: StoredMessage) -> None:
        """Move a message of a queue; for an entry of a data store, ask the flow, whose business that is."""
        if message.kind == "JMS":
            self._runtime.move_back(message)
            return
        path = next((one for one in _paths(self._runtime.definition) if one.endswith(PUT_BACK)), None)
        if path is None:
            _cannot(f"the flow has no HTTPS sender at a path that ends in {PUT_BACK}")
        self._runtime.receive(path, b"", {ENTRY_ID: message.id})

    def _trees(self) -> list[RunTree]:
        return run_trees(self._runtime.log.runs())


def _webhook_path(definition: FlowDefinition) -> str:
    """Return the path at which the flow takes events. Raises UserError."""
    paths = _paths(definition)
    if not paths:
        raise UserError(f"{definition.name} has no HTTPS sender, to which the webhook could hand events")
    return paths[0]


def _paths(definition: FlowDefinition) -> list[str]:
    """Return the paths of the HTTPS senders."""
    return [HTTP_PATH + one.get("urlPath") for one in definition.senders if one.kind == "HTTPS"]


def _cannot(reason: str) -> NoReturn:
    raise NotSupported(reason)
