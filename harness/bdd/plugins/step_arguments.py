"""A pytest plugin: refuse a step whose table or doc string nothing takes in, or whose sentence fits two functions."""

from typing import NoReturn

import pytest

from harness.bdd.feature_error import FeatureError
from harness.bdd.pytest_bdd_internals import Step
from harness.bdd.sentences import NO_TABLE, NO_TEXT, problem_with


def pytest_bdd_before_step_call(step: Step) -> None:
    """Raise FeatureError before the step runs."""
    has_table, has_text = bool(step.datatable), step.docstring is not None
    if problem := problem_with(step.type, step.name, has_table=has_table, has_text=has_text):
        raise FeatureError(problem)


@pytest.fixture
def datatable() -> NoReturn:
    """Stand in for the table of a step that has none."""
    raise FeatureError(NO_TABLE)


@pytest.fixture
def docstring() -> NoReturn:
    """Stand in for the doc string of a step that has none."""
    raise FeatureError(NO_TEXT)
