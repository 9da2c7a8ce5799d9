"""The features run against another middleware and find its faults."""

import asyncio
import json
import re
import subprocess
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import requests
from rich.console import Console
from starlette.types import Message, Receive, Scope, Send

from harness.campaigns.seeded_faults import run as seeded_faults
from harness.campaigns.seeded_faults.reference_middleware.faults import FAULTS
from harness.campaigns.seeded_faults.report import NO_FAULT
from harness.campaigns.seeded_faults.run import FaultResult
from harness.doubles.taps import ExchangeLog
from harness.environments.external import ActivityMonitor, ExternalEnvironment, Overheard
from harness.environments.interfaces import MiddlewareAddress, MiddlewareFailed
from harness.evidence.cucumber_reader import read
from harness.files import CHECKOUT, TEST_FEATURES
from harness.server.uvicorn_server import listening_socket
from harness.specification.register import Register
from harness.tests.support.pytest_process import run_pytest
from simulator.apim.webhook import Reply
from simulator.icertis.agreement import STANDALONE
from simulator.settings import Settings

pytest_plugins = ["pytester"]


def run(*arguments: str, reports: Path | None = None) -> subprocess.CompletedProcess[str]:
    written = ("--reports", reports) if reports else ("-p", "no:harness.evidence.plugin")
    return run_pytest(TEST_FEATURES, *arguments, *written)


@pytest.mark.whole_run
def test_fault_fails_its_condition_only() -> None:
    (result,) = seeded_faults.run_all(["ConfidentialByCase"])
    assert (result.red, result.passed, result.broken) == (["3"], 54, "")


@pytest.mark.whole_run
def test_what_no_system_reads_is_searched_for_confidential_values() -> None:
    (result,) = seeded_faults.run_all(["ConfidentialForwarded"])
    assert (result.red, result.passed, result.broken) == (["3"], 54, "")


@pytest.mark.parametrize(
    ("target", "headers", "body"),
    [
        ("/PF2/anything?note=Rescue+of%20the%20plant", [], b""),
        ("/PF2", [(b"x-note", b"Rescue of the plant")], b""),
        ("/WP2", [], "<Name>Rescue of &#116;he plant</Name>".encode("utf-16")),
        ("/WP2", [], b'{"Name": "Rescue of the plant"}'),
    ],
)
def test_all_that_is_sent_past_ici_is_overheard(target: str, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    path, _, query = target.partition("?")
    assert "Rescue of the plant" in _overheard(path, query, headers, body)


def test_calls_of_ici_and_logins_are_not_overheard() -> None:
    assert _overheard("/icertis/api/v1/agreements", "", [], b"Rescue of the plant") == ""
    assert "Basic" not in _overheard("/PF2", "", [(b"authorization", b"Basic Q1BJOnNlY3JldA==")], b"")


def _overheard(path: str, query: str, headers: list[tuple[bytes, bytes]], body: bytes) -> str:
    log, received = ExchangeLog(), list[Message]()
    parts: list[Message] = [
        {"type": "http.request", "body": body[:5], "more_body": True},
        {"type": "http.request", "body": body[5:]},
    ]

    async def read(_scope: Scope, receive: Receive, _send: Send) -> None:
        received.extend([await receive(), await receive()])

    async def send(_message: Message) -> None: ...

    async def receive() -> Message:
        return parts.pop(0)

    scope = {
        "type": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": headers,
    }
    asyncio.run(Overheard(read, log, ExternalEnvironment.not_overheard)(scope, receive, send))
    assert b"".join(one["body"] for one in received) == body
    return " ".join(log.overheard)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[ExternalEnvironment]:
    """Serve ICI and the systems to a middleware that takes every event, and calls when the test does."""
    served = ExternalEnvironment(MiddlewareAddress("", port=0, settle=0))
    monkeypatch.setattr(served, "_send", lambda *_: Reply(202, {}))
    yield served
    served.close()


_LATE = "44444444-0000-4000-8000-000000004001"


def _ask_ici(environment: ExternalEnvironment) -> None:
    address = f"{environment.urls['ICI']}/v1/agreements/ICMStandaloneAgreement/{_LATE.upper()}"
    requests.get(address, headers={"Authorization": "Bearer ici-token"}, timeout=60)


def test_a_call_about_an_agreement_of_an_earlier_scenario_is_named(environment: ExternalEnvironment) -> None:
    first = environment.create_landscape(Settings())
    first.ici.draft(STANDALONE, {}, code="PST4001", sys_id=_LATE)
    _ask_ici(environment)
    second = environment.create_landscape(Settings())
    second.cpi.post(b"{}", None)
    _ask_ici(environment)
    with pytest.raises(MiddlewareFailed, match="a call about an agreement of an earlier scenario"):
        second.cpi.post(b"{}", None)
    second.cpi.post(b"{}", None)


@pytest.mark.parametrize("held", [True, False])
def test_an_agreement_of_this_scenario_too_is_none_of_an_earlier_one(
    environment: ExternalEnvironment, *, held: bool
) -> None:
    environment.create_landscape(Settings()).ici.draft(STANDALONE, {}, code="PST4001", sys_id=_LATE)
    second = environment.create_landscape(Settings())
    if held:
        second.ici.draft(STANDALONE, {}, code="PST4001", sys_id=_LATE)
    else:  # an event may name what ICI does not have
        second.cpi.post(json.dumps({"SysId": _LATE}).encode(), None)
    _ask_ici(environment)
    second.cpi.post(b"{}", None)


@pytest.mark.whole_run
def test_middleware_without_pending_url_is_done_after_settling(tmp_path: Path) -> None:
    port = seeded_faults.free_port()
    with seeded_faults.start_middleware(NO_FAULT, port) as middleware:
        ran = run(
            *("--middleware-url", f"{middleware.url}/events", "--webhook-header", f"apikey:{seeded_faults.API_KEY}"),
            *("--listen", f"127.0.0.1:{port}", "--settle", "2", "-m", "condition_2"),
            reports=tmp_path,
        )
    assert ran.returncode == 0, ran.stdout
    assert "1 x the message log of the middleware cannot be read from here; of condition 2\n" in ran.stdout
    (scenario,) = read(tmp_path / "messages.ndjson").scenarios
    master, sub = (step for step in scenario.steps if step.of_kind("zicm-event"))
    assert master.text == '"PMA1001" has been executed'
    assert sub.text == 'ICI executes "PSUB2001"'
    for step, calls, code in ((master, 1, "PMA1001"), (sub, 2, "PSUB2001")):
        exchanges = [one for kind in ("event", "call", "message") for one in step.of_kind(f"zicm-{kind}")]
        went = [(one["from"], one["to"]) for one in sorted(exchanges, key=lambda one: int(one["began"]))]
        assert went[: 1 + calls] == [("ICI", "API Management"), *[("CPI", "ICI")] * calls]
        assert sorted(went[1 + calls :]) == [("CPI", "PF2"), ("CPI", "WP2")]
        (lineage,) = step.of_kind("zicm-lineage")
        assert lineage["lines"][3]["value"] == code


@pytest.mark.whole_run
def test_scenario_beyond_the_sheet_is_reported_apart() -> None:
    port = seeded_faults.free_port()
    with seeded_faults.start_middleware(NO_FAULT, port) as middleware:
        ran = run(
            *("--middleware-url", f"{middleware.url}/events", "--webhook-header", f"apikey:{seeded_faults.API_KEY}"),
            *("--listen", f"127.0.0.1:{port}", "--pending-url", f"{middleware.url}/pending"),
            *("-k", "the_event_of_an_amendment_comes_again_after_a_termination"),
        )
    assert ran.returncode == 0, ran.stdout
    assert (
        "not held, and not counted\n  1 x beyond the sheet: a middleware that keeps nothing cannot do it\n"
        in ran.stdout
    )


@pytest.mark.whole_run
def test_run_ends_with_the_verdict(tmp_path: Path) -> None:
    port = seeded_faults.free_port()
    with seeded_faults.start_middleware("NameNotCut", port) as middleware:
        ran = run(
            *("--middleware-url", f"{middleware.url}/events", "--webhook-header", f"apikey:{seeded_faults.API_KEY}"),
            *("--listen", f"127.0.0.1:{port}", "--pending-url", f"{middleware.url}/pending"),
            *("-m", "condition_4 or condition_4a or beyond_sheet"),
            reports=tmp_path,
        )
    assert ran.returncode == 1
    lines = ran.stdout.splitlines()
    (four,) = (line.split() for line in lines if line.startswith("4    Standalone"))
    (four_a,) = (line.split() for line in lines if line.startswith("4a   Standalone"))
    assert (four[-2:], four_a[-2:]) == (["passed", "1"], ["failed", "1"])
    at = lines.index("what differs first in condition 4a")
    assert lines[at + 1].endswith("4a - a Standalone Agreement for several purchasing organisations")
    assert "    PF2 and WP2 refused a message: ZMM_ICM 012 NAME 113 characters, at most 100 fit" in lines[at:]
    verdict = json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))
    results = {one["id"]: one["result"] for one in verdict["conditions"]}
    assert (verdict["verdict"], results["4"], results["4a"], results["3"]) == ("failed", "passed", "failed", "not run")
    beyond = [one["remarks"][0] for one in verdict["others"]["scenarios"] if one["result"] == "beyond the sheet"]
    assert "not held" in beyond
    assert verdict["others"]["counts"]["failed"] == 0
    page = (tmp_path / "signoff.html").read_text(encoding="utf-8")
    assert "Verdict: failed" in page
    assert "NAME 113 characters, at most 100 fit" in page


@pytest.mark.whole_run
def test_unreachable_middleware_fails_with_the_reason() -> None:
    nobody = f"http://127.0.0.1:{seeded_faults.free_port()}/events"
    ran = run("--middleware-url", nobody, "--listen", "127.0.0.1:0", "-m", "condition_1")
    assert ran.returncode == 1
    assert "the webhook of the middleware could not be reached (ConnectionError)" in ran.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--listen", "8800"], "--listen takes HOST:PORT"),
        (["--listen", "127.0.0.1:http"], "--listen takes HOST:PORT"),
        (["--webhook-header", "apikey"], "--webhook-header takes two parts with a colon between them"),
        (["--ecc-login", ":secret"], "--ecc-login takes two parts with a colon between them"),
        (["--ici-token", "env:ZICM_NOWHERE"], "there is no variable ZICM_NOWHERE in the environment"),
    ],
)
def test_wrong_use_is_explained_without_secrets(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # whichever other plugins are installed
    plugin = ("-p", "harness.environments.plugin", "--middleware-url", "http://127.0.0.1:1/events")
    with pytest.raises(pytest.UsageError) as refused:
        pytester.parseconfigure(*plugin, *options)
    assert str(refused.value) == message


@pytest.mark.whole_run
def test_port_in_use_is_wrong_use() -> None:
    with listening_socket("127.0.0.1", 0) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ran = run("--middleware-url", "http://127.0.0.1:1/events", "--listen", address)
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert "cannot be listened at" in ran.stderr


@pytest.mark.whole_run
def test_every_option_in_the_manual_exists() -> None:
    manual = (CHECKOUT / "docs" / "connect-cpi.md").read_text(encoding="utf-8")
    help_text = run("--help").stdout
    named = set(re.findall(r"(?<!\S)`?(--[a-z-]+)", manual))
    assert {"--middleware-url", "--settle"} <= named
    assert [option for option in sorted(named) if option not in help_text] == []
    assert f"puts {len(FAULTS)} faults" in manual


def test_every_fault_violates_a_rule_of_the_register() -> None:
    known = {entry.id for entry in Register.load().entries}
    assert {fault.rule for fault in FAULTS.values()} <= known
    assert len(FAULTS) >= 20


@pytest.mark.parametrize(
    ("result", "said", "code"),
    [
        (FaultResult(NO_FAULT, passed=500, skipped=20), "none: 500 scenarios passed, 20 skipped", 0),
        (FaultResult(NO_FAULT, red=["7a"], passed=499), "7a", 1),
        (FaultResult(NO_FAULT, failed_others=2, passed=498), "none, but 2 other scenarios", 1),
        (FaultResult(NO_FAULT), "none", 1),
        (FaultResult("NameNotCut", red=["4a", "5"], passed=50), "4a, 5", 0),
        (FaultResult("NameNotCut", passed=55), "none", 1),
        (FaultResult("NameNotCut", red=["4a"], broken="it did not start"), "no result", 1),
    ],
)
def test_report_and_exit_code_for_each_result(
    monkeypatch: pytest.MonkeyPatch, result: FaultResult, said: str, code: int
) -> None:
    monkeypatch.setattr(seeded_faults, "run_all", lambda _: [result])
    assert seeded_faults.main([result.fault]) == code
    out = StringIO()
    seeded_faults.print_results([result], Console(file=out, width=200))
    assert said in out.getvalue()
    assert (result.broken in out.getvalue()) or not result.broken


def test_condition_that_did_not_run_gives_no_result() -> None:
    lines = [
        {"id": "1", "result": "passed", "passed": 1},
        {"id": "2", "result": "not run", "not run": 1},
        {"id": "", "result": "FAILED", "FAILED": 3, "passed": 2},
    ]
    result = seeded_faults.read_result("NameNotCut", lines)
    assert (result.red, result.failed_others, result.passed) == ([], 3, 3)
    assert result.broken == "conditions without a result: 2"


def test_unknown_fault_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        seeded_faults.main(["Nothing"])
    assert ended.value.code == 2
    assert "no such fault: Nothing" in capsys.readouterr().err


def test_monitor_is_not_idle_during_a_call() -> None:
    idle = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        idle.append(await asyncio.to_thread(monitor.idle_for, 0))

    async def nothing() -> Message:
        return {}

    async def nowhere(_message: Message) -> None: ...

    monitor = ActivityMonitor(app)
    assert monitor.idle_for(0)
    asyncio.run(monitor({}, nothing, nowhere))
    assert idle == [False]
    assert monitor.idle_for(0)
