"""Compare what was seen with what a feature expects, and raise mismatches that people can read."""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from harness.bdd.context import ScenarioContext
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
    of_system,
    publish,
)
from harness.bdd.table_diff import diff
from harness.data_directory import Row, Tables

ENTRY_KEY = ("TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE")

ID_COLUMNS = ("ICMAGREEMENTCODE", "code", "SYSID", "System ID", "ContractId", "PurchaseAgreementId", "LineNumber")
"""The columns by which people tell rows apart, the best first."""

_UNCHANGED = "unchanged"


class FieldChange(NamedTuple):
    """One field of one entry before and after the When."""

    code: str
    field: str
    before: str
    after: str


def changes(before: list[Row], now: list[Row]) -> list[FieldChange]:
    """List the fields that changed in the entries of `before`; a removed entry changed in every field."""
    found = diff(before, now, ENTRY_KEY)
    changed = [
        FieldChange(one.before["ICMAGREEMENTCODE"], field, *values)
        for one in found.changed
        for field, values in one.fields.items()
    ]
    gone = [FieldChange(row["ICMAGREEMENTCODE"], *field, "(gone)") for row in found.removed for field in row.items()]
    return changed + gone


def new_rows(before: list[Row], now: list[Row]) -> list[Row]:
    """List the entries that `before` does not hold."""
    return diff(before, now, ENTRY_KEY).added


def compare_each_system(
    context: ScenarioContext,
    compare: Callable[[Tables, Tables], None],
    *,
    but: Collection[str] = (),
    only: Collection[str] = (),
) -> None:
    """Pass `compare` the tables of each system before the When and now.

    Raises one Mismatch for all systems that differ, after every system has been compared.
    """
    now = context.tables()
    mismatches = {}
    for system in only or [name for name in now if name not in but]:
        try:
            with of_system(system):
                compare(context.before.tables[system], now[system])
        except Mismatch as mismatch:
            mismatches[system] = mismatch
    if mismatches:
        raise merged(mismatches)


def assert_equal(what: str, seen: object, expected: object) -> None:
    """Compare two values; lists line by line. Raises Mismatch."""
    if publish(what, expected, seen, holds=seen == expected):
        return
    if isinstance(seen, list) and isinstance(expected, list):
        are_rows = all(isinstance(one, Mapping) for one in (*seen, *expected))
        rows = _row_diffs([*map(_texts, seen)], [*map(_texts, expected)]) if are_rows else ()
        # Without row differences, only the order differs.
        raise Mismatch([Comparison(what, rows or _line_diffs([*map(_line, seen)], [*map(_line, expected)]))])
    raise Mismatch([Comparison(what, (RowDiff("", DIFFERS, (FieldDiff("", _lines(expected), _lines(seen)),)),))])


def assert_same_fields(what: str, name: str, seen: Mapping[str, object], expected: Mapping[str, object]) -> None:
    """Compare fields by name; `name` is the name of their row. Raises Mismatch."""
    if not publish(f"{what} {name}".strip(), expected, seen, holds=seen == expected):
        raise Mismatch([Comparison(what, (_diff_row(name, _texts(seen), _texts(expected)),))])


def assert_same_changes(seen: Sequence[FieldChange], expected: Sequence[FieldChange]) -> None:
    """Compare changes entry by entry, in any order. Raises Mismatch."""
    rows = []
    for code in dict.fromkeys(change.code for change in (*expected, *seen)):
        of_seen, of_expected = (
            {one.field: f"{one.before} -> {one.after}" for one in changes if one.code == code}
            for changes in (seen, expected)
        )
        if of_seen != of_expected:
            unchanged = dict.fromkeys({**of_expected, **of_seen}, _UNCHANGED)
            rows.append(_diff_row(code, unchanged | of_seen, unchanged | of_expected))
    if not publish("the fields that changed", expected, seen, holds=not rows):
        raise Mismatch([Comparison("the fields that changed", tuple(rows))])


def assert_same_rows(what: str, seen: Sequence[Row], expected: Sequence[Row]) -> None:
    """Compare rows in any order, each that differs with the nearest row. Raises Mismatch."""
    rows = _row_diffs(seen, expected)
    if not publish(what, expected, seen, holds=not rows):
        raise Mismatch([Comparison(what, rows)])


def _row_diffs(seen: Sequence[Row], expected: Sequence[Row]) -> tuple[RowDiff, ...]:
    """Compare rows in any order; empty where both sides hold the same."""
    missing, surplus = [], [*seen]
    for row in expected:
        if row in surplus:
            surplus.remove(row)
        else:
            missing.append(row)
    diffs = []
    for row in missing:
        similar = [other for other in surplus if _is_similar(row, other)]
        if not similar and len(seen) == len(expected) == 1 and not _name(row):
            similar = surplus  # nothing says that it is another row
        if similar:
            nearest = max(similar, key=lambda other: _equal_fields(row, other))
            surplus.remove(nearest)
            diffs.append(_diff_row(_name(row), nearest, row))
        else:
            diffs.append(RowDiff(_name(row), NOT_SEEN, _filled(row, expected=True)))
    diffs += [RowDiff(_name(row), NOT_EXPECTED, _filled(row, expected=False)) for row in surplus]
    return tuple(diffs)


def _is_similar(row: Row, other: Row) -> bool:
    return 2 * _equal_fields(row, other) >= len(row)


def _equal_fields(row: Row, other: Row) -> int:
    return sum(other.get(field) == value for field, value in row.items())


def _diff_row(name: str, seen: Row, expected: Row) -> RowDiff:
    names = {**expected, **seen}
    differing = tuple(
        FieldDiff(field, expected.get(field), seen.get(field))
        for field in names
        if field not in seen or field not in expected or expected[field] != seen[field]
    )
    return RowDiff(name, DIFFERS, differing, len(names) - len(differing))


def _filled(row: Row, *, expected: bool) -> tuple[FieldDiff, ...]:
    """List the fields of a row that are not blank, on the expected or on the seen side."""
    filled = ((field, value) for field, value in row.items() if value)
    return tuple(
        FieldDiff(field, value, None) if expected else FieldDiff(field, None, value) for field, value in filled
    )


def _name(row: Row) -> str:
    return next((row[column] for column in ID_COLUMNS if row.get(column)), "")


def _texts(row: Mapping[str, object]) -> Row:
    return {name: str(value) for name, value in row.items()}


def _line_diffs(seen: list[str], expected: list[str]) -> tuple[RowDiff, ...]:
    diffs: list[RowDiff] = []
    for _, first, last, first_seen, last_seen in SequenceMatcher(None, expected, seen, autojunk=False).get_opcodes():
        if expected[first:last] == seen[first_seen:last_seen]:
            diffs += [RowDiff(line, AS_EXPECTED) for line in expected[first:last]]
        else:
            diffs += [RowDiff(line, NOT_SEEN) for line in expected[first:last]]
            diffs += [RowDiff(line, NOT_EXPECTED) for line in seen[first_seen:last_seen]]
    return tuple(diffs)


def _line(value: object) -> str:
    """Write a value on one line; a row or a named tuple with its names."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return ", ".join(f"{name} {field!r}" for name, field in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)


def _lines(value: object) -> str:
    """Write a value, or the items of a list, on one line."""
    if isinstance(value, list):
        return "; ".join(map(_line, value)) or "nothing"
    return _line(value) if isinstance(value, tuple | dict) else str(value)
