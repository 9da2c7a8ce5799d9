"""What every feature and check can use."""

from collections.abc import Iterator

import pytest

from harness.modes.mode import Mode
from harness.world import WORLD, World, opened

pytest_plugins = [
    "harness.left_out",
    "harness.condition_report",
    "harness.modes.options",
    "harness.one_scenario",
    "harness.postgres",
    "harness.quick",
    "harness.side_by_side",
    "harness.steps.given",
    "harness.steps.when",
    "harness.steps.then",
    "harness.steps.monitoring",
    "harness.steps.alerts",
    "harness.steps.function_module",
    "harness.steps.faults",
    "harness.steps.reconciliation",
    "harness.steps.outline_agreements",
    "harness.steps.maintenance",
    "harness.steps.report",
    "harness.failures",
    "harness.evidence.plugin",
    "harness.signoff.plugin",
]


@pytest.fixture
def world(mode: Mode, request: pytest.FixtureRequest) -> Iterator[World]:
    """The landscape and the memory of one scenario."""
    with opened(mode) as one:
        request.node.stash[WORLD] = one
        yield one
        del request.node.stash[WORLD]  # which pytest keeps to the end
