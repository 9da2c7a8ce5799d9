"""How much there is of everything, over all and in groups."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.reporting.parts import NUMBER, Column, Part, Query

GROUPS = {
    "org-team": ("ICMORGTEAM",),
    "owner": ("ICMPRIMARYOWNERNAME",),
    "supplier": ("ICMAPPSRCSUPPLIERID", "LIFNR"),
    "organisation": ("EKORG", "PURCHASINGORG"),
    "type": ("CONTRACTTYPENAME",),
    "system": ("system",),
}
"""By what findings may be grouped: the columns that tell the group of a row. A row without one has a blank group."""

COUNTED = ("differences", "missing", "orphans", "unknown_codes", "doubles", "ended", "entries")
"""The parts whose rows are findings."""


@dataclass(frozen=True)
class Figures:
    """The sums over what is shown."""

    contracts: dict[str, int]
    """By type, as CONTRACTTYPENAME holds it."""

    values: dict[str, str]
    """By currency, the total of the contract values, with two decimals."""

    outline_agreements: dict[str, int]
    """By system."""

    findings: dict[str, int]
    """By part."""

    differences: dict[str, int]
    """By field of the outline agreement."""


def figures(store: sqlite3.Connection, parts: Mapping[str, Part]) -> Figures:
    return Figures(
        _counted(
            store,
            "SELECT CONTRACTTYPENAME, count(*) FROM shown_contract JOIN contract USING (id) GROUP BY 1 ORDER BY 1",
        ),
        {currency: f"{cents // 100}.{cents % 100:02}" for currency, cents in store.execute(_VALUES)},
        _counted(
            store,
            "SELECT s.called, count(o.id) FROM system s LEFT JOIN (outline o JOIN shown_outline USING (id))"
            " ON o.system = s.called GROUP BY s.called ORDER BY s.position",
        ),
        {name: len(parts[name].rows) for name in COUNTED if name in parts},
        dict(Counter(map(str, _column(parts["differences"], "field"))).most_common()) if "differences" in parts else {},
    )


_VALUES = """
SELECT ICMCURRENCY, sum(CAST(replace(ICMTOTALCONTRACTVALUE, '.', '') AS INTEGER))
FROM shown_contract JOIN contract USING (id) GROUP BY 1 ORDER BY 1"""


def grouped(parts: Mapping[str, Part], by: str) -> Part:
    """The number of findings of each kind in each group of GROUPS."""
    counted = [name for name in COUNTED if name in parts]
    counts = {name: Counter(_group(parts[name], by)) for name in counted}
    groups = sorted(set().union(*counts.values()))
    columns = (
        Column("group", by.replace("-", " ").capitalize()),
        *(Column(name, name.replace("_", " ").capitalize(), NUMBER) for name in counted),
    )
    query = Query("totals", f"Findings by {by.replace('-', ' ')}", "How many findings each group has.", columns, "")
    return Part(query, [(group, *(counts[name][group] for name in counted)) for group in groups])


def _group(part: Part, by: str) -> list[str | int]:
    name = next((name for name in GROUPS[by] if name in part.names), None)
    return [""] * len(part.rows) if name is None else _column(part, name)


def _column(part: Part, name: str) -> list[str | int]:
    at = part.names.index(name)
    return [row[at] for row in part.rows]


def _counted(store: sqlite3.Connection, sql: str) -> dict[str, int]:
    return dict(store.execute(sql))
