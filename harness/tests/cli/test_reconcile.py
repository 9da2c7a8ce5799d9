"""Test `zicm reconcile`: findings, repairs, output, exit codes."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from harness.tests.support.cli_runner import (
    AGREEMENT,
    AMENDMENT,
    ENTRY,
    MASTER,
    MASTERS,
    ORGANISATIONS,
    SUB,
    Folder,
    rows,
    stable,
    zicm,
)
from simulator.icertis.agreement import STANDALONE
from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import IcertisRest, RestSite
from simulator.icertis.tenant import IcertisTenant

NAME_BY_HAND = "UPDATE ZMM_ICMCONTRACT SET NAME = 'Water'"
DIFFERS = {
    "system": "WP2",
    "sys_id": SUB,
    "code": "PSUB2001",
    "kind": "differing",
    "later": None,
    "fields": [{"name": "NAME", "expected": "Acrylic acid for Tavaux", "held": "Water"}],
    "error": None,
}


def by_hand(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def reconciled(tables: Path, *arguments: object) -> tuple[int, dict[str, Any]]:
    ran = zicm("reconcile", "--json", "--data", tables, *arguments)
    assert ran.err == ""
    return ran.code, json.loads(ran.out)


def test_equal_tables_exit_with_0(folder: Folder, tables: Path) -> None:
    assert reconciled(tables, "--recorded", folder.base) == (
        0,
        {"systems": ["PF2", "WP2"], "agreements": 1, "findings": []},
    )
    for_people = zicm("reconcile", "--data", tables, "--recorded", folder.base)
    assert (for_people.code, for_people.out) == (0, "1 agreement compared with PF2 and WP2: all equal\n")


@pytest.mark.parametrize(
    "envelope",
    [
        lambda fields: {"Data": fields},
        lambda fields: {"Data": [fields]},
        lambda fields: {"data": fields},
        lambda fields: fields,
        lambda fields: {"Data": {**fields, "ICMStatus": {"DisplayValue": "Draft"}}},
    ],
)
def test_recorded_draft_counts_for_none_in_any_envelope(
    folder: Folder, tables: Path, envelope: Callable[[dict[str, object]], object]
) -> None:
    by_hand(tables / "WP2.db", NAME_BY_HAND)
    (folder.executed() / "agreement.json").write_text(json.dumps(envelope({**AGREEMENT, "ICMStatus": "Draft"})))
    _, result = reconciled(tables, "--recorded", folder.base, "--repair")
    assert result["agreements"] == 0
    assert [(one["kind"], one["queued"]) for one in result["findings"]] == [("too much", [])] * 2


def test_setting_that_needs_a_store_is_no_matter_without_repair(folder: Folder, tables: Path, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("remember_filtered = true\n")
    given = ("--recorded", folder.base, "--settings", tmp_path / "settings.toml")
    assert reconciled(tables, *given)[0] == 0


def test_findings_change_nothing_without_repair(folder: Folder, tables: Path) -> None:
    by_hand(tables / "WP2.db", NAME_BY_HAND)
    stored = [file.read_bytes() for file in tables.glob("CPI.db")]
    code, result = reconciled(tables, "--recorded", folder.base)
    assert (code, result["findings"]) == (1, [{**DIFFERS, "queued": []}])
    assert [row["NAME"] for row in rows(tables / "WP2.db", "ZMM_ICMCONTRACT")] == ["Water"]
    assert [file.read_bytes() for file in tables.glob("CPI.db")] == stored


def test_repair_corrects_a_difference_by_an_event(folder: Folder, tables: Path) -> None:
    by_hand(tables / "WP2.db", NAME_BY_HAND)
    code, result = reconciled(tables, "--recorded", folder.base, "--repair")
    (finding,) = result["findings"]
    (queued,) = finding.pop("queued")
    assert (code, finding, queued["status"]) == (1, DIFFERS, "COMPLETED")
    assert rows(tables / "WP2.db", "ZMM_ICMCONTRACT") == [ENTRY]
    *_, message = rows(tables / "CPI.db", "CPI_MESSAGE")
    assert (message["guid"], message["action"], message["sys_id"]) == (queued["guid"], "ExecutedUpdated", SUB)
    assert reconciled(tables, "--recorded", folder.base)[0] == 0


def test_repair_restores_a_missing_entry(folder: Folder, tables: Path) -> None:
    by_hand(tables / "PF2.db", "DELETE FROM ZMM_ICMCONTRACT", "DELETE FROM ZMM_ICMPURCHORG")
    code, result = reconciled(tables, "--recorded", folder.base, "--repair")
    assert code == 1
    assert [(one["system"], one["kind"]) for one in result["findings"]] == [("PF2", "missing")]
    assert rows(tables / "PF2.db", "ZMM_ICMCONTRACT") == [ENTRY]
    assert rows(tables / "PF2.db", "ZMM_ICMPURCHORG") == ORGANISATIONS


def test_repair_refused_by_a_system_ends_in_the_error_queue(folder: Folder, tables: Path) -> None:
    by_hand(tables / "PF2.db", "UPDATE ZMM_ICMCONTRACT SET CONTRACTTYPENAME = 'STA'")
    _, result = reconciled(tables, "--recorded", folder.base, "--repair")
    assert [one["status"] for one in result["findings"][0]["queued"]] == ["ESCALATED"]
    assert reconciled(tables, "--recorded", folder.base)[0] == 1


def test_surplus_entry_is_named_without_values_and_stays(folder: Folder, tables: Path) -> None:
    other = "99999999-0000-4000-8000-000000009999"
    by_hand(
        tables / "PF2.db",
        f"INSERT INTO ZMM_ICMCONTRACT SELECT TENANTID, CONTRACTTYPENAME, '{other}', 'PSUB9999', "  # noqa: S608
        f"{', '.join(list(ENTRY)[4:])} FROM ZMM_ICMCONTRACT",
        "INSERT INTO ZMM_ICMPURCHORG VALUES ('88888888-0000-4000-8000-000000008888', 'FR10')",
    )
    _, result = reconciled(tables, "--recorded", folder.base, "--repair")
    assert [(one["code"], one["sys_id"], one["kind"], one["fields"]) for one in result["findings"]] == [
        ("PSUB9999", other, "too much", []),
        (None, "88888888-0000-4000-8000-000000008888", "too much", []),
    ]
    assert len(rows(tables / "PF2.db", "ZMM_ICMCONTRACT")) == 2
    shown = zicm("reconcile", "--data", tables, "--recorded", folder.base).out
    assert "organisation rows alone  System ID 88888888-0000-4000-8000-000000008888\n" in shown


def test_repair_does_not_undo_an_amendment_recorded_later(folder: Folder, tables: Path) -> None:
    zicm("replay", folder.amended(), "--data", tables)
    by_hand(tables / "PF2.db", "DELETE FROM ZMM_ICMCONTRACT")
    before = rows(tables / "WP2.db", "ZMM_ICMPURCHORG")
    _, result = reconciled(
        tables, "--recorded", folder.base / "executed-0", "--recorded", folder.base / "amended", "--repair"
    )
    assert [(one["system"], one["kind"], one["later"], one["queued"]) for one in result["findings"]] == [
        ("PF2", "recorded earlier", f"AmendmentExecuted {AMENDMENT}", []),
        ("WP2", "recorded earlier", f"AmendmentExecuted {AMENDMENT}", []),
    ]
    assert rows(tables / "WP2.db", "ZMM_ICMPURCHORG") == before == [{"SYSID": SUB, "PURCHASINGORG": "FR10"}]


@pytest.mark.parametrize("action", ["AmendmentExecuted", "Renewed", "Terminated", "ExecutedUpdated"])
def test_repair_does_not_undo_what_cpi_has_logged_and_nobody_has_recorded(
    folder: Folder, tables: Path, action: str
) -> None:
    changes: dict[str, object] = {
        "ICMExpiryDate": "2029-12-31T00:00:00",
        "ICMTerminationNoticeDate": "2026-03-31T00:00:00",
    }
    changed = {**AGREEMENT, **changes}
    later = folder.amended() if action == "AmendmentExecuted" else folder("later", action, changed, MASTERS)
    zicm("replay", later, "--data", tables)
    before = rows(tables / "WP2.db", "ZMM_ICMCONTRACT")
    _, result = reconciled(tables, "--recorded", folder.base / "executed-0", "--repair")
    named = f"{action} {AMENDMENT if action == 'AmendmentExecuted' else SUB}"
    assert {(one["kind"], one["later"]) for one in result["findings"]} == {("recorded earlier", named)}
    assert rows(tables / "WP2.db", "ZMM_ICMCONTRACT") == before
    shown = zicm("reconcile", "--data", tables, "--recorded", folder.base / "executed-0").out
    assert f"recorded before {named}" in " ".join(shown.split())


@pytest.mark.parametrize("action", ["Renewed", "ExecutedUpdated"])
def test_repair_does_not_undo_what_cpi_has_processed_more_often_than_was_recorded(
    folder: Folder, tables: Path, action: str
) -> None:
    recorded = folder("recorded", action, {**AGREEMENT, "ICMExpiryDate": "2028-12-31T00:00:00"}, MASTERS)
    another = folder("another", action, {**AGREEMENT, "ICMExpiryDate": "2029-12-31T00:00:00"}, MASTERS)
    for exchange in (recorded, another):
        zicm("replay", exchange, "--data", tables)
    _, result = reconciled(tables, "--recorded", folder.base / "executed-0", "--recorded", recorded, "--repair")
    assert {(one["kind"], one["later"]) for one in result["findings"]} == {
        ("recorded earlier", f"{action} {SUB} (processed 2 times, recorded 1 time)")
    }
    assert [row["ICMEXPIRYDATE"] for row in rows(tables / "WP2.db", "ZMM_ICMCONTRACT")] == ["20291231"]


def test_repair_from_a_recording_can_be_repeated(folder: Folder, tables: Path) -> None:
    for _ in range(3):
        by_hand(tables / "WP2.db", NAME_BY_HAND)
        _, result = reconciled(tables, "--recorded", folder.base, "--repair")
        assert [(one["system"], one["kind"]) for one in result["findings"]] == [("WP2", "differing")]
        assert rows(tables / "WP2.db", "ZMM_ICMCONTRACT") == [ENTRY]


def test_what_was_recorded_after_the_amendment_repairs(folder: Folder, tables: Path) -> None:
    zicm("replay", folder.amended(), "--data", tables)
    updated = folder("updated", "ExecutedUpdated", {**AGREEMENT, "ICMPurchasingOrgCode": "FR10"}, MASTERS)
    by_hand(tables / "WP2.db", NAME_BY_HAND)
    _, result = reconciled(tables, "--recorded", folder.base / "amended", "--recorded", updated, "--repair")
    assert [(one["system"], one["kind"]) for one in result["findings"]] == [("WP2", "differing")]
    assert [row["NAME"] for row in rows(tables / "WP2.db", "ZMM_ICMCONTRACT")] == ["Acrylic acid for Tavaux"]


def test_newly_confidential_entry_shows_no_value_and_stays(folder: Folder, tables: Path) -> None:
    changes = dict.fromkeys(AGREEMENT, "MARKER") | {"ICMConfidentialContract": True}
    folder("later", "ExecutedUpdated", changes, MASTERS)
    folder("later-as-well", "Executed", changes, MASTERS, SysId=MASTER)
    as_json = zicm("reconcile", "--json", "--data", tables, "--recorded", folder.base, "--repair")
    for_people = zicm("reconcile", "--data", tables, "--recorded", folder.base, "--repair")
    assert (as_json.code, for_people.code) == (1, 1)
    nothing: dict[str, object] = {"later": None, "fields": [], "error": None, "queued": []}
    assert json.loads(as_json.out)["findings"] == [
        {"system": system, "sys_id": SUB, "code": "PSUB2001", "kind": "confidential now", **nothing}
        for system in ("PF2", "WP2")
    ]
    printed = "".join((*as_json[1:], *for_people[1:]))
    shown = [name for name, held in {**ENTRY, "marker": "MARKER"}.items() if len(held) > 5 and held in printed]
    assert shown == ["SYSID", "ICMAGREEMENTCODE"]
    assert MASTER not in printed
    assert all(b"MARKER" not in file.read_bytes() for file in tables.glob("*.db*"))
    assert rows(tables / "WP2.db", "ZMM_ICMCONTRACT") == [ENTRY]


def test_last_recorded_answers_of_a_terminated_agreement_count(folder: Folder, tables: Path) -> None:
    folder("terminated", "Terminated", {**AGREEMENT, "ICMTerminationNoticeDate": "2026-03-31T00:00:00"})
    code, result = reconciled(tables, "--recorded", folder.base, "--repair")
    expiry = {"name": "ICMEXPIRYDATE", "expected": "20260331", "held": "20271231"}
    assert (code, [one["fields"] for one in result["findings"]]) == (1, [[expiry], [expiry]])
    assert [row["action"] for row in rows(tables / "CPI.db", "CPI_MESSAGE")][-1] == "Terminated"
    assert rows(tables / "WP2.db", "ZMM_ICMCONTRACT") == [{**ENTRY, "ICMEXPIRYDATE": "20260331"}]


def test_findings_for_people(folder: Folder, tables: Path, snapshot: SnapshotAssertion) -> None:
    by_hand(tables / "WP2.db", "UPDATE ZMM_ICMCONTRACT SET NAME = NAME || ', and then again Acrylic acid for Tavaux'")
    by_hand(tables / "WP2.db", "UPDATE ZMM_ICMCONTRACT SET ICMCURRENCY = ''")
    lost = "44444444-0000-4000-8000-000000004001"
    folder("lost", "Executed", {**AGREEMENT, "ICMAgreementCode": "PSUB2002"}, [], SysId=lost)
    folder("broken", "Executed", {**AGREEMENT, "ICMCurrency": "TOO LONG"}, [], SysId=MASTER)
    ran = zicm("reconcile", "--data", tables, "--recorded", folder.base, width=80)
    assert (ran.code, ran.err) == (1, "")
    assert max(map(len, ran.out.splitlines())) <= 80
    assert stable(ran.out) == snapshot


def test_ici_is_read_over_http(tables: Path, tmp_path: Path) -> None:
    tenant = IcertisTenant("/icertis/syensqo-uat", lambda _: None)
    tenant.execute(tenant.draft(STANDALONE, {"ICMConfidentialContract": False, "Name": "Steam"}, code="PST1"))
    with answering(IcertisRest(tenant, Authenticator("ici-token"))) as url:
        settings = tmp_path / "settings.toml"
        settings.write_text(f'ici_base_url = "{url}"\n')
        _, result = reconciled(tables, "--settings", settings, "--repair")
        assert [(one["system"], one["code"], one["kind"]) for one in result["findings"]] == [
            ("PF2", "PST1", "missing"),
            ("WP2", "PST1", "missing"),
            ("PF2", "PSUB2001", "too much"),
            ("WP2", "PSUB2001", "too much"),
        ]
        _, result = reconciled(tables, "--settings", settings)
        assert {one["kind"] for one in result["findings"]} == {"too much"}


def test_unreachable_ici_exits_with_1(tables: Path, tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('ici_base_url = "http://127.0.0.1:9"\n')
    ran = zicm("reconcile", "--json", "--data", tables, "--settings", settings)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "Error: nothing was compared: D-45: ICI could not be reached (ConnectionError)\n"


def test_folder_without_tables_stays_empty(folder: Folder, tmp_path: Path) -> None:
    executed, empty = folder.executed(), tmp_path / "empty"
    ran = zicm("reconcile", "--data", empty, "--recorded", executed)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (f"Error: {empty} does not hold the tables of every system: it has no file PF2.db, WP2.db\n")
    assert not empty.exists()


def test_file_without_tables_is_unchanged(folder: Folder, tables: Path) -> None:
    (tables / "WP2.db").write_bytes(b"no database")
    ran = zicm("reconcile", "--data", tables, "--recorded", folder.base)
    assert (ran.code, ran.out) == (1, "")
    assert "WP2.db does not hold the tables of an ECC system" in ran.err
    assert (tables / "WP2.db").read_bytes() == b"no database"


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ("{", "is not JSON"),
        ("{}", "is not an event of the interface: D-60: the body has none of the fields of an event"),
        ("[1]", "is not an event of the interface: D-60: the body is neither an event nor an array of events"),
        ('{"SysId": "a"}', "is not an event of the interface: EVT-1 source: it is missing"),
        (
            '{"source": "/icertis/syensqo", "SysId": "a", "ContractTypeName":"ICMSubAgreement","ActionName":"Renewed"}',
            "comes from another tenant than the settings name",
        ),
    ],
)
def test_unusable_recorded_event_exits_with_1(folder: Folder, tables: Path, event: str, why: str) -> None:
    broken = folder("broken", "Executed")
    (broken / "event.json").write_text(event)
    ran = zicm("reconcile", "--data", tables, "--recorded", broken)
    assert (ran.code, ran.out, ran.err) == (1, "", f"Error: {broken / 'event.json'} {why}\n")


def test_folder_without_recorded_exchange_exits_with_1(tables: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    ran = zicm("reconcile", "--data", tables, "--recorded", nowhere)
    assert (ran.code, ran.err) == (1, f"Error: {nowhere} cannot be read: No such file or directory\n")
    ran = zicm("reconcile", "--data", tables, "--recorded", tables)
    assert ran.code == 1
    assert ran.err.startswith(
        f"Error: {tables} holds no recorded exchange: neither it nor a folder in it has a file event.json"
    )


@pytest.mark.parametrize("arguments", [[], ["--data"], ["--data", ".", "--settings", "nowhere.toml"], ["--nonsense"]])
def test_wrong_use(arguments: list[str]) -> None:
    assert zicm("reconcile", *arguments).code == 2


@pytest.mark.parametrize("query", ["pageNumber=0", "rowsPerPage=0", "pageNumber=one"])
def test_mock_ici_rejects_invalid_paging(query: str) -> None:
    rest = IcertisRest(IcertisTenant("/icertis/syensqo-uat", lambda _: None), Authenticator("ici-token"))
    path = f"/v1/agreements/ICMSubAgreement?{query}"
    assert rest.answer("GET", path, {"Authorization": "Bearer ici-token"}).status == 400


@contextmanager
def answering(site: RestSite) -> Iterator[str]:
    """Serve `site` over HTTP on this machine. Yields its base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = site.answer("GET", self.path, dict(self.headers))
            self.send_response(found.status)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
