"""Comparing what was expected with what was seen, so that a failure reads like a finding."""

from typing import NamedTuple

from harness.failures import Finding
from harness.world import Row

KEY = ("TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE")


class Change(NamedTuple):
    """One field of one entry that is not what it was."""

    code: str
    field: str
    before: str
    after: str


def changes(before: list[Row], now: list[Row]) -> list[Change]:
    """What changed in the entries that there were before; an entry that is gone changed in every field."""
    present = {_key(row): row for row in now}
    return [
        Change(row["ICMAGREEMENTCODE"], field, value, present.get(_key(row), {}).get(field, "(gone)"))
        for row in before
        for field, value in row.items()
        if present.get(_key(row), {}).get(field) != value
    ]


def new_rows(before: list[Row], now: list[Row]) -> list[Row]:
    """The entries that there were not before."""
    known = {_key(row) for row in before}
    return [row for row in now if _key(row) not in known]


def assert_equal(what: str, seen: object, expected: object) -> None:
    """Raise a Finding where the two differ."""
    if seen != expected:
        raise Finding(f"{what}\n  expected: {_listed(expected)}\n  seen:     {_listed(seen)}")


def assert_same_rows(what: str, seen: list[Row], expected: list[Row]) -> None:
    """Compare rows without regard to their order; where they differ, field by field beside the nearest row."""
    missing = [row for row in expected if row not in seen]
    surplus = [row for row in seen if row not in expected]
    if not missing and not surplus and len(seen) == len(expected):
        return
    lines = [f"{what}: {len(expected)} expected, {len(seen)} seen"]
    for row in missing:
        nearest = max(surplus, key=lambda other: _alike(row, other), default=None)
        if nearest is None:
            lines.append(f"  missing: {row}")
            continue
        surplus.remove(nearest)
        lines += [f"  {_name(row)}"] + [
            f"    {field}: expected {row.get(field)!r}, seen {nearest.get(field)!r}"
            for field in {**row, **nearest}
            if row.get(field) != nearest.get(field)
        ]
    lines += [f"  not expected: {row}" for row in surplus]
    raise Finding("\n".join(lines))


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in KEY)


def _alike(one: Row, other: Row) -> int:
    return sum(other.get(field) == value for field, value in one.items())


def _name(row: Row) -> str:
    return row.get("ICMAGREEMENTCODE") or row.get("SYSID") or str(row)


def _listed(value: object) -> str:
    """A value for people: what a list holds line by line, what a tuple or a row holds by name."""
    if isinstance(value, list):
        return "".join(f"\n    {_one(one)}" for one in value) or "nothing"
    return _one(value)


def _one(value: object) -> str:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return ", ".join(f"{name} {held!r}" for name, held in value.items())
    if isinstance(value, tuple):
        return ", ".join(str(held) for held in value)
    return str(value)
