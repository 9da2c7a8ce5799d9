"""An input that no step accepts is an error with file, line and the nearest right word."""

import pytest

from harness.tests.support.pytest_process import run_pytest

pytestmark = [pytest.mark.whole_run, pytest.mark.xdist_group("feature_errors")]

CONFTEST = """
from pytest_bdd import parsers

from harness.bdd.steps.assertion import assertion
from harness.conftest import *

FOR_OUR_OWN = ("harness.bdd.plugins.condition_report", "harness.evidence.plugin", "harness.signoff.html.plugin")
pytest_plugins = [plugin for plugin in pytest_plugins if plugin not in FOR_OUR_OWN]


@assertion(parsers.parse("{system} holds {something} of every kind"))
def check_every_kind(system, something):
    pass


@assertion(parsers.parse("PF2 holds {number} entries of every kind"))
def check_number_of_every_kind(number):
    pass


@assertion("all is well")
def check_all():
    pass
"""

REPORT = "When the report is made for 2026-01-05"
GIVEN_ENTRY = 'Given ICI holds the Standalone Agreement "PST1"\nAnd "PST1" has been executed\n'
EVENT = "this event reaches the webhook"
FIELDS = "  | source | /icertis/syensqo-uat |\n  | ContractTypeName | ICMStandaloneAgreement |\n  | SysId | x |\n"
DRAFT_WITH_BAD_DATE = 'Given ICI holds the Standalone Agreement "PST1":\n  | ICMExpiryDate | soon |\n'
BAD_DATE = (
    "the step made an event go wrong: Executed is FAILED, D-34 ICMExpiryDate it is no date of the form "
    "YYYY-MM-DDTHH:MM:SS; if this is meant, write the step before it: the next event goes wrong"
)
SCM_TERMS = (
    "Given contracts for SCM have these terms:\n  | Name | Speakers |\n  | ICMConfidentialContract | false |\n"
    "  | ICMLegalEntityCode | USMF |\n  | ICMEffectiveDate | 2026-02-01T00:00:00 |\n"
    "  | ICMExpiryDate | 2027-12-31T00:00:00 |\n  | ICMAppSrcSupplierID | 1001 |\n  | ICMCurrency | USD |\n"
    "  | ICMPrimaryOwnerName | Alicia Thornber |\n  | ICMPaymentTerms | Net30 |\n"
    "  | ICMClassification | General purchases |\n  | ICMCommitmentType | ProductQuantity |\n"
)
EXECUTED = 'Given ICI holds the Standalone Agreement "PST1"\nWhen ICI executes "PST1"\n'
BOOK = "When the user changes the outline agreements in a book of Excel whose row 2 holds this:\n"

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
        f"{EXECUTED}Then these fields of the outline agreement 4600000009 in PF2 are:\n  | ZTERM | Z060 |\n",
        3,
        'there is no outline agreement "4600000009"',
    ),
    (
        f"{BOOK}  | field | kinds |\n  | ZTERM | text |\n",
        1,
        'there is no column "kind"; did you mean kinds?',
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
            "YYYY-MM-DDTHH:MM:SS; if this is meant, write the step before it: the next event goes wrong"
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
        "the system refused what the step says: 172 TCD You are not authorized to use transaction SM30",
    ),
    (
        f'{EXECUTED}Then WP3 holds the entry "PST1"\n',
        3,
        'there is no system "WP3"; did you mean WP2?',
    ),
    (
        f"{EXECUTED}Then nothing changed in WP22 alone\n",
        3,
        'there is no system "WP22"; did you mean WP2?',
    ),
    (
        f'{EXECUTED}Then the outline agreements of PF are "4600000000"\n',
        3,
        'there is no system "PF"; did you mean PF2?',
    ),
    (
        "Given PF22 does not answer\n",
        1,
        'there is no system "PF22"; did you mean PF2?',
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1"\nAnd "PTS1" has been executed\n',
        2,
        'the step names "PTS1", and there is none; did you mean PST1?',
    ),
    (
        f'{GIVEN_ENTRY}And SUPORT has deleted the entry "PST1" in PF2\n',
        3,
        'there is no user "SUPORT"; did you mean SUPPORT?',
    ),
    (
        f"When {EVENT}:\n{FIELDS}  | ActionNam | Executed |\n",
        5,
        'there is no field of an event "ActionNam"; did you mean ActionName?',
    ),
    (
        f"Given this event has reached the webhook:\n{FIELDS}  | Actionname | Executed |\n",
        5,
        'there is no field of an event "Actionname"; did you mean ActionName?',
    ),
    (
        f"When {EVENT} as one objekt:\n{FIELDS}",
        1,
        'there is no form of an event "as one objekt"; did you mean as one object?',
    ),
    (
        "When an empty bodi reaches the webhook in place of an event\n",
        1,
        'there is no body "an empty bodi"; did you mean an empty body?',
    ),
    (
        "Given call 1 to ICI ends once in half a JSN\n",
        1,
        'there is no answer of ICI "half a JSN"; did you mean half a JSON?',
    ),
    (
        "Given call 3 to ICI ends once in half a JSON\n",
        1,
        'there is no call "3"',
    ),
    (
        "Given PF2 goes down before it comits\n",
        1,
        'there is no moment "before it comits"; did you mean before it commits?',
    ),
    (
        "Given the table ZMM_ICMCONTRAKT of PF2 is locked\n",
        1,
        'there is no table "ZMM_ICMCONTRAKT"; did you mean ZMM_ICMCONTRACT?',
    ),
    (
        f"{GIVEN_ENTRY}When CPI tries again\n",
        3,
        "CPI has nothing to try again",
    ),
    (
        f"{GIVEN_ENTRY}And CPI has given up\n",
        3,
        "CPI has nothing to try again",
    ),
    (
        (
            'Given ICI holds the Standalone Agreement "PST1"\nAnd call 1 to ICI ends once in half a JSON\n'
            'And "PST1" has been executed\nAnd CPI has given up\n'
        ),
        4,
        "CPI has not given up: its attempts ended well",
    ),
    (
        f"{GIVEN_ENTRY}When an administrator puts back what has failed\n",
        3,
        "no event has failed, so there is nothing to put back",
    ),
    (
        f"{GIVEN_ENTRY}When the event that was on its way arrives\n",
        3,
        "no event was on its way",
    ),
    (
        (
            f'{DRAFT_WITH_BAD_DATE}And CPI was killed while ICI answered call 1, when "PST1" was executed\n'
            "And 10 minutes have gone by\n"
        ),
        4,
        BAD_DATE,
    ),
    (
        (
            f'{DRAFT_WITH_BAD_DATE}And the next event goes wrong\nAnd "PST1" has been executed\n'
            'And an administrator has put the event Executed of "PST1" back\n'
        ),
        5,
        BAD_DATE,
    ),
    (
        f'{DRAFT_WITH_BAD_DATE}And an event of "PST1" has reached the webhook\n',
        3,
        BAD_DATE,
    ),
    (
        (
            'Given the webhook lets one message in within 60 seconds\nAnd ICI holds the Standalone Agreement "PST1"\n'
            'And an event of "PST1" has reached the webhook\nAnd an event of "PST1" has reached the webhook\n'
        ),
        4,
        (
            "the step made an event go wrong: the webhook answered 429; if this is meant, write the step before it: "
            "the next event goes wrong"
        ),
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1":\n  | | Phenol |\n',
        1,
        "a field in ICI of the table has no name",
    ),
    (
        f"{EXECUTED}Then PF2 and WP2 hold exactly these purchasing organisations:\n  | SYSID | |\n  | a | b |\n",
        3,
        "a field in ZMM_ICMPURCHORG of the table has no name",
    ),
    (
        f"{EXECUTED}Then PF2 and WP2 hold exactly these purchasing organisations:\n  | SYSID | PURCHASINGORG |\n",
        3,
        "the table has no row below its columns, so it says nothing",
    ),
    (
        f"{EXECUTED}Then exactly these entries are new in PF2 and WP2:\n  | NAME |\n  | SYSID |\n",
        3,
        "the table has no column of values, so it says nothing",
    ),
    (
        f"{EXECUTED}Then PF2 and WP2 hold one entries each\n",
        3,
        "there is no such Then; did you mean PF2 and WP2 hold {number:d} entries each?",
    ),
    (
        'Given ICI executes "PST1"\n',
        1,
        "there is no such Given; the sentence exists as When",
    ),
    (
        'When ICI holds the Standalone Agreement "PST1"\n',
        1,
        "there is no such When; the sentence exists as Given",
    ),
    (
        "Given PF2 and WP2 hold one entries each\n",
        1,
        ("there is no such Given; did you mean PF2 and WP2 hold {number:d} entries each, which exists as Then?"),
    ),
    (
        f"{EXECUTED}Then PF2 holds 2 entries of every kind\n",
        3,
        (
            "the sentence fits more than one step: check_every_kind (conftest.py:11) and "
            "check_number_of_every_kind (conftest.py:16)"
        ),
    ),
    (
        f"{EXECUTED}Then all is well\n",
        3,
        "the step has compared nothing, so it shows nothing",
    ),
    (
        f"Given call 2 to ICI ends once in status 500\n{EXECUTED}Then PF2 and WP2 hold 1 entries each\n",
        4,
        "a Given says how call 2 is answered, and nobody has asked",
    ),
    (
        f'Given PF2 refuses every message with "Closed"\n{REPORT}\nThen PF2 and WP2 hold 0 entries each\n',
        3,
        "a Given says how PF2 is answered, and nobody has asked",
    ),
    (
        f"{REPORT} with:\n  | systems | PF3 |\n",
        2,
        'there is no system "PF3"; did you mean PF2?',
    ),
    (
        f"{REPORT}\nThen the part mising shows nothing\n",
        2,
        'there is no part "mising"; did you mean missing?',
    ),
    (
        f"{REPORT}\nThen the report counts contract:\n  | STA | 0 |\n",
        2,
        'there is no figure "contract"; did you mean contracts?',
    ),
    (
        'Given ICI is the tenant "/icertis/syensqo"\nAnd ICI is the tenant "/icertis/syensqo-dev"\n',
        2,
        "a step before has set source otherwise, and only one can count",
    ),
    (
        f'{GIVEN_ENTRY}And ICI is the tenant "/icertis/syensqo"\n',
        3,
        "the landscape is built already: move this step to the beginning of the scenario",
    ),
    (
        'Given the next event goes wrong\nAnd ICI holds the Standalone Agreement "PST1"\nWhen ICI executes "PST1"\n',
        3,
        "no Given has sent the event of which the scenario says: the next event goes wrong",
    ),
    (
        f'{EXECUTED}Then NAME of the entry "PST1" in PF2 and WP2 is "Phenol\n',
        3,
        '"Phenol is no value: write a text in quotes',
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1":\n  | ICMTotalContractValue | 1.000,50 |\n',
        2,
        '"1.000,50" is not a number',
    ),
    (
        f'{GIVEN_ENTRY}When ICI sends the event Executed of "PST1" 0 times\n',
        3,
        "an event that is sent no times shows nothing",
    ),
    (
        f'{GIVEN_ENTRY}When ICI sends the event Terminatd of "PST1"\n',
        3,
        'there is no action of ICI "Terminatd"; did you mean Terminated?',
    ),
    (
        'Given ICI holds the Standalone Agreement "PST1"\nAnd ICI holds the Master Agreement "PST1"\n',
        2,
        'a step before has drafted "PST1", and only one can be meant',
    ),
    (
        f"When {EVENT}:\n{FIELDS}Then the webhook says that it took 1 event and rejected these:\n  | reason |\n",
        5,
        "the table needs the columns index and reason, not reason",
    ),
    (
        "When the report is made for 2026-06-31\nThen the part s4 shows nothing\n",
        1,
        '"2026-06-31" is not a day of the calendar as 2026-06-30',
    ),
    (
        f"{REPORT} with:\n  | expires_within | soon |\nThen the part s4 shows nothing\n",
        2,
        '"soon" is not a whole number',
    ),
    (
        f'{EXECUTED}Then exactly these fields of the entry "PST1" changed in PF2 and WP2:\n  | field | old | new |\n',
        4,
        "the table needs the columns field, before, after, not field, old, new",
    ),
    (
        f"{REPORT}\nThen exactly these fields of the outline agreement 4600000000 changed:\n  | field | was | is |\n",
        3,
        "the table needs the columns field, before, after, not field, was, is",
    ),
    (
        f"{REPORT}\nThen these fields of the outline agreement 4600000000 in PF2 are:\n  | KONTO | 1 |\n",
        3,
        'there is no field in EKKO "KONTO"',
    ),
    (
        (
            "When the user changes the outline agreements in a book of Excel whose row 2 holds this:\n"
            "  | field | kind | holds |\n  | KDATE | date | 2026-02-30 |\nThen all is well\n"
        ),
        3,
        '"2026-02-30" is not a day of the calendar as 2026-06-30',
    ),
    (
        f'{SCM_TERMS}And the procurement contract "PPC1" has been executed\n',
        13,
        (
            "the step made an event go wrong: Executed is ESCALATED, SCM AgreementStatus the agreement has no line "
            "(D-124); if this is meant, write the step before it: the next event goes wrong"
        ),
    ),
    (
        f'{SCM_TERMS}And the next event goes wrong\nAnd a buyer has drafted the NDA "PNDA1"\n',
        14,
        "the event of the step was to go wrong, and did not",
    ),
    (
        (
            f'{SCM_TERMS}And SCM is down\nAnd a buyer has drafted the NDA "PNDA1"\n'
            "And the connector has tried again until nothing waited\n"
        ),
        15,
        (
            "the step made an event go wrong: StatusChanged is ESCALATED, SCM it answered with HTTP status 503; "
            "if this is meant, write the step before it: the next event goes wrong"
        ),
    ),
    (
        "Given a user of SCM has released 40 of line 1 of 000001, for 2026-03-01\n",
        1,
        "SCM refuses what the step says: PurchaseAgreementId: there is no such agreement in this company",
    ),
    (
        "Given a user of SCM has released 40 of line 1 of 000001, for 2026-02-30\n",
        1,
        '"2026-02-30" is not a day of the calendar as 2026-06-30',
    ),
    (
        "Given another program has set AgreementStatus of agreement 000001 to Closed\n",
        1,
        "SCM has no row with the key that the step names",
    ),
    (
        "Given a user of SCM has begun a contract from the vendor 1002x\n",
        1,
        'there is no row of VendorsV2 "1002x"; did you mean 1002?',
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
    run = run_pytest("--rootdir", folder, folder, cwd=folder)
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
