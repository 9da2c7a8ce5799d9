"""Test `zicm walkthrough`: output, and Enter and q on a terminal."""

import io
import json
import os
import re
import select
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion

from harness.cli import walkthrough
from harness.cli.walkthrough import show_step
from harness.evidence.last_run import REMEDY, load_evidence
from harness.evidence.run import Attachment, Step
from harness.tests.support.cli_runner import CommandRun, stable, zicm
from harness.tests.support.patience import PROCESS_PATIENCE


@pytest.fixture(autouse=True)
def evidence_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands of this process read the evidence in a folder once: no test changes what is there."""
    monkeypatch.setattr(walkthrough, "load_evidence", _load_once)


_load_once = cache(load_evidence)


def walk(reports: Path, *arguments: object, width: int = 100) -> CommandRun:
    return zicm("walkthrough", *arguments, "--reports", reports, width=width)


def without_guids(text: str) -> str:
    """Name the guids of events and the line of the feature, which differ from run to run."""
    text = re.sub(r"^( +id +)[0-9a-f-]{36}$", r"\1<guid>", stable(text), flags=re.MULTILINE)
    return re.sub(r"\.feature:\d+", ".feature:<line>", text)


def test_condition_shows_expectations_and_every_step(reports: Path, snapshot: SnapshotAssertion) -> None:
    ran = walk(reports, "11a")
    assert (ran.code, ran.err) == (0, "")
    assert without_guids(ran.out) == snapshot


def test_given_steps_are_counted_or_shown_in_full(reports: Path) -> None:
    brief, full = stable(walk(reports, "11a").out), stable(walk(reports, "11a", "--full").out)
    executed = '+ And "PSUB2012" has been executed\n'
    assert f"{executed}    1 event, 2 calls to ICI, 2 messages to the systems\n\n" in brief
    assert f"{executed}    ICI -> API Management event\n" in full
    assert len(full.splitlines()) > 1.5 * len(brief.splitlines())


def test_confidential_agreement_shows_nothing_and_writes_nothing(reports: Path) -> None:
    text = stable(walk(reports, "3", "--full").out)
    when = text[text.index("+ When ICI executes") :]
    assert when.count("withheld: it concerns a confidential agreement (SEC-2)") >= 2
    assert "      ZMM_ICMCONTRACT: nothing changed, 1 row as before\n" in when
    assert "      ZMM_ICMPURCHORG: nothing changed, 0 rows as before\n" in when
    assert "Ottoline" not in when


def test_all_conditions_follow_each_other_by_default(reports: Path) -> None:
    text = walk(reports).out
    found = re.findall(r"^=+\n(\S+) ", text, re.MULTILINE)
    assert found[:4] == ["1", "2", "2a", "3"]
    assert found[26:28] == ["14b", "S1"]
    assert len(found) == 27 + 26


def test_json_has_every_step_with_its_evidence(reports: Path) -> None:
    ran = walk(reports, "11a", "--json")
    assert (ran.code, ran.err) == (0, "")
    (condition,) = json.loads(ran.out)["conditions"]
    assert condition["id"] == "11a"
    steps = condition["scenarios"][0]["steps"]
    assert {step["status"] for step in steps} == {"PASSED"}
    attached = {one["kind"]: one["content"] for step in steps for one in step["attachments"]}
    assert attached["zicm-lineage"]
    assert attached["zicm-event"]


def test_condition_of_scm_shows_calls_origins_and_rows(reports: Path) -> None:
    text = walk(reports, "S8").out
    for said in (
        "connector -> SCM PATCH CLMIntegrationContracts(dataAreaId='usmf',ContractId='PPC8001')",
        "CON-05: ",
        "changed: contract PPC8001",
        "ContractStatus  Executed -> Terminated",
        "Terminated of ICMProcurementContract",
    ):
        assert said in text
    assert "PF2" not in text


def test_failure_is_shown_at_its_step(reports: Path, tmp_path: Path) -> None:
    text = (reports / "messages.ndjson").read_text(encoding="utf-8")
    passed = '"testStepResult": {"duration"'
    assert text.count(passed) > 100
    bent = text.replace('"status": "PASSED"', '"status": "FAILED", "message": "it does not hold"')
    (tmp_path / "messages.ndjson").write_text(bent, encoding="utf-8")
    out = stable(walk(tmp_path, "1").out)
    assert "  failed 1 - a Master Agreement" in out
    assert '! When ICI executes "PMA1001"\n    it does not hold\n' in out


EXPLANATION: dict[str, Any] = {
    "place": "features/executed.feature:94",
    "scenario": "2a - a Sub Agreement",
    "step": "Then this entry is new:",
    "problem": "",
    "remaining_steps": [],
    "calls": ["GET /v1/agreements/ICMSubAgreement/22222222"],
    "calls_state": "as expected",
    "events": [],
    "rules": ["MAP-21: as is"],
    "comparisons": [
        {
            "what": "the new entries",
            "systems": ["PF2", "WP2"],
            "rows": [
                {
                    "name": "PSUB2002",
                    "state": "differs",
                    "fields": [{"field": "ICMPAYMENTTERMS", "expected": "Z060", "seen": None}],
                    "equal_fields": 20,
                }
            ],
        }
    ],
    "origins": [
        {
            "field": "ICMPAYMENTTERMS",
            "id": "MAP-21",
            "source": "agreement:ICMPaymentTerms",
            "source_value": None,
            "rule": "As is.",
        }
    ],
    "rerun": "tox -e bdd -- --scenario executed.feature:94",
}


def test_failed_step_explains_itself(snapshot: SnapshotAssertion) -> None:
    step = Step("Then", "this entry is new:", None, None, "FAILED", 1, "the entry differs", "")
    step.attachments.append(Attachment("zicm-explanation", "", EXPLANATION))
    out = io.StringIO()
    show_step(Console(file=out, width=100, color_system=None), step, in_full=True)
    assert stable(out.getvalue()) == snapshot


def test_missing_evidence_names_the_command_that_makes_it(tmp_path: Path) -> None:
    ran = walk(tmp_path, "11a")
    what = f"there is no evidence: the file {tmp_path / 'messages.ndjson'} is missing; {REMEDY}"
    assert (ran.code, ran.out, ran.err) == (1, "", f"Error: {what}\n")


def test_evidence_of_other_conditions_is_an_error(reports: Path, tmp_path: Path) -> None:
    text = (reports / "messages.ndjson").read_text(encoding="utf-8")
    (tmp_path / "messages.ndjson").write_text(text.replace('"@condition_11a"', '"@condition_0"'), encoding="utf-8")
    ran = walk(tmp_path, "11a")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "Error: the last run ran no scenario of condition 11a; " + REMEDY + "\n"


def test_unknown_condition_is_wrong_use(reports: Path) -> None:
    ran = walk(reports, "99")
    assert ran.code == 2
    assert "there is no condition 99, there are 1, 2, 2a," in ran.err


_THRICE = """
from harness.cli.main import main
for _ in range(3):
    try:
        main()
    except SystemExit as end:
        assert end.code == 0
"""
"""To start Python takes longest."""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_enter_continues_and_q_and_end_of_input_quit_on_a_terminal(reports: Path) -> None:
    import pty  # noqa: PLC0415 - there is none on Windows

    master, terminal = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", _THRICE, "walkthrough", "11a", "--reports", str(reports)],
        stdin=terminal,
        stdout=terminal,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", "PYTHONUTF8": "1"},
    )
    os.close(terminal)
    for leave in ("q\n", "\x04", " Q \n"):
        os.write(master, f"\n\n\n{leave}".encode())
    shown = b""
    while select.select([master], [], [], PROCESS_PATIENCE)[0]:
        try:
            part = os.read(master, 65536)
        except OSError:  # what Linux says of a terminal that nobody has open any more
            break
        if not part:
            break
        shown += part
    os.close(master)
    assert process.wait(timeout=PROCESS_PATIENCE) == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    asked = re.findall(r"11a, scenario 1 of 1, step (\d+) of 13 - Enter: next, q: leave", text)
    assert asked == ["1", "2", "3", "4"] * 3
    assert text.count("has been executed") >= 3
    assert "When ICI executes" not in text
