"""The evidence tells nothing of a confidential agreement, whatever a scenario does with it (SEC-2)."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness.bdd.context import ScenarioContext, scenario_context
from harness.bdd.mismatch import DIFFERS, Comparison, FieldDiff, Mismatch, RowDiff, publish, subscribed
from harness.confidentiality import is_public
from harness.doubles.taps import Traffic
from harness.environments.in_process import InProcess
from harness.evidence.cucumber_reader import Attachment, Evidence, Run, Step
from harness.evidence.recorder import Recorder, Told
from harness.evidence.redaction import WITHHELD
from harness.files import FEATURES
from harness.signoff.html.page import Pack, render
from harness.specification.register import Register
from harness.specification.scenarios import read_scenarios
from harness.tests.support.canary_site import FLAG, MARK, MarkingSite
from simulator.icertis.agreement import MASTER, STANDALONE, SUB
from simulator.icertis.rest import RestSite

SYS_ID = "zqxsysid"
CODE = "PSUBZQX1"


@pytest.fixture
def context() -> Iterator[ScenarioContext]:
    mode = InProcess()
    with scenario_context(mode) as one:
        yield one
    mode.close()


def recorded(context: ScenarioContext, *deeds: Any) -> list[Told]:
    """The evidence of a scenario whose steps do these deeds, and in the end look at everything and fail."""
    recorder = Recorder()
    with subscribed(recorder.looked):
        for deed in deeds:
            recorder.begin("steps.py:1")
            deed()
            recorder.end(context, acts=True)
        recorder.begin("steps.py:1")
        held = context.read_edges()
        publish(f"what everything holds of {CODE}", str(held), held.tables, holds=False)
        seen = RowDiff(str(held.tables), DIFFERS, (FieldDiff("NAME", None, str(held)),))
        problem = Mismatch([Comparison("what the tables hold", (seen,))])
        recorder.end(context, acts=False, error=problem)
    return recorder.told(context)


def page_of(told: list[Told]) -> str:
    """The sign-off pack with this scenario in it."""
    steps = [
        Step("When", "x", None, None, one["status"], 0, one["error"][1] if one["error"] else "", "", [
            Attachment(kind, title, json.loads(content)) for kind, title, content in one["attachments"]
        ])
        for one in told
    ]  # fmt: skip
    scenarios = read_scenarios(FEATURES)
    place = next(one.place for one in scenarios if "condition_3" in one.tags)
    run = Run({}, 0, False, [Evidence(place, "f", "n", frozenset({"condition_3"}), "FAILED", "", steps)])
    return render(Pack(run, Register.load(), scenarios, ledger=(), findings=(), approvals={}))


def draft(context: ScenarioContext, flag: object) -> None:
    context.ici.draft(MASTER, {FLAG: False}, code="PMA1", sys_id="master")
    context.agreements[CODE] = context.ici.draft(SUB, {FLAG: flag, "Name": f"{MARK} name"}, code=CODE, sys_id=SYS_ID)
    context.ici.associate(CODE, "PMA1")


@pytest.mark.parametrize("flag", [True, " TRUE ", MARK, "", [True, False], {"DisplayValue": MARK}, None])
@pytest.mark.parametrize(("call", "failure"), [(1, ""), (1, "status 500"), (1, "half a JSON"), (2, "status 500")])
def test_of_a_confidential_agreement_there_is_no_trace(
    context: ScenarioContext, monkeypatch: pytest.MonkeyPatch, flag: object, call: int, failure: str
) -> None:
    tap = Traffic.site

    def marked(traffic: Traffic, site: RestSite) -> RestSite:
        return tap(traffic, MarkingSite(site, flag))

    monkeypatch.setattr(Traffic, "site", marked)
    draft(context, flag)
    if failure:
        context.ici.answers_call_once(call, failure)
    told = recorded(context, lambda: context.ici.execute(CODE), context.run_next_retry, context.alerts)
    assert [kind for step in told for kind, _, _ in step["attachments"]].count("zicm-call") >= 1
    text = str(told).lower()
    assert WITHHELD.lower() in text
    assert [trace for trace in (MARK, SYS_ID, CODE.lower()) if trace in text] == []


def test_a_middleware_that_sends_it_all_the_same_leaves_no_trace_in_the_evidence(context: ScenarioContext) -> None:
    draft(context, True)
    fields = dict.fromkeys((one["field"] for one in context.systems["PF2"].definition("ZMM_ICMCONTRACT")), "")
    fields |= {"TENANTID": "t", "CONTRACTTYPENAME": "SUB", "SYSID": SYS_ID, "ICMAGREEMENTCODE": CODE, "NAME": MARK}
    told = recorded(context, lambda: context.ici.execute(CODE), lambda: context.systems["PF2"].upsert(fields, ["ZQX1"]))
    page = page_of(told).lower()
    assert WITHHELD.lower() in page
    assert [trace for trace in (MARK, SYS_ID, CODE.lower(), "zqx1") if trace in page] == []
    assert "zicm-message" in [kind for step in told for kind, _, _ in step["attachments"]]
    assert [trace for trace in (MARK, SYS_ID, CODE.lower(), "zqx1") if trace in str(told).lower()] == []


def test_what_was_open_is_withheld_as_soon_as_the_agreement_has_turned_confidential(context: ScenarioContext) -> None:
    draft(context, False)
    told = recorded(context, lambda: context.ici.execute(CODE), lambda: context.ici.mark_confidential(CODE))
    assert [trace for trace in (MARK, SYS_ID, CODE.lower()) if trace in str(told).lower()] == []


def test_of_an_open_agreement_the_evidence_shows_everything(context: ScenarioContext) -> None:
    context.agreements["PST1"] = context.ici.draft(STANDALONE, {FLAG: False, "Name": MARK}, code="PST1", sys_id=SYS_ID)
    told = recorded(context, lambda: context.ici.execute("PST1"))
    kinds = {kind for step in told for kind, _, content in step["attachments"] if MARK in content or SYS_ID in content}
    wanted = {"event", "call", "message", "lineage", "tables", "log", "comparison"}
    assert kinds == {f"zicm-{kind}" for kind in wanted}


@pytest.mark.parametrize("flag", [False, "false", " FALSE ", [{"DisplayValue": "False"}]])
def test_a_flag_that_is_false_in_any_shape_is_open(flag: object) -> None:
    assert is_public(flag)
