"""A failed scenario reads as a finding: the feature's line, the step that did not hold, expected beside seen.

With ``-v`` pytest's own traceback is shown as well.
"""

from typing import Any

import pytest
from pytest_bdd.parser import Feature, Scenario, Step

_STEP = pytest.StashKey[tuple[Feature, Scenario, Step]]()


class Finding(AssertionError):  # noqa: N818 - it is no error of the program
    """What was expected is not what was seen. Its text is all that somebody without the code needs."""


def pytest_bdd_step_error(request: pytest.FixtureRequest, feature: Feature, scenario: Scenario, step: Step) -> None:
    """Remember at which step a scenario stopped."""
    request.node.stash[_STEP] = (feature, scenario, step)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Any:
    """Put the finding in the place of the traceback."""
    report = yield
    stopped = item.stash.get(_STEP, None)
    if stopped and call.excinfo and call.excinfo.errisinstance(Finding) and item.config.option.verbose <= 0:
        feature, scenario, step = stopped
        report.longrepr = (
            f"{feature.rel_filename}:{step.line_number}\n"
            f"  {scenario.name}\n"
            f"  {step.keyword} {step.name.splitlines()[0]}\n\n"
            f"{call.excinfo.value}\n"
        )
    return report
