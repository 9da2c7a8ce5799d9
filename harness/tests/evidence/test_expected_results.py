"""Each expected result of a condition has its counterpart in the evidence of a run."""

from pathlib import Path

import pytest

from harness.evidence.cucumber_reader import read
from harness.evidence.expected_results import DIFFERS, NOT_REACHED, NOT_SHOWN, SHOWN, ResultLine, find, result_lines
from harness.evidence.run import Attachment, Run, ScenarioEvidence, Step
from harness.specification.register import Condition, Register, ResultKind

CONDITIONS = {one.id: one for one in Register.load().conditions}


@pytest.fixture(scope="module")
def run(reports: Path) -> Run:
    return read(reports / "messages.ndjson")


def lines_of(condition: Condition, run: Run) -> list[ResultLine]:
    return result_lines(condition, [one for one in run.scenarios if condition.tag in one.tags])


def test_every_expected_result_of_every_condition_is_shown(run: Run) -> None:
    states = {
        (condition.id, line.result.text): line.state
        for condition in CONDITIONS.values()
        for line in lines_of(condition, run)
    }
    assert {name: state for name, state in states.items() if state != SHOWN} == {}


SUB = "22222222-0000-4000-8000-000000002002"


def test_condition_2a_shows_what_was_seen_for_each_of_its_eight_results(run: Run) -> None:
    lines = lines_of(CONDITIONS["2a"], run)
    assert [(line.result.text, *line.shown[0][1].seen) for line in lines] == [
        ("CPI receives the event Executed", f"Executed ICMSubAgreement {SUB} COMPLETED"),
        ("ICI is called for the details of the agreement", f"GET /v1/agreements/ICMSubAgreement/{SUB}"),
        (
            "ICI is called for its associations",
            f"GET /v1/agreements/ICMSubAgreement/{SUB}/associatinginstances/ICMMasterAgreement",
        ),
        ("The details of the agreement are retrieved", "answered with 200, PSUB2002 in status Executed"),
        ("The details of the association are retrieved", "answered with 200, master PMA1001"),
        (
            "A new entry is made, with the values that the mapping sheet defines",
            f"PF2 and WP2: PSUB2002 of {SUB}, 21 fields",
        ),
        (
            "The association to the Master Agreement is right",
            "PF2 and WP2: PSUB2002 to PMA1001 (MAS, 11111111-0000-4000-8000-000000001001)",
        ),
        (
            "A row is made for each purchasing organisation, with its System ID",
            f"PF2 and WP2: BE10, FR10, IT10 of {SUB}",
        ),
    ]


def test_condition_3_names_each_place_that_was_searched(run: Run) -> None:
    (*_, trace) = lines_of(CONDITIONS["3"], run)
    (seen,) = trace.shown[0][1].seen
    assert seen == (
        "tables of PF2 and WP2 0, outline agreements 0, message log 0, bytes sent to PF2 and WP2 0, "
        "comparison with ICI 0, logs at DEBUG 0, standard output 0, evidence of this run 0, alerts 0, "
        "what CPI stores and prints 0, every byte of CPI's store 0"
    )


@pytest.mark.parametrize(
    ("kind", "what", "expected", "holds", "state"),
    [
        ("call 2", "the calls that ICI received", ["GET /a/associatinginstances/ICMMasterAgreement"], True, SHOWN),
        ("call 2", "the calls that ICI received", ["GET /a"], True, NOT_SHOWN),
        ("call 2", "the calls that ICI received", ["GET /a/associatinginstances/ICMMasterAgreement"], False, DIFFERS),
        ("association", "the new entries", [{"ASSOCIATINGCODE": "PMA1"}], True, SHOWN),
        ("association", "the new entries", [{"ASSOCIATINGCODE": ""}], True, NOT_SHOWN),
        ("organisation rows", "ZMM_ICMPURCHORG", [], True, NOT_SHOWN),
        ("nothing else", "the fields that changed", [{"field": "ICMEXPIRYDATE"}, {"field": "NAME"}], True, NOT_SHOWN),
        ("filter", "the event in the monitoring", {"note": "confidential: filtered (SEC-1)"}, True, SHOWN),
        ("details", "the new entries", [{"NAME": "A"}], True, NOT_SHOWN),
    ],
)
def test_comparison_shows_a_result_only_if_it_expects_it(
    kind: ResultKind,
    what: str,
    expected: object,
    holds: bool,  # noqa: FBT001 - a parameter of the test
    state: str,
) -> None:
    assert find(kind, scenario("PASSED", what, expected, holds=holds)).state == state


def test_result_after_a_failure_was_not_reached() -> None:
    assert find("filter", scenario("FAILED", "the new entries", [], holds=False)).state == NOT_REACHED


def scenario(status: str, what: str, expected: object, *, holds: bool) -> ScenarioEvidence:
    look = {"what": what, "expected": expected, "seen": expected, "holds": holds, "withheld": False}
    then = Step("Then", "it is so", None, None, status, 0, "", "", [Attachment("zicm-comparison", "", look)])
    return ScenarioEvidence("a.feature:1", "a", "a scenario", frozenset(), status, "", [then])
