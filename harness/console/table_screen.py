"""The tables of the systems, their outline agreements, and the consolidation report, page by page."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import anyio.to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.console.pages import ScreenParts, number
from harness.console.picture import hidden_names
from harness.evidence.redaction import WITHHELD, Redactor
from simulator.ecc.system import SHOWN_TABLES
from simulator.errors import InterfaceError
from simulator.landscape import paged_report
from simulator.reporting.consolidation import QUERIES, PagedReport, ReportRequest
from simulator.reporting.target_values import Tolerance

_ROWS = 50
"""The rows of a page."""

_SUBJECTS = ("SYSID", "ICMAGREEMENTCODE", "ZZICMAGREEMENT")
"""The columns that name the agreement of a row."""

_MASTER, _OF_MASTER = "ASSOCIATINGCODE", "master_value"
"""The columns that name the master of the agreement, and a value of it."""


class Page(NamedTuple):
    """One page of rows."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    first: int
    """The number of the first row, counted from 0."""

    total: int

    @property
    def last(self) -> int:
        return self.first + len(self.rows)

    @property
    def before(self) -> int:
        """The number of the page before; 0 for none."""
        return min(self.first, self.total + _ROWS - 1) // _ROWS

    @property
    def after(self) -> int:
        """The number of the page after; 0 for none."""
        return self.first // _ROWS + 2 if self.last < self.total else 0


class TableScreen:
    """The screens of the tables and of the report."""

    def __init__(self, shared: ScreenParts) -> None:
        self._pages, self._parts, _, _ = shared
        self._report: PagedReport | None = None
        self._making = asyncio.Lock()

    def routes(self) -> list[Route]:
        return [Route("/tables", self._tables), Route("/report", self._report_page)]

    def forget(self) -> None:
        """Drop the report, which holds copies of the tables."""
        report, self._report = self._report, None
        if report is not None:
            report.close()

    async def _tables(self, request: Request) -> Response:
        asked = request.query_params
        systems = self._parts.ecc.systems
        name, table = asked.get("system", next(iter(systems))), asked.get("table", next(iter(SHOWN_TABLES)))
        if name not in systems or table not in SHOWN_TABLES:
            raise HTTPException(404, "there is no such table")
        first = _first(asked.get("page"))
        rows, total = await anyio.to_thread.run_sync(systems[name].page_of, table, first, _ROWS)
        shown = _page([*rows[0]] if rows else [], [[*row.values()] for row in rows], first, total, self._redactor())
        content = {"systems": [*systems], "tables": [*SHOWN_TABLES], "system": name, "table": table, "rows": shown}
        return self._pages.page("tables", content)

    async def _report_page(self, request: Request) -> Response:
        asked = request.query_params
        part, first = asked.get("part", next(iter(QUERIES))), _first(asked.get("page"))
        if part not in QUERIES:
            raise HTTPException(404, "the report has no such part")
        async with self._making:
            if "fresh" in asked:
                self.forget()
            try:
                if self._report is None:
                    self._report = await anyio.to_thread.run_sync(self._make)
                report = self._report
                rows, total = await anyio.to_thread.run_sync(report.page, part, first, _ROWS)
            except (InterfaceError, SQLAlchemyError) as failure:
                why = str(failure) if isinstance(failure, InterfaceError) else "a system cannot be read"
                raise HTTPException(503, why) from None
        query = QUERIES[part]
        names = [column.name for column in query.columns]
        labels = [column.label for column in query.columns]
        shown = _page(names, rows, first, total, self._redactor())._replace(columns=labels)
        sizes = [(name, one.title, report.totals[name]) for name, one in QUERIES.items()]
        return self._pages.page("report", {"part": query, "sizes": sizes, "rows": shown, "made": report.day})

    def _make(self) -> PagedReport:
        middleware = self._parts.middleware
        settings, day = middleware.middleware.settings, middleware.clock().strftime("%Y%m%d")
        asked = ReportRequest(day, tolerance=Tolerance(*settings.tolerance), target_value=settings.target_value)
        return paged_report(self._parts.ecc.systems, settings, asked)

    def _redactor(self) -> Redactor:
        return Redactor([], hidden_names(self._parts.ici))


def _first(page: str | None) -> int:
    return (max(1, number(page) or 1) - 1) * _ROWS


def _page(names: Sequence[str], rows: Sequence[Sequence[object]], first: int, total: int, redactor: Redactor) -> Page:
    """Withhold rows of confidential agreements, and what other rows say of these (SEC-2)."""
    return Page(names, [_shown(dict(zip(names, row, strict=True)), redactor) for row in rows], first, total)


def _shown(row: Mapping[str, Any], redactor: Redactor) -> list[object]:
    if redactor.mentions([row[name] for name in _SUBJECTS if name in row]):
        return [WITHHELD] * len(row)
    if _OF_MASTER in row and redactor.mentions(row[_MASTER]):
        row = {**row, _OF_MASTER: WITHHELD}
    return [redactor.redact(value) for value in row.values()]
