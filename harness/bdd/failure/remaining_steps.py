"""Looking at the steps after one that failed: what else does not hold is told at once, not failure by failure."""

from collections.abc import Iterator
from inspect import signature

import pytest
from pytest_bdd.parser import Scenario, Step
from pytest_bdd.scenario import get_step_function, parse_step_arguments
from pytest_bdd.utils import get_required_args

from harness.bdd.failure.explanation import RemainingStep
from harness.bdd.mismatch import Finding


def later_steps(request: pytest.FixtureRequest, scenario: Scenario, failed: Step) -> Iterator[RemainingStep]:
    """Every Then step after a Then step that failed; none after a step of another kind, which nothing can stand on.

    For pytest-bdd and its hooks these steps are not run.
    """
    if failed.type != "then":
        return
    for step in scenario.steps[scenario.steps.index(failed) + 1 :]:
        try:
            _look(request, step)
        except Finding as finding:
            yield RemainingStep(words(step), finding.comparisons)
        except Exception as error:  # noqa: BLE001 - a step may stumble in any way over what the failed one found
            yield RemainingStep(words(step), problem=type(error).__name__)
        else:
            yield RemainingStep(words(step))


def words(step: Step) -> str:
    """A step as the feature has it, without its table."""
    return f"{step.keyword} {step.name.splitlines()[0]}"


def _look(request: pytest.FixtureRequest, step: Step) -> None:
    """Call the function of a step with its arguments, as pytest-bdd does."""
    context = get_step_function(request, step)
    if context is None:
        raise LookupError("there is no such step")
    function = context.step_func
    takes = signature(function).parameters
    arguments = {name: value for name, value in parse_step_arguments(step, context).items() if name in takes}
    if "datatable" in takes and step.datatable:
        arguments["datatable"] = step.datatable.raw()
    fixtures = [name for name in get_required_args(function) if name not in arguments]
    function(**arguments, **{name: request.getfixturevalue(name) for name in fixtures})
