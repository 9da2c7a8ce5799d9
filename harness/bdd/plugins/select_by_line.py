"""A pytest plugin: ``--scenario FILE:LINE`` runs one scenario, or one row of an outline, by where it stands."""

import pytest

from harness.bdd.plugins.condition_report import place_of


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--scenario",
        action="append",
        metavar="FILE:LINE",
        help="run the scenario that stands there, for example executed.feature:94; can be given several times",
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out every test that runs none of the wanted scenarios. Raises UsageError for a place without a scenario."""
    wanted = [place.removeprefix("features/") for place in config.getoption("scenario") or ()]
    if not wanted:
        return
    places = {place_of(item) for item in items}
    for place in wanted:
        if place not in places:
            raise pytest.UsageError(f"--scenario {place}: no scenario begins there")
    config.hook.pytest_deselected(items=[item for item in items if place_of(item) not in wanted])
    items[:] = [item for item in items if place_of(item) in wanted]
