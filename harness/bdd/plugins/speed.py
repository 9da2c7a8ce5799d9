"""A pytest plugin: a long run of features takes a fifth less time, and is otherwise the same."""

import gc
import sys
from collections.abc import Sequence

import pytest
from pytest_bdd.parser import Step

SEARCH = "find_fixturedefs_for_step"


def pytest_configure(config: pytest.Config) -> None:
    """Look for the definitions of a sentence once, and not again for each scenario that has it.

    pytest-bdd goes through every fixture there is at every sentence. Which one fits does not change below one parent:
    step functions are made in modules. A release without this function is slower, and as right.
    """
    scenario = sys.modules["pytest_bdd.scenario"]  # pytest_bdd itself has a function of this name
    search = getattr(scenario, SEARCH, None)
    if search is None:
        return
    found: dict[object, Sequence[object]] = {}

    def once(step: Step, fixturemanager: object, node: pytest.Item) -> Sequence[object]:
        key = node.parent, step.type, step.name
        if key not in found:
            found[key] = [*search(step=step, fixturemanager=fixturemanager, node=node)]
        return found[key]

    setattr(scenario, SEARCH, once)
    config.add_cleanup(lambda: setattr(scenario, SEARCH, search))


def pytest_collection_finish() -> None:
    """What has been collected stays to the end, so Python need not look through it for what can go."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Nor through what has been gathered, while evidence and pack are made of it."""
    gc.collect()  # what can go and was not closed is found here, as without this plugin it is found later
    gc.freeze()
