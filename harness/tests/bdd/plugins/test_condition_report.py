"""The table by condition and the markers, on a small project."""

import re

import pytest
from lxml import etree

pytest_plugins = ["pytester"]

CONFTEST = """
from pathlib import Path

import pytest
from pytest_bdd import then, when

from harness.bdd.plugins.condition_report import ConditionReport
from harness.bdd.plugins.unsupported import SKIPPED_ASSERTION
from harness.specification.register import Register

HERE = Path(__file__).parent
pytest_plugins = ["harness.bdd.plugins.feature_files"]


def pytest_configure(config):
    config.pluginmanager.register(ConditionReport(Register.load(HERE / "spec"), HERE / "features"))


@when("it happens")
def _():
    pass


@then("it passes")
def _():
    pass


@then("it fails")
def _():
    raise RuntimeError


@then("it is skipped")
def _():
    pytest.skip("not here")


@then("a step is skipped")
def _(request):
    request.node.user_properties.append((SKIPPED_ASSERTION, "no log"))


@pytest.fixture
def tidy():
    yield
    raise RuntimeError


@then("it fails when it tidies up")
def _(tidy):
    pass
"""

TEST_FEATURES = """
from pathlib import Path

from pytest_bdd import scenarios

from harness.bdd.plugins.feature_files import read_folder
from harness.specification.register import Register

HERE = Path(__file__).parent
FOLDER = read_folder(HERE / "features", Register.load(HERE / "spec"))
scenarios(*FOLDER.sound)
"""

CONDITION = """
[[condition]]
id = "{id}"
event = "Executed"
contract = "any"
organisations = ""
title = "{title}"
short = "{title}"
expected = [{{ text = "it", shown_by = "event" }}]
"""

FIRST = """
Feature: first
  Background:
    When it happens

  @condition_1 @D-07
  Scenario: one - passes
    Then it passes

  @condition_2a
  Scenario Outline: two - <how>
    Then <how>

    Examples:
      | how       |
      | it passes |

    @open_question
    Examples:
      | how       |
      | it passes |
      | it fails  |
"""
"""Two rows are equal, and still two tests."""

SECOND = """
Feature: second
  Background:
    When it happens

  @condition_3
  Scenario: three - is skipped
    Then it is skipped

  Scenario: an edge
    Then it passes
"""


DECISION = """
[[decision]]
id = "D-07"
section = "Tables"
owner = "SAP"
consequence = "low"
question = "?"
built = "a"
other = "b"
why = "c"
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """Set up a project with four conditions, three of them with scenarios."""
    conditions = {"1": "the first", "2a": "the second", "3": "the third, with a longer title", "4": "the last"}
    spec = pytester.mkdir("spec")
    text = "".join(CONDITION.format(id=id_, title=title) for id_, title in conditions.items())
    (spec / "conditions.toml").write_text(text, encoding="utf-8")
    (spec / "mapping.toml").write_text("mapping = []", encoding="utf-8")
    (spec / "rules.toml").write_text("rule = []", encoding="utf-8")
    (spec / "decisions.toml").write_text(DECISION, encoding="utf-8")
    (spec / "scm_conditions.toml").write_text("scm_condition = []", encoding="utf-8")
    features = pytester.mkdir("features")
    (features / "first.feature").write_text(FIRST, encoding="utf-8")
    (features / "second.feature").write_text(SECOND, encoding="utf-8")
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\naddopts = --strict-markers -p pytest_bdd.plugin\nbdd_features_base_dir = features")
    pytester.makepyfile(
        test_features=TEST_FEATURES,
        test_plain="def test_that_is_no_scenario(): pass",
    )
    return pytester


def report(result: pytest.RunResult) -> list[str]:
    """Read the lines of the report, without pytest's count of tests; empty without a report."""
    heads = [number for number, line in enumerate(result.outlines) if "result by condition" in line]
    if not heads:
        return []
    return [line.rstrip() for line in result.outlines[heads[0] + 1 : -1]]


def conditions(result: pytest.RunResult) -> dict[str, list[str]]:
    """Read the cells after the title by condition; scenarios without a condition have the id "other"."""
    rows = [re.split("  +", line.strip().replace("other scenarios", "other  scenarios")) for line in report(result)]
    return {row[0]: row[2:] for row in rows if len(row) >= 4 and row[0] != "id"}


def test_table_shows_every_condition_and_nothing_follows(project: pytest.Pytester) -> None:
    assert report(project.runpytest_inprocess()) == [
        "id  title                              result   scenarios",
        "1   the first                          passed           1",
        "2a  the second                         FAILED           3  1 failed, 2 passed",
        "3   the third, with a longer title     skipped          1",
        "4   the last                           not run          0",
        "    other scenarios: errors and edges  passed           1",
    ]


def test_skipped_steps_are_listed_by_reason_with_conditions(project: pytest.Pytester) -> None:
    file = project.path / "features" / "second.feature"
    file.write_text(SECOND.replace("it is skipped", "a step is skipped"), encoding="utf-8")
    result = project.runpytest_inprocess("-m", "condition_3")
    assert conditions(result)["3"] == ["passed", "1"]
    result.stdout.fnmatch_lines(["passed, with skipped steps", "  1 x no log; of condition 3", "*result by condition*"])


def test_table_names_another_environment(project: pytest.Pytester) -> None:
    assert " result by condition =" in str(project.runpytest_inprocess().stdout)
    set_mode = (
        "from harness.environments.interfaces import Mode\n"
        "from harness.environments.plugin import MODE\n"
        "def pytest_sessionstart(session): session.config.stash[MODE] = Mode.HTTP\n"
    )
    (project.path / "conftest.py").write_text(set_mode + CONFTEST, encoding="utf-8")
    assert " result by condition (HTTP) =" in str(project.runpytest_inprocess().stdout)


def test_nothing_follows_the_table_without_failures(project: pytest.Pytester) -> None:
    assert report(project.runpytest_inprocess("-k", "passes or edge"))[-1].startswith("    other scenarios")


def test_junit_has_the_name_with_its_number_and_what_the_scenario_shows(project: pytest.Pytester) -> None:
    project.runpytest_inprocess("-m", "condition_1", "--junitxml=junit.xml", "-p", "harness.bdd.plugins.junit_names")
    (case,) = etree.parse(project.path / "junit.xml").getroot().iter("testcase")
    assert case.get("name") == "one - passes"
    assert {one.get("name"): one.get("value") for one in case.iter("property")} == {
        "scenario": "first.feature:7",
        "title": "one - passes",
        "feature": "first.feature",
        "condition": "1",
        "rules": "D-07",
    }


def test_marker_selects_one_condition(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-m", "condition_2a")
    assert conditions(result) == {"2a": ["FAILED", "3", "1 failed, 2 passed"]}


@pytest.mark.parametrize(("marker", "run"), [("D-07", 1), ("open_question", 2), ("condition_1 or D-07", 1)])
def test_every_id_and_tag_is_a_marker(project: pytest.Pytester, marker: str, run: int) -> None:
    result = project.runpytest_inprocess("-m", marker)
    assert sum(result.parseoutcomes().get(outcome, 0) for outcome in ("passed", "failed")) == run


def test_markers_are_described(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.condition_2a: the second", "@pytest.mark.D-07: ?"])


BROKEN = {
    "tag": (SECOND.replace("@condition_3", "@condition_99").encode(), "6: the tag @condition_99 names no entry of the"),
    "namesake": (
        SECOND.replace("an edge", "three - is skipped").encode(),
        '10: lines 7 and 10 begin a scenario "three - is skipped": each needs a name of its own',
    ),
    "syntax": (
        SECOND.replace("it passes", "it passes\n    Thn it is so").encode(),
        "12: this line cannot stand here: Thn it is so; did you mean Then?",
    ),
    "encoding": (SECOND.replace("edge", "Käse").encode("cp1252"), "10: the file is not in UTF-8: save it in that"),
}
"""Contents of the second feature, each with what is said about it."""


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("arguments", [[], ["-m", "condition_2a"]], ids=["all", "one condition"])
def test_broken_feature_is_named_and_all_others_run(
    project: pytest.Pytester, content: tuple[bytes, str], arguments: list[str]
) -> None:
    (project.path / "features" / "second.feature").write_bytes(content[0])
    result = project.runpytest_inprocess(*arguments)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert conditions(result)["2a"] == ["FAILED", "3", "1 failed, 2 passed"]
    lines = result.outlines
    at = lines.index("a feature did not run")
    assert lines[at + 1].startswith(f"  features/second.feature:{content[1]}")
    assert lines[at + 2] == "  none of its scenarios ran"
    assert "INTERNALERROR" not in str(result.stdout)


@pytest.mark.whole_run
def test_broken_features_are_named_once_by_a_run_side_by_side(project: pytest.Pytester) -> None:
    for name, (content, _) in BROKEN.items():
        (project.path / "features" / f"{name}.feature").write_bytes(content)
    (project.path / "features" / "second.feature").unlink()
    result = project.runpytest_inprocess("-n", "2", "-p", "xdist")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert conditions(result)["2a"] == ["FAILED", "3", "1 failed, 2 passed"]
    for name, (_, said) in BROKEN.items():
        assert len([one for one in result.outlines if one.startswith(f"  features/{name}.feature:{said}")]) == 1
    assert "INTERNALERROR" not in str(result.stdout)


def test_feature_with_a_byte_order_mark_runs(project: pytest.Pytester) -> None:
    (project.path / "features" / "second.feature").write_bytes(b"\xef\xbb\xbf" + SECOND.encode())
    assert conditions(project.runpytest_inprocess())["other"] == ["passed", "1"]


def test_scenarios_after_an_early_stop_are_not_run(project: pytest.Pytester) -> None:
    assert conditions(project.runpytest_inprocess("-x")) == {
        "1": ["passed", "1"],
        "2a": ["FAILED", "3", "1 failed, 2 passed"],
        "3": ["not run", "1"],
        "4": ["not run", "0"],
        "other": ["not run", "1"],
    }


def test_condition_run_in_part_has_not_passed(project: pytest.Pytester) -> None:
    by_keyword = conditions(project.runpytest_inprocess("-k", "passes"))
    by_node = conditions(project.runpytest_inprocess("test_features.py::test_two__how[it passes1]"))
    assert by_keyword["2a"] == ["not run", "3", "1 not run, 2 passed"]
    assert by_node["2a"] == ["not run", "3", "2 not run, 1 passed"]


def test_failure_outside_the_conditions_counts_with_the_others(project: pytest.Pytester) -> None:
    file = project.path / "features" / "second.feature"
    file.write_text(SECOND.replace("an edge\n    Then it passes", "an edge\n    Then it fails"), encoding="utf-8")
    assert conditions(project.runpytest_inprocess("-k", "edge"))["other"] == ["FAILED", "1"]


def test_failed_teardown_fails_the_scenario(project: pytest.Pytester) -> None:
    file = project.path / "features" / "second.feature"
    file.write_text(SECOND.replace("it is skipped", "it fails when it tidies up"), encoding="utf-8")
    assert conditions(project.runpytest_inprocess("-m", "condition_3"))["3"] == ["FAILED", "1"]


@pytest.mark.parametrize("arguments", [["--collect-only"], ["test_plain.py"], ["-k", "no_scenario"]])
def test_no_table_without_scenarios(project: pytest.Pytester, arguments: list[str]) -> None:
    assert report(project.runpytest_inprocess(*arguments)) == []


def test_table_is_coloured_only_where_pytest_colours(project: pytest.Pytester) -> None:
    assert "\x1b" not in project.runpytest_inprocess("-m", "condition_1").stdout.str()
    assert "\x1b[32mpassed" in project.runpytest_inprocess("-m", "condition_1", "--color=yes").stdout.str()


def test_one_scenario_runs_by_place_with_its_own_table(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess(
        "-p", "harness.bdd.plugins.selection", "--scenario", "features/first.feature:22"
    )
    result.assert_outcomes(failed=1, deselected=6)
    assert conditions(result) == {"2a": ["FAILED", "3", "1 failed, 2 not run"]}


def test_several_scenarios_run_by_place(project: pytest.Pytester) -> None:
    places = ["--scenario", "first.feature:7", "--scenario", "second.feature:10"]
    result = project.runpytest_inprocess("-p", "harness.bdd.plugins.selection", *places)
    assert conditions(result) == {"1": ["passed", "1"], "other": ["passed", "1"]}


def test_line_inside_an_outline_runs_all_of_its_rows(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-p", "harness.bdd.plugins.selection", "--scenario", "first.feature:13")
    result.assert_outcomes(passed=2, failed=1, deselected=4)


def test_place_in_a_broken_feature_runs_nothing_and_says_why(project: pytest.Pytester) -> None:
    (project.path / "features" / "second.feature").write_bytes(BROKEN["namesake"][0])
    result = project.runpytest_inprocess("-p", "harness.bdd.plugins.selection", "--scenario", "second.feature:10")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: --scenario second.feature:10: features/second.feature:10: lines 7 and 10 begin*"]
    )
