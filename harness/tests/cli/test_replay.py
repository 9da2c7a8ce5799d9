"""Test `zicm replay`: output, tables, exit codes."""

import json
import sqlite3
from pathlib import Path

import pytest

from harness.tests.support.cli_runner import AGREEMENT, AMENDMENT, CALL_1, CALL_2, ENTRY, SUB, Folder, replayed, zicm


def test_a_delivered_exchange_as_json(folder: Folder) -> None:
    executed = folder.executed()
    ran = zicm("replay", "--json", executed)
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out) == {
        "exchanges": [
            {
                "folder": str(executed),
                "outcome": "delivered",
                "error": None,
                "calls": [CALL_1, CALL_2],
                "message": ENTRY,
                "systems": {"PF2": "created", "WP2": "created"},
            }
        ]
    }


def test_a_renewal_sends_the_key_and_the_expiry_date_and_makes_one_call(folder: Folder) -> None:
    renewed = folder("renewed", "Renewed", {**AGREEMENT, "ICMExpiryDate": "2029-12-31T00:00:00", "Name": "Other"})
    _, exchange = replayed(folder.executed(), renewed)
    assert exchange["calls"] == [CALL_1]
    assert exchange["systems"] == {"PF2": "changed", "WP2": "changed"}
    assert exchange["message"] == {
        "TENANTID": "/icertis/syensqo-uat",
        "CONTRACTTYPENAME": "SUB",
        "SYSID": SUB,
        "ICMAGREEMENTCODE": "PSUB2001",
        "ICMEXPIRYDATE": "20291231",
    }


def test_an_amendment_changes_its_parent(folder: Folder, tmp_path: Path) -> None:
    _, exchange = replayed(folder.executed(), folder.amended(), "--data", tmp_path)
    assert exchange["calls"] == [f"GET /v1/agreements/ICMSubAgreementAmendment/{AMENDMENT}"]
    assert (exchange["message"]["SYSID"], exchange["message"]["ICMAGREEMENTCODE"]) == (SUB, "PSUB2001")
    assert "ASSOCIATINGCODE" not in exchange["message"]
    tables = json.loads(zicm("tables", "--data", tmp_path, "--system", "PF2", "--json").out)
    assert tables == {
        "PF2": {
            "ZMM_ICMCONTRACT": [{**ENTRY, "ICMPURCHASINGORGCODE": "FR10"}],
            "ZMM_ICMPURCHORG": [{"SYSID": SUB, "PURCHASINGORG": "FR10"}],
        }
    }


def test_folders_are_replayed_in_the_given_order(folder: Folder) -> None:
    executed, amended = folder.executed(), folder.amended()
    ran = zicm("replay", "--json", amended, executed)
    first, second = json.loads(ran.out)["exchanges"]
    assert ran.code == 1
    assert first["outcome"] == "failed"
    assert first["error"] == {"id": "D-07", "field": "", "message": f"no entry for code PSUB2001 and System ID {SUB}"}
    assert first["systems"] == {"PF2": "refused", "WP2": "refused"}
    assert second["systems"] == {"PF2": "created", "WP2": "created"}


def test_tables_persist_between_runs(folder: Folder, tmp_path: Path) -> None:
    executed, data = folder.executed(), tmp_path / "new" / "tables"
    assert replayed(executed, "--data", data)[0]["systems"] == {"PF2": "created", "WP2": "created"}
    assert sorted(file.name for file in data.iterdir()) == ["CPI.db", "PF2.db", "WP2.db"]
    assert replayed(executed, "--data", data)[0]["systems"] == {"PF2": "unchanged", "WP2": "unchanged"}
    assert replayed(executed)[0]["systems"] == {"PF2": "created", "WP2": "created"}


def test_one_system_accepts_what_the_other_refuses(folder: Folder, tmp_path: Path) -> None:
    replayed(folder.executed(), "--data", tmp_path)
    connection = sqlite3.connect(tmp_path / "WP2.db")
    connection.execute("DELETE FROM ZMM_ICMCONTRACT")
    connection.commit()
    connection.close()
    amended = folder.amended()
    (exchange,) = replayed(amended, "--data", tmp_path)
    assert (exchange["outcome"], exchange["error"]["id"]) == ("failed", "D-07")
    assert exchange["systems"] == {"PF2": "changed", "WP2": "refused"}
    shown = zicm("replay", amended, "--data", tmp_path).out
    refused = f"error D-07: no entry for code PSUB2001 and System ID {SUB}"
    assert f"\n  PF2: unchanged\n  WP2: refused, {refused}\n" in shown


def test_recorded_answer_is_replayed_byte_for_byte(folder: Folder) -> None:
    executed = folder.executed()
    recorded = (executed / "agreement.json").read_text().replace("1250000.5", "1250000.10000000000000000001")
    (executed / "agreement.json").write_text(recorded)
    assert replayed(executed)[0]["message"]["ICMTOTALCONTRACTVALUE"] == "1250000.10"
    (executed / "agreement.json").write_bytes(b"{broken")
    assert replayed(executed)[0]["error"] == {"id": "CALL-1", "field": "", "message": "the answer is no JSON"}


@pytest.mark.parametrize(("missing", "rule"), [("agreement.json", "CALL-1"), ("associatinginstances.json", "CALL-2")])
def test_answer_that_was_not_recorded_is_a_404(folder: Folder, missing: str, rule: str) -> None:
    executed = folder.executed()
    (executed / missing).unlink()
    ran = zicm("replay", "--json", executed)
    (exchange,) = json.loads(ran.out)["exchanges"]
    assert ran.code == 1
    assert exchange["error"] == {"id": rule, "field": "", "message": "ICI answered with HTTP status 404"}
    assert (exchange["message"], exchange["systems"]) == (None, {})


def test_a_baseline_agreement_is_ignored(folder: Folder) -> None:
    baseline = folder("baseline", "Executed", AGREEMENT, ContractTypeName="ICMBaselineAgreement")
    ran = zicm("replay", "--json", baseline)
    (exchange,) = json.loads(ran.out)["exchanges"]
    assert ran.code == 0
    assert (exchange["outcome"], exchange["error"], exchange["calls"]) == ("ignored", None, [])


def test_confidential_agreement_leaves_no_trace(folder: Folder, tmp_path: Path) -> None:
    marked = {name: f"MARKER-{name}" for name in (*AGREEMENT, "ICMAnything")}
    secret = folder(
        "secret",
        "Executed",
        {**marked, "ICMConfidentialContract": True},
        [{"SysId": "MARKER-1", "ICMAgreementCode": "MARKER-2", "Name": "MARKER-3"}],
    )
    as_json = zicm("replay", "--json", secret, "--data", tmp_path)
    for_people = zicm("replay", secret, "--data", tmp_path)
    (exchange,) = json.loads(as_json.out)["exchanges"]
    assert exchange == {
        "folder": str(secret),
        "outcome": "filtered",
        "error": None,
        "calls": [CALL_1, CALL_2],
        "message": None,
        "systems": {},
    }
    assert (as_json.code, for_people.code) == (0, 0)
    assert "1 exchange: 0 delivered, 1 filtered, 0 ignored, 0 failed" in for_people.out
    assert "MARKER" not in "".join((*as_json[1:], *for_people[1:]))
    assert all(b"MARKER" not in file.read_bytes() for file in tmp_path.glob("*.db*"))


def test_failure_shows_the_error_and_no_value(folder: Folder) -> None:
    ran = zicm("replay", folder.executed(ICMCurrency="MARKER", Name="MARKER"))
    assert ran.code == 1
    assert f"Executed of ICMSubAgreement, System ID {SUB}" in ran.out
    assert "error D-13 ICMCurrency: 6 characters, ICMCURRENCY takes at most 5" in ran.out
    assert "MARKER" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("content", "rule", "message"),
    [
        (None, "REPLAY", "the folder holds no such file"),
        (b"", "D-60", "the webhook refuses it: the body is no JSON"),
        (b"\xff\xfe{", "D-60", "the webhook refuses it: the body is no JSON"),
        (b"[1]", "D-60", "the webhook refuses it: the body is neither an event nor an array of events"),
        (b"{}", "D-60", "the webhook refuses it: the body has none of the fields of an event"),
        (b'"' + b"x" * 300_000 + b'"', "D-32", "the webhook refuses it: the body has more than 262144 bytes"),
    ],
)
def test_unusable_event_file_fails_only_its_folder(
    folder: Folder, content: bytes | None, rule: str, message: str
) -> None:
    broken, executed = folder("broken", "Executed"), folder.executed()
    (broken / "event.json").unlink() if content is None else (broken / "event.json").write_bytes(content)
    ran = zicm("replay", "--json", broken, executed)
    first, second = json.loads(ran.out)["exchanges"]
    assert ran.code == 1
    assert first == {
        "folder": str(broken),
        "outcome": "failed",
        "error": {"id": rule, "field": "event.json", "message": message},
        "calls": [],
        "message": None,
        "systems": {},
    }
    assert second["outcome"] == "delivered"


def test_missing_folder_fails_only_itself(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    exchanges = replayed(tmp_path / "nowhere", tmp_path / "file", folder.executed())
    assert [exchange["error"] and exchange["error"]["message"] for exchange in exchanges] == [
        "there is no such folder",
        "the folder is a file",
        None,
    ]


def test_folders_without_an_event_write_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in ("nowhere", "empty"):
        (exchange,) = replayed(tmp_path / folder, "--data", tmp_path / "data")
        assert (exchange["outcome"], exchange["error"]["id"]) == ("failed", "REPLAY")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["event.json", "agreement.json", "associatinginstances.json"])
def test_unreadable_file_fails_its_folder(folder: Folder, name: str) -> None:
    executed = folder.executed()
    (executed / name).unlink()
    (executed / name).mkdir()
    (exchange,) = replayed(executed)
    assert (exchange["error"]["id"], exchange["error"]["field"]) == ("REPLAY", name)
    assert exchange["error"]["message"].startswith("it cannot be read: ")


def test_a_folder_of_exchanges_is_replayed_in_the_order_of_names(folder: Folder) -> None:
    executed, renewed = folder.executed(), folder("renewed", "Renewed", AGREEMENT)
    assert [one["folder"] for one in replayed(folder.base)] == [str(executed), str(renewed)]
