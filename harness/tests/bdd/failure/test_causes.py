"""Failed scenarios are grouped by what they share."""

import pytest

from harness.bdd.failure.causes import group
from harness.bdd.failure.rendering import both_texts
from harness.bdd.failure.report import FIELD, OTHER, REFUSED, FailureReport, Reason

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
