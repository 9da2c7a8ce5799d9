"""Say what of a flow can be run and what cannot: a flow with anything unknown is refused, never half run."""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from harness.errors import UserError
from harness.flow.definition import ERROR_SUBPROCESS, Channel, FlowDefinition, FlowStep, Route
from harness.flow.interpreter import is_direct_target, table_rows
from harness.flow.package import PARAMETER
from harness.flow.simple import RouteCondition, Unsupported, template
from harness.flow.splitting import ALGORITHMS

NOT_RUN = "it is not run here"

_KINDS = frozenset(
    {
        "start",
        "start by timer",
        "start of exception subprocess",
        "end",
        "error end",
        "content modifier",
        "Groovy script",
        "router",
        "sequential multicast",
        "parallel multicast",
        "join",
        "gather",
        "request reply",
        "send",
        "general splitter",
        "iterating splitter",
        "filter",
        "JSON to XML converter",
        "XML to JSON converter",
        "process call",
        ERROR_SUBPROCESS,
        "data store put",
        "data store get",
        "data store select",
        "data store delete",
    }
)
_SENDERS = ("HTTPS", "SOAP", "JMS", "DataStoreConsumer", "ProcessDirect")
_RECEIVERS = ("HTTP", "SOAP", "JMS", "ProcessDirect")
_LOGINS = ("None", "Basic", "OAuth2 Client Credentials", "OAuth2ClientCredentials")
_VALUE_TYPES = ("constant", "expression", "header", "property", "xpath")
_NUMBERS = {"MaxRetries": r"-?\d+", "RetryInterval": r"\d+(\.\d+)?", "MaxRetryInterval": r"\d+(\.\d+)?"}
_SCRIPT_NAME = re.compile(r"[\w .()-]+\.(groovy|gsh)")


class Part(NamedTuple):
    """A step or a channel with the verdict on it."""

    where: str
    kind: str
    why: str
    """The reason why it cannot be run; blank if it can."""


def problems(flow: FlowDefinition) -> list[Part]:
    """Return everything that cannot be run."""
    return [part for part in parts(flow) if part.why]


def parts(flow: FlowDefinition) -> list[Part]:
    """Return every step and every channel of a flow."""
    checker = _Checker(flow)
    steps = [Part(one.name, one.kind, checker.step(one)) for one in flow.steps.values()]
    routes = [
        Part(flow.steps[at].name, "route", why)
        for at, leading in flow.routes.items()
        if at in flow.steps
        for route in leading
        if (why := checker.route(route))
    ]
    senders = [Part(one.name, f"{one.kind} sender", checker.sender(one)) for one in flow.senders]
    receivers = [Part(one.name, f"{one.kind} receiver", checker.receiver(one)) for one in flow.receivers.values()]
    started = bool(flow.senders) or any(one.kind == "start by timer" for one in flow.steps.values())
    whole = [] if started else [Part(flow.name, "flow", "nothing starts it: it has neither a sender nor a timer")]
    return [*whole, *steps, *routes, *senders, *receivers]


def scripts_of(flow: FlowDefinition) -> list[Path]:
    """Return the scripts that the steps of a flow run, each once."""
    found = set()
    for step in flow.steps.values():
        if step.kind == "Groovy script":
            with suppress(UserError):
                found.add(step.script())
    return sorted(one for one in found if one.is_file())


class _Checker:
    def __init__(self, flow: FlowDefinition) -> None:
        self._flow = flow
        self._by_kind: dict[str, Callable[[FlowStep], Iterator[str]]] = {
            "content modifier": self._content_modifier,
            "Groovy script": self._script,
            "request reply": self._caller,
            "send": self._caller,
            "process call": self._process_call,
            ERROR_SUBPROCESS: self._exception_subprocess,
            "gather": self._gather,
            "general splitter": self._splitter,
            "iterating splitter": self._splitter,
        }

    def step(self, step: FlowStep) -> str:
        if step.kind not in _KINDS:
            return NOT_RUN
        found = self._by_kind.get(step.kind)
        return "; ".join([*_unset(step.properties), *(found(step) if found else ())])

    def route(self, route: Route) -> str:
        if route.target not in self._flow.steps:
            return "it leads to no step"
        return "" if route.is_xml or not route.condition else _tried(RouteCondition.parse, route.condition)

    def sender(self, channel: Channel) -> str:
        if channel.kind not in _SENDERS:
            return NOT_RUN
        if channel.step not in self._flow.steps:
            return "its process is missing"
        address = channel.get("urlPath") or channel.get("address")
        alike = [
            one
            for one in self._flow.senders
            if (one.kind, one.get("urlPath") or one.get("address")) == (channel.kind, address)
        ]
        if address and len(alike) > 1:
            return f"its address {address} is taken twice"
        numbers = [name for name, form in _NUMBERS.items() if not re.fullmatch(form, channel.get(name, "0"))]
        return "; ".join([*_unset(channel.properties), *(f"{name} is no number" for name in numbers)])

    def receiver(self, channel: Channel) -> str:
        if channel.kind not in _RECEIVERS:
            return NOT_RUN
        found = [*_unset(channel.properties)]
        login = channel.get("authenticationMethod") or channel.get("authentication", "None")
        if channel.kind in ("HTTP", "SOAP") and login not in _LOGINS:
            found.append(f"the login {login}: {NOT_RUN}")
        if channel.kind == "ProcessDirect" and not any(is_direct_target(one, channel) for one in self._flow.senders):
            found.append("the flow behind its address is not in this package")
        for name in ("httpAddressWithoutQuery", "httpAddressQuery", "httpMethod", "address"):
            found += filter(None, [_tried(template, channel.get(name))])
        return "; ".join(found)

    def _content_modifier(self, step: FlowStep) -> Iterator[str]:
        for table in ("headerTable", "propertyTable"):
            for row in table_rows(step.properties.get(table, "")):
                kind = row.get("Type", "constant")
                if "Name" not in row:
                    yield "its table is of an older version"
                elif kind not in _VALUE_TYPES and row.get("Action") != "Delete":
                    yield f"a value by {kind}: {NOT_RUN}"
                elif kind == "expression" and (why := _tried(template, row.get("Value", ""))):
                    yield why
        if step.properties.get("bodyType") != "constant" and (
            why := _tried(template, step.properties.get("wrapContent", ""))
        ):
            yield why

    def _script(self, step: FlowStep) -> Iterator[str]:
        if not _SCRIPT_NAME.fullmatch(step.properties.get("script", "")):
            yield "its script has no plain file name"
            return
        try:
            script = step.script()
        except UserError as why:
            yield str(why)
            return
        if not script.is_file():
            yield f"the script {script.name} is missing"
        elif script.read_bytes().startswith(BOM_UTF8):
            yield f"the script {script.name} begins with a byte order mark, for Groovy part of its first word"

    def _caller(self, step: FlowStep) -> Iterator[str]:
        if step.id not in self._flow.receivers:
            yield "it has no receiver channel"

    def _process_call(self, step: FlowStep) -> Iterator[str]:
        if (called := step.properties.get("processId", "")) not in self._flow.processes:
            yield "the process that it calls is missing"
        elif not self._flow.has_start(called):
            yield "the process that it calls has no start"

    def _exception_subprocess(self, step: FlowStep) -> Iterator[str]:
        if not self._flow.has_start(step.id):
            yield "it has no start"

    def _gather(self, step: FlowStep) -> Iterator[str]:
        algorithm = step.properties.get("aggregationAlgorithm", "")
        if algorithm not in ALGORITHMS and step.properties.get("messageType") != "PlainText":
            yield f"the aggregation {algorithm}: {NOT_RUN}"

    def _splitter(self, step: FlowStep) -> Iterator[str]:
        kind = step.properties.get("exprType", "XPath")
        if kind not in ("XPath", "Token"):
            yield f"splitting by {kind}: {NOT_RUN}"
        if (step.properties.get("grouping") or "1") not in ("0", "1"):
            yield f"splitting into groups: {NOT_RUN}"


def _unset(properties: object) -> list[str]:
    """Name the externalised parameters that have no value."""
    assert isinstance(properties, dict)
    names = {name for value in properties.values() for name in PARAMETER.findall(value)}
    return [f"the parameter {name} has no value" for name in sorted(names)]


def _tried(parse: Callable[[str], object], text: str) -> str:
    """Return why a text cannot be parsed; blank if it can."""
    try:
        parse(text)
    except Unsupported as why:
        return f"{why}: {NOT_RUN}"
    return ""
