"""An input that no step accepts is an error with file, line and the nearest right word."""

import subprocess
import sys

import pytest

CONFTEST = """
from harness.conftest import *

FOR_OUR_OWN = ("harness.bdd.plugins.condition_report", "harness.evidence.plugin", "harness.signoff.html.plugin")
pytest_plugins = [plugin for plugin in pytest_plugins if plugin not in FOR_OUR_OWN]
"""

REPORT = "When the report is made for 2026-01-05"
GIVEN_ENTRY = 'Given ICI holds the Standalone Agreement "PST1"\nAnd "PST1" has been executed\n'
EXECUTED = 'Given ICI holds the Standalone Agreement "PST1"\nWhen ICI executes "PST1"\n'

CASES = [
    (
        'Given ICI holds the Standalone Agreement "PST1"\n  | ICMConfidentialContract | true |\n',
        1,
        'the step takes no table; did you mean: ICI holds the Standalone Agreement "PST1":',
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1":\n',
        1,
        "the step takes a table, and none follows it",
    ),
    (
        f"{EXECUTED}Then nothing changed in PF2 and WP2\n  | NAME | Phenol |\n",
        3,
        "the step takes no table",
    ),
    (
        f'{EXECUTED}Then nothing changed in PF2 and WP2\n  """\n  Phenol\n  """\n',
        3,
        "the step takes no text",
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1":\n  | Name | Phenol |\n  | ICMPurchasingOrg | FR10 |\n',
        3,
        'there is no field in ICI "ICMPurchasingOrg"; did you mean ICMPurchasingOrgCode?',
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1"\nAnd ICI answers ICMCurency of "PST1" as "EUR"\n',
        2,
        'there is no field in ICI "ICMCurency"; did you mean ICMCurrency?',
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1":\n  | Name | Phenol |\n  | Name | Steam |\n',
        3,
        'the field in ICI "Name" stands there twice, and only one can count',
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1":\n  | Name | Phenol | Steam |\n',
        2,
        "the table needs two columns, field in ICI and value, not 3",
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1":\n  | ICMConfidentialContract | True |\n',
        2,
        'there is no flag "True"; did you mean true?',
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1":\n  | ICMPaymentTerms | (absnt) |\n',
        2,
        'there is no special value "(absnt)"; did you mean (absent)?',
    ),
    (
        'Given ICI holds the Standalon Agreement "PST1"\n',
        1,
        'there is no contract type "Standalon Agreement"; did you mean Standalone Agreement?',
    ),
    (
        f'{EXECUTED}Then ICMPAYMENTTERM of the entry "PST1" in PF2 and WP2 is "Z030"\n',
        3,
        'there is no field in ZMM_ICMCONTRACT "ICMPAYMENTTERM"; did you mean ICMPAYMENTTERMS?',
    ),
    (
        f'{EXECUTED}Then these fields of the entry "PST1" in PF2 and WP2 are:\n  | NAMES | Phenol |\n',
        4,
        'there is no field in ZMM_ICMCONTRACT "NAMES"; did you mean NAME?',
    ),
    (
        f"{EXECUTED}Then PF2 and WP2 hold exactly these purchasing organisations:\n  | SYSID | PURCHASINORG |\n",
        4,
        'there is no field in ZMM_ICMPURCHORG "PURCHASINORG"; did you mean PURCHASINGORG?',
    ),
    (
        f'{EXECUTED}Then PF2 holds no entry "PTS1"\n',
        3,
        'there is no agreement "PTS1"; did you mean PST1?',
    ),
    (
        f"{EXECUTED}Then the change log of PF2 holds exactly this:\n  | CHANGENO |\n",
        4,
        'there is no column "CHANGENO"; did you mean CHANGENR?',
    ),
    (
        f"{REPORT} with:\n  | owner | Marlow |\n",
        2,
        'there is no choice "owner"; did you mean owners?',
    ),
    (
        f'{REPORT}\nThen the part missing shows the column NAMEN ""\n',
        2,
        'there is no column "NAMEN"; did you mean NAME?',
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1":\n  | ICMExpiryDate | soon |\nAnd "PST1" has been executed\n',
        3,
        (
            "the step made an event go wrong: Executed is FAILED, D-34 ICMExpiryDate it is no date of the form "
            "YYYY-MM-DDTHH:MM:SS; if it is to, the step before says: the next event goes wrong"
        ),
    ),
    (
        GIVEN_ENTRY.replace("And", "And the next event goes wrong\nAnd"),
        3,
        "the event of the step was to go wrong, and did not",
    ),
    (
        f'{GIVEN_ENTRY}And SUPPORT has changed these fields of the entry "PST1" in PF2:\n  | ICMREGION | EMEA |\n',
        3,
        "the system refused what the step says: 013 ICMREGION the table has no such field",
    ),
    (
        f'{GIVEN_ENTRY}And GUEST has deleted the entry "PST1" in PF2\n',
        3,
        "the system refused what the step says: 060 TCD you are not authorized to use transaction SM30",
    ),
]
"""The steps of a scenario; the line of the mistake, counted from its first step; what the report says."""


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Run every case as a scenario of its own, in a file of its own."""
    folder = tmp_path_factory.mktemp("errors")
    for number, (steps, _, _) in enumerate(CASES):
        feature = f"Feature: errors {number}\n  Scenario: case {number}\n{steps}"
        (folder / f"case_{number}.feature").write_text(feature, encoding="utf-8")
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_all.py").write_text("from pytest_bdd import scenarios\n\nscenarios('.')\n", encoding="utf-8")
    run = subprocess.run(  # noqa: S603 - fixed arguments
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)],
        capture_output=True,
        cwd=folder,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert f"{len(CASES)} failed" in run.stdout, run.stdout + run.stderr
    return run.stdout


@pytest.mark.parametrize("number", range(len(CASES)))
def test_what_nothing_takes_in_is_named(output: str, number: int) -> None:
    _, line, problem = CASES[number]
    _, found, report = output.partition(f"case_{number}.feature:{line + 2}\n  case {number}\n")
    assert found
    assert report.split("\n\n")[1] == problem


def test_no_traceback_is_shown(output: str) -> None:
    assert "Traceback" not in output
    assert "def " not in output
