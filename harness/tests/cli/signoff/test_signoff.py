"""Test `zicm signoff approve` and `status`."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.cli.evidence_files import REMEDY
from harness.files import APPROVALS
from harness.tests.support.cli_runner import Ran, zicm


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Name an approval file that does not exist yet."""
    return tmp_path / "approvals.toml"


def approve(reports: Path, file: Path, *arguments: object) -> Ran:
    return zicm("signoff", "approve", *arguments, "--reports", reports, "--approvals", file)


def status(reports: Path, file: Path) -> Mapping[str, Any]:
    printed: Mapping[str, Any] = json.loads(
        zicm("signoff", "status", "--json", "--reports", reports, "--approvals", file).out
    )
    return printed


def test_approval_is_written_with_name_and_date(reports: Path, file: Path) -> None:
    ran = approve(reports, file, "11a", "2", "--by", " A. Tester ", "--comment", "seen together")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[:2] == ["11a approved by A. Tester: 1 scenario", "2 approved by A. Tester: 1 scenario"]
    kept = tomllib.loads(file.read_text(encoding="utf-8"))
    assert [*kept] == ["2", "11a"]
    assert kept["11a"]["comment"] == "seen together"
    printed = status(reports, file)
    assert printed["evidence"] == "current"
    assert printed["changed"] == []
    assert printed["conditions"]["11a"] == {
        "state": "approved",
        "by": "A. Tester",
        "date": kept["11a"]["date"].isoformat(),
        "comment": "seen together",
        "reasons": [],
    }
    states = [one["state"] for one in printed["conditions"].values()]
    assert (states.count("approved"), states.count("open")) == (2, 25)


def test_approval_file_has_a_hash_for_each_part(reports: Path, file: Path) -> None:
    approve(reports, file, "8", "--by", "A. Tester")
    parts = tomllib.loads(file.read_text(encoding="utf-8"))["8"]["parts"]
    assert [*parts["condition"]] == ["8"]
    assert [*parts["rules"]] == ["CALL-1", "CALL-3", "EVT-6", "TAB-4", "TAB-8"]
    assert [*parts["decisions"]] == ["D-05", "D-06"]
    assert [*parts["mapping"]] == ["MAP-01", "MAP-02", "MAP-03", "MAP-04", "MAP-12", "MAP-22"]
    assert [*parts["functions"]] == ["day", "direct", "lower_case", "type_code", "upper_case"]
    assert len(parts["scenarios"]) == 4
    assert [*parts["evidence"]] == [*parts["scenarios"]]
    assert 'when "{code}" is terminated with notice to {day}' in parts["steps"]
    assert all(len(value) == 12 for kind in parts.values() for value in kind.values())


def test_approval_file_does_not_depend_on_the_order(reports: Path, file: Path, tmp_path: Path) -> None:
    for condition in ("9", "1", "11a"):
        approve(reports, file, condition, "--by", "A. Tester")
    other = tmp_path / "other.toml"
    approve(reports, other, "11a", "1", "9", "--by", "A. Tester")
    assert file.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("text", ['with "quotes" and \\', "Zoë 漢 🧪", "two\nlines", "a\x7fb", "= [table]"])
def test_any_comment_survives_writing_and_reading(reports: Path, file: Path, text: str) -> None:
    assert approve(reports, file, "1", "--by", "A. Tester", "--comment", text).code == 0
    assert status(reports, file)["conditions"]["1"]["comment"] == text


def test_later_approval_replaces_the_first(reports: Path, file: Path) -> None:
    approve(reports, file, "1", "--by", "A. Tester")
    approve(reports, file, "1", "--by", "B. Owner")
    assert status(reports, file)["conditions"]["1"]["by"] == "B. Owner"


def replaced_evidence(reports: Path, folder: Path, old: str, new: str) -> Path:
    """Copy the evidence with a text replaced."""
    text = (reports / "messages.ndjson").read_text(encoding="utf-8")
    assert old in text
    (folder / "messages.ndjson").write_text(text.replace(old, new), encoding="utf-8")
    return folder


KINDS = ("pickle", "testCase", "testCaseStarted")


def failed_evidence(reports: Path, folder: Path, name: str) -> Path:
    """Copy the evidence with the scenario of this name failed at its end."""
    envelopes = [json.loads(line) for line in (reports / "messages.ndjson").read_text(encoding="utf-8").splitlines()]
    found = {kind: [one[kind] for one in envelopes if kind in one] for kind in KINDS}
    (pickle,) = (one["id"] for one in found["pickle"] if one["name"].startswith(name))
    (case,) = (one["id"] for one in found["testCase"] if one["pickleId"] == pickle)
    (started,) = (one["id"] for one in found["testCaseStarted"] if one["testCaseId"] == case)
    finished = [
        one["testStepFinished"]
        for one in envelopes
        if one.get("testStepFinished", {}).get("testCaseStartedId") == started
    ]
    finished[-2]["testStepResult"]["status"] = "FAILED"
    (folder / "messages.ndjson").write_text("\n".join(map(json.dumps, envelopes)), encoding="utf-8")
    return folder


def test_condition_with_a_failed_scenario_is_not_approved(reports: Path, file: Path, tmp_path: Path) -> None:
    ran = approve(failed_evidence(reports, tmp_path, "2a - "), file, "1", "2a", "--by", "A. Tester")
    name = "2a - a Sub Agreement for several purchasing organisations"
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f'Error: nothing is approved: 2a: scenario "{name}" failed\n'
    assert not file.exists()


def test_condition_with_a_scenario_that_did_not_run_is_not_approved(reports: Path, file: Path, tmp_path: Path) -> None:
    folder = replaced_evidence(reports, tmp_path, '"name": "2a - ', '"name": "2z - ')
    ran = approve(folder, file, "2a", "--by", "A. Tester")
    name = "2a - a Sub Agreement for several purchasing organisations"
    assert (ran.code, ran.err) == (1, f'Error: nothing is approved: 2a: scenario "{name}" did not run\n')


def test_failure_reopens_an_approval(reports: Path, file: Path, tmp_path: Path) -> None:
    approve(reports, file, "2a", "11a", "--by", "A. Tester")
    ran = zicm("signoff", "status", "--reports", failed_evidence(reports, tmp_path, "2a - "), "--approvals", file)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert any(line.startswith("2a ") and "reopened" in line for line in lines)
    printed = " ".join(" ".join(lines[lines.index("What changed since it was approved") :]).split())
    assert 'scenario "2a - a Sub Agreement for several purchasing organisations" failed (condition 2a)' in printed
    assert lines[-1] == "27 conditions: 1 approved, 1 reopened, 25 open"


def test_missing_evidence_prevents_approval_and_shows_in_status(file: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    ran = approve(nowhere, file, "1", "--by", "A. Tester")
    what = f"there is no evidence: the file {nowhere / 'messages.ndjson'} is missing; {REMEDY}"
    assert (ran.code, ran.err) == (1, f"Error: {what}\n")
    ran = zicm("signoff", "status", "--reports", nowhere, "--approvals", file)
    assert ran.code == 0
    assert "Note: there is no evidence" in ran.out
    assert ran.out.endswith("27 conditions: 0 approved, 0 reopened, 27 open\n")


@pytest.mark.parametrize("content", ["", "{", '{"meta": 1}', '{"attachment": {}}', "[]", "\xff"])
def test_unreadable_evidence_is_an_error(file: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "messages.ndjson").write_bytes(content.encode("latin-1"))
    ran = approve(tmp_path, file, "1", "--by", "A. Tester")
    assert ran.code == 1
    assert ran.err.startswith(("Error: ", "Error: nothing is approved"))
    assert not file.exists()


WRONG: Mapping[str, str] = {
    "1 = 2": "1: it is not a table",
    "[1]\nby = 'x'": "1.date: Field required",
    "[1]\nby = 5": "1.by: Input should be a valid string",
    "[1": "cannot be read",
    "[1z]\nby = 'x'": "has an approval of 1z, which is no condition",
}


@pytest.mark.parametrize(("content", "said"), WRONG.items())
def test_invalid_approval_file_is_an_error_and_unchanged(reports: Path, file: Path, content: str, said: str) -> None:
    file.write_text(content, encoding="utf-8")
    for command in (["status"], ["approve", "2", "--by", "A. Tester"]):
        ran = zicm("signoff", *command, "--reports", reports, "--approvals", file)
        assert ran.code == 1
        assert str(file) in ran.err
        assert said in ran.err
    assert file.read_text(encoding="utf-8") == content


def test_unwritable_approval_file_is_an_error(reports: Path, tmp_path: Path) -> None:
    ran = approve(reports, tmp_path / "no such folder" / "approvals.toml", "1", "--by", "A. Tester")
    assert ran.code == 1
    assert "approvals.toml cannot be written: No such file or directory" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["99", "--by", "A. Tester"], "there is no condition 99, there are 1, 2, 2a,"),
        (["1"], "Missing option '--by'"),
        (["1", "--by", "  "], "it must be a name"),
        (["1", "--by", "a\nb"], "it must be a name"),
        (["--by", "A. Tester"], "Missing argument 'CONDITION'"),
    ],
)
def test_wrong_use(reports: Path, file: Path, arguments: list[str], said: str) -> None:
    ran = approve(reports, file, *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert not file.exists()


def test_project_starts_without_approvals() -> None:
    assert not APPROVALS.exists() or tomllib.loads(APPROVALS.read_text(encoding="utf-8")) == {}
