"""Comparing what was expected with what was seen, so that a failure reads like a finding."""

from collections.abc import Callable, Collection, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from harness.bdd.context import Row, ScenarioContext, Tables
from harness.bdd.looked import tell
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
from harness.bdd.table_diff import diff

KEY = ("TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE")

_NAMES = ("ICMAGREEMENTCODE", "code", "SYSID", "System ID")
"""The columns by which people tell rows apart, the best first."""

_UNCHANGED = "unchanged"


class Change(NamedTuple):
    """One field of one entry that is not what it was."""

    code: str
    field: str
    before: str
    after: str


def changes(before: list[Row], now: list[Row]) -> list[Change]:
    """List the fields that changed in the entries of `before`; a removed entry changed in every field."""
    found = diff(before, now, KEY)
    changed = [
        Change(one.before["ICMAGREEMENTCODE"], field, *values)
        for one in found.changed
        for field, values in one.fields.items()
    ]
    gone = [Change(row["ICMAGREEMENTCODE"], *field, "(gone)") for row in found.removed for field in row.items()]
    return changed + gone


def new_rows(before: list[Row], now: list[Row]) -> list[Row]:
    """List the entries that `before` does not hold."""
    return diff(before, now, KEY).added


def for_each_system(
    context: ScenarioContext,
    look: Callable[[Tables, Tables], None],
    *,
    but: Collection[str] = (),
    only: Collection[str] = (),
) -> None:
    """Let `look` compare the tables of each system before the When with those now.

    Raises one Finding on all systems that differ, once every one of them has been looked at.
    """
    now = context.tables()
    found = {}
    for system in only or [name for name in now if name not in but]:
        try:
            look(context.before.tables[system], now[system])
        except Finding as finding:
            found[system] = finding
    if found:
        raise merged(found)


def assert_equal(what: str, seen: object, expected: object) -> None:
    """Raise a Finding where the two differ: of two lists line by line, of all else as single values."""
    if tell(what, expected, seen, holds=seen == expected):
        return
    if isinstance(seen, list) and isinstance(expected, list):
        are_rows = all(isinstance(one, Mapping) for one in (*seen, *expected))
        rows = _rows_beside([*map(_texts, seen)], [*map(_texts, expected)]) if are_rows else ()
        # Where they are the same rows, their order differs.
        raise Finding([Comparison(what, rows or _lines_beside([*map(_line, seen)], [*map(_line, expected)]))])
    raise Finding([Comparison(what, (Compared("", DIFFERS, (FieldDiff("", _one(expected), _one(seen)),)),))])


def assert_same_fields(what: str, name: str, seen: Mapping[str, object], expected: Mapping[str, object]) -> None:
    """Compare fields by their names; a Finding calls what they belong to by `name`."""
    if not tell(f"{what} {name}".strip(), expected, seen, holds=seen == expected):
        raise Finding([Comparison(what, (_beside(name, _texts(seen), _texts(expected)),))])


def assert_same_changes(seen: Sequence[Change], expected: Sequence[Change]) -> None:
    """Compare what changed without regard to its order, entry by entry."""
    compared = []
    for code in dict.fromkeys(change.code for change in (*expected, *seen)):
        sides = [
            {one.field: f"{one.before} -> {one.after}" for one in side if one.code == code} for side in (seen, expected)
        ]
        if sides[0] != sides[1]:
            names = {**sides[1], **sides[0]}
            compared.append(_beside(code, *({name: side.get(name, _UNCHANGED) for name in names} for side in sides)))
    if not tell("the fields that changed", expected, seen, holds=not compared):
        raise Finding([Comparison("the fields that changed", tuple(compared))])


def assert_same_rows(what: str, seen: Sequence[Row], expected: Sequence[Row]) -> None:
    """Compare rows without regard to their order; where they differ, field by field beside the nearest row."""
    rows = _rows_beside(seen, expected)
    if not tell(what, expected, seen, holds=not rows):
        raise Finding([Comparison(what, rows)])


def _rows_beside(seen: Sequence[Row], expected: Sequence[Row]) -> tuple[Compared, ...]:
    """The rows that differ, each beside the nearest that was seen; none where all are there, in whatever order."""
    missing, surplus = [], [*seen]
    for row in expected:
        if row in surplus:
            surplus.remove(row)
        else:
            missing.append(row)
    compared = []
    for row in missing:
        near = [other for other in surplus if _is_similar(row, other)]
        if near:
            nearest = max(near, key=lambda other: _alike(row, other))
            surplus.remove(nearest)
            compared.append(_beside(_name(row), nearest, row))
        else:
            compared.append(Compared(_name(row), MISSING, _filled(row, expected=True)))
    compared += [Compared(_name(row), NOT_EXPECTED, _filled(row, expected=False)) for row in surplus]
    return tuple(compared)


def _is_similar(row: Row, other: Row) -> bool:
    return 2 * _alike(row, other) >= len(row)


def _alike(one: Row, other: Row) -> int:
    return sum(other.get(field) == value for field, value in one.items())


def _beside(name: str, seen: Row, expected: Row) -> Compared:
    names = {**expected, **seen}
    differing = tuple(
        FieldDiff(field, expected.get(field), seen.get(field))
        for field in names
        if field not in seen or field not in expected or expected[field] != seen[field]
    )
    return Compared(name, DIFFERS, differing, len(names) - len(differing))


def _filled(row: Row, *, expected: bool) -> tuple[FieldDiff, ...]:
    held = ((field, value) for field, value in row.items() if value)
    return tuple(FieldDiff(field, value, None) if expected else FieldDiff(field, None, value) for field, value in held)


def _name(row: Row) -> str:
    return next((row[column] for column in _NAMES if row.get(column)), "")


def _texts(row: Mapping[str, object]) -> Row:
    return {name: str(value) for name, value in row.items()}


def _lines_beside(seen: list[str], expected: list[str]) -> tuple[Compared, ...]:
    compared: list[Compared] = []
    for _, first, last, first_seen, last_seen in SequenceMatcher(None, expected, seen, autojunk=False).get_opcodes():
        if expected[first:last] == seen[first_seen:last_seen]:
            compared += [Compared(line, AS_EXPECTED) for line in expected[first:last]]
        else:
            compared += [Compared(line, MISSING) for line in expected[first:last]]
            compared += [Compared(line, NOT_EXPECTED) for line in seen[first_seen:last_seen]]
    return tuple(compared)


def _line(value: object) -> str:
    """What a list holds, on one line: what a tuple or a row holds by name."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return ", ".join(f"{name} {held!r}" for name, held in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(str(held) for held in value)
    return str(value)


def _one(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(_line, value)) or "nothing"
    return _line(value) if isinstance(value, tuple | dict) else str(value)
