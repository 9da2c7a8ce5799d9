"""The consolidation report (section 9): contracts and outline agreements of all systems, and where they differ."""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from sqlalchemy import Connection

from simulator.mapping.contract_types import MASTER, STANDALONE, SUB, SUPPORTING
from simulator.reporting.contracts import ENTRIES, MISSING
from simulator.reporting.differences import DIFFERENCES, DIFFERING
from simulator.reporting.extraction import extracted
from simulator.reporting.hierarchy import HIERARCHY, tree
from simulator.reporting.joins import link
from simulator.reporting.outlines import DUPLICATES, ENDED, ORPHANS, UNKNOWN_CODES
from simulator.reporting.parts import Part
from simulator.reporting.s4 import S4, S4_TOTALS
from simulator.reporting.selection import Selection
from simulator.reporting.totals import Figures, figures, grouped

QUERIES = {
    query.id: query
    for query in (
        HIERARCHY, DIFFERENCES, MISSING, ORPHANS, UNKNOWN_CODES, DUPLICATES, ENDED, ENTRIES, S4_TOTALS, S4,
    )
}  # fmt: skip
"""The parts that SQL finds, in the order of the report."""

_TYPES = {MASTER: "master", SUB: "sub", SUPPORTING: "supporting", STANDALONE: "standalone"}


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know."""

    day: str
    """YYYYMMDD: what has expired before this day is over."""

    selection: Selection = field(default_factory=Selection)
    tolerance: Decimal = Decimal()
    """How far a target value may be from the contract's without being a difference."""

    group_by: str = "org-team"
    """One of totals.GROUPS."""

    parts: Collection[str] = tuple(QUERIES)
    """Those of QUERIES that are wanted."""


@dataclass(frozen=True)
class Report:
    """What was found."""

    asked: Asked
    systems: tuple[str, ...]
    figures: Figures
    totals: Part
    parts: dict[str, Part]

    def as_json(self) -> dict[str, object]:
        """One object: what was asked, the sums, and each part as a list; the hierarchy as a tree."""
        parts: dict[str, object] = {name: part.dicts() for name, part in self.parts.items()}
        if "hierarchy" in parts:
            parts["hierarchy"] = [node.as_json() for node in tree(self.parts["hierarchy"].rows)]
        return {
            "day": self.asked.day,
            "systems": list(self.systems),
            "selection": asdict(self.asked.selection),
            "tolerance": str(self.asked.tolerance),
            "figures": asdict(self.figures),
            "totals": {"by": self.asked.group_by, "groups": self.totals.dicts()},
            "parts": parts,
        }


def consolidate(systems: Mapping[str, Connection], type_codes: Mapping[str, str], asked: Asked) -> Report:
    """Read the systems and find what was asked for; nothing is written to them.

    `type_codes` are those of the settings (D-01). Raises sqlalchemy.exc.SQLAlchemyError where a system cannot be read.
    """
    with extracted(systems) as store:
        store.execute("CREATE TABLE type (kind, code)")
        store.executemany("INSERT INTO type VALUES (?, ?)", [(_TYPES[name], code) for name, code in type_codes.items()])
        link(store)
        asked.selection.apply(store)
        values = {"day": asked.day, "tolerance": int(asked.tolerance * 100)}
        store.execute(DIFFERING, values)
        store.execute("CREATE UNIQUE INDEX differing_id ON differing (id)")
        store.execute("ANALYZE")  # or else the order of the joins is guessed, and the cost grows with the square
        parts = {
            name: Part(query, _rows(store, query.sql, values)) for name, query in QUERIES.items() if name in asked.parts
        }
        return Report(asked, tuple(systems), figures(store, parts), grouped(parts, asked.group_by), parts)


def _rows(store: sqlite3.Connection, sql: str, values: Mapping[str, object]) -> list[tuple[str | int, ...]]:
    return store.execute(sql, {name: value for name, value in values.items() if f":{name}" in sql}).fetchall()
