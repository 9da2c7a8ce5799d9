"""Write the report as an HTML page: one file that needs no network and works without JavaScript."""

from typing import NamedTuple

from harness.cli.report_formats.values import cells, day, display_text, is_right, machine_text
from harness.signoff.html.templates import template_environment
from simulator.reporting.consolidation import Report
from simulator.reporting.hierarchy import build_tree
from simulator.reporting.parts import ReportPart, ReportRow

_ENVIRONMENT = template_environment("harness.cli.report_formats", ".")
_ENVIRONMENT.filters["day"] = day
_ENVIRONMENT.filters["amount"] = lambda text: f"{float(text):,.2f}" if text else ""

_FILTERS = {
    "org_teams": "org team",
    "owners": "owner",
    "suppliers": "supplier",
    "organisations": "organisation",
    "types": "type",
    "systems": "system",
}


class Bar(NamedTuple):
    """One bar of the chart: `share` of the longest, from 0 to 1."""

    label: str
    number: int
    share: float


def as_page(report: Report) -> str:
    differences = report.parts.get("differences")
    labels = {str(row[6]): str(row[7]) for row in differences.rows} if differences else {}
    hierarchy = report.parts.get("hierarchy")
    return _ENVIRONMENT.get_template("page.html").render(
        report=report,
        day=day(report.request.day),
        filters=_filters(report),
        bars=_bars({labels[name]: count for name, count in report.figures.differences.items()}),
        roots=build_tree(hierarchy.rows) if hierarchy else [],
        tables=[part for name, part in report.parts.items() if name != "hierarchy"],
        lines=_lines,
        is_right=is_right,
    )


def _lines(part: ReportPart) -> list[list[tuple[str, str]]]:
    """Return the rows of a part; each cell is its displayed text and its sort key."""
    return [_line(part, row) for row in part.rows]


def _line(part: ReportPart, row: ReportRow) -> list[tuple[str, str]]:
    return [(display_text(cell), machine_text(cell)) for cell in cells(part, row)]


def _bars(counts: dict[str, int]) -> list[Bar]:
    longest = max(counts.values(), default=1)
    return [Bar(label, number, number / longest) for label, number in counts.items()]


def _filters(report: Report) -> list[str]:
    """Describe the filters in words."""
    selection = report.request.selection
    filters = [
        f"{words} {' or '.join(getattr(selection, name))}"
        for name, words in _FILTERS.items()
        if getattr(selection, name)
    ]
    if selection.valid_from or selection.valid_to:
        filters.append(f"valid {day(selection.valid_from) or 'any time'} to {day(selection.valid_to) or 'any time'}")
    if report.request.tolerance:
        filters.append(f"target values may differ by {report.request.tolerance}")
    return filters
