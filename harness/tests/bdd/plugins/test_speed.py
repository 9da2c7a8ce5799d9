"""Selections run in one process; collected tests are excluded from garbage collection."""

import gc
from argparse import Namespace

import pytest

from harness.bdd.plugins.speed import SELECTION_OPTIONS, pytest_xdist_auto_num_workers


@pytest.fixture
def unselected(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> pytest.Config:
    """Clear the selection in the configuration of this run."""
    options = vars(pytestconfig.option) | dict.fromkeys(SELECTION_OPTIONS)
    monkeypatch.setattr(pytestconfig, "option", Namespace(**options))
    return pytestconfig


def test_xdist_decides_without_a_selection(unselected: pytest.Config) -> None:
    assert pytest_xdist_auto_num_workers(unselected) is None


@pytest.mark.parametrize(
    ("option", "value"),
    [("markexpr", "condition_2a"), ("keyword", "renewed"), ("scenario", ["executed.feature:94"]), ("lf", True)],
)
def test_selection_runs_in_one_process(unselected: pytest.Config, option: str, value: object) -> None:
    setattr(unselected.option, option, value)
    assert pytest_xdist_auto_num_workers(unselected) == 0


@pytest.mark.parametrize("half", ["whole_run", "not whole_run"])
def test_halves_of_tox_are_no_selection(unselected: pytest.Config, half: str) -> None:
    unselected.option.markexpr = half
    assert pytest_xdist_auto_num_workers(unselected) is None


def test_collected_tests_are_excluded_from_garbage_collection() -> None:
    assert gc.get_freeze_count() > 100_000
