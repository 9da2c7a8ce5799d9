"""Test `zicm check-samples --with scm`: it holds answers of SCM against our metadata, and shows no value."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from harness.specification.odata_samples import compare
from harness.testdata.record_exchanges import SCM_SAMPLES
from harness.testdata.scm_master_data import fill_master_data
from harness.tests.support.cli_runner import zicm
from simulator.json_support import read_json
from simulator.scm.entities import ENTITY_SETS
from simulator.scm.odata.service import ODataRequest, ODataService
from simulator.scm.system import ScmSystem

AGREEMENTS = "CLMIntegrationPurchaseAgreements.json"
LINES = "CLMIntegrationPurchaseAgreementLines"
AGREEMENT: dict[str, Any] = json.loads((SCM_SAMPLES / AGREEMENTS).read_text())


@pytest.fixture(scope="module")
def filled_scm() -> Iterator[ScmSystem]:
    with closing(ScmSystem()) as system:
        fill_master_data(system)
        yield system


def checked(folder: Path, content: object) -> dict[str, Any]:
    """Check one answer. Returns what is said of it."""
    (folder / "answer.json").write_text(content if isinstance(content, str) else json.dumps(content))
    ran = zicm("check-samples", "--with", "scm", folder, "--json")
    said = json.loads(ran.out)
    (file,) = said["exchanges"][0]["files"]
    assert (ran.code == 0) is file["as_expected"] is said["as_expected"]
    assert "zqx" not in ran.out + zicm("check-samples", "--with", "scm", folder).out
    found: dict[str, Any] = file
    return found


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Return the recorded agreements with a change of the first one."""
    content: dict[str, Any] = json.loads(json.dumps(AGREEMENT))
    change(content["value"][0])
    return content


def test_the_recorded_answers_are_as_our_metadata_says() -> None:
    ran = zicm("check-samples", "--with", "scm", SCM_SAMPLES)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("3 of 3 as our $metadata says; new properties do no harm\n")


@pytest.mark.parametrize("collection", sorted(name for name, one in ENTITY_SETS.items() if one.keeps))
def test_whatever_our_scm_answers_is_as_its_metadata_says(collection: str, filled_scm: ScmSystem) -> None:
    answer = ODataService(filled_scm).answer(ODataRequest("GET", f"/{collection}", {}, b"", "https://scm.invalid"))
    assert compare(read_json(answer.body)).is_as_expected


def test_a_renamed_property_counts_as_missing_and_new(tmp_path: Path) -> None:
    said = checked(
        tmp_path, changed(lambda row: row.update({"CurrencyISOCode": "zqx", "Currencycode": row.pop("CurrencyCode")}))
    )
    assert said["missing"] == [{"field": "CurrencyCode", "perhaps": "Currencycode"}]
    assert {one["field"]: one["found"] for one in said["new"]} == {
        "CurrencyISOCode": "a text",
        "Currencycode": "a text",
    }


@pytest.mark.parametrize(
    ("name", "value", "expected", "found"),
    [
        ("MinimumContractAmount", "zqx", "a number, or null", "another text"),
        ("DefaultEffectiveDate", "zqx", "a time as YYYY-MM-DDTHH:MM:SSZ", "another text"),
        ("DefaultEffectiveDate", None, "a time as YYYY-MM-DDTHH:MM:SSZ", "null"),
        ("AgreementStatus", "zqx", "a member of AgreementState, or null", "another text"),
        ("CurrencyCode", "zqxzqx", "a text of at most 3 characters, or null", "a text of 6 characters"),
        ("CurrencyCode", 7, "a text of at most 3 characters, or null", "a number"),
        ("dataAreaId", None, "a text of at most 4 characters", "null"),
        (LINES, "zqx", "an array of objects", "a text"),
    ],
)
def test_a_value_of_another_type_is_named(name: str, value: object, expected: str, found: str, tmp_path: Path) -> None:
    said = checked(tmp_path, changed(lambda row: row.update({name: value})))
    assert said["other_shape"] == [{"field": name, "expected": expected, "found": found}]


def test_a_null_is_no_finding_where_the_metadata_allows_it(tmp_path: Path) -> None:
    assert checked(tmp_path, changed(lambda row: row.update({"CurrencyCode": None})))["as_expected"]


def test_rows_that_are_expanded_are_checked_too(tmp_path: Path) -> None:
    said = checked(tmp_path, changed(lambda row: row[LINES][0].update({"LineNumber": "zqx", "Zqy": 1})))
    assert [one["field"] for one in said["other_shape"]] == [f"{LINES}/LineNumber"]
    assert [one["field"] for one in said["new"]] == [f"{LINES}/Zqy"]


def test_only_what_was_selected_can_be_missing(tmp_path: Path) -> None:
    context = "https://x.example/data/$metadata#CLMIntegrationContracts(ContractId,ContractStatus)"
    said = checked(tmp_path, {"@odata.context": context, "value": [{"@odata.etag": "zqx", "ContractId": "zqx"}]})
    assert said["missing"] == [{"field": "ContractStatus", "perhaps": ""}]


def test_one_row_alone_is_an_answer(tmp_path: Path) -> None:
    context = "https://x.example/data/$metadata#UnitsOfMeasure/$entity"
    row = {"UnitSymbol": "zqx", "UnitDescription": "", "UnitClass": "", "DecimalPrecision": 0}
    assert checked(tmp_path, {"@odata.context": context, **row})["missing"] == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{broken", "it is not JSON"),
        ('{"a": 1, "a": 2}', "a name stands more than once in an object"),
        ("[1]", "it has no @odata.context that names a collection, it is an array of one: a number"),
        ({"@odata.context": "https://x.example/data/$metadata#Zqxs", "value": []}, "our SCM has no such collection"),
        (
            {"@odata.context": "https://x.example/data/$metadata#VendorsV2", "value": {}},
            "value is an empty object, and an array of objects is expected",
        ),
    ],
)
def test_what_is_no_answer_of_a_collection_is_told(content: object, problem: str, tmp_path: Path) -> None:
    assert checked(tmp_path, content)["problem"] == problem


def test_a_folder_without_an_answer_is_an_error(tmp_path: Path) -> None:
    ran = zicm("check-samples", "--with", "scm", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "holds no answer of SCM" in ran.err
