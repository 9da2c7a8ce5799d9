"""Conditions in the console: their start loaded, played step by step, and signed off."""

import re
from functools import partial
from html import unescape
from pathlib import Path

import pytest

from harness.console.app import ServedConsole
from harness.console.condition_screen import SignOffFiles
from harness.files import FEATURES
from harness.specification.scenarios import read_readable_scenarios
from harness.tests.console.conftest import Visitor, signed_in
from harness.tests.support.server_fixture import served

_SCENARIOS = read_readable_scenarios(FEATURES)
_11A = {"scenario": next(one.place for one in _SCENARIOS if "condition_11a" in one.tags)}


def states(page: str) -> list[str]:
    """Return the state of each step that is shown, those of the start first."""
    steps = re.findall(r'<ol class="steps".*?</ol>', page, re.DOTALL)
    return re.findall(r'<li class="(\w+)"', "".join(steps))


@pytest.mark.whole_run
def test_condition_is_played_step_by_step_and_reset(visitor: Visitor) -> None:
    assert visitor.post("/play/load", _11A).headers["Location"] == "/console/"
    page = visitor.get().text
    assert states(page) == ["passed"] * 7 + ["now"] + ["open"] * 5
    assert "<b>PSUB2012</b> Sub" in page
    visitor.post("/play/next")
    page = visitor.get().text
    assert states(page) == ["passed"] * 8 + ["now"] + ["open"] * 4
    assert "AmendmentExecuted: the Bidders/Supplier SAP ID is 0000200815" in page
    visitor.post("/play/end")
    assert states(visitor.get().text) == ["passed"] * 13
    assert "Every step has passed." in visitor.get().text
    visitor.post("/play/load", _11A)
    assert states(visitor.get().text) == ["passed"] * 7 + ["now"] + ["open"] * 5
    visitor.post("/play/leave")
    assert states(visitor.get().text) == []
    assert not visitor.landscape.admin("GET", "/clock")["stopped"]


@pytest.mark.whole_run
def test_play_waits_for_an_event_that_is_paused(visitor: Visitor) -> None:
    visitor.post("/play/load", _11A)
    visitor.post("/worker/pause")
    assert "CPI is paused" in visitor.post("/play/end").text
    assert visitor.post("/play/next").status_code == 303
    assert "CPI is paused" in visitor.post("/play/next").text
    assert states(visitor.get().text) == ["passed"] * 8 + ["now"] + ["open"] * 4
    visitor.post("/worker/go-on")
    visitor.landscape.admin("POST", "/work")
    visitor.post("/play/end")
    assert states(visitor.get().text) == ["passed"] * 13


@pytest.mark.whole_run
def test_step_that_does_not_hold_says_what_was_seen(visitor: Visitor) -> None:
    visitor.post("/play/load", _11A)
    visitor.do("update", 2, ICMOrgTeam="Energy")  # not as the scenario has it
    visitor.post("/play/end")
    page = unescape(visitor.get().text)
    assert states(page)[-3:] == ["failed", "open", "open"]
    assert "ICMORGTEAM  unchanged  Energy -> Composite Material" in page
    assert "It has ended before its last step." in page
    visitor.post("/play/leave")


_SCM_ROUTES = {
    "S2 - master data of every company is read, page by page": "the connector called SCM 15 times (0 writes)",
    "S5 - a procurement contract is executed": (
        "Executed: in the contract the ContractStatus is Executed, in the purchase agreement the AgreementStatus is "
        "Effective, 2 lines are new in SCM, nothing else changed."
    ),
    "S5 - the agreement can be ordered from": "No new event: in line 1 of 000001 the ReleasedQuantity is 40",
    "S9 - the expiry is reset": "in 2 lines the ExpirationDate is 2029-06-30 in SCM, nothing else changed.",
}


@pytest.mark.whole_run
@pytest.mark.parametrize("name", _SCM_ROUTES)
def test_condition_of_scm_is_played_with_a_verdict(name: str, visitor: Visitor) -> None:
    (place,) = (one.place for one in _SCENARIOS if one.name == name)
    assert visitor.post("/play/load", {"scenario": place, "empty": "1"}).status_code == 303
    visitor.post("/play/next")
    assert _SCM_ROUTES[name] in unescape(visitor.get().text)
    visitor.post("/play/end")
    assert "Every step has passed." in visitor.get().text


def test_conditions_of_both_targets_are_listed(visitor: Visitor) -> None:
    found = re.findall(r"/conditions/(\w+)\"><b>", visitor.get("/conditions").text)
    assert (len(found), found[0], found[-1]) == (53, "1", "S16")


def test_landscape_with_agreements_is_emptied_only_where_that_is_said(executed: Visitor) -> None:
    refused = executed.post("/play/load", _11A)
    assert refused.status_code == 409
    assert "the landscape holds agreements: say that it may be emptied" in refused.text
    assert "<b>PSUB7</b>" in executed.get().text


def test_only_scenarios_of_conditions_are_played(visitor: Visitor) -> None:
    other = next(one for one in _SCENARIOS if one.feature.endswith("webhook.feature"))
    assert visitor.post("/play/load", {"scenario": other.place}).status_code == 404
    assert visitor.post("/play/next").status_code == 404
    assert visitor.get("/conditions/99").status_code == 404


def test_condition_is_signed_as_zicm_signoff_signs(tmp_path: Path) -> None:
    signoff = SignOffFiles(tmp_path / "reports", tmp_path / "approvals.toml")
    with (
        served(tmp_path / "data", make_console=partial(ServedConsole, signoff=signoff)) as one,
        signed_in(one) as visitor,
    ):
        page = visitor.get("/conditions/11a").text
        assert "The existing entry of the parent is updated, found by its code and System ID" in page
        assert "There is no evidence of a run yet: nothing can be approved" in page
        for form, why in [
            ({"by": " ", "role": "SAP"}, "it must be a name"),
            ({"by": "A. Tester", "role": "nobody"}, "there is no such role"),
            ({"by": "A. Tester", "role": "SAP"}, "press Approve or Reject"),
            ({"by": "A. Tester", "role": "SAP", "verdict": "approve"}, "there is no evidence: the file"),
            ({"by": "A. Tester", "role": "SAP", "verdict": "reject"}, "the comment must say why"),
        ]:
            refused = visitor.post("/conditions/11a/sign", form)
            assert refused.status_code == 409
            assert why in unescape(refused.text)
        assert not signoff.approvals.exists()  # type: ignore[union-attr]
