"""Figures over the whole report, and findings by group."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.reporting.parts import NUMBER, ReportColumn, ReportPart, ReportQuery

GROUP_COLUMNS = {
    "org-team": ("ICMORGTEAM",),
    "owner": ("ICMPRIMARYOWNERNAME",),
    "supplier": ("ICMAPPSRCSUPPLIERID", "LIFNR"),
    "organisation": ("EKORG", "PURCHASINGORG"),
    "type": ("CONTRACTTYPENAME",),
    "system": ("system",),
}
"""Grouping to the columns that hold the group of a row. A row without such a column has a blank group."""

FINDING_PARTS = ("differences", "missing", "orphans", "unknown_codes", "duplicates", "ended", "entries")
"""The ids of the parts whose rows are findings."""


@dataclass(frozen=True)
class Figures:
    """The totals of a report."""

    contracts: dict[str, int]
    """Number by type, as in CONTRACTTYPENAME."""

    values: dict[str, str]
    """Total of the contract values by currency, with two decimals."""

    outline_agreements: dict[str, int]
    """Number by system."""

    findings: dict[str, int]
    """Number by part."""

    differences: dict[str, int]
    """Number by field of the outline agreement."""


def compute_figures(store: sqlite3.Connection, parts: Mapping[str, ReportPart]) -> Figures:
    return Figures(
        _counts(
            store,
            "SELECT CONTRACTTYPENAME, count(*) FROM shown_contract JOIN contract USING (id) GROUP BY 1 ORDER BY 1",
        ),
        {currency: f"{cents // 100}.{cents % 100:02}" for currency, cents in store.execute(_VALUES)},
        _counts(
            store,
            "SELECT s.called, count(o.id) FROM system s LEFT JOIN (outline o JOIN shown_outline USING (id))"
            " ON o.system = s.called GROUP BY s.called ORDER BY s.position",
        ),
        {name: len(parts[name].rows) for name in FINDING_PARTS if name in parts},
        dict(Counter(map(str, _column_values(parts["differences"], "field"))).most_common())
        if "differences" in parts
        else {},
    )


_VALUES = """
SELECT ICMCURRENCY, sum(CAST(replace(ICMTOTALCONTRACTVALUE, '.', '') AS INTEGER))
FROM shown_contract JOIN contract USING (id) GROUP BY 1 ORDER BY 1"""


def group_findings(parts: Mapping[str, ReportPart], by: str) -> ReportPart:
    """Count the findings of each part by group; `by` is a key of GROUP_COLUMNS."""
    counted = [name for name in FINDING_PARTS if name in parts]
    counts = {name: Counter(_group_values(parts[name], by)) for name in counted}
    groups = sorted(set().union(*counts.values()))
    columns = (
        ReportColumn("group", by.replace("-", " ").capitalize()),
        *(ReportColumn(name, name.replace("_", " ").capitalize(), NUMBER) for name in counted),
    )
    query = ReportQuery(
        "totals", f"Findings by {by.replace('-', ' ')}", "How many findings each group has.", columns, ""
    )
    return ReportPart(query, [(group, *(counts[name][group] for name in counted)) for group in groups])


def _group_values(part: ReportPart, by: str) -> list[str | int]:
    name = next((name for name in GROUP_COLUMNS[by] if name in part.names), None)
    return [""] * len(part.rows) if name is None else _column_values(part, name)


def _column_values(part: ReportPart, name: str) -> list[str | int]:
    at = part.names.index(name)
    return [row[at] for row in part.rows]


def _counts(store: sqlite3.Connection, sql: str) -> dict[str, int]:
    return dict(store.execute(sql))
