"""Only approvals whose content changed reopen, with the reason."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from harness.evidence.code.record import CodeParts
from harness.evidence.content_hash import digest_of
from harness.evidence.cucumber_reader import read
from harness.files import FEATURES
from harness.signoff.approvals import fingerprint, status
from harness.signoff.approvals.answers import CONFIRMED, OVERRULED, DecisionAnswer, GivenAnswer, current_answers
from harness.signoff.approvals.evidence import EvidenceSummary, summarise
from harness.signoff.approvals.fingerprint import ConditionFingerprints, text_hash
from harness.signoff.approvals.model import (
    APPROVED,
    OPEN,
    PARTLY,
    REJECTED,
    REOPENED,
    WITHDRAWN,
    Approval,
    Signature,
    SignedVerdict,
)
from harness.signoff.approvals.storage import ApprovalRecord
from harness.specification.register import SPEC, Register, Target
from harness.specification.scenarios import read_scenarios
from simulator.mapping.sheet import ZMM_ICMCONTRACT
from simulator.mapping.source_value import SourceValue

MODE = "in process"
ROLES = {Target.ECC: ("SAP",), Target.SCM: ("SAP",)}
NOT_WRITING_ORGANISATIONS = {"1", "3", "7", "7a", "8", "8a", "9", "9a", "10", "13b"}

CODE: Mapping[str, CodeParts] = {"none": frozenset()}
"""The code that the approvals here are bound to; test_approved_code tests what changes in it do."""

ALL = [condition.id for condition in Register.load().conditions_of(Target.ECC)]
OF_SCM = [condition.id for condition in Register.load().conditions_of(Target.SCM)]


class Tree:
    """A copy of the register and the features, with the approvals of every condition and the evidence of a run."""

    def __init__(
        self, folder: Path, shown: Mapping[str, EvidenceSummary], approved: Mapping[str, list[ApprovalRecord]]
    ) -> None:
        self.folder = folder
        self.shown = dict(shown)
        self.approved = {condition: [*given] for condition, given in approved.items()}
        self.answers: dict[str, list[DecisionAnswer]] = {}
        copytree(SPEC, folder / "spec")
        copytree(FEATURES, folder / "features")

    def fingerprints(self) -> ConditionFingerprints:
        return ConditionFingerprints(Register.load(self.folder / "spec"), self.folder / "features", self.shown)

    def change(self, name: str, old: str, new: str) -> None:
        """Replace text that a file holds exactly once."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds it {text.count(old)} x"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def key(self, beginning: str) -> str:
        """Return the key of the only scenario whose name begins with this."""
        (key,) = (key for key in self.shown if re.search(f": {re.escape(beginning)}", key))
        return key

    def states(self, mode: str = MODE) -> dict[str, Approval]:
        fingerprints = self.fingerprints()
        given = status.GivenVerdicts(self.approved, CODE, current_answers(fingerprints.register, self.answers))
        return status.current_approvals(fingerprints, given, ROLES, mode)

    def answer(self, decision: str, answer: GivenAnswer) -> None:
        """Answer a decision as it is now."""
        text = text_hash(self.fingerprints().register.by_id[decision])
        self.answers[decision] = [DecisionAnswer(by="A. Owner", date=date(2026, 5, 12), answer=answer, text=text)]

    def reopened(self) -> dict[str, tuple[str, ...]]:
        """Return the reasons by reopened condition, and check that every other approval stands."""
        found = self.states()
        assert {one.state for one in found.values()} <= {APPROVED, REOPENED}
        return {condition: one.reasons for condition, one in found.items() if one.state == REOPENED}


def record(
    by: str, role: str = "SAP", verdict: SignedVerdict = APPROVED, parts: Mapping[str, dict[str, str]] | None = None
) -> ApprovalRecord:
    return ApprovalRecord(
        by=by,
        role=role,
        date=date(2026, 5, 12),
        verdict=verdict,
        comment="",
        mode=MODE,
        version="1",
        code_id="none",
        parts=dict(parts or {}),
    )


@pytest.fixture(scope="module")
def evidence_of_the_run(reports: Path) -> dict[str, EvidenceSummary]:
    return summarise(read(reports / "messages.ndjson"))


@pytest.fixture(scope="module")
def approved(evidence_of_the_run: dict[str, EvidenceSummary]) -> dict[str, list[ApprovalRecord]]:
    """Approve every condition as it is."""
    fingerprints = ConditionFingerprints(Register.load(), FEATURES, evidence_of_the_run)
    return {one: [record("A. Tester", parts=fingerprints.parts(one))] for one in (*ALL, *OF_SCM)}


@pytest.fixture
def tree(
    tmp_path: Path, evidence_of_the_run: dict[str, EvidenceSummary], approved: dict[str, list[ApprovalRecord]]
) -> Tree:
    return Tree(tmp_path, evidence_of_the_run, approved)


def test_unchanged_approvals_stand(tree: Tree) -> None:
    assert tree.reopened() == {}
    approved = Approval(APPROVED, (Signature("SAP", "A. Tester", "2026-05-12", "approved"),))
    assert tree.states()["11a"]._replace(open_decisions=()) == approved


def test_reasons_beyond_twenty_are_counted() -> None:
    reasons = tuple(f"{number} changed" for number in range(22))
    assert Approval(REOPENED, reasons=reasons).first_reasons == [*reasons[:20], "and 2 more"]
    assert Approval(REOPENED, reasons=reasons[:20]).first_reasons == [*reasons[:20]]


def test_condition_without_approval_is_open(tree: Tree) -> None:
    del tree.approved["11a"]
    assert tree.states()["11a"]._replace(open_decisions=()) == Approval(OPEN, missing=("SAP",))


def state(tree: Tree, *given: ApprovalRecord) -> Approval:
    """Return the state of condition 2 after these verdicts, where SAP and Icertis have to approve it."""
    verdicts = status.GivenVerdicts({"2": [*given]}, CODE)
    return status.current_approvals(tree.fingerprints(), verdicts, dict.fromkeys(Target, ("SAP", "Icertis")), MODE)["2"]


def outcome(approval: Approval) -> tuple[str, tuple[str, ...]]:
    return approval.state, approval.missing


def test_condition_is_approved_only_when_every_role_has_approved_it(tree: Tree) -> None:
    parts = tree.fingerprints().parts("2")
    sap, icertis = record("A. Sap", parts=parts), record("B. Icertis", "Icertis", parts=parts)
    assert outcome(state(tree, sap)) == (PARTLY, ("Icertis",))
    assert state(tree, sap, record("C. Sap", parts=parts)).state == PARTLY, "two of one role are no two roles"
    assert outcome(state(tree, sap, icertis)) == (APPROVED, ())


def test_rejection_counts_until_the_same_person_approves_or_withdraws(tree: Tree) -> None:
    parts = tree.fingerprints().parts("2")
    sap, icertis = record("A. Sap", parts=parts), record("B. Icertis", "Icertis", parts=parts)
    no = record("C. Sap", verdict=REJECTED)
    assert state(tree, sap, icertis, no).state == REJECTED
    assert state(tree, no, sap, icertis).state == REJECTED, "another person does not lift it"
    assert state(tree, sap, icertis, no, record("C. Sap", parts=parts)).state == APPROVED
    withdrawn = state(tree, sap, icertis, no, record("C. Sap", verdict=WITHDRAWN))
    assert withdrawn.state == APPROVED
    assert [(one.by, one.verdict, one.stands) for one in withdrawn.signatures] == [
        ("A. Sap", "approved", True),
        ("B. Icertis", "approved", True),
        ("C. Sap", "rejected", False),
        ("C. Sap", "withdrawn", False),
    ]


def test_withdrawn_approval_no_longer_counts(tree: Tree) -> None:
    sap = record("A. Sap", parts=tree.fingerprints().parts("2"))
    assert outcome(state(tree, sap, record("A. Sap", verdict=WITHDRAWN))) == (OPEN, ("SAP", "Icertis"))


def test_change_since_the_first_of_two_approvals_reopens_the_condition(tree: Tree) -> None:
    earlier = record("A. Sap", parts=tree.fingerprints().parts("2"))
    tree.change("spec/conditions.toml", 'title = "Sub Agreement executed, one', 'title = "Sub Agreement is one')
    later = record("B. Icertis", "Icertis", parts=tree.fingerprints().parts("2"))
    reopened = state(tree, earlier, later)
    assert (reopened.state, reopened.reasons) == (REOPENED, ("the text of condition 2 changed",))


def test_text_of_a_condition_reopens_it(tree: Tree) -> None:
    tree.change(
        "spec/conditions.toml", 'title = "Sub Agreement executed, one', 'title = "Sub Agreement is executed, one'
    )
    assert tree.reopened() == {"2": ("the text of condition 2 changed",)}


def test_mapping_rule_reopens_the_conditions_that_used_it(tree: Tree) -> None:
    tree.change("spec/mapping.toml", "With two decimals.", "With two decimals, always.")
    not_using_it = {"3", "7", "7a", "8", "8a", "9", "9a", "13b"}  # filtered, and those that move the expiry date alone
    assert tree.reopened() == {one: ("the rule of MAP-13 changed",) for one in ALL if one not in not_using_it}


def test_line_of_the_connector_reopens_the_conditions_of_scm_that_used_it(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {row.id: row for row in fingerprint.SCM_ROWS}
    rows["LIN-05"] = rows["LIN-05"]._replace(source="line:ICMCategory")
    monkeypatch.setattr(fingerprint, "_SCM_SHEET", rows)
    assert tree.reopened() == dict.fromkeys(["S5c", "S7", "S16"], ("the rule of LIN-05 changed",))


def upper_case(given: SourceValue) -> str:
    """As the rule of this name, without another letter for the sharp s."""
    return given.text().upper().replace("SS", "ß")


def contract_status(given: SourceValue) -> str:
    """As the rule of this name, but for blanks."""
    return given.text()


def test_another_rule_of_the_same_name_reopens_the_conditions_that_used_it(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {row.id: row for row in ZMM_ICMCONTRACT}
    monkeypatch.setattr(fingerprint, "_SHEET", rows | {"MAP-08": replace(rows["MAP-08"], rule=upper_case)})
    of_scm = {row.id: row for row in fingerprint.SCM_ROWS}
    of_scm["CON-05"] = of_scm["CON-05"]._replace(rule=contract_status)
    monkeypatch.setattr(fingerprint, "_SCM_SHEET", of_scm)
    reopened = tree.reopened()
    assert reopened["2"] == ("the rule of MAP-08 changed",)
    assert reopened["S5"] == ("the rule of CON-05 changed",)
    assert "7" not in reopened


def test_rules_of_both_sheets_are_functions_with_a_name() -> None:
    """The text of a lambda would be bound to nothing: the rows of the sheets are bound by what they name."""
    assert [row.id for row in (*ZMM_ICMCONTRACT, *fingerprint.SCM_ROWS) if "<" in row.rule.__qualname__] == []


def test_decision_about_scm_reopens_no_condition_of_ecc(tree: Tree) -> None:
    tree.change("spec/decisions.toml", "That of the metadata, with dataAreaId first.", "That of the metadata.")
    assert tree.reopened() == {"S3": ("the decision D-120 changed",)}


def test_text_of_a_condition_of_scm_reopens_it(tree: Tree) -> None:
    tree.change("spec/scm_conditions.toml", 'title = "Statuses drift apart"', 'title = "Statuses differ"')
    assert tree.reopened() == {"S10": ("the text of condition S10 changed",)}


def test_failure_of_one_target_does_not_block_the_other(tree: Tree) -> None:
    of_ecc = next(one for one in read_scenarios(FEATURES) if "MON-3" in one.tags and one.target is Target.ECC)
    of_scm = next(one for one in read_scenarios(FEATURES) if "condition_S14" in one.tags)
    failed = tree.shown[of_scm.key]._replace(status="FAILED")
    tree.shown[of_ecc.key] = failed
    assert not any(of_ecc.name in reason for reason in status.blockers(tree.fingerprints(), "S14", {}))
    tree.shown[of_scm.key] = failed
    assert f'scenario "{of_scm.name}" failed' in status.blockers(tree.fingerprints(), "S14", {})


def test_rule_reopens_the_conditions_whose_scenarios_show_it(tree: Tree) -> None:
    tree.change("spec/rules.toml", "There are five ActionNames", "There are just five ActionNames")
    assert tree.reopened() == {"1": ("the rule EVT-2 changed",)}


def test_decision_reopens_the_conditions_whose_evidence_rests_on_it(tree: Tree) -> None:
    tree.change("spec/decisions.toml", "MAS, SUP, SUB and STA for", "MAS, SUP, SUB and STA stand for")
    assert tree.reopened() == dict.fromkeys([one for one in ALL if one != "3"], ("the decision D-01 changed",))


def test_decision_about_rows_reopens_the_conditions_that_write_some(tree: Tree) -> None:
    tree.change("spec/decisions.toml", "It sounds like ZMM_ICMCONTRACT", "It looks like ZMM_ICMCONTRACT")
    assert tree.reopened() == dict.fromkeys(
        [one for one in ALL if one not in NOT_WRITING_ORGANISATIONS], ("the decision D-02 changed",)
    )


def test_decision_about_an_action_reopens_the_conditions_with_it(tree: Tree) -> None:
    tree.change("spec/decisions.toml", "SAP's own interfaces change parts", "The interfaces of SAP change parts")
    expected = ["7", "7a", "8", "8a", "9", "9a", "10", "11", "11a", "12", "12a", "13", "13a", "13b"]
    assert [*tree.reopened()] == expected


def test_who_answers_a_decision_reopens_nothing(tree: Tree) -> None:
    tree.change(
        "spec/decisions.toml",
        'id = "D-02"\nsection = "Tables"\nowner = "SAP"\nconsequence = "low"\n',
        'id = "D-02"\nsection = "Events"\nowner = "Icertis"\nconsequence = "high"\n',
    )
    assert tree.reopened() == {}


def test_waiver_of_an_entry_reopens_nothing(tree: Tree) -> None:
    tree.change("spec/decisions.toml", 'id = "D-01"\n', 'id = "D-01"\nwaived = "not yet"\n')
    assert tree.reopened() == {}


def test_changed_scenario_reopens_its_condition(tree: Tree) -> None:
    tree.change(
        "features/executed.feature",
        "| ICMPurchasingOrgCode | BE10,FR10,IT10",
        "| ICMPurchasingOrgCode | BE10,FR10,US10",
    )
    name = "2a - a Sub Agreement for several purchasing organisations"
    assert tree.reopened() == {"2a": (f'scenario "{name}" changed',)}


def test_background_reopens_every_condition_of_its_feature(tree: Tree) -> None:
    tree.change(
        "features/renewed.feature",
        "Given agreements in ICI have these terms:\n",
        "Given agreements in ICI have these terms:\n      | ICMStatus | Draft |\n",
    )
    assert [*tree.reopened()] == ["7", "7a", "13b"]


def test_added_and_removed_scenarios_reopen_their_condition(tree: Tree) -> None:
    tree.change("features/executed.feature", "Scenario: 2a - a Sub", "Scenario: 2a - any Sub")
    several = "Agreement for several purchasing organisations"
    assert tree.reopened() == {
        "2a": (f'scenario "2a - a Sub {several}" was removed', f'scenario "2a - any Sub {several}" was added')
    }


def test_new_tag_adds_its_rule(tree: Tree) -> None:
    tree.change("features/executed.feature", "@condition_2a @TAB-1", "@condition_2a @TAB-6 @TAB-1")
    assert tree.reopened() == {"2a": ("the rule TAB-6 was added",)}


def test_moved_lines_and_other_scenarios_reopen_nothing(tree: Tree) -> None:
    tree.change("features/executed.feature", "Feature: An agreement", "# moved\n\nFeature: An agreement")
    tree.change("features/webhook.feature", "a body that is too large ", "an empty body ")
    assert tree.reopened() == {}


def test_changed_evidence_reopens_its_condition(tree: Tree) -> None:
    key = tree.key("11a - ")
    tree.shown[key] = tree.shown[key]._replace(fingerprint="another")
    assert tree.reopened() == {"11a": (f'the evidence of scenario "{key.partition(": ")[2]}" changed',)}


def test_newly_used_mapping_row_reopens_its_condition(tree: Tree) -> None:
    key = tree.key("3 - ")
    tree.shown[key] = tree.shown[key]._replace(used=frozenset({"MAP-21"}))
    assert tree.reopened() == {"3": ("the rule of MAP-21 was added",)}


@pytest.mark.parametrize(
    ("status", "said"), [("FAILED", "failed"), ("SKIPPED", "was skipped"), ("UNDEFINED", "did not pass")]
)
def test_scenario_that_no_longer_passes_reopens_its_condition(tree: Tree, status: str, said: str) -> None:
    key = tree.key("11a - ")
    tree.shown[key] = tree.shown[key]._replace(status=status)
    assert tree.reopened() == {"11a": (f'scenario "{key.partition(": ")[2]}" {said}',)}


def test_without_evidence_only_texts_and_code_are_compared(tree: Tree) -> None:
    tree.shown.clear()
    assert tree.reopened() == {}
    tree.change(
        "spec/conditions.toml", 'title = "Sub Agreement executed, one', 'title = "Sub Agreement is executed, one'
    )
    assert tree.reopened() == {"2": ("the text of condition 2 changed",)}


def test_evidence_of_another_mode_is_not_compared(tree: Tree) -> None:
    tree.shown = {key: one._replace(fingerprint="another") for key, one in tree.shown.items()}
    assert {one.state for one in tree.states("HTTP").values()} == {APPROVED}
    assert len(tree.reopened()) == len(ALL) + len(OF_SCM)


def test_each_change_is_listed_once_with_its_conditions(tree: Tree) -> None:
    key = tree.key("11a - ")
    tree.shown[key] = tree.shown[key]._replace(fingerprint="another")
    tree.change("spec/rules.toml", "There are five ActionNames", "There are just five ActionNames")
    assert status.changed_since(tree.states()) == [
        "the rule EVT-2 changed (condition 1)",
        f'the evidence of scenario "{key.partition(": ")[2]}" changed (condition 11a)',
    ]


def test_condition_depends_on_the_decisions_that_nobody_has_confirmed(tree: Tree) -> None:
    assert tree.states()["3"].open_decisions == ("D-03",)
    assert tree.states()["3"].dependence == "depends on D-03"
    terminated = tree.states()["8"]
    assert terminated.open_decisions == ("D-05", "D-06", "D-15", "D-78", "D-24", "D-34", "D-01"), (
        "the gravest come first"
    )
    assert terminated.dependence == "depends on D-05 and 6 more"
    tree.answer("D-03", CONFIRMED)
    assert tree.states()["3"].open_decisions == ()
    assert tree.states()["3"].dependence == ""


def test_decision_that_is_written_anew_is_open_again(tree: Tree) -> None:
    tree.answer("D-03", CONFIRMED)
    tree.change("spec/decisions.toml", "Condition 3 expects both calls to succeed.", "Condition 3 expects both calls.")
    assert tree.states()["3"].open_decisions == ("D-03",)


def test_overruled_decision_reopens_what_rests_on_it(tree: Tree) -> None:
    tree.answer("D-03", OVERRULED)
    reason = "the decision D-03 was overruled: what is built has to change"
    assert tree.reopened() == {"3": (reason,)}
    fingerprints = tree.fingerprints()
    answers = current_answers(fingerprints.register, tree.answers)
    assert f"D-03: {reason}" not in status.blockers(fingerprints, "3", {})
    assert reason in status.blockers(fingerprints, "3", answers)


def test_other_abap_reopens_what_was_approved_with_it(tree: Tree) -> None:
    parts = {**tree.fingerprints().parts("1"), "given": {"abap": "1"}}
    tree.approved = {"1": [record("A. Tester", parts=parts)]}
    assert tree.states()["1"].state == APPROVED, "a run without ABAP says nothing of it"
    given = ConditionFingerprints(Register.load(), FEATURES, tree.shown, {"abap": "2"})
    verdicts = status.GivenVerdicts(tree.approved, CODE, {})
    reasons = status.current_approvals(given, verdicts, ROLES, MODE)["1"].reasons
    assert reasons == ("the abap that it was tested with changed",)


def test_changed_flow_reopens_what_was_approved_with_it_after_a_run_without_it(tree: Tree) -> None:
    flow = tree.folder / "FLOW"
    flow.mkdir()
    (flow / "a.groovy").write_text("return 1")
    parts = {**tree.fingerprints().parts("1"), "given": {"flow": digest_of(flow)}}
    tree.approved = {"1": [replace(record("A. Tester", parts=parts), given={"flow": str(flow)})]}
    assert tree.states()["1"].state == APPROVED
    (flow / "a.groovy").write_text("return 2")
    assert tree.states()["1"].reasons == ("the flow that it was tested with changed",)
    rmtree(flow)
    assert tree.states()["1"].state == APPROVED, "what is not here says nothing of it"
