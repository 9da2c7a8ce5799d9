"""Access to a served landscape: who may do what, and what others may read."""

import os
import socket
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from harness.tests.support.patience import PATIENCE
from harness.tests.support.server_fixture import Served, served
from simulator.icertis.authentication import LIFETIME_SECONDS, Authenticator


def test_missing_api_key_is_rejected_before_the_body_arrives(landscape: Served) -> None:
    to = urlsplit(landscape.base)
    with socket.create_connection((to.hostname or "", to.port or 0), timeout=PATIENCE) as client:
        client.sendall(b"POST /apim/icertis/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 401 ")


def test_ici_accepts_issued_tokens_and_icmauthtoken_only(landscape: Served) -> None:
    url = f"{landscape.site.urls['icertis']}/v1/agreements/ICMStandaloneAgreement"
    get = landscape.client.get
    assert get(url).status_code == 401
    assert get(url, headers={"Authorization": "Bearer guessed"}).status_code == 401
    assert get(url, headers={"IcmAuthToken": "guessed"}).status_code == 401
    assert get(url, headers={"IcmAuthToken": landscape.site.credentials.icm_auth_token}).status_code == 200
    assert get(url, headers=landscape.bearer).status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, 400, "invalid_request"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "cpi", "client_secret": "x"}, 401, "invalid_client"),
    ],
)
def test_token_endpoint_refuses_wrong_requests(
    landscape: Served, form: dict[str, str], status: int, error: str
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = landscape.client.post(landscape.site.urls["token"], form, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_token_expires_after_an_hour() -> None:
    now = [0.0]
    access = Authenticator(client=("cpi", "secret"), seconds=lambda: now[0])
    token = {"Authorization": f"Bearer {access.issue_token('cpi', 'secret')}"}
    now[0] = LIFETIME_SECONDS - 1
    assert access.is_authorised(token)
    now[0] = LIFETIME_SECONDS
    assert not access.is_authorised(token)
    assert not access.is_authorised({})


def test_read_only_landscape_refuses_administration(tmp_path: Path) -> None:
    with served(tmp_path, administration=False) as landscape:
        answer = landscape.client.get(f"{landscape.base}/__admin/messages")
        assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
        why = "the administration is switched off"
        assert answer.json() == {"title": "Forbidden", "status": 403, "id": "D-86", "detail": why}


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
def test_administration_refuses_foreign_origin_and_host(landscape: Served, headers: dict[str, str]) -> None:
    shown = {**landscape.operator, **headers}
    assert landscape.client.post(f"{landscape.base}/__admin/reset", headers=shown).status_code == 403


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer guessed", "Basic TOKEN", "TOKEN"])
@pytest.mark.parametrize("path", ["/agreements", "/webhook", "/openapi.json", "/nothing"])
def test_administration_needs_its_token(landscape: Served, shown: str, path: str) -> None:
    url, token = f"{landscape.base}/__admin{path}", landscape.site.credentials.admin_token
    refused = landscape.client.get(url, headers={"Authorization": shown.replace("TOKEN", token)} if shown else {})
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="zicm administration"')
    assert "token" in refused.json()["detail"]
    assert landscape.client.get(url, headers={"Authorization": f"bearer {token}"}).status_code in (200, 404)


def test_credentials_of_the_interface_open_no_administration(landscape: Served) -> None:
    known = landscape.site.credentials
    for one in (known.apikey, known.icm_auth_token, known.client_secret, known.ecc_password):
        headers = {"Authorization": f"Bearer {one}", "apikey": known.apikey}
        assert landscape.client.get(f"{landscape.base}/__admin/agreements", headers=headers).status_code == 401


def test_files_are_readable_by_their_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    data, before = tmp_path / "data", os.umask(0)
    try:
        with served(data) as landscape:
            landscape.executed()
            landscape.admin("PUT", "/clock", {"now": "2026-01-05T08:00:00Z"})
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in data.iterdir()}
    finally:
        os.umask(before)
    assert {"credentials.json", "PF2.db", "ICI.db", "CPI.db", "CPI.db-wal", "CPI.db-shm", "CPI.lock", "CPI.clock"} <= {
        *modes
    }
    assert {name: oct(mode) for name, mode in modes.items() if mode != 0o600} == {}
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_files_that_others_could_read_are_closed_to_them(tmp_path: Path) -> None:
    for name in ("PF2.db", "CPI.db", "CPI.db-wal"):
        (tmp_path / name).touch(0o644)
    with served(tmp_path):
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert {name: oct(mode) for name, mode in modes.items() if mode != 0o600} == {}


def test_server_error_shows_no_values(
    landscape: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("zqxvalue")

    assert landscape.site.ici
    monkeypatch.setattr(landscape.site.ici.site, "answer", fail)
    answer = landscape.client.get(f"{landscape.site.urls['icertis']}/v1/agreements/zqxtype/zqxid")
    assert answer.status_code == 500
    assert "RuntimeError at " in caplog.text
    assert "zqx" not in answer.text + caplog.text


def test_confidential_agreement_leaves_no_trace_in_files_or_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    marked = {"Name": "zqxname", "ICMPrimaryOwnerName": "zqxowner", "ICMConfidentialContract": True}
    with served(tmp_path) as landscape:
        landscape.executed(sys_id="zqxsysid", code="PSTZQX", attributes=marked)
        requests = landscape.admin("GET", "/requests")
        assert [one["path"] for one in requests] == ["/v1/agreements/ICMStandaloneAgreement/zqxsysid"]
        (message,) = landscape.admin("GET", "/messages")
        assert (message["status"], message["sys_id"]) == ("DISCARDED", "")
        of_ici = {*tmp_path.glob("ICI.db*")}
        written = b"".join(file.read_bytes() for file in {*tmp_path.iterdir()} - of_ici)
    assert b"zqx" not in written.lower()
    assert "zqx" not in caplog.text.lower()


def test_ici_keeps_only_requests_with_a_credential(landscape: Served) -> None:
    url = f"{landscape.site.urls['icertis']}/v1/agreements/ICMStandaloneAgreement"
    for headers in ({}, {"IcmAuthToken": "guessed"}, landscape.bearer):
        landscape.client.get(url, headers=headers)
    assert landscape.admin("GET", "/requests") == [{"method": "GET", "path": "/v1/agreements/ICMStandaloneAgreement"}]


def test_read_only_landscape_keeps_no_requests(tmp_path: Path) -> None:
    with served(tmp_path, administration=False) as landscape:
        url = f"{landscape.site.urls['icertis']}/v1/agreements/ICMStandaloneAgreement"
        assert landscape.client.get(url, headers=landscape.bearer).status_code == 200
        assert landscape.site.ici
        assert list(landscape.site.ici.rest.requests) == []
