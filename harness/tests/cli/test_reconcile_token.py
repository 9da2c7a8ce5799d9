"""Test `zicm reconcile` with an ICI that requires a token."""

import json
from collections.abc import Callable
from functools import partial

import pytest

from harness.tests.support.cli_runner import CommandRun, zicm
from harness.tests.support.server_fixture import Served

Reconcile = Callable[..., CommandRun]


@pytest.fixture
def reconcile(landscape: Served) -> Reconcile:
    """Run `zicm reconcile` on the served tables with the served ICI, which requires a token."""
    landscape.executed(code="PST9")
    assert landscape.site.credentials_file is not None
    data = landscape.site.credentials_file.parent
    return partial(zicm, "reconcile", "--data", data, "--ici-url", landscape.site.urls["icertis"])


def test_token_is_got_by_client_credentials(
    reconcile: Reconcile, landscape: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = landscape.site.credentials
    monkeypatch.setenv("ZICM_OF_THE_CHECK", known.client_secret)
    for options in (
        ("--credentials", landscape.site.credentials_file),
        ("--ici-client", f"{known.client_id}:env:ZICM_OF_THE_CHECK"),
        ("--ici-client", f"{known.client_id}:{known.client_secret}", "--token-url", landscape.site.urls["token"]),
    ):
        ran = reconcile(*options)
        assert (ran.code, ran.err) == (0, "")
        assert "1 agreement compared with PF2 and WP2: all equal" in ran.out


def test_repair_reads_with_the_same_token(reconcile: Reconcile, landscape: Served) -> None:
    landscape.admin("PATCH", "/agreements/PST9", {"attributes": {"Name": "Another name"}})
    file = landscape.site.credentials_file
    found = reconcile("--credentials", file, "--repair", "--json")
    (pf2, wp2) = json.loads(found.out)["findings"]
    assert [one["queued"][0]["status"] for one in (pf2, wp2)] == ["COMPLETED", "COMPLETED"]
    assert (found.code, reconcile("--credentials", file).code) == (1, 0)


@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        ((), 1, "nothing was compared: D-45: ICI answered with HTTP status 401"),
        (("--ici-client", "cpi:MARKER"), 1, "nothing was compared: D-22: ICI gives no token (HTTP status 401)"),
        (("--ici-client", "MARKER"), 2, "--ici-client: it is ID:SECRET"),
        (("--ici-client", ":MARKER"), 2, "--ici-client: it is ID:SECRET"),
        (("--ici-client", "cpi:env:ZICM_NOWHERE"), 2, "there is no variable ZICM_NOWHERE in the environment"),
        (("--ici-client", "cpi:env:ZICM_BLANK"), 2, "the variable ZICM_BLANK in the environment is blank"),
        (("--ici-client", "cpi:MARKER", "--credentials", "x.json"), 2, "give either a client or the file"),
        (
            ("--ici-client", "cpi:MARKER", "--recorded", "x"),
            2,
            "give either the options for ICI itself or recorded exchanges",
        ),
        (("--credentials", "nowhere.json"), 1, "nowhere.json cannot be read: No such file or directory"),
        (("--credentials", __file__), 1, "test_reconcile_token.py holds no credentials\n"),
        (("--token-url", "http://x"), 2, "--token-url: it needs --ici-client or --credentials"),
        (("--ici-client", "cpi:MARKER", "--token-url", "x"), 2, "an address begins with http:// or https://"),
    ],
)
def test_token_errors_show_no_secret(
    reconcile: Reconcile, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], code: int, problem: str
) -> None:
    monkeypatch.setenv("ZICM_BLANK", "")
    ran = reconcile(*options)
    assert (ran.code, ran.out) == (code, "")
    assert problem in " ".join(ran.err.split()) + "\n"
    assert "MARKER" not in ran.err
