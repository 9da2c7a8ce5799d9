"""Print the report on a terminal: the totals, the hierarchy as a tree, a table for each other part."""

from collections.abc import Iterable
from itertools import islice

from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from harness.cli.console import PIPED, WIDE, headed_table, indented, plural, print_line, print_table
from harness.cli.report_formats.values import cells, day, display_text, is_right
from harness.text import printable
from simulator.reporting.consolidation import Report
from simulator.reporting.hierarchy import ContractNode, build_tree
from simulator.reporting.parts import ReportPart

_NEVER = {"SYSID", "label", "ERNAM", "BUKRS", "BSART", "ICMLEGALENTITYCODE", "ICMAPPSRCSUPPLIERID", "alike", "KDATB"}
"""Columns for which no terminal has room; the other formats have them."""

_ONLY_WIDE = {"NAME", "ICMORGTEAM", "CONTRACTTYPENAME", "ICMEFFECTIVEDATE", "LIFNR", "KTWRT", "WAERS"}
_FOLDS = {
    "NAME",
    "ICMORGTEAM",
    "ICMPRIMARYOWNERNAME",
    "outline_agreement",
    "contract",
    "value",
    "other_value",
    "obstacles",
    "group",
}


def show_report(console: Console, report: Report, limit: int) -> None:
    """Print every part, each with at most `limit` lines; 0 prints all."""
    _show_figures(console, report)
    for name, part in report.parts.items():
        print_line(console, f"\n{part.query.title}: {_count(name, part)}", "bold")
        if not part.rows:
            continue
        print_line(console, part.query.description, "dim")
        if name == "hierarchy":
            _show_tree(console, [*build_tree(part.rows)], limit)
        else:
            _show_table(console, part, limit)
    if report.totals.rows:
        print_line(console, f"\n{report.totals.query.title}", "bold")
        _show_table(console, report.totals, limit)
    if omitted := _omitted(console) & {
        one.name for part in report.parts.values() if part.rows for one in part.query.columns
    }:
        wider = f"{WIDE} columns have room for others, " if omitted - _NEVER else ""
        print_line(
            console, f"\nColumns are left out here: {wider}a pipe and --format html, xlsx, csv, json have all", "dim"
        )


def _show_figures(console: Console, report: Report) -> None:
    figures = report.figures
    print_line(console, f"Contracts and outline agreements on {day(report.request.day)}", "bold")
    grid = Table.grid(padding=(0, 2))
    grid.add_row("contracts", _listed(figures.contracts))
    grid.add_row("contract values", _listed(figures.values))
    if figures.master_values:
        grid.add_row("values of masters", _listed(figures.master_values))
    if figures.expired_values:
        grid.add_row("values of expired", _listed(figures.expired_values))
    grid.add_row("outline agreements", _listed(figures.outline_agreements))
    if figures.differences:
        grid.add_row("differences", _listed(figures.differences))
    console.print(indented(grid))


def _listed(counts: dict[str, int] | dict[str, str]) -> str:
    return ", ".join(f"{printable(name) or '(blank)'} {count}" for name, count in counts.items()) or "none"


def _count(name: str, part: ReportPart) -> str:
    number = len({row[1:13] for row in part.rows}) if name == "hierarchy" else len(part.rows)
    return (plural(number, "contract") if name == "hierarchy" else str(number)) if number else "none"


def _show_tree(console: Console, roots: list[ContractNode], limit: int) -> None:
    shown = roots[: limit or None]
    for root in shown:
        console.print(_branch(root))
    _print_omitted(console, len(roots) - len(shown))


def _branch(node: ContractNode, into: Tree | None = None) -> Tree:
    contract = node.contract
    about = (contract["NAME"], f"{day(str(contract['ICMEFFECTIVEDATE']))} to {day(str(contract['ICMEXPIRYDATE']))}")
    label = Text.assemble(
        (printable(str(contract["ICMAGREEMENTCODE"])), "bold"),
        f" {contract['CONTRACTTYPENAME']} ",
        printable(", ".join(map(str, about))),
    )
    if contract["state"]:
        label.append(f" ({contract['state']})", "yellow")
    if contract["note"]:
        label.append(f" ({contract['note']} {printable(str(contract['ASSOCIATINGCODE']))})", "yellow")
    branch = Tree(label) if into is None else into.add(label)
    for organisation, outlines in node.organisations.items():
        branch.add(
            Text.assemble(f"{printable(organisation)}  ", _outlines(outlines, node.remarks.get(organisation, "")))
        )
    for agreement in node.agreements:
        _branch(agreement, branch)
    return branch


def _outlines(outlines: list[dict[str, str | int]], without: str) -> Text:
    """List the outline agreements of an organisation; of one without any, say what is to be said of it."""
    if not outlines:
        return Text(without, "dim")
    listed = Text()
    for one in outlines:
        listed.append(f"{', ' if listed else ''}{printable(str(one['system']))} {printable(str(one['EBELN']))}")
        if one["remarks"]:
            listed.append(f" ({one['remarks']})", "yellow")
    return listed


def _show_table(console: Console, part: ReportPart, limit: int) -> None:
    omitted = _omitted(console)
    if "reopened" in part.names and not any(row[part.names.index("reopened")] for row in part.rows):
        omitted = omitted | {"reopened"}
    keep = [at for at, column in enumerate(part.query.columns) if column.name not in omitted]
    table = headed_table(narrow=True)
    shown = [_texts(part, row, keep) for row in islice(part.rows, limit or None)]
    for column in (part.query.columns[at] for at in keep):
        side: JustifyMethod = "right" if is_right(column) else "left"
        table.add_column(column.label, justify=side, no_wrap=column.name not in _FOLDS)
    for line in shown:
        table.add_row(*line)
    print_table(console, table, 2)
    _print_omitted(console, len(part.rows) - len(shown))


def _omitted(console: Console) -> set[str]:
    if console.width == PIPED:
        return set()
    return _NEVER if console.width >= WIDE else _NEVER | _ONLY_WIDE


def _texts(part: ReportPart, row: tuple[str | int, ...], keep: Iterable[int]) -> list[Text]:
    values = cells(part, row)
    return [Text(printable(display_text(values[at]))) for at in keep]


def _print_omitted(console: Console, number: int) -> None:
    if number:
        print_line(console, f"  and {number} more; --limit 0 shows all", "dim")
