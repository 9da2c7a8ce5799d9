"""A pytest plugin: collect garbage less often, as most of what a run makes stays to its end.

It stands in `addopts`, before all other plugins, as importing them makes the most objects.
"""

import gc

import pytest

_THRESHOLDS = (50_000, 20, 20)
"""Objects that scenarios may make before their garbage is collected: those of about ten."""

gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Exclude the collected tests from garbage collection: they stay to the end."""
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Exclude the recorded evidence from garbage collection while reports are made from it."""
    gc.collect()  # first report what was never closed, as happens without this plugin
    gc.freeze()
    gc.disable()


def pytest_unconfigure() -> None:
    """Restore the usual collection, for a process that goes on after this run."""
    gc.set_threshold(*_USUAL)
    gc.enable()


_USUAL = gc.get_threshold()
