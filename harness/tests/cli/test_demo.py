"""Test `zicm demo`: what it says to do next can be done."""

import json
import re
from pathlib import Path

from harness.tests.support.cli_runner import zicm


def test_the_last_lines_can_be_run_as_they_are(tmp_path: Path) -> None:
    ran = zicm("demo", "--data", tmp_path / "demo", "--contracts", 10, "--date", "2026-06-30")
    report, again = (match[1].split() for match in re.finditer(r"zicm ((?:report|demo) --.*?)(?: fills|\n)", ran.out))
    assert zicm(*report, "--format", "json").code == 0
    errors = zicm(*(str(tmp_path / "other") if one == "OTHER" else one for one in again))
    assert (errors.code, json.loads(errors.out)["day"]) == (0, "20260630")
