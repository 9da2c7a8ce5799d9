"""Test `zicm demo`: what it says to do next can be done."""

import json
import re
from pathlib import Path

import pytest

from harness.tests.support.cli_runner import zicm


def test_the_last_lines_can_be_run_as_they_are(tmp_path: Path) -> None:
    ran = zicm("demo", "--data", tmp_path / "demo", "--contracts", 10, "--date", "2026-06-30")
    report, again = (match[1].split() for match in re.finditer(r"zicm ((?:report|demo) --.*?)(?: fills|\n)", ran.out))
    assert zicm(*report, "--format", "json").code == 0
    errors = zicm(*(str(tmp_path / "other") if one == "OTHER" else one for one in again))
    assert (errors.code, json.loads(errors.out)["day"]) == (0, "20260630")


@pytest.mark.parametrize("day", ["1905-01-01", "9985-12-31"])
def test_first_and_last_day_have_a_demo(tmp_path: Path, day: str) -> None:
    assert zicm("demo", "--data", tmp_path / "demo", "--contracts", 10, "--date", day, "--with", "scm").code == 0


@pytest.mark.parametrize("day", ["1899-12-31", "1904-12-31", "9986-01-01"])
def test_day_without_a_calendar_around_it_is_wrong_use(tmp_path: Path, day: str) -> None:
    ran = zicm("demo", "--data", tmp_path / "demo", "--contracts", 10, "--date", day)
    assert (ran.code, ran.out) == (2, "")
    assert "--date" in ran.err
    assert not (tmp_path / "demo").exists()
