"""The census finds each kind of problem in made-up features."""

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


def read_with(folder: Path, text: str, name: str = "made_up.feature") -> list[Scenario]:
    """Write a feature into a folder. Returns all scenarios of the folder."""
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(dedent(text), encoding="utf-8")
    return read_scenarios(folder)


@pytest.fixture
def tagged(tmp_path: Path) -> list[Scenario]:
    """Write a scenario for EVT-1 and one for condition 2a."""
    return read_with(
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
    condition = Condition(
        id="2a", event="Executed", contract="any", organisations="", title="2a", short="2a", expected=()
    )
    return Register((condition,), (), rules, ())


def rule(id_: str, waived: str | None = None) -> Rule:
    return Rule(id=id_, text="it holds", waived=waived)


def test_each_row_of_an_outline_counts(tmp_path: Path) -> None:
    assert [(one.place, one.heading, one.name) for one in read_with(tmp_path, OUTLINE)] == [
        ("made_up.feature:4", "plain", "plain"),
        ("made_up.feature:17", "with <what>", "with this"),
        ("made_up.feature:18", "with <what>", "with that"),
        ("made_up.feature:22", "with <what>", "with other"),
    ]


def test_tags_come_from_feature_rule_outline_and_examples(tmp_path: Path) -> None:
    all_rows = {"of_the_feature", "of_the_rule", "of_the_outline"}
    assert [one.tags for one in read_with(tmp_path, OUTLINE)] == [
        {"of_the_feature"},
        all_rows | {"of_the_examples"},
        all_rows | {"of_the_examples"},
        all_rows,
    ]


def test_features_in_folders_below_count(tmp_path: Path) -> None:
    assert read_with(tmp_path, OUTLINE, "below/deep.feature")[0].feature == "below/deep.feature"


def test_a_star_goes_on_as_the_step_before(tmp_path: Path) -> None:
    steps = "    * a\n    Given b\n    * c\n    When d\n    * e\n    Then f\n    * g\n"
    (scenario,) = read_with(tmp_path, f"Feature: stars\n  Scenario: many\n{steps}")
    assert [step.type for step in scenario.steps] == ["given", "given", "given", "when", "when", "then", "then"]


def test_a_feature_file_without_a_feature_holds_no_scenario(tmp_path: Path) -> None:
    assert read_with(tmp_path, "# nothing yet\n") == []


def test_scenarios_are_mapped_to_entries(tagged: list[Scenario]) -> None:
    shown = census.by_entry(register(rule("EVT-1"), rule("EVT-2")), tagged)
    assert {id_: [one.name for one in shown_by] for id_, shown_by in shown.items()} == {
        "2a": ["two"],
        "EVT-1": ["one"],
        "EVT-2": [],
    }


def test_consistent_features_have_no_problems(tagged: list[Scenario]) -> None:
    good = register(rule("EVT-1"), rule("OA-1", waived="not built yet"))
    assert census.uncovered(good, tagged) == []
    assert census.needless_waivers(good, tagged) == []
    assert census.count_mismatches(tagged, {("made_up.feature", "one"): 1, ("made_up.feature", "two"): 1}) == []


def test_entry_without_a_scenario_is_found(tagged: list[Scenario]) -> None:
    assert census.uncovered(register(rule("EVT-1"), rule("EVT-2")), tagged) == [
        "EVT-2 has no scenario: tag one with @EVT-2, or waive it in the register with the reason"
    ]


def test_condition_without_a_scenario_is_found(tagged: list[Scenario]) -> None:
    assert census.uncovered(register(rule("EVT-1")), tagged[:1]) == [
        "2a has no scenario: tag one with @condition_2a, or waive it in the register with the reason"
    ]


def test_needless_waiver_is_found(tagged: list[Scenario]) -> None:
    assert census.needless_waivers(register(rule("EVT-1", waived="not built yet")), tagged) == [
        "EVT-1 is waived, but made_up.feature:3 shows it: remove the waiver or the tag"
    ]


def test_dropped_and_surplus_tests_are_found(tagged: list[Scenario]) -> None:
    assert census.count_mismatches(tagged, {("made_up.feature", "two"): 2, ("made_up.feature", "three"): 1}) == [
        'made_up.feature: "one" is written 1 x, collected by pytest 0 x',
        'made_up.feature: "three" is written 0 x, collected by pytest 1 x',
        'made_up.feature: "two" is written 1 x, collected by pytest 2 x',
    ]
