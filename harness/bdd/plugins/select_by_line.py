"""A pytest plugin: run one scenario, or one row of an outline, by its place with ``--scenario FILE:LINE``."""

import pytest

from harness.bdd.plugins.condition_report import place_of
from harness.bdd.plugins.feature_files import PROBLEMS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--scenario",
        action="append",
        metavar="FILE:LINE",
        help="run only the scenario that begins there, for example executed.feature:93; can be given several times",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect every test of another scenario. Raises UsageError for a place where no scenario begins."""
    wanted = [place.removeprefix("features/") for place in config.getoption("scenario") or ()]
    if not wanted:
        return
    places = {place_of(item) for item in items}
    for place in wanted:
        problems = [one for one in config.stash.get(PROBLEMS, []) if one.feature == place.rpartition(":")[0]]
        if problems:
            raise pytest.UsageError(f"--scenario {place}: {problems[0]}")
        if place not in places:
            raise pytest.UsageError(f"--scenario {place}: no scenario begins there")
    config.hook.pytest_deselected(items=[item for item in items if place_of(item) not in wanted])
    items[:] = [item for item in items if place_of(item) in wanted]
