"""Evidence names no confidential agreement, whatever a scenario does with it (SEC-2)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from harness.bdd.context import ScenarioContext, scenario_context
from harness.bdd.mismatch import DIFFERS, Comparison, FieldDiff, Mismatch, RowDiff, publish, subscribed
from harness.confidentiality import is_public
from harness.doubles.taps import ExchangeLog
from harness.environments.in_process import InProcessEnvironment
from harness.evidence.recorder import Recorder
from harness.evidence.records import StepRecord
from harness.evidence.redaction import WITHHELD
from harness.evidence.run import Run, ScenarioEvidence, Step
from harness.files import FEATURES
from harness.signoff.html.page import PageModel, render
from harness.specification.register import Register
from harness.specification.scenarios import read_scenarios
from harness.tests.support.canary_site import FLAG, MARK, MarkingSite
from harness.tests.support.signoff_page import opened
from simulator.icertis.agreement import MASTER, STANDALONE, SUB
from simulator.icertis.rest import RestSite
from simulator.monitoring.message_log import ProcessedStep, ProcessingDetails

SYS_ID = "zqxsysid"
CODE = "PSUBZQX1"


@pytest.fixture
def context() -> Iterator[ScenarioContext]:
    mode = InProcessEnvironment()
    with scenario_context(mode) as one:
        yield one
    mode.close()


def recorded(context: ScenarioContext, *actions: Callable[[], object]) -> list[StepRecord]:
    """Record a scenario with a step for each action, and a last one that compares everything and fails."""
    recorder = Recorder()
    with subscribed(recorder.compared):
        for action in actions:
            recorder.begin("steps.py:1")
            action()
            recorder.end(context, is_when=True)
        recorder.begin("steps.py:1")
        held = context.read_edges()
        publish(f"what everything holds of {CODE}", str(held), held.tables, holds=False)
        seen = RowDiff(str(held.tables), DIFFERS, (FieldDiff("NAME", None, str(held)),))
        problem = Mismatch([Comparison("what the tables hold", (seen,))])
        recorder.end(context, is_when=False, error=problem)
    return recorder.step_records(context)


def page_of(records: list[StepRecord]) -> str:
    """Render the sign-off pack with this scenario in it."""
    steps = [
        Step("When", "x", None, None, one.status, 0, one.error.text if one.error else "", "", one.attachments)
        for one in records
    ]
    scenarios = read_scenarios(FEATURES)
    place = next(one.place for one in scenarios if "condition_3" in one.tags)
    run = Run({}, 0, False, [ScenarioEvidence(place, "f", "n", frozenset({"condition_3"}), "FAILED", "", steps)])
    return opened(render(PageModel(run, Register.load(), scenarios, ledger=(), findings=(), approvals={})))


def draft(context: ScenarioContext, flag: object) -> None:
    context.ici.draft(MASTER, {FLAG: False}, code="PMA1", sys_id="master")
    context.agreements[CODE] = context.ici.draft(SUB, {FLAG: flag, "Name": f"{MARK} name"}, code=CODE, sys_id=SYS_ID)
    context.ici.associate(CODE, "PMA1")


@pytest.mark.parametrize("flag", [True, " TRUE ", MARK, "", [True, False], {"DisplayValue": MARK}, None])
@pytest.mark.parametrize(("call", "failure"), [(1, ""), (1, "status 500"), (1, "half a JSON"), (2, "status 500")])
def test_confidential_agreement_leaves_no_trace(
    context: ScenarioContext, monkeypatch: pytest.MonkeyPatch, flag: object, call: int, failure: str
) -> None:
    tap = ExchangeLog.site

    def marked(log: ExchangeLog, site: RestSite) -> RestSite:
        return tap(log, MarkingSite(site, flag))

    monkeypatch.setattr(ExchangeLog, "site", marked)
    draft(context, flag)
    if failure:
        context.ici.answer_call_once(call, failure)
    records = recorded(context, lambda: context.ici.execute(CODE), context.run_next_retry, context.alerts)
    assert [one.kind for step in records for one in step.attachments].count("zicm-call") >= 1
    text = str(records).lower()
    assert WITHHELD.lower() in text
    assert [trace for trace in (MARK, SYS_ID, CODE.lower()) if trace in text] == []


def test_message_about_confidential_agreement_leaves_no_trace(context: ScenarioContext) -> None:
    draft(context, True)
    fields = dict.fromkeys((one["field"] for one in context.systems["PF2"].definition("ZMM_ICMCONTRACT")), "")
    fields |= {"TENANTID": "t", "CONTRACTTYPENAME": "SUB", "SYSID": SYS_ID, "ICMAGREEMENTCODE": CODE, "NAME": MARK}
    records = recorded(
        context, lambda: context.ici.execute(CODE), lambda: context.systems["PF2"].upsert(fields, ["ZQX1"])
    )
    page = page_of(records).lower()
    assert WITHHELD.lower() in page
    assert [trace for trace in (MARK, SYS_ID, CODE.lower(), "zqx1") if trace in page] == []
    assert "zicm-message" in [one.kind for step in records for one in step.attachments]
    assert [trace for trace in (MARK, SYS_ID, CODE.lower(), "zqx1") if trace in str(records).lower()] == []


def test_agreement_that_turns_confidential_is_withheld_from_earlier_steps(context: ScenarioContext) -> None:
    draft(context, False)
    records = recorded(context, lambda: context.ici.execute(CODE), lambda: context.ici.mark_confidential(CODE))
    assert [trace for trace in (MARK, SYS_ID, CODE.lower()) if trace in str(records).lower()] == []


def test_rows_and_fields_of_scm_are_withheld_where_a_contract_turns_confidential(context: ScenarioContext) -> None:
    terms = {
        FLAG: False,
        "Name": f"{MARK} name",
        "ICMLegalEntityCode": "USMF",
        "ICMAppSrcSupplierID": "1001",
        "ICMCurrency": "USD",
        "ICMClassification": "General purchases",
        "ICMCommitmentType": "ProductQuantity",
        "ICMEffectiveDate": "2026-02-01T00:00:00",
        "ICMExpiryDate": "2027-12-31T00:00:00",
    }
    line = {"ICMCommitmentType": "ProductRootCategory", "ICMCommittedAmount": "771177"}

    def execute() -> None:
        drafted = context.scm.draft("ICMProcurementContract", terms, [line], CODE, SYS_ID)
        context.agreements[CODE] = drafted
        context.scm.execute(CODE)

    shown = str(recorded(context, execute)).lower()
    assert {"lin-07", "771177", MARK} <= {one for one in ("lin-07", "771177", MARK) if one in shown}
    records = recorded(context, lambda: context.scm.reset_expiry(CODE, "2028-12-31"), lambda: hide(context))
    text = str(records).lower()
    assert "zicm-tables" in text
    assert [trace for trace in (MARK, SYS_ID, CODE.lower(), "771177", "lin-") if trace in text] == []


def hide(context: ScenarioContext) -> None:
    context.ici.mark_confidential(CODE)


@pytest.mark.parametrize(("flag", "is_shown"), [(True, False), (False, True)], ids=["confidential", "open"])
def test_what_a_middleware_logged_of_its_own_is_kept_for_open_agreements_alone(
    context: ScenarioContext, monkeypatch: pytest.MonkeyPatch, *, flag: object, is_shown: bool
) -> None:
    properties = {"Agreement": "short cd", f"{MARK} name": "x"}
    told = ProcessingDetails((ProcessedStep("Main", "Map", 1.0, "short ab"),), properties, ("short ef",))
    read = context.cpi.entries
    monkeypatch.setattr(context.cpi, "entries", lambda: [replace(one, processing=told) for one in read()])
    records = recorded(context, lambda: draft(context, flag), lambda: context.ici.execute(CODE))
    (log,) = (one.content for record in records for one in record.attachments if one.kind == "zicm-log")
    written = json.dumps(log)
    assert [text in written for text in ("short ab", "short cd", "short ef", MARK)] == [is_shown] * 4
    assert "Agreement" in written
    assert "Map" in written


@pytest.fixture
def compared(context: ScenarioContext) -> Callable[[str, object, object], dict[str, Any]]:
    """Compare something beside an open and a confidential agreement, and return its evidence."""
    terms = {"Name": f"{MARK} name", "ICMPurchasingOrgCode": "ZQX1", "ICMCurrency": "USD"}
    context.agreements[CODE] = context.ici.draft(SUB, {FLAG: True, **terms}, code=CODE, sys_id=SYS_ID)
    terms = {"Name": "Phenol", "ICMPurchasingOrgCode": "FR10", "ICMCurrency": "EUR"}
    context.agreements["PST1"] = context.ici.draft(STANDALONE, {FLAG: False, **terms}, code="PST1", sys_id="open")

    def compare(what: str, expected: object, seen: object) -> dict[str, Any]:
        recorder = Recorder()
        with subscribed(recorder.compared):
            recorder.begin("steps.py:1")
            publish(what, expected, seen, holds=False)
            recorder.end(context, is_when=False)
        (attachment,) = recorder.step_records(context)[0].attachments
        return dict(attachment.content)

    return compare


@pytest.mark.parametrize(
    ("what", "value", "shown"),
    [
        ("the entry PST1", {"NAME": "Phenol", "ICMCURRENCY": "EUR"}, {"NAME": "Phenol", "ICMCURRENCY": "EUR"}),
        ("the entry PST1", {"ICMCURRENCY": "USD"}, {"ICMCURRENCY": "USD"}),
        ("the entries", [{"SYSID": "open", "NAME": "Phenol"}], [{"SYSID": "open", "NAME": "Phenol"}]),
        ("the entries", [{"SYSID": SYS_ID, "NAME": "x"}], [{"SYSID": WITHHELD, "NAME": WITHHELD}]),
        (
            "the entries",
            [{"ICMAGREEMENTCODE": "PST1", "NAME": f"{MARK} name"}],
            [dict.fromkeys(["ICMAGREEMENTCODE", "NAME"], WITHHELD)],
        ),
        ("the organisations in PF2", ["FR10", "ZQX1"], ["FR10", WITHHELD]),
        ("the organisations in PF2", "ZQX1", WITHHELD),
        ("the message of the error", "it is longer than 40 characters", "it is longer than 40 characters"),
        ("the tables of PF2", {"A": [], "B": [{"SYSID": "open"}]}, {"A": [], "B": [{"SYSID": "open"}]}),
        ("the number of entries by system", {"PF2": 1}, {"PF2": 1}),
    ],
)
def test_comparison_withholds_by_agreement(
    compared: Callable[[str, object, object], dict[str, Any]], what: str, value: object, shown: object
) -> None:
    content = compared(what, value, value)
    assert (content["withheld"], content["expected"], content["seen"]) == (False, shown, shown)


def test_comparison_of_a_confidential_agreement_shows_its_result_alone(
    compared: Callable[[str, object, object], dict[str, Any]],
) -> None:
    what = f"the number of entries {WITHHELD}"
    assert compared(f"the number of entries {CODE}", 1, 0) == {"what": what, "holds": False, "withheld": True}


def test_answer_with_two_flags_is_withheld(context: ScenarioContext) -> None:
    context.agreements["PST4042"] = context.ici.draft(STANDALONE, {FLAG: False}, code="PST4042", sys_id="standalone")
    context.ici.answer_call_once(1, "a flag that is true and then false")
    records = recorded(context, lambda: context.ici.execute("PST4042"))
    calls = [one.content for step in records for one in step.attachments if one.kind == "zicm-call"]
    assert [(one["withheld"], one["answer"]) for one in calls] == [(True, {"status": 200})]


def test_evidence_shows_all_of_a_public_agreement(context: ScenarioContext) -> None:
    context.agreements["PST1"] = context.ici.draft(STANDALONE, {FLAG: False, "Name": MARK}, code="PST1", sys_id=SYS_ID)
    records = recorded(context, lambda: context.ici.execute("PST1"))
    attachments = [attachment for record in records for attachment in record.attachments]
    kinds = {one.kind for one in attachments if any(value in one.body for value in (MARK, SYS_ID))}
    wanted = {"event", "call", "message", "lineage", "tables", "log", "comparison"}
    assert kinds == {f"zicm-{kind}" for kind in wanted}


@pytest.mark.parametrize("flag", [False, "false", " FALSE ", [{"DisplayValue": "False"}]])
def test_flag_that_reads_as_false_is_public(flag: object) -> None:
    assert is_public(flag)


@pytest.mark.parametrize(
    "flag",
    [
        None,
        "",
        "no",
        0,
        [],
        {},
        [None],
        [False, True],
        ["false", "false"],
        {"Value": False},
        {"DisplayValue": "false", "Value": True},
    ],
)
def test_flag_that_reads_as_anything_else_is_confidential(flag: object) -> None:
    assert not is_public(flag)
