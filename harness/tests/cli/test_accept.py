"""Test `zicm accept`: who may accept a difference, where it is kept, and what the report makes of it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from harness.tests.support.cli_runner import OUTLINE_AGREEMENT, zicm
from simulator.ecc.change_log import ChangeStamp
from simulator.icertis.agreement import STANDALONE
from simulator.landscape import Landscape
from simulator.settings import Settings

DAY = ("--date", "2026-06-30")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write a contract and an outline agreement that differs from it in ZTERM."""
    terms = {
        "ICMConfidentialContract": False, "ICMAppSrcSupplierID": "0000104711",
        "ICMEffectiveDate": "2026-01-01T00:00:00", "ICMExpiryDate": "2027-12-31T00:00:00",
        "ICMTotalContractValue": 0, "ICMCurrency": "EUR", "ICMLegalEntityCode": "FR01", "ICMPurchasingOrgCode": "FR10",
        "ICMIncotermsCode": "", "ICMIncotermslocation": "", "ICMPaymentTerms": "Z060",
    }  # fmt: skip
    with Landscape(Settings().with_data_directory(tmp_path)) as landscape:
        landscape.tenant.execute(landscape.tenant.draft(STANDALONE, terms, code="PST3001"))
        header = OUTLINE_AGREEMENT | {"ZTERM": "Z090", "ZZICMAGREEMENT": "PST3001"}
        stamp = ChangeStamp("BUYER", datetime(2026, 1, 5, tzinfo=UTC), "ME31K")
        landscape.systems["PF2"].create_outline_agreement(header, stamp)
    return tmp_path


def accept(data: Path, *words: str) -> tuple[int, str]:
    ran = zicm("accept", *words, "--system", "PF2", "--data", data)
    return ran.code, ran.err or ran.out


def findings(data: Path) -> list[str]:
    report = json.loads(zicm("report", "--data", data, *DAY, "--format", "json").out)
    return [row["field"] for row in report["parts"]["differences"]]


def test_accepted_difference_is_none_until_it_is_withdrawn(data: Path) -> None:
    assert findings(data) == ["ZTERM"]
    assert accept(data, "add", "4600000000", "zterm", "--reason", "agreed") == (
        0,
        "PF2 4600000000 ZTERM accepted by BUYER\n",
    )
    assert findings(data) == []
    assert accept(data, "withdraw", "4600000000", "ZTERM") == (0, "PF2 4600000000 ZTERM is open again\n")
    assert findings(data) == ["ZTERM"]


def test_list_holds_who_and_why_and_no_value(data: Path) -> None:
    accept(data, "add", "4600000000", "ZTERM", "--reason", "agreed", "--as", "KEYUSER")
    (kept,) = json.loads(zicm("accept", "show", "--data", data, "--json").out)["accepted"]
    assert {name: kept[name] for name in ("system", "EBELN", "field", "by", "reason")} == {
        "system": "PF2", "EBELN": "4600000000", "field": "ZTERM", "by": "KEYUSER", "reason": "agreed",
    }  # fmt: skip
    text = (data / "accepted.json").read_text()
    assert not any(word in text for word in ("Z060", "Z090", "PST3001"))
    assert "agreed" in zicm("accept", "show", "--data", data).out


def test_sum_of_target_values_is_accepted_by_one_of_its_outline_agreements(data: Path) -> None:
    zicm("maintain", "change", "PST3001", "ICMTOTALCONTRACTVALUE=3000", "--as", "SUPPORT", "--data", data)
    zicm("outline", "change", "4600000000", "KTWRT=1000", "ZTERM=Z060", "--data", data, "--system", "PF2")
    asked = ("report", "--data", data, *DAY, "--target-value", "sum", "--format", "json")
    before = json.loads(zicm(*asked).out)["parts"]
    assert [row["label"] for row in before["differences"]] == ["Sum of target values"]
    assert accept(data, "add", "4600000000", "sum", "--reason", "split") == (
        0,
        "PF2 4600000000 SUM accepted by BUYER\n",
    )
    after = json.loads(zicm(*asked).out)["parts"]
    assert (after["differences"], [row["verdict"] for row in after["s4"]]) == ([], ["ready"])
    assert not any(word in (data / "accepted.json").read_text() for word in ("3000", "1000", "PST3001"))


REFUSED = {
    "no sum": (["add", "4600000000", "SUM", "--reason", "x"], 1, "does not differ from its contract in SUM"),
    "no difference": (["add", "4600000000", "KDATE", "--reason", "x"], 1, "does not differ from its contract in KDATE"),
    "no outline agreement": (["add", "4600000009", "ZTERM", "--reason", "x"], 1, "does not differ"),
    "no reason": (["add", "4600000000", "ZTERM", "--reason", " "], 2, "--reason"),
    "a user without the transaction": (["add", "4600000000", "ZTERM", "--reason", "x", "--as", "GUEST"], 1, "GUEST"),
    "nobody known": (["add", "4600000000", "ZTERM", "--reason", "x", "--as", "NOBODY"], 2, "--as"),
    "nothing accepted": (["withdraw", "4600000000", "ZTERM"], 1, "is not on the list"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusal_names_its_reason_and_writes_nothing(data: Path, case: str) -> None:
    words, code, reason = REFUSED[case]
    ran, said = accept(data, *words)
    assert (ran, reason in said) == (code, True), said
    assert not (data / "accepted.json").exists() or json.loads((data / "accepted.json").read_text())["accepted"] == []


@pytest.mark.parametrize("letter", ["x", "é", "<"])
def test_workbook_has_as_much_of_a_long_reason_as_excel_reads(data: Path, letter: str) -> None:
    accept(data, "add", "4600000000", "ZTERM", "--reason", letter * 40_000)
    assert zicm("report", "--data", data, *DAY, "--format", "xlsx", "--output", data / "report.xlsx").code == 0
    cells = [str(cell) for sheet in load_workbook(data / "report.xlsx") for row in sheet.values for cell in row]
    assert max(cells, key=len) == letter * 32_767


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"accepted": [{}]}'])
def test_file_that_is_no_list_is_an_error(data: Path, content: str) -> None:
    (data / "accepted.json").write_text(content)
    ran = zicm("report", "--data", data)
    assert (ran.code, "is no list of accepted differences" in ran.err) == (1, True)


def test_report_says_what_is_new_gone_and_changed(data: Path) -> None:
    earlier = data / "earlier.json"
    assert zicm("report", "--data", data, *DAY, "--format", "json", "--output", earlier).code == 0
    accept(data, "add", "4600000000", "ZTERM", "--reason", "agreed")
    zicm("outline", "change", "4600000000", "INCO1=FCA", "KDATE=20281231", "--data", data, "--system", "PF2")
    asked = ("report", "--data", data, *DAY, "--since", earlier, "--part", "changes", "--format", "json")
    assert [
        (row["change"], row["part"], row["EBELN"], row["about"], row["before"], row["now"])
        for row in json.loads(zicm(*asked).out)["parts"]["changes"]
    ] == [
        ("new", "differences", "4600000000", "KDATE", "", "20281231 / 20271231"),
        ("gone", "differences", "4600000000", "ZTERM", "Z090 / Z060", ""),
        ("new", "accepted", "4600000000", "ZTERM", "", ""),
        ("changed", "s4", "4600000000", "", "blocked / differs: ZTERM", "blocked / differs: KDATE"),
    ]


def test_reports_that_are_not_alike_cannot_be_compared(data: Path) -> None:
    earlier = data / "earlier.json"
    zicm("report", "--data", data, *DAY, "--format", "json", "--output", earlier)
    asked = ("report", "--data", data, "--since", earlier)
    assert "another tolerance" in zicm(*asked, *DAY, "--tolerance", "1").err
    assert "another selection" in zicm(*asked, *DAY, "--org-team", "*").err
    assert "of a later day" in zicm(*asked, "--date", "2026-06-29").err
    earlier.write_text("[]")
    assert "is no report in JSON" in zicm(*asked, *DAY).err
    assert zicm("report", "--data", data, "--part", "changes").code == 2
