"""A test that lacks a tool is named at the end, and fails where nothing may be missing."""

import pytest

from harness.environments.missing_tools import STRICT

pytest_plugins = ["pytester"]

TESTS = """
from harness.environments.missing_tools import skip_without

def test_first():
    skip_without("Chromium", "apt-get install chromium")

def test_second():
    skip_without("Chromium", "apt-get install chromium")

def test_third():
    pass
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv(STRICT, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(TESTS)
    return pytester


def test_last_lines_name_each_missing_tool_with_its_remedy(project: pytest.Pytester) -> None:
    ran = project.runpytest_inprocess("-p", "harness.environments.missing_tools")
    ran.assert_outcomes(passed=1, skipped=2)
    *_, last, _counts = filter(None, ran.outlines)
    assert last == "2 x Chromium (apt-get install chromium)"


def test_strict_run_fails_for_a_missing_tool(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(STRICT, "1")
    ran = project.runpytest_inprocess("-p", "harness.environments.missing_tools")
    ran.assert_outcomes(passed=1, failed=2)
    ran.stdout.fnmatch_lines(
        ["missing tool: Chromium (apt-get install chromium), and ZICM_STRICT=1 allows no such gap"]
    )
