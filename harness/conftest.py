"""What every feature and check can use."""

from collections.abc import Iterator

import pytest

from harness.world import World, opened
from simulator.ecc.system import EccSystem

pytest_plugins = [
    "harness.condition_report",
    "harness.steps.given",
    "harness.steps.when",
    "harness.steps.then",
    "harness.steps.monitoring",
    "harness.steps.function_module",
]


@pytest.fixture(scope="session")
def systems() -> Iterator[dict[str, EccSystem]]:
    """PF2 and WP2, used by one scenario after the other: making a database takes longer than emptying it."""
    made = {name: EccSystem(name) for name in ("PF2", "WP2")}
    yield made
    for system in made.values():
        system.close()


@pytest.fixture
def world(systems: dict[str, EccSystem]) -> Iterator[World]:
    """The landscape and the memory of one scenario."""
    with opened(systems) as one:
        yield one
