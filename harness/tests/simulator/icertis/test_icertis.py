"""The mock ICI: its answers, its events, and the actions that it forbids."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.testdata.agreements import make_attributes
from simulator.icertis.agreement import BASELINE, MASTER, STANDALONE, SUB, TYPES, Agreement
from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import Answer, IcertisRest
from simulator.icertis.tenant import IcertisTenant
from simulator.mapping.sheet import NEEDED

CREDENTIAL = {"Authorization": "Bearer ici-token"}


class IcertisUnderTest:
    """A tenant, its REST API, and the events that it emitted."""

    def __init__(self, seed: int = 0) -> None:
        self.events: list[dict[str, object]] = []
        self.tenant = IcertisTenant("/icertis/syensqo-uat", self.events.append, seed=seed)
        self.rest = IcertisRest(self.tenant, Authenticator("ici-token"), seed)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.rest.answer("GET", path, CREDENTIAL if headers is None else headers)

    def body(self, path: str) -> Any:
        return json.loads(self.get(path).body)


@pytest.fixture
def ici() -> IcertisUnderTest:
    return IcertisUnderTest()


def standalone(ici: IcertisUnderTest, **attributes: object) -> Agreement:
    return ici.tenant.draft(STANDALONE, {**make_attributes(STANDALONE, 1), **attributes}, code="PST1", sys_id="id-1")


PATH = "/v1/agreements/ICMStandaloneAgreement/id-1"


def test_answer_has_envelope_and_over_130_unmapped_fields(ici: IcertisUnderTest) -> None:
    standalone(ici)
    body = ici.body(PATH)
    assert set(body) == {"Data", "Messages"}
    assert len(set(body["Data"]) - NEEDED) > 130
    assert body["Data"]["ICMLegalEntityCode"][0].keys() == {"DisplayValue"}


def test_field_order_depends_on_the_seed() -> None:
    orders = []
    for seed in (1, 2):
        ici = IcertisUnderTest(seed)
        standalone(ici)
        orders.append(list(ici.body(PATH)["Data"]))
        assert list(ici.body(PATH)["Data"]) == orders[-1], "the same seed gives the same order"
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


@pytest.mark.parametrize(
    ("path", "headers", "status", "code", "field"),
    [
        (PATH, {}, 401, "Unauthorized", "Authorization"),
        (PATH, {"Authorization": "Bearer other"}, 401, "Unauthorized", "Authorization"),
        ("/v1/agreements/ICMStandaloneAgreement/id-2", CREDENTIAL, 404, "NotFound", "agreementId"),
        ("/v1/agreements/ICMSubAgreement/id-1", CREDENTIAL, 404, "NotFound", "agreementId"),
        (f"{PATH}/associatinginstances/ICMOrder", CREDENTIAL, 404, "NotFound", "associatingEntityName"),
        ("/v1/agreements/X/id-2/associatinginstances/ICMMasterAgreement", CREDENTIAL, 404, "NotFound", "agreementId"),
        ("/v1/contracts/id-1", CREDENTIAL, 404, "NotFound", "path"),
        ("/agreements/ICMStandaloneAgreement/id-1", CREDENTIAL, 404, "NotFound", "path"),
    ],
)
def test_refusals_have_the_error_shape_of_ici(
    ici: IcertisUnderTest, path: str, headers: dict[str, str], status: int, code: str, field: str
) -> None:
    standalone(ici)
    answer = ici.get(path, headers)
    assert answer.status == status
    body = json.loads(answer.body)
    assert body["Data"] is None
    (message,) = body["Messages"]
    assert set(message) == {"code", "message", "field"}
    assert (message["code"], message["field"]) == (code, field)


def test_resources_are_read_only(ici: IcertisUnderTest) -> None:
    assert ici.rest.answer("POST", PATH, CREDENTIAL).status == 405


def test_refused_calls_are_recorded_too(ici: IcertisUnderTest) -> None:
    ici.get(PATH, {})
    assert ici.rest.requests == [("GET", PATH)]


def test_type_and_system_id_ignore_case(ici: IcertisUnderTest) -> None:
    standalone(ici)
    assert ici.get("/v1/agreements/icmstandaloneagreement/ID-1").status == 200


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
    agreement = standalone(ici, ICMIsAutoRenewal=True)
    ici.tenant.execute(agreement)
    ici.tenant.execute(ici.tenant.draft_amendment(agreement, {}, sys_id="id-2"))
    ici.tenant.renew(agreement, "2030-01-01T00:00:00")
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


Action = Callable[[IcertisTenant, Agreement], object]


@pytest.mark.parametrize(
    ("executed", "action", "error"),
    [
        (False, lambda ici, one: ici.renew(one, "2030-01-01T00:00:00"), "it is not subject to automatic renewal"),
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
    ici: IcertisUnderTest, action: Action, error: str, *, executed: bool
) -> None:
    agreement = standalone(ici)
    if executed:
        ici.tenant.execute(agreement)
    emitted = len(ici.events)
    with pytest.raises(ValueError, match=error):
        action(ici.tenant, agreement)
    assert len(ici.events) == emitted, "a refused action emits nothing"


def test_baseline_agreement_has_no_amendments(ici: IcertisUnderTest) -> None:
    with pytest.raises(ValueError, match="a Baseline Agreement cannot be amended"):
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


def test_contract_types_and_their_code_prefixes() -> None:
    assert {kind.name: kind.code_prefix for kind in TYPES.values()} == {
        "ICMMasterAgreement": "PMA",
        "ICMSupportingAgreement": "PSUP",
        "ICMSubAgreement": "PSUB",
        "ICMStandaloneAgreement": "PST",
        "ICMBaselineAgreement": "PBA",
    }
