"""A pytest plugin: run features faster, with the same results."""

import gc

import pytest

from harness.bdd.pytest_bdd_internals import cache_step_search

_HALVES_OF_TOX = ("whole_run", "not whole_run")
"""Marker expressions that select too much for one process."""

SELECTION_OPTIONS = ("markexpr", "keyword", "scenario", "lf", "failedfirst", "collectonly")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Let ``-n auto`` run a selection in this process, which is faster; leave everything else to xdist."""
    given = (config.getoption(option, None) for option in SELECTION_OPTIONS)
    return 0 if any(one for one in given if one not in _HALVES_OF_TOX) else None


def pytest_configure(config: pytest.Config) -> None:
    config.add_cleanup(cache_step_search())


def pytest_collection_finish() -> None:
    """Exclude the collected tests from garbage collection: they stay to the end."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Exclude the recorded evidence from garbage collection while reports are made from it."""
    gc.collect()  # first report what was never closed, as happens without this plugin
    gc.freeze()
