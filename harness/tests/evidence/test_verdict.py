"""The verdict on a run: each condition by its scenarios, and what differs first."""

import json
from pathlib import Path

import pytest

from harness.bdd.failure.report import FailureReport
from harness.bdd.mismatch import DIFFERS, Comparison, FieldDiff, RowDiff
from harness.evidence.run import Attachment, Run, ScenarioEvidence, Step
from harness.evidence.verdict import ConditionVerdict, ScenarioVerdict, as_json, judge, write
from harness.specification.register import Condition, Register
from harness.specification.scenarios import Scenario

PLACE = "a.feature:1"


def steps(*statuses: str) -> list[Step]:
    """Make Given, When and Thens with these statuses."""
    words = ["Given", "When", "Then", *["And"] * (len(statuses) - 3)]
    return [
        Step(word, "it", None, None, status, 0, "" if status == "PASSED" else "no log", "")
        for word, status in zip(words, statuses, strict=True)
    ]


def judged(found: list[Step] | None, tags: frozenset[str] = frozenset()) -> ConditionVerdict:
    """Judge a run of one scenario of condition 1; it did not run without steps."""
    entry = Condition(
        id="1", event="Executed", contract="any", organisations="", title="the first", short="first", expected=()
    )
    tags |= {"condition_1"}
    evidence = []
    if found is not None:
        order = ("FAILED", "SKIPPED", "PASSED")
        worst = min((step.status for step in found), key=order.index, default="SKIPPED")
        evidence = [ScenarioEvidence(PLACE, "a", "one", tags, worst, "", found)]
    scenario = Scenario("a.feature", 1, 1, "one", "one", tags, ())
    return judge(Run({}, 0, False, evidence), Register((entry,), (), (), ()), [scenario]).conditions[0]


@pytest.mark.parametrize(
    ("statuses", "result", "remarks"),
    [
        (("PASSED", "PASSED", "PASSED"), "passed", ()),
        (("PASSED", "PASSED", "PASSED", "SKIPPED"), "passed", ("no log",)),
        (("PASSED", "PASSED", "SKIPPED", "SKIPPED"), "not observable", ("no log",)),
        (("SKIPPED", "PASSED", "PASSED"), "not observable", ("no log",)),
        (("PASSED", "PASSED", "FAILED"), "failed", ()),
        (("PASSED", "FAILED", "PASSED"), "failed", ()),
    ],
)
def test_scenario_is_judged_by_its_steps(statuses: tuple[str, ...], result: str, remarks: tuple[str, ...]) -> None:
    condition = judged(steps(*statuses))
    assert (condition.result, condition.scenarios[0].remarks) == (result, remarks)


@pytest.mark.parametrize(("status", "held"), [("PASSED", "held"), ("FAILED", "not held")])
def test_scenario_beyond_the_sheet_never_fails_its_condition(status: str, held: str) -> None:
    (scenario,) = judged(steps("PASSED", "PASSED", status), frozenset({"beyond_sheet"})).scenarios
    assert (scenario.result, scenario.remarks[0], scenario.difference) == ("beyond the sheet", held, None)


def test_condition_that_did_not_run_has_not_passed() -> None:
    assert judged(None).result == "not run"
    assert judged([]).result == "not run", "it ended before its first step"


@pytest.mark.parametrize(
    ("results", "result"),
    [
        (["passed", "failed", "not run"], "failed"),
        (["passed", "not run"], "not run"),
        (["passed", "not observable", "beyond the sheet"], "passed"),
        (["not observable", "beyond the sheet"], "not observable"),
        (["beyond the sheet"], "beyond the sheet"),
        ([], "not run"),
    ],
)
def test_condition_is_judged_by_its_scenarios(results: list[str], result: str) -> None:
    assert ConditionVerdict("1", "t", tuple(ScenarioVerdict(PLACE, "one", one) for one in results)).result == result


def test_failed_scenario_shows_its_first_difference() -> None:
    found = steps("PASSED", "PASSED", "FAILED")
    row = RowDiff("PST1", DIFFERS, (FieldDiff("NAME", "Phenol", "phenol"),))
    report = FailureReport(
        place=PLACE,
        scenario="one",
        step="Then it",
        comparisons=(Comparison("the entry", (row,), ("PF2",)),),
        problem="",
        remaining_steps=(),
        rerun="",
    )
    content = json.loads(json.dumps(report.as_json()))
    found[2].attachments.append(Attachment("zicm-explanation", "", content))
    refusal = {"TYPE": "E", "ID": "ZMM_ICM", "NUMBER": "012", "FIELD": "NAME", "MESSAGE": "too long"}
    found[1].attachments += [
        Attachment("zicm-message", "", {"to": system, "answer": {"return": [refusal]}}) for system in ("PF2", "WP2")
    ]
    found[1].attachments += [
        Attachment("zicm-call", "", {"request": {"path": path}, "answer": {"status": status}})
        for path, status in (("/v1/a", 401), ("/v1/b", 401), ("/v1/b", 200))
    ]
    difference = judged(found).scenarios[0].difference
    assert difference is not None
    assert difference.step == "Then it"
    assert difference.lines == (
        "the entry, in PF2",
        "  PST1  expected  seen",
        "  NAME  Phenol    phenol",
        "ICI refused calls: 401, without a valid token, 1 in all",
        "PF2 and WP2 refused a message: ZMM_ICM 012 NAME too long",
    )
    assert difference.comparison == content["comparisons"][0]


def test_verdict_is_plain_json(tmp_path: Path) -> None:
    entry = Condition(
        id="1", event="Executed", contract="any", organisations="", title="the first", short="first", expected=()
    )
    scenario = Scenario("a.feature", 1, 1, "one", "one", frozenset({"condition_1"}), ())
    evidence = ScenarioEvidence(PLACE, "a", "one", scenario.tags, "PASSED", "", steps("PASSED", "PASSED", "PASSED"))
    verdict = judge(Run({}, 0, True, [evidence]), Register((entry,), (), (), ()), [scenario])
    file = tmp_path / "reports" / "verdict.json"
    for _ in range(2):
        write(verdict, file)
    content = json.loads(file.read_text(encoding="utf-8"))
    assert content == json.loads(json.dumps(as_json(verdict)))
    assert content["verdict"] == "passed"
    (condition,) = content["conditions"]
    assert condition["counts"] == {
        "passed": 1,
        "failed": 0,
        "beyond the sheet": 0,
        "not observable": 0,
        "not run": 0,
    }
    (tmp_path / "other.json").write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(FileExistsError):
        write(verdict, tmp_path / "other.json")
