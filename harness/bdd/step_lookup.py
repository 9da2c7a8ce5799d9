"""Find the function that a step runs."""

import re
from collections.abc import Callable
from importlib import import_module
from inspect import unwrap
from typing import NamedTuple

from harness.bdd.pytest_bdd_internals import StepFunctionContext, step_functions
from harness.bdd.steps import STEP_MODULES
from harness.specification.scenarios import ScenarioStep


class StepFunction(NamedTuple):
    """The function that a step runs."""

    name: str
    """Its pattern, as a feature would write it."""

    function: Callable[..., object]


class StepFunctions:
    """All step functions of the harness."""

    def __init__(self) -> None:
        for module in STEP_MODULES:
            import_module(module)
        self.contexts = [one for one in step_functions() if one.step_func.__module__ in STEP_MODULES]
        self._known: dict[tuple[str, str], list[StepFunction]] = {}

    def of(self, step: ScenarioStep) -> list[StepFunction]:
        """Return the functions whose pattern matches a step; usually one."""
        if (step.type, step.text) not in self._known:
            self._known[step.type, step.text] = [
                StepFunction(f"{context.type} {_readable_pattern(context)}", unwrap(context.step_func))
                for context in self.contexts
                if context.type == step.type and context.parser.is_matching(step.text)
            ]
        return self._known[step.type, step.text]


def _readable_pattern(context: StepFunctionContext) -> str:
    """Write the groups of a regular expression as other patterns write their fields."""
    named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", str(context.parser.name))
    return re.sub(r"\(\?:([^()|]*)[^()]*\)", r"\1", named)
