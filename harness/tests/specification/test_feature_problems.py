"""Mistakes that keep a feature from running as written are named, with their lines."""

from pathlib import Path
from textwrap import dedent

import pytest

from harness.specification.feature_problems import find_problems
from harness.specification.register import Condition, Register, Rule
from harness.specification.scenarios import UnreadableFeature, read_readable_scenarios, read_scenarios

REGISTER = Register(
    (Condition(id="2a", event="Executed", contract="any", organisations="", title="2a", short="2a", expected=()),),
    (),
    (Rule(id="EVT-1", text="it holds"),),
    (),
)

GOOD = """\
@EVT-1
Feature: good
  Scenario: one
    Given it
    When it happens
    Then it is so

  @condition_2a
  Scenario Outline: with <what>
    When it happens
    Then it is <what>

    @open_question
    Examples:
      | what |
      | this |
"""


def problems(folder: Path, text: str | bytes) -> list[str]:
    content = text if isinstance(text, bytes) else dedent(text).encode()
    (folder / "made_up.feature").write_bytes(content)
    return [str(problem).removeprefix("features/made_up.feature:") for problem in find_problems(folder, REGISTER)]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
def test_good_feature_has_no_problem(tmp_path: Path, mark: bytes) -> None:
    assert problems(tmp_path, mark + GOOD.encode()) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("@EVT-1", "@EVT-2", "1: the tag @EVT-2 names no entry of the register; did you mean @EVT-1?"),
        ("@condition_2a", "@2a", "8: the tag @2a names no entry of the register"),
        ("@open_question", "@open_questions", "13: the tag @open_questions names no entry of the register; did you"),
        ("with <what>", "one", '9: lines 3 and 9 begin a scenario "one": each needs a name of its own'),
        ("    Then it is so", "    Than it is so", "6: this line cannot stand here: Than it is so; did you mean Then?"),
        ("    Given it\n", "    given it\n", "4: this line is no step: given it; did you mean Given?"),
        ("    Given it\n", "    And it\n", "4: the first step of a scenario is a Given, a When or a Then"),
        ("    Then it is so", "    When it is so", "3: the scenario has no Then, so it shows nothing"),
        ("      | this |\n", "", "14: the Examples have no row, so none of them runs"),
        ("      | what |", "      | waht |", "11: no column of the Examples is called what; did you mean waht?"),
        ("      | what |", "      | what | more |", "16: inconsistent cell count within the table"),
        (
            "| what |\n      | this |",
            "| what | what |\n      | this | that |",
            '15: the column "what" stands there twice, and only one can count',
        ),
        (
            "| what |\n      | this |",
            "| what | more |\n      | this | that |",
            "15: the outline never says <more>",
        ),
        ("| what |", "|  |", "15: a column of the Examples has no name"),
        (
            "    When it happens\n    Then it is so",
            "    Then it is so",
            "5: this Then stands before any When, so it shows",
        ),
        ("it is so\n", "it is so\n    When it goes on\n", "7: no Then follows this When, so nothing shows what it"),
        (
            "it is so\n",
            "it is so\n    When it goes on\n    Given it\n    Then it is\n",
            "7: no Then follows this When, so",
        ),
        ("Then it is so", "Then it is <what>", "6: <what> stands for no value, as the scenario has no Examples"),
        (
            "good\n",
            "good\n  background:\n    Given <it>\n",
            "3: this line is taken for a description: background:; did",
        ),
        ("good\n", "good\n  | a | b |\n", "3: this line is taken for a description: | a | b |"),
        ("good\n", "good\n  Background:\n    given it\n", "4: this line is no step: given it; did you mean Given?"),
        (
            "good\n",
            "good\n  Background:\n    Given the <what>\n",
            "4: the Examples do not reach the background, where <what> stands",
        ),
        (
            "good\n",
            "good\n  Background:\n    Then it is so\n",
            "4: this Then stands before any When, so it shows nothing that happened",
        ),
        (
            "      | this |\n",
            "      | this |\n  Rule: a rule\n    Background:\n      Given it\n",
            "17: the rule has no scenario, so nothing below it runs",
        ),
    ],
)
def test_problem_is_named_with_its_line(tmp_path: Path, old: str, new: str, found: str) -> None:
    assert old in GOOD
    assert any(problem.startswith(found) for problem in problems(tmp_path, GOOD.replace(old, new)))


def test_angle_brackets_are_a_value_in_a_table_without_outline(tmp_path: Path) -> None:
    step = "    When the agreement happens:\n      | Name | <b>\\|\\\\ |\n"
    assert problems(tmp_path, GOOD.replace("    Given it\n    When it happens\n", step)) == []


def test_outline_without_examples_never_runs(tmp_path: Path) -> None:
    found = problems(tmp_path, GOOD.partition("    @open_question")[0])
    assert "9: the outline has no Examples, so it never runs" in found


def test_equal_names_under_different_rules_are_found(tmp_path: Path) -> None:
    text = """\
        Feature: made up
          Background:
            When it happens
          Scenario: same
            Then nothing
          Rule: a rule
            Scenario: same
              Then nothing
        """
    found = '7: lines 4 and 7 begin a scenario "same": each needs a name of its own'
    assert problems(tmp_path, text) == [found]


def test_other_features_may_use_the_same_names(tmp_path: Path) -> None:
    (tmp_path / "another.feature").write_text(GOOD, encoding="utf-8")
    assert problems(tmp_path, GOOD) == []


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    (found,) = problems(tmp_path, GOOD.replace("it is so", "it costs 5 €").encode(encoding))
    line = 6 if encoding == "cp1252" else 1
    assert found == f"{line}: the file is not in UTF-8: save it in that encoding"


def test_empty_file_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path, "# nothing yet\n") == ["1: the file holds no feature"]


def test_feature_without_a_scenario_is_named(tmp_path: Path) -> None:
    found = "2: this line is taken for a description: Szenario: b; did you mean Scenario:?"
    assert problems(tmp_path, "Feature: a\n  Szenario: b\n") == ["1: the feature has no scenario", found]


def test_features_that_can_be_read_are_read_beside_others(tmp_path: Path) -> None:
    (tmp_path / "another.feature").write_text(GOOD, encoding="utf-8")
    problems(tmp_path, "Feature: a\n  Scenario: b\n    Then c\n    Thn d\n")
    assert [one.name for one in read_readable_scenarios(tmp_path)] == ["one", "with this"]
    with pytest.raises(UnreadableFeature, match=r"features/made_up\.feature:4: "):
        read_scenarios(tmp_path)
