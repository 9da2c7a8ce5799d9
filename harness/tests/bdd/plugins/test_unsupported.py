"""An assertion that is not supported is skipped alone; any other step skips its scenario."""

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
import pytest
from pytest_bdd import given

from harness.environments.in_process import InProcessEnvironment
from harness.environments.interfaces import NotSupported
from harness.bdd.comparison import assert_equal
from harness.bdd.steps.assertion import assertion
from harness.bdd.context import CONTEXT, scenario_context

pytest_plugins = ["harness.bdd.plugins.unsupported"]


@pytest.fixture
def context(request):
    with scenario_context(InProcessEnvironment()) as one:
        request.node.stash[CONTEXT] = one
        yield one


@given("a clock that can be moved")
def _(context):
    raise NotSupported("no such clock")


@given("a landscape")
def _(context):
    pass


@given("an error instead of a log")
def _(context):
    try:
        raise ValueError
    except ValueError:
        raise NotSupported("no log")


@assertion("the log shows it")
def _(context):
    raise NotSupported("no log")


@assertion("the tables show it")
def _(context):
    assert_equal("the tables", [], [])


@assertion("the tables do not show it")
def _(context):
    raise AssertionError
"""


@pytest.mark.parametrize(
    ("steps", "outcome", "reason"),
    [
        ("Given a landscape\nThen the tables show it", "passed", ""),
        ("Given a clock that can be moved\nThen the tables do not show it", "skipped", "no such clock"),
        ("Given a landscape\nThen the log shows it\nAnd the tables show it", "passed", "no log"),
        ("Given a landscape\nThen the log shows it\nAnd the tables do not show it", "failed", ""),
        ("Given a landscape\nThen the log shows it", "skipped", "no log"),
        ("Given an error instead of a log\nThen the tables show it", "failed", ""),
    ],
)
def test_scenario_passes_fails_or_is_skipped(pytester: pytest.Pytester, steps: str, outcome: str, reason: str) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makefile(".feature", one=f"Feature: one\n  Scenario: two\n{steps}\n")
    pytester.makepyfile("from pytest_bdd import scenarios\nscenarios('one.feature')")
    ran = pytester.inline_run("-p", "pytest_bdd.plugin")
    (call,) = [report for report in ran.getreports("pytest_runtest_logreport") if report.when == "call"]
    assert call.outcome == outcome
    assert _skip_reason(call) == reason


def _skip_reason(report: pytest.TestReport) -> str:
    """Read why the scenario, or a step of it, was skipped."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(dict(report.user_properties).get("skipped assertion", ""))
