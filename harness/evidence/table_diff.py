"""What a step did to the tables of the systems: the rows that came, went, changed and stayed."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from harness.evidence.redaction import Redactor

Row: TypeAlias = dict[str, str]
Tables: TypeAlias = Mapping[str, list[Row]]

KEY = ("SYSID", "ICMAGREEMENTCODE", "PURCHASINGORG")
"""Tells one row from another, in either table: an entry by its System ID and code, as ECC does (TAB-6)."""

SHOWN = 20
"""How many of the rows that stayed are shown at most."""


def written(before: Mapping[str, Tables], after: Mapping[str, Tables], secrets: Redactor) -> dict[str, object]:
    """System to table to what became of its rows; values of confidential agreements are withheld."""
    return {
        "systems": {
            system: {
                table: _changes(before.get(system, {}).get(table, []), rows, secrets) for table, rows in tables.items()
            }
            for system, tables in after.items()
        }
    }


def _changes(before: list[Row], after: list[Row], secrets: Redactor) -> dict[str, object]:
    was, now = {_key(row): row for row in before}, {_key(row): row for row in after}
    stayed = [row for key, row in now.items() if was.get(key) == row]

    def shown(rows: Iterable[Row]) -> list[Row]:
        return [secrets.redact_row(row) for row in rows]

    return {
        "added": shown(row for key, row in now.items() if key not in was),
        "removed": shown(row for key, row in was.items() if key not in now),
        "changed": [
            dict(zip(("before", "after"), shown((was[key], row)), strict=True))
            for key, row in now.items()
            if key in was and was[key] != row
        ],
        "unchanged": shown(stayed[:SHOWN]),
        "not_shown": max(0, len(stayed) - SHOWN),
    }


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in KEY)
