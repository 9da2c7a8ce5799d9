"""Test `zicm maintain`: changes, output, exit codes."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from harness.tests.support.cli_runner import ENTRY, ORGANISATIONS, SUB, Folder, replayed, rows, stable, zicm

DENIED = "E 172 TCD: You are not authorized to use transaction SM30"
ONLY_KEY = ("TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE")


def test_change_applies_to_each_system(tables: Path) -> None:
    ran = zicm("maintain", "change", "PSUB2001", "name=Steam=hot", "ICMCURRENCY=", "--as", "support", "--data", tables)
    assert (ran.code, ran.out, ran.err) == (0, "PF2: S 002 Entry changed\nWP2: S 002 Entry changed\n", "")
    for system in ("PF2", "WP2"):
        assert rows(tables / f"{system}.db", "ZMM_ICMCONTRACT") == [{**ENTRY, "NAME": "Steam=hot", "ICMCURRENCY": ""}]
        assert rows(tables / f"{system}.db", "ZMM_ICMPURCHORG") == ORGANISATIONS


def test_change_applies_to_the_named_system_only(tables: Path) -> None:
    organisations = ["--organisations", " IT10, ,FR10"]
    ran = zicm("maintain", "change", "PSUB2001", *organisations, "--as", "SUPPORT", "--data", tables, "--system", "WP2")
    assert (ran.code, ran.out) == (0, "WP2: S 002 Entry changed\n")
    assert rows(tables / "PF2.db", "ZMM_ICMPURCHORG") == ORGANISATIONS
    assert [row["PURCHASINGORG"] for row in rows(tables / "WP2.db", "ZMM_ICMPURCHORG")] == ["FR10", "IT10"]
    ran = zicm("maintain", "change", "PSUB2001", "--organisations", "", "--as", "SUPPORT", "--data", tables)
    assert ran.code == 0
    assert rows(tables / "PF2.db", "ZMM_ICMPURCHORG") == rows(tables / "WP2.db", "ZMM_ICMPURCHORG") == []


@pytest.mark.parametrize("day", ["2028-12-31", "31.12.2028"])
def test_day_is_read_as_in_a_sheet(tables: Path, day: str) -> None:
    change = ("maintain", "change", "PSUB2001", f"ICMEXPIRYDATE={day}", "--as", "SUPPORT", "--data", tables)
    assert zicm(*change).code == 0
    (entry,) = rows(tables / "PF2.db", "ZMM_ICMCONTRACT")
    assert entry["ICMEXPIRYDATE"] == "20281231"


def test_payload_can_be_used_again_after_a_reset(tables: Path, folder: Folder) -> None:
    assert zicm("maintain", "reset", "PSUB2001", "--as", "SUPPORT", "--data", tables).code == 0
    (entry,) = rows(tables / "PF2.db", "ZMM_ICMCONTRACT")
    assert {name for name, value in entry.items() if value not in ("", "00000000", "0.00")} == set(ONLY_KEY)
    (exchange,) = replayed(folder.executed(), "--data", tables)
    assert exchange["outcome"] == "delivered"
    assert rows(tables / "PF2.db", "ZMM_ICMCONTRACT") == rows(tables / "WP2.db", "ZMM_ICMCONTRACT") == [ENTRY]
    assert rows(tables / "PF2.db", "ZMM_ICMPURCHORG") == ORGANISATIONS


def test_payload_can_be_used_again_after_a_deletion(tables: Path, folder: Folder) -> None:
    ran = zicm("maintain", "delete", "PSUB2001", "--sys-id", SUB.upper(), "--as", "SUPPORT", "--data", tables)
    assert (ran.code, ran.out) == (0, "PF2: S 050 Entry deleted\nWP2: S 050 Entry deleted\n")
    assert rows(tables / "PF2.db", "ZMM_ICMCONTRACT") == rows(tables / "PF2.db", "ZMM_ICMPURCHORG") == []
    replayed(folder.executed(), "--data", tables)
    assert rows(tables / "PF2.db", "ZMM_ICMCONTRACT") == rows(tables / "WP2.db", "ZMM_ICMCONTRACT") == [ENTRY]


def test_organisations_that_reconciliation_finds_alone_can_be_deleted(tables: Path, folder: Folder) -> None:
    with closing(sqlite3.connect(tables / "PF2.db")) as connection:
        connection.execute("INSERT INTO ZMM_ICMPURCHORG VALUES ('88888888-AAAA-4000-8000-000000008888', 'FR10')")
        connection.commit()
    found = json.loads(zicm("reconcile", "--json", "--data", tables, "--recorded", folder.base).out)["findings"]
    assert [(one["system"], one["code"]) for one in found] == [("PF2", None)]
    delete = ["maintain", "delete-organisations", found[0]["sys_id"], "--as", "SUPPORT", "--data", tables]
    ran = zicm(*delete, "--system", "PF2")
    assert (ran.code, ran.out) == (0, "PF2: S 053 Purchasing organisations deleted\n")
    assert rows(tables / "PF2.db", "ZMM_ICMPURCHORG") == ORGANISATIONS
    assert zicm("reconcile", "--data", tables, "--recorded", folder.base).code == 0
    assert zicm(*delete).code == 1


def test_entry_is_made_by_hand(tables: Path) -> None:
    words = ["SYSID=44444444-0000-4000-8000-000000004002", "CONTRACTTYPENAME=STA", "TENANTID=/icertis/syensqo-uat"]
    ran = zicm("maintain", "create", "pst4002", *words, "NAME=Steam", "--as", "SUPPORT", "--data", tables)
    assert (ran.code, ran.out) == (0, "PF2: S 001 Entry created\nWP2: S 001 Entry created\n")
    assert [row["NAME"] for row in rows(tables / "WP2.db", "ZMM_ICMCONTRACT")] == ["Acrylic acid for Tavaux", "Steam"]


@pytest.mark.parametrize("user", ["BUYER", "GUEST"])
@pytest.mark.parametrize(
    "act", [["change", "PSUB2001", "NAME=x"], ["delete", "PSUB2001"], ["reset", "PSUB2001"], ["delete", "X"]]
)
def test_user_without_authorisation_is_refused(tables: Path, user: str, act: list[str]) -> None:
    ran = zicm("maintain", *act, "--as", user, "--data", tables)
    assert (ran.code, ran.out, ran.err) == (1, f"PF2: {DENIED}\nWP2: {DENIED}\n", "")
    assert rows(tables / "PF2.db", "ZMM_ICMCONTRACT") == rows(tables / "WP2.db", "ZMM_ICMCONTRACT") == [ENTRY]


def test_refusal_of_one_system_leaves_the_other_done(tables: Path) -> None:
    zicm("maintain", "delete", "PSUB2001", "--as", "SUPPORT", "--data", tables, "--system", "PF2")
    ran = zicm("maintain", "reset", "PSUB2001", "--as", "SUPPORT", "--data", tables, "--json")
    blank = dict.fromkeys(("FIELD", "MESSAGE_V1", "MESSAGE_V2", "MESSAGE_V3", "MESSAGE_V4"), "")
    said = {"ID": "ZMM_ICM", **blank}
    gone = {"TYPE": "E", "NUMBER": "062", "MESSAGE": "ZMM_ICMCONTRACT has no such entry", "SYSTEM": "PF2", **said}
    done = {"TYPE": "S", "NUMBER": "051", "MESSAGE": "Entry reset", "SYSTEM": "WP2", **said}
    assert ran.code == 1
    assert json.loads(ran.out) == {"systems": {"PF2": {"messages": [gone]}, "WP2": {"messages": [done]}}}


def test_log_for_people(tables: Path, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion) -> None:
    monkeypatch.setattr("harness.cli.maintain.utc_now", lambda: datetime(2026, 1, 5, 8, 0, 7, tzinfo=UTC))
    zicm("maintain", "change", "PSUB2001", "ICMCURRENCY=", "NAME=Steam", "--as", "SUPPORT", "--data", tables)
    zicm("maintain", "delete", "PSUB2001", "--confidential", "--as", "SUPPORT", "--data", tables, "--system", "WP2")
    ran = zicm("maintain", "log", "--as", "SUPPORT", "--data", tables, width=80)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("SUPPORT with SM30, 2026-01-05 08:00:07 UTC") == 3
    assert "Acrylic" not in ran.out[ran.out.index("WP2") :]
    assert stable(ran.out) == snapshot


def test_log_as_json_and_its_refusal(tables: Path) -> None:
    zicm("maintain", "change", "PSUB2001", "NAME=Steam", "--as", "SUPPORT", "--data", tables, "--system", "PF2")
    ran = zicm("maintain", "log", "--as", "SUPPORT", "--data", tables, "--json")
    systems = json.loads(ran.out)["systems"]
    (item,) = systems["PF2"]["tables"]["ZMM_ICMCHANGES"]
    assert (item["USERNAME"], item["FNAME"], item["VALUE_NEW"]) == ("SUPPORT", "NAME", "Steam")
    assert systems["WP2"] == {"messages": [], "tables": {"ZMM_ICMCHANGES": []}}
    refused = zicm("maintain", "log", "--as", "KEYUSER", "--data", tables)
    assert (refused.code, refused.out.splitlines()[0]) == (1, f"PF2: {DENIED.replace('SM30', 'SCU3')}")
    assert "Steam" not in refused.out


def test_show_prints_the_tables_to_users_who_may_see_them(tables: Path) -> None:
    seen = json.loads(zicm("maintain", "show", "--as", "BUYER", "--data", tables, "--json").out)["systems"]["WP2"]
    assert seen == {"messages": [], "tables": {"ZMM_ICMCONTRACT": [ENTRY], "ZMM_ICMPURCHORG": ORGANISATIONS}}
    assert "Acrylic acid for Tavaux" in zicm("maintain", "show", "--as", "BUYER", "--data", tables).out
    refused = zicm("maintain", "show", "--as", "GUEST", "--data", tables)
    assert (refused.code, refused.out.count("E 172 TCD")) == (1, 2)
    assert "PSUB2001" not in refused.out


def test_users_come_from_the_settings(tables: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[users]\nADMIN = "support"\n')
    ran = zicm("maintain", "reset", "PSUB2001", "--as", "ADMIN", "--data", tables, "--settings", settings)
    assert ran.code == 0
    assert {row["USERNAME"] for row in rows(tables / "PF2.db", "ZMM_ICMCHANGES")} == {"ADMIN"}
    ran = zicm("maintain", "reset", "PSUB2001", "--as", "SUPPORT", "--data", tables, "--settings", settings)
    assert ran.code == 2
    assert "they have ADMIN" in ran.err


def test_system_that_the_settings_do_not_name_is_left_alone(tables: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('systems = {WP2 = "sqlite://"}\n')
    delete = ("maintain", "delete", "PSUB2001", "--as", "SUPPORT", "--data", tables, "--settings", settings)
    assert zicm(*delete)[:2] == (0, "WP2: S 050 Entry deleted\n")
    assert rows(tables / "PF2.db", "ZMM_ICMCONTRACT") == [ENTRY]
    ran = zicm(*delete, "--system", "PF2")
    assert (ran.code, "the settings have WP2, not PF2" in ran.err) == (2, True)


def test_system_of_the_settings_that_the_folder_lacks_is_an_error_before_anything_changes(
    tables: Path, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('systems = {PF2 = "sqlite://", QF2 = "sqlite://"}\n')
    ran = zicm("maintain", "delete", "PSUB2001", "--as", "SUPPORT", "--data", tables, "--settings", settings)
    assert (ran.code, ran.err) == (1, f"Error: there are no tables of QF2: no file {tables / 'QF2'}.db\n")
    assert rows(tables / "PF2.db", "ZMM_ICMCONTRACT") == [ENTRY]


def test_texts_are_counted_as_the_settings_say(tables: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('characters = "utf-16"\n')
    change = ("maintain", "change", "PSUB2001", f"NAME={60 * chr(0x1F600)}", "--as", "SUPPORT", "--data", tables)
    assert zicm(*change, "--settings", settings).code == 1
    assert zicm(*change).code == 0


@pytest.mark.parametrize("users", ['support = "support"', 'SUPPORT = "root"', 'ABCDEFGHIJKLM = "support"'])
def test_invalid_users_in_the_settings_exit_with_2(tables: Path, tmp_path: Path, users: str) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[users]\n{users}\n")
    ran = zicm("maintain", "log", "--as", "SUPPORT", "--data", tables, "--settings", settings)
    assert (ran.code, ran.out) == (2, "")
    assert "users" in ran.err


def test_older_database_gets_the_change_log(tables: Path) -> None:
    for name in ("PF2", "WP2"):
        with closing(sqlite3.connect(tables / f"{name}.db")) as connection:
            connection.execute("DROP TABLE ZMM_ICMCHANGES")
            connection.commit()
    assert zicm("maintain", "log", "--as", "SUPPORT", "--data", tables).out == "PF2: 0 changes\n\nWP2: 0 changes\n\n"
    assert zicm("maintain", "reset", "PSUB2001", "--as", "SUPPORT", "--data", tables).code == 0
    assert rows(tables / "WP2.db", "ZMM_ICMCHANGES")


@pytest.mark.parametrize(
    "arguments",
    [
        ["change", "PSUB2001", "--as", "SUPPORT"],
        ["change", "PSUB2001", "NAME", "--as", "SUPPORT"],
        ["change", "PSUB2001", "NAME=a", "name=b", "--as", "SUPPORT"],
        ["change", " ", "NAME=a", "--as", "SUPPORT"],
        ["create", "PNEW", "ICMAGREEMENTCODE=POTHER", "--as", "SUPPORT"],
        ["reset", "PSUB2001"],
        ["reset", "PSUB2001", "--as", "NOBODY"],
        ["reset", "PSUB2001", "--as", "SUPPORT", "--system", "XX1"],
        ["log"],
    ],
)
def test_wrong_use(tables: Path, arguments: list[str]) -> None:
    ran = zicm("maintain", *arguments, "--data", tables)
    assert (ran.code, ran.out) == (2, "")
    assert rows(tables / "PF2.db", "ZMM_ICMCONTRACT") == [ENTRY]


def test_folder_without_tables_stays_empty(tmp_path: Path) -> None:
    ran = zicm("maintain", "log", "--as", "SUPPORT", "--data", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert list(tmp_path.iterdir()) == []


def test_file_without_tables_is_unchanged_and_stops_everything(tables: Path) -> None:
    (tables / "WP2.db").write_bytes(b"no database")
    ran = zicm("maintain", "reset", "PSUB2001", "--as", "SUPPORT", "--data", tables)
    assert (ran.code, ran.out) == (1, "")
    assert "WP2.db does not hold the tables of an ECC system" in ran.err
    assert (tables / "WP2.db").read_bytes() == b"no database"
    assert rows(tables / "PF2.db", "ZMM_ICMCONTRACT") == [ENTRY]
