"""The step functions that a module sees are listed once, and the result is that of pytest-bdd."""

from importlib import import_module

import pytest

from harness.bdd.pytest_bdd_internals import cache_step_search

pytest_plugins = ["pytester"]

STEPS = """
from pytest_bdd import given, parsers, then, when
from harness.bdd.pytest_bdd_internals import cache_step_search

asked = []
TWO_TYPES = "it is so"

@given(TWO_TYPES)
def given_so(): asked.append("given")

@when("it happens")
def happens(): pass

@then(TWO_TYPES)
def then_so(): asked.append("then")

@given(parsers.parse("{number:d} of them"))
def number_of_them(number): asked.append(number)

def pytest_configure(config):
    config.add_cleanup(cache_step_search())
"""
FEATURE = """
Feature: search
  Scenario: one
    Given it is so
    And 3 of them
    When it happens
    Then it is so

  Scenario: another
    Given it is so
    When it happens
    Then it is so
    And {own}
"""
TESTS = """
from pytest_bdd import scenarios, then

{step}

scenarios("{feature}.feature")

def test_what_was_called():
    import conftest
    assert conftest.asked == ["given", 3, "then", "given", "then"]
    conftest.asked.clear()
"""


def test_steps_are_found_by_type_sentence_and_module(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(STEPS)
    for name, own in (("first", "it is mine"), ("second", "it is another's")):
        pytester.makefile(".feature", **{name: FEATURE.format(own=own)})
        step = f'@then("{own}")\ndef own(): pass'
        pytester.makepyfile(**{f"test_{name}": TESTS.format(step=step, feature=name)})
    result = pytester.runpytest_inprocess("-p", "pytest_bdd.plugin", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=6)


def test_step_of_another_module_is_not_found(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(STEPS)
    pytester.makefile(".feature", first=FEATURE.format(own="it is mine"))
    pytester.makepyfile(test_first=TESTS.format(step="", feature="first"))
    pytester.makepyfile(test_second='from pytest_bdd import then\n\n@then("it is mine")\ndef own(): pass\n')
    result = pytester.runpytest_inprocess("-p", "pytest_bdd.plugin", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*StepDefinitionNotFoundError*it is mine*"])


def test_search_can_be_undone() -> None:
    module = import_module("pytest_bdd.scenario")
    before = module.get_step_function
    undo = cache_step_search()
    assert module.get_step_function is not before
    undo()
    assert module.get_step_function is before
