"""A pytest plugin: a table or a doc string that its step does not take is an error, and so is a missing one."""

from collections.abc import Callable
from inspect import signature
from typing import NoReturn

import pytest

from harness.bdd.feature_error import FeatureError
from harness.bdd.pytest_bdd_internals import Step, step_functions


def pytest_bdd_before_step_call(step: Step, step_func: Callable[..., object]) -> None:
    takes = signature(step_func).parameters
    if step.datatable and "datatable" not in takes:
        raise FeatureError(f"the step takes no table{_suggestion(step, f'{step.name}:')}")
    if step.docstring is not None and "docstring" not in takes:
        raise FeatureError(f"the step takes no text{_suggestion(step, f'{step.name}:')}")


@pytest.fixture
def datatable() -> NoReturn:
    """Stand in for the table of a step that has none."""
    raise FeatureError("the step takes a table, and none follows it")


@pytest.fixture
def docstring() -> NoReturn:
    """Stand in for the doc string of a step that has none."""
    raise FeatureError("the step takes a text, and none follows it")


def _suggestion(step: Step, other: str) -> str:
    """Ask for another sentence, if there is a step that says it."""
    fits = any(one.type == step.type and one.parser.is_matching(other) for one in step_functions())
    return f"; did you mean: {other}" if fits else ""
