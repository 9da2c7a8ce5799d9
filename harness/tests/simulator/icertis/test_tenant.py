"""The tenant of Icertis: its agreements, its events, and the actions that it forbids."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from harness.tests.support.icertis_under_test import PATH, IcertisUnderTest, standalone
from simulator.icertis.agreement import BASELINE, MASTER, STANDALONE, SUB, Agreement
from simulator.icertis.tenant import NOMINATED_ATTRIBUTES, EventPayload, IcertisTenant, NotAllowedError
from simulator.settings import Settings

RENEWAL: dict[str, object] = {
    "ICMIsAutoRenewal": True,
    "ICMRenewalDate": "2025-10-01T00:00:00Z",
    "ICMRenewalTermMonths": 1200,
}


def test_settings_nominate_what_a_tenant_nominates_by_itself() -> None:
    assert Settings().nominated_attributes == NOMINATED_ATTRIBUTES


def test_amendment_names_its_parent_and_inherits_its_fields(ici: IcertisUnderTest) -> None:
    parent = standalone(ici)
    ici.tenant.execute(parent)
    ici.tenant.draft_amendment(parent, {"ICMPaymentTerms": "Z030"}, code="PST-AMD1", sys_id="id-2")
    assert ici.body(PATH)["Data"]["ICMParentContractId"] == ""
    assert "ICMParentEntityInstanceId" not in ici.body(PATH)["Data"]
    amendment = ici.body("/v1/agreements/ICMStandaloneAgreementAmendment/id-2")["Data"]
    assert (amendment["ICMParentContractId"], amendment["ICMParentEntityInstanceId"]) == ("PST1", "id-1")
    assert amendment["ICMAgreementCode"] == "PST-AMD1"
    assert amendment["Name"] == ici.body(PATH)["Data"]["Name"], "unchanged fields are inherited"
    assert amendment["ICMPaymentTerms"] == "Z030"


def test_tenant_generates_missing_codes_and_system_ids(ici: IcertisUnderTest) -> None:
    drafts = [ici.tenant.draft(kind, {}) for kind in (MASTER, MASTER, SUB)]
    assert [draft.code for draft in drafts] == ["PMA1", "PMA2", "PSUB1"]
    assert len({draft.sys_id for draft in drafts}) == 3
    assert {len(draft.sys_id) for draft in drafts} == {36}


def test_each_action_emits_its_event(ici: IcertisUnderTest) -> None:
    agreement = standalone(ici, **RENEWAL)
    ici.tenant.execute(agreement)
    ici.tenant.execute(ici.tenant.draft_amendment(agreement, {}, sys_id="id-2"))
    ici.tenant.renew_due()
    ici.tenant.update(agreement, {"Name": "new"})
    ici.tenant.mark_confidential(agreement)
    ici.tenant.terminate(agreement, "2029-01-01T00:00:00", with_notice=True)
    kind = "ICMStandaloneAgreement"
    assert [event["data"] for event in ici.events] == [
        {"ContractTypeName": kind, "SysId": "id-1", "ActionName": "Executed"},
        {"ContractTypeName": f"{kind}Amendment", "SysId": "id-2", "ActionName": "AmendmentExecuted"},
        {"ContractTypeName": kind, "SysId": "id-1", "ActionName": "Renewed"},
        {"ContractTypeName": kind, "SysId": "id-1", "ActionName": "ExecutedUpdated"},
        {"ContractTypeName": kind, "SysId": "id-1", "ActionName": "ExecutedUpdated"},
        {"ContractTypeName": kind, "SysId": "id-1", "ActionName": "Terminated"},
    ]
    assert {event["source"] for event in ici.events} == {"/icertis/syensqo-uat"}


def test_termination_keeps_the_expiry_date_and_sets_its_type(ici: IcertisUnderTest) -> None:
    agreement = standalone(ici, ICMExpiryDate="2030-01-01T00:00:00")
    ici.tenant.execute(agreement)
    ici.tenant.terminate(agreement, "2029-01-01T00:00:00", with_notice=False)
    data = ici.body(PATH)["Data"]
    assert (data["ICMExpiryDate"], data["ICMTerminationNoticeDate"]) == ("2030-01-01T00:00:00", "2029-01-01T00:00:00")
    assert (data["ICMStatus"], data["ICMTerminationType"]) == ("Terminated", "Without notice")


@pytest.mark.parametrize(("roll_up", "value"), [(True, "Z030"), (False, "Z060")])
def test_amendment_rolls_up_only_if_the_tenant_does(ici: IcertisUnderTest, value: str, *, roll_up: bool) -> None:
    ici.tenant.roll_up = roll_up
    agreement = standalone(ici, ICMPaymentTerms="Z060")
    ici.tenant.execute(agreement)
    amendment = ici.tenant.draft_amendment(agreement, {"ICMPaymentTerms": "Z030"}, sys_id="id-2")
    assert ici.body(PATH)["Data"]["ICMPaymentTerms"] == "Z060", "a draft changes nothing"
    ici.tenant.execute(amendment)
    assert ici.body(PATH)["Data"]["ICMPaymentTerms"] == value


TenantAction = Callable[[IcertisTenant, Agreement], object]


def _renew_with(attributes: dict[str, object]) -> TenantAction:
    def renew(ici: IcertisTenant, one: Agreement) -> None:
        one.attributes |= {**RENEWAL, **attributes}
        ici.renew(one)

    return renew


def _amended(ici: IcertisTenant, one: Agreement) -> Agreement:
    one.attributes |= RENEWAL
    return ici.draft_amendment(one, {})


@pytest.mark.parametrize(("renewal_date", "events"), [("2025-11-01", 3), ("1950-01-01", 12)])
def test_years_of_renewals_end_in_few_events(renewal_date: str, events: int) -> None:
    emitted = list[EventPayload]()
    tenant = IcertisTenant("/icertis/syensqo", emitted.append, clock=lambda: datetime(2026, 1, 5, tzinfo=UTC))
    terms = {"ICMIsAutoRenewal": True, "ICMExpiryDate": "2025-12-31T00:00:00", "ICMRenewalTermMonths": 1}
    one = tenant.draft(STANDALONE, {**terms, "ICMRenewalDate": f"{renewal_date}T00:00:00"})
    tenant.execute(one)
    emitted.clear()
    tenant.renew_due()
    assert len(emitted) == events
    assert one.attributes["ICMRenewalDate"] == "2026-02-01T00:00:00", "every term has been counted"
    tenant.renew_due()
    assert len(emitted) == events


@pytest.mark.parametrize(
    ("executed", "action", "error"),
    [
        (True, lambda ici, one: ici.renew(one), "it is not subject to automatic renewal"),
        (False, _renew_with({}), "only an executed agreement is renewed"),
        (True, _renew_with({"ICMRenewalDate": "2999-01-01T00:00:00"}), "its renewal date has not come yet"),
        (True, _renew_with({"ICMExpiryDate": ""}), "it has no renewal date, no term or no expiry date"),
        (True, _renew_with({"ICMRenewalTermMonths": 0}), "it has no renewal date, no term or no expiry date"),
        (True, _renew_with({"ICMRenewalTermMonths": "two"}), "it has no renewal date, no term or no expiry date"),
        (True, _renew_with({"ICMRenewalTermMonths": 99_999}), "it has no renewal date, no term or no expiry date"),
        (True, _renew_with({"ICMRenewalTermMonths": 10**20}), "it has no renewal date, no term or no expiry date"),
        (True, _renew_with({"ICMRenewalDate": "0001-01-01"}), "it has no renewal date, no term or no expiry date"),
        (True, lambda ici, one: ici.renew(_amended(ici, one)), "an amendment is not renewed"),
        (False, lambda ici, one: ici.terminate(one, "x", with_notice=True), "only an executed agreement is terminated"),
        (False, lambda ici, one: ici.draft_amendment(one, {}), "only an executed agreement can be amended"),
        (True, lambda ici, one: ici.execute(one), "it has been executed before"),
        (True, lambda ici, one: ici.update(one, {"ICMCurrency": "USD"}), "ICMCurrency can only be changed by"),
        (True, lambda ici, _: ici.execute(ici.draft(BASELINE, {})), "a Baseline Agreement is never executed"),
        (True, lambda ici, one: ici.draft(one.kind, {}, sys_id="ID-1"), "there is an agreement of this type"),
        (True, lambda ici, one: ici.associate(ici.draft_amendment(one, {}), one), "an amendment has no associations"),
    ],
)  # fmt: skip
def test_forbidden_action_raises_and_emits_nothing(
    ici: IcertisUnderTest, action: TenantAction, error: str, *, executed: bool
) -> None:
    agreement = standalone(ici)
    if executed:
        ici.tenant.execute(agreement)
    emitted = len(ici.events)
    with pytest.raises(NotAllowedError, match=error):
        action(ici.tenant, agreement)
    assert len(ici.events) == emitted, "a refused action emits nothing"


def test_baseline_agreement_has_no_amendments(ici: IcertisUnderTest) -> None:
    with pytest.raises(NotAllowedError, match="a Baseline Agreement cannot be amended"):
        ici.tenant.draft_amendment(ici.tenant.draft(BASELINE, {}), {})


def test_agreements_of_one_master_share_no_state(ici: IcertisUnderTest) -> None:
    master = ici.tenant.draft(MASTER, {"Name": "frame"})
    terms = {"Name": "same"}
    one, other = (ici.tenant.draft(SUB, terms, sys_id=name) for name in ("one", "other"))
    for sub in (one, other):
        ici.tenant.associate(sub, master)
        ici.tenant.execute(sub)
    ici.tenant.update(one, {"Name": "changed"})
    assert ici.body("/v1/agreements/ICMSubAgreement/other")["Data"]["Name"] == "same"
    ici.tenant.dissociate(one, master)
    assert len(ici.body("/v1/agreements/ICMSubAgreement/other/associatinginstances/ICMMasterAgreement")["Data"]) == 1
    assert ici.body("/v1/agreements/ICMSubAgreement/one/associatinginstances/ICMMasterAgreement")["Data"] == []
