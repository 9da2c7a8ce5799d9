"""The types of agreements."""

from simulator.icertis.agreement import TYPES


def test_contract_types_and_their_code_prefixes() -> None:
    assert {kind.name: kind.code_prefix for kind in TYPES.values()} == {
        "ICMMasterAgreement": "PMA",
        "ICMSupportingAgreement": "PSUP",
        "ICMSubAgreement": "PSUB",
        "ICMStandaloneAgreement": "PST",
        "ICMBaselineAgreement": "PBA",
    }
