"""Failed scenarios are readable: one of a small project, and ours after a rule was broken on purpose."""

import json
import re
from pathlib import Path

import pytest

from harness.bdd.failure.report import FailureReport, FieldOrigin, LoggedEvent, RemainingStep
from harness.bdd.mismatch import DIFFERS, Comparison, FieldDiff, RowDiff
from harness.files import FEATURES
from harness.specification.scenarios import read_scenarios
from harness.tests.support.broken_rules_plugin import BREAKS
from harness.tests.support.pytest_process import run_pytest

pytest_plugins = ["pytester"]


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
from harness.bdd.comparison import assert_equal

pytest_plugins = ["harness.bdd.failure.plugin"]

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


def test_mismatch_names_line_scenario_step_and_both_sides(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-p", "pytest_bdd.plugin", "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*payment.feature:4",
            "  Terms are taken over",
            "  Then ECC holds Z060",
            "",
            "the payment terms",
            "  expected  Z060",
            "  seen      Z030",
            "",
            "the steps after it",
            "  holds: And ECC holds Z030",
            "  could not be checked: And ECC is empty",
            "",
        ],
        consecutive=True,
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*def assert_equal*")


SECOND_WHEN = """
Feature: Payment
  Scenario: Terms are taken over twice
    Given ICI holds Z030
    Then ECC holds Z030
    And ECC holds Z060
    And ECC holds Z030
    When it happens
    Then ECC holds Z045
"""


def test_only_steps_of_the_same_when_are_looked_at(project: pytest.Pytester) -> None:
    (project.path / "payment.feature").write_text(SECOND_WHEN, encoding="utf-8")
    happens = '\n\n@when("it happens")\ndef _():\n    print("it has happened")\n'
    project.makeconftest(CONFTEST.replace("parsers, then", "parsers, then, when") + happens)
    result = project.runpytest_inprocess("-p", "pytest_bdd.plugin", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["the steps after it", "  holds: And ECC holds Z030", ""], consecutive=True)
    result.stdout.no_fnmatch_line("*it has happened*")
    result.stdout.no_fnmatch_line("*Z045*")


def test_verbose_run_adds_the_traceback(project: pytest.Pytester) -> None:
    result = project.runpytest_inprocess("-p", "pytest_bdd.plugin", "-p", "no:cacheprovider", "-v")
    result.stdout.fnmatch_lines(["*def assert_equal*", "*failure report*", "  Then ECC holds Z060"])


def test_other_exception_shows_traceback_and_report(project: pytest.Pytester) -> None:
    feature = project.path / "payment.feature"
    feature.write_text(FEATURE.replace("    Then ECC holds Z060\n    And ECC holds Z030\n", ""), encoding="utf-8")
    feature.write_text(feature.read_text(encoding="utf-8").replace("And ECC", "Then ECC"), encoding="utf-8")
    result = project.runpytest_inprocess("-p", "pytest_bdd.plugin", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(
        [
            "*KeyError: 'Z000'",
            "*failure report*",
            "*payment.feature:5",
            "  Terms are taken over",
            "  Then ECC is empty",
            "",
            "the step raised KeyError",
        ]
    )


def test_action_that_ici_does_not_allow_says_why(project: pytest.Pytester) -> None:
    refused = CONFTEST.replace(
        "def _():\n    pass", 'def _():\n    raise NotAllowedError("it has been executed before")'
    )
    project.makeconftest(f"from simulator.icertis.tenant import NotAllowedError\n{refused}")
    result = project.runpytest_inprocess("-p", "pytest_bdd.plugin", "-p", "no:cacheprovider")
    result.stdout.fnmatch_lines(["*payment.feature:3", "  Given ICI holds Z030", "ICI does not allow it: it has been*"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.fixture(scope="module")
def run_of_breaks(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Run the scenarios of BREAKS. Returns the output, and the file with every failure."""
    reports = tmp_path_factory.mktemp("reports")
    return _run_breaks(reports), (reports / "failures.txt").read_text(encoding="utf-8")


def _run_breaks(reports: Path) -> str:
    places = _places().values()
    wanted = [argument for place in places for argument in ("--scenario", place)]
    plugins = ["-p", "harness.tests.support.broken_rules_plugin", "--reports", str(reports)]
    run = run_pytest(*plugins, "harness/test_features.py", *wanted)
    assert f"{len(BREAKS)} failed" in run.stdout, run.stdout + run.stderr
    return run.stdout


def _places() -> dict[str, str]:
    scenarios = read_scenarios(FEATURES)
    return {name: next(one.place for one in scenarios if one.name.startswith(name)) for name in BREAKS}


@pytest.fixture(scope="module")
def failures(run_of_breaks: tuple[str, str]) -> dict[str, str]:
    """Return the report of each scenario of BREAKS, by the beginning of its name, without line numbers."""
    found = re.findall(r"^features/.*?^to run it alone: .*?$", run_of_breaks[1], re.MULTILINE | re.DOTALL)
    by_command = {text.rpartition(" ")[2]: re.sub(r"(?<=\.feature:)\d+", "N", text) for text in found}
    return {name: by_command[place] for name, place in _places().items()}


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

what happened before the When
  Executed of ICMMasterAgreement 11111111-0000-4000-8000-000000001001: COMPLETED, PF2 created, WP2 created

the calls that ICI received, as expected
  GET /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002002
  GET /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002002/associatinginstances/ICMMasterAgreement

the steps after it
  holds: And PF2 and WP2 hold exactly these purchasing organisations:

where these fields come from, by the mapping sheet
  MAP-21 ICMPAYMENTTERMS, from agreement:ICMPaymentTerms; ICI holds "Z060"
    CPI sent z060; PF2 and WP2 hold z060
    As it is.

to run it alone: tox -e bdd -- --scenario executed.feature:N"""


def test_wrong_field_is_shown_with_its_rule(failures: dict[str, str]) -> None:
    assert failures["2a - "] == FOR_A_FIELD


def test_missing_call_is_shown_with_its_consequences(failures: dict[str, str]) -> None:
    text = failures["2 - "]
    of_psub2001 = "GET /v1/agreements/ICMSubAgreement/22222222-0000-4000-8000-000000002001"
    assert (
        f"""
the calls that ICI received
  {of_psub2001}
  missing: {of_psub2001}/associatinginstances/ICMMasterAgreement
"""
        in text
    )
    assert (
        """
  does not hold: And exactly this entry is new in PF2 and WP2:
    the new entries, in PF2 and WP2
      PSUB2001          expected                              seen
      ASSOCIATINGTYPE   MAS                                   (blank)
      ASSOCIATINGCODE   PMA1001                               (blank)
      ASSOCIATINGSYSID  11111111-0000-4000-8000-000000001001  (blank)
      the 18 other fields are as expected
"""
        in text
    )
    assert 'MAP-08 ASSOCIATINGCODE, from master:ICMAgreementCode; ICI holds "PMA1001"' in text
    assert text.count("the calls that ICI received") == 1


def test_failed_event_names_error_and_rule_of_the_field(failures: dict[str, str]) -> None:
    text = failures["1 - "]
    assert (
        """
  11111111-0000-4000-8000-000000001001  expected   seen
  status                                COMPLETED  ESCALATED
  the 3 other fields are as expected

what the monitoring shows
  Executed of ICMMasterAgreement 11111111-0000-4000-8000-000000001001: ESCALATED, PF2 refused, WP2 refused
    PF2 and WP2: ZMM_ICM 012 ICMEXPIRYDATE: no day of the calendar in the form YYYYMMDD
"""
        in text
    )
    assert "      missing: PMA1001: TENANTID /icertis/syensqo-uat, " in text
    assert text.endswith("""
where these fields come from, by the mapping sheet
  MAP-12 ICMEXPIRYDATE, from agreement:ICMExpiryDate; ICI holds "2027-12-31T00:00:00"
    CPI sent 20273112
    The day alone, as YYYYMMDD. A termination gives the termination notice date.

to run it alone: tox -e bdd -- --scenario executed.feature:N""")


def test_wrong_change_is_paired_with_the_expected_one(failures: dict[str, str]) -> None:
    lines = failures["10 - "].splitlines()
    assert "  ICMEXPIRYDATE  20261231 -> 20270630  unchanged" in lines
    assert '  MAP-12 ICMEXPIRYDATE, from agreement:ICMExpiryDate; ICI holds "2027-06-30T00:00:00"' in lines


def test_long_values_name_their_first_difference(failures: dict[str, str]) -> None:
    text = failures["A name that is too long is cut after 100 characters: 101"]
    assert (
        f"""
  NAME
    expected  {"ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 3}ABCDEFGHIJKLMNOPQRSTUV
    seen      {"ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 3}ABCDEFGHIJKLMNOPQRSTU
    they differ from character 100 on; expected 100 characters, seen 99
"""
        in text
    )


OF_PSUB2030 = ("Marlow", "MX77", "0000990017", "Ottoline", "7770001")


def test_confidential_agreement_shows_only_its_name(failures: dict[str, str]) -> None:
    text = failures["3 - "]
    assert (
        """
  does not hold: And nothing changed in PF2 and WP2
    ZMM_ICMCONTRACT, in PF2 and WP2
      not expected: PSUB2030 (confidential: not shown)
"""
        in text
    )
    assert "  SEC-1: CPI drops a confidential agreement, whatever the event" in text
    assert not [value for value in OF_PSUB2030 if value in text]


def test_rerun_command_names_the_tested_middleware(project: pytest.Pytester) -> None:
    project.makeconftest(
        CONFTEST.replace(
            '["harness.bdd.failure.plugin"]', '["harness.bdd.failure.plugin", "harness.environments.plugin"]'
        )
        + """
from harness.bdd.plugins.condition_report import SCENARIO_PROPERTY


def pytest_collection_modifyitems(items):
    for item in items:
        item.user_properties.append((SCENARIO_PROPERTY, "payment.feature:3"))
"""
    )
    url = "https://tenant.example/events?a=1&b=2"
    address = ("--middleware-url", url, "--listen", "127.0.0.1:0")
    result = project.runpytest_inprocess("-p", "pytest_bdd.plugin", "-p", "no:cacheprovider", *address)
    command = f"tox -e bdd-external -- --middleware-url '{url}' --scenario payment.feature:3"
    result.stdout.fnmatch_lines([f"to run it alone: {command.replace('[', '[[]').replace('?', '[?]')}"])


def test_report_survives_json() -> None:
    row = RowDiff("PST1", DIFFERS, (FieldDiff("NAME", "a", None),), 20)
    comparison = Comparison("the entry", (row,), ("WP2",))
    report = FailureReport(
        place="features/executed.feature:9",
        scenario="executed",
        step="Then it is there",
        comparisons=(comparison,),
        problem="",
        remaining_steps=(RemainingStep("And it stays", (comparison,)), RemainingStep("And so on", problem="KeyError")),
        rerun="",
        events=(LoggedEvent("Executed", "COMPLETED", {"WP2": "created"}, ("TAB-1",), {"TAB-1": "text"}),),
        origins=(FieldOrigin("NAME", "MAP-06", "agreement:Name", None, "as it is"),),
    )
    assert FailureReport.from_json(json.loads(json.dumps(report.as_json()))) == report


def test_each_report_fits_on_one_screen(failures: dict[str, str]) -> None:
    lengths = {name: len(text.splitlines()) for name, text in failures.items()}
    assert {name: length for name, length in lengths.items() if length > 45} == {}


def test_terminal_groups_by_cause_and_ends_with_the_table(run_of_breaks: tuple[str, str]) -> None:
    screen = run_of_breaks[0]
    assert "\n6 scenarios failed, 6 causes; 1 by " in screen
    for cause in (
        '1 failed by ZMM_ICM 012 "no day of the calendar in the form YYYYMMDD"\n   MAP-12 ICMEXPIRYDATE in 1\n',
        "1 failed by a confidential agreement is in the tables\n   SEC-1: CPI drops a confidential agreement",
        (
            "MAP-21 ICMPAYMENTTERMS in 1\n   for example ICMPAYMENTTERMS\n"
            '     ICI holds  "Z060"\n     CPI sent   z060\n     expected   Z060\n     seen       z060\n'
        ),
    ):
        assert cause in screen
    assert " 5 of 6 failures " in screen
    assert len(re.findall("^to run it alone: ", screen, re.MULTILINE)) == 5
    assert "Captured" not in screen
    assert screen.index("every failure in detail: ") < screen.index(" result by condition ")
    assert screen.rstrip().splitlines()[-2].strip().startswith("other scenarios: errors and edges")


def test_events_of_the_set_up_are_listed(failures: dict[str, str]) -> None:
    assert """
what happened before the When
  Executed of ICMMasterAgreement 11111111-0000-4000-8000-000000001001: COMPLETED, PF2 created, WP2 created
""" in failures["10 - "]
