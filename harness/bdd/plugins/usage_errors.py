"""A pytest plugin: with -n, say what is wrong with the files and names that are to be run, as one process does.

Processes of pytest-xdist find that out, and say it to nobody. It stands in `addopts`: a file that does not exist loads
no conftest.
"""

from collections.abc import Generator
from typing import Any

import pytest

_KEY = "usage_error"
_ERRORS = pytest.StashKey[list[str]]()


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """In one of several processes, hand on why nothing can be collected."""
    try:
        return (yield)
    except pytest.UsageError as error:
        if (output := getattr(session.config, "workeroutput", None)) is not None:
            output[_KEY] = [*map(str, error.args)]
        raise


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Keep what such a process has handed on; one that was killed has handed on nothing."""
    if said := getattr(node, "workeroutput", {}).get(_KEY):
        node.config.stash[_ERRORS] = said


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Raise UsageError once all processes have ended."""
    ran = yield
    if said := session.config.stash.get(_ERRORS, []):
        raise pytest.UsageError(*said)
    return ran
