"""Test `zicm conditions`."""

import json
from pathlib import Path

import pytest

from harness.tests.support.cli_runner import zicm


def test_conditions_lists_those_of_both_targets() -> None:
    listed = json.loads(zicm("conditions", "--json").out)["conditions"]
    assert " ".join(one["id"] for one in listed) == (
        "1 2 2a 3 4 4a 5 5a 6 6a 7 7a 8 8a 9 9a 10 11 11a 12 12a 13 13a 13b 14 14a 14b "
        "S1 S1a S2 S3 S4 S4a S5 S5a S5b S5c S5d S6 S7 S7a S7b S7c S8 S9 S10 S11 S11a S12 S13 S14 S15 S16"
    )
    assert all(one["title"] and one["scenarios"] for one in listed)
    shown = zicm("conditions")
    assert shown.code == 0
    assert "27 conditions of SAP ECC, 0 without a scenario" in shown.out
    assert "26 conditions of Dynamics 365 SCM, 0 without a scenario" in shown.out


def test_one_condition_is_shown_with_its_scenarios() -> None:
    (one,) = json.loads(zicm("conditions", "2a", "--json").out)["conditions"]
    shown = zicm("conditions", "2a").out
    assert shown.startswith(f"2a {one['title']}\n  Executed: Sub Agreement\n")
    assert one["scenarios"][0]["name"] in shown
    assert one["scenarios"][0]["place"] in shown


def test_unknown_condition_exits_with_2() -> None:
    ran = zicm("conditions", "99")
    assert (ran.code, ran.out) == (2, "")
    assert "there is no condition 99, there are 1, 2, 2a," in ran.err


def test_broken_feature_exits_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.feature").write_text("Scenario: of no feature\n")
    monkeypatch.setattr("harness.cli.conditions.FEATURES", tmp_path)
    ran = zicm("conditions")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Error: the register and the features cannot be read: ")
