"""What every feature and check can use."""

from collections.abc import Iterator

import pytest

from harness.modes.in_process import InProcess
from harness.modes.mode import Mode
from harness.world import WORLD, World, opened

pytest_plugins = [
    "harness.left_out",
    "harness.condition_report",
    "harness.one_scenario",
    "harness.steps.given",
    "harness.steps.when",
    "harness.steps.then",
    "harness.steps.monitoring",
    "harness.steps.alerts",
    "harness.steps.function_module",
    "harness.steps.faults",
    "harness.steps.reconciliation",
    "harness.failures",
]


@pytest.fixture(scope="session")
def mode() -> Iterator[Mode]:
    """Where the scenarios take place, one after the other."""
    made = InProcess()
    yield made
    made.close()


@pytest.fixture
def world(mode: Mode, request: pytest.FixtureRequest) -> Iterator[World]:
    """The landscape and the memory of one scenario."""
    with opened(mode) as one:
        request.node.stash[WORLD] = one
        yield one
