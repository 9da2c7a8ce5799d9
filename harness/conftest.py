"""What every feature and check can use."""

from collections.abc import Iterator

import pytest

from harness.world import World, opened

pytest_plugins = [
    # "harness.condition_report",
    "harness.steps.given",
    "harness.steps.when",
    "harness.steps.then",
    "harness.steps.monitoring",
]


@pytest.fixture
def world() -> Iterator[World]:
    """The landscape and the memory of one scenario."""
    with opened() as one:
        yield one
