"""What every feature and check can use."""

from collections.abc import Iterator

import pytest

from harness.bdd.context import CONTEXT, ScenarioContext, scenario_context
from harness.environments.interfaces import Environment

pytest_plugins = [
    "harness.bdd.plugins.unsupported",
    "harness.bdd.plugins.condition_report",
    "harness.environments.missing_tools",
    "harness.environments.plugin",
    "harness.bdd.plugins.select_by_line",
    "harness.environments.postgres_plugin",
    "harness.bdd.plugins.speed",
    "harness.bdd.steps.icertis_setup",
    "harness.bdd.steps.icertis_actions",
    "harness.bdd.steps.tables",
    "harness.bdd.steps.message_log",
    "harness.bdd.steps.alerts",
    "harness.bdd.steps.function_module",
    "harness.bdd.steps.faults",
    "harness.bdd.steps.reconciliation",
    "harness.bdd.steps.outline_agreements",
    "harness.bdd.steps.maintenance",
    "harness.bdd.steps.report",
    "harness.bdd.failure.plugin",
    "harness.evidence.plugin",
    "harness.signoff.html.plugin",
]


@pytest.fixture
def context(mode: Environment, request: pytest.FixtureRequest) -> Iterator[ScenarioContext]:
    """The context of one scenario."""
    with scenario_context(mode) as found:
        request.node.stash[CONTEXT] = found
        yield found
        del request.node.stash[CONTEXT]  # which pytest keeps to the end
