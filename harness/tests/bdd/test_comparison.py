"""What a comparison finds, as data."""

from typing import Any

import pytest

from harness.bdd.comparison import Change, assert_equal, assert_same_changes, assert_same_fields, assert_same_rows
from harness.bdd.mismatch import (
    AS_EXPECTED,
    DIFFERS,
    MISSING,
    NOT_EXPECTED,
    Compared,
    Comparison,
    FieldDiff,
    Finding,
    merged,
)


def compared(how: str, seen: Any, expected: Any) -> tuple[Compared, ...]:
    """The rows of the one comparison that fails."""
    with pytest.raises(Finding) as found:
        {"equal": assert_equal, "rows": assert_same_rows}[how]("it", seen, expected)
    (comparison,) = found.value.comparisons
    assert comparison.what == "it"
    return comparison.rows


ONE, TWO = ({"ICMAGREEMENTCODE": code, "NAME": "n", "ICMCURRENCY": "EUR"} for code in ("PST1", "PST2"))


def test_what_is_equal_is_no_finding() -> None:
    assert_equal("it", [1, 2], [1, 2])
    assert_same_rows("it", [ONE, TWO], [TWO, ONE])
    assert_same_fields("it", "PST1", ONE, dict(ONE))
    one, other = Change("a", "x", "1", "2"), Change("b", "x", "1", "2")
    assert_same_changes([one, other], [other, one])


def test_single_values_stand_beside_each_other() -> None:
    assert compared("equal", 0, 1) == (Compared("", DIFFERS, (FieldDiff("", "1", "0"),)),)


def test_lines_of_a_list_are_as_expected_missing_or_not_expected() -> None:
    assert compared("equal", ["a", "c", "d"], ["a", "b", "c"]) == (
        Compared("a", AS_EXPECTED),
        Compared("b", MISSING),
        Compared("c", AS_EXPECTED),
        Compared("d", NOT_EXPECTED),
    )


def test_lines_in_another_order_are_told() -> None:
    assert [row.state for row in compared("equal", ["b", "a"], ["a", "b"])] == [NOT_EXPECTED, AS_EXPECTED, MISSING]


def test_objects_of_a_list_are_compared_field_by_field() -> None:
    found = compared("equal", [{"TYPE": "S", "NUMBER": 2}], [{"TYPE": "S", "NUMBER": 3}])
    assert found == (Compared("", DIFFERS, (FieldDiff("NUMBER", "3", "2"),), 1),)


def test_objects_in_another_order_are_told() -> None:
    found = compared("equal", [{"a": 1}, {"a": 2}], [{"a": 2}, {"a": 1}])
    assert {row.state for row in found} == {MISSING, AS_EXPECTED, NOT_EXPECTED}


def test_a_row_stands_beside_the_nearest_one() -> None:
    near, far = {**ONE, "NAME": "m"}, {**TWO, "NAME": "m"}
    assert compared("rows", [far, near], [ONE]) == (
        Compared("PST1", DIFFERS, (FieldDiff("NAME", "n", "m"),), 2),
        Compared("PST2", NOT_EXPECTED, tuple(FieldDiff(name, None, value) for name, value in far.items())),
    )


def test_a_row_that_is_not_near_any_is_missing() -> None:
    found = compared("rows", [{"ICMAGREEMENTCODE": "PST9", "NAME": "", "ICMCURRENCY": "USD"}], [ONE])
    assert [(row.name, row.state) for row in found] == [("PST1", MISSING), ("PST9", NOT_EXPECTED)]
    assert [pair.field for pair in found[1].fields] == ["ICMAGREEMENTCODE", "ICMCURRENCY"]  # what is blank is left out


def test_a_row_that_is_there_twice_is_one_too_many() -> None:
    assert [row.state for row in compared("rows", [ONE, ONE], [ONE])] == [NOT_EXPECTED]
    assert [row.state for row in compared("rows", [ONE], [ONE, ONE])] == [MISSING]


def test_changes_stand_beside_each_other_entry_by_entry() -> None:
    with pytest.raises(Finding) as found:
        assert_same_changes(
            [Change("PST1", "NAME", "a", "c"), Change("PST2", "NAME", "a", "b")],
            [Change("PST1", "NAME", "a", "b"), Change("PST1", "ICMCURRENCY", "EUR", "USD")],
        )
    assert found.value.comparisons[0].rows == (
        Compared(
            "PST1",
            DIFFERS,
            (FieldDiff("NAME", "a -> b", "a -> c"), FieldDiff("ICMCURRENCY", "EUR -> USD", "unchanged")),
        ),
        Compared("PST2", DIFFERS, (FieldDiff("NAME", "unchanged", "a -> b"),)),
    )


def finding(seen: str) -> Finding:
    return Finding([Comparison("the entry", (Compared("PST1", DIFFERS, (FieldDiff("NAME", "a", seen),)),))])


def test_systems_that_differ_alike_are_told_once() -> None:
    alike = merged({"PF2": finding("b"), "WP2": finding("b")}).comparisons
    assert [one.systems for one in alike] == [("PF2", "WP2")]
    otherwise = merged({"PF2": finding("b"), "WP2": finding("c")}).comparisons
    assert [one.systems for one in otherwise] == [("PF2",), ("WP2",)]


def test_a_finding_is_plain_json_too() -> None:
    (comparison,) = merged({"WP2": finding("b")}).comparisons
    assert comparison.as_json() == {
        "what": "the entry",
        "systems": ["WP2"],
        "rows": [
            {
                "name": "PST1",
                "state": "differs",
                "fields": [{"field": "NAME", "expected": "a", "seen": "b"}],
                "alike": 0,
            }
        ],
    }
