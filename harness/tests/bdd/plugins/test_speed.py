"""Selections run in one process; collected tests are excluded from garbage collection."""

import gc
from argparse import Namespace

import pytest

from harness.bdd.plugins.speed import SELECTION_OPTIONS, pytest_xdist_auto_num_workers

PROCESSORS = 4


@pytest.fixture
def unselected(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> pytest.Config:
    """Clear the selection in the configuration of this run."""
    options = vars(pytestconfig.option) | dict.fromkeys((*SELECTION_OPTIONS, "wire", "postgres"))
    monkeypatch.setattr(pytestconfig, "option", Namespace(**options))
    return pytestconfig


def workers(config: pytest.Config, counted: int = PROCESSORS) -> int:
    """Return how many processes ``-n auto`` starts where xdist counts so many processors."""
    hook = pytest_xdist_auto_num_workers(config)
    next(hook)
    with pytest.raises(StopIteration) as ended:
        hook.send(counted)
    return int(ended.value.value)


def test_every_processor_is_used_without_a_selection(unselected: pytest.Config) -> None:
    assert workers(unselected) == PROCESSORS


@pytest.mark.parametrize(
    ("option", "value"),
    [("markexpr", "condition_2a"), ("keyword", "renewed"), ("scenario", ["executed.feature:94"]), ("lf", True)],
)
def test_selection_runs_in_one_process(unselected: pytest.Config, option: str, value: object) -> None:
    setattr(unselected.option, option, value)
    assert workers(unselected) == 0


@pytest.mark.parametrize(("half", "more"), [("whole_run", 1), ("not whole_run", 0)])
def test_halves_of_tox_are_no_selection(unselected: pytest.Config, half: str, more: int) -> None:
    unselected.option.markexpr = half
    assert workers(unselected) == PROCESSORS + more


@pytest.mark.parametrize("option", ["wire", "postgres"])
def test_tests_that_wait_get_one_process_more(unselected: pytest.Config, option: str) -> None:
    setattr(unselected.option, option, True)
    assert workers(unselected) == PROCESSORS + 1
    assert workers(unselected, 0) == 0, "xdist counts what PYTEST_XDIST_AUTO_NUM_WORKERS says"
    unselected.option.keyword = "renewed"
    assert workers(unselected) == 0


def test_collected_tests_are_excluded_from_garbage_collection() -> None:
    assert gc.get_freeze_count() > 100_000
