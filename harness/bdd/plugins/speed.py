"""A pytest plugin: run features faster, with the same results."""

import sys

import pytest

from harness.bdd.pytest_bdd_internals import cache_step_search, share_tables

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
    config.add_cleanup(share_tables())


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave out the summary of Hypothesis where no test has used it: only to be empty, it imports all of it."""
    plugins = session.config.pluginmanager
    is_unused = "hypothesis" not in sys.modules and not session.config.getoption("numprocesses", None)
    if is_unused and plugins.has_plugin("hypothesispytest"):
        plugins.unregister(name="hypothesispytest")
