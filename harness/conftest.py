"""What every feature and check can use."""

from collections.abc import Iterator

import pytest

from harness.world import World, opened
from simulator.landscape import Databases
from simulator.settings import Settings

pytest_plugins = [
    "harness.condition_report",
    "harness.failures",
    "harness.steps.given",
    "harness.steps.when",
    "harness.steps.then",
    "harness.steps.monitoring",
    "harness.steps.alerts",
    "harness.steps.function_module",
    "harness.steps.faults",
    "harness.steps.reconciliation",
]


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """PF2, WP2 and CPI's store, used by one scenario after the other: emptying them is faster than making them."""
    made = Databases.open(Settings())
    yield made
    made.close()


@pytest.fixture
def world(databases: Databases) -> Iterator[World]:
    """The landscape and the memory of one scenario."""
    with opened(databases) as one:
        yield one
