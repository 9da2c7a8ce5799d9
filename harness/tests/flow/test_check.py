"""Steps and channels that cannot be run are named, and a flow that has any is refused at start."""

from pathlib import Path

import pytest

from harness.errors import UserError
from harness.files import REFERENCE_FLOW
from harness.flow.check import problems
from harness.flow.definition import read_definition
from harness.flow.package import opened
from harness.tests.flow.conftest import SmallFlow
from harness.tests.support.flow_files import FlowFile, ProcessFile, table

VARIANT = "ctype::FlowstepVariant/cname::"


def found(flow: SmallFlow, folder: Path) -> list[tuple[str, str, str]]:
    flow.process.end()
    flow.process.close()
    with opened(flow.file.write(folder / "checked")) as package:
        return [(one.where, one.kind, one.why) for one in problems(read_definition(package, {}))]


def test_reference_flow_can_be_run_whole() -> None:
    with opened(REFERENCE_FLOW) as package:
        assert problems(read_definition(package, {})) == []


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"retry_minute": "2"}, "ICI_Contract_To_ECC has no parameter retry_minute; did you mean retry_minutes?"),
        ({"x\x1b[31m": ""}, "ICI_Contract_To_ECC has no parameter x"),
    ],
)
def test_parameter_that_the_flow_lacks_is_named(parameters: dict[str, str], why: str) -> None:
    with opened(REFERENCE_FLOW) as package, pytest.raises(UserError) as error:
        read_definition(package, parameters, {"of_another_flow": "1"})
    assert str(error.value).startswith(why)
    assert "\x1b" not in str(error.value)


@pytest.mark.parametrize(("given", "is_number"), [("0.5", True), ("abc", False), ("", True), ("-1", False)])
def test_interval_of_a_sender_is_a_number(given: str, *, is_number: bool) -> None:
    with opened(REFERENCE_FLOW) as package:
        reasons = {one.why for one in problems(read_definition(package, {"retry_minutes": given}))}
    assert reasons == (set() if is_number else {"RetryInterval is no number"})


@pytest.mark.parametrize(
    ("activity", "properties", "kind", "why"),
    [
        (
            "Enricher",
            {"activityType": "Mapping", "cmdVariantUri": f"{VARIANT}MessageMapping/version::1"},
            "message mapping",
            "it is not run here",
        ),
        (
            "Enricher",
            {"activityType": "Mapping", "cmdVariantUri": f"{VARIANT}XSLTMapping/version::1"},
            "XSLT mapping",
            "it is not run here",
        ),
        ("Enricher", {"activityType": "CsvToXmlConverter"}, "CsvToXmlConverter", "it is not run here"),
        ("Script", {"subActivityType": "JavaScript", "script": "a.js"}, "JavaScript", "it is not run here"),
        (
            "Script",
            {"subActivityType": "GroovyScript", "script": "a.groovy"},
            "Groovy script",
            "the script a.groovy is missing",
        ),
        (
            "Script",
            {"subActivityType": "GroovyScript", "script": "../a.groovy"},
            "Groovy script",
            "its script has no plain file name",
        ),
        (
            "Script",
            {"subActivityType": "GroovyScript", "scriptBundleId": "Shared", "script": "a.groovy"},
            "Groovy script",
            "its script is in the script collection Shared, which is not given",
        ),
        (
            "ProcessCallElement",
            {"cmdVariantUri": f"{VARIANT}LoopingProcess/version::1.3.0"},
            "looping process call",
            "it is not run here",
        ),
        ("ProcessCallElement", {"processId": "Process_9"}, "process call", "the process that it calls is missing"),
        ("ExternalCall", {}, "request reply", "it has no receiver channel"),
        (
            "Gather",
            {"aggregationAlgorithm": "xpath-merge-strategy"},
            "gather",
            "the aggregation xpath-merge-strategy: it is not run here",
        ),
        (
            "Splitter",
            {"splitType": "GeneralSplitter", "exprType": "Line Break"},
            "general splitter",
            "splitting by Line Break: it is not run here",
        ),
        ("Splitter", {"splitType": "EDISplitter"}, "splitter EDISplitter", "it is not run here"),
        (
            "Enricher",
            {"wrapContent": "${bean:x}", "bodyType": "expression"},
            "content modifier",
            "the expression ${bean:x}: it is not run here",
        ),
        (
            "Enricher",
            {"headerTable": table(("a", "local variable", "b"))},
            "content modifier",
            "a value by local variable: it is not run here",
        ),
        ("Enricher", {"wrapContent": "{{unset}}"}, "content modifier", "the parameter unset has no value"),
    ],
)
def test_step_that_cannot_be_run_is_named_with_the_reason(
    flow: SmallFlow, tmp_path: Path, activity: str, properties: dict[str, str], kind: str, why: str
) -> None:
    flow.process.step(activity, "The Step", **properties)
    assert found(flow, tmp_path) == [("The Step", kind, why)]


@pytest.mark.parametrize(
    ("kind", "properties", "why"),
    [
        ("HCIOData", {}, "it is not run here"),
        ("SFTP", {}, "it is not run here"),
        ("JDBC", {}, "it is not run here"),
        ("HTTP", {"authenticationMethod": "Client Certificate"}, "the login Client Certificate: it is not run here"),
        ("ProcessDirect", {"address": "/a"}, "the flow behind its address is not in this package"),
    ],
)
def test_receiver_that_cannot_be_run_is_named(
    flow: SmallFlow, tmp_path: Path, kind: str, properties: dict[str, str], why: str
) -> None:
    flow.file.channel(kind, "Receiver", flow.process.step("ExternalCall"), "The Channel", **properties)
    assert found(flow, tmp_path) == [("The Channel", f"{kind} receiver", why)]


def test_sender_and_condition_that_cannot_be_run_are_named(flow: SmallFlow, tmp_path: Path) -> None:
    other = ProcessFile(flow.file, "Other")
    flow.file.channel("SFTP", "Sender", other.start(), "The Channel")
    router = other.step("ExclusiveGateway", "Which?")
    other.end(after=router, when="${in.body} is 'String'")
    other.end(after=router)
    other.close()
    assert found(flow, tmp_path) == [
        ("Which?", "route", "the condition ${in.body} is 'String': it is not run here"),
        ("The Channel", "SFTP sender", "it is not run here"),
    ]


def test_flow_with_anything_unknown_is_refused_at_start(flow: SmallFlow) -> None:
    flow.process.step("Enricher", "To CSV", activityType="XmlToCsvConverter")
    flow.process.end()
    with pytest.raises(UserError) as refused:
        flow.deploy()
    assert str(refused.value) == "Small cannot be run: To CSV (XmlToCsvConverter): it is not run here"


def test_route_that_leads_nowhere_and_address_that_is_taken_twice_are_named(flow: SmallFlow, tmp_path: Path) -> None:
    flow.process.route(flow.process.step("Enricher", "Set"), "Nowhere")
    other = ProcessFile(flow.file, "Other")
    flow.file.channel("HTTPS", "Sender", other.start(), name="Twice", urlPath="/in")
    other.end()
    other.close()
    assert found(flow, tmp_path) == [
        ("Set", "route", "it leads to no step"),
        ("HTTPS", "HTTPS sender", "its address /in is taken twice"),
        ("Twice", "HTTPS sender", "its address /in is taken twice"),
    ]


def test_process_without_a_start_is_named(flow: SmallFlow, tmp_path: Path) -> None:
    local = ProcessFile(flow.file, "Local", is_local=True)
    local.step("Enricher")
    flow.process.step("ProcessCallElement", "Call", processId=local.close())
    flow.process.exception_subprocess("Handle").step("Enricher")
    assert found(flow, tmp_path) == [
        ("Call", "process call", "the process that it calls has no start"),
        ("Handle", "exception subprocess", "it has no start"),
    ]


def test_script_with_a_byte_order_mark_is_named(flow: SmallFlow, tmp_path: Path) -> None:
    flow.process.script("Run", "A.groovy")
    flow.file.write(tmp_path / "checked", {"A.groovy": "\ufeffdef processData(m) { m }"})
    why = "the script A.groovy begins with a byte order mark, for Groovy part of its first word"
    assert found(flow, tmp_path) == [("Run", "Groovy script", why)]


def test_flow_that_nothing_starts_is_named(tmp_path: Path) -> None:
    with opened(FlowFile("Idle").write(tmp_path / "checked")) as package:
        (part,) = problems(read_definition(package, {}))
    assert part == ("Idle", "flow", "nothing starts it: it has neither a sender nor a timer")
