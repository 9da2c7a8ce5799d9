"""Take a message through the steps of a process."""

import base64
import re
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any
from xml.sax.saxutils import unescape

from lxml import etree

from harness.flow.adapters import ReceiverChannels
from harness.flow.converters import NotConverted, json_to_xml, xml_to_json
from harness.flow.definition import Channel, FlowDefinition, FlowStep, Route
from harness.flow.exchange import FlowExchange, Headers
from harness.flow.failure import FlowFailure
from harness.flow.jvm import Jvm, ScriptError
from harness.flow.log import LOGGED_HEADERS, StepRun
from harness.flow.simple import RouteCondition, as_text, template
from harness.flow.splitting import gather, split
from harness.flow.stores import MessageStores
from harness.flow.xml import NotXml, find, read_xml, text_of

_BRANCH_ENDS = ("gather", "join")
_MOST_STEPS = 10_000
"""The most steps of one way through a process: more go round in a circle."""

_DEEPEST = 40
"""The most processes within each other: more call themselves."""


class Interpreter:
    """Runs the processes of one flow."""

    def __init__(
        self,
        definition: FlowDefinition,
        jvm: Callable[[], Jvm],
        channels: ReceiverChannels,
        stores: MessageStores,
    ) -> None:
        """`jvm` returns the machine when a script is first run."""
        self._flow = definition
        self._jvm = jvm
        self._channels = channels
        self._stores = stores
        self._held_by_jvm: dict[str, _HeldByJvm] = {}
        self._depth = 0
        self.scripts_run: set[str] = set()
        self._steps: Mapping[str, Callable[[FlowStep, FlowExchange], None]] = {
            "content modifier": self._modify,
            "Groovy script": self._run_script,
            "request reply": lambda step, exchange: self._call(step, exchange, takes_answer=True),
            "send": lambda step, exchange: self._call(step, exchange, takes_answer=False),
            "end": self._end,
            "process call": lambda step, exchange: self.run(step.properties["processId"], exchange),
            "filter": self._filter,
            "JSON to XML converter": lambda step, exchange: _convert(json_to_xml, step, exchange),
            "XML to JSON converter": lambda step, exchange: _convert(xml_to_json, step, exchange),
            **{f"data store {one}": stores.do for one in ("put", "get", "select", "delete")},
        }

    def run(self, process: str, exchange: FlowExchange) -> None:
        """Run a process from its start, and its exception subprocess where it fails. Raises FlowFailure."""
        if self._depth >= _DEEPEST:
            raise FlowFailure(f"{self._flow.processes[process]}: more than {_DEEPEST} processes call each other")
        self._depth += 1
        try:
            self._walk(self._flow.starts(process), exchange)
        except FlowFailure as failure:
            handler = self._flow.exception_subprocess(process)
            if handler is None:
                raise
            if failure.exchange is not None and failure.exchange is not exchange:
                failed = failure.exchange
                exchange.body, exchange.headers, exchange.properties = failed.body, failed.headers, failed.properties
            exchange.error = exchange.properties["CamelExceptionCaught"] = str(failure)
            self._walk(self._flow.starts(handler.id), exchange)
        except RecursionError:
            raise FlowFailure(f"{self._flow.processes[process]}: its branches lead back to themselves") from None
        finally:
            self._depth -= 1

    def release(self, exchange: FlowExchange) -> None:
        """Forget what scripts have left in the JVM of a message that is done."""
        if self._held_by_jvm.pop(exchange.id, None):
            self._jvm().drop(exchange.id)

    def _walk(self, step_id: str | None, exchange: FlowExchange, *, in_branch: bool = False) -> str | None:
        """Go from a step to the end. Within a branch return the gather or join at which it ends, if there is one."""
        for passed in count():
            if step_id is None:
                break
            step = self._flow.steps[step_id]
            if passed >= _MOST_STEPS:
                raise FlowFailure(f"{step.name}: more than {_MOST_STEPS} steps were done, they go round in a circle")
            if in_branch and step.kind in _BRANCH_ENDS:
                return step_id
            began, number = time.perf_counter(), len(exchange.run.steps)
            try:
                step_id = self._pass(step, exchange)
            except FlowFailure as failure:
                if failure.exchange is None:
                    failure.exchange = exchange
                    _log(step, exchange, number, began, str(failure))
                raise
            _log(step, exchange, number, began)
        return None

    def _pass(self, step: FlowStep, exchange: FlowExchange) -> str | None:
        """Do one step. Return the next one."""
        if step.kind == "router":
            return self._route(step, exchange)
        if step.kind in ("sequential multicast", "parallel multicast"):
            return self._multicast(step, exchange)
        if step.kind in ("general splitter", "iterating splitter"):
            return self._split(step, exchange)
        if step.kind == "error end":
            raise FlowFailure(exchange.error or f"{step.name}: the process ends with an error")
        if do := self._steps.get(step.kind):
            do(step, exchange)
        return self._flow.next(step.id)

    # Routes

    def _route(self, step: FlowStep, exchange: FlowExchange) -> str | None:
        routes = self._flow.routes[step.id]
        for route in routes:
            if route.condition and not route.is_default and self._holds(route, exchange):
                return route.target
        default = next((route.target for route in routes if route.is_default or not route.condition), None)
        if default is None and step.properties.get("throwException") == "true":
            raise FlowFailure(f"{step.name}: no route applies")
        return default

    def _holds(self, route: Route, exchange: FlowExchange) -> bool:
        if not route.is_xml:
            return RouteCondition.parse(route.condition).holds(exchange)
        found = self._find(exchange, route.condition)
        return bool(found) and found != ["false"]

    def _multicast(self, step: FlowStep, exchange: FlowExchange) -> str | None:
        branches = [(route.target, exchange.copy()) for route in self._flow.routes[step.id]]
        return self._branch(branches, exchange, stops=step.kind.startswith("sequential"))

    def _split(self, step: FlowStep, exchange: FlowExchange) -> str | None:
        try:
            parts = split(step, exchange, self._flow.namespaces)
        except NotXml as why:
            raise FlowFailure(f"{step.name}: the body: {why}") from None
        target = self._flow.next(step.id)
        branches = [(target, part) for part in parts if target is not None]
        return self._branch(branches, exchange, stops=step.properties.get("StopOnExecution", "true") == "true")

    def _branch(self, branches: list[tuple[str, FlowExchange]], exchange: FlowExchange, *, stops: bool) -> str | None:
        """Run branches one after the other, and gather their messages. Return the step behind the gather.

        Unless a failure `stops` them all run, and the first failure is that of the message.
        """
        ends, failures = [], []
        for target, branch in branches:
            try:
                ends.append(self._walk(target, branch, in_branch=True))
            except FlowFailure as failure:
                failures.append(failure)
                if stops:
                    break
            finally:
                self.release(branch)
        if failures:
            raise failures[0]
        at = next((end for end in ends if end is not None), None)
        if at is not None and self._flow.steps[at].kind == "join":
            at = self._flow.next(at)
        if at is None or self._flow.steps[at].kind != "gather":
            return at
        try:
            exchange.body = gather(self._flow.steps[at], [branch.body or b"" for _, branch in branches])
        except NotXml as why:
            raise FlowFailure(f"{self._flow.steps[at].name}: {why}") from None
        return self._flow.next(at)

    # Steps

    def _modify(self, step: FlowStep, exchange: FlowExchange) -> None:
        for row in table_rows(step.properties.get("propertyTable", "")):
            if row.get("Action") == "Delete":
                exchange.properties.pop(row["Name"], None)
            else:
                exchange.properties[row["Name"]] = self._value(step, row, exchange)
        for row in table_rows(step.properties.get("headerTable", "")):
            if row.get("Action") == "Delete":
                exchange.headers.remove(row["Name"])
            else:
                exchange.headers[row["Name"]] = self._value(step, row, exchange)
        if body := step.properties.get("wrapContent"):
            is_constant = step.properties.get("bodyType") == "constant"
            exchange.body = (body if is_constant else as_text(template(body)(exchange))).encode()

    def _value(self, step: FlowStep, row: Mapping[str, str], exchange: FlowExchange) -> object:
        kind, value = row.get("Type", "constant"), row.get("Value", "")
        found: object = value
        if kind == "expression":
            found = template(value)(exchange)
        elif kind == "header":
            found = exchange.headers.get(value)
        elif kind == "property":
            found = exchange.properties.get(value)
        elif kind == "xpath":
            try:
                found = "".join(map(text_of, self._find(exchange, value)))
            except FlowFailure as failure:
                raise FlowFailure(f"{step.name}: {failure}") from None
        return row.get("Default", "") if found in (None, "") else found

    def _find(self, exchange: FlowExchange, path: str) -> list[etree._Element | str]:
        try:
            return find(read_xml(exchange.body or b""), path, self._flow.namespaces)
        except NotXml as why:
            raise FlowFailure(f"the body: {why}") from None

    def _filter(self, step: FlowStep, exchange: FlowExchange) -> None:
        found = self._find(exchange, step.properties.get("wrapContent", ""))
        as_nodes = step.properties.get("xpathType", "Nodelist") in ("Node", "Nodelist")
        texts = [
            etree.tostring(one, with_tail=False) if as_nodes and not isinstance(one, str) else text_of(one).encode()
            for one in found
        ]
        exchange.body = b"".join(texts[:1] if step.properties.get("xpathType") == "Node" else texts)

    def _end(self, step: FlowStep, exchange: FlowExchange) -> None:
        if step.id in self._flow.receivers:
            self._call(step, exchange, takes_answer=False)

    def _call(self, step: FlowStep, exchange: FlowExchange, *, takes_answer: bool) -> None:
        channel = self._flow.receivers[step.id]
        if channel.kind == "HTTP":
            self._channels.http(channel, exchange, takes_answer=takes_answer)
        elif channel.kind == "SOAP":
            self._channels.soap(channel, exchange, takes_answer=takes_answer)
        elif channel.kind == "JMS":
            with_properties = channel.get("TransferExchangeProperties") in ("1", "true")
            self._stores.send(channel.get("QueueName_outbound"), exchange, with_properties=with_properties)
        else:
            self._call_direct(channel, exchange, takes_answer=takes_answer)

    def _call_direct(self, channel: Channel, exchange: FlowExchange, *, takes_answer: bool) -> None:
        """Call the process behind a ProcessDirect address: it gets body and headers, and its own properties."""
        target = next(one for one in self._flow.senders if is_direct_target(one, channel))
        called = FlowExchange(exchange.run, exchange.body, Headers(exchange.headers))
        try:
            self.run(self._flow.steps[target.step].process, called)
        finally:
            self.release(called)
        if takes_answer:
            exchange.body, exchange.headers = called.body, called.headers

    # Scripts

    def _run_script(self, step: FlowStep, exchange: FlowExchange) -> None:
        script = step.script()
        self.scripts_run.add(script.name)
        jvm = self._jvm()
        held = self._held_by_jvm.get(exchange.id)
        if held is None or held.start != jvm.starts:
            held = _HeldByJvm(jvm.starts, b"\0", {}, {})
        message: dict[str, object] = {
            "id": exchange.id,
            "headers": _changes(held.headers, exchange.headers),
            "properties": _changes(held.properties, exchange.properties),
        }
        if exchange.body != held.body:
            message["body"] = None if exchange.body is None else base64.b64encode(exchange.body).decode()
        try:
            left = jvm.run(script, step.properties.get("scriptFunction") or "processData", message)
        except ScriptError as why:
            if why.message is None:
                self._held_by_jvm.pop(exchange.id, None)
            else:
                self._take(exchange, why.message, jvm.starts)
            raise FlowFailure(str(why)) from None
        self._take(exchange, left, jvm.starts)

    def _take(self, exchange: FlowExchange, left: Mapping[str, Any], start: int) -> None:
        """Take over what a script has left of a message."""
        self._note(exchange, left["log"])
        exchange.body = None if left["body"] is None else base64.b64decode(left["body"])
        exchange.headers, exchange.properties = Headers(left["headers"]), left["properties"]
        self._held_by_jvm[exchange.id] = _HeldByJvm(
            start, exchange.body, dict(exchange.headers), dict(exchange.properties)
        )

    def _note(self, exchange: FlowExchange, entries: list[list[str]]) -> None:
        for kind, name, value in entries:
            exchange.run.note(kind, name, value or "")


def _log(step: FlowStep, exchange: FlowExchange, number: int, began: float, error: str = "") -> None:
    """Note a step; those that were done within it stand behind it."""
    run = exchange.run
    run.steps.insert(number, StepRun(step.name, step.kind, 1000 * (time.perf_counter() - began), error))
    for name in LOGGED_HEADERS:
        value = as_text(exchange.headers.get(name))
        if value and value != run.properties.get(name):
            run.note("property", name, value)


def _convert(converter: Callable[[bytes, Mapping[str, str]], bytes], step: FlowStep, exchange: FlowExchange) -> None:
    try:
        exchange.body = converter(exchange.body or b"", step.properties)
    except NotConverted as why:
        raise FlowFailure(f"{step.name}: {why}") from None


def is_direct_target(sender: Channel, receiver: Channel) -> bool:
    """Return True if a ProcessDirect receiver calls this sender."""
    return sender.kind == receiver.kind == "ProcessDirect" and sender.get("address") == receiver.get("address")


def table_rows(table: str) -> Iterator[dict[str, str]]:
    """Read the rows of a table of a content modifier. It looks like XML, but its values are not always escaped."""
    for row in re.findall(r"<row>(.*?)</row>", table, re.DOTALL):
        cells = re.findall(r"<cell(?: id=['\"](\w+)['\"])?\s*(?:/>|>(.*?)</cell>)", row, re.DOTALL)
        yield {name: unescape(value, {"&apos;": "'", "&quot;": '"'}) for name, value in cells}


class _HeldByJvm:
    """A message as the JVM holds it."""

    def __init__(
        self, start: int, body: bytes | None, headers: Mapping[str, object], properties: Mapping[str, object]
    ) -> None:
        self.start = start
        self.body = body
        self.headers = headers
        self.properties = properties


def _changes(held: Mapping[str, object], now: Mapping[str, object]) -> dict[str, object]:
    """Return what the JVM does not know yet; None for what is gone."""
    changed = {name: value for name, value in now.items() if name not in held or held[name] != value}
    return {**changed, **{name: None for name in held if name not in now}}
