"""The report on a terminal: the sums, the hierarchy as a tree, a table for each other part."""

from collections.abc import Iterable

from rich import box
from rich.console import Console, JustifyMethod
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from harness.cli.console import WIDE, print_line
from harness.cli.report_formats.values import cells, day, is_right, written
from harness.text import printable
from simulator.reporting.consolidation import Report
from simulator.reporting.hierarchy import Node, tree
from simulator.reporting.parts import Part

_MORE = {"SYSID", "label", "ERNAM", "BUKRS", "BSART", "ICMLEGALENTITYCODE", "ICMAPPSRCSUPPLIERID", "alike", "KDATB"}
"""What there is no room for on any terminal, and the other formats hold."""

_WHERE_WIDE = {"NAME", "ICMORGTEAM", "CONTRACTTYPENAME", "ICMEFFECTIVEDATE", "LIFNR", "KTWRT", "WAERS"}
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
    """Print every part; of each at most `limit` lines, all of them where it is 0."""
    _show_figures(console, report)
    for name, part in report.parts.items():
        print_line(console, f"\n{part.query.title}: {_count(name, part)}", "bold")
        if not part.rows:
            continue
        print_line(console, part.query.text, "dim")
        if name == "hierarchy":
            _show_tree(console, tree(part.rows), limit)
        else:
            _show_table(console, part, limit)
    if report.totals.rows:
        print_line(console, f"\n{report.totals.query.title}", "bold")
        _show_table(console, report.totals, limit)


def _show_figures(console: Console, report: Report) -> None:
    figures = report.figures
    print_line(console, f"Contracts and outline agreements on {day(report.asked.day)}", "bold")
    print_line(console, f"  contracts           {_listed(figures.contracts)}")
    print_line(console, f"  contract values     {_listed(figures.values)}")
    print_line(console, f"  outline agreements  {_listed(figures.outline_agreements)}")
    if figures.differences:
        print_line(console, f"  differences         {_listed(figures.differences)}")


def _listed(counts: dict[str, int] | dict[str, str]) -> str:
    return ", ".join(f"{printable(name) or '(blank)'} {count}" for name, count in counts.items()) or "none"


def _count(name: str, part: Part) -> str:
    number = len({row[1:14] for row in part.rows}) if name == "hierarchy" else len(part.rows)
    return f"{number}{' contracts' * (name == 'hierarchy')}" if number else "none"


def _show_tree(console: Console, roots: list[Node], limit: int) -> None:
    shown = roots[: limit or None]
    for root in shown:
        console.print(_branch(root), soft_wrap=True)
    _tell_more(console, len(roots) - len(shown))


def _branch(node: Node, into: Tree | None = None) -> Tree:
    contract = node.contract
    about = (contract["NAME"], f"{day(str(contract['ICMEFFECTIVEDATE']))} to {day(str(contract['ICMEXPIRYDATE']))}")
    label = Text.assemble(
        (printable(str(contract["ICMAGREEMENTCODE"])), "bold"),
        f" {contract['CONTRACTTYPENAME']} ",
        printable(", ".join(map(str, about))),
    )
    if contract["note"]:
        label.append(f" ({contract['note']} {printable(str(contract['ASSOCIATINGCODE']))})", "yellow")
    branch = Tree(label) if into is None else into.add(label)
    for organisation, outlines in node.organisations.items():
        branch.add(Text.assemble(f"{printable(organisation)}  ", _outlines(outlines)))
    for agreement in node.agreements:
        _branch(agreement, branch)
    return branch


def _outlines(outlines: list[dict[str, str | int]]) -> Text:
    if not outlines:
        return Text("no outline agreement", "dim")
    return Text(", ".join(printable(f"{one['system']} {one['EBELN']}") for one in outlines))


def _show_table(console: Console, part: Part, limit: int) -> None:
    left_out = _MORE if console.width >= WIDE else _MORE | _WHERE_WIDE
    keep = [at for at, column in enumerate(part.query.columns) if column.name not in left_out]
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    shown = [_texts(part, row, keep) for row in part.rows[: limit or None]]
    for at, texts in zip(keep, zip(*shown, strict=True), strict=True):
        column = part.query.columns[at]
        widest = min(max(map(len, texts)), 10 if column.name in _FOLDS else 99)
        side: JustifyMethod = "right" if is_right(column) else "left"
        table.add_column(column.label, justify=side, overflow="fold", min_width=widest)
    for line in shown:
        table.add_row(*line)
    console.print(Padding(table, (0, 0, 0, 2), expand=False))
    _tell_more(console, len(part.rows) - len(shown))


def _texts(part: Part, row: tuple[str | int, ...], keep: Iterable[int]) -> list[Text]:
    values = cells(part, row)
    return [Text(printable(written(values[at]))) for at in keep]


def _tell_more(console: Console, number: int) -> None:
    if number:
        print_line(console, f"  and {number} more; --limit 0 shows all", "dim")
