"""Each type of step, in a small flow of our own."""

import pytest

from harness.flow.runtime import Configuration
from harness.tests.flow.conftest import SmallFlow
from harness.tests.support.flow_files import ProcessFile, table

ITEMS = "<list><item>1</item><item>2</item></list>"


def modify(process: ProcessFile, body: str, **where: str) -> str:
    return process.step("Enricher", bodyType="expression", wrapContent=body, headerTable="", propertyTable="", **where)


def test_content_modifier_sets_headers_properties_and_body(flow: SmallFlow) -> None:
    flow.process.step(
        "Enricher",
        bodyType="expression",
        headerTable=table(("Color", "constant", "red"), ("Copy", "header", "X-Name")),
        propertyTable=table(
            ("first", "xpath", "/n:list/n:item[1]"), ("both", "expression", "${header.X-Name}-${in.body}")
        ),
        wrapContent="",
    )
    modify(flow.process, "${header.color} ${header.Copy} ${property.first} ${property.both}")
    answer = flow.post('<list xmlns="urn:n"><item>1</item></list>', headers={"x-name": "Ann", "X-Other": "no"})
    assert answer.body.decode() == 'red Ann 1 Ann-<list xmlns="urn:n"><item>1</item></list>'


def test_content_modifier_deletes_and_defaults(flow: SmallFlow) -> None:
    delete = "<row><cell id='Action'>Delete</cell><cell id='Name'>X-Name</cell></row>"
    default = "<row><cell id='Action'>Create</cell><cell id='Type'>header</cell><cell id='Value'>None</cell>"
    default += "<cell id='Default'>nobody</cell><cell id='Name'>who</cell></row>"
    flow.process.step("Enricher", headerTable=delete, propertyTable=default, wrapContent="")
    modify(flow.process, "[${header.X-Name}] ${property.who}")
    assert flow.post(headers={"X-Name": "Ann"}).body == b"[] nobody"


@pytest.mark.parametrize(
    ("condition", "body", "taken"),
    [
        ("${in.body} = 'a'", "a", "yes"),
        ("${in.body} = 'a'", "b", "no"),
        ("${in.body} contains 'b' and ${header.X-Name} != null", "abc", "yes"),
        ("${in.body} = 'x' or ${header.X-Name} = 'Ann'", "a", "yes"),
        ("${in.body} >= 10", "9", "no"),
        ("${in.body} >= 10", "10.0", "yes"),
        ("${in.body} not in 'a,b'", "c", "yes"),
        ("${in.body} regex '[a-c]+'", "abd", "no"),
        ("${property.none} = null", "a", "yes"),
        ("/list/item = '2'", ITEMS, "yes"),
        ("/list/item[3]", ITEMS, "no"),
    ],
)
def test_router_takes_the_route_whose_condition_holds(flow: SmallFlow, condition: str, body: str, taken: str) -> None:
    router = flow.process.step("ExclusiveGateway")
    modify(flow.process, "yes", after=router, when=condition)
    flow.process.end()
    modify(flow.process, "no", after=router)
    assert flow.post(body, headers={"X-Name": "Ann"}).body.decode() == taken


def test_router_without_a_route_ends_or_fails_as_it_says(flow: SmallFlow) -> None:
    router = flow.process.step("ExclusiveGateway", "Which?", throwException="true")
    flow.process.end(after=router, when="${in.body} = 'a'")
    runtime = flow.deploy()
    assert runtime.receive("/http/in", b"b", {}).status == 500
    assert runtime.log.runs()[0].error == "Which?: no route applies"


@pytest.mark.parametrize("kind", ["Multicast", "SequentialMulticast"])
def test_multicast_runs_every_branch_on_a_copy_and_gathers(flow: SmallFlow, kind: str) -> None:
    multicast = flow.process.step(kind)
    modify(flow.process, "<a/>", after=multicast)
    join = flow.process.step("Join")
    flow.process.route(modify(flow.process, "<b/>", after=multicast), join)
    flow.process.step("Gather", after=join, messageType="DiffXMLFormat", aggregationAlgorithm="sap-pi-multi-mapping")
    body = flow.post("<x/>").body.decode().partition("?>\n")[2]
    assert body == (
        '<multimap:Messages xmlns:multimap="http://sap.com/xi/XI/SplitAndMerge">'
        "<multimap:Message1><a/></multimap:Message1><multimap:Message2><b/></multimap:Message2></multimap:Messages>"
    )


def test_parallel_multicast_runs_the_other_branches_after_a_failure(flow: SmallFlow) -> None:
    multicast = flow.process.step("Multicast")
    flow.process.end("Broken", after=multicast, error=True)
    modify(flow.process, "seen", after=multicast)
    flow.process.end()
    runtime = flow.deploy()
    assert runtime.receive("/http/in", b"", {}).status == 500
    names = [step.name for step in runtime.log.runs()[0].steps]
    assert names == ["Start", "Broken", "Enricher", "End"]


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        ("GeneralSplitter", "<list><item>1</item></list>0/2;<list><item>2</item></list>1/2;"),
        ("IteratingSplitter", "<item>1</item>0/2;<item>2</item>1/2;"),
    ],
)
def test_splitter_and_plain_gather(flow: SmallFlow, split: str, expected: str) -> None:
    flow.process.step("Splitter", splitType=split, exprType="XPath", splitExprValue="//item")
    modify(flow.process, "${in.body}${property.CamelSplitIndex}/${property.CamelSplitSize};")
    flow.process.step("Gather", messageType="PlainText", aggregationAlgorithm="concatenate")
    assert flow.post(ITEMS).body.decode() == expected


def test_splitter_by_token_leaves_the_message_as_it_was(flow: SmallFlow) -> None:
    flow.process.step("Splitter", splitType="GeneralSplitter", exprType="Token", splitExprValue="\\n")
    modify(flow.process, "changed")
    assert flow.post("a\nb").body == b"a\nb"


def test_gather_of_one_format_keeps_the_parts_together(flow: SmallFlow) -> None:
    flow.process.step("Splitter", splitType="IteratingSplitter", exprType="XPath", splitExprValue="/list/item")
    flow.process.step("Gather", messageType="SameXMLFormat", aggregationAlgorithm="sap-identical-multi-mapping")
    assert b"Message1><item>1</item><item>2</item></multimap:Message1>" in flow.post(ITEMS).body


@pytest.mark.parametrize(
    ("kind", "path", "expected"),
    [
        ("Nodelist", "//item", "<item>1</item><item>2</item>"),
        ("Node", "//item", "<item>1</item>"),
        ("String", "//item[2]", "2"),
        ("Integer", "count(//item)", "2"),
        ("Boolean", "//item = '3'", "false"),
    ],
)
def test_filter_keeps_what_its_xpath_finds(flow: SmallFlow, kind: str, path: str, expected: str) -> None:
    flow.process.step("Filter", xpathType=kind, wrapContent=path)
    assert flow.post(ITEMS).body.decode() == expected


def test_local_process_works_on_the_same_message(flow: SmallFlow) -> None:
    local = ProcessFile(flow.file, "Local", is_local=True)
    local.start()
    local.step("Enricher", headerTable="", propertyTable=table(("said", "constant", "hello")), wrapContent="")
    local.end()
    flow.process.step("ProcessCallElement", subActivityType="NonLoopProcess", processId=local.close())
    modify(flow.process, "${property.said}")
    assert flow.post().body == b"hello"


def test_process_that_calls_itself_fails(flow: SmallFlow) -> None:
    flow.process.step("ProcessCallElement", "Again", processId=flow.process.id)
    flow.process.end()
    runtime = flow.deploy()
    assert runtime.receive("/http/in", b"", {}).status == 500
    assert runtime.log.runs()[0].error == "Main: more than 40 processes call each other"
    assert runtime.receive("/http/in", b"", {}).status == 500
    assert runtime.log.runs()[1].error == runtime.log.runs()[0].error


def test_steps_that_go_round_in_a_circle_fail(flow: SmallFlow) -> None:
    first = flow.process.step("Enricher", "First")
    router = flow.process.step("ExclusiveGateway", "Router")
    flow.process.route(router, first)
    flow.process.close()
    runtime = flow.deploy()
    assert runtime.receive("/http/in", b"", {}).status == 500
    assert "more than 10000 steps were done, they go round in a circle" in runtime.log.runs()[0].error


def test_steps_stand_in_the_log_in_the_order_in_which_they_began(flow: SmallFlow) -> None:
    local = ProcessFile(flow.file, "Local", is_local=True)
    local.start("Begin")
    local.step("Enricher", "Inner")
    local.end("Done")
    flow.process.step("ProcessCallElement", "Outer", processId=local.close())
    flow.process.end("Over")
    runtime = flow.deploy()
    runtime.receive("/http/in", b"", {})
    assert [one.name for one in runtime.log.runs()[0].steps] == ["Start", "Outer", "Begin", "Inner", "Done", "Over"]


def test_exception_subprocess_handles_what_fails(flow: SmallFlow) -> None:
    flow.process.step("Filter", "Keep Items", wrapContent="//item")
    caught = flow.process.exception_subprocess()
    caught.start(error=True)
    modify(caught, "${exception.message}")
    caught.end()
    assert flow.post("no xml").body == b"the body: it is not well-formed XML"


def test_error_end_hands_the_error_on(flow: SmallFlow) -> None:
    local = ProcessFile(flow.file, "Local", is_local=True)
    local.start()
    local.step("Filter", "Keep Items", wrapContent="//item")
    caught = local.exception_subprocess()
    caught.start(error=True)
    caught.end("Give Up", error=True)
    local.end()
    flow.process.step("ProcessCallElement", processId=local.close())
    flow.process.end()
    runtime = flow.deploy()
    assert runtime.receive("/http/in", b"", {}).status == 500
    assert runtime.log.runs()[0].error == "the body: it is not well-formed XML"


def test_process_direct_passes_body_and_headers_but_no_properties(flow: SmallFlow) -> None:
    other = ProcessFile(flow.file, "Other")
    flow.file.channel("ProcessDirect", "Sender", other.start(), address="/other")
    modify(other, "${header.X-Name}[${property.said}]${in.body}")
    other.end()
    other.close()
    flow.process.step("Enricher", headerTable="", propertyTable=table(("said", "constant", "hello")), wrapContent="")
    flow.file.channel("ProcessDirect", "Receiver", flow.process.step("ExternalCall"), address="/other")
    assert flow.post("!", headers={"X-Name": "Ann"}).body == b"Ann[]!"


def test_data_store_keeps_selects_gets_and_deletes(flow: SmallFlow) -> None:
    store = {"storageName": "Orders", "messageId": "${header.X-Name}"}
    flow.process.step("DBstorage", "Keep", operation="put", override="true", **store)
    modify(flow.process, "<other/>")
    flow.process.step("DBstorage", "Keep", operation="put", storageName="Orders", messageId="b")
    flow.process.step("DBstorage", "Read", operation="get", delete="true", **store)
    modify(flow.process, "${in.body}")
    flow.process.step("DBstorage", "Drop", operation="delete", **store)
    flow.process.step("DBstorage", "List", operation="select", storageName="Orders", maxresults="9")
    body = flow.post("<x/>", headers={"X-Name": "a"}).body
    assert body.endswith(b'<messages><message id="b"><other/></message></messages>')


def test_data_store_refuses_a_double_and_misses(flow: SmallFlow) -> None:
    flow.process.step("DBstorage", "Keep", operation="put", storageName="Orders", messageId="a")
    flow.process.step("DBstorage", "Look", operation="get", storageName="Orders", messageId="b")
    flow.process.end()
    runtime = flow.deploy()
    for _ in range(2):
        assert runtime.receive("/http/in", b"", {}).status == 500
    errors = [run.error for run in runtime.log.runs()]
    assert errors == [
        "Look: there is no entry with this id",
        "Keep: an entry with this id exists, and the step does not overwrite it",
    ]


def test_timer_starts_a_process(flow: SmallFlow) -> None:
    timed = ProcessFile(flow.file, "Timed")
    timed.start(timer=True)
    timed.step("DBstorage", "Keep", operation="put", storageName="Runs", messageId="a")
    timed.end()
    timed.close()
    flow.process.end()
    runtime = flow.deploy()
    runtime.run_timers()
    assert "Runs" in runtime.stored()


def test_externalised_parameters_have_the_values_of_the_package_or_of_the_tenant(flow: SmallFlow) -> None:
    modify(flow.process, "{{first}} {{second one}}")
    flow.process.end()
    runtime = flow.deploy(parameters="#c\nfirst=a\\:b\nsecond\\ one=c\n", configuration=Configuration({"first": "x"}))
    assert runtime.receive("/http/in", b"", {}).body == b"x c"


def test_unknown_path_is_not_found(flow: SmallFlow) -> None:
    flow.process.end()
    assert flow.deploy().receive("/http/elsewhere", b"", {}).status == 404
