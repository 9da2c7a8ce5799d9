"""A pytest plugin: ``-n auto`` runs everything side by side, and what is selected in one process: that is faster."""

import pytest

SELECTION_OPTIONS = ("markexpr", "keyword", "scenario", "lf", "failedfirst", "collectonly")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """How many processes ``-n auto`` starts; None leaves it to xdist, which takes one for each processor."""
    return 0 if any(config.getoption(option) for option in SELECTION_OPTIONS) else None
