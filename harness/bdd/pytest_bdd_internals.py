"""From a test of pytest's to the scenario that it was made of."""

import pytest
from pytest_bdd.parser import ScenarioTemplate
from pytest_bdd.scenario import scenario_wrapper_template_registry
from pytest_bdd.utils import registry_get_safe


def scenario_of(item: pytest.Item) -> ScenarioTemplate | None:
    """The scenario, or outline, that a test was made of; None for any other test."""
    return registry_get_safe(scenario_wrapper_template_registry, getattr(item, "obj", None))


def example_index(item: pytest.Item) -> int:
    """Which row of its outline a test runs, over all Examples; 0 for a scenario that is no outline."""
    callspec = getattr(item, "callspec", None)
    return int(callspec.indices.get("_pytest_bdd_example", 0)) if callspec else 0
