"""The report of the mutation check: which mutants count as killed, and which explanations hold."""

import dataclasses
from pathlib import Path

import pytest
from pydantic import ValidationError

from harness.campaigns.mutation.report import EquivalentMutant, Mutant, evaluate, load_equivalents, report

DIFF = """--- simulator/mapping/rules.py
+++ simulator/mapping/rules.py
@@ -1,3 +1,3 @@
 def first_100_characters(given: Given) -> str:
     "The first 100 characters."
-    return given.text()[:100].rstrip()
+    return given.text()[:101].rstrip()"""
NAME = "simulator.mapping.rules.x_first_100_characters__mutmut_2"
ALIVE = Mutant(NAME, "survived", DIFF)
TWIN = Mutant("simulator.mapping.rules.x_first_100_characters__mutmut_9", "survived", DIFF)
KILLED = Mutant("simulator.mapping.rules.x_first_100_characters__mutmut_1", "killed")
WHY = EquivalentMutant(
    function="simulator.mapping.rules.first_100_characters",
    before="return given.text()[:100].rstrip()",
    after="return given.text()[:101].rstrip()",
    reason="only to try the report",
)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        (NAME, "simulator.mapping.rules.first_100_characters"),
        ("simulator.mapping.rules.x__inside__mutmut_11", "simulator.mapping.rules._inside"),
        ("simulator.cpi.event.xǁReceivedEventǁvalidate__mutmut_3", "simulator.cpi.event.ReceivedEvent.validate"),
        ("simulator.cpi.queue.xǁQueueǁ__init____mutmut_1", "simulator.cpi.queue.Queue.__init__"),
    ],
)
def test_mutant_names_its_function(name: str, function: str) -> None:
    assert Mutant(name, "survived").function == function


def test_mutant_is_explained_whatever_its_number() -> None:
    result = evaluate([KILLED, TWIN], [WHY])
    assert not result.unexplained
    assert not result.stale


@pytest.mark.parametrize("status", ["survived", "timeout", "no tests", "suspicious", "segfault", "not checked"])
def test_only_a_test_that_fails_kills(status: str) -> None:
    mutant = ALIVE._replace(status=status)
    assert evaluate([mutant], []).unexplained == [mutant]
    assert f"1 {status}" in report(evaluate([mutant], []))


def test_explanation_of_another_change_does_not_count() -> None:
    other = Mutant(NAME, "survived", DIFF.replace("101", "99"))
    assert evaluate([other], [WHY]).unexplained == [other]


def test_explanation_covers_only_the_number_of_mutants_it_states() -> None:
    assert evaluate([ALIVE, TWIN], [WHY]).unexplained == [ALIVE, TWIN]
    of_both = dataclasses.replace(WHY, mutants=2)
    assert not evaluate([ALIVE, TWIN], [of_both]).unexplained
    assert evaluate([ALIVE], [of_both]).stale == [of_both]


def test_explanation_of_a_killed_mutant_is_stale() -> None:
    result = evaluate([KILLED], [WHY])
    assert result.stale == [WHY]
    assert "stale explanation: simulator.mapping.rules.first_100_characters" in report(result)


def test_report_shows_survivors_and_package_scores() -> None:
    elsewhere = Mutant("simulator.ecc.ddic.x_key__mutmut_1", "killed")
    printed = report(evaluate([KILLED, ALIVE, elsewhere], []))
    assert f"survived: simulator.mapping.rules.first_100_characters ({NAME})\n{DIFF}" in printed
    assert "simulator.ecc             1       1          0     0  100.0%" in printed
    assert "simulator.mapping         2       1          0     1   50.0%" in printed
    assert printed.endswith("not killed: 1 survived, 0 timeout, 0 no tests")


def test_explained_mutants_do_not_lower_the_score() -> None:
    printed = report(evaluate([KILLED, ALIVE], [WHY]))
    assert "all                       2       1          1     0  100.0%" in printed


def test_explanation_needs_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "equivalents.toml"
    file.write_text('[[equivalent]]\nfunction = "f"\nbefore = "a"\nafter = "b"\nreason = ""\n')
    with pytest.raises(ValidationError):
        load_equivalents(file)


def test_equivalents_file_can_be_read() -> None:
    assert load_equivalents()
