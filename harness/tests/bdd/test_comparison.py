"""Mismatches are found and paired as people would."""

from typing import Any

import pytest

from harness.bdd.comparison import FieldChange, assert_equal, assert_same_changes, assert_same_fields, assert_same_rows
from harness.bdd.mismatch import (
    AS_EXPECTED,
    DIFFERS,
    NOT_EXPECTED,
    NOT_SEEN,
    Comparison,
    FieldDiff,
    Mismatch,
    RowDiff,
    merged,
)


def row_diffs(how: str, seen: Any, expected: Any) -> tuple[RowDiff, ...]:
    """Let a comparison fail. Returns its rows."""
    with pytest.raises(Mismatch) as raised:
        {"equal": assert_equal, "rows": assert_same_rows}[how]("it", seen, expected)
    (comparison,) = raised.value.comparisons
    assert comparison.what == "it"
    return comparison.rows


ONE, TWO = ({"ICMAGREEMENTCODE": code, "NAME": "n", "ICMCURRENCY": "EUR"} for code in ("PST1", "PST2"))


def test_equal_values_pass() -> None:
    assert_equal("it", [1, 2], [1, 2])
    assert_same_rows("it", [ONE, TWO], [TWO, ONE])
    assert_same_fields("it", "PST1", ONE, dict(ONE))
    one, other = FieldChange("a", "x", "1", "2"), FieldChange("b", "x", "1", "2")
    assert_same_changes([one, other], [other, one])


def test_single_values_are_paired() -> None:
    assert row_diffs("equal", 0, 1) == (RowDiff("", DIFFERS, (FieldDiff("", "1", "0"),)),)


def test_list_lines_are_as_expected_missing_or_not_expected() -> None:
    assert row_diffs("equal", ["a", "c", "d"], ["a", "b", "c"]) == (
        RowDiff("a", AS_EXPECTED),
        RowDiff("b", NOT_SEEN),
        RowDiff("c", AS_EXPECTED),
        RowDiff("d", NOT_EXPECTED),
    )


def test_lines_in_another_order_differ() -> None:
    assert [row.state for row in row_diffs("equal", ["b", "a"], ["a", "b"])] == [NOT_EXPECTED, AS_EXPECTED, NOT_SEEN]


def test_listed_objects_are_compared_field_by_field() -> None:
    found = row_diffs("equal", [{"TYPE": "S", "NUMBER": 2}], [{"TYPE": "S", "NUMBER": 3}])
    assert found == (RowDiff("", DIFFERS, (FieldDiff("NUMBER", "3", "2"),), 1),)


def test_objects_in_another_order_differ() -> None:
    found = row_diffs("equal", [{"a": 1}, {"a": 2}], [{"a": 2}, {"a": 1}])
    assert {row.state for row in found} == {NOT_SEEN, AS_EXPECTED, NOT_EXPECTED}


def test_row_is_paired_with_the_nearest() -> None:
    near, far = {**ONE, "NAME": "m"}, {**TWO, "NAME": "m"}
    assert row_diffs("rows", [far, near], [ONE]) == (
        RowDiff("PST1", DIFFERS, (FieldDiff("NAME", "n", "m"),), 2),
        RowDiff("PST2", NOT_EXPECTED, tuple(FieldDiff(name, None, value) for name, value in far.items())),
    )


def test_row_without_a_similar_one_is_missing() -> None:
    found = row_diffs("rows", [{"ICMAGREEMENTCODE": "PST9", "NAME": "", "ICMCURRENCY": "USD"}], [ONE])
    assert [(row.name, row.state) for row in found] == [("PST1", NOT_SEEN), ("PST9", NOT_EXPECTED)]
    assert [diff.field for diff in found[1].fields] == ["ICMAGREEMENTCODE", "ICMCURRENCY"]


def test_repeated_row_is_counted() -> None:
    assert [row.state for row in row_diffs("rows", [ONE, ONE], [ONE])] == [NOT_EXPECTED]
    assert [row.state for row in row_diffs("rows", [ONE], [ONE, ONE])] == [NOT_SEEN]


def test_changes_are_paired_by_entry() -> None:
    with pytest.raises(Mismatch) as raised:
        assert_same_changes(
            [FieldChange("PST1", "NAME", "a", "c"), FieldChange("PST2", "NAME", "a", "b")],
            [FieldChange("PST1", "NAME", "a", "b"), FieldChange("PST1", "ICMCURRENCY", "EUR", "USD")],
        )
    assert raised.value.comparisons[0].rows == (
        RowDiff(
            "PST1",
            DIFFERS,
            (FieldDiff("NAME", "a -> b", "a -> c"), FieldDiff("ICMCURRENCY", "EUR -> USD", "unchanged")),
        ),
        RowDiff("PST2", DIFFERS, (FieldDiff("NAME", "unchanged", "a -> b"),)),
    )


def mismatch(seen: str) -> Mismatch:
    return Mismatch([Comparison("the entry", (RowDiff("PST1", DIFFERS, (FieldDiff("NAME", "a", seen),)),))])


def test_systems_with_the_same_mismatch_are_merged() -> None:
    same = merged({"PF2": mismatch("b"), "WP2": mismatch("b")}).comparisons
    assert [one.systems for one in same] == [("PF2", "WP2")]
    different = merged({"PF2": mismatch("b"), "WP2": mismatch("c")}).comparisons
    assert [one.systems for one in different] == [("PF2",), ("WP2",)]
