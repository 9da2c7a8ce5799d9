"""The census finds what it is there to find: shown on features that are made up for it."""

from pathlib import Path
from textwrap import dedent

import pytest

from harness.specification import census
from harness.specification.register import Condition, Register, Rule
from harness.specification.scenarios import Scenario, read_scenarios

OUTLINE = """\
@of_the_feature
Feature: made up

  Scenario: plain
    Given nothing

  @of_the_rule
  Rule: a rule

    @of_the_outline
    Scenario Outline: with <what>
      Given <what>

      @of_the_examples
      Examples:
        | what |
        | this |
        | that |

      Examples:
        | what  |
        | other |
"""


def written(folder: Path, text: str, name: str = "made_up.feature") -> list[Scenario]:
    """The scenarios of a folder with one more feature in it."""
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(dedent(text), encoding="utf-8")
    return read_scenarios(folder)


@pytest.fixture
def tagged(tmp_path: Path) -> list[Scenario]:
    """Two scenarios, the one for EVT-1, the other for condition 2a."""
    return written(
        tmp_path,
        """\
        Feature: made up
          @EVT-1
          Scenario: one
            Given nothing
          @condition_2a @open_question
          Scenario: two
            Given nothing
        """,
    )


def register(*rules: Rule) -> Register:
    condition = Condition(id="2a", event="Executed", contract="any", organisations="", title="2a", expected=("it",))
    return Register((condition,), (), rules, ())


def rule(id_: str, waived: str | None = None) -> Rule:
    return Rule(id=id_, text="it holds", waived=waived)


def test_each_row_of_an_outline_counts(tmp_path: Path) -> None:
    assert [(one.place, one.heading, one.name) for one in written(tmp_path, OUTLINE)] == [
        ("made_up.feature:4", "plain", "plain"),
        ("made_up.feature:17", "with <what>", "with this"),
        ("made_up.feature:18", "with <what>", "with that"),
        ("made_up.feature:22", "with <what>", "with other"),
    ]


def test_tags_come_from_feature_rule_outline_and_examples(tmp_path: Path) -> None:
    all_rows = {"of_the_feature", "of_the_rule", "of_the_outline"}
    assert [one.tags for one in written(tmp_path, OUTLINE)] == [
        {"of_the_feature"},
        all_rows | {"of_the_examples"},
        all_rows | {"of_the_examples"},
        all_rows,
    ]


def test_features_in_folders_below_count(tmp_path: Path) -> None:
    assert written(tmp_path, OUTLINE, "below/deep.feature")[0].feature == "below/deep.feature"


def test_a_feature_file_without_a_feature_holds_no_scenario(tmp_path: Path) -> None:
    assert written(tmp_path, "# nothing yet\n") == []


def test_it_knows_the_scenarios_of_each_entry(tagged: list[Scenario]) -> None:
    shown = census.by_entry(register(rule("EVT-1"), rule("EVT-2")), tagged)
    assert {id_: [one.name for one in shown_by] for id_, shown_by in shown.items()} == {
        "2a": ["two"],
        "EVT-1": ["one"],
        "EVT-2": [],
    }


def test_it_has_nothing_to_say_where_all_is_well(tagged: list[Scenario]) -> None:
    good = register(rule("EVT-1"), rule("OA-1", waived="not built yet"))
    assert census.uncovered(good, tagged) == []
    assert census.needless_waivers(good, tagged) == []
    assert census.unknown_tags(good, tagged) == []
    assert census.duplicate_names(tagged) == []
    assert census.count_mismatches(tagged, {("made_up.feature", "one"): 1, ("made_up.feature", "two"): 1}) == []


def test_it_finds_an_entry_without_a_scenario(tagged: list[Scenario]) -> None:
    assert census.uncovered(register(rule("EVT-1"), rule("EVT-2")), tagged) == [
        "EVT-2 has no scenario: tag one with @EVT-2, or say in the register why there is none (waived)"
    ]


def test_it_finds_a_condition_without_a_scenario(tagged: list[Scenario]) -> None:
    assert census.uncovered(register(rule("EVT-1")), tagged[:1]) == [
        "2a has no scenario: tag one with @condition_2a, or say in the register why there is none (waived)"
    ]


def test_it_finds_a_waiver_that_a_scenario_refutes(tagged: list[Scenario]) -> None:
    assert census.needless_waivers(register(rule("EVT-1", waived="not built yet")), tagged) == [
        "EVT-1 is waived, but made_up.feature:3 shows it: take the waiver back, or the tag"
    ]


def test_it_finds_a_tag_that_names_nothing(tagged: list[Scenario]) -> None:
    assert census.unknown_tags(register(), tagged) == [
        "made_up.feature:3 has the tag @EVT-1, which names no entry of the register"
    ]


def test_a_condition_is_named_by_its_tag_and_not_by_its_bare_id(tmp_path: Path) -> None:
    bare = written(tmp_path, "@2a\nFeature: made up\n  Scenario: one\n    Given nothing\n")
    assert census.unknown_tags(register(), bare) == [
        "made_up.feature:3 has the tag @2a, which names no entry of the register"
    ]


def test_it_finds_namesakes_in_a_feature_even_under_different_rules(tmp_path: Path) -> None:
    text = """\
        Feature: made up
          Scenario: same
            Given nothing
          Rule: a rule
            Scenario: same
              Given nothing
        """
    found = written(tmp_path, text)
    assert census.duplicate_names(found) == ['made_up.feature has several scenarios "same", on lines 2, 5']


def test_rows_of_one_outline_and_scenarios_of_two_features_are_no_namesakes(tmp_path: Path) -> None:
    written(tmp_path, OUTLINE)
    assert census.duplicate_names(written(tmp_path, OUTLINE, "another.feature")) == []


def test_it_finds_what_pytest_dropped_and_what_pytest_made_up(tagged: list[Scenario]) -> None:
    assert census.count_mismatches(tagged, {("made_up.feature", "two"): 2, ("made_up.feature", "three"): 1}) == [
        'made_up.feature: "one" is held 1 x, collected by pytest 0 x',
        'made_up.feature: "three" is held 0 x, collected by pytest 1 x',
        'made_up.feature: "two" is held 1 x, collected by pytest 2 x',
    ]
