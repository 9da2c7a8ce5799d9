"""How a failed scenario reads: on a project of one, and on scenarios of ours after a rule was broken on purpose."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness import census
from harness.places import FEATURES

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]

FEATURE = """
Feature: Payment
  Scenario: Terms are taken over
    Given ICI holds Z030
    Then ECC holds Z060
    And ECC holds Z030
    And ECC is empty
"""

CONFTEST = """
from pytest_bdd import given, parsers, then
from harness.comparison import assert_equal

pytest_plugins = ["harness.failures"]

@given("ICI holds Z030")
def _():
    pass

@then("ECC is empty")
def _():
    raise KeyError("Z000")

@then(parsers.parse("ECC holds {terms}"))
def _(terms):
    assert_equal("the payment terms", "Z030", terms)
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makefile(".feature", payment=FEATURE)
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_all="from pytest_bdd import scenarios\n\nscenarios('payment.feature')\n")
    return pytester


def test_a_finding_tells_line_scenario_step_and_both_sides(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*payment.feature:5",
            "  Terms are taken over",
            "  Then ECC holds Z060",
            "",
            "the payment terms",
            "  expected  Z060",
            "  seen      Z030",
            "",
            "the steps after it",
            "  holds: And ECC holds Z030",
            "  could not be looked at: And ECC is empty",
            "",
        ],
        consecutive=True,
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*def assert_equal*")


def test_the_traceback_is_there_for_those_who_ask(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-p", "no:cacheprovider", "-v")
    result.stdout.fnmatch_lines(["*def assert_equal*", "*what is known of it*", "  Then ECC holds Z060"])


def test_a_step_that_breaks_off_shows_its_traceback_and_what_is_known(project: pytest.Pytester) -> None:
    feature = project.path / "payment.feature"
    feature.write_text(FEATURE.replace("    Then ECC holds Z060\n    And ECC holds Z030\n", ""), encoding="utf-8")
    feature.write_text(feature.read_text(encoding="utf-8").replace("And ECC", "Then ECC"), encoding="utf-8")
    result = project.runpytest_inprocess("-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(
        [
            "*KeyError: 'Z000'",
            "*what is known of it*",
            "*payment.feature:5",
            "  Terms are taken over",
            "  Then ECC is empty",
            "",
            "the step broke off with KeyError",
        ]
    )


def failure(tmp_path: Path, broken: str, name: str) -> str:
    """What a person reads of the scenario whose name so begins, where `broken` has been done to the code.

    The numbers of lines are left out.
    """
    place = next(scenario.place for scenario in census.read(FEATURES) if scenario.name.startswith(name))
    (tmp_path / "broken_on_purpose.py").write_text(broken, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)]), "COLUMNS": "80"}
    plugins = ["-p", "broken_on_purpose", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", *plugins, "harness/test_features.py", "--scenario", place]
    run = subprocess.run(  # noqa: S603 - our own words
        command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=120
    )
    assert run.returncode == 1, run.stdout + run.stderr
    found = re.search(r"^features/.*?(?=\n+=====)", run.stdout, re.MULTILINE | re.DOTALL)
    assert found is not None, run.stdout
    assert f"to run it alone: tox -e bdd -- --scenario {place}" in found[0]
    return re.sub(r"(?<=\.feature:)\d+", "N", found[0].strip())


A_FIELD_IN_LOWER_CASE = """
from simulator.mapping.sheet import ZMM_ICMCONTRACT

(row,) = (row for row in ZMM_ICMCONTRACT if row.target == "ICMPAYMENTTERMS")
object.__setattr__(row, "rule", lambda given: given.text().lower())
"""

FOR_A_FIELD = """\
features/executed.feature:N
  2a - a Sub Agreement for several purchasing organisations
  And exactly this entry is new in PF2 and WP2:

the new entries, in PF2 and WP2
  PSUB2002         expected  seen
  ICMPAYMENTTERMS  Z060      z060
  the 20 other fields are as expected

what the monitoring shows
  Executed of ICMSubAgreement 22222222-0000-4000-8000-000000002002: COMPLETED, PF2 created, WP2 created

the calls that ICI received, as expected
  GET /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002002
  GET /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002002/associatinginstances/ICMMasterAgreement

the steps after it
  holds: And PF2 and WP2 hold exactly these purchasing organisations:

where these fields come from, by the mapping sheet
  MAP-21 ICMPAYMENTTERMS, from agreement:ICMPaymentTerms; ICI holds "Z060"
    As it is.

to run it alone: tox -e bdd -- --scenario executed.feature:N"""


def test_a_wrong_field_stands_beside_the_expected_one_with_the_rule_that_made_it(tmp_path: Path) -> None:
    assert failure(tmp_path, A_FIELD_IN_LOWER_CASE, "2a - ") == FOR_A_FIELD


NO_CALL_2 = """
from simulator.mapping.actions import ACTIONS

object.__setattr__(ACTIONS["Executed"], "asks_for_master", False)
"""


def test_a_missing_call_stands_with_those_that_came_and_with_what_follows_from_it(tmp_path: Path) -> None:
    text = failure(tmp_path, NO_CALL_2, "2a - ")
    of_psub2002 = "GET /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002002"
    assert (
        f"""
the calls that ICI received
  {of_psub2002}
  missing: {of_psub2002}/associatinginstances/ICMMasterAgreement
"""
        in text
    )
    assert (
        """
  does not hold: And exactly this entry is new in PF2 and WP2:
    the new entries, in PF2 and WP2
      PSUB2002          expected                              seen
      ASSOCIATINGTYPE   MAS                                   (blank)
      ASSOCIATINGCODE   PMA1001                               (blank)
      ASSOCIATINGSYSID  11111111-0000-4000-8000-000000001001  (blank)
      the 18 other fields are as expected
"""
        in text
    )
    assert 'MAP-08 ASSOCIATINGCODE, from master:ICMAgreementCode; ICI holds "PMA1001"' in text
    assert text.count("the calls that ICI received") == 1


DAY_AND_MONTH_SWAPPED = """
from simulator.mapping.sheet import ZMM_ICMCONTRACT

def swapped(given):
    text = given.text()
    return text[:4] + text[8:10] + text[5:7]

for row in ZMM_ICMCONTRACT:
    if row.target == "ICMEXPIRYDATE":
        object.__setattr__(row, "rule", swapped)
"""


def test_an_event_that_fails_tells_why_and_the_rule_of_the_field_at_fault(tmp_path: Path) -> None:
    text = failure(tmp_path, DAY_AND_MONTH_SWAPPED, "2a - ")
    assert (
        """
  22222222-0000-4000-8000-000000002002  expected   seen
  status                                COMPLETED  ESCALATED
  the 3 other fields are as expected

what the monitoring shows
  Executed of ICMSubAgreement 22222222-0000-4000-8000-000000002002: ESCALATED, PF2 refused, WP2 refused
    PF2 and WP2: ZMM_ICM 012 ICMEXPIRYDATE: no day of the calendar in the form YYYYMMDD
"""
        in text
    )
    assert "      missing: PSUB2002: TENANTID /icertis/syensqo-uat, " in text
    assert text.endswith("""
where these fields come from, by the mapping sheet
  MAP-12 ICMEXPIRYDATE, from agreement:ICMExpiryDate; ICI holds "2027-12-31T00:00:00"
    The day alone, as YYYYMMDD. A termination gives the termination notice date.

to run it alone: tox -e bdd -- --scenario executed.feature:N""")


@pytest.mark.parametrize("name", ["10 - ", "8 - "])
def test_what_changed_too_little_stands_beside_what_was_to_change(tmp_path: Path, name: str) -> None:
    text = failure(tmp_path, NEVER_CHANGES, name)
    assert re.search(r"\n  ICMEXPIRYDATE +\d{8} -> \d{8} +unchanged\n", text), text


NEVER_CHANGES = """
from simulator.mapping.actions import ACTIONS

for action in ("AmendmentExecuted", "Terminated"):
    object.__setattr__(ACTIONS[action], "leaves", ("ICMEXPIRYDATE",))
"""

NOTHING_IS_CONFIDENTIAL = """
import simulator.cpi.process

simulator.cpi.process.is_confidential = lambda _: False
"""

OF_PSUB2030 = ("Marlow", "MX77", "0000990017", "Ottoline", "7770001")


def test_of_a_confidential_agreement_that_got_through_only_the_name_is_told(tmp_path: Path) -> None:
    text = failure(tmp_path, NOTHING_IS_CONFIDENTIAL, "3 - ")
    assert (
        """
  does not hold: And nothing changed in PF2 and WP2
    ZMM_ICMCONTRACT, in PF2 and WP2
      not expected: PSUB2030 (confidential: not shown)
"""
        in text
    )
    assert "SEC-1: CPI drops a confidential agreement, whatever the event" in text
    assert not [value for value in OF_PSUB2030 if value in text]
