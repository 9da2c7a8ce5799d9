"""The consolidation report (section 9): contracts and outline agreements of all systems, and their differences."""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from sqlalchemy import Connection

from simulator.mapping.contract_types import MASTER, STANDALONE, SUB, SUPPORTING
from simulator.reporting.contracts import ENTRY_DIFFERENCES, MISSING_OUTLINE_AGREEMENTS
from simulator.reporting.differences import CREATE_DIFFERING, HEADER_DIFFERENCES
from simulator.reporting.extraction import extract
from simulator.reporting.hierarchy import HIERARCHY, build_tree
from simulator.reporting.joins import create_links
from simulator.reporting.outlines import DUPLICATES, ORPHANS, UNKNOWN_CODES, VALID_BEYOND_CONTRACT
from simulator.reporting.parts import ReportPart
from simulator.reporting.s4 import S4, S4_TOTALS
from simulator.reporting.selection import Selection
from simulator.reporting.totals import Figures, compute_figures, group_findings

QUERIES = {
    query.id: query
    for query in (
        HIERARCHY, HEADER_DIFFERENCES, MISSING_OUTLINE_AGREEMENTS, ORPHANS, UNKNOWN_CODES, DUPLICATES,
        VALID_BEYOND_CONTRACT, ENTRY_DIFFERENCES, S4_TOTALS, S4,
    )
}  # fmt: skip
"""The parts of the report by id, in their order."""

_TYPES = {MASTER: "master", SUB: "sub", SUPPORTING: "supporting", STANDALONE: "standalone"}


@dataclass(frozen=True)
class ReportRequest:
    """The parameters of a report."""

    day: str
    """YYYYMMDD; what expires before this day has ended."""

    selection: Selection = field(default_factory=Selection)
    tolerance: Decimal = Decimal()
    """The largest deviation of a target value from the contract's value that is no difference."""

    group_by: str = "org-team"
    """A key of totals.GROUP_COLUMNS."""

    parts: Collection[str] = tuple(QUERIES)
    """Keys of QUERIES."""


@dataclass(frozen=True)
class Report:
    """The consolidation report."""

    request: ReportRequest
    systems: tuple[str, ...]
    figures: Figures
    totals: ReportPart
    parts: dict[str, ReportPart]

    def as_json(self) -> dict[str, object]:
        """Convert to one JSON object: parameters, figures, and each part as a list; the hierarchy as a tree."""
        parts: dict[str, object] = {name: part.dicts() for name, part in self.parts.items()}
        if "hierarchy" in parts:
            parts["hierarchy"] = [node.as_json() for node in build_tree(self.parts["hierarchy"].rows)]
        return {
            "day": self.request.day,
            "systems": list(self.systems),
            "selection": asdict(self.request.selection),
            "tolerance": str(self.request.tolerance),
            "figures": asdict(self.figures),
            "totals": {"by": self.request.group_by, "groups": self.totals.dicts()},
            "parts": parts,
        }


def consolidate(systems: Mapping[str, Connection], type_codes: Mapping[str, str], request: ReportRequest) -> Report:
    """Read all systems and make the report; nothing is written to the systems.

    `type_codes` maps contract types to ECC codes (D-01). Raises sqlalchemy.exc.SQLAlchemyError if a system cannot be
    read.
    """
    with extract(systems) as store:
        store.execute("CREATE TABLE type (kind, code)")
        store.executemany("INSERT INTO type VALUES (?, ?)", [(_TYPES[name], code) for name, code in type_codes.items()])
        create_links(store)
        request.selection.apply(store)
        values = {"day": request.day, "tolerance": int(request.tolerance * 100)}
        store.execute(CREATE_DIFFERING, values)
        store.execute("CREATE UNIQUE INDEX differing_id ON differing (id)")
        store.execute("ANALYZE")  # else SQLite guesses the order of the joins, and the cost grows quadratically
        parts = {
            name: ReportPart(query, _query_rows(store, query.sql, values))
            for name, query in QUERIES.items()
            if name in request.parts
        }
        return Report(
            request,
            tuple(systems),
            compute_figures(store, parts),
            group_findings(parts, request.group_by),
            parts,
        )


def _query_rows(store: sqlite3.Connection, sql: str, values: Mapping[str, object]) -> list[tuple[str | int, ...]]:
    return store.execute(sql, {name: value for name, value in values.items() if f":{name}" in sql}).fetchall()
