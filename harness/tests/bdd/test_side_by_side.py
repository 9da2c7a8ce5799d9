"""Everything runs side by side, and what is selected in one process."""

from argparse import Namespace

import pytest

from harness.bdd.plugins.side_by_side import SELECTION_OPTIONS, pytest_xdist_auto_num_workers


@pytest.fixture
def everything(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> pytest.Config:
    """The configuration of a run in which nothing is selected."""
    monkeypatch.setattr(
        pytestconfig, "option", Namespace(**vars(pytestconfig.option) | dict.fromkeys(SELECTION_OPTIONS))
    )
    return pytestconfig


def test_for_everything_xdist_decides(everything: pytest.Config) -> None:
    assert pytest_xdist_auto_num_workers(everything) is None


@pytest.mark.parametrize(
    ("option", "value"),
    [("markexpr", "condition_2a"), ("keyword", "renewed"), ("scenario", ["executed.feature:94"]), ("lf", True)],
)
def test_what_is_selected_runs_in_one_process(everything: pytest.Config, option: str, value: object) -> None:
    setattr(everything.option, option, value)
    assert pytest_xdist_auto_num_workers(everything) == 0
