"""The difference between two states of one table, row by row."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harness.data_directory import Row

KEY = ("SYSID", "ICMAGREEMENTCODE", "PURCHASINGORG")
"""Identifies a row of either table: ECC finds an entry by its System ID and code (TAB-6)."""


class RowChange(NamedTuple):
    """One row in two states."""

    before: Row
    after: Row

    @property
    def fields(self) -> dict[str, tuple[str, str]]:
        """The fields that differ, each with its value before and after."""
        return {name: (self.before[name], value) for name, value in self.after.items() if self.before[name] != value}


class TableDiff(NamedTuple):
    """The rows of a table, in the order in which each state holds them."""

    added: list[Row]
    removed: list[Row]
    changed: list[RowChange]
    unchanged: list[Row]


def diff(before: Iterable[Row], after: Iterable[Row], key: Sequence[str] = KEY) -> TableDiff:
    """Compare two states of a table; `key` names the fields that identify a row."""

    def by_key(rows: Iterable[Row]) -> dict[tuple[str, ...], Row]:
        return {tuple(row.get(name, "") for name in key): row for row in rows}

    old, new = by_key(before), by_key(after)
    both = [RowChange(old[key], row) for key, row in new.items() if key in old]
    return TableDiff(
        added=[row for key, row in new.items() if key not in old],
        removed=[row for key, row in old.items() if key not in new],
        changed=[change for change in both if change.before != change.after],
        unchanged=[change.after for change in both if change.before == change.after],
    )
