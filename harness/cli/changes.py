"""What a replayed exchange did to the tables of one system: the tables before and after, laid against each other."""

from typing import NamedTuple

from harness.data_directory import Row, Tables


class EntryChange(NamedTuple):
    """One entry of ZMM_ICMCONTRACT that came or changed."""

    code: str
    created: bool
    fields: dict[str, tuple[str, str]]
    """Column to its value before and after: those that changed, or all of a new entry, blank before."""


class Change(NamedTuple):
    """Everything that changed in one system. Two systems with equal changes compare equal."""

    entries: list[EntryChange]
    added: list[str]
    """Purchasing organisations that came into ZMM_ICMPURCHORG."""

    removed: list[str]


def between(before: Tables, after: Tables) -> Change:
    """What changed between two moments. Rows of ZMM_ICMCONTRACT are never removed, so that is not looked for."""
    held = {_key(row): row for row in before["ZMM_ICMCONTRACT"]}
    entries = [
        _entry_change(held.get(_key(row)), row) for row in after["ZMM_ICMCONTRACT"] if held.get(_key(row)) != row
    ]
    was, now = _organisations(before), _organisations(after)
    return Change(entries, _names(now - was), _names(was - now))


def _key(row: Row) -> tuple[str, str]:
    return row["SYSID"], row["ICMAGREEMENTCODE"]


def _entry_change(before: Row | None, after: Row) -> EntryChange:
    if before is None:
        return EntryChange(after["ICMAGREEMENTCODE"], True, {name: ("", value) for name, value in after.items()})
    changed = {name: (before[name], value) for name, value in after.items() if before[name] != value}
    return EntryChange(after["ICMAGREEMENTCODE"], False, changed)


def _organisations(tables: Tables) -> set[tuple[str, str]]:
    return {(row["SYSID"], row["PURCHASINGORG"]) for row in tables["ZMM_ICMPURCHORG"]}


def _names(rows: set[tuple[str, str]]) -> list[str]:
    return sorted(organisation for _, organisation in rows)
