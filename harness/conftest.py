"""The plugins and the fixture that every feature and test can use."""

from collections.abc import Iterator

import pytest

from harness.bdd.context import CONTEXT, ScenarioContext, scenario_context
from harness.bdd.steps import STEP_MODULES
from harness.environments.interfaces import Environment

# In the order of the rooms. A plugin stands after those that it imports, or pytest could not rewrite their asserts.
pytest_plugins = [
    "harness.environments.missing_tools",
    "harness.environments.abap_plugin",
    "harness.environments.plugin",
    "harness.environments.postgres_plugin",
    "harness.bdd.plugins.unsupported",
    "harness.bdd.plugins.missing_reports",
    "harness.bdd.plugins.condition_report",
    "harness.bdd.plugins.feature_files",
    "harness.bdd.plugins.junit_names",
    "harness.bdd.plugins.selection",
    "harness.bdd.plugins.speed",
    "harness.bdd.plugins.step_arguments",
    "harness.bdd.plugins.watch",
    *STEP_MODULES,
    "harness.bdd.failure.plugin",
    "harness.bdd.failure.summary_plugin",
    "harness.evidence.plugin",
    "harness.evidence.verdict_plugin",
    "harness.signoff.html.plugin",
]


@pytest.fixture
def context(environment: Environment, request: pytest.FixtureRequest) -> Iterator[ScenarioContext]:
    """Open the context of one scenario."""
    with scenario_context(environment) as found:
        request.node.stash[CONTEXT] = found
        yield found
        del request.node.stash[CONTEXT]  # which pytest keeps to the end
