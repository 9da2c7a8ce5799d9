"""The console lets nobody in without its link or the token, and takes nothing from other pages."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from harness.console.app import VENDORED, ServedConsole
from harness.files import CHECKOUT
from harness.server.app import PartName
from harness.tests.console.conftest import Visitor, without_evidence
from harness.tests.support.patience import PATIENCE
from harness.tests.support.server_fixture import served

VENDOR = CHECKOUT / "harness" / "console" / "vendor"


def test_link_opens_the_console_once(tmp_path: Path) -> None:
    with served(tmp_path, make_console=ServedConsole) as landscape, requests.Session() as client:
        assert landscape.site.console is not None
        link = landscape.site.console.link
        first = client.get(link)
        assert (first.status_code, first.headers["Refresh"]) == (200, "0; url=/console/")
        flags = first.headers["Set-Cookie"]
        assert "HttpOnly" in flags
        assert "SameSite=strict" in flags
        assert "Path=/console" in flags
        assert client.get(f"{landscape.base}/console").status_code == 200
        again = requests.get(link, timeout=PATIENCE)
        assert again.status_code == 401
        assert "this link has been used" in again.text
        assert (
            "this link has a wrong key" in requests.get(f"{landscape.base}/console/?key=guessed", timeout=PATIENCE).text
        )
        assert client.get(f"{landscape.base}/", headers={"Accept": "text/html"}).text.count("/console</a>") == 1


def test_link_is_used_up_by_somebody_who_is_signed_in(tmp_path: Path) -> None:
    """A browser that knows the console from before a restart opens the link, and shows it."""
    with served(tmp_path, make_console=ServedConsole) as landscape, requests.Session() as client:
        assert landscape.site.console is not None
        link, origin = landscape.site.console.link, {"Origin": landscape.base}
        token = {"token": landscape.site.credentials.admin_token}
        client.post(f"{landscape.base}/console/sign-in", token, headers=origin)
        assert client.get(link).headers["Refresh"] == "0; url=/console/"
        assert requests.get(link, timeout=PATIENCE).status_code == 401


@pytest.mark.parametrize("path", ["", "/", "/stream", "/field?agreement=1", "/create", "/act/execute", "/nowhere"])
def test_nobody_sees_anything_without_signing_in(executed: Visitor, path: str) -> None:
    answer = requests.get(f"{executed.landscape.base}/console{path}", timeout=PATIENCE)
    assert answer.status_code == 401
    assert "Sign in" in answer.text
    assert "PSUB7" not in answer.text


def test_page_from_before_a_restart_is_led_to_the_sign_in(executed: Visitor) -> None:
    """A sign-in page must not end up within the page that asked."""
    headers = {"HX-Request": "true", "Origin": executed.landscape.base}
    for method, path in (("POST", "act/execute"), ("GET", "act/amend")):
        answer = requests.request(
            method, f"{executed.landscape.base}/console/{path}", headers=headers, timeout=PATIENCE
        )
        assert (answer.status_code, answer.headers["HX-Redirect"], answer.text) == (401, "/console/", "")


def test_wrong_token_does_not_sign_in(visitor: Visitor) -> None:
    refused = visitor.post("/sign-in", {"token": "guessed"})
    assert (refused.status_code, "Set-Cookie" in refused.headers) == (401, False)


@pytest.mark.parametrize("headers", [{"Origin": ""}, {"Origin": "http://127.0.0.1:1"}, {"Host": "console.example"}])
def test_forms_of_other_pages_are_refused(executed: Visitor, headers: dict[str, str]) -> None:
    refused = executed.post("/act/confidential", {"agreement": "2"}, **headers)
    assert refused.status_code == 403
    assert executed.landscape.admin("GET", "/agreements/PSUB7")["confidential"] is False


def test_form_that_is_too_large_is_refused(visitor: Visitor) -> None:
    assert visitor.post("/create", {"Name": "x" * 70_000}).status_code == 413


def test_pages_have_no_script_or_style_of_their_own(executed: Visitor) -> None:
    for path in ("/?agreement=2", "/create", "/act/amend?agreement=2", "/field?agreement=2&code=PSUB7&field=NAME"):
        answer = executed.get(path)
        assert answer.status_code == 200
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert re.findall(r"<script(?! src=)|<style|\sstyle=|\son[a-z]+=|https?://", answer.text) == []


def test_values_are_escaped(executed: Visitor) -> None:
    page = executed.act("update", 2, Name="<img src=x onerror=alert(1)>")
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<img" not in page


def test_read_only_console_has_no_buttons(tmp_path: Path) -> None:
    read_only = served(tmp_path, make_console=without_evidence(tmp_path), administration=False)
    with read_only as landscape, requests.Session() as client:
        assert landscape.site.console is not None
        client.get(landscape.site.console.link)
        page = client.get(f"{landscape.base}/console")
        assert page.status_code == 200
        assert re.findall(r"<(form|button(?! id=.(?:theme|close))|input|select)", page.text) == []
        origin = {"Origin": landscape.base}
        for screen in ("conditions", "conditions/11a", "monitor", "decide/D-09", "tables", "report"):
            text = client.get(f"{landscape.base}/console/{screen}").text
            assert re.findall(r"<(form|button(?! id=.(?:theme|close))|input|select)", text) == [], screen
        posts = ("create", "act/execute", "worker/pause", "play/load", "monitor/retry", "monitor/clock")
        for path in (*posts, "conditions/11a/sign", "decide/D-09/answer", "decide/D-09/run"):
            refused = client.post(f"{landscape.base}/console/{path}", headers=origin)
            assert refused.status_code in (404, 405)
        assert client.get(f"{landscape.base}/console/create").status_code == 403


def test_process_of_one_part_has_no_console(tmp_path: Path) -> None:
    with served(tmp_path, make_console=ServedConsole, part=PartName.ECC) as landscape:
        assert landscape.site.console is None
        assert landscape.client.get(f"{landscape.base}/console").status_code == 404


def test_vendored_files_are_those_of_their_publishers(visitor: Visitor) -> None:
    for name, digest in VENDORED.items():
        assert sha256((VENDOR / name).read_bytes()).hexdigest() == digest
        assert sha256(visitor.get(f"/static/{name}").content).hexdigest() == digest
    for licence in ("htmx.LICENSE", "sse.LICENSE"):
        assert "Permission to use, copy, modify" in (VENDOR / licence).read_text(encoding="utf-8")
    assert {one.name for one in VENDOR.iterdir()} == {*VENDORED, "htmx.LICENSE", "sse.LICENSE"}


def test_only_known_files_are_served(visitor: Visitor) -> None:
    assert visitor.get("/static/..%2Fapp.py").status_code == 404


def test_unknown_pages_are_told(visitor: Visitor) -> None:
    assert visitor.get("/act/no-such-act").status_code == 404
    assert visitor.get("/field?agreement=1&code=PSUB7&field=NAME").status_code == 404
