"""A pytest plugin: report a failed scenario so that people understand it without reading code.

The report is kept with the test under `FAILURE_REPORT`, for the evidence. ``-v`` adds pytest's own traceback.
"""

import json
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest
from pytest_bdd.exceptions import StepDefinitionNotFoundError

from harness.bdd.context import CONTEXT, ScenarioContext
from harness.bdd.failure.observations import Observations
from harness.bdd.failure.reasons import find_reasons
from harness.bdd.failure.rendering import WIDE, render
from harness.bdd.failure.report import AGREE, DIFFER, NOT_LISTED, RAISED, FailureReport, RemainingStep
from harness.bdd.feature_error import FeatureError
from harness.bdd.mismatch import Mismatch
from harness.bdd.plugins.condition_report import place_of
from harness.bdd.pytest_bdd_internals import Feature, Scenario, Step, call_step
from harness.bdd.sentences import no_such_step
from harness.bdd.steps.icertis_calls import CALL_STEPS
from harness.environments.interfaces import MiddlewareFailed, NotSupported
from harness.specification.register import Register
from harness.text import did_you_mean
from simulator.icertis.tenant import NotAllowedError
from simulator.scm.framework import MissingRowError, RefusedError

FAILURE_REPORT = pytest.StashKey[FailureReport]()

REPORT_AS_JSON = "zicm_failure"
"""The attribute of a test's report that carries its FailureReport as JSON, also from another process."""


@pytest.hookimpl(tryfirst=True)
def pytest_bdd_step_error(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step, exception: Exception
) -> None:
    """Build the report before the landscape is torn down."""
    if not isinstance(exception, NotSupported):  # which skips the step or the scenario
        request.node.stash[FAILURE_REPORT] = build_report(request, feature, scenario, step, exception)


def pytest_bdd_step_func_lookup_error(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step, exception: Exception
) -> None:
    """Report a sentence that fits no step."""
    request.node.stash[FAILURE_REPORT] = build_report(request, feature, scenario, step, exception)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """Show the report instead of the traceback of a mismatch, or below any other traceback."""
    report = item.stash.get(FAILURE_REPORT, None)
    if not report or not call.excinfo or call.when != "call":
        return (yield)
    explains_itself = report.comparisons or not report.problem.startswith(RAISED)
    options = item.config.option
    replaces, style = explains_itself and options.verbose <= 0, options.tbstyle
    if replaces:
        options.tbstyle = "value"  # to write a traceback, pytest parses each module in it
    try:
        result = yield
    finally:
        options.tbstyle = style
    if result.failed:
        setattr(result, REPORT_AS_JSON, json.dumps(report.as_json()))
        terminal = item.config.get_terminal_writer()
        text = render(report, terminal.fullwidth if terminal.hasmarkup else WIDE)
        if replaces:
            result.longrepr = text
        else:
            result.sections.append(("failure report", text))
    return result


def build_report(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step, exception: Exception
) -> FailureReport:
    """Report why a scenario stopped at a step."""
    of_same_when = _thens_around(scenario, step)
    remaining = tuple(_check(request, of_same_when[of_same_when.index(step) + 1 :])) if of_same_when else ()
    place = place_of(request.node)
    report = FailureReport(
        place=f"{feature.rel_filename}:{_line(step, exception)}",
        scenario=scenario.name,
        step=step_title(step),
        comparisons=exception.comparisons if isinstance(exception, Mismatch) else (),
        problem=_problem(exception, step, request.node.stash.get(CONTEXT, None)),
        remaining_steps=remaining,
        rerun=rerun_command(request.config, f"--scenario {place}") if place else "",
    )
    register = Register.load()
    said = "\n".join(_texts(scenario))
    context = request.node.stash.get(CONTEXT, None)
    is_mistake = isinstance(exception, FeatureError) and not exception.troubles
    if context is None or not context.is_built or (is_mistake and not context.has_acted):
        return replace(report, reasons=find_reasons(report, exception, (), register.mappings, said))
    failed = {step_title(step), *(one.step for one in remaining if not one.holds)}
    listing_calls = [step_title(one) for one in of_same_when if one.name in CALL_STEPS]
    calls_state = NOT_LISTED if not listing_calls else DIFFER if failed.intersection(listing_calls) else AGREE
    if context.scm_tables is not None:
        calls_state = ""  # ICI was called by the connector, and not by CPI
    observations = Observations(context, register)
    report = observations.add_to(report, calls_state, scenario.tags | feature.tags)
    return replace(report, reasons=find_reasons(report, exception, observations.troubles, register.mappings, said))


def _texts(scenario: Scenario) -> Iterator[str]:
    """Iterate over everything that the steps of a scenario say."""
    for step in scenario.steps:
        yield step.name
        yield step.docstring or ""
        yield from (cell.value for row in (step.datatable.rows if step.datatable else []) for cell in row.cells)


def _problem(exception: Exception, step: Step, context: ScenarioContext | None) -> str:
    """Say why a step failed; blank for a mismatch, which says so itself."""
    if isinstance(exception, Mismatch):
        return ""
    if isinstance(exception, FeatureError | MiddlewareFailed):
        return str(exception)
    if isinstance(exception, NotAllowedError):
        return f"ICI does not allow it: {exception}"
    if isinstance(exception, RefusedError):
        about = f"{exception.field}: " if exception.field else ""
        return f"SCM refuses what the step says: {about}{exception.reason}"
    if isinstance(exception, MissingRowError):
        return "SCM has no row with the key that the step names"
    if isinstance(exception, StepDefinitionNotFoundError):
        return no_such_step(step.type, step.name)
    word = exception.args[0] if isinstance(exception, KeyError) and exception.args else None
    if isinstance(word, str) and word in _words(step):
        known = (*context.agreements, *context.settings.systems, *context.settings.users) if context else ()
        return f'the step names "{word}", and there is none{did_you_mean(word, known)}'
    return f"{RAISED}{type(exception).__name__}"


def _words(step: Step) -> str:
    """Join the sentence of a step and the cells of its table."""
    cells = (cell.value for row in step.datatable.rows for cell in row.cells) if step.datatable else ()
    return " ".join((step.name, *cells))


def _line(step: Step, exception: Exception) -> int:
    """Return the line of a step, or of the cell of its table that holds the wrong word."""
    word = exception.word if isinstance(exception, FeatureError) else ""
    rows = step.datatable.rows if word and step.datatable else []
    lines = [cell.location.line for row in rows for cell in row.cells if cell.value == word]
    return lines[-1] if lines else step.line_number


def step_title(step: Step) -> str:
    """Write a step as the feature does, without its table."""
    return f"{step.keyword} {step.name.splitlines()[0]}"


def _thens_around(scenario: Scenario, failed: Step) -> list[Step]:
    """List the Thens of the When that a failed Then belongs to; none for a failed Given or When.

    What comes after the next When is not looked at: it would change what the report shows.
    """
    for are_thens, steps in groupby(scenario.steps, lambda step: step.type == "then"):
        if are_thens and failed in (found := [*steps]):
            return found
    return []


def _check(request: pytest.FixtureRequest, steps: Iterable[Step]) -> Iterator[RemainingStep]:
    """Check steps after a Then that failed, so that all mismatches are reported at once.

    pytest-bdd and its hooks do not notice.
    """
    for step in steps:
        try:
            call_step(request, step)
        except Mismatch as mismatch:
            yield RemainingStep(step_title(step), mismatch.comparisons)
        except Exception as error:  # noqa: BLE001 - what the failed step found can make this one fail in any way
            yield RemainingStep(step_title(step), problem=type(error).__name__)
        else:
            yield RemainingStep(step_title(step))


def rerun_command(config: pytest.Config, what: str) -> str:
    """Write the command that runs some scenarios against the same landscape, without its credentials."""
    if url := config.getoption("middleware_url", None):
        return f"tox -e bdd-external -- --middleware-url {shlex.quote(url)} {what}"
    if url := config.getoption("connector_url", None):
        return f"tox -e bdd-scm-external -- --connector-url {shlex.quote(url)} {what}"
    abap = config.getoption("abap", None)
    with_abap = f"--abap {shlex.quote(str(abap))} " if abap else ""
    if flow := config.getoption("flow", None):
        return f"tox -e bdd-iflow -- --flow {shlex.quote(str(flow))} {with_abap}{what}"
    return f"tox -e bdd-abap -- {with_abap}{what}" if abap else f"tox -e bdd -- {what}"
