"""Test `zicm messages retry`."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from harness.files import FIXTURES
from harness.tests.support.cli_runner import AGREEMENT, SUB, Folder, replayed, zicm
from harness.tests.support.messages_cli import ici_at, listed, next_of, renewed, retried, states, store
from harness.tests.support.server_fixture import Served

EXCHANGES = FIXTURES / "exchanges"
NO_ENTRY = {"id": "D-07", "field": "", "message": f"no entry for code PSUB2001 and System ID {SUB}"}


def test_renewal_before_its_entry_succeeds_after_the_entry_exists(data: Path) -> None:
    assert zicm("replay", EXCHANGES / "17-sub-renewed", "--data", data).code == 1
    (early,) = listed(data)
    assert early["status"] == "ESCALATED"
    assert early["error"]["id"] == "D-07"
    assert early["systems"]["PF2"] == {"state": "refused", "attempts": 1, "error": early["error"]}
    assert zicm("replay", EXCHANGES / "03-sub-executed", "--data", data).code == 0

    code, (late,), problem = retried(data, "--all-failed", "--recorded", EXCHANGES / "17-sub-renewed")
    assert (code, problem) == (0, None)
    assert (late["guid"], late["status"], late["error"]) == (early["guid"], "COMPLETED", None)
    assert states(late) == {"PF2": "changed", "WP2": "changed"}
    tables = json.loads(zicm("tables", "--data", data, "--json").out)
    assert [held["ZMM_ICMCONTRACT"][0]["ICMEXPIRYDATE"] for held in tables.values()] == ["20280831", "20280831"]
    assert zicm("messages", "retry", "--all-failed", "--data", data) == (
        0,
        "Nothing is in the error queue, and nothing is due.\n",
        "",
    )


def test_message_that_fails_again_stays_in_the_error_queue(folder: Folder, data: Path) -> None:
    renewal = renewed(folder)
    replayed(renewal, "--data", data)
    guid = listed(data)[0]["guid"]
    code, (message,), problem = retried(data, guid[:8], "--recorded", renewal)
    assert (code, problem) == (1, None)
    assert (message["status"], message["error"]) == ("ESCALATED", NO_ENTRY)
    ran = zicm("messages", "retry", guid, "--data", data, "--recorded", renewal)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.endswith("\n1 message: 1 ESCALATED\n")


def test_message_succeeds_once_the_failed_database_works(folder: Folder, data: Path) -> None:
    replayed(folder.executed(), "--data", data)
    with closing(sqlite3.connect(data / "WP2.db")) as connection, connection:
        connection.execute("CREATE TRIGGER full BEFORE UPDATE ON ZMM_ICMCONTRACT BEGIN SELECT RAISE(ABORT, 'no'); END")
    renewal = renewed(folder)
    replayed(renewal, "--data", data)
    message = listed(data)[-1]
    assert states(message) == {"PF2": "changed", "WP2": "refused"}
    assert message["systems"]["WP2"]["error"] == {
        "id": "D-20",
        "field": "",
        "message": "the database of WP2 failed (IntegrityError)",
    }
    assert next_of(data) == "Make sure that WP2 can be reached (zicm health). Then retry the message."
    with closing(sqlite3.connect(data / "WP2.db")) as connection, connection:
        connection.execute("DROP TRIGGER full")
    code, (message,), _ = retried(data, "--all-failed", "--recorded", renewal)
    assert (code, message["status"], states(message)) == (0, "COMPLETED", {"PF2": "unchanged", "WP2": "changed"})


def test_completed_message_cannot_be_retried(folder: Folder, data: Path) -> None:
    replayed(folder.executed(), "--data", data)
    (message,) = listed(data)
    ran = zicm("messages", "retry", message["guid"], "--data", data)
    assert ran == (1, "", f"Error: {message['guid']} is COMPLETED: there is nothing to retry\n")


def test_unread_agreement_is_read_from_ici_over_http(folder: Folder, data: Path, tmp_path: Path) -> None:
    replayed(folder("unanswered", "Executed"), "--data", data)
    (message,) = listed(data)
    assert (message["status"], message["attempts"]) == ("FAILED", 1)
    assert message["error"] == {"id": "CALL-1", "field": "", "message": "ICI answered with HTTP status 404"}
    with ici_at(tmp_path / "settings.toml") as settings:
        code, (message,), problem = retried(data, "--all-failed", "--settings", settings)
        health = zicm("health", "--data", data, "--settings", settings)
    assert (code, message["status"], problem) == (0, "COMPLETED", None)
    assert states(message) == {"PF2": "created", "WP2": "created"}
    assert (health.code, health.err) == (0, "")
    assert [line.split() for line in health.out.splitlines()] == [
        ["Endpoints"],
        *[[name, "yes"] for name in ("ICI", "PF2", "WP2", "CPI")],
        [],
        ["Alerts"],
        ["none"],
    ]


def test_retry_gets_a_token_by_client_credentials(folder: Folder, data: Path, landscape: Served) -> None:
    sys_id = landscape.executed(code="PST9")["sys_id"]
    lost = folder("lost", "Executed", ContractTypeName="ICMStandaloneAgreement", SysId=sys_id)
    replayed(lost, "--data", data)
    at = ("--all-failed", "--ici-url", landscape.site.urls["icertis"])
    code, (message,), _ = retried(data, *at)
    assert (code, message["error"]["message"]) == (1, "ICI answered with HTTP status 401")
    code, (message,), problem = retried(data, *at, "--credentials", landscape.site.credentials_file)
    assert (code, message["status"], problem) == (0, "COMPLETED", None)
    assert states(message) == {"PF2": "created", "WP2": "created"}


def test_messages_stay_unchanged_while_ici_is_unreachable(folder: Folder, data: Path, ici_away: Path) -> None:
    replayed(renewed(folder), folder("unanswered", "Executed"), folder.executed(), "--data", data)
    before = listed(data)
    assert [message["status"] for message in before] == ["ESCALATED", "FAILED", "COMPLETED"]
    ran = zicm("messages", "retry", "--all-failed", "--data", data, "--settings", ici_away)
    why = "ICI: it could not be reached (ConnectionError), see --ici-url. "
    left = "Messages that need it and were left as they were: "
    assert (ran.code, ran.err) == (1, f"Error: {why}{left}2\n")
    assert ran.out.endswith("\n2 messages: 1 FAILED, 1 ESCALATED\n")
    assert listed(data) == before
    assert retried(data, before[0]["guid"], "--settings", ici_away) == (1, [before[0]], f"{why}{left}1")


def test_message_without_a_recorded_answer_stays_unchanged(folder: Folder, data: Path) -> None:
    renewal, executed = renewed(folder), folder.executed()
    other = folder("other", "Renewed", AGREEMENT, ContractTypeName="ICMStandaloneAgreement", SysId="A-1")
    replayed(other, renewal, executed, "--data", data)
    (left, _, _) = listed(data)
    code, (first, second), problem = retried(data, "--all-failed", "--recorded", renewal)
    assert (code, first, states(second)) == (1, left, {"PF2": "changed", "WP2": "changed"})
    assert problem == "ICI: it was not recorded. Messages that need it and were left as they were: 1"
    ran = zicm("messages", "retry", "--all-failed", "--data", data, "--recorded", folder.base / "nowhere")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("Error: ")


def test_newly_confidential_message_is_discarded_without_trace(folder: Folder, data: Path) -> None:
    replayed(renewed(folder), "--data", data)
    secret = folder("secret", "Renewed", {**AGREEMENT, "ICMConfidentialContract": True})
    replayed(folder.executed(), "--data", data)
    code, (message,), _ = retried(data, "--all-failed", "--recorded", secret)
    assert (code, message["status"], message["note"]) == (0, "DISCARDED", "confidential: filtered (SEC-1)")
    assert (message["systems"], message["sys_id"]) == ({}, "")
    tables = json.loads(zicm("tables", "--data", data, "--json").out)
    assert [held["ZMM_ICMCONTRACT"][0]["ICMEXPIRYDATE"] for held in tables.values()] == ["20271231", "20271231"]


def test_retry_finishes_an_interrupted_run_and_replay_does_not(
    folder: Folder, data: Path, tmp_path: Path, ici_away: Path
) -> None:
    executed, other = folder.executed(), {**AGREEMENT, "ICMAgreementCode": "PST0001"}
    replayed(executed, "--data", data)
    # As a process leaves it that was killed after the event had been accepted.
    store(data, "UPDATE CPI_MESSAGE SET stage = 'fetch', status = 'PROCESSING'")
    store(data, "DELETE FROM CPI_PARCEL")
    standalone = folder("other", "Executed", other, ContractTypeName="ICMStandaloneAgreement", SysId="A-1")
    assert replayed(standalone, "--data", data)[0]["systems"] == {"PF2": "created", "WP2": "created"}
    (behind,) = replayed(executed, "--data", data)
    assert behind["error"] == {
        "id": "REPLAY",
        "field": "event.json",
        "message": "it waits behind an earlier message about the same agreement, see zicm messages",
    }
    assert [message["status"] for message in listed(data)] == ["PROCESSING", "COMPLETED", "PROCESSING"]
    assert next_of(data) == ("Wait: CPI tries it again. Once the next attempt is due, zicm messages retry makes it.")
    before = listed(data)
    ran = zicm("messages", "retry", "--all-failed", "--data", data, "--settings", ici_away)
    assert ran.code == 1
    assert ran.err.endswith("Messages that need it and were left as they were: 2\n")
    assert listed(data) == before
    with ici_at(tmp_path / "settings.toml") as settings:
        code, done, problem = retried(data, "--all-failed", "--settings", settings)
    assert (code, problem) == (0, None)
    assert [states(message) for message in done] == [{"PF2": "unchanged", "WP2": "unchanged"}] * 2


def test_messages_for_an_unnamed_system_need_the_settings(folder: Folder, data: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('systems = {QF2 = "sqlite://"}\n')
    renewal = renewed(folder)
    replayed(renewal, "--data", data, "--settings", settings)
    ran = zicm("messages", "retry", "--all-failed", "--data", data)
    why = "there are messages for QF2, which the settings do not name: give --settings"
    assert ran == (1, "", f"Error: {why}\n")
    replayed(folder.executed(), "--data", data, "--settings", settings)
    code, (message,), _ = retried(data, "--all-failed", "--settings", settings, "--recorded", renewal)
    assert (code, states(message)) == (0, {"QF2": "changed"})
