"""Exactly the approvals reopen whose content changed, with the reason; all others stand."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from shutil import copytree

import pytest

from harness.evidence.cucumber_reader import read
from harness.files import FEATURES
from harness.signoff.approvals import status
from harness.signoff.approvals.evidence import EvidenceSummary, summarise
from harness.signoff.approvals.fingerprint import ConditionFingerprints
from harness.signoff.approvals.model import APPROVED, OPEN, REOPENED, Approval
from harness.signoff.approvals.storage import ApprovalRecord
from harness.specification.register import SPEC, Register

pytest_plugins = ["harness.tests.support.condition_evidence"]

MODE = "in-process"
ALL = [condition.id for condition in Register.load().conditions]


class Tree:
    """A copy of the register and the features, the approvals of every condition, and what a run showed."""

    def __init__(
        self, folder: Path, shown: Mapping[str, EvidenceSummary], approved: Mapping[str, ApprovalRecord]
    ) -> None:
        self.folder = folder
        self.shown = dict(shown)
        self.approved = dict(approved)
        copytree(SPEC, folder / "spec")
        copytree(FEATURES, folder / "features")

    def fingerprints(self) -> ConditionFingerprints:
        return ConditionFingerprints(Register.load(self.folder / "spec"), self.folder / "features", self.shown)

    def change(self, name: str, old: str, new: str) -> None:
        """Replace some text that a file holds once."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds it {text.count(old)} x"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def key(self, beginning: str) -> str:
        """The key of the one scenario whose name so begins."""
        (key,) = (key for key in self.shown if re.search(f": {re.escape(beginning)}", key))
        return key

    def states(self, mode: str = MODE) -> dict[str, Approval]:
        return status.current_approvals(self.fingerprints(), self.approved, mode)

    def reopened(self) -> dict[str, tuple[str, ...]]:
        """The reasons, by condition that was reopened; every other approval stands."""
        found = self.states()
        assert {one.state for one in found.values()} <= {APPROVED, REOPENED}
        return {condition: one.reasons for condition, one in found.items() if one.state == REOPENED}


@pytest.fixture(scope="module")
def shown_by_the_run(reports: Path) -> dict[str, EvidenceSummary]:
    return summarise(read(reports / "messages.ndjson"))


@pytest.fixture(scope="module")
def approved(shown_by_the_run: dict[str, EvidenceSummary]) -> dict[str, ApprovalRecord]:
    """Every condition, approved as it is."""
    fingerprints = ConditionFingerprints(Register.load(), FEATURES, shown_by_the_run)
    by, day = "A. Tester", date(2026, 5, 12)
    return {
        one: ApprovalRecord(by=by, date=day, comment="", mode=MODE, version="1", parts=fingerprints.parts(one))
        for one in ALL
    }


@pytest.fixture
def tree(tmp_path: Path, shown_by_the_run: dict[str, EvidenceSummary], approved: dict[str, ApprovalRecord]) -> Tree:
    return Tree(tmp_path, shown_by_the_run, approved)


def test_what_has_not_changed_stands(tree: Tree) -> None:
    assert tree.reopened() == {}
    assert tree.states()["11a"] == Approval(APPROVED, "A. Tester", "2026-05-12", "", ())


def test_what_nobody_has_approved_is_open(tree: Tree) -> None:
    del tree.approved["11a"]
    assert tree.states()["11a"] == Approval(OPEN)


def test_the_text_of_a_condition(tree: Tree) -> None:
    tree.change(
        "spec/conditions.toml", 'title = "Sub Agreement executed, one', 'title = "Sub Agreement is executed, one'
    )
    assert tree.reopened() == {"2": ("the text of condition 2 changed",)}


def test_a_rule_of_the_mapping_sheet_reopens_the_conditions_that_used_it(tree: Tree) -> None:
    tree.change("spec/mapping.toml", "With two decimals.", "With two decimals, always.")
    not_using_it = {"3", "7", "7a", "8", "8a", "9", "9a", "13b"}  # filtered, and those that move the expiry date alone
    assert tree.reopened() == {one: ("the rule of MAP-13 changed",) for one in ALL if one not in not_using_it}


def test_a_rule_reopens_the_conditions_whose_scenarios_show_it(tree: Tree) -> None:
    tree.change("spec/rules.toml", "There are five ActionNames", "There are just five ActionNames")
    assert tree.reopened() == {"1": ("the rule EVT-2 changed",)}


def test_a_decision_reopens_the_conditions_whose_scenarios_show_it(tree: Tree) -> None:
    tree.change("spec/decisions.toml", "MAS, SUP, SUB and STA for", "MAS, SUP, SUB and STA stand for")
    assert tree.reopened() == {"1": ("the decision D-01 changed",)}


def test_why_an_entry_has_no_scenario_is_not_what_was_approved(tree: Tree) -> None:
    tree.change("spec/decisions.toml", 'id = "D-01"\n', 'id = "D-01"\nwaived = "not yet"\n')
    assert tree.reopened() == {}


def test_a_scenario_that_changed(tree: Tree) -> None:
    tree.change(
        "features/executed.feature",
        "| ICMPurchasingOrgCode | BE10,FR10,IT10",
        "| ICMPurchasingOrgCode | BE10,FR10,US10",
    )
    name = "2a - a Sub Agreement for several purchasing organisations"
    assert tree.reopened() == {"2a": (f'scenario "{name}" changed',)}


def test_a_background_reopens_every_condition_of_its_feature(tree: Tree) -> None:
    tree.change(
        "features/renewed.feature",
        "Given agreements in ICI have these terms:\n",
        "Given agreements in ICI have these terms:\n      | ICMStatus | Draft |\n",
    )
    assert [*tree.reopened()] == ["7", "7a", "13b"]


def test_a_scenario_that_was_added_and_one_that_was_removed(tree: Tree) -> None:
    tree.change("features/executed.feature", "Scenario: 2a - a Sub", "Scenario: 2a - any Sub")
    several = "Agreement for several purchasing organisations"
    assert tree.reopened() == {
        "2a": (f'scenario "2a - a Sub {several}" was removed', f'scenario "2a - any Sub {several}" was added')
    }


def test_a_tag_that_is_new_brings_a_rule_with_it(tree: Tree) -> None:
    tree.change("features/executed.feature", "@condition_2a @TAB-1", "@condition_2a @TAB-6 @TAB-1")
    assert tree.reopened() == {"2a": ("the rule TAB-6 was added",)}


def test_lines_that_move_and_scenarios_of_no_condition_reopen_nothing(tree: Tree) -> None:
    tree.change("features/executed.feature", "Feature: An agreement", "# moved\n\nFeature: An agreement")
    tree.change("features/webhook.feature", "a body that is too large ", "an empty body ")
    assert tree.reopened() == {}


def test_evidence_that_changed(tree: Tree) -> None:
    key = tree.key("11a - ")
    tree.shown[key] = tree.shown[key]._replace(fingerprint="another")
    assert tree.reopened() == {"11a": (f'the evidence of scenario "{key.partition(": ")[2]}" changed',)}


def test_a_mapping_row_that_was_not_used_before(tree: Tree) -> None:
    key = tree.key("3 - ")
    tree.shown[key] = tree.shown[key]._replace(rows=frozenset({"MAP-21"}))
    assert tree.reopened() == {"3": ("the rule of MAP-21 was added", 'the code of the rule "direct" was added')}


@pytest.mark.parametrize(
    ("status", "said"), [("FAILED", "failed"), ("SKIPPED", "was skipped"), ("UNDEFINED", "did not pass")]
)
def test_a_scenario_that_does_not_pass_any_more(tree: Tree, status: str, said: str) -> None:
    key = tree.key("11a - ")
    tree.shown[key] = tree.shown[key]._replace(status=status)
    assert tree.reopened() == {"11a": (f'scenario "{key.partition(": ")[2]}" {said}',)}


def test_without_evidence_texts_and_code_are_compared_alone(tree: Tree) -> None:
    tree.shown.clear()
    assert tree.reopened() == {}
    tree.change(
        "spec/conditions.toml", 'title = "Sub Agreement executed, one', 'title = "Sub Agreement is executed, one'
    )
    assert tree.reopened() == {"2": ("the text of condition 2 changed",)}


def test_the_evidence_of_another_mode_is_not_compared(tree: Tree) -> None:
    tree.shown = {key: one._replace(fingerprint="another") for key, one in tree.shown.items()}
    assert {one.state for one in tree.states("wire").values()} == {APPROVED}
    assert len(tree.reopened()) == len(ALL)


def test_what_changed_is_told_once_with_the_conditions(tree: Tree) -> None:
    key = tree.key("11a - ")
    tree.shown[key] = tree.shown[key]._replace(fingerprint="another")
    tree.change("spec/rules.toml", "There are five ActionNames", "There are just five ActionNames")
    assert status.changed_since(tree.states()) == [
        "the rule EVT-2 changed (condition 1)",
        f'the evidence of scenario "{key.partition(": ")[2]}" changed (condition 11a)',
    ]
