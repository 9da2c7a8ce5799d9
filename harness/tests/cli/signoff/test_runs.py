"""Test what `zicm signoff` says of runs: compare two of them, export one for Xray."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from harness.evidence.cucumber_reader import read
from harness.evidence.run import Attachment, Run, ScenarioEvidence, Step
from harness.evidence.run_comparison import compare
from harness.evidence.xray import execution
from harness.specification.register import Register
from harness.tests.support.cli_runner import zicm
from harness.tests.support.condition_evidence import run_conditions

NAME = "executed.feature: 1 - a Master Agreement, which has no purchasing organisation"


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    ran = run_conditions(folder, "-m", "condition_1")
    assert ran.returncode == 0, ran.stdout
    return folder


def changed(reports: Path, folder: Path, old: str, new: str) -> Path:
    """Copy evidence with another text in it."""
    text = (reports / "messages.ndjson").read_text(encoding="utf-8")
    assert old in text
    copy = folder / "other.ndjson"
    copy.write_text(text.replace(old, new), encoding="utf-8")
    return copy


def test_a_run_does_not_differ_from_itself(reports: Path) -> None:
    file = reports / "messages.ndjson"
    assert zicm("signoff", "compare", file, file) == (0, "0 differences in 0 scenarios\n", "")


def test_a_value_that_was_sent_is_named_with_both_values(reports: Path, tmp_path: Path) -> None:
    other = changed(reports, tmp_path, '\\"ICMPAYMENTTERMS\\":\\"Z060\\"', '\\"ICMPAYMENTTERMS\\":\\"Z030\\"')
    ran = zicm("signoff", "compare", reports / "messages.ndjson", other)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        NAME,
        "  message 1 to PF2, ICMPAYMENTTERMS: Z060 -> Z030",
        "  message 1 to WP2, ICMPAYMENTTERMS: Z060 -> Z030",
        "2 differences in 1 scenario",
    ]


def test_results_and_scenarios_of_one_run_alone_are_named(reports: Path, tmp_path: Path) -> None:
    file = reports / "messages.ndjson"
    failed = changed(reports, tmp_path, '"status": "PASSED"', '"status": "FAILED"')
    (found,) = json.loads(zicm("signoff", "compare", file, failed, "--json").out)["differences"]
    assert (found["scenario"], found["what"], found["first"]) == (NAME, "result", "PASSED")
    assert found["second"].startswith("FAILED at Given ")
    renamed = changed(reports, tmp_path, "1 - a Master Agreement", "1 - another one")
    there = [one["first"] for one in json.loads(zicm("signoff", "compare", file, renamed, "--json").out)["differences"]]
    assert there == ["there", "not run"]


def test_a_file_that_is_no_evidence_is_refused(reports: Path, tmp_path: Path) -> None:
    ran = zicm("signoff", "compare", reports / "messages.ndjson", tmp_path / "none.ndjson")
    assert (ran.code, ran.out) == (1, "")
    assert "none.ndjson is missing" in ran.err
    (tmp_path / "deep.ndjson").write_text("[" * 100_000, encoding="utf-8")
    ran = zicm("signoff", "compare", reports / "messages.ndjson", tmp_path / "deep.ndjson")
    assert (ran.code, ran.out) == (1, "")
    assert "deep.ndjson" in ran.err


def test_xray_gets_a_generic_test_for_each_scenario(reports: Path, tmp_path: Path) -> None:
    file = tmp_path / "xray.json"
    export = ("signoff", "export", "--xray", file, "--project", "ICM", "--reports", reports)
    assert zicm(*export) == (0, f"{file}: 1 test\n", "")
    content = json.loads(file.read_bytes())
    assert content["info"]["project"] == "ICM"
    (test,) = content["tests"]
    assert test["status"] == "PASSED"
    assert test["testInfo"]["definition"] == NAME
    assert {"condition_1", "MAP-12", "D-33"} <= {*test["testInfo"]["labels"]}
    assert zicm(*export).code == 2
    assert zicm(*export, "--force").code == 0


def test_xray_takes_what_is_exported(reports: Path, tmp_path: Path) -> None:
    """Hold it against the format that Xray documents, with a failure whose text is longer than Jira takes."""
    failed = changed(reports, tmp_path, '"status": "PASSED"', '"message": "' + "x" * 40_000 + '", "status": "FAILED"')
    (folder := tmp_path / "failed").mkdir()
    failed.rename(folder / "messages.ndjson")
    schema = json.loads(Path(__file__).with_name("xray_cloud.schema.json").read_bytes())
    for place in (reports, folder):
        file = tmp_path / f"{place.name}.json"
        assert zicm("signoff", "export", "--xray", file, "--project", "ICM", "--reports", place).code == 0
        Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER).validate(json.loads(file.read_bytes()))
    assert [len(one["comment"]) for one in json.loads(file.read_bytes())["tests"]] == [32_767]


def test_xray_keeps_a_test_for_each_scenario_of_one_name(reports: Path) -> None:
    """It finds a generic test by its definition alone."""
    run = read(reports / "messages.ndjson")
    twice = replace(run, scenarios=[*run.scenarios, *run.scenarios])
    tests = execution(twice, Register.load(), "ICM")["tests"]
    assert [one["testInfo"]["definition"] for one in tests] == [NAME, f"{NAME} (2)"]


def test_xray_labels_conditions_of_scm() -> None:
    tags = frozenset({"condition_S4", "SCM-1", "fault"})
    ran = ScenarioEvidence("scm/drafted.feature:19", "f", "S4 - drafted", tags, "PASSED", "", [])
    (test,) = execution(Run({}, 0, True, [ran]), Register.load(), "ICM")["tests"]
    assert test["testInfo"]["labels"] == ["condition_S4", "SCM-1"]
    assert test["testInfo"]["definition"] == "scm/drafted.feature: S4 - drafted"


def test_writes_to_scm_are_compared() -> None:
    def run(status: str) -> Run:
        request = {"method": "PATCH", "resource": "CLMIntegrationContracts", "fields": {"ContractStatus": status}}
        step = Step("When", "x", None, None, "PASSED", 0, "", "", [Attachment("zicm-odata", "", {"request": request})])
        return Run({}, 0, True, [ScenarioEvidence("a:1", "f", "n", frozenset(), "PASSED", "", [step])])

    (found,) = compare(run("Draft"), run("Executed"))
    assert (found.what, found.first, found.second) == ("write 1 to SCM, ContractStatus", "Draft", "Executed")


def test_xray_needs_the_key_of_a_project(reports: Path, tmp_path: Path) -> None:
    ran = zicm("signoff", "export", "--xray", tmp_path / "xray.json", "--project", "icm", "--reports", reports)
    assert ran.code == 2
    assert "it must be the key of a project" in ran.err


def test_xray_needs_a_project(reports: Path, tmp_path: Path) -> None:
    ran = zicm("signoff", "export", "--xray", tmp_path / "xray.json", "--reports", reports)
    assert ran.code == 2
    assert "--xray needs the project in Jira" in ran.err


def test_project_without_xray_is_wrong_use(reports: Path, tmp_path: Path) -> None:
    ran = zicm("signoff", "export", "--xlsx", tmp_path / "a.xlsx", "--project", "ICM", "--reports", reports)
    assert (ran.code, "it is for --xray alone" in ran.err) == (2, True)
    assert not (tmp_path / "a.xlsx").exists()
