"""Test what commands print at any width: nothing is cut off, tables fold, and a pipe has each row on one line."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from harness.tests.support.cli_runner import OUTLINE_AGREEMENT, Folder, replayed, stable, zicm

WIDTHS = [40, 60, 80, 200]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two contracts, one failed message, two outline agreements whose supplier is another; tests only read them."""
    tables = tmp_path_factory.mktemp("console") / "tables"
    folder = Folder(tables.parent / "exchanges")
    failing = folder.executed(ICMCurrency="EUROS AND CENTS")
    replayed(folder.executed(), failing, "--data", tables)
    header = {**OUTLINE_AGREEMENT, "LIFNR": "0000104712", "ZZICMAGREEMENT": "PSUB2001"}
    for begin in ("20260101", "20260601"):
        fields = [f"{name}={value}" for name, value in {**header, "KDATB": begin}.items()]
        assert zicm("outline", "create", *fields, "--data", tables, "--system", "PF2").code == 0
    return tables


def commands(data: Path) -> dict[str, list[object]]:
    return {
        "report": ["report", "--data", data, "--date", "2026-06-30"],
        "tables": ["tables", "--data", data],
        "messages": ["messages", "--data", data],
        "conditions": ["conditions"],
        "outline": ["outline", "show", "--data", data, "--system", "PF2"],
        "flow": ["flow", "check"],
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("command", ["report", "tables", "messages"])
def test_output_of_any_width(data: Path, command: str, width: int, snapshot: SnapshotAssertion) -> None:
    ran = zicm(*commands(data)[command], width=width)
    assert stable(re.sub(r"\b[0-9a-f]{8}\b(?!-)", "<guid..>", ran.out)) == snapshot


@pytest.mark.parametrize("command", ["tables", "conditions", "outline"])
def test_no_character_is_lost_on_a_narrow_terminal(data: Path, command: str) -> None:
    def characters(width: int) -> Counter[str]:
        return Counter(re.sub(r"[\s,─│├└-]", "", zicm(*commands(data)[command], width=width).out))

    wide = characters(200)
    assert not wide - characters(40)


@pytest.mark.parametrize(
    "command",
    ["tables", "messages", "conditions", "outline", "report", pytest.param("flow", marks=pytest.mark.whole_run)],
)
@pytest.mark.parametrize("width", [40, 60])
def test_no_table_is_wider_than_the_terminal(data: Path, command: str, width: int) -> None:
    lines = zicm(*commands(data)[command], width=width).out.splitlines()
    rules = [line for line in lines if "──" in line and "├" not in line and "└" not in line]
    assert all(len(line) <= width for line in rules)


@pytest.mark.whole_run
def test_pipe_has_each_row_on_one_line_whatever_the_terminal_is(data: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    done = subprocess.run(  # noqa: S603 - the pipe is the subject
        [sys.executable, "-m", "harness.cli", "messages", "--data", str(data)],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    failed = next(line for line in done.stdout.splitlines() if "FAILED" in line and "D-13" in line)
    assert "ICMCurrency" in failed


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (["report", "--date", "2026-06-30"], "parts"),
        (["outline", "show", "--system", "PF2"], None),
        (["flow", "explain"], "steps"),
        (["signoff", "questions", "--reports", "nowhere"], "questions"),
    ],
)
def test_reading_commands_print_json(data: Path, command: list[str], key: str | None) -> None:
    with_data = ["--data", data] if command[0] in ("report", "outline") else []
    ran = zicm(*command, *with_data, "--json")
    assert ran.code == 0
    assert key is None or json.loads(ran.out)[key]


def test_json_contradicts_another_format(data: Path) -> None:
    ran = zicm("report", "--data", data, "--format", "csv", "--part", "s4", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "contradicts --format csv" in ran.err


def test_help_of_a_group_shows_each_line_whole() -> None:
    for group in ("messages", "outline", "maintain", "signoff", "flow", "accept"):
        assert "..." not in zicm(group, "--help", width=80).out.partition("Commands:")[2]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell", "pwsh"])
def test_completion_prints_the_script_of_a_shell(shell: str) -> None:
    ran = zicm("completion", shell)
    assert (ran.code, ran.err) == (0, "")
    assert "_ZICM_COMPLETE" in ran.out


@pytest.mark.whole_run
def test_completion_completes_commands_and_options(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def completed(words: str, at: int) -> list[str]:
        given = {**os.environ, "COMP_WORDS": words, "COMP_CWORD": str(at), "_ZICM_COMPLETE": "complete_bash"}
        command = "import sys; sys.argv = ['zicm']; from harness.cli.main import main; main()"
        done = subprocess.run(  # noqa: S603 - the shell starts it so
            [sys.executable, "-c", command], capture_output=True, text=True, check=False, env=given
        )
        return done.stdout.split()

    assert completed("zicm sign", 1) == ["signoff"]
    assert completed("zicm tables --sy", 2) == ["--system"]
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "written: start a new shell" in zicm("completion", "bash", "--install").out
    assert "zicm" in (tmp_path / ".bashrc").read_text()
