"""Figures over the whole report, and findings by group."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from simulator.reporting.extraction import fold
from simulator.reporting.parts import NUMBER, ReportColumn, ReportPart, ReportQuery

GROUP_COLUMNS = {
    "org-team": ("ICMORGTEAM",),
    "owner": ("ICMPRIMARYOWNERNAME",),
    "supplier": ("ICMAPPSRCSUPPLIERID", "LIFNR"),
    "organisation": ("EKORG", "PURCHASINGORG"),
    "type": ("CONTRACTTYPENAME",),
    "system": ("system",),
}
"""Grouping to the columns that hold the group of a row."""

_HEADINGS = {
    "differences": "Differ", "missing": "Missing", "masters": "Masters", "orphans": "Orphans", "unknown_codes": "Codes",
    "wrong_types": "Types", "duplicates": "Doubles", "ended": "Ended", "entries": "Entries",
}  # fmt: skip
"""Part to its short heading."""

FINDING_PARTS = tuple(_HEADINGS)
"""The ids of the parts whose rows are findings."""

NO_CONTRACT, BLANK = "(no contract)", "(blank)"


@dataclass(frozen=True)
class Figures:
    """The totals of a report."""

    contracts: dict[str, int]
    """Number by type, as in CONTRACTTYPENAME."""

    values: dict[str, str]
    """Total by currency, with two decimals, of what runs and one buys under: sub and standalone agreements."""

    master_values: dict[str, str]
    """The same of running masters and supporting agreements: their subs have these values too."""

    expired_values: dict[str, str]
    """The same of expired contracts of any type."""

    outline_agreements: dict[str, int]
    """Number by system."""

    findings: dict[str, int]
    """Number by part."""

    differences: dict[str, int]
    """Number by field of the outline agreement."""


def compute_figures(store: sqlite3.Connection, parts: Mapping[str, ReportPart], groups: ReportPart) -> Figures:
    """Compute the figures; the groups are those of `group_findings`, whose sums tell how many findings there are."""
    return Figures(
        _counts(
            store,
            "SELECT CONTRACTTYPENAME, count(*) FROM shown_contract JOIN contract USING (id) GROUP BY 1 ORDER BY 1",
        ),
        _sum_values(store, "c.bought AND NOT c.expired"),
        _sum_values(store, "NOT c.bought AND NOT c.expired"),
        _sum_values(store, "c.expired"),
        _counts(
            store,
            "SELECT s.called, count(o.id) FROM system s LEFT JOIN (outline o JOIN shown_outline USING (id))"
            " ON o.system = s.called GROUP BY s.called ORDER BY s.position",
        ),
        {name: sum(int(row[at]) for row in groups.rows) for at, name in enumerate(groups.names) if at},
        dict(parts["differences"].count_values("field").most_common()) if "differences" in parts else {},
    )


def _sum_values(store: sqlite3.Connection, condition: str) -> dict[str, str]:
    """Sum the values of the contracts that meet a condition, by currency in upper case."""
    sql = f"""SELECT c.ICMCURRENCY, c.ICMTOTALCONTRACTVALUE FROM shown_contract JOIN contract c USING (id)
        WHERE {condition}"""
    sums = dict[str, Decimal]()
    for currency, value in store.execute(sql):
        key = currency.strip().upper()
        sums[key] = sums.get(key, Decimal()) + Decimal(value)
    return {currency: f"{total:.2f}" for currency, total in sorted(sums.items())}


def group_findings(parts: Mapping[str, ReportPart], by: str) -> ReportPart:
    """Count the findings of each part by group; `by` is a key of GROUP_COLUMNS.

    Spellings that differ only by case, outer blanks or, of a supplier, leading zeros are one group, under the most
    frequent of them.
    """
    counted = [name for name in FINDING_PARTS if name in parts]
    spelt = {name: _count_groups(parts[name], by) for name in counted}
    spellings = sum(spelt.values(), Counter[str]())
    names = dict[str, str]()
    for text in sorted(spellings, key=lambda one: (-spellings[one], one)):
        names.setdefault(_group_key(text, by), text)
    counts = {name: Counter[str]() for name in counted}
    for name, texts in spelt.items():
        for text, number in texts.items():
            counts[name][names[_group_key(text, by)]] += number
    groups = sorted(names.values(), key=lambda text: (text in (NO_CONTRACT, BLANK), text))
    columns = (
        ReportColumn("group", by.replace("-", " ").capitalize()),
        *(ReportColumn(name, _HEADINGS[name], NUMBER) for name in counted),
    )
    query = ReportQuery(
        "totals", f"Findings by {by.replace('-', ' ')}", "How many findings each group has.", columns, ""
    )
    return ReportPart(query, [(group, *(counts[name][group] for name in counted)) for group in groups])


def _count_groups(part: ReportPart, by: str) -> Counter[str]:
    """Count the rows of each group, as it is spelt there.

    A row without such a column is of an outline agreement without a contract, or of a contract in every system.
    """
    name = next((name for name in GROUP_COLUMNS[by] if name in part.names), None)
    if name is None:
        no_contract = part.query.id in ("orphans", "unknown_codes")
        group = NO_CONTRACT if no_contract else f"(no {by.replace('-', ' ')})"
        return Counter({group: len(part.rows)} if part.rows else {})
    counts = Counter[str]()
    for text, number in part.count_values(name).items():
        counts[text.strip() or BLANK] += number
    return counts


def _group_key(text: str, by: str) -> str:
    return fold(text).lstrip("0") if by == "supplier" else fold(text)


def _counts(store: sqlite3.Connection, sql: str) -> dict[str, int]:
    return dict(store.execute(sql))
