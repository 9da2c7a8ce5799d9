"""The table by condition, on projects of a few scenarios, and the markers."""

import re

import pytest

from harness.register import Register

pytest_plugins = ["pytester"]

CONFTEST = """
from pathlib import Path

import pytest
from pytest_bdd import given

from harness.condition_report import ConditionReport
from harness.register import Register

HERE = Path(__file__).parent


def pytest_configure(config):
    config.pluginmanager.register(ConditionReport(Register.load(HERE / "spec"), HERE / "features"))


@given("it passes")
def _():
    pass


@given("it fails")
def _():
    raise RuntimeError


@given("it is skipped")
def _():
    pytest.skip("not here")


@pytest.fixture
def tidy():
    yield
    raise RuntimeError


@given("it fails when it tidies up")
def _(tidy):
    pass
"""

CONDITION = """
[[condition]]
id = "{id}"
event = "Executed"
contract = "any"
organisations = ""
title = "{title}"
expected = ["it"]
"""

FIRST = """
Feature: first
  @condition_1 @D-07
  Scenario: one - passes
    Given it passes

  @condition_2a
  Scenario Outline: two - <how>
    Given <how>

    Examples:
      | how       |
      | it passes |

    @open_question
    Examples:
      | how       |
      | it passes |
      | it fails  |
"""
"""With two rows alike: they are two tests for all that."""

SECOND = """
Feature: second
  @condition_3
  Scenario: three - is skipped
    Given it is skipped

  Scenario: an edge
    Given it passes
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with a register of four conditions, three of them with scenarios."""
    conditions = {"1": "the first", "2a": "the second", "3": "the third, with a longer title", "4": "the last"}
    spec = pytester.mkdir("spec")
    text = "".join(CONDITION.format(id=id_, title=title) for id_, title in conditions.items())
    (spec / "conditions.toml").write_text(text, encoding="utf-8")
    (spec / "mapping.toml").write_text("mapping = []", encoding="utf-8")
    (spec / "rules.toml").write_text("rule = []", encoding="utf-8")
    decision = '[[decision]]\nid = "D-07"\nquestion = "?"\nbuilt = "a"\nother = "b"\nwhy = "c"'
    (spec / "decisions.toml").write_text(decision, encoding="utf-8")
    features = pytester.mkdir("features")
    (features / "first.feature").write_text(FIRST, encoding="utf-8")
    (features / "second.feature").write_text(SECOND, encoding="utf-8")
    pytester.makeconftest(CONFTEST)
    pytester.makeini("[pytest]\naddopts = --strict-markers\nbdd_features_base_dir = features")
    pytester.makepyfile(
        test_features="from pytest_bdd import scenarios\nscenarios('.')",
        test_plain="def test_that_is_no_scenario(): pass",
    )
    return pytester


def report(result: pytest.RunResult) -> list[str]:
    """The lines of the report, without the line that counts the tests; empty where there is no report."""
    heads = [number for number, line in enumerate(result.outlines) if "result by condition" in line]
    if not heads:
        return []
    return [line.rstrip() for line in result.outlines[heads[0] + 1 : -1]]


def test_the_table_shows_every_condition_and_what_failed(project: pytest.Pytester) -> None:
    assert report(project.runpytest_inprocess()) == [
        "id  title                              result   scenarios",
        "1   the first                          passed           1",
        "2a  the second                         FAILED           3  1 FAILED, 2 passed",
    ]
