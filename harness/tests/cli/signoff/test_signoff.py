"""Test `zicm signoff approve` and `status`."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from harness.errors import UserError
from harness.evidence.last_run import REMEDY
from harness.files import CHECKOUT, FEATURES, approvals_file
from harness.signoff import service
from harness.signoff.approvals import storage
from harness.signoff.approvals.storage import read_roles
from harness.signoff.service import Signer, load
from harness.specification.register import Target
from harness.tests.support.cli_runner import zicm
from harness.tests.support.signer import approve, sign, status

pytestmark = pytest.mark.usefixtures("features")

ROLES = ("business owner", "SAP", "Icertis", "test lead")


def approve_in_all_roles(reports: Path, file: Path, *conditions: str) -> None:
    for role in ROLES:
        assert sign("approve", reports, file, *conditions, "--by", f"A. {role}", role=role).code == 0


def test_approval_is_written_with_name_and_date(reports: Path, file: Path) -> None:
    ran = approve(reports, file, "11a", "2", "--by", " A. Tester ", "--comment", "seen together")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[:2] == [
        "11a approved by A. Tester (SAP): 1 scenario; still to sign: business owner, Icertis, test lead",
        "2 approved by A. Tester (SAP): 1 scenario; still to sign: business owner, Icertis, test lead",
    ]
    kept = tomllib.loads(file.read_text(encoding="utf-8"))
    assert [*kept] == ["2", "11a"]
    (record,) = kept["11a"]
    assert [record[name] for name in ("role", "verdict", "comment")] == ["SAP", "approved", "seen together"]
    sums = {name: sha256((reports / name).read_bytes()).hexdigest() for name in ("messages.ndjson", "signoff.html")}
    assert (record["evidence"], record["pack"]) == (sums["messages.ndjson"], sums["signoff.html"])
    assert sums["messages.ndjson"] in (reports / "signoff.html").read_text(encoding="utf-8"), "on the first page"
    printed = status(reports, file)
    assert printed["evidence"] == "current"
    assert printed["changed"] == []
    assert printed["conditions"]["11a"] == {
        "state": "partly approved",
        "signatures": [
            {
                "role": "SAP",
                "by": "A. Tester",
                "date": record["date"].isoformat(),
                "verdict": "approved",
                "comment": "seen together",
                "evidence": record["evidence"],
                "pack": record["pack"],
                "stands": True,
            }
        ],
        "missing": ["business owner", "Icertis", "test lead"],
        "reasons": [],
        "open_decisions": printed["conditions"]["11a"]["open_decisions"],
    }
    states = [one["state"] for one in printed["conditions"].values()]
    assert (states.count("partly approved"), states.count("open")) == (2, 25 + 26)


def test_approval_file_has_a_hash_for_each_part(reports: Path, file: Path) -> None:
    approve(reports, file, "8", "--by", "A. Tester")
    parts = tomllib.loads(file.read_text(encoding="utf-8"))["8"][0]["parts"]
    assert [*parts["condition"]] == ["8"]
    assert [*parts["rules"]] == ["CALL-1", "CALL-3", "EVT-6", "TAB-4", "TAB-8"]
    assert [*parts["decisions"]] == ["D-01", "D-05", "D-06", "D-15", "D-24", "D-34", "D-78"]
    assert [*parts["mapping"]] == ["MAP-01", "MAP-02", "MAP-03", "MAP-04", "MAP-12", "MAP-22"]
    assert len(parts["scenarios"]) == 4
    assert [*parts["evidence"]] == [*parts["scenarios"]]
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
    assert status(reports, file)["conditions"]["1"]["signatures"][0]["comment"] == text


def test_every_verdict_is_kept_and_all_roles_approve(reports: Path, file: Path) -> None:
    approve(reports, file, "1", "--by", "A. Sap", "--comment", "seen")
    assert sign("reject", reports, file, "1", "--by", "B. Owner", "--comment", "no", role="business owner").code == 0
    assert status(reports, file)["conditions"]["1"]["state"] == "rejected"
    assert sign("withdraw", reports, file, "1", "--by", "B. Owner", role="business owner").code == 0
    for role in ("business owner", "Icertis", "test lead"):
        ran = sign("approve", reports, file, "1", "--by", f"C. {role}", role=role)
    assert ran.out.startswith("1 approved by C. test lead (test lead): 1 scenario; every role has approved it\n")
    found = status(reports, file)["conditions"]["1"]
    assert (found["state"], found["missing"]) == ("approved", [])
    assert [(one["by"], one["verdict"], one["comment"]) for one in found["signatures"][:3]] == [
        ("A. Sap", "approved", "seen"),
        ("B. Owner", "rejected", "no"),
        ("B. Owner", "withdrawn", ""),
    ]


@pytest.mark.parametrize(("by", "kept"), [("a. sap", "a. sap"), (" A.  Sap ", "A. Sap")])
def test_nobody_approves_in_two_roles(reports: Path, file: Path, by: str, kept: str) -> None:
    approve(reports, file, "1", "2", "--by", "A. Sap")
    written = file.read_bytes()
    ran = sign("approve", reports, file, "3", "2", "--by", by, role="test lead")
    said = f"2: {kept} has approved it as SAP, and another person must as test lead"
    assert (ran.code, ran.err) == (1, f"Error: nothing is approved: {said}\n")
    assert file.read_bytes() == written
    sign("withdraw", reports, file, "2", "--by", "A. Sap")
    assert sign("approve", reports, file, "2", "--by", "A. Sap", role="test lead").code == 0


def test_pack_of_another_run_is_no_ground_for_an_approval(reports: Path, file: Path, tmp_path: Path) -> None:
    copied = tmp_path / "reports"
    copied.mkdir()
    (copied / "messages.ndjson").write_bytes((reports / "messages.ndjson").read_bytes())
    (copied / "signoff.html").write_text("the pack of yesterday", encoding="utf-8")
    ran = approve(copied, file, "1", "--by", "A. Tester")
    assert ran.code == 1
    assert f"nothing is approved: {copied / 'signoff.html'} is of another run" in ran.err
    assert not file.exists()


def test_rejection_fails_the_status(reports: Path, file: Path) -> None:
    sign("reject", reports, file, "1", "--by", "A. Tester", "--comment", "the amount is wrong")
    ran = zicm("signoff", "status", "--reports", reports, "--approvals", file)
    assert ran.code == 1
    assert "27 conditions of SAP ECC: 0 approved, 0 partly approved, 1 rejected, 0 reopened, 26 open\n" in ran.out


def test_only_a_verdict_of_ones_own_is_withdrawn(reports: Path, file: Path) -> None:
    approve(reports, file, "1", "--by", "A. Tester")
    written = file.read_bytes()
    for by, role in (("B. Owner", "SAP"), ("A. Tester", "Icertis")):
        ran = sign("withdraw", reports, file, "1", "--by", by, role=role)
        said = f"Error: nothing is withdrawn: 1: {by} has given no verdict as {role} that stands\n"
        assert (ran.code, ran.err) == (1, said)
    assert file.read_bytes() == written


def test_another_withdraws_the_approval_of_somebody_who_has_left(reports: Path, file: Path) -> None:
    approve(reports, file, "1", "--by", "A. Gone")
    other = ("withdraw", reports, file, "1", "--by", "B. Owner", "--of", "A. Gone", "--of-role", "SAP")
    ran = sign(*other, role="test lead")
    assert (ran.code, ran.out) == (2, "")
    assert "it must say why" in ran.err
    ran = sign(*other, "--comment", "has left", role="test lead")
    assert ran.out.startswith("1: the verdict of A. Gone (SAP) is withdrawn\n")
    found = status(reports, file)["conditions"]["1"]
    assert (found["state"], found["signatures"][-1]["by"]) == ("open", "B. Owner")
    assert found["signatures"][-1]["comment"] == "the verdict of A. Gone (SAP): has left"
    assert sign(*other, "--comment", "again", role="test lead").code == 1


def test_rejection_in_a_role_that_was_renamed_is_withdrawn(reports: Path, file: Path) -> None:
    sign("reject", reports, file, "1", "--by", "A. Tester", "--comment", "no")
    file.write_text(file.read_text(encoding="utf-8").replace('"SAP"', '"SAP team"'), encoding="utf-8")
    assert status(reports, file)["conditions"]["1"]["state"] == "rejected"
    renamed = ("--of-role", "SAP team", "--comment", "the role has another name")
    assert sign("withdraw", reports, file, "1", "--by", "A. Tester", *renamed).code == 0
    assert status(reports, file)["conditions"]["1"]["state"] == "open"


def test_status_shows_what_depends_on_open_decisions(reports: Path, file: Path) -> None:
    shown = zicm("signoff", "status", "--reports", reports, "--approvals", file, width=200).out
    assert "Open decisions, and the conditions that depend on them" in shown
    assert any(line.strip().startswith("D-01: 1, 2, 2a") for line in shown.splitlines())


def test_approvals_are_those_of_the_checkout_one_is_in(tmp_path: Path) -> None:
    (tmp_path / "fixtures/spec").mkdir(parents=True)
    (tmp_path / "fixtures/spec/conditions.toml").touch()
    assert approvals_file(tmp_path / "fixtures") == tmp_path / "fixtures/spec/approvals.toml"
    assert approvals_file(tmp_path.parent) == CHECKOUT / "fixtures/spec/approvals.toml"


def test_roles_are_those_of_the_checkout_one_is_in(
    reports: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fixtures/spec").mkdir(parents=True)
    (tmp_path / "fixtures/spec/conditions.toml").touch()
    (tmp_path / "fixtures/spec/signoff.toml").write_text('roles = ["owner"]', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert sign("approve", reports, file, "1", "--by", "A. Tester", role="SAP").code == 2
    assert status(reports, file)["roles"] == ["owner"]


def test_two_who_sign_at_once_are_both_on_record(reports: Path, file: Path) -> None:
    first, second = (load(reports, file) for _ in range(2))
    for signoff, role in ((first, "SAP"), (second, "Icertis")):
        signoff.reject(["1"], Signer("A. Tester", role, "no", date(2026, 5, 12)))
    assert [one["role"] for one in status(reports, file)["conditions"]["1"]["signatures"]] == ["SAP", "Icertis"]


def test_who_signs_while_another_does_waits(reports: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_PATIENCE", 0.05)
    with storage.locked(file):
        ran = sign("reject", reports, file, "1", "--by", "A. Tester", "--comment", "no")
    assert (ran.code, ran.err) == (1, f"Error: {file} is being changed by somebody else; try again\n")


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
    said = f'scenario "{name}" failed'
    assert ran.err == f"Error: nothing is approved: 1: MAP-07: {said}; 2a: {said}\n", (
        "it shows a mapping line of condition 1 too"
    )
    assert not file.exists()


def test_condition_with_a_scenario_that_did_not_run_is_not_approved(reports: Path, file: Path, tmp_path: Path) -> None:
    folder = replaced_evidence(reports, tmp_path, '"name": "2a - ', '"name": "2z - ')
    ran = approve(folder, file, "2a", "--by", "A. Tester")
    name = "2a - a Sub Agreement for several purchasing organisations"
    assert (ran.code, ran.err) == (1, f'Error: nothing is approved: 2a: scenario "{name}" did not run\n')


def test_scenario_of_what_the_condition_rests_on_must_have_passed(
    reports: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "FEATURES", FEATURES)
    ran = approve(reports, file, "3", "--by", "A. Tester")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith('Error: nothing is approved: 3: MAP-05: scenario "')
    assert re.search(r'" did not run, and \d+ more that it rests on: run the features without a selection$', ran.err)
    assert not file.exists()


def test_code_must_have_been_recorded(reports: Path, file: Path, tmp_path: Path) -> None:
    folder = replaced_evidence(reports, tmp_path, "profile=zicm-code", "profile=other")
    ran = approve(folder, file, "3", "--by", "A. Tester")
    name = "3 - a confidential Sub Agreement is executed"
    assert ran.err.startswith(f'Error: nothing is approved: 3: the code that scenario "{name}"')
    assert ran.err.endswith("was not recorded\n")


def test_failure_reopens_an_approval(reports: Path, file: Path, tmp_path: Path) -> None:
    approve_in_all_roles(reports, file, "2a", "11a")
    ran = zicm("signoff", "status", "--reports", failed_evidence(reports, tmp_path, "2a - "), "--approvals", file)
    assert ran.code == 1
    lines = ran.out.splitlines()
    assert any(line.startswith("2a ") and "reopened" in line for line in lines)
    printed = " ".join(" ".join(lines[lines.index("What changed since it was approved") :]).split())
    assert 'scenario "2a - a Sub Agreement for several purchasing organisations" failed (condition 2a)' in printed
    assert lines[-2] == "27 conditions of SAP ECC: 1 approved, 0 partly approved, 0 rejected, 1 reopened, 25 open"


def test_missing_evidence_prevents_approval_and_shows_in_status(file: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    ran = approve(nowhere, file, "1", "--by", "A. Tester")
    what = f"there is no evidence: the file {nowhere / 'messages.ndjson'} is missing; {REMEDY}"
    assert (ran.code, ran.err) == (1, f"Error: {what}\n")
    ran = zicm("signoff", "status", "--reports", nowhere, "--approvals", file)
    assert ran.code == 0
    assert "Note: there is no evidence" in ran.out
    assert "27 conditions of SAP ECC: 0 approved, 0 partly approved, 0 rejected, 0 reopened, 27 open\n" in ran.out


@pytest.mark.parametrize("content", ["", "{", '{"meta": 1}', '{"attachment": {}}', "[]", "\xff"])
def test_unreadable_evidence_is_an_error(file: Path, tmp_path: Path, content: str) -> None:
    (tmp_path / "messages.ndjson").write_bytes(content.encode("latin-1"))
    ran = approve(tmp_path, file, "1", "--by", "A. Tester")
    assert ran.code == 1
    assert ran.err.startswith(("Error: ", "Error: nothing is approved"))
    assert not file.exists()


WRONG: Mapping[str, str] = {
    "1 = [2]": "1: it is not a table",
    "1 = 2": "1: it is no list of approvals",
    "[1]\nby = 'x'": "1: it is no list of approvals; an earlier version kept one, without a role",
    "[[1]]\nby = 'x'": "1.role: Field required",
    "[[1]]\nby = 5": "1.by: Input should be a valid string",
    "[[1]]\nby = 'x'\nrole = 'SAP'\ndate = 2026-05-12\nverdict = 'open'\ncomment = ''": "1.verdict: Input should be",
    "[1": "cannot be read",
    "[1z]\nby = 'x'": "has an approval of 1z, which is no condition",
}


@pytest.mark.parametrize(("content", "said"), WRONG.items())
def test_invalid_approval_file_is_an_error_and_unchanged(reports: Path, file: Path, content: str, said: str) -> None:
    file.write_text(content, encoding="utf-8")
    for command in (["status"], ["approve", "2", "--by", "A. Tester", "--role", "SAP"]):
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


@pytest.mark.parametrize(
    ("role", "said"),
    [
        ("sap", "business owner, SAP, Icertis, test lead, Dynamics 365; did you mean SAP?"),
        ("", "there is no such role, there are"),
    ],
)
def test_unknown_role_is_refused(reports: Path, file: Path, role: str, said: str) -> None:
    ran = sign("approve", reports, file, "1", "--by", "A. Tester", role=role)
    assert ran.code == 2
    assert said in " ".join(ran.err.replace("│", " ").split())
    assert not file.exists()


@pytest.mark.parametrize(
    "content", ["", "roles = []", "roles = [1]", "roles = [' ']", "roles = ['a']\nx = 1", "scm_roles = ['a']", "["]
)
def test_roles_that_cannot_be_read_are_an_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "signoff.toml").write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=r"signoff\.toml"):
        read_roles(tmp_path / "signoff.toml")


def test_roles_of_scm_are_those_of_ecc_where_none_are_listed(tmp_path: Path) -> None:
    (tmp_path / "signoff.toml").write_text("roles = ['a', 'b']", encoding="utf-8")
    assert read_roles(tmp_path / "signoff.toml") == {Target.ECC: ("a", "b"), Target.SCM: ("a", "b")}


def test_condition_of_scm_has_roles_and_a_pack_of_its_own(reports: Path, file: Path) -> None:
    ran = approve(reports, file, "S4", "11a", "--by", "A. Sap")
    said = "S4: nobody signs it as SAP, but as business owner, Dynamics 365, Icertis, test lead"
    assert (ran.code, ran.err) == (1, f"Error: nothing is approved: {said}\n")
    ran = sign("approve", reports, file, "S4", "--by", "D. Buyer", role="Dynamics 365")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[0] == (
        "S4 approved by D. Buyer (Dynamics 365): 2 scenarios; still to sign: business owner, Icertis, test lead"
    )
    (record,) = tomllib.loads(file.read_text(encoding="utf-8"))["S4"]
    assert record["pack"] == sha256((reports / "signoff-scm.html").read_bytes()).hexdigest()
    assert {"CON-05", "AGR-05"} <= record["parts"]["mapping"].keys()
    assert not any(name.startswith(("MAP-", "LIN-")) for name in record["parts"]["mapping"])
    assert [*record["parts"]["sheet"]] == ["the connector"]
    lines = zicm("signoff", "status", "--reports", reports, "--approvals", file).out.splitlines()
    assert (
        lines[-1] == "26 conditions of Dynamics 365 SCM: 0 approved, 1 partly approved, 0 rejected, 0 reopened, 25 open"
    )


def test_rejection_needs_a_role_of_the_condition(reports: Path, file: Path) -> None:
    ran = sign("reject", reports, file, "S4", "--by", "A. Sap", "--comment", "no")
    assert (ran.code, ran.err.startswith("Error: nothing is rejected: S4: nobody signs it as SAP")) == (1, True)


def test_project_starts_without_approvals() -> None:
    approvals = CHECKOUT / "fixtures/spec/approvals.toml"
    assert not approvals.exists() or tomllib.loads(approvals.read_text(encoding="utf-8")) == {}
