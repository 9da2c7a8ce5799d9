"""The REST calls of Icertis: answers, refusals, and which calls are recorded."""

import json

import pytest

from harness.tests.support.icertis_under_test import CREDENTIAL, PATH, IcertisUnderTest, standalone
from simulator.mapping.sheet import NEEDED


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


def test_missing_credential_is_answered_with_a_challenge(ici: IcertisUnderTest) -> None:
    assert ici.get(PATH, {}).headers["WWW-Authenticate"] == 'Bearer realm="icertis"'


def test_calls_without_a_credential_are_not_recorded(ici: IcertisUnderTest) -> None:
    ici.get(PATH, {})
    assert list(ici.rest.requests) == []


def test_type_and_system_id_ignore_case(ici: IcertisUnderTest) -> None:
    standalone(ici)
    assert ici.get("/v1/agreements/icmstandaloneagreement/ID-1").status == 200
