"""Run one flow: its entry points, its JMS queues with their retries, its timers, its log."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import NamedTuple

from lxml import etree

from harness.errors import UserError
from harness.flow.adapters import Credential, ReceiverChannels, content_of, envelope
from harness.flow.check import problems
from harness.flow.definition import Channel, FlowDefinition, read_definition
from harness.flow.exchange import FlowExchange, Headers
from harness.flow.failure import FlowFailure
from harness.flow.interpreter import Interpreter
from harness.flow.jvm import Jvm
from harness.flow.log import CUSTOM_STATUS, MessageProcessingLog, MessageRun, RunStatus
from harness.flow.package import opened
from harness.flow.simple import as_text
from harness.flow.stores import ENTRY_ID, RETRIES, MessageStores, StoredMessage
from harness.flow.xml import NotXml, read_xml

HTTP_PATH, SOAP_PATH = "/http", "/cxf"
"""The beginnings of the paths of HTTPS and SOAP senders, as in a tenant."""

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
    """Values of externalised parameters of this flow, over those of the package."""

    defaults: Mapping[str, str] = field(default_factory=dict)
    """Values of parameters that flows often have, over those of the package; a flow may lack them."""

    credentials: Mapping[str, Credential] = field(default_factory=dict)
    """The security material, by alias."""

    ici: Credential | None = None
    """The OAuth2 client for every other alias of a channel with OAuth2 client credentials."""

    ecc: Credential | None = None
    """The login for every other alias of a channel with basic authentication."""


class FlowRuntime:
    """One flow that is deployed. One thread at a time works in it."""

    def __init__(self, path: Path, configuration: Configuration, now: Callable[[], datetime]) -> None:
        """Read the flow. Raises UserError for one that cannot be run whole."""
        self._open = ExitStack()
        package = self._open.enter_context(opened(path))
        self.definition = read_definition(package, configuration.parameters, configuration.defaults)
        if found := problems(self.definition):
            self._open.close()
            listed = "; ".join(f"{one.where} ({one.kind}): {one.why}" for one in found)
            raise UserError(f"{self.definition.name} cannot be run: {listed}")
        self._now = now
        self._lock = RLock()
        self._credentials = security_material(self.definition, configuration)
        self._jvm: Jvm | None = None
        self.log = MessageProcessingLog(now)
        self._stores = MessageStores(self._run_for, now)
        channels = ReceiverChannels(self._credentials)
        self._open.callback(channels.close)
        self._interpreter = Interpreter(self.definition, self.jvm, channels, self._stores)

    def close(self) -> None:
        if self._jvm:
            self._jvm.close()
        self._open.close()

    def jvm(self) -> Jvm:
        """Return the machine of the scripts, started when it is first needed. Raises UserError."""
        if self._jvm is None:
            known = {alias: {"user": one.user, "password": one.password} for alias, one in self._credentials.items()}
            self._jvm = Jvm(known)
        return self._jvm

    @property
    def scripts_run(self) -> set[str]:
        """The names of the scripts that have run since the last reset."""
        return self._interpreter.scripts_run

    def reset(self) -> None:
        """Forget all messages, the data store and the log."""
        with self._lock:
            self._stores.messages.clear()
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

    def _run_for(self, kind: str, store: str, exchange: FlowExchange) -> MessageRun:
        """Return the run of a message that is put into a store.

        A message that was taken out of another store goes on in the run that it had in the process behind this one.
        """
        consumer = self._consumer(kind, store)
        if consumer is None:
            return exchange.run
        process = self._process(consumer)
        known = exchange.taken
        while known is not None and known.process != process:
            known = known.parent
        if known is None:
            return self.log.begin(process, exchange.run)
        known.restart()
        return known

    def pending(self) -> int:
        """Return the number of messages that wait to be worked on."""
        with self._lock:
            return sum(map(self._waits, self._stores.messages))

    def next_due(self) -> datetime | None:
        """Return when the next message is due; None where none waits."""
        with self._lock:
            return min((one.due for one in self._stores.messages if self._waits(one)), default=None)

    def work(self) -> None:
        """Work on everything that is due."""
        while self._work_once():
            pass

    def parked(self) -> list[StoredMessage]:
        """List the messages that nobody works on any more."""
        with self._lock:
            return [message for message in self._stores.messages if not self._waits(message)]

    def stored(self) -> str:
        """Return everything that queues and data stores hold, and that scripts have written."""
        with self._lock:
            waiting = [(one.store, one.body, one.headers, one.properties) for one in self._stores.messages]
            return str([waiting, [run.written for run in self.log.runs()]])

    def move_back(self, message: StoredMessage) -> None:
        """Put a message of a queue back, as an administrator does: to where it came from, to be tried at once."""
        with self._lock:
            message.run.restart()
            message.due = self._now()
            if message.origin and self._consumer(message.kind, message.origin):
                message.store, message.origin = message.origin, ""

    def _work_once(self) -> bool:
        with self._lock:
            now = self._now()
            due = [one for one in self._stores.messages if self._waits(one) and one.due <= now]
            if not due:
                return False
            self._consume(min(due, key=lambda one: (one.due, one.number)))
        return True

    def _consume(self, message: StoredMessage) -> None:
        """Let the process behind a store work on a message, which stays there until that has gone well."""
        sender = self._consumer(message.kind, message.store)
        assert sender is not None
        run = message.run
        exchange = FlowExchange(run, message.body, Headers(message.headers), dict(message.properties))
        if message.id:
            exchange.headers[ENTRY_ID] = message.id
        if run.attempts:
            exchange.headers[RETRIES[message.kind]] = run.attempts
        run.begin_attempt()
        self._stores.current = message
        try:
            self._run(self._process(sender), exchange)
        except FlowFailure:
            waits = _wait(sender, run.attempts)
            if waits is not None:
                message.due = run.due = self._now() + waits
                run.status = RunStatus.RETRY
        else:
            if message in self._stores.messages:
                self._stores.messages.remove(message)
        finally:
            self._stores.current = None

    def _waits(self, message: StoredMessage) -> bool:
        """Return False for a message that is parked: its store has no consumer, or its retries are used up."""
        has_consumer = self._consumer(message.kind, message.store) is not None
        return has_consumer and message.run.status in (RunStatus.PROCESSING, RunStatus.RETRY)

    def _consumer(self, kind: str, store: str) -> Channel | None:
        senders = [one for one in self.definition.senders if one.kind == kind]
        return next((one for one in senders if store in (one.get("QueueName_inbound"), one.get("storageName"))), None)

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


def _wait(sender: Channel, attempts: int) -> timedelta | None:
    """Return how long a sender waits after a failed attempt; None after the last one."""
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
