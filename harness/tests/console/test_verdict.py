"""The sentence that says what an act has done."""

from dataclasses import replace

import pytest

from harness.console.verdict import SystemChange, change_words, verdict
from harness.doubles.taps import Call, Exchange, ODataCall, WebhookPost
from simulator.apim.webhook import Reply
from simulator.monitoring.message_log import LogEntry, LoggedError

NOTHING = SystemChange(False, {}, (), ())
DONE = LogEntry(
    "g1", "c1", "2026-01-05T08:00:00Z", "2026-01-05T08:00:01Z", "COMPLETED", "/icertis/syensqo-uat", "ICMSubAgreement",
    "A-1", "Renewed", "", "", "", "", 0, {"PF2": "changed", "WP2": "changed"}, agreement_sys_id="a-1",
)  # fmt: skip


def test_same_change_is_told_once() -> None:
    change = NOTHING._replace(fields={"ICMEXPIRYDATE": "20280229"})
    said = verdict([DONE], {"PF2": change.words, "WP2": change.words}, {"a-1"})
    assert said == "Renewed: the Expiry Date is 2028-02-29 in both systems, nothing else changed."


def test_different_changes_are_told_by_system() -> None:
    added = NOTHING._replace(added=("EU01", "FR10"), removed=("BE10",))
    said = verdict([DONE], {"PF2": added.words, "WP2": ""}, {"a-1"})
    assert said == "Renewed: in PF2 EU01 and FR10 are added, BE10 is gone; in WP2 nothing changed."


def test_many_fields_are_counted() -> None:
    change = NOTHING._replace(fields=dict.fromkeys(("NAME", "ICMCURRENCY", "ICMEXPIRYDATE", "ICMORGTEAM"), ""))
    said = verdict([DONE], {"PF2": change.words, "WP2": change.words}, {"a-1"})
    assert said.startswith(
        "Renewed: 4 fields change, Agreement Name, Supplier Currency, Expiry Date among them in both"
    )


def test_event_of_another_agreement_is_told_as_such() -> None:
    said = verdict([DONE], {"PF2": "", "WP2": ""}, {"b-2"})
    assert said == "Renewed of another agreement: PF2 changed, WP2 changed."
    said = verdict([DONE], {}, {"b-2"}, codes={"a-1": "PSUB1"})
    assert said == "Renewed of PSUB1: PF2 changed, WP2 changed."


def test_failed_event_of_another_agreement_is_told_as_such() -> None:
    """It failed before CPI knew which agreement an amendment belongs to."""
    failed = replace(DONE, status="FAILED", agreement_sys_id="", error_id="D-13", error_message="71 characters")
    said = verdict([failed], {}, {"b-2"}, codes={"a-1": "PSUB-AMD3"})
    assert said == "Renewed of PSUB-AMD3 failed. D-13: 71 characters."


def test_date_that_is_taken_away_is_called_blank() -> None:
    change = NOTHING._replace(fields={"ICMEXPIRYDATE": "00000000"})
    said = verdict([DONE], {"PF2": change.words, "WP2": change.words}, {"a-1"})
    assert said == "Renewed: the Expiry Date is blank in both systems, nothing else changed."
    assert verdict([DONE], {"PF2": "", "WP2": ""}, {"a-1"}) == "Renewed: nothing changed in either system."


def test_event_that_waits_says_who_has_it() -> None:
    waiting = replace(DONE, status="PROCESSING", systems={"PF2": "changed", "WP2": "waiting"})
    assert verdict([waiting], {}, {"a-1"}) == "Renewed is on its way: PF2 has it."


def test_event_behind_one_that_is_tried_again_says_so() -> None:
    ahead = replace(DONE, status="RETRY", sys_id="A-1", system_errors={"PF2": LoggedError("D-20", "", "PF2 is down")})
    said = verdict([replace(DONE, status="PROCESSING", sys_id="A-1")], {}, {"a-1"}, retried=[ahead])
    assert said == "Renewed waits for one before it, which is tried again. PF2: D-20: PF2 is down."


def test_work_on_an_earlier_event_is_told_as_such() -> None:
    call = Exchange("CPI", "ICI", Call("GET", "/v1/agreements/ICMSubAgreement/a-1"), 1)
    said = verdict([], {"PF2": "the Expiry Date is blank"}, (), [call])
    assert said == "What goes over the edges belongs to an event from before the last act."


@pytest.mark.parametrize(("receiver", "who"), [("API Management", "API Management"), ("connector", "The connector")])
def test_refused_event_is_told_with_the_status(receiver: str, who: str) -> None:
    post = Exchange("ICI", receiver, WebhookPost(b"", has_key=True), 1, 2, Reply(429, {}))
    assert verdict([DONE], {}, {"a-1"}, [post]) == f"{who} did not take the event: it answered 429."


def test_nothing_is_told_as_nothing() -> None:
    assert verdict([], {}, ()) == "Nothing has gone over the edges since the last act."


ROWS: dict[str, list[dict[str, str]]] = {
    "CLMIntegrationContracts": [{"dataAreaId": "usmf", "ContractId": "PPC1", "ContractStatus": "Approved"}],
    "CLMIntegrationPurchaseAgreements": [],
    "CLMIntegrationPurchaseAgreementLines": [],
}
LINE = {"dataAreaId": "usmf", "PurchaseAgreementId": "000001", "LineNumber": "1", "ReleasedQuantity": "0"}


def test_rows_of_scm_are_told_as_the_entries_of_ecc_are() -> None:
    (contract,) = ROWS["CLMIntegrationContracts"]
    after = {
        "CLMIntegrationContracts": [{**contract, "ContractStatus": "Executed"}],
        "CLMIntegrationPurchaseAgreements": [{"dataAreaId": "usmf", "PurchaseAgreementId": "000001"}],
        "CLMIntegrationPurchaseAgreementLines": [LINE, {**LINE, "LineNumber": "2"}],
    }
    said = verdict([replace(DONE, action="Executed")], {"SCM": change_words(ROWS, after)}, {"a-1"})
    assert said == (
        "Executed: in the contract the ContractStatus is Executed, a purchase agreement is new, 2 lines are new in "
        "SCM, nothing else changed."
    )


def test_act_of_a_user_of_scm_is_told_without_an_event() -> None:
    before = {**ROWS, "CLMIntegrationPurchaseAgreementLines": [LINE]}
    after = {**ROWS, "CLMIntegrationPurchaseAgreementLines": [{**LINE, "ReleasedQuantity": "40"}]}
    said = verdict([], {"SCM": change_words(before, after)}, ())
    assert said == "No new event: in line 1 of 000001 the ReleasedQuantity is 40 in SCM, nothing else changed."


def test_job_of_the_connector_is_told_by_its_calls() -> None:
    calls = [Exchange("connector", "SCM", ODataCall(name, "VendorsV2", {}), 1) for name in ("GET", "GET", "POST")]
    calls.append(Exchange("connector", "ICI", Call("PUT", "/v1/masterdata/VendorsV2"), 1))
    said = verdict([], {"SCM": ""}, (), calls)
    assert said == "No new event: the connector called SCM 3 times (1 write) and ICI once (1 write)."


def test_what_scm_would_not_take_before_the_signature_is_told() -> None:
    reported = replace(DONE, action="StatusChanged", systems={"SCM": "reported"})
    assert verdict([reported], {}, {"a-1"}) == "StatusChanged: SCM would not take it, and ICI holds its reason."
