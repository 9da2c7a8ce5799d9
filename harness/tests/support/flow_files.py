"""Write small integration flows as a tenant exports them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

VARIANTS = {
    "Script": ("callActivity", "GroovyScript/version::1.1.2"),
    "Enricher": ("callActivity", "Enricher/version::1.6.1"),
    "Filter": ("callActivity", "Filter/version::1.1.0"),
    "Gather": ("callActivity", "Gather/version::1.2.0"),
    "Join": ("parallelGateway", "Join/version::1.0.0"),
    "Splitter": ("callActivity", "GeneralSplitter/version::1.6.0"),
    "JsonToXmlConverter": ("callActivity", "JsonToXmlConverter/version::1.1.2"),
    "XmlToJsonConverter": ("callActivity", "XmlToJsonConverter/version::1.0.8"),
    "ProcessCallElement": ("callActivity", "NonLoopingProcess/version::1.0.4"),
    "DBstorage": ("callActivity", "put/version::1.7.1"),
    "ExternalCall": ("serviceTask", "ExternalCall/version::1.0.4"),
    "Send": ("serviceTask", "Send/version::1.0.4"),
    "ExclusiveGateway": ("exclusiveGateway", "ExclusiveGateway/version::1.1.2"),
    "Multicast": ("parallelGateway", "Multicast/version::1.1.1"),
    "SequentialMulticast": ("parallelGateway", "SequentialMulticast/version::1.1.0"),
}
"""The type of a step to its element in BPMN and to the variant that the export names."""


def cells(**values: str) -> str:
    return "".join(f"<cell id='{name}'>{escape(value)}</cell>" for name, value in values.items())


def table(*rows: tuple[str, str, str]) -> str:
    """Write the table of a content modifier: name, type and value of each row."""
    written = (
        cells(Action="Create", Type=kind, Value=value, Default="", Name=name, Datatype="") for name, kind, value in rows
    )
    return "".join(f"<row>{one}</row>" for one in written)


@dataclass
class FlowFile:
    """An integration flow to be written."""

    name: str = "Small"
    namespaces: str = ""
    headers: str = ""
    participants: list[str] = field(default_factory=list)
    message_flows: list[str] = field(default_factory=list)
    processes: list[str] = field(default_factory=list)
    numbers: int = 0

    def id(self, kind: str) -> str:
        self.numbers += 1
        return f"{kind}_{self.numbers}"

    def channel(
        self, kind: str, direction: str, step: str, name: str = "", partner: str = "", **properties: str
    ) -> None:
        """Hang a channel on a step."""
        other = self.id("Participant")
        role = "EndpointSender" if direction == "Sender" else "EndpointRecevier"  # so spelled by SAP
        shown = partner or f"{kind}_{direction}"
        self.participants.append(f'<bpmn2:participant id="{other}" ifl:type="{role}" name={quoteattr(shown)}/>')
        ends = (other, step) if direction == "Sender" else (step, other)
        shared = {
            "Name": name or kind,
            "ComponentType": kind,
            "ComponentNS": "sap",
            "direction": direction,
            "system": shown,
        }
        self.message_flows.append(
            f'<bpmn2:messageFlow id="{self.id("MessageFlow")}" name={quoteattr(name or kind)} sourceRef="{ends[0]}" '
            f'targetRef="{ends[1]}">{_extension({**shared, **properties})}</bpmn2:messageFlow>'
        )

    def write(self, folder: Path, scripts: Mapping[str, str] = {}, parameters: str = "") -> Path:
        """Write the flow into a folder, and return it."""
        resources = folder / "src/main/resources"
        definitions = resources / "scenarioflows/integrationflow"
        definitions.mkdir(parents=True, exist_ok=True)
        (resources / "script").mkdir(exist_ok=True)
        (definitions / f"{self.name}.iflw").write_text(self.text(), encoding="utf-8")
        (resources / "parameters.prop").write_text(parameters, encoding="utf-8")
        for name, script in scripts.items():
            (resources / "script" / name).write_text(script, encoding="utf-8")
        return folder

    def text(self) -> str:
        head = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<bpmn2:definitions xmlns:bpmn2="http://www.omg.org/spec/BPMN/20100524/MODEL"'
            ' xmlns:ifl="http:///com.sap.ifl.model/Ifl.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        )
        collaboration = {"namespaceMapping": self.namespaces, "allowedHeaderList": self.headers}
        parts = [
            head,
            f"<bpmn2:collaboration>{_extension(collaboration)}",
            *self.participants,
            *self.message_flows,
            "</bpmn2:collaboration>",
            *self.processes,
            "</bpmn2:definitions>",
        ]
        return "\n".join(parts) + "\n"


class ProcessFile:
    """One process of a flow, step by step."""

    def __init__(self, flow: FlowFile, name: str, *, is_local: bool = False) -> None:
        self._flow = flow
        self.name = name
        self._is_local = is_local
        self.id = flow.id("Process")
        self._steps: list[tuple[str, str, str, Mapping[str, str], str]] = []
        self._routes: list[tuple[str, str, str, str]] = []
        self._inner: list[ProcessFile] = []
        self._last = ""

    def start(self, name: str = "Start", *, timer: bool = False, error: bool = False) -> str:
        variant = "StartTimerEvent" if timer else "ErrorStartEvent" if error else "MessageStartEvent"
        definition = "timer" if timer else "error" if error else "message"
        properties = {"cmdVariantUri": f"ctype::FlowstepVariant/cname::{variant}/version::1.0"}
        if timer:
            properties |= {
                "activityType": "StartTimerEvent",
                "scheduleKey": "<row><cell>fireNow</cell><cell>true</cell></row>",
            }
        inner = "" if self._is_local else f"<bpmn2:{definition}EventDefinition/>"
        return self._add("startEvent", "StartEvent", name, properties, inner, after="")

    def step(
        self, activity: str, name: str = "", *, after: str | None = None, when: str = "", **properties: str
    ) -> str:
        """Add a step behind the last one, or behind another one under a condition."""
        tag, variant = VARIANTS[activity]
        kind = tag[:1].upper() + tag[1:]
        shared = {
            "componentVersion": variant.rpartition("::")[2][:3],
            "activityType": activity,
            "cmdVariantUri": f"ctype::FlowstepVariant/cname::{variant}",
        }
        return self._add(tag, kind, name or activity, {**shared, **properties}, "", after=after, when=when)

    def script(self, name: str, file: str, function: str = "", **where: str) -> str:
        more = {"scriptFunction": function, "scriptBundleId": "", "subActivityType": "GroovyScript", "script": file}
        return self.step("Script", name, **more, **where)

    def end(self, name: str = "End", *, after: str | None = None, when: str = "", error: bool = False) -> str:
        variant = "ErrorEndEvent/version::1.0.0" if error else "MessageEndEvent/version::1.1.0"
        inner = "" if self._is_local and not error else f"<bpmn2:{'error' if error else 'message'}EventDefinition/>"
        properties = {"componentVersion": "1.1", "cmdVariantUri": f"ctype::FlowstepVariant/cname::{variant}"}
        return self._add("endEvent", "EndEvent", name, properties, inner, after=after, when=when)

    def exception_subprocess(self, name: str = "Exception Subprocess") -> "ProcessFile":
        inner = ProcessFile(self._flow, name)
        inner.id = self._flow.id("SubProcess")
        self._inner.append(inner)
        return inner

    def route(self, source: str, target: str, when: str = "") -> None:
        self._routes.append((self._flow.id("SequenceFlow"), source, target, when))

    def close(self) -> str:
        """Write the process into the flow. Return its id."""
        kind = "LocalIntegrationProcess" if self._is_local else "IntegrationProcess"
        properties = {
            "transactionTimeout": "30",
            "componentVersion": "1.2",
            "cmdVariantUri": f"ctype::FlowElementVariant/cname::{kind}/version::1.2.1",
            "transactionalHandling": "From Calling Process" if self._is_local else "Not Required",
        }
        participant = self._flow.id("Participant")
        self._flow.participants.append(
            f'<bpmn2:participant id="{participant}" ifl:type="IntegrationProcess" name={quoteattr(self.name)} '
            f'processRef="{self.id}"><bpmn2:extensionElements/></bpmn2:participant>'
        )
        self._flow.processes.append(
            f'<bpmn2:process id="{self.id}" name={quoteattr(self.name)}>{_extension(properties)}\n'
            f"{self.content()}\n</bpmn2:process>"
        )
        return self.id

    def content(self) -> str:
        written = [self._written(*step) for step in self._steps]
        for inner in self._inner:
            properties = {
                "componentVersion": "1.1",
                "activityType": "ErrorEventSubProcessTemplate",
                "cmdVariantUri": "ctype::FlowstepVariant/cname::ErrorEventSubProcessTemplate/version::1.1.0",
            }
            written.append(
                f'<bpmn2:subProcess id="{inner.id}" name={quoteattr(inner.name)}>{_extension(properties)}\n'
                f"{inner.content()}\n</bpmn2:subProcess>"
            )
        return "\n".join([*written, *(self._written_route(*route) for route in self._routes)])

    def _add(
        self,
        tag: str,
        kind: str,
        name: str,
        properties: Mapping[str, str],
        inner: str,
        *,
        after: str | None,
        when: str = "",
    ) -> str:
        found = self._flow.id(kind)
        before = self._last if after is None else after
        if before:
            self.route(before, found, when)
        self._steps.append((tag, found, name, properties, inner))
        self._last = found
        return found

    def _written(self, tag: str, found: str, name: str, properties: Mapping[str, str], inner: str) -> str:
        into = "".join(
            f"<bpmn2:incoming>{one}</bpmn2:incoming>" for one, _, target, _ in self._routes if target == found
        )
        out_of = [(one, when) for one, source, _, when in self._routes if source == found]
        default = next((f' default="{one}"' for one, when in out_of if not when and tag == "exclusiveGateway"), "")
        leading = "".join(f"<bpmn2:outgoing>{one}</bpmn2:outgoing>" for one, _ in out_of)
        inside = f"{_extension(properties)}{into}{leading}{inner}"
        return f'<bpmn2:{tag} id="{found}" name={quoteattr(name)}{default}>{inside}</bpmn2:{tag}>'

    def _written_route(self, found: str, source: str, target: str, when: str) -> str:
        ends = f'<bpmn2:sequenceFlow id="{found}" name="" sourceRef="{source}" targetRef="{target}"'
        if not when:
            return f"{ends}/>"
        kind = "XML" if when.startswith("/") else "NonXML"
        properties = {
            "expressionType": kind,
            "componentVersion": "1.0",
            "cmdVariantUri": "ctype::FlowstepVariant/cname::GatewayRoute/version::1.0.0",
        }
        expression = f'<bpmn2:conditionExpression id="FormalExpression_{found}" xsi:type="bpmn2:tFormalExpression">'
        inside = f"{_extension(properties)}{expression}{escape(when)}</bpmn2:conditionExpression>"
        return f"{ends}>{inside}</bpmn2:sequenceFlow>"


def _extension(properties: Mapping[str, str]) -> str:
    written = (
        f"<ifl:property><key>{name}</key><value>{escape(value)}</value></ifl:property>"
        for name, value in properties.items()
    )
    return f"<bpmn2:extensionElements>{''.join(written)}</bpmn2:extensionElements>"
