"""A pytest plugin: refuse a step whose table or doc string nothing takes in, or whose sentence fits two functions."""

from collections.abc import Callable
from functools import cache
from inspect import signature, unwrap
from pathlib import Path
from typing import NoReturn

import pytest

from harness.bdd.feature_error import FeatureError
from harness.bdd.pytest_bdd_internals import Step, step_functions


def pytest_bdd_before_step_call(step: Step, step_func: Callable[..., object]) -> None:
    """Raise FeatureError before the step runs."""
    functions = _functions(step.type, step.name)
    if len(functions) > 1:
        raise FeatureError(f"the sentence fits more than one step: {' and '.join(functions)}")
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


@cache
def _functions(step_type: str, sentence: str) -> tuple[str, ...]:
    """Name the step functions that a sentence fits, each with file and line."""
    fitting = (
        one.step_func for one in step_functions() if one.type in {None, step_type} and one.parser.is_matching(sentence)
    )
    return tuple(dict.fromkeys(map(_named, fitting)))


def _named(function: Callable[..., object]) -> str:
    code = unwrap(function).__code__
    return f"{function.__name__} ({Path(code.co_filename).name}:{code.co_firstlineno})"


def _suggestion(step: Step, other: str) -> str:
    """Ask for another sentence, if there is a step that says it."""
    fits = any(one.type == step.type and one.parser.is_matching(other) for one in step_functions())
    return f"; did you mean: {other}" if fits else ""
