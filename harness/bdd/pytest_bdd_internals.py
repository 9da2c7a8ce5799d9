"""Adapt the parts of pytest-bdd that are not its public API.

`pyproject.toml` bounds the version of pytest-bdd, and ruff bans these imports in every other module.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from gherkin.pickles.compiler import GherkinDocumentWithURI
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.feature import features
from pytest_bdd.gherkin_parser import DataTable, GherkinDocument, Row
from pytest_bdd.parser import Feature, FeatureParser, Scenario, ScenarioTemplate, Step, render_string
from pytest_bdd.parsers import StepParser, parse
from pytest_bdd.scenario import get_step_function, parse_step_arguments, scenario_wrapper_template_registry
from pytest_bdd.steps import StepFunctionContext, step_function_context_registry
from pytest_bdd.utils import get_required_args, registry_get_safe

__all__ = [
    "Feature",
    "Scenario",
    "ScenarioTemplate",
    "Step",
    "StepFunctionContext",
    "cache_feature",
    "cache_step_search",
    "call_step",
    "example_index",
    "fitting",
    "scenario_of",
    "share_tables",
    "step_functions",
]


class _ParsedFeature(FeatureParser):
    def __init__(self, file: Path, document: GherkinDocumentWithURI) -> None:
        super().__init__(str(file.parent), file.name)
        self._document = document

    def _parse_feature_file(self) -> GherkinDocument:
        return GherkinDocument.from_dict(self._document)


def cache_feature(file: Path, document: GherkinDocumentWithURI) -> None:
    """Put what Gherkin's parser has read of a feature into the cache in which `scenarios` looks first."""
    features[str(file)] = _ParsedFeature(file, document).parse()


def scenario_of(item: pytest.Item) -> ScenarioTemplate | None:
    """Find the scenario or outline that a test runs; None for any other test."""
    return registry_get_safe(scenario_wrapper_template_registry, getattr(item, "obj", None))


def example_index(item: pytest.Item) -> int:
    """Find which row of its outline a test runs, counted from 0 over all Examples; 0 without an outline."""
    callspec = getattr(item, "callspec", None)
    return int(callspec.indices.get("_pytest_bdd_example", 0)) if callspec else 0


def step_functions() -> Iterator[StepFunctionContext]:
    """Iterate over every imported step function, once for each of its patterns."""
    return step_function_context_registry.values()


def call_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Call the function of a step as pytest-bdd does, but without its hooks. Raises LookupError where none fits."""
    context = get_step_function(request, step)
    if context is None:
        raise LookupError(f"no step function fits: {step.name}")
    function = context.step_func
    parameters = signature(function).parameters
    arguments = {name: value for name, value in parse_step_arguments(step, context).items() if name in parameters}
    if "datatable" in parameters and step.datatable:
        arguments["datatable"] = step.datatable.raw()
    fixtures = [name for name in get_required_args(function) if name not in arguments]
    function(**arguments, **{name: request.getfixturevalue(name) for name in fixtures})


def fitting(kind: str, sentence: str) -> tuple[StepFunctionContext, ...]:
    """Return the imported step functions that a sentence fits under a keyword; usually one."""
    return _fitting(kind, sentence, len(step_function_context_registry))


@cache
def _fitting(kind: str, sentence: str, _imported: int) -> tuple[StepFunctionContext, ...]:
    """Match a sentence with the patterns of the steps that begin like it, which few do."""
    lower = sentence.lower()
    return tuple(
        one
        for one in step_functions()
        if one.type in {None, kind} and lower.startswith(_beginning(one.parser)) and one.parser.is_matching(sentence)
    )


@cache
def _beginning(parser: StepParser) -> str:
    """Return the letters with which every sentence of a pattern begins, in lower case, as case does not count."""
    return parser.name.partition("{")[0].lower() if type(parser) is parse else ""


def cache_step_search() -> Callable[[], None]:
    """List the step functions that a module sees once, and search for each sentence once. Returns the undo.

    pytest-bdd asks pytest for every fixture at every step, makes a fixture of the function that it found, and inspects
    that function three times. The result is the same below one parent: step functions are defined in modules.
    """
    module = import_module("pytest_bdd.scenario")  # the attribute of this name in pytest_bdd is a function
    visible: dict[object, set[int]] = {}
    chosen_by_pytest = module.get_step_function

    def find(request: pytest.FixtureRequest, step: Step) -> StepFunctionContext | None:
        parent = request.node.parent
        if parent not in visible:
            manager: Any = request._fixturemanager  # noqa: SLF001 - as pytest-bdd does
            names = get_fixture_names(manager)
            every = (one for name in names for one in getfixturedefs(manager, name, request.node) or ())
            visible[parent] = {id(step_function_context_registry.get(one.func)) for one in every}
        found = [one for one in fitting(step.type, step.name) if id(one) in visible[parent]]
        # Of several, pytest knows which overrides which.
        return found[0] if len(found) == 1 else chosen_by_pytest(request, step)

    patch = pytest.MonkeyPatch()
    patch.setattr(module, "get_step_function", find)
    for inspected in (signature, get_required_args):
        patch.setattr(module, inspected.__name__, cache(inspected))
    return patch.undo


def share_tables() -> Callable[[], None]:
    """Let a scenario that is no outline use the tables of its file as they are. Returns the undo.

    pytest-bdd copies every cell with all that belongs to it. No step changes a table: it gets the texts of it.
    """

    def render(table: DataTable, example: Mapping[str, object]) -> DataTable:
        return replace(table, rows=[_rendered(row, example) for row in table.rows]) if example else table

    patch = pytest.MonkeyPatch()
    patch.setattr(Step, "render_datatable", staticmethod(render))
    return patch.undo


def _rendered(row: Row, example: Mapping[str, object]) -> Row:
    return replace(row, cells=[replace(cell, value=render_string(cell.value, example)) for cell in row.cells])
