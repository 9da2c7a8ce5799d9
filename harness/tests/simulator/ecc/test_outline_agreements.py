"""Outline agreements where features cannot look: the end of the number range, a code of two contracts."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from harness.tests.support.cli_runner import ENTRY, OUTLINE_AGREEMENT
from simulator.ecc.bapiret2 import T100, Bapiret2, duplicate_row, invalid_value, unreadable_cell
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.mass_change import ChangeRow, RowResult, mass_change
from simulator.ecc.outline_agreements import CreationResult, NumberRange, OutlineRules
from simulator.ecc.system import EccSystem

ME31K, ME32K = (ChangeStamp("BUYER", datetime(2026, 1, 5, tzinfo=UTC), code) for code in ("ME31K", "ME32K"))
NAMED = "", "Quantity Contract", "0000000046"
CREATED = Bapiret2("S", "06", "017", "Quantity Contract created under the number 0000000046", *NAMED)
CHANGED = Bapiret2("S", "06", "023", "Quantity Contract 0000000046 changed", *NAMED)
UNCHANGED = Bapiret2("S", "06", "022", "No data changed")


@pytest.fixture
def pf2() -> Iterator[EccSystem]:
    """Make a system with numbers for two outline agreements."""
    system = EccSystem("PF2", rules=OutlineRules(NumberRange(46, 47)))
    yield system
    system.close()


def create(system: EccSystem, **fields: str) -> CreationResult:
    return system.create_outline_agreement(OUTLINE_AGREEMENT | fields, ME31K)


def test_exhausted_number_range_is_reported(pf2: EccSystem) -> None:
    assert [create(pf2).ebeln, create(pf2).ebeln] == ["0000000046", "0000000047"]
    used_up = Bapiret2("E", "ZMM_ICM", "037", "the number range is used up", "EBELN")
    assert create(pf2) == ("", [used_up])
    required = Bapiret2("E", "ZMM_ICM", "031", "an entry is required", "WAERS")
    assert create(pf2, WAERS="") == ("", [required, used_up])
    assert [row["EBELN"] for row in pf2.outline_agreements()] == ["0000000046", "0000000047"]


def test_repeated_change_changes_nothing(pf2: EccSystem) -> None:
    assert create(pf2) == ("0000000046", [CREATED])
    assert pf2.change_outline_agreement("46", {"ZTERM": "Z090"}, ME32K) == [CHANGED]
    assert pf2.change_outline_agreement("46", {"ZTERM": "Z090"}, ME32K) == [UNCHANGED]


def test_mass_change_accepts_numbers_without_leading_zeros(pf2: EccSystem) -> None:
    create(pf2)
    results = [*mass_change(pf2, [ChangeRow(2, {"EBELN": " 46 ", "ZTERM": "Z090"})], ME32K, test_run=False)]
    assert results == [RowResult(2, "0000000046", [CHANGED])]
    assert pf2.outline_agreements()[0]["ZTERM"] == "Z090"


def test_row_that_cannot_be_read_keeps_later_rows_of_the_same_agreement_out(pf2: EccSystem) -> None:
    create(pf2)
    unreadable = unreadable_cell("ZTERM", "Changes!B2", "an error of Excel is no value")
    rows = [ChangeRow(2, {"EBELN": "46"}, (unreadable,)), ChangeRow(3, {"EBELN": "46", "ZTERM": "Z090"})]
    results = [*mass_change(pf2, rows, ME32K, test_run=False)]
    assert [one.messages for one in results] == [[unreadable], [duplicate_row("EBELN")]]


def test_code_of_several_contracts_is_refused_with_their_system_ids(pf2: EccSystem) -> None:
    for contract in ({}, {"SYSID": "another"}):
        pf2.z_mm_icmcontract_upsert(ENTRY | contract, ["FR10"])
    several = "several contracts have this agreement code: 22222222-0000-4000-8000-000000002001 another"
    (message,) = create(pf2, ZZICMAGREEMENT="PSUB2001").messages
    assert (message.TYPE, message.NUMBER, message.MESSAGE) == ("E", "044", several)


def test_code_that_has_become_one_of_several_contracts_is_a_warning(pf2: EccSystem) -> None:
    pf2.z_mm_icmcontract_upsert(ENTRY, ["FR10"])
    create(pf2, ZZICMAGREEMENT="PSUB2001")
    pf2.z_mm_icmcontract_upsert(ENTRY | {"SYSID": "another"}, ["FR10"])
    messages = pf2.change_outline_agreement("46", {"ZTERM": "Z090"}, ME32K)
    assert [(one.TYPE, one.NUMBER, one.FIELD) for one in messages] == [
        ("W", "044", "ZZICMAGREEMENT"),
        ("S", "023", ""),
    ]


def test_at_most_four_of_several_contracts_are_named(pf2: EccSystem) -> None:
    for number in range(5):
        pf2.z_mm_icmcontract_upsert(ENTRY | {"SYSID": f"s{number}"}, ["FR10"])
    (message,) = create(pf2, ZZICMAGREEMENT="PSUB2001").messages
    assert message == Bapiret2(
        "E", "ZMM_ICM", "044", "several contracts have this agreement code: s0 s1 s2 s3", "ZZICMAGREEMENT",
        "s0", "s1", "s2", "s3",
    )  # fmt: skip


def test_texts_of_messages_fit_into_t100() -> None:
    assert {key: text for key, text in T100.items() if len(text) > 73} == {}


def test_long_reason_takes_two_variables_of_a_message() -> None:
    message = invalid_value("KTWRT", "no number of at most 15 digits, two of them behind the point")
    assert (message.MESSAGE_V1, message.MESSAGE_V2) == (
        "no number of at most 15 digits, two of them behind",
        "the point",
    )
    assert message.MESSAGE == "no number of at most 15 digits, two of them behind the point"
