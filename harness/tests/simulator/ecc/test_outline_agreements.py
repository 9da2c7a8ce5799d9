"""Outline agreements where features cannot look: the end of the number range, a code of two contracts."""

from collections.abc import Iterator
from datetime import date

import pytest

from harness.tests.support.cli_runner import ENTRY, OUTLINE_AGREEMENT
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.mass_change import ChangeRow, RowResult, mass_change
from simulator.ecc.outline_agreements import CreationResult, NumberRange
from simulator.ecc.system import EccSystem

CREATED = Bapiret2("S", "ZMM_ICM", "020", "Outline agreement 0000000046 created", "")
CHANGED = Bapiret2("S", "ZMM_ICM", "021", "Outline agreement 0000000046 changed", "")


@pytest.fixture
def pf2() -> Iterator[EccSystem]:
    """Make a system with numbers for two outline agreements."""
    system = EccSystem("PF2", number_range=NumberRange(46, 47))
    yield system
    system.close()


def create(system: EccSystem, **fields: str) -> CreationResult:
    return system.create_outline_agreement(OUTLINE_AGREEMENT | fields, "BUYER", date(2026, 1, 5))


def test_exhausted_number_range_is_reported(pf2: EccSystem) -> None:
    assert [create(pf2).ebeln, create(pf2).ebeln] == ["0000000046", "0000000047"]
    used_up = ("E", "ZMM_ICM", "037", "the number range is used up", "EBELN")
    assert create(pf2) == ("", [used_up])
    assert create(pf2, WAERS="") == ("", [("E", "ZMM_ICM", "031", "an entry is required", "WAERS"), used_up])
    assert [row["EBELN"] for row in pf2.outline_agreements()] == ["0000000046", "0000000047"]


def test_repeated_change_changes_nothing(pf2: EccSystem) -> None:
    assert create(pf2) == ("0000000046", [CREATED])
    assert pf2.change_outline_agreement("46", {"ZTERM": "Z090"}) == [CHANGED]
    again = ("S", "ZMM_ICM", "022", "Outline agreement 0000000046: no data changed", "")
    assert pf2.change_outline_agreement("46", {"ZTERM": "Z090"}) == [again]


def test_mass_change_accepts_numbers_without_leading_zeros(pf2: EccSystem) -> None:
    create(pf2)
    results = [*mass_change(pf2, [ChangeRow(2, {"EBELN": " 46 ", "ZTERM": "Z090"})], test_run=False)]
    assert results == [RowResult(2, "0000000046", [CHANGED])]
    assert pf2.outline_agreements()[0]["ZTERM"] == "Z090"


def test_warnings_refer_to_the_best_matching_contract(pf2: EccSystem) -> None:
    elsewhere = {"SYSID": "another", "ICMAPPSRCSUPPLIERID": "0000104799", "ICMLEGALENTITYCODE": "DE01"}
    for contract, organisations in ((elsewhere, ["FR10"]), ({"ICMLEGALENTITYCODE": "IT01"}, ["FR10"])):
        pf2.z_mm_icmcontract_upsert(ENTRY | contract, organisations)
    other = ("W", "ZMM_ICM", "040", "the contract has another value in ICMLEGALENTITYCODE", "BUKRS")
    assert create(pf2, ZZICMAGREEMENT="PSUB2001") == ("0000000046", [other, CREATED])
