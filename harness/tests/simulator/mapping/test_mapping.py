"""Test the parts of the mapping that no event can reach past the filter and the actions."""

from decimal import Decimal

import pytest

from simulator.errors import InterfaceError
from simulator.mapping.actions import ACTIONS, Action
from simulator.mapping.contract_types import TYPE_CODES
from simulator.mapping.message import MappingInput, build_message, derive_lineage
from simulator.mapping.rules import amount, first_100_characters, flag
from simulator.mapping.sheet import CHAR, ZMM_ICMCONTRACT
from simulator.mapping.source_value import SourceValue

EVENT = {
    "source": "/icertis/syensqo-uat",
    "ContractTypeName": "ICMStandaloneAgreement",
    "SysId": "44444444-0000-4000-8000-000000004001",
}
RENEWED = ACTIONS["Renewed"]
AGREEMENT = {
    "ICMAgreementCode": "PST4001",
    "ICMExpiryDate": "2027-12-31T00:00:00",
    "Name": "Steam",
    "ICMConfidentialContract": False,
}


def test_true_flag_is_selected() -> None:
    assert flag(SourceValue("ICMConfidentialContract", (True,))) == "X"
    assert flag(SourceValue("ICMConfidentialContract", (False,))) == ""


def test_name_cut_at_a_blank_loses_the_blank() -> None:
    """ECC would not show it: blanks at the end of a CHAR field do not count there."""
    assert first_100_characters(SourceValue("Name", ("A" * 99 + " BCD",))) == "A" * 99


@pytest.mark.parametrize("value", ["-0.001", "-0", "-0.00"])
def test_amount_that_rounds_to_zero_has_no_minus_sign(value: str) -> None:
    """ECC would store it so, but the message is what a recorded exchange and the sign-off pack show."""
    assert amount(SourceValue("ICMTotalContractValue", (value,))) == "0.00"


@pytest.mark.parametrize("written", ["0e13", "-0e20", "0e999999999999999999", "0e-999999999"])
def test_nought_has_no_size(written: str) -> None:
    assert amount(SourceValue("ICMTotalContractValue", (Decimal(written),))) == "0.00"


def test_lineage_covers_every_row_of_the_sheet() -> None:
    lineage = derive_lineage(MappingInput(EVENT, RENEWED, AGREEMENT, None, TYPE_CODES))
    assert [line.row for line in lineage] == list(ZMM_ICMCONTRACT)


def test_lineage_shows_source_raw_value_and_value() -> None:
    lineage = {
        line.row.target: line for line in derive_lineage(MappingInput(EVENT, RENEWED, AGREEMENT, None, TYPE_CODES))
    }
    assert lineage["ICMEXPIRYDATE"][1:] == ("agreement:ICMExpiryDate", "2027-12-31T00:00:00", "20271231")
    assert lineage["SYSID"][1:] == ("event:SysId", EVENT["SysId"], EVENT["SysId"])
    assert lineage["NAME"][1:] == ("agreement:Name", None, None), "Renewed does not carry the name"


def test_lineage_shows_the_source_of_the_action() -> None:
    agreement = {**AGREEMENT, "ICMTerminationNoticeDate": "2026-03-31T00:00:00"}
    case = MappingInput(EVENT, ACTIONS["Terminated"], agreement, None, TYPE_CODES)
    lineage = {line.row.target: line for line in derive_lineage(case)}
    assert lineage["ICMEXPIRYDATE"].source == "agreement:ICMTerminationNoticeDate"


def test_message_of_a_renewal_leaves_the_organisations() -> None:
    message = build_message(derive_lineage(MappingInput(EVENT, RENEWED, AGREEMENT, None, TYPE_CODES)))
    assert message.organisations is None
    assert set(message.fields) == {"TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE", "ICMEXPIRYDATE"}


def test_message_without_organisations_clears_them() -> None:
    message = build_message(derive_lineage(MappingInput(EVENT, ACTIONS["Executed"], AGREEMENT, None, TYPE_CODES)))
    assert message.organisations == ()


def test_an_error_reads_as_rule_field_and_message() -> None:
    with pytest.raises(InterfaceError) as raised:
        derive_lineage(MappingInput(EVENT, RENEWED, {**AGREEMENT, "ICMExpiryDate": "soon"}, None, TYPE_CODES))
    assert str(raised.value) == "D-34 ICMExpiryDate: it is no date of the form YYYY-MM-DDTHH:MM:SS"
    assert str(InterfaceError("CALL-1", "", "no answer")) == "CALL-1: no answer"


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_fields_of_an_action_are_targets_of_the_sheet(action: Action) -> None:
    targets = {row.target for row in ZMM_ICMCONTRACT}
    assert {*action.only, *action.omits} <= targets


def test_char_has_name_and_length_and_is_no_code() -> None:
    assert CHAR(20) == ("CHAR", 20, False)
