"""Test `zicm health`: endpoints and alerts."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.data_directory import keep_clock
from harness.testdata.record_exchanges import SCM_EXCHANGES
from harness.tests.support.cli_runner import Folder, replayed, zicm
from harness.tests.support.messages_cli import ici_at, listed, renewed, store
from harness.tests.support.server_fixture import served


def test_system_cannot_have_the_name_of_the_store(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('systems = {cpi = "sqlite://"}\n')
    ran = zicm("health", "--data", tmp_path, "--settings", settings)
    assert ran.code == 2
    assert "CPI is no ECC system" in ran.err


@pytest.mark.parametrize("name", ['""', "X" * 31])
def test_system_name_is_limited_in_length(tmp_path: Path, name: str) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'systems = {{{name} = "sqlite://"}}\n')
    ran = zicm("health", "--data", tmp_path, "--settings", settings)
    assert (ran.code, ran.out) == (2, "")
    assert "the name of a system has one to 30 characters" in " ".join(ran.err.replace("│", " ").split())


def test_health_lists_missing_endpoints_and_alerts(folder: Folder, data: Path, ici_away: Path) -> None:
    replayed(renewed(folder), "--data", data)
    guid = listed(data)[0]["guid"]
    (data / "WP2.db").unlink()
    ran = zicm("health", "--json", "--data", data, "--settings", ici_away)
    assert (ran.code, ran.err) == (1, "")
    away = "it could not be reached (ConnectionError)"
    assert json.loads(ran.out) == {
        "well": False,
        "endpoints": {
            "ICI": {"there": False, "why": away},
            "PF2": {"there": True, "why": ""},
            "WP2": {"there": False, "why": "there is no file WP2.db"},
            "CPI": {"there": True, "why": ""},
        },
        "alerts": [
            {"rule": "MON-1", "subject": guid, "what": "in the error queue: D-07"},
            {"rule": "MON-2", "subject": "ICI", "what": away},
            {"rule": "MON-2", "subject": "WP2", "what": "there is no file WP2.db"},
        ],
    }
    shown = zicm("health", "--data", data, "--settings", ici_away)
    assert (shown.code, shown.err) == (1, "")
    assert f"\n  MON-1  {guid}  in the error queue: D-07\n" in shown.out


def test_late_contract_is_an_alert_while_everything_answers(folder: Folder, data: Path, tmp_path: Path) -> None:
    replayed(folder.executed(), "--data", data)
    store(data, "UPDATE CPI_MESSAGE SET received_at = '2026-01-05T08:00:00.000000+00:00', status = 'PROCESSING'")
    store(data, "UPDATE CPI_PARCEL SET state = 'waiting' WHERE system = 'WP2'")
    with ici_at(tmp_path / "settings.toml") as settings:
        ran = zicm("health", "--json", "--data", data, "--settings", settings)
    assert ran.code == 1
    assert [alert["rule"] for alert in json.loads(ran.out)["alerts"]] == ["MON-4"]


@pytest.mark.parametrize(("stopped_at", "rules"), [("08:59", []), ("09:01", ["MON-4"]), (None, ["MON-4"])])
def test_hour_runs_by_the_clock_of_the_landscape(
    folder: Folder, data: Path, tmp_path: Path, stopped_at: str | None, rules: list[str]
) -> None:
    replayed(folder.executed(), "--data", data)
    with served(data) as site:
        for moment in ("07:00", stopped_at):
            body = {"now": f"2026-01-05T{moment}:00Z"}
            method = "PUT" if moment else "DELETE"
            answer = site.client.request(method, f"{site.base}/__admin/clock", json=body, headers=site.operator)
            assert answer.status_code == 200
    store(data, "UPDATE CPI_MESSAGE SET received_at = '2026-01-05T08:00:00.000000+00:00', status = 'PROCESSING'")
    store(data, "UPDATE CPI_MESSAGE SET changed_at = received_at")
    store(data, "UPDATE CPI_PARCEL SET state = 'waiting' WHERE system = 'WP2'")
    with ici_at(tmp_path / "settings.toml") as settings:
        ran = zicm("health", "--json", "--data", data, "--settings", settings)
    assert [alert["rule"] for alert in json.loads(ran.out)["alerts"]] == rules


def test_alerts_about_the_alignment_are_those_of_the_server(data: Path, ici_away: Path) -> None:
    def rules_and_subjects(alerts: list[dict[str, str]]) -> list[tuple[str, str]]:
        return [(one["rule"], one["subject"]) for one in alerts if one["rule"] != "MON-2"]

    with served(data) as site:
        site.admin("PUT", "/scm/behaviour", {"up": False})
        for aligned in range(4):
            said = json.loads(zicm("health", "--json", "--data", data, "--settings", ici_away).out)["alerts"]
            shown = site.admin("GET", "/connector/alerts")
            assert rules_and_subjects(said) == rules_and_subjects(shown)
            assert (("D-109", "CLMIntegrationContracts") in rules_and_subjects(said)) == (aligned == 3)
            site.admin("POST", "/connector/align")
        site.admin("POST", "/reset")
        said = json.loads(zicm("health", "--json", "--data", data, "--settings", ici_away).out)["alerts"]
        assert rules_and_subjects(said) == []


def test_scm_that_cannot_be_reached_is_that_of_the_server(data: Path, ici_away: Path) -> None:
    def about_scm(alerts: list[dict[str, str]]) -> list[dict[str, str]]:
        return [one for one in alerts if one["subject"] == "SCM"]

    away = "SCM's token endpoint could not be reached (ConnectionError)"
    with served(data, scm_url="http://127.0.0.1:1/scm") as site:
        for why in ("", away, ""):
            said = json.loads(zicm("health", "--json", "--data", data, "--settings", ici_away).out)
            assert said["endpoints"]["SCM"] == {"there": not why, "why": why}
            assert about_scm(said["alerts"]) == about_scm(site.admin("GET", "/connector/alerts"))
            assert [one["what"] for one in about_scm(said["alerts"])] == [why] * bool(why)
            site.admin("POST", "/reset" if why else "/connector/align")


def test_server_that_ended_no_longer_aligns(data: Path, ici_away: Path) -> None:
    with served(data) as site:
        site.admin("PUT", "/clock", {"now": "2026-01-05T08:00:00Z"})
        site.admin("POST", "/connector/align")
    for minutes, told in ((29, []), (30, ["no alignment of ICI and SCM has ended for 30 minutes"])):
        keep_clock(data, datetime(2026, 1, 5, 8, minutes, tzinfo=UTC))
        said = json.loads(zicm("health", "--json", "--data", data, "--settings", ici_away).out)["alerts"]
        assert [one["what"] for one in said if one["rule"] == "D-109"] == told


@pytest.mark.parametrize("text", ["half", '[[], ["D-109", "alignment", "silent"], "2026-01-05T08:00:00"]'])
def test_alerts_about_the_alignment_that_cannot_be_read_hide_no_others(data: Path, ici_away: Path, text: str) -> None:
    with served(data):
        pass
    (data / "connector.alerts").write_text(text, encoding="utf-8")
    ran = zicm("health", "--json", "--data", data, "--settings", ici_away)
    said = json.loads(ran.out)
    assert ran.code == 1
    assert said["endpoints"]["connector"]["why"] == "connector.alerts holds no alerts of its alignment"
    assert [one["subject"] for one in said["alerts"] if one["rule"] == "MON-2"] == ["ICI", "connector"]


@pytest.mark.parametrize(
    ("name", "content"), [("CPI", b"no database at all"), ("PF2", b"no database at all"), ("PF2", b"")]
)
def test_unreadable_database_counts_as_missing(
    folder: Folder, data: Path, ici_away: Path, name: str, content: bytes
) -> None:
    replayed(folder.executed(), "--data", data)
    (data / f"{name}.db").write_bytes(content)
    ran = zicm("health", "--json", "--data", data, "--settings", ici_away)
    assert ran.code == 1
    found = json.loads(ran.out)["endpoints"][name]
    assert not found["there"]
    assert found["why"].startswith(f"{name}.db cannot be read: ")


@pytest.mark.parametrize("name", ["CPI", "PF2"])
def test_corrupted_database_counts_as_missing(folder: Folder, data: Path, ici_away: Path, name: str) -> None:
    replayed(folder.executed(), "--data", data)
    content = bytearray((data / f"{name}.db").read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 8] = b"\xff" * 8
    (data / f"{name}.db").write_bytes(content)
    ran = zicm("health", "--json", "--data", data, "--settings", ici_away)
    assert ran.code == 1
    assert not json.loads(ran.out)["endpoints"][name]["there"]


def test_missing_folder_exits_with_1(data: Path) -> None:
    ran = zicm("health", "--data", data)
    assert ran == (1, "", f"Error: {data} is no data directory: there is no such folder\n")


def test_nothing_configured_says_what_to_configure() -> None:
    ran = zicm("health", "--json")
    assert (ran.code, ran.err) == (1, "")
    folder = {"there": False, "why": "nothing to check: name the data directory with --data"}
    url = {"there": False, "why": "not configured: write ici_base_url into the file of --settings"}
    assert json.loads(ran.out)["endpoints"] == {"ICI": url, "PF2": folder, "WP2": folder, "CPI": folder}


def test_a_failed_message_of_the_connector_is_an_alert(data: Path, tmp_path: Path, ici_away: Path) -> None:
    exchange = tmp_path / "without its parent"
    exchange.mkdir()
    for name in ("event.json", "agreement.json"):
        (exchange / name).write_bytes((SCM_EXCHANGES / "06-amendment-executed" / name).read_bytes())
    zicm("replay", exchange, "--data", data)
    said = json.loads(zicm("health", "--json", "--data", data, "--settings", ici_away).out)
    assert {name: one["there"] for name, one in said["endpoints"].items() if name in ("SCM", "connector")} == {
        "SCM": True,
        "connector": True,
    }
    assert [one["what"] for one in said["alerts"] if one["rule"] == "MON-1"] == ["in the error queue: ICI"]
