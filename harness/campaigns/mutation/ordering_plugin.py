"""A pytest plugin for the mutation check: run the tests that are likely to kill a mutant first, which saves time.

Tests that killed another mutant of the same function come first, then one row of each outline, then the other rows,
then the tests without Gherkin: the clock of a feature stops a mutant that never ends. The model-based tests come last,
as they take longer than all others: they are for what those do not notice.
"""

import os
from pathlib import Path

import pytest

from harness.bdd.pytest_bdd_internals import example_index, scenario_of

KILLERS_FILE = Path("killers.txt")
"""All runs append to it: a function and a test that killed a mutant of it on each line."""

LAST = "test_model_based"
"""The beginning of the names of the model-based tests."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    killers = _killers(_function())

    def rank(item: pytest.Item) -> tuple[int, bool, bool, int]:
        is_last = item.path.name.startswith(LAST)
        return -killers.get(item.nodeid, -1), is_last, scenario_of(item) is None, example_index(item)

    items.sort(key=rank)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed and (function := _function()):
        with KILLERS_FILE.open("a", encoding="utf-8") as file:
            file.write(f"{function}\t{report.nodeid}\n")


def _function() -> str:
    """Return the function whose mutant is tested, in mutmut's spelling; blank if there is none."""
    name, mutant, _ = os.environ.get("MUTANT_UNDER_TEST", "").partition("__mutmut_")
    return name if mutant else ""


def _killers(function: str) -> dict[str, int]:
    """Return the tests that killed a mutant of the function; the latest has the highest number."""
    if not function or not KILLERS_FILE.exists():
        return {}
    lines = (line.rstrip("\n").split("\t") for line in KILLERS_FILE.read_text(encoding="utf-8").splitlines())
    return {test: number for number, (of, test) in enumerate(lines) if of == function}
