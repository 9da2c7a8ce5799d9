"""Test `zicm` as a whole: wrong use, help, settings, the output of a replay on consoles of all kinds."""

import json
import os
from importlib.metadata import version
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from harness.tests.support.cli_runner import (
    SUB,
    Folder,
    replayed,
    stable,
    zicm,
)
from harness.tests.support.loaded_process import Start, run
from harness.tests.support.patience import PROCESS_PATIENCE


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Usage: zicm [OPTIONS] COMMAND"),
        (["replay"], "Missing argument"),
        (["replay", "somewhere", "--unknown"], "No such option: --unknown"),
        (["replay", "somewhere", "--settings", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["tables"], "Missing option '--data'"),
        (["unknown"], "No such command 'unknown'"),
    ],
)
def test_wrong_use_exits_with_2(arguments: list[str], complaint: str) -> None:
    ran = zicm(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err


@pytest.mark.parametrize("command", [["messages", "show"], ["maintain", "delete", "--as", "SUPPORT"]])
def test_argument_that_is_no_utf_8_exits_with_2(folder: Folder, tmp_path: Path, command: list[str]) -> None:
    replayed(folder.executed(), "--data", tmp_path / "data")
    ran = zicm(*command, "PSUB\udcff", "--data", tmp_path / "data")
    assert (ran.code, ran.out, ran.err) == (2, "", "Error: an argument holds bytes that are no UTF-8\n")


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        (["report", "--since"], "is no report in JSON, as --format json writes it"),
        (["reconcile", "--ici-url", "http://127.0.0.1:1", "--credentials"], "holds no credentials"),
    ],
)
def test_json_that_is_nested_too_deep_exits_with_1(
    folder: Folder, tmp_path: Path, command: list[str], complaint: str
) -> None:
    replayed(folder.executed(), "--data", tmp_path / "data")
    deep = tmp_path / "deep.json"
    deep.write_text("[" * 100_000, encoding="utf-8")
    ran = zicm(*command, deep, "--data", tmp_path / "data")
    assert (ran.code, ran.out) == (1, "")
    assert complaint in " ".join(ran.err.split())


@pytest.mark.parametrize("command", [[], ["replay"], ["tables"], ["conditions"]])
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_has_help(command: list[str], option: str) -> None:
    ran = zicm(*command, option)
    assert ran.code == 0
    assert ran.out.startswith("Usage: ")


def test_version_is_printed() -> None:
    assert zicm("--version") == (0, f"zicm {version('zicm')}\n", "")


def test_help_lists_every_command(snapshot: SnapshotAssertion) -> None:
    ran = zicm("--help", width=80)
    assert ran.code == 0
    assert stable(ran.out) == snapshot


@pytest.mark.parametrize("width", [80, 140])
def test_replay_shows_calls_lineage_and_table_changes(folder: Folder, width: int, snapshot: SnapshotAssertion) -> None:
    ran = zicm("replay", folder.executed(), folder.amended(), width=width)
    assert (ran.code, ran.err) == (0, "")
    assert stable(ran.out, exchanges=folder.base) == snapshot


def test_replay_says_that_nothing_changed(folder: Folder) -> None:
    executed = folder.executed()
    assert "Change in PF2 and WP2\n  nothing changed\n" in zicm("replay", executed, executed).out


def test_control_characters_are_shown_as_escapes(folder: Folder) -> None:
    ran = zicm("replay", folder.executed(Name="\u202ered [red]\u0085 and " + "x" * 990), width=250)
    assert "[red]" in ran.out
    assert not {"\u202e", "\u0085"} & set(ran.out)
    assert "... (1006" in ran.out


def test_settings_are_read_from_a_file(folder: Folder, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('systems = {QF2 = "sqlite://"}\nici_api_version = "2"\n')
    (exchange,) = replayed(folder.executed(), "--settings", settings)
    assert exchange["systems"] == {"QF2": "created"}
    assert exchange["calls"][0] == f"GET /v2/agreements/ICMSubAgreement/{SUB}"
    settings.write_text("sistems = 1\n")
    ran = zicm("replay", "somewhere", "--settings", settings)
    assert ran.code == 2
    assert "sistems: there is no such setting; did you mean systems?" in ran.err
    settings.write_text("scm_types = {Order = {lable = 'Order', agreement = true}}\n")
    ran = zicm("replay", "somewhere", "--settings", settings)
    assert "scm_types.Order.lable: there is no such setting; did you mean label?" in ran.err
    settings.write_text('store_keys = "one.keys"\nscm_store_keys = "one.keys"\n')
    ran = zicm("replay", "somewhere", "--settings", settings)
    assert f"{settings}: Value error, store_keys and scm_store_keys name the same file" in ran.err
    settings.write_text('systems = {PF2 = "sqlite://", QF2 = "pf2.db"}\n')
    ran = zicm("replay", "somewhere", "--settings", settings)
    assert ran.code == 2
    assert "systems.QF2: Value error, it is no URL of a database, such as sqlite:///pf2.db" in ran.err
    assert '"pf2.db"' not in ran.err


def _in_a_process(*arguments: object, **env: str) -> str:
    """Run the command in another process without a terminal. Returns its standard output."""
    environ = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR")}
    ran = run(Start(["harness.cli", *map(str, arguments)], env={**environ, **env}), PROCESS_PATIENCE)
    ran.check_returncode()
    return ran.stdout


@pytest.mark.whole_run
def test_redirected_output_has_no_colour_and_escapes_missing_characters(folder: Folder) -> None:
    out = _in_a_process("replay", folder.executed(), PYTHONIOENCODING="ascii")
    assert "\x1b" not in out
    assert r"Zo\xeb Laurent" in out


@pytest.mark.whole_run
def test_json_needs_no_encoding(folder: Folder) -> None:
    out = _in_a_process("replay", "--json", folder.executed(), PYTHONIOENCODING="ascii", FORCE_COLOR="1")
    assert json.loads(out)["exchanges"][0]["message"]["ICMPRIMARYOWNERNAME"] == "Zoë Laurent"


@pytest.mark.whole_run
def test_terminal_output_has_colour_unless_no_color_is_set(folder: Folder) -> None:
    executed = folder.executed()
    assert "\x1b" in _in_a_process("replay", executed, FORCE_COLOR="1", TERM="xterm")
    assert "\x1b" not in _in_a_process("replay", executed, FORCE_COLOR="1", TERM="xterm", NO_COLOR="1")
