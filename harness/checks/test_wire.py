"""The features over HTTP, in processes of their own: a few of them here, all of them in `tox -e bdd-wire`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "pytest_bdd.plugin", "-p", "no:cacheprovider"]
    command += ["harness/test_features.py", *arguments]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=alone)  # noqa: S603


def test_a_condition_a_fault_a_kill_and_a_comparison_are_seen_over_the_wire() -> None:
    scenarios = (
        "condition_3",
        "what_wp2_missed_of_one_agreement",
        "left_alone_for_five_minutes",
        "whose_event_never_came_is_repaired",
    )
    ran = run("--wire", "-k", " or ".join(scenarios))
    assert ran.returncode == 0, ran.stdout
    assert "result by condition (wire)" in ran.stdout
    assert re.search(r"^4 passed, \d+ deselected", ran.stdout, re.MULTILINE)


def test_both_modes_at_once_are_wrong_use() -> None:
    ran = run("--wire", "--middleware-url", "http://127.0.0.1:1/")
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--wire is our own middleware, --middleware-url another one" in ran.stderr
