"""Read the definition of an integration flow (`.iflw`): its steps, the routes between them, its channels."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from lxml import etree

from harness.errors import UserError
from harness.flow.package import PARAMETER, Package, resolve
from harness.flow.xml import NotXml, read_xml
from harness.text import did_you_mean, printable

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_IFL = "{http:///com.sap.ifl.model/Ifl.xsd}"
_STEPS = (
    "startEvent",
    "endEvent",
    "intermediateCatchEvent",
    "callActivity",
    "serviceTask",
    "exclusiveGateway",
    "parallelGateway",
    "subProcess",
)

ERROR_SUBPROCESS = "exception subprocess"


@dataclass(frozen=True)
class FlowStep:
    """One step of a process."""

    id: str
    name: str
    kind: str
    """Its type in the words of SAP's editor; for an unknown one, the type that the export names."""

    process: str
    """The id of the process that it stands in, or of the exception subprocess."""

    properties: Mapping[str, str]
    package: Package = field(repr=False, compare=False)
    """The package of its flow."""

    def script(self) -> Path:
        """Return the file of its script. Raises UserError where its script collection is not given."""
        return self.package.script(self.properties.get("script", ""), self.properties.get("scriptBundleId", ""))


@dataclass(frozen=True)
class Route:
    """The way from one step to the next."""

    id: str
    target: str
    condition: str = ""
    is_xml: bool = False
    """True if the condition is an XPath."""

    is_default: bool = False


@dataclass(frozen=True)
class Channel:
    """A channel to or from another system, with the step that it hangs on."""

    name: str
    kind: str
    """The type of the adapter."""

    step: str
    partner: str
    """The name of the other system."""

    properties: Mapping[str, str]

    def get(self, name: str, default: str = "") -> str:
        """Return a property, or the default where it is missing or blank."""
        return self.properties.get(name) or default


@dataclass
class FlowDefinition:
    """The definition of one flow."""

    name: str
    steps: dict[str, FlowStep] = field(default_factory=dict)
    routes: dict[str, list[Route]] = field(default_factory=lambda: defaultdict(list))
    """By the step from which they lead."""

    receivers: dict[str, Channel] = field(default_factory=dict)
    """The channels to other systems, by the step that calls them."""

    senders: list[Channel] = field(default_factory=list)
    """The channels by which messages come in, each with the step that it starts."""

    namespaces: dict[str, str] = field(default_factory=dict)
    processes: dict[str, str] = field(default_factory=dict)
    """The names of the processes by their ids."""

    headers: str = ""
    """The names of headers that a sender may set, as the export writes them."""

    parameters: set[str] = field(default_factory=set)
    """The names of its externalised parameters."""

    def has_start(self, process: str) -> bool:
        return any(one.process == process and one.kind.startswith("start") for one in self.steps.values())

    def starts(self, process: str) -> str:
        """Return the step with which a process begins."""
        return next(one.id for one in self.steps.values() if one.process == process and one.kind.startswith("start"))

    def exception_subprocess(self, process: str) -> FlowStep | None:
        return next(
            (one for one in self.steps.values() if (one.process, one.kind) == (process, ERROR_SUBPROCESS)), None
        )

    def direct_addresses(self) -> set[str]:
        """Return the addresses at which it takes messages of other flows."""
        return {one.get("address") for one in self.senders if one.kind == "ProcessDirect"}

    def open_addresses(self) -> set[str]:
        """Return the addresses that it calls and that no flow of it has."""
        called = {one.get("address") for one in self.receivers.values() if one.kind == "ProcessDirect"}
        return called - self.direct_addresses()

    def take_in(self, other: "FlowDefinition") -> None:
        """Make another flow part of this one, as far as ProcessDirect calls it. Raises UserError."""
        for prefix, uri in other.namespaces.items():
            if self.namespaces.setdefault(prefix, uri) != uri:
                raise UserError(f"{self.name} and {other.name} mean different namespaces by {prefix}")
        self.steps |= other.steps
        self.routes.update(other.routes)
        self.receivers |= other.receivers
        self.senders += [one for one in other.senders if one.kind not in ("HTTPS", "SOAP")]
        self.processes |= other.processes
        self.parameters |= other.parameters

    def next(self, step: str) -> str | None:
        """Return the only step behind another; None at an end."""
        routes = self.routes.get(step)
        return routes[0].target if routes else None


def read_definition(
    package: Package, parameters: Mapping[str, str], defaults: Mapping[str, str] = MappingProxyType({})
) -> FlowDefinition:
    """Read the definition of a flow, with these values of its parameters. Raises UserError, also for one it lacks.

    `defaults` are values in place of those of the package; those that it has no parameter for count for nothing.
    The flows of its package that it calls by ProcessDirect become part of it.
    """
    values = {**defaults, **parameters}
    flow = _read(package, values, "")
    others = [_read(one, values, f"{one.name}/") for one in package.other_flows()] if flow.open_addresses() else []
    while called := next((one for one in others if flow.open_addresses() & one.direct_addresses()), None):
        others.remove(called)
        flow.take_in(called)
    for name in parameters:
        if name not in flow.parameters:
            raise UserError(f"{flow.name} has no parameter {printable(name)}{did_you_mean(name, flow.parameters)}")
    return flow


def _read(package: Package, parameters: Mapping[str, str], prefix: str) -> FlowDefinition:
    try:
        root = read_xml(package.definition.read_bytes())
    except NotXml as why:
        raise UserError(f"{package.definition.name} is not read: {why}") from None
    if root.tag != f"{_BPMN}definitions":
        raise UserError(f"{package.definition.name} is no definition of an integration flow")
    return _DefinitionReader(root, package, {**package.parameters(), **parameters}, prefix).read()


class _DefinitionReader:
    def __init__(self, root: etree._Element, package: Package, parameters: Mapping[str, str], prefix: str) -> None:
        """`prefix` stands before all ids, which are those of one flow alone."""
        self._root = root
        self._package = package
        self._parameters = parameters
        self._prefix = prefix
        self._flow = FlowDefinition(package.name, parameters=set(package.parameters()))
        self._participants: dict[str, str] = {}

    def read(self) -> FlowDefinition:
        for collaboration in self._root.findall(f"{_BPMN}collaboration"):
            properties = self._properties(collaboration)
            self._flow.headers = properties.get("allowedHeaderList", "")
            for part in properties.get("namespaceMapping", "").replace("\n", ";").split(";"):
                prefix, equals, uri = part.strip().removeprefix("xmlns:").partition("=")
                if equals:
                    self._flow.namespaces[prefix.strip()] = uri.strip()
            for participant in collaboration.findall(f"{_BPMN}participant"):
                self._participants[participant.get("id", "")] = participant.get("name", "")
        for process in self._root.findall(f"{_BPMN}process"):
            process_id = self._id(process, "id")
            self._flow.processes[process_id] = process.get("name", "")
            self._read_process(process, process_id)
        for message_flow in self._root.iter(f"{_BPMN}messageFlow"):
            self._read_channel(message_flow)
        return self._flow

    def _read_process(self, process: etree._Element, process_id: str) -> None:
        for element in process:
            tag = str(element.tag).removeprefix(_BPMN)
            if tag in _STEPS:
                found = self._id(element, "id")
                properties = self._properties(element)
                if "processId" in properties:
                    properties["processId"] = self._prefix + properties["processId"]
                name = element.get("name") or found
                kind = _kind(tag, properties, element)
                self._flow.steps[found] = FlowStep(found, name, kind, process_id, properties, self._package)
                if tag == "subProcess":
                    self._read_process(element, found)
            elif tag == "sequenceFlow":
                self._read_route(process, element)

    def _read_route(self, process: etree._Element, element: etree._Element) -> None:
        source, found = self._id(element, "sourceRef"), self._id(element, "id")
        is_default = any(one.get("default") == element.get("id") for one in process)
        condition = self._resolved(element.findtext(f"{_BPMN}conditionExpression"))
        is_xml = self._properties(element).get("expressionType", "NonXML").lower() == "xml"
        route = Route(found, self._id(element, "targetRef"), condition, is_xml, is_default)
        self._flow.routes[source].append(route)

    def _read_channel(self, element: etree._Element) -> None:
        properties = self._properties(element)
        is_sender = properties.get("direction") == "Sender"
        ends = "targetRef", "sourceRef"
        step, partner = ends if is_sender else ends[::-1]
        name = element.get("name") or properties.get("Name", "")
        channel = Channel(
            name,
            properties.get("ComponentType", ""),
            self._id(element, step),
            self._participants.get(element.get(partner, ""), ""),
            properties,
        )
        if is_sender:
            self._flow.senders.append(channel)
        else:
            self._flow.receivers[channel.step] = channel

    def _id(self, element: etree._Element, attribute: str) -> str:
        return self._prefix + element.get(attribute, "")

    def _properties(self, element: etree._Element) -> dict[str, str]:
        found = element.findall(f"{_BPMN}extensionElements/{_IFL}property")
        return {one.findtext("key") or "": self._resolved(one.findtext("value")) for one in found}

    def _resolved(self, text: str | None) -> str:
        self._flow.parameters.update(PARAMETER.findall(text or ""))
        return resolve(text or "", self._parameters)


_KINDS = {
    "Enricher": "content modifier",
    "ExternalCall": "request reply",
    "Send": "send",
    "Filter": "filter",
    "Gather": "gather",
    "Join": "join",
    "JsonToXmlConverter": "JSON to XML converter",
    "XmlToJsonConverter": "XML to JSON converter",
    "Multicast": "parallel multicast",
    "SequentialMulticast": "sequential multicast",
    "ExclusiveGateway": "router",
    "ErrorEventSubProcessTemplate": ERROR_SUBPROCESS,
    "StartTimerEvent": "start by timer",
    "EndErrorEvent": "error end",
}
_SPLITTERS = {"GeneralSplitter": "general splitter", "IteratingSplitter": "iterating splitter"}


def _kind(tag: str, properties: Mapping[str, str], element: etree._Element) -> str:
    """Name what a step does. Exports say so in three properties, of which older ones have only some."""
    activity = properties.get("activityType", "")
    variant = properties.get("cmdVariantUri", "").partition("cname::")[2].partition("/")[0]
    if tag == "startEvent":
        return _start(element, activity, variant)
    if tag == "endEvent":
        return _end(element, variant)
    if activity == "Script":
        return {"GroovyScript": "Groovy script"}.get(properties.get("subActivityType", variant), "JavaScript")
    if activity == "Splitter":
        split = properties.get("splitType", "") or {"Camel": "IteratingSplitter"}.get(variant, variant)
        return _SPLITTERS.get(
            {"IterativeSplitter": "IteratingSplitter", "Camel": "IteratingSplitter"}.get(split, split),
            f"splitter {split}",
        )
    if activity == "ProcessCallElement":
        loops = variant == "LoopingProcess" or properties.get("subActivityType") == "LoopProcess"
        return "looping process call" if loops else "process call"
    if activity == "DBstorage":
        return f"data store {properties.get('operation') or variant}"
    if tag == "exclusiveGateway":
        return "router"
    if activity == "Mapping":
        return {"MessageMapping": "message mapping", "XSLTMapping": "XSLT mapping"}.get(variant, variant or "mapping")
    return _KINDS.get(activity, activity or variant or tag)


def _start(element: etree._Element, activity: str, variant: str) -> str:
    if activity == "StartTimerEvent" or element.find(f"{_BPMN}timerEventDefinition") is not None:
        return "start by timer"
    if element.find(f"{_BPMN}errorEventDefinition") is not None or "Error" in variant:
        return "start of exception subprocess"
    return "start"


def _end(element: etree._Element, variant: str) -> str:
    if element.find(f"{_BPMN}errorEventDefinition") is not None or "Error" in variant:
        return "error end"
    if "Escalation" in variant or element.find(f"{_BPMN}escalationEventDefinition") is not None:
        return "escalation end"
    if "Terminate" in variant or element.find(f"{_BPMN}terminateEventDefinition") is not None:
        return "terminate end"
    return "end"
