"""The last act of the console, saved as a scenario that runs."""

import re
from html import unescape
from pathlib import Path
from typing import TypeAlias

import pytest

from harness.console.app import ServedConsole
from harness.testdata.scm_master_data import CONTRACT_TERMS
from harness.tests.console.conftest import Visitor, signed_in
from harness.tests.support.pytest_process import run_pytest
from harness.tests.support.server_fixture import served
from simulator.settings import Settings

_EXECUTION = ("submitted for approval", "approved", "sent for signature", "signed by the supplier", "signed by us")
_CONTRACT = {"type": "ICMProcurementContract", "Name": "Speakers"}
_SUB = {"type": "ICMSubAgreement", "master": "1", "ICMPurchasingOrgCode": "FR10,EU01", "Name": "Steel drums"}
_Acts: TypeAlias = list[tuple[str, dict[str, str]]]
_ACTS: dict[str, _Acts] = {
    "execute": [],
    "amend": [("amend", {"ICMTotalContractValue": "120000", "ICMPurchasingOrgCode": "FR10"})],
    "renew": [("renew", {"months": "2"})],
    "terminate": [("terminate", {"on": "2027-06-30", "with_notice": "1"})],
    "change": [("update", {"Name": "Steel drums, new"})],
    "change after amendment": [("amend", {"ICMCurrency": "JPY"}), ("update", {"ICMOrgTeam": "Energy"})],
    "confidential": [("confidential", {})],
    "blank in the list": [("blank-in-list", {})],
    "too long": [("too-long", {})],
    "two masters": [("two-masters", {})],
    "twice": [("twice", {})],
    "right after no date": [("no-date", {}), ("as-before", {})],
    "right after too long": [("too-long", {}), ("as-before", {})],
    "right after two masters": [("two-masters", {}), ("as-before", {})],
    "two masters twice": [("two-masters", {}), ("twice", {})],
    "confidential twice": [("confidential", {}), ("twice", {})],
}


def saved(visitor: Visitor, number: int) -> str:
    answer = visitor.get(f"/scenario?agreement={number}&file=1")
    assert answer.status_code == 200, re.findall(r'class="bad">(.*?)<', answer.text)
    return answer.text


def refused(visitor: Visitor, number: int) -> str:
    answer = visitor.get(f"/scenario?agreement={number}")
    assert answer.status_code == 409
    return unescape(re.findall(r'class="bad">(.*?)<', answer.text)[0])


_CONTRACT_ACTS: dict[str, _Acts] = {
    "drafted": [],
    "in approval": [("step", {"step": "submitted for approval"})],
    "executed": [("step", {"step": words}) for words in _EXECUTION],
}
_AFTER_EXECUTION: dict[str, _Acts] = {
    "put on hold": [("step", {"step": "put on hold"})],
    "terminated": [("terminate", {"on": "2027-06-30", "with_notice": "1"})],
    "reset": [("expiry", {"on": "2029-06-30"})],
    "ordered from": [("release", {"line": "1", "quantity": "40", "delivery": "2026-03-01"})],
    "amended": [("amend-contract", {"Name": "Speakers, new", "ICMCommittedQuantity": "120"})],
    "reset after an order and an amendment": [
        ("release", {"line": "1", "quantity": "40", "delivery": "2026-03-01"}),
        ("amend-contract", {"ICMExpiryDate": "2028-12-31"}),
        ("expiry", {"on": "2029-06-30"}),
        ("expiry", {"on": "2029-07-31"}),
    ],
    "confidential": [("confidential", {})],
}
_CONTRACT_ACTS |= {name: [*_CONTRACT_ACTS["executed"], *acts] for name, acts in _AFTER_EXECUTION.items()}


def run_saved(feature: str, folder: Path) -> str:
    """Run what was saved, pasted into a feature. Returns what pytest said."""
    (folder / "features").mkdir()
    (folder / "features" / "saved.feature").write_text(feature, encoding="utf-8")
    (folder / "conftest.py").write_text("from harness.conftest import *\n", encoding="utf-8")
    module = 'from pytest_bdd import scenarios\n\nscenarios("features")\n'
    (folder / "test_saved.py").write_text(module, encoding="utf-8")
    return run_pytest("--rootdir", folder, folder, cwd=folder).stdout


def done(visitor: Visitor, form: dict[str, str], acts: _Acts) -> int:
    """Create an agreement and act on it. Returns its number."""
    number = len(visitor.landscape.site.ici.tenant.all_agreements()) + 1  # type: ignore[union-attr]
    assert visitor.post("/create", form).status_code == 303
    visitor.landscape.admin("POST", "/connector/work")
    for act, inputs in acts:
        visitor.do(act, number, **inputs)
        visitor.landscape.admin("POST", "/connector/work")
    return number


@pytest.mark.whole_run
def test_saved_scenarios_pass_when_they_are_pasted_and_run(visitor: Visitor, tmp_path: Path) -> None:
    visitor.post("/create", {"type": "ICMMasterAgreement"})
    visitor.do("execute", 1)
    parts = ["Feature: Saved"]
    kinds: list[tuple[dict[str, str], str, _Acts]] = [
        (_SUB, name, [("execute", {}), *acts]) for name, acts in _ACTS.items()
    ]
    kinds += [(_CONTRACT, name, acts) for name, acts in _CONTRACT_ACTS.items()]
    kinds += [({"type": "ICMNDA"}, "NDA executed", _CONTRACT_ACTS["executed"])]
    for at, (form, name, acts) in enumerate(kinds, 1):
        number = done(visitor, form, acts)
        parts.append(re.sub(r"Scenario: ", f"Scenario: {at} {name}, ", saved(visitor, number)))
    feature = "\n".join(parts)
    said = run_saved(feature, tmp_path)
    assert f"{len(kinds)} passed" in said, feature + said


def test_saved_scenario_of_a_contract_has_its_terms_steps_and_rows(visitor: Visitor) -> None:
    number = done(visitor, _CONTRACT, _CONTRACT_ACTS["reset"])
    text = saved(visitor, number)
    assert "    Given contracts for SCM have these terms:\n" in text
    assert (
        '    And "PPC1" has been signed by us\n    When the expiry of "PPC1" is reset to 2029-06-30T00:00:00\n' in text
    )
    assert "      | ExpirationDate      | 2029-06-30T12:00:00Z                 |\n" in text
    assert "    And SCM holds exactly these lines:\n" in text


def test_contract_that_others_have_acted_on_is_not_saved(visitor: Visitor) -> None:
    number = done(visitor, _CONTRACT, _CONTRACT_ACTS["executed"])
    order = {"company": "usmf", "agreement": "000001", "line": 1, "quantity": 5, "delivery": "2026-03-01"}
    visitor.landscape.admin("POST", "/scm/releases", order)
    assert "something was ordered of it before, or elsewhere" in refused(visitor, number)
    visitor.landscape.admin("POST", "/contracts/PPC1/step", {"step": "put on hold"})
    assert "it was changed elsewhere since the last act in the console" in refused(visitor, number)


def test_contract_that_was_there_is_saved_as_it_was(visitor: Visitor) -> None:
    visitor.landscape.admin("POST", "/connector/connect", {})
    new = {"type": "ICMNDA", "code": "PNDA7", "attributes": {**CONTRACT_TERMS, "Name": "Mutual NDA"}}
    visitor.landscape.admin("POST", "/contracts", new)
    visitor.landscape.admin("POST", "/contracts/PNDA7/step", {"step": "submitted for review"})
    visitor.do("step", 1, step="reviewed")
    visitor.landscape.admin("POST", "/connector/work")
    text = saved(visitor, 1)
    assert '    And "PNDA7" has been submitted for review\n    When "PNDA7" is reviewed\n' in text


def test_amendment_that_scm_would_not_take_says_why_and_is_not_saved(visitor: Visitor) -> None:
    order = ("release", {"line": "1", "quantity": "60", "delivery": "2026-03-01"})
    number = done(visitor, _CONTRACT, [*_CONTRACT_ACTS["executed"], order])
    answer = visitor.post("/act/amend-contract", {"agreement": str(number), "ICMCommittedQuantity": "50"})
    assert "it cannot be approved: CommittedQuantity: it is less than what was released (D-129)" in answer.text
    assert "the last act sent no event" in refused(visitor, number)
    visitor.do("step", number + 1, step="cancelled")
    visitor.landscape.admin("POST", "/connector/work")
    assert '    When "PPC-AMD1" is cancelled\n' in saved(visitor, number)


def test_saved_scenario_has_the_act_as_its_when_and_literal_values(executed: Visitor) -> None:
    executed.do("update", 2, Name="Steel drums, new")
    text = saved(executed, 2)
    assert '    When these tracking attributes of "PSUB7" are changed:\n      | Name | Steel drums, new |\n' in text
    assert "      | NAME  | Steel drums | Steel drums, new |\n" in text
    assert '    And the purchasing organisations of "PSUB7" in PF2 and WP2 are "FR10"\n' in text
    assert 'ICI holds the Master Agreement "PMA7"' in text


def test_saved_scenario_of_a_confidential_agreement_has_none_of_its_values(executed: Visitor) -> None:
    executed.do("confidential", 2)
    text = saved(executed, 2)
    assert "PSUB7" not in text
    assert "Steel drums" not in text
    assert 'When "CONFIDENTIAL1" is marked confidential' in text
    assert "nothing changed in PF2 and WP2" in text


@pytest.mark.parametrize(
    ("act", "form", "why"),
    [
        ("associate", {"master": "1"}, "the last act sent no event"),
        ("down", {"system": "WP2"}, "nothing was done with this agreement in the console"),
    ],
)
def test_what_no_sentence_says_is_refused(visitor: Visitor, act: str, form: dict[str, str], why: str) -> None:
    visitor.landscape.admin("POST", "/agreements", {"type": "ICMMasterAgreement", "seed": 1})
    visitor.landscape.admin("POST", "/agreements", {"type": "ICMSubAgreement", "seed": 2})
    visitor.do(act, 2, **form)
    assert why in refused(visitor, 2)


def test_what_others_changed_since_the_last_act_is_not_saved(executed: Visitor) -> None:
    """The steps would not lead to what was seen."""
    executed.landscape.admin("POST", "/agreements/PSUB7/dissociate", {"master": "PMA7"})
    assert "it was changed elsewhere since the last act in the console" in refused(executed, 2)


@pytest.mark.parametrize(
    ("acts", "why"),
    [
        (["out-of-order"], "the last act sent events of several kinds, and a scenario has one When"),
        (["too-long", "double"], "something was put right in ICI without an event, and no sentence says that"),
    ],
)
def test_scenario_that_would_end_otherwise_is_not_saved(executed: Visitor, acts: list[str], why: str) -> None:
    for act in acts:
        executed.do(act, 2)
    assert why in refused(executed, 2)


def test_value_that_a_feature_reads_otherwise_is_not_saved(executed: Visitor) -> None:
    executed.do("update", 2, Name="(absent)")
    assert "it has a value in brackets, which means something else in a feature" in refused(executed, 2)


def test_scenario_of_other_systems_is_not_saved(tmp_path: Path) -> None:
    settings = Settings(systems={"PF2": ""})
    with served(tmp_path, settings, make_console=ServedConsole) as one, signed_in(one) as visitor:
        visitor.post("/create", {"type": "ICMMasterAgreement"})
        visitor.do("execute", 1)
        assert "a feature speaks of PF2 and WP2, and this landscape has other systems" in refused(visitor, 1)


def test_day_of_a_confidential_termination_is_made_up(executed: Visitor) -> None:
    executed.do("confidential", 2)
    executed.do("terminate", 2, on="2027-02-28", with_notice="1")
    text = saved(executed, 2)
    assert "2027-02-28" not in text
    assert '"CONFIDENTIAL1" is terminated with notice to 2027-12-31' in text


def test_renewal_of_a_confidential_agreement_is_not_saved(executed: Visitor) -> None:
    executed.do("confidential", 2)
    executed.do("renew", 2, months="7")
    assert "it was renewed, and a scenario with another term could end otherwise" in refused(executed, 2)


def test_what_was_seen_of_another_agreement_is_not_saved(executed: Visitor) -> None:
    """It belongs to the act on the master, or to an event that nobody sent from the console."""
    executed.do("execute", 1)
    why = "the last event is not of an act on this agreement: act on it, then save"
    assert why in refused(executed, 2)
    executed.post("/create", {"type": "ICMStandaloneAgreement"})
    assert why in refused(executed, 1)


def test_entry_is_named_as_the_tables_hold_it(visitor: Visitor) -> None:
    visitor.landscape.admin("POST", "/agreements", {"type": "ICMStandaloneAgreement", "code": "pst-low", "seed": 1})
    visitor.do("execute", 1)
    visitor.do("amend", 1, ICMCurrency="JPY")
    assert 'exactly these fields of the entry "PST-LOW" changed' in saved(visitor, 1)


def test_scenario_of_a_renewal_says_that_it_is_renewed(executed: Visitor) -> None:
    executed.do("renew", 2, months="2")
    assert "Scenario: PSUB7: it is renewed\n" in saved(executed, 2)


def test_agreement_changed_by_others_is_saved_as_it_was_at_the_act(visitor: Visitor) -> None:
    visitor.post("/create", {"type": "ICMMasterAgreement"})
    visitor.post("/create", _SUB)
    visitor.landscape.admin("POST", "/agreements/PSUB1/dissociate", {"master": "PMA1"})
    visitor.landscape.admin("PATCH", "/agreements/PSUB1", {"attributes": {"Name": "Steel drums, for others"}})
    visitor.do("execute", 2)
    text = saved(visitor, 2)
    assert "| Steel drums, for others" in text
    assert "associated" not in text


def test_saved_scenario_never_names_a_confidential_agreement(executed: Visitor) -> None:
    """Before the act, the entry of an open agreement names a master that has become confidential since."""
    executed.do("confidential", 1)
    executed.landscape.admin("POST", "/agreements/PSUB7/dissociate", {"master": "PMA7"})
    executed.do("twice", 2)
    why = refused(executed, 2)
    assert "what was seen names a confidential agreement (SEC-2)" in why
    assert "PMA7" not in why
