"""Looking at the steps after one that failed: what else does not hold is told at once, not failure by failure."""

from collections.abc import Iterator

import pytest

from harness.bdd.failure.explanation import RemainingStep
from harness.bdd.mismatch import Finding
from harness.bdd.pytest_bdd_internals import Scenario, Step, call_step


def later_steps(request: pytest.FixtureRequest, scenario: Scenario, failed: Step) -> Iterator[RemainingStep]:
    """Every Then step after a Then step that failed; none after a step of another kind, which nothing can stand on.

    For pytest-bdd and its hooks these steps are not run.
    """
    if failed.type != "then":
        return
    for step in scenario.steps[scenario.steps.index(failed) + 1 :]:
        try:
            call_step(request, step)
        except Finding as finding:
            yield RemainingStep(words(step), finding.comparisons)
        except Exception as error:  # noqa: BLE001 - a step may stumble in any way over what the failed one found
            yield RemainingStep(words(step), problem=type(error).__name__)
        else:
            yield RemainingStep(words(step))


def words(step: Step) -> str:
    """A step as the feature has it, without its table."""
    return f"{step.keyword} {step.name.splitlines()[0]}"
