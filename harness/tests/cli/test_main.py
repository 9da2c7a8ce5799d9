"""Test `zicm` as a whole: wrong use, help, output for people, tables, conditions."""

import json
import os
import sqlite3
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from harness.tests.support.cli_runner import (
    AGREEMENT,
    ENTRY,
    ORGANISATIONS,
    SUB,
    Folder,
    replayed,
    stable,
    zicm,
)


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


def test_tables_as_json(folder: Folder, tmp_path: Path) -> None:
    other = {**AGREEMENT, "ICMAgreementCode": "PST0001", "ICMExpiryDate": None, "ICMPurchasingOrgCode": ""}
    standalone = folder("other", "Executed", other, ContractTypeName="ICMStandaloneAgreement", SysId="A-1")
    replayed(folder.executed(), standalone, "--data", tmp_path)
    ran = zicm("tables", "--json", "--data", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    blank = dict.fromkeys(("ASSOCIATINGTYPE", "ASSOCIATINGCODE", "ASSOCIATINGSYSID", "ICMPURCHASINGORGCODE"), "")
    key = {"CONTRACTTYPENAME": "STA", "SYSID": "a-1", "ICMAGREEMENTCODE": "PST0001"}
    held = {
        "ZMM_ICMCONTRACT": [{**ENTRY, **blank, **key, "ICMEXPIRYDATE": "00000000"}, ENTRY],
        "ZMM_ICMPURCHORG": ORGANISATIONS,
    }
    assert json.loads(ran.out) == {"PF2": held, "WP2": held}


@pytest.mark.parametrize("width", [80, 140])
def test_tables_for_people(folder: Folder, tmp_path: Path, width: int, snapshot: SnapshotAssertion) -> None:
    replayed(folder.executed(), "--data", tmp_path)
    ran = zicm("tables", "--data", tmp_path, width=width)
    assert (ran.code, ran.err) == (0, "")
    assert stable(ran.out) == snapshot


def test_tables_of_differing_systems_are_shown_separately(folder: Folder, tmp_path: Path) -> None:
    replayed(folder.executed(), "--data", tmp_path)
    with sqlite3.connect(tmp_path / "WP2.db") as connection:
        connection.execute("DELETE FROM ZMM_ICMCONTRACT")
    connection.close()
    shown = zicm("tables", "--data", tmp_path).out
    assert "WP2: 0 in ZMM_ICMCONTRACT, 2 in ZMM_ICMPURCHORG" in shown
    assert f"ZMM_ICMPURCHORG, without an entry: {SUB} BE10, FR10" in shown


def test_tables_of_an_unknown_system_exit_with_2(folder: Folder, tmp_path: Path) -> None:
    replayed(folder.executed(), "--data", tmp_path)
    ran = zicm("tables", "--data", tmp_path, "--system", "PF3")
    assert (ran.code, ran.out) == (2, "")
    assert f"{tmp_path} holds PF2, WP2, not PF3" in ran.err


def test_tables_changes_no_file(folder: Folder, tmp_path: Path) -> None:
    replayed(folder.executed(), "--data", tmp_path)
    before = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.glob("*.*")}
    zicm("tables", "--data", tmp_path)
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in tmp_path.glob("*.*")} == before


def test_tables_reads_the_write_ahead_log(folder: Folder, tmp_path: Path) -> None:
    replayed(folder.executed(), "--data", tmp_path)
    connection = sqlite3.connect(tmp_path / "PF2.db")
    connection.execute("DELETE FROM ZMM_ICMCONTRACT")
    connection.commit()  # it stands in the write-ahead log as long as the connection lasts
    held = json.loads(zicm("tables", "--data", tmp_path, "--system", "PF2", "--json").out)
    connection.close()
    assert held["PF2"]["ZMM_ICMCONTRACT"] == []


@pytest.mark.parametrize("command", ["replay", "tables"])
@pytest.mark.parametrize("kind", ["a file", "no database", "other tables"])
def test_unusable_data_directory_exits_with_1(folder: Folder, tmp_path: Path, command: str, kind: str) -> None:
    data = tmp_path / "data"
    if kind == "a file":
        data.touch()
    else:
        data.mkdir()
    if kind == "no database":
        (data / "WP2.db").write_bytes(b"no database at all")
    if kind == "other tables":
        connection = sqlite3.connect(data / "PF2.db")
        connection.execute("CREATE TABLE ZMM_ICMCONTRACT (SYSID TEXT)")
        connection.close()
    ran = zicm(command, "--json", "--data", data, *([folder.executed()] if command == "replay" else []))
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Error: ")


def test_folder_without_tables_exits_with_1_and_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ran = zicm("tables", "--data", tmp_path / "empty")
    assert ran == (1, "", f"Error: {tmp_path / 'empty'} holds no tables: there is no file such as PF2.db in it\n")
    assert zicm("tables", "--data", tmp_path / "nowhere").code == 1
    assert not (tmp_path / "nowhere").exists()


def test_settings_are_read_from_a_file(folder: Folder, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('systems = {QF2 = "sqlite://"}\nici_api_version = "2"\n')
    (exchange,) = replayed(folder.executed(), "--settings", settings)
    assert exchange["systems"] == {"QF2": "created"}
    assert exchange["calls"][0] == f"GET /v2/agreements/ICMSubAgreement/{SUB}"
    settings.write_text("sistems = 1\n")
    ran = zicm("replay", "somewhere", "--settings", settings)
    assert ran.code == 2
    assert "sistems: Extra inputs are not permitted" in ran.err


def test_conditions_lists_all_27() -> None:
    listed = json.loads(zicm("conditions", "--json").out)["conditions"]
    assert " ".join(one["id"] for one in listed) == (
        "1 2 2a 3 4 4a 5 5a 6 6a 7 7a 8 8a 9 9a 10 11 11a 12 12a 13 13a 13b 14 14a 14b"
    )
    assert all(one["title"] and one["scenarios"] for one in listed)
    shown = zicm("conditions")
    assert shown.code == 0
    assert "27 conditions, 0 without a scenario" in shown.out


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


def _in_a_process(*arguments: object, **env: str) -> bytes:
    """Run the command in another process without a terminal. Returns its standard output."""
    code = "from harness.cli.main import main; main()"
    environ = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "NO_COLOR")}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, env={**environ, **env}).stdout  # noqa: S603


def test_redirected_output_has_no_colour_and_escapes_missing_characters(folder: Folder) -> None:
    out = _in_a_process("replay", folder.executed(), PYTHONIOENCODING="ascii")
    assert b"\x1b" not in out
    assert rb"Zo\xeb Laurent" in out


def test_json_needs_no_encoding(folder: Folder) -> None:
    out = _in_a_process("replay", "--json", folder.executed(), PYTHONIOENCODING="ascii", FORCE_COLOR="1")
    assert json.loads(out)["exchanges"][0]["message"]["ICMPRIMARYOWNERNAME"] == "Zoë Laurent"


def test_terminal_output_has_colour_unless_no_color_is_set(folder: Folder) -> None:
    executed = folder.executed()
    assert b"\x1b" in _in_a_process("replay", executed, FORCE_COLOR="1", TERM="xterm")
    assert b"\x1b" not in _in_a_process("replay", executed, FORCE_COLOR="1", TERM="xterm", NO_COLOR="1")
