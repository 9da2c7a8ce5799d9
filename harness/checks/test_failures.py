"""How a failed scenario reads, on a project of one."""

import pytest

pytest_plugins = ["pytester"]

FEATURE = """
Feature: Payment
  Scenario: Terms are taken over
    Given ICI holds Z030
    Then ECC holds Z060
"""

CONFTEST = """
from pytest_bdd import given, then
from harness.comparison import assert_equal

pytest_plugins = ["harness.failures"]

@given("ICI holds Z030")
def _():
    pass

@then("ECC holds Z060")
def _():
    assert_equal("the payment terms", "Z030", "Z060")
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".feature", payment=FEATURE)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_all="from pytest_bdd import scenarios\n\nscenarios('payment.feature')\n")
    return pytester


def test_a_finding_tells_line_scenario_step_and_both_sides(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*payment.feature:4",
            "  Terms are taken over",
            "  Then ECC holds Z060",
            "the payment terms",
            "  expected: Z060",
            "  seen:     Z030",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*def assert_equal*")


def test_the_traceback_is_there_for_those_who_ask(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-p", "no:cacheprovider", "-v")
    result.stdout.fnmatch_lines(["*def assert_equal*"])
