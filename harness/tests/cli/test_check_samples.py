"""Test `zicm check-samples`: it names missing, new and misshapen fields, and shows no value."""

import json
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from harness.files import FIXTURES
from harness.tests.support.cli_runner import AGREEMENT, MASTERS, Folder, stable, zicm

LOOKUP = "an array of at most one object with a text as DisplayValue"


def files(*folders: Path, code: int) -> dict[str, Any]:
    """Read what --json says of the files of one exchange, by name."""
    ran = zicm("check-samples", "--json", *folders)
    assert (ran.code, ran.err) == (code, "")
    said = json.loads(ran.out)
    assert said["as_expected"] is (code == 0)
    (exchange,) = said["exchanges"]
    return {file.pop("file"): file for file in exchange["files"]}


def agreement_of(folder: Path, code: int) -> dict[str, Any]:
    found: dict[str, Any] = files(folder, code=code)["agreement.json"]
    return found


def test_recorded_exchanges_match_the_contract() -> None:
    ran = zicm("check-samples", FIXTURES / "exchanges")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("22 of 22 as the contract says; new fields do no harm (CALL-4)\n")


def test_renamed_field_counts_as_missing_and_new(folder: Folder) -> None:
    given = {**AGREEMENT, "ICMIncotermsLocation": "Tavaux", "SAPSupplier": 1}
    del given["ICMIncotermslocation"], given["ICMAppSrcSupplierID"], given["ICMSomethingElse"]
    found = agreement_of(folder("renamed", "Executed", given, MASTERS), 1)
    assert found["missing"] == [
        {"field": "ICMAppSrcSupplierID", "perhaps": ""},
        {"field": "ICMIncotermslocation", "perhaps": "ICMIncotermsLocation"},
    ]
    assert found["new"] == [
        {"field": "ICMIncotermsLocation", "found": "a text"},
        {"field": "SAPSupplier", "found": "a number"},
    ]
    assert found["other_shape"] == []


def test_a_name_that_stands_twice_is_named(folder: Folder) -> None:
    place = folder.executed()
    file = place / "agreement.json"
    file.write_text(file.read_text().replace('"Data": {', '"Data": {"icmconfidentialcontract": true, ', 1))
    assert agreement_of(place, 1)["problem"] == (
        "D-71 ICMConfidentialContract: a name stands more than once in an object"
    )


@pytest.mark.parametrize(
    ("field", "value", "found", "expected"),
    [
        ("ICMConfidentialContract", "false", "a text", "true or false"),
        ("ICMConfidentialContract", None, "null", "true or false"),
        ("ICMAgreementCode", " ", "a blank text", "a text that is not blank"),
        ("Name", ["a"], "an array of one: a text", "a text, or null"),
        ("ICMCurrency", {}, "an empty object", "a text, or null"),
        ("ICMEffectiveDate", "01/02/2025", "a text", "a day as YYYY-MM-DDTHH:MM:SS, blank, or null"),
        ("ICMExpiryDate", "2025-01-01T00:00:00Z", "a text", "a day as YYYY-MM-DDTHH:MM:SS, blank, or null"),
        ("ICMTotalContractValue", 5.5, "a number", "an object with a number as Value"),
        ("ICMTotalContractValue", {"value": 5.5}, "an object with value", "an object with a number as Value"),
        ("ICMLegalEntityCode", "FR01", "a text", LOOKUP),
        ("ICMLegalEntityCode", {"DisplayValue": "FR01"}, "an object with DisplayValue", LOOKUP),
        ("ICMLegalEntityCode", [{"DisplayValue": "a"}] * 2, "an array of 2: an object with DisplayValue", LOOKUP),
    ],
)
def test_field_of_another_shape_is_named_with_both_shapes(
    folder: Folder, field: str, value: object, found: str, expected: str
) -> None:
    said = agreement_of(folder.executed(**{field: value}), 1)
    assert said["other_shape"] == [{"field": field, "expected": expected, "found": found}]
    assert said["missing"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ICMExpiryDate", ""),
        ("ICMExpiryDate", None),
        ("Name", None),
        ("ICMLegalEntityCode", []),
        ("ICMTotalContractValue", {"Value": None, "Currency": "EUR"}),
    ],
)
def test_empty_field_is_as_expected(folder: Folder, field: str, value: object) -> None:
    assert agreement_of(folder.executed(**{field: value}), 0)["other_shape"] == []


def test_expected_fields_depend_on_type_and_action(folder: Folder) -> None:
    bare = {name: value for name, value in AGREEMENT.items() if name != "ICMPurchasingOrgCode"}
    missing = {
        name: [one["field"] for one in agreement_of(made, code)["missing"]]
        for name, made, code in (
            ("sub", folder("sub", "Executed", bare, MASTERS), 1),
            ("master", folder("master", "Executed", bare, ContractTypeName="ICMMasterAgreement"), 0),
            ("terminated", folder("terminated", "Terminated", AGREEMENT), 1),
            (
                "amendment",
                folder("amendment", "AmendmentExecuted", AGREEMENT, ContractTypeName="ICMSubAgreementAmendment"),
                1,
            ),
        )
    }
    assert missing == {
        "sub": ["ICMPurchasingOrgCode"],
        "master": [],
        "terminated": ["ICMTerminationNoticeDate"],
        "amendment": ["ICMParentEntityInstanceId", "ICMParentContractId"],
    }


@pytest.mark.parametrize(
    ("masters", "missing", "problem"),
    [
        ([], [], None),
        ([{"SysId": "a"}], ["ICMAgreementCode"], None),
        (MASTERS * 2, [], "Data holds 2 masters, and one is expected (D-12)"),
        ({"SysId": "a"}, [], "Data is an object with SysId, and an array of objects is expected"),
        (["a"], [], "Data is an array of one: a text, and an array of objects is expected"),
    ],
)
def test_answer_to_call_2_is_compared(folder: Folder, masters: object, missing: list[str], problem: str | None) -> None:
    made = folder("sub", "Executed", AGREEMENT, masters)
    found = files(made, code=1 if missing or problem else 0)["associatinginstances.json"]
    assert ([one["field"] for one in found["missing"]], found["problem"]) == (missing, problem)


def test_file_that_cannot_be_compared_has_a_problem(folder: Folder) -> None:
    made = folder("broken", "Executed", AGREEMENT)
    (made / "agreement.json").write_text('{"Data": ')
    assert {name: file["problem"] for name, file in files(made, code=1).items()} == {
        "event.json": None,
        "agreement.json": "it is not JSON",
        "associatinginstances.json": "it is missing, and call 2 follows this event (CALL-2)",
    }
    (made / "agreement.json").write_text('{"ICMAgreementCode": "PSUB1"}')
    said = files(made, code=1)["agreement.json"]["problem"]
    assert said == "it has no envelope with Data, it is an object with ICMAgreementCode"
    (made / "agreement.json").unlink()
    said = files(made, code=1)["agreement.json"]["problem"]
    assert said == "it is missing, and call 1 follows every event (CALL-1)"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"ActionName": "Signed"}, "EVT-2 ActionName: it is none that the interface knows"),
        (
            {"ActionName": "executed"},
            "it can be read, but the contract writes it otherwise: names in another case, or blanks in a field",
        ),
    ],
)
def test_event_that_differs_from_the_contract_has_a_problem(
    folder: Folder, change: dict[str, str], problem: str
) -> None:
    made = folder("event", "Executed", AGREEMENT, MASTERS)
    event = json.loads((made / "event.json").read_text())
    event["data"] |= change
    (made / "event.json").write_text(json.dumps(event))
    assert files(made, code=1)["event.json"]["problem"] == problem


def test_people_see_fields_and_no_value(folder: Folder, snapshot: SnapshotAssertion) -> None:
    given = {**AGREEMENT, "Name": ["zqxname"], "ICMOrgTeams": "zqxteam"}
    del given["ICMOrgTeam"]
    made = folder("people", "Executed", given, MASTERS)
    ran = zicm("check-samples", made)
    assert (ran.code, ran.err) == (1, "")
    assert stable(ran.out, exchanges=folder.base) == snapshot
    assert "zqx" not in ran.out + zicm("check-samples", "--json", made).out


def test_folder_without_exchanges_exits_with_1_and_no_folder_with_2(tmp_path: Path) -> None:
    ran = zicm("check-samples", tmp_path)
    assert (ran.code, ran.err) == (
        1,
        f"Error: {tmp_path} holds no recorded exchange: neither it nor a folder in it has a file event.json\n",
    )
    assert zicm("check-samples").code == 2
