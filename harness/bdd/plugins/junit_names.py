"""A pytest plugin: in JUnit XML a scenario has its name as the feature writes it, with its number.

The name of its test, by which pytest selects it, has no number at its beginning.
"""

import pytest
from _pytest.junitxml import xml_key

from harness.bdd.plugins.condition_report import TITLE_PROPERTY


class JUnitNames:
    """Names the test cases in a file of results."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Name a test case before pytest writes it down."""
        title = dict(report.user_properties).get(TITLE_PROPERTY)
        results = self._config.stash.get(xml_key, None)
        if title and results:
            results.node_reporter(report).add_attribute("name", str(title))


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(JUnitNames(config))
