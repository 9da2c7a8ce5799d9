"""The consolidation report (section 9): contracts and outline agreements of all systems, and their differences."""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from json import JSONEncoder
from threading import Lock
from types import MappingProxyType

from sqlalchemy import Connection

from simulator.mapping.contract_types import MASTER, STANDALONE, SUB, SUPPORTING
from simulator.reporting.acceptances import ACCEPTED, Acceptance, apply_acceptances
from simulator.reporting.contracts import CREATE_ENTRY_FINDINGS, ENTRY_DIFFERENCES, MISSING_OUTLINE_AGREEMENTS
from simulator.reporting.differences import CREATE_DIFFERING, HEADER_DIFFERENCES
from simulator.reporting.expiring import EXPIRING
from simulator.reporting.extraction import extract
from simulator.reporting.hierarchy import HIERARCHY, build_tree
from simulator.reporting.joins import create_links
from simulator.reporting.masters import CREATE_UNLINKED, MASTERS
from simulator.reporting.outlines import DUPLICATES, ORPHANS, UNKNOWN_CODES, VALID_BEYOND_CONTRACT, WRONG_TYPES
from simulator.reporting.parts import ReportPart, ReportRow
from simulator.reporting.s4 import CREATE_OBSTACLES, S4, S4_TOTALS
from simulator.reporting.selection import Selection
from simulator.reporting.target_values import TARGET_VALUES, TargetValue, Tolerance, create_target_sums
from simulator.reporting.totals import Figures, compute_figures, group_findings

QUERIES = {
    query.id: query
    for query in (
        HIERARCHY, HEADER_DIFFERENCES, ACCEPTED, TARGET_VALUES, MISSING_OUTLINE_AGREEMENTS, MASTERS, ORPHANS,
        UNKNOWN_CODES, WRONG_TYPES, DUPLICATES, VALID_BEYOND_CONTRACT, EXPIRING, ENTRY_DIFFERENCES, S4_TOTALS, S4,
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
    tolerance: Tolerance = field(default_factory=Tolerance)
    target_value: TargetValue = "header"
    """The target value that counts as a difference and an obstacle (D-53)."""

    expires_within: int = 90
    """The days in which what is shown as ending soon ends."""

    accepted: tuple[Acceptance, ...] = ()
    """Differences that are none as long as they stand (D-100)."""

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
    unmatched: tuple[str, ...] = ()
    """The filters that nothing fits, in words."""

    def only(self, names: Collection[str]) -> "Report":
        """Return the report with these parts alone, where it has them."""
        return replace(self, parts={name: part for name, part in self.parts.items() if name in names})

    def json_text(self) -> Iterator[str]:
        """Write one JSON object, piece by piece, as it may be longer than memory has room for.

        It has the parameters, the figures, and each part as a list; the hierarchy as a tree.
        """
        write = JSONEncoder(ensure_ascii=False).encode
        yield f'{write(self._head())[:-1]}, "parts": {{'
        for number, (name, part) in enumerate(self.parts.items()):
            tree = name == "hierarchy"
            rows = (write(node.as_json()) for node in build_tree(part.rows)) if tree else _json_rows(part, write)
            yield f"{', ' if number else ''}{write(name)}: ["
            yield from (f"{', ' if at else ''}{row}" for at, row in enumerate(rows))
            yield "]"
        yield "}}"

    def _head(self) -> dict[str, object]:
        return {
            "day": self.request.day,
            "systems": list(self.systems),
            "selection": asdict(self.request.selection),
            "unmatched": list(self.unmatched),
            "tolerance": self.request.tolerance.as_json(),
            "target_value": self.request.target_value,
            "expires_within": self.request.expires_within,
            "notes": {name: part.query.description for name, part in self.parts.items()},
            "figures": asdict(self.figures),
            "totals": {"by": self.request.group_by, "groups": [*self.totals.dicts()]},
        }


def _json_rows(part: ReportPart, write: Callable[[object], str]) -> Iterator[str]:
    """Write rows as objects; the names in front of their values are written once."""
    line = ", ".join(f"{write(name).replace('%', '%%')}: %s" for name in part.names)
    return (f"{{{line % tuple(map(write, row))}}}" for row in part.rows)


class _StoredRows(Collection[ReportRow]):
    """The rows of a part, which the store finds again whenever they are read."""

    def __init__(self, store: sqlite3.Connection, sql: str, values: Mapping[str, object]) -> None:
        self._store, self._sql, self._values = store, sql, _used(sql, values)
        self._number: int | None = None

    def __iter__(self) -> Iterator[ReportRow]:
        return self._store.execute(self._sql, self._values)

    def __len__(self) -> int:
        if self._number is None:
            (self._number,) = self._store.execute(f"SELECT count(*) FROM ({self._sql})", self._values).fetchone()
        return self._number

    def __contains__(self, row: object) -> bool:
        return any(row == one for one in self)


@contextmanager
def open_report(
    systems: Mapping[str, Connection],
    type_codes: Mapping[str, str],
    request: ReportRequest,
    own_tenants: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Report]:
    """Read all systems and make the report; nothing is written to the systems.

    Its rows are read one by one from the store of the report, as long as this context is open. `type_codes` maps
    contract types to ECC codes (D-01), `own_tenants` each system to the tenant whose contract a code stands for where
    several tenants have it (D-93). Raises sqlalchemy.exc.SQLAlchemyError if a system cannot be read.
    """
    with _prepared(systems, type_codes, request, own_tenants) as (store, values):
        parts = {
            name: ReportPart(query, _StoredRows(store, query.sql, values))
            for name, query in QUERIES.items()
            if name in request.parts
        }
        totals = group_findings(parts, request.group_by)
        figures, unmatched = compute_figures(store, parts, totals), request.selection.explain_empty(store)
        yield Report(request, tuple(systems), figures, totals, parts, unmatched)


def consolidate(
    systems: Mapping[str, Connection],
    type_codes: Mapping[str, str],
    request: ReportRequest,
    own_tenants: Mapping[str, str] = MappingProxyType({}),
) -> Report:
    """Make the report as `open_report` does, with all of its rows in memory."""
    with open_report(systems, type_codes, request, own_tenants) as report:
        parts = {name: ReportPart(part.query, list(part.rows)) for name, part in report.parts.items()}
        return replace(report, parts=parts)


class PagedReport:
    """The parts of a report, kept in a store of its own and read page by page. Several threads may read it."""

    def __init__(
        self,
        systems: Mapping[str, Connection],
        type_codes: Mapping[str, str],
        request: ReportRequest,
        own_tenants: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Read all systems, as `consolidate` does."""
        self.day = request.day
        self.totals: dict[str, int] = {}
        """The number of rows of each part."""

        self._lock = Lock()
        self._open = ExitStack()
        with ExitStack() as on_error:
            on_error.callback(self._open.close)
            self._store, values = self._open.enter_context(_prepared(systems, type_codes, request, own_tenants))
            for name, query in QUERIES.items():
                self._store.execute(f'CREATE TABLE "shown {name}" AS {query.sql}', _used(query.sql, values))
                (self.totals[name],) = self._store.execute(f'SELECT count(*) FROM "shown {name}"').fetchone()
            on_error.pop_all()

    def page(self, name: str, first: int, limit: int) -> tuple[list[ReportRow], int]:
        """Return rows of a part, from the one with this number on, counted from 0, and the number of all."""
        with self._lock:
            asked = f'SELECT * FROM "shown {name}" WHERE rowid > ? ORDER BY rowid LIMIT ?'
            return self._store.execute(asked, (first, limit)).fetchall(), self.totals[name]

    def close(self) -> None:
        with self._lock:
            self._open.close()


@contextmanager
def _prepared(
    systems: Mapping[str, Connection],
    type_codes: Mapping[str, str],
    request: ReportRequest,
    own_tenants: Mapping[str, str],
) -> Iterator[tuple[sqlite3.Connection, dict[str, object]]]:
    """Open a store with what the queries of the parts need; yield it with the values that they use."""
    with extract(systems) as store:
        store.execute("CREATE TABLE type (kind, code)")
        store.executemany("INSERT INTO type VALUES (?, ?)", [(_TYPES[name], code) for name, code in type_codes.items()])
        store.execute("CREATE TABLE own_tenant (system, tenant)")
        store.executemany("INSERT INTO own_tenant VALUES (?, ?)", own_tenants.items())
        create_links(store, request.day)
        request.selection.apply(store)
        store.execute("ANALYZE")  # else SQLite guesses the order of the joins, and the cost grows quadratically
        create_target_sums(store, request.tolerance)
        sums = request.target_value == "sum"
        values: dict[str, object] = {
            "day": request.day,
            "sum": sums,
            "horizon": _add_days(request.day, request.expires_within),
        }
        store.execute(CREATE_DIFFERING, _used(CREATE_DIFFERING, values))
        apply_acceptances(store, request.accepted, sums=sums)
        for statement in _CREATE_FINDINGS:
            store.execute(statement, _used(statement, values))
        yield store, values


def _add_days(day: str, number: int) -> str:
    """Add days to a day, both YYYYMMDD; at most to the last day of the calendar."""
    return f"{date.fromordinal(min(date.fromisoformat(day).toordinal() + number, date.max.toordinal())):%Y%m%d}"


_CREATE_FINDINGS = (
    "CREATE UNIQUE INDEX differing_id ON differing (id)",
    CREATE_UNLINKED,
    "CREATE UNIQUE INDEX unlinked_contract ON unlinked (contract)",
    CREATE_ENTRY_FINDINGS,
    "CREATE INDEX entry_finding_contract ON entry_finding (contract)",
    CREATE_OBSTACLES,
    "CREATE UNIQUE INDEX obstacle_id ON obstacle (id)",
    "ANALYZE",
)
"""Statements that create the tables of the store that several parts need."""


def _used(sql: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values that a statement uses; SQLite takes no others."""
    return {name: value for name, value in values.items() if f":{name}" in sql}
