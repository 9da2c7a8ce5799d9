"""A pytest plugin: a failed scenario explains itself to somebody who reads no code.

The explanation is kept with the test as data, under `EXPLANATION`, for the evidence. With ``-v`` pytest's own
traceback is shown as well.
"""

import shlex
from typing import Any

import pytest

from harness.bdd.context import CONTEXT
from harness.bdd.failure.explanation import AGREE, DIFFER, NOT_LISTED, Explanation
from harness.bdd.failure.observations import Edges
from harness.bdd.failure.remaining_steps import later_steps, words
from harness.bdd.failure.rendering import WIDE, render
from harness.bdd.mismatch import Finding
from harness.bdd.plugins.condition_report import place_of
from harness.bdd.pytest_bdd_internals import Feature, Scenario, Step
from harness.bdd.steps.tables import CALL_STEPS
from harness.environments.interfaces import NotSupported
from harness.specification.register import Register

EXPLANATION = pytest.StashKey[Explanation]()


@pytest.hookimpl(tryfirst=True)
def pytest_bdd_step_error(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step, exception: Exception
) -> None:
    """Gather all that explains the failure while the landscape still stands."""
    if not isinstance(exception, NotSupported):  # that is no failure
        request.node.stash[EXPLANATION] = explain(request, feature, scenario, step, exception)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """Put the explanation in the place of the traceback; below it, where it was no finding that stopped the step."""
    report = yield
    explanation = item.stash.get(EXPLANATION, None)
    if explanation and call.excinfo and report.when == "call" and report.failed:
        terminal = item.config.get_terminal_writer()
        text = render(explanation, terminal.fullwidth if terminal.hasmarkup else WIDE)
        if explanation.comparisons and item.config.option.verbose <= 0:
            report.longrepr = text
        else:
            report.sections.append(("what is known of it", text))
    return report


def explain(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step, exception: Exception
) -> Explanation:
    """Why a scenario stopped at a step."""
    later = tuple(later_steps(request, scenario, step))
    place = place_of(request.node)
    explanation = Explanation(
        place=f"{feature.rel_filename}:{step.line_number}",
        scenario=scenario.name,
        step=words(step),
        comparisons=exception.comparisons if isinstance(exception, Finding) else (),
        problem="" if isinstance(exception, Finding) else f"the step broke off with {type(exception).__name__}",
        later=later,
        rerun=_command(request.config, place) if place else "",
    )
    context = request.node.stash.get(CONTEXT, None)
    if context is None or not context.has_acted:
        return explanation
    failed = {words(step), *(one.step for one in later if not one.holds)}
    listed = [words(one) for one in scenario.steps if one.name in CALL_STEPS]
    calls_are = NOT_LISTED if not listed else DIFFER if failed.intersection(listed) else AGREE
    return explanation.with_edges(Edges(context, Register.load()), calls_are, scenario.tags | feature.tags)


def _command(config: pytest.Config, place: str) -> str:
    """What runs one scenario alone, against the same middleware; its credentials are not repeated."""
    if url := config.getoption("middleware_url", None):
        return f"tox -e bdd-external -- --middleware-url {shlex.quote(url)} --scenario {place}"
    return f"tox -e bdd -- --scenario {place}"
