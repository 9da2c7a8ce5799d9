"""The difference between two states of one table, row by row, and its words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Self, TypeVar

from harness.bdd.vocabulary.scm import AGREEMENTS, CONTRACTS, FULFILLMENT, KEYS, LINES
from harness.data_directory import Row
from harness.text import cell_text
from simulator.scm.entities import COMPANY

T = TypeVar("T")

CONTRACT = "ZMM_ICMCONTRACT"
PURCHORG = "ZMM_ICMPURCHORG"

NOTHING = "nothing changed"

ROW_KEY = ("SYSID", "ICMAGREEMENTCODE", "PURCHASINGORG")
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

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Rebuild from a table of the evidence kind `zicm-tables`."""
        changed = [RowChange(**change) for change in content["changed"]]
        return cls(content["added"], content["removed"], changed, content["unchanged"])


def row_name(table: str, row: Mapping[str, str]) -> str:
    """Name a row for people."""
    if table not in KEYS:
        return row.get("ICMAGREEMENTCODE") or f"{row.get('PURCHASINGORG', '')} of {row.get('SYSID', '')}"
    key = " ".join(row[name] for name in KEYS[table] if name != COMPANY)
    if table in (LINES, FULFILLMENT):
        key = f"{row['LineNumber']} of {row['PurchaseAgreementId']}"
    return f"{_ROWS[table]} {key}" if table in _ROWS else key


_ROWS = {CONTRACTS: "contract", AGREEMENTS: "purchase agreement", LINES: "line", FULFILLMENT: "line"}


class ChangeText(NamedTuple):
    """One change in words."""

    text: str
    fields: dict[str, str]
    """The fields of a new entry with their values, and those that changed with both values."""


def diff(before: Iterable[Row], after: Iterable[Row], key: Sequence[str] = ROW_KEY) -> TableDiff:
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


def describe(entries: TableDiff, organisations: TableDiff) -> list[ChangeText]:
    """Put the changes in the entries and organisation rows of one system into words. Empty if nothing changed."""
    lines = [
        ChangeText(f"new entry {row['ICMAGREEMENTCODE']}", {name: cell_text(value) for name, value in row.items()})
        for row in entries.added
    ]
    for change in entries.changed:
        fields = {name: f"{cell_text(old)} -> {cell_text(new)}" for name, (old, new) in change.fields.items()}
        changed_in = ", ".join(fields) or "withheld fields"
        lines.append(ChangeText(f"entry {change.after['ICMAGREEMENTCODE']} changed in {changed_in}", fields))
    lines += [ChangeText(f"entry {row['ICMAGREEMENTCODE']} gone", {}) for row in entries.removed]
    for sign, rows in (("+", organisations.added), ("-", organisations.removed)):
        if rows:
            names = " ".join(f"{sign}{row['PURCHASINGORG']}" for row in rows)
            lines.append(ChangeText(f"organisations {names}", {}))
    if entries.added and not organisations.added:
        lines.append(ChangeText("no organisation row", {}))
    return lines


def group_by_system(items: Iterable[T], content: Callable[[T], object]) -> list[list[T]]:
    """Group the items of several systems that have equal content, in the order of the first of each."""
    groups: list[tuple[object, list[T]]] = []
    for item in items:
        own = content(item)
        group = next((group for other, group in groups if other == own), None)
        if group is None:
            groups.append((own, [item]))
        else:
            group.append(item)
    return [group for _, group in groups]
