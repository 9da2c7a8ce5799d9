"""A pytest plugin for the mutation check: the tests that are likely to notice a mutant run first, which saves time.

Tests that noticed another mutant of the same function come first, then one row of each outline, then the other rows,
then the checks: a mutant that never comes to an end is noticed by the clock of a feature.
"""

import os
from pathlib import Path

import pytest

from harness.bdd.pytest_bdd_internals import example_index, scenario_of

NOTICED = Path("noticed.txt")
"""Written by all runs together: a function, and a test that noticed a mutant of it, on each line."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    lately = _noticed(_function())
    items.sort(key=lambda item: (-lately.get(item.nodeid, -1), scenario_of(item) is None, example_index(item)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed and (function := _function()):
        with NOTICED.open("a", encoding="utf-8") as noticed:
            noticed.write(f"{function}\t{report.nodeid}\n")


def _function() -> str:
    """The function whose mutant is under test, as mutmut writes it; blank where there is none."""
    name, mutant, _ = os.environ.get("MUTANT_UNDER_TEST", "").partition("__mutmut_")
    return name if mutant else ""


def _noticed(function: str) -> dict[str, int]:
    """The tests that noticed a mutant of the function, the latest with the highest number."""
    if not function or not NOTICED.exists():
        return {}
    lines = (line.rstrip("\n").split("\t") for line in NOTICED.read_text(encoding="utf-8").splitlines())
    return {test: number for number, (of, test) in enumerate(lines) if of == function}
