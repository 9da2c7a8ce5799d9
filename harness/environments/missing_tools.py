"""A pytest plugin: a test that lacks a tool is skipped and named at the end; with ZICM_STRICT=1 it fails."""

import os
from collections import Counter
from collections.abc import Generator
from typing import NoReturn

import pytest

STRICT = "ZICM_STRICT"

_PREFIX = "missing tool: "


def is_strict() -> bool:
    """Return True if a tool that is missing is a failure."""
    return os.environ.get(STRICT) == "1"


def skip_without(tool: str, remedy: str) -> NoReturn:
    """End a test that needs a tool this machine lacks; `remedy` is the command that brings it."""
    reason = f"{_PREFIX}{tool} ({remedy})"
    if is_strict():
        pytest.fail(f"{reason}, and {STRICT}=1 allows no such gap", pytrace=False)
    pytest.skip(reason)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    """Name each missing tool in the last lines, with the number of tests that did not run for it."""
    yield
    reasons = (report.longrepr for report in terminalreporter.stats.get("skipped", []))
    texts = (str(reason[2]) for reason in reasons if isinstance(reason, tuple))
    missing = Counter(text.partition(_PREFIX)[2] for text in texts if _PREFIX in text)
    if missing:
        terminalreporter.section("not run: a tool is missing", yellow=True)
    for tool, count in sorted(missing.items()):
        terminalreporter.line(f"{count} x {tool}")
