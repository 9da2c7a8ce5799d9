"""A pytest plugin: run features faster, with the same results."""

import sys
from collections.abc import Generator

import pytest

from harness.bdd.pytest_bdd_internals import cache_step_search, share_tables

_WHOLE_RUN = "whole_run"
_HALVES_OF_TOX = (_WHOLE_RUN, "not whole_run")
"""Marker expressions that select too much for one process."""

_WAITING = ("wire", "postgres")
"""Options with which tests wait for other processes."""

SELECTION_OPTIONS = ("markexpr", "keyword", "scenario", "lf", "failedfirst", "collectonly")


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> Generator[None, int, int]:
    """Let ``-n auto`` run a selection in this process, which is faster, and one process more where tests wait.

    With PYTEST_XDIST_AUTO_NUM_WORKERS=0 everything runs in this one, as others beside it use the processors.
    """
    processors = yield
    if processors == 0:
        return 0
    given = [config.getoption(option, None) for option in SELECTION_OPTIONS]
    if any(one for one in given if one not in _HALVES_OF_TOX):
        return 0
    waits = _WHOLE_RUN in given or any(config.getoption(option, None) for option in _WAITING)
    return processors + 1 if waits else processors


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
