"""Write the report as an HTML page: one file that needs no network, with its rows as compressed JSON.

A script renders the rows that are on the screen, so that a page of 10,000 contracts is as quick as one of ten.
"""

import gzip
import json
from base64 import b64encode
from typing import NamedTuple

from harness.cli.report_formats.values import amount_text, cells, day, display_text, is_right
from harness.signoff.html.templates import template_environment
from simulator.reporting.consolidation import Report
from simulator.reporting.hierarchy import ContractNode, build_tree
from simulator.reporting.parts import ReportPart

_ENVIRONMENT = template_environment("harness.cli.report_formats", ".")
_ENVIRONMENT.filters["day"] = day
_ENVIRONMENT.filters["amount"] = amount_text

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
    labels = {str(row["field"]): str(row["label"]) for row in differences.dicts()} if differences else {}
    hierarchy = report.parts.get("hierarchy")
    roots = build_tree(hierarchy.rows) if hierarchy else []
    tables = [*(part for name, part in report.parts.items() if name != "hierarchy"), report.totals]
    data = {"tree": [_contract(node) for node in roots], "tables": [_table(part) for part in tables if part.rows]}
    return _ENVIRONMENT.get_template("page.html").render(
        report=report,
        day=day(report.request.day),
        filters=_filters(report),
        bars=_bars({labels[name]: count for name, count in report.figures.differences.items()}),
        tables=tables,
        data=_compressed(data),
    )


def _compressed(data: object) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def _contract(node: ContractNode) -> list[object]:
    """Write a contract as the script reads it: its texts, its lines, the contracts below."""
    of = {name: str(value) for name, value in node.contract.items()}
    until = f"{day(of['ICMEFFECTIVEDATE'])} to {day(of['ICMEXPIRYDATE']) or 'open'}"
    note = f"{of['note']} {of['ASSOCIATINGCODE']}".strip() if of["note"] else ""
    value = f"{amount_text(of['ICMTOTALCONTRACTVALUE'])} {of['ICMCURRENCY']}".strip()
    about = [
        f"Supplier {of['ICMAPPSRCSUPPLIERID'] or 'none'}",
        f"Company {of['ICMLEGALENTITYCODE'] or 'none'}",
        f"Org team {of['ICMORGTEAM'] or 'none'}",
        f"Owner {of['ICMPRIMARYOWNERNAME'] or 'none'}",
    ]
    texts = [of["ICMAGREEMENTCODE"], of["CONTRACTTYPENAME"], of["NAME"], until, value, of["state"], note]
    lines = [_line(organisation, outline) for organisation, outline in node.lines()]
    return [texts, " · ".join(about), lines, [_contract(below) for below in node.agreements]]


def _line(organisation: str, outline: dict[str, str | int]) -> list[str]:
    if "EBELN" not in outline:
        return [organisation, "", "", str(outline["remarks"])]
    of = {name: str(value) for name, value in outline.items()}
    until = f"{day(of['KDATB'])} to {day(of['KDATE']) or 'open'}"
    value = f"{amount_text(of['KTWRT'])} {of['WAERS']}"
    return [organisation, f"{of['system']} {of['EBELN']}", f"{until}, {value}, vendor {of['LIFNR']}", of["remarks"]]


def _table(part: ReportPart) -> dict[str, object]:
    return {
        "id": part.query.id,
        "heads": [column.label for column in part.query.columns],
        "right": [is_right(column) for column in part.query.columns],
        "rows": [[display_text(cell) for cell in cells(part, row)] for row in part.rows],
    }


def _bars(counts: dict[str, int]) -> list[Bar]:
    longest = max(counts.values(), default=1)
    return [Bar(label, number, number / longest) for label, number in counts.items()]


def _filters(report: Report) -> list[str]:
    """Describe the filters in words."""
    selection, tolerance = report.request.selection, report.request.tolerance
    filters = [
        f"{words} {' or '.join(getattr(selection, name))}"
        for name, words in _FILTERS.items()
        if getattr(selection, name)
    ]
    if selection.valid_from or selection.valid_to:
        filters.append(f"valid {day(selection.valid_from) or 'any time'} to {day(selection.valid_to) or 'any time'}")
    if report.request.target_value == "sum":
        filters.append("target values are compared in sum")
    allowed = [
        *([str(tolerance.amount)] if tolerance.amount else []),
        *([f"{tolerance.percent}%"] if tolerance.percent else []),
        *(f"{amount} {currency}" for currency, amount in tolerance.currencies.items()),
    ]
    if allowed:
        filters.append(f"target values may differ by {' or '.join(allowed)}")
    return filters
