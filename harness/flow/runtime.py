"""Run one flow: its entry points, its JMS queues with their retries, its timers, its log."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from lxml import etree

from harness.errors import UserError
from harness.flow.adapters import Credential, ReceiverChannels, content_of, envelope
from harness.flow.check import problems
from harness.flow.data_store import DataStore
from harness.flow.definition import Channel, FlowDefinition, read_definition
from harness.flow.exchange import FlowExchange, Headers
from harness.flow.failure import FlowFailure
from harness.flow.interpreter import Interpreter
from harness.flow.jvm import SCRIPT_SECONDS, Jvm
from harness.flow.log import CUSTOM_STATUS, MessageProcessingLog, MessageRun, RunStatus
from harness.flow.package import opened
from harness.flow.simple import as_text
from harness.flow.xml import NotXml, read_xml

HTTP_PATH, SOAP_PATH = "/http", "/cxf"
"""The beginnings of the paths of HTTPS and SOAP senders, as in a tenant."""

_RETRIES = "SAPJMSRetries"
_YES = ("1", "true")


class FlowAnswer(NamedTuple):
    """The answer of an entry point."""

    status: int
    body: bytes = b""
    content_type: str = ""


@dataclass
class Configuration:
    """The settings of a flow in a tenant, beside its package."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    """Values of externalised parameters, over those of the package."""

    credentials: Mapping[str, Credential] = field(default_factory=dict)
    """The security material, by alias."""

    ici: Credential | None = None
    """The OAuth2 client for every other alias of a channel with OAuth2 client credentials."""

    ecc: Credential | None = None
    """The login for every other alias of a channel with basic authentication."""

    script_seconds: float = SCRIPT_SECONDS


@dataclass
class QueuedMessage:
    """A message in a JMS queue."""

    number: int
    queue: str
    body: bytes | None
    headers: dict[str, object]
    properties: dict[str, object]
    run: MessageRun
    origin: str = ""
    """The queue whose consumer has put it here; blank if a sender did."""


class FlowRuntime:
    """One flow that is deployed. One thread at a time works in it."""

    def __init__(self, path: Path, configuration: Configuration, now: Callable[[], datetime]) -> None:
        """Read the flow. Raises UserError for one that cannot be run whole."""
        self._open = ExitStack()
        package = self._open.enter_context(opened(path))
        self.definition = read_definition(package, configuration.parameters)
        if found := problems(self.definition, package.scripts):
            self._open.close()
            listed = "; ".join(f"{one.where} ({one.kind}): {one.why}" for one in found)
            raise UserError(f"{self.definition.name} cannot be run: {listed}")
        self._now = now
        self._lock = RLock()
        self._numbers = count(1)
        self._queues: dict[str, list[QueuedMessage]] = {}
        self._credentials = security_material(self.definition, configuration)
        self._script_seconds = configuration.script_seconds
        self._jvm: Jvm | None = None
        self.log = MessageProcessingLog(now)
        self._data_store = DataStore()
        channels = ReceiverChannels(self._credentials)
        self._open.callback(channels.close)
        self._interpreter = Interpreter(self.definition, package.scripts, self.jvm, channels, self, self._data_store)
        self._current: QueuedMessage | None = None

    def close(self) -> None:
        if self._jvm:
            self._jvm.close()
        self._open.close()

    def jvm(self) -> Jvm:
        """Return the machine of the scripts, started when it is first needed. Raises UserError."""
        if self._jvm is None:
            known = {alias: {"user": one.user, "password": one.password} for alias, one in self._credentials.items()}
            self._jvm = Jvm(known, seconds=self._script_seconds)
        return self._jvm

    @property
    def scripts_run(self) -> set[str]:
        """The names of the scripts that have run since the last reset."""
        return self._interpreter.scripts_run

    def reset(self) -> None:
        """Forget all messages, the data store and the log."""
        with self._lock:
            self._queues.clear()
            self._data_store.clear()
            self.log.clear()
            self._interpreter.scripts_run.clear()

    # Entry points

    def receive(self, path: str, body: bytes, headers: Mapping[str, str]) -> FlowAnswer:
        """Take a message at the path of an HTTPS or SOAP sender."""
        with self._lock:
            for kind, beginning in (("HTTPS", HTTP_PATH), ("SOAP", SOAP_PATH)):
                for sender in self.definition.senders:
                    address = sender.get("urlPath") or sender.get("address")
                    if sender.kind == kind and path == beginning + address:
                        take = self._receive_http if kind == "HTTPS" else self._receive_soap
                        return take(sender, body, self._admitted(headers))
        return FlowAnswer(404)

    def run_timers(self) -> None:
        """Run every process that a timer starts, once."""
        with self._lock:
            for step in list(self.definition.steps.values()):
                if step.kind == "start by timer":
                    exchange = self._begin(step.process, None, {})
                    with suppress(FlowFailure):
                        self._run(step.process, exchange)

    def _admitted(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Pick the headers that the flow admits."""
        allowed = {name.strip().lower() for name in self.definition.headers.split("|")} | {"content-type"}
        return {name: value for name, value in headers.items() if "*" in allowed or name.lower() in allowed}

    def _receive_http(self, sender: Channel, body: bytes, headers: Mapping[str, str]) -> FlowAnswer:
        process = self.definition.steps[sender.step].process
        exchange = self._begin(process, body, headers)
        try:
            self._run(process, exchange)
        except FlowFailure:
            return FlowAnswer(500, b"the message could not be processed; its log says why", "text/plain")
        status = as_text(exchange.headers.get("CamelHttpResponseCode")) or "200"
        content_type = as_text(exchange.headers.get("Content-Type"))
        return FlowAnswer(int(status), exchange.body or b"", content_type)

    def _receive_soap(self, sender: Channel, body: bytes, headers: Mapping[str, str]) -> FlowAnswer:
        try:
            content = content_of(read_xml(body))
        except NotXml as why:
            return FlowAnswer(500, _fault("Client", str(why)), "text/xml")
        process = self.definition.steps[sender.step].process
        exchange = self._begin(process, b"" if content is None else etree.tostring(content), headers)
        try:
            self._run(process, exchange)
            if "Robust" in sender.get("messageExchangePattern") or sender.get("serviceDefinition") == "OneWay":
                return FlowAnswer(202)
            return FlowAnswer(200, envelope(read_xml(exchange.body or b"")), "text/xml")
        except (FlowFailure, NotXml):
            return FlowAnswer(500, _fault("Server", "the message could not be processed"), "text/xml")

    def _begin(self, process: str, body: bytes | None, headers: Mapping[str, str]) -> FlowExchange:
        run = self.log.begin(process)
        return FlowExchange(run, body, Headers(headers))

    def _run(self, process: str, exchange: FlowExchange) -> None:
        try:
            self._interpreter.run(process, exchange)
        except FlowFailure as failure:
            exchange.run.end(as_text(exchange.properties.get(CUSTOM_STATUS)) or RunStatus.FAILED, str(failure))
            raise
        finally:
            self._interpreter.release(exchange)
        exchange.run.end(as_text(exchange.properties.get(CUSTOM_STATUS)) or RunStatus.COMPLETED, exchange.error)

    # Queues

    def send(self, queue: str, exchange: FlowExchange, *, with_properties: bool) -> None:
        """Put a message into a queue, as a JMS receiver channel does."""
        run = exchange.run
        consumer = self._consumer(queue)
        if consumer is not None:
            run = self.log.begin(self._process(consumer), run)
        headers = {name: value for name, value in exchange.headers.items() if not name.startswith("Camel")}
        headers.pop(_RETRIES, None)
        properties = dict(exchange.properties) if with_properties else {}
        origin = self._current.queue if self._current else ""
        message = QueuedMessage(next(self._numbers), queue, exchange.body, headers, properties, run, origin)
        self._queues.setdefault(queue, []).append(message)

    def queued(self) -> list[QueuedMessage]:
        """List all messages in queues."""
        return [message for waiting in self._queues.values() for message in waiting]

    def pending(self) -> int:
        """Return the number of messages that wait to be worked on."""
        with self._lock:
            return sum(self._waits(message) for message in self.queued())

    def next_due(self) -> datetime | None:
        """Return when the next message is due; None where none waits."""
        with self._lock:
            return min((_due(message) for message in self.queued() if self._waits(message)), default=None)

    def work(self) -> None:
        """Work on everything that is due."""
        while self._work_once():
            pass

    def parked(self) -> list[QueuedMessage]:
        """List the messages that nobody works on any more."""
        with self._lock:
            return [message for message in self.queued() if not self._waits(message)]

    def stored(self) -> str:
        """Return everything that queues and data store hold."""
        with self._lock:
            kept = [(one.queue, one.body, one.headers, one.properties) for one in self.queued()]
            return f"{kept} {self._data_store.text()}"

    def move_back(self, message: QueuedMessage) -> None:
        """Put a message back, as an administrator does: into the queue from which it came, to be tried at once."""
        with self._lock:
            self._queues[message.queue].remove(message)
            queue = message.origin or message.queue
            consumer = self._consumer(queue)
            message.run.attempts, message.run.due = 0, None
            message.run.end(RunStatus.PROCESSING)
            if consumer is not None and queue != message.queue:
                message.queue, message.origin = queue, ""
            self._queues.setdefault(queue, []).append(message)

    def _work_once(self) -> bool:
        with self._lock:
            now = self._now()
            due = [one for one in self.queued() if self._waits(one) and _due(one) <= now]
            if not due:
                return False
            message = min(due, key=lambda one: (_due(one), one.number))
            self._queues[message.queue].remove(message)
            self._consume(message)
        return True

    def _consume(self, message: QueuedMessage) -> None:
        sender = self._consumer(message.queue)
        assert sender is not None
        run = message.run
        exchange = FlowExchange(run, message.body, Headers(message.headers), dict(message.properties))
        if run.attempts:
            exchange.headers[_RETRIES] = run.attempts
        run.begin_attempt()
        self._current = message
        try:
            self._run(self._process(sender), exchange)
        except FlowFailure:
            waits = _wait(sender, run.attempts)
            if waits is not None:
                run.status, run.due = RunStatus.RETRY, self._now() + waits
            self._queues.setdefault(message.queue, []).append(message)
        finally:
            self._current = None

    def _waits(self, message: QueuedMessage) -> bool:
        """Return False for a message that is parked: its queue has no consumer, or its retries are used up."""
        return self._consumer(message.queue) is not None and message.run.status in (
            RunStatus.PROCESSING,
            RunStatus.RETRY,
        )

    def _consumer(self, queue: str) -> Channel | None:
        senders = self.definition.senders
        return next((one for one in senders if one.kind == "JMS" and one.get("QueueName_inbound") == queue), None)

    def _process(self, sender: Channel) -> str:
        return self.definition.steps[sender.step].process


def security_material(definition: FlowDefinition, configuration: Configuration) -> dict[str, Credential]:
    """Return the credential of each alias: the given one, or that of ICI or ECC by the kind of login."""
    found = {}
    for channel in definition.receivers.values():
        login = channel.get("authenticationMethod") or channel.get("authentication")
        default = configuration.ici if login.startswith("OAuth2") else configuration.ecc
        if default is not None:
            found[channel.get("credentialName")] = default
    return {**found, **configuration.credentials}


def _due(message: QueuedMessage) -> datetime:
    return message.run.due or message.run.received


def _wait(sender: Channel, attempts: int) -> timedelta | None:
    """Return how long a JMS sender waits after a failed attempt; None after the last one."""
    retries = int(sender.get("MaxRetries", "-1"))
    if 0 <= retries < attempts:
        return None
    minutes = float(sender.get("RetryInterval", "1"))
    if sender.get("ExponentialBackoff") in _YES:
        minutes = min(minutes * 2.0 ** min(attempts - 1, 16), float(sender.get("MaxRetryInterval", "60")))
    return timedelta(minutes=minutes)


def _fault(code: str, why: str) -> bytes:
    fault = etree.Element("{http://schemas.xmlsoap.org/soap/envelope/}Fault")
    etree.SubElement(fault, "faultcode").text = f"soap:{code}"
    etree.SubElement(fault, "faultstring").text = why
    return envelope(fault)
