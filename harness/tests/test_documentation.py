"""What the README tells people to type works as it stands there."""

import re
import shlex
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from harness import files
from harness.cli.main import app
from harness.files import CHECKOUT, FIXTURES
from harness.specification.register import Register

pytest_plugins = ["harness.tests.support.condition_evidence"]

ROOT = CHECKOUT
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    command.strip()
    for language, block in BLOCKS
    if not language
    for line in block.splitlines()
    for command in line.split("&&")
    if re.match(r"(python3|\.venv/bin/)", command.strip())
]


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) > 10


def test_each_environment_that_is_named_exists() -> None:
    tox = ConfigParser()
    tox.read(ROOT / "tox.ini")
    named = {name for command in COMMANDS for name in re.findall(r"tox -e ([\w-]+)", command)}
    assert {"bdd"} <= named
    assert named <= {section.removeprefix("testenv:") for section in tox.sections()}


def test_each_mark_that_is_selected_is_one_of_the_register() -> None:
    tags = {entry.tag for entry in Register.load().entries}
    marks = {mark for command in COMMANDS for mark in re.findall(r"-- -m (\S+)", command)}
    assert "condition_2a" in marks
    assert marks <= tags


ZICM = [command for command in COMMANDS if "/zicm " in command and "/zicm serve" not in command]
"""Without the one that does not end; the checks of it start it as it stands there."""


def test_the_examples_of_zicm_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reports: Path) -> None:
    """One after the other, as they stand there: the later ones read what the first one wrote."""
    copytree(FIXTURES / "exchanges", tmp_path / "fixtures" / "exchanges")
    copytree(reports, tmp_path / "reports")
    monkeypatch.setattr(files, "APPROVALS", tmp_path / "approvals.toml")
    monkeypatch.chdir(tmp_path)
    assert len(ZICM) >= 3
    for command in ZICM:
        result = CliRunner().invoke(app, shlex.split(command)[1:])
        assert result.exit_code == 0, f"{command}\n{result.output}"


def test_the_scenario_that_is_shown_runs(tmp_path: Path) -> None:
    (scenario,) = (block for language, block in BLOCKS if language == "gherkin")
    (tmp_path / "shown.feature").write_text(f"Feature: As the README shows it\n\n{scenario}", encoding="utf-8")
    (tmp_path / "test_shown.py").write_text(
        f"from pytest_bdd import scenarios\n\nscenarios({str(tmp_path / 'shown.feature')!r})\n", encoding="utf-8"
    )
    (tmp_path / "conftest.py").write_text("from harness.conftest import *\n", encoding="utf-8")
    pytest_here = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path)]
    run = subprocess.run(  # noqa: S603 - our own words
        [*pytest_here, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert "1 passed" in run.stdout, run.stdout + run.stderr
