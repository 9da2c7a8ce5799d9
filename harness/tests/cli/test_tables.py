"""Test `zicm tables`, and data directories that cannot be used."""

import json
import sqlite3
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from harness.tests.support.cli_runner import AGREEMENT, ENTRY, ORGANISATIONS, SUB, Folder, replayed, stable, zicm


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
