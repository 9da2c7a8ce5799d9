"""Failed scenarios are grouped by what they share."""

import pytest

from harness.bdd.failure.causes import group
from harness.bdd.failure.reasons import find_reasons
from harness.bdd.failure.rendering import both_texts
from harness.bdd.failure.report import FIELD, LEAK, OTHER, REFUSED, FailureReport, Reason
from harness.bdd.failure.summary import FailureSummary
from harness.bdd.mismatch import NOT_SEEN, Comparison, FieldDiff, Mismatch, RowDiff
from harness.files import FEATURES
from harness.specification.register import Register
from harness.specification.scenarios import read_scenarios
from simulator.monitoring.message_log import LoggedError

DATE = Reason(REFUSED, 'ZMM_ICM 012 "no day"', "ICMEFFECTIVEDATE", ("MAP-11",))
EXPIRY = Reason(REFUSED, 'ZMM_ICM 012 "no day"', "ICMEXPIRYDATE", ("MAP-12",))
TERMS = Reason(FIELD, "As it is.", "ICMPAYMENTTERMS", ("MAP-21",), "Z060", "z060")
ROWS = Reason(OTHER, "the new entries: missing")


def _failed(*reasons: Reason) -> FailureReport:
    return FailureReport("executed.feature:9", "executed", "Then it is there", (), "", (), "", reasons=reasons)


def test_one_rule_for_two_fields_is_one_cause() -> None:
    (cause,) = group({"a:1": _failed(DATE), "a:2": _failed(DATE, TERMS), "a:3": _failed(EXPIRY)})
    assert cause.headline == 'MAP-11 ICMEFFECTIVEDATE, MAP-12 ICMEXPIRYDATE: ZMM_ICM 012 "no day"'
    assert cause.fields == {"MAP-11 ICMEFFECTIVEDATE": 2, "MAP-12 ICMEXPIRYDATE": 1}
    assert [*cause.reports] == ["a:1", "a:2", "a:3"]


def test_what_names_the_broken_rule_comes_before_what_may_follow_from_it() -> None:
    failed = {"a:1": _failed(ROWS), "a:2": _failed(ROWS), "a:3": _failed(TERMS)}
    assert [cause.text for cause in group(failed)] == ["As it is.", "the new entries: missing"]


def test_leak_comes_first_however_few_show_it() -> None:
    leak = Reason(LEAK, "a confidential agreement is in the tables", ids=("SEC-1",))
    failed = {"a:1": _failed(TERMS), "a:2": _failed(TERMS), "a:3": _failed(TERMS, leak)}
    assert [cause.kind for cause in group(failed)] == [LEAK, FIELD]


MISSING = Comparison(
    "ZMM_ICMPURCHORG",
    (RowDiff("2222", NOT_SEEN, (FieldDiff("SYSID", "2222", None), FieldDiff("PURCHASINGORG", "FR10", None))),),
)


def _reasons(*troubles: LoggedError) -> tuple[Reason, ...]:
    report = FailureReport("executed.feature:9", "executed", "Then it is there", (MISSING,), "", (), "")
    return find_reasons(report, Mismatch([MISSING]), troubles, Register.load().mappings, "")


def test_missing_row_of_an_organisation_names_its_field_and_value() -> None:
    text = "rows of ZMM_ICMPURCHORG: missing"
    assert _reasons() == (Reason("rows", text, "ICMPURCHASINGORGCODE", ("MAP-16",), "FR10", None),)


def test_rows_that_are_missing_because_of_an_error_are_no_reason() -> None:
    assert [one.kind for one in _reasons(LoggedError("D-16", "ICMPurchasingOrgCode", "too long"))] == [REFUSED]


def test_no_entry_of_the_register_is_guessed_where_several_fit_alike() -> None:
    """In a run of one scenario, each of its tags fits."""
    (alone,) = [one for one in read_scenarios(FEATURES) if "condition_2a" in one.tags]
    causes = group({alone.place: _failed(Reason(OTHER, "the number of entries"))})
    lines = FailureSummary(causes, {alone.place: alone}, Register.load()).cause_lines()
    assert lines == ["", "1. 1 failed by the number of entries", "   condition 2a"]


def test_failure_without_a_reason_is_a_cause_of_its_own() -> None:
    assert [cause.text for cause in group({"a:1": _failed()})] == ["Then it is there"]


@pytest.mark.parametrize(
    ("expected", "seen", "texts"),
    [
        ("PST1", "PST2", ("PST1", "PST2")),
        ("Two words", "Two  words", ('"Two words"', '"Two  words"')),
        ("Two words", "Two\u00a0words", ('"Two words"', '"Two\\u00a0words"')),
        ("PST1", "PST1\u200b", ('"PST1"', '"PST1\\u200b"')),
        ("\u00e9", "e\u0301", ('"\\u00e9"', '"e\\u0301"')),
        ("", "PST1", ("(blank)", "PST1")),
        (None, "PST1", ("(not there)", "PST1")),
    ],
)
def test_difference_that_nobody_could_see_is_quoted(
    expected: str | None, seen: str | None, texts: tuple[str, str]
) -> None:
    assert both_texts(expected, seen) == texts
