"""Test `zicm lint` and `zicm steps`."""

import json
from pathlib import Path

import pytest

from harness.tests.support.cli_runner import zicm

FEATURE = """\
Feature: mistakes
  @MAP-99
  Scenario: one
    Given ICI holds the Standalone Agreement "PST1":
    And ICI holds the Standalone Agreement "PST2"
      | Name | Phenol |
    And ICI executes "PST1"
    When ICI executes "PST1"
    Then nothing changd in PF2 and WP2
"""


def test_every_mistake_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mistakes.feature"
    file.write_text(FEATURE, encoding="utf-8")
    ran = zicm("lint", file, width=60)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.splitlines() == [
        f"{file}:2: the tag @MAP-99 names no entry of the register; did you mean @MAP-19?",
        f"{file}:4: the step takes a table, and none follows it",
        f'{file}:5: the step takes no table; did you mean: ICI holds the Standalone Agreement "PST2":',
        f"{file}:7: there is no such Given; the sentence exists as When",
        f"{file}:9: there is no such Then; did you mean nothing changed in PF2 and WP2?",
        "1 feature, 5 problems",
    ]
    assert json.loads(zicm("lint", tmp_path, "--json").out)["problems"][1] == {
        "file": str(file),
        "line": 4,
        "problem": "the step takes a table, and none follows it",
    }


WORDS = """\
Feature: words
  Background:
    Given ICI holds the Master Agreement "PMA1"

  Scenario: one
    Given ICI holds the Standalon Agreement "PST1"
    And ICI has another field ICMNew, which nobody maps
    And ICI holds the Sub Agreement "PSUB1":
      | ICMNew        | 1      |
      | ICMCurency    | EUR    |
    And "PSUB1" is associated to "PMA2"
    And ICI holds the Sub Agreement "PSUB2":
      | ICMTotalContractValue | 1,000 |
    And these tracking attributes of "PMA1" have been changed:
      | Name | Phenol |
    When ICI executes "PSUB3"
    Then ICMNAME of the entry "PSUB1" in PF2 and WP2 is "x"
    And these fields of the entry "PSUB1" in PF2 and WP2 are:
      | NAME   | x |
      | ICMCUR | x |
    And exactly these fields of the entry "PSUB1" changed in PF2 and WP2:
      | field | old | new |
      | NAME  | x   | y   |

  Scenario Outline: two <day>
    When the report is made for <day>
    Then the part s4 shows nothing

    Examples:
      | day        |
      | 2026-06-30 |
      | 2026-06-31 |
"""


def test_what_can_be_known_without_running_has_its_line(tmp_path: Path) -> None:
    file = tmp_path / "words.feature"
    file.write_text(WORDS, encoding="utf-8")
    ran = zicm("lint", file, width=200)
    assert [line.removeprefix(f"{file}:") for line in ran.out.splitlines()] == [
        '6: there is no contract type "Standalon Agreement"; did you mean Standalone Agreement?',
        '10: there is no field in ICI "ICMCurency"; did you mean ICMCurrency?',
        '11: there is no agreement "PMA2"; did you mean PMA1?',
        '13: "1,000" is not a number',
        '16: there is no agreement "PSUB3"; did you mean PSUB2?',
        '17: there is no field in ZMM_ICMCONTRACT "ICMNAME"; did you mean NAME?',
        '20: there is no field in ZMM_ICMCONTRACT "ICMCUR"; did you mean ICMCURRENCY?',
        "22: the table needs the columns field, before, after, not field, old, new",
        '26: "2026-06-31" is not a day of the calendar as 2026-06-30',
        "1 feature, 9 problems",
    ]


@pytest.mark.whole_run
def test_our_features_have_no_mistake() -> None:
    ran = zicm("lint")
    assert (ran.code, ran.out.splitlines()[-1].partition(", ")[2]) == (0, "0 problems")


def test_a_folder_without_features_is_refused(tmp_path: Path) -> None:
    assert zicm("lint", tmp_path) == (1, "", f"Error: {tmp_path} holds no feature\n")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    assert zicm("lint", tmp_path / "none").code == 1


def test_steps_are_found_by_words_of_the_sentence_or_its_example() -> None:
    found = json.loads(zicm("steps", "when", "without notice", "--json").out)["steps"]
    assert [(one["kind"], one["sentence"]) for one in found] == [
        ("When", '"{code}" is terminated without notice on {day}')
    ]
    assert found[0]["example"].startswith('"P')
    assert 'When "{code}" is terminated without notice on {day}\n' in zicm("steps", "without notice", "when").out


def test_a_word_of_no_step_is_answered_with_a_near_one() -> None:
    assert zicm("steps", "terminatd") == (1, "", "Error: no step says terminatd; did you mean terminated?\n")
