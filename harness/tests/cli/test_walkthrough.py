"""`zicm walkthrough`: what it prints, and that Enter and q lead through it on a terminal."""

import io
import os
import re
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from harness.cli.walkthrough import show_step
from harness.evidence.run import Attachment, Step
from harness.tests.support.cli_runner import Ran, zicm

pytest_plugins = ["harness.tests.support.condition_evidence"]


def walk(reports: Path, *arguments: object, width: int = 100) -> Ran:
    return zicm("walkthrough", *arguments, "--reports", reports, width=width)


def plain(text: str) -> str:
    """The text without blanks at the ends of lines."""
    return re.sub(r" +$", "", text, flags=re.MULTILINE)


def test_a_condition_begins_with_what_it_asks_for_and_its_scenarios(reports: Path) -> None:
    ran = walk(reports, "11a")
    assert (ran.code, ran.err) == (0, "")
    assert plain(ran.out).splitlines()[1:13] == [
        "11a Amendment of a Sub Agreement, several organisations",
        "  AmendmentExecuted: Sub Agreement with a master",
        "  - call 1 alone, for the amendment",
        "  - the entry of the parent is updated",
        "  - its association stays",
        "  - its organisation rows are those of the amendment",
        "  passed 11a - a Sub Agreement with a master, for several purchasing organisations",
        "",
        "11a - a Sub Agreement with a master, for several purchasing organisations",
        *plain(ran.out).splitlines()[10:11],
        "",
        "+ Given agreements in ICI have these terms:",
    ]
    assert re.fullmatch(r"  features/amendment_executed\.feature:\d+", plain(ran.out).splitlines()[10])


OF_THE_WHEN = """
+ When ICI executes "PSUB-AMD2012"
    ICI -> API Management event
      id                {guid}
      source            /icertis/syensqo-uat
      specversion       1.0
      type              Icertis.AmendmentExecuted
      ContractTypeName  ICMSubAgreementAmendment
      SysId             aaaaaaaa-0000-4000-8000-000000002012
      ActionName        AmendmentExecuted
      answered 202
    CPI -> ICI call 1
      GET /v1/agreements/ICMSubAgreementAmendment/aaaaaaaa-0000-4000-8000-000000002012
      answered 200
"""

OF_THE_TABLES = """
      not sent, stay as they are: ASSOCIATINGTYPE, ASSOCIATINGCODE, ASSOCIATINGSYSID
    CPI -> PF2 and WP2 message
      18 fields, with the values of the lineage
      purchasing organisations: FR10, IT10, US10
      answer: S ZMM_ICM 002 Entry changed
    Tables of PF2 and WP2
      ZMM_ICMCONTRACT: 1 row as before, and
        changed: PSUB2012
          ICMAPPSRCSUPPLIERID    0000104711 -> 0000200815
          ICMTOTALCONTRACTVALUE  480000.00 -> 655000.00
          ICMPURCHASINGORGCODE   BE10,FR10 -> FR10,IT10,US10
      ZMM_ICMPURCHORG: 1 row as before, and
        new: 22222222-0000-4000-8000-000000002012, IT10
        new: 22222222-0000-4000-8000-000000002012, US10
        gone: 22222222-0000-4000-8000-000000002012, BE10
    Monitoring
      AmendmentExecuted of ICMSubAgreementAmendment aaaaaaaa-0000-4000-8000-000000002012: COMPLETED, """


def test_the_when_shows_payload_calls_lineage_messages_and_tables(reports: Path) -> None:
    text = plain(walk(reports, "11a").out)
    guid = re.search(r'When ICI executes "PSUB-AMD2012"\n.*\n      id +(\S+)', text)
    assert guid is not None
    assert OF_THE_WHEN.format(guid=guid[1]) in text
    assert OF_THE_TABLES in text
    assert re.search(r'agreement:ICMParentContractId +ICMAGREEMENTCODE\n +"PSUB2012" +PSUB2012\n', text)


def test_what_led_up_to_it_is_counted_and_shown_in_full_where_that_is_asked_for(reports: Path) -> None:
    brief, full = plain(walk(reports, "11a").out), plain(walk(reports, "11a", "--full").out)
    executed = '+ And "PSUB2012" has been executed\n'
    assert f"{executed}    1 event, 2 calls to ICI, 2 messages to the systems\n\n" in brief
    assert f"{executed}    ICI -> API Management event\n" in full
    assert len(full.splitlines()) > 1.5 * len(brief.splitlines())


def test_the_expected_tables_of_the_feature_stand_with_what_was_found(reports: Path) -> None:
    text = plain(walk(reports, "11a").out)
    assert (
        """
+ And PF2 and WP2 hold exactly these purchasing organisations:
    SYSID                                  PURCHASINGORG
    22222222-0000-4000-8000-000000002012   FR10
    22222222-0000-4000-8000-000000002012   IT10
    22222222-0000-4000-8000-000000002012   US10
    as expected: """
        in text
    )


def test_of_a_confidential_agreement_nothing_is_shown_and_nothing_was_written(reports: Path) -> None:
    text = plain(walk(reports, "3", "--full").out)
    when = text[text.index("+ When ICI executes") :]
    assert when.count("withheld: it concerns a confidential agreement (SEC-2)") >= 2
    assert "      ZMM_ICMCONTRACT: nothing was written, 1 row as before\n" in when
    assert "      ZMM_ICMPURCHORG: nothing was written, 0 rows as before\n" in when
    assert "Ottoline" not in when


def test_without_a_condition_all_of_them_follow_each_other(reports: Path) -> None:
    text = walk(reports).out
    found = re.findall(r"^=+\n(\S+) ", text, re.MULTILINE)
    assert found[:4] == ["1", "2", "2a", "3"]
    assert len(found) == 27


def test_a_failure_stands_with_its_step(reports: Path, tmp_path: Path) -> None:
    text = (reports / "messages.ndjson").read_text(encoding="utf-8")
    passed = '"testStepResult": {"duration"'
    assert text.count(passed) > 100
    bent = text.replace('"status": "PASSED"', '"status": "FAILED", "message": "it does not hold"')
    (tmp_path / "messages.ndjson").write_text(bent, encoding="utf-8")
    out = plain(walk(tmp_path, "1").out)
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


def test_a_step_that_failed_explains_itself() -> None:
    step = Step("Then", "this entry is new:", None, None, "FAILED", 1, "the entry differs", "")
    step.attachments.append(Attachment("zicm-explanation", "", EXPLANATION))
    out = io.StringIO()
    show_step(Console(file=out, width=100, color_system=None), step, in_full=True)
    assert (
        plain(out.getvalue())
        == """\
! Then this entry is new:
    the new entries, in PF2 and WP2
      PSUB2002         expected  seen
      ICMPAYMENTTERMS  Z060      (not there)
      the 20 other fields are as expected
    the calls that ICI received, as expected
      GET /v1/agreements/ICMSubAgreement/22222222
    where these fields come from, by the mapping sheet
      MAP-21 ICMPAYMENTTERMS, from agreement:ICMPaymentTerms
        As is.
    to run it alone: tox -e bdd -- --scenario executed.feature:94

"""
    )


def test_without_evidence_it_says_which_command_makes_it(tmp_path: Path) -> None:
    ran = walk(tmp_path, "11a")
    what = f"there is no evidence: the file {tmp_path / 'messages.ndjson'} is missing; tox -e bdd makes new evidence"
    assert (ran.code, ran.out, ran.err) == (1, "", f"Error: {what}\n")


def test_evidence_of_other_conditions_alone_is_an_error(reports: Path, tmp_path: Path) -> None:
    text = (reports / "messages.ndjson").read_text(encoding="utf-8")
    (tmp_path / "messages.ndjson").write_text(text.replace('"@condition_11a"', '"@condition_0"'), encoding="utf-8")
    ran = walk(tmp_path, "11a")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "Error: the last run ran no scenario of condition 11a; tox -e bdd makes new evidence\n"


def test_a_condition_that_there_is_not_is_wrong_use(reports: Path) -> None:
    ran = walk(reports, "99")
    assert ran.code == 2
    assert "there is no condition 99, there are 1, 2, 2a," in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("keys", ["\n\n\nq\n", "\n\n\n\x04", "\n\n\n Q \n"], ids=["q", "end of input", "Q"])
def test_on_a_terminal_enter_goes_on_and_q_leaves(reports: Path, keys: str) -> None:
    import pty  # noqa: PLC0415 - there is none on Windows

    master, terminal = pty.openpty()
    command = "from harness.cli.main import main; main()"
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", command, "walkthrough", "11a", "--reports", str(reports)],
        stdin=terminal,
        stdout=terminal,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", "PYTHONUTF8": "1"},
    )
    os.close(terminal)
    os.write(master, keys.encode())
    shown = b""
    while select.select([master], [], [], 60)[0]:
        try:
            part = os.read(master, 65536)
        except OSError:  # what Linux says of a terminal that nobody has open any more
            break
        if not part:
            break
        shown += part
    os.close(master)
    assert process.wait(timeout=60) == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    asked = re.findall(r"11a, scenario 1 of 1, step (\d+) of 13 - Enter: next, q: leave", text)
    assert asked == ["1", "2", "3", "4"]
    assert "has been executed" in text
    assert "When ICI executes" not in text
