"""What a reconciliation found, for people: agreement by agreement, and what systems have in common told once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.cli.console import print_line
from harness.text import cell_text, printable
from simulator.reporting.reconciliation import (
    AMENDED,
    CONFIDENTIAL,
    DIFFERING,
    KINDS,
    MISSING,
    SURPLUS,
    UNREADABLE,
    Difference,
    Finding,
)

_STYLES = {
    CONFIDENTIAL: "bold red",
    MISSING: "red",
    DIFFERING: "red",
    AMENDED: "yellow",
    SURPLUS: "yellow",
    UNREADABLE: "bold red",
}
_NOTES = {
    CONFIDENTIAL: "confidential in ICI now; its entry stays, and nothing of it is shown",
    AMENDED: "differing, perhaps by an amendment, which a repair would undo (D-58): it stays",
    SURPLUS: "too much: no executed or terminated agreement in ICI stands for it",
}


def show_findings(
    console: Console, systems: Sequence[str], agreements: int, findings: Sequence[Finding], statuses: Mapping[str, str]
) -> None:
    """Print every finding; `statuses` says by guid what has become of the events that were queued."""
    by_agreement: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_agreement.setdefault((finding.sys_id, finding.code), []).append(finding)
    for (sys_id, code), of_agreement in by_agreement.items():
        if sys_id:
            name = code or ("unknown code" if of_agreement[0].kind == UNREADABLE else "organisation rows alone")
            print_line(console, Text.assemble((printable(name), "bold"), f"  System ID {printable(sys_id)}"))
        for alike in _alike(of_agreement):
            _show(console, alike, indent=2 if sys_id else 0)
        for guid in of_agreement[0].queued:
            print_line(console, f"  queued as {guid}: {statuses[guid]}")
        console.print()
    compared = f"{agreements} agreement{'' if agreements == 1 else 's'} compared with {_listed(systems)}: "
    print_line(console, Text(compared).append_text(_counted(findings)))


def _show(console: Console, alike: Sequence[Finding], indent: int) -> None:
    """Print one finding, with the systems that share it."""
    first = alike[0]
    what = _NOTES.get(first.kind, first.kind)
    where = _listed([one.system or "ICI" for one in alike])
    print_line(console, Text.assemble(" " * indent, f"{where}: ", (what, _STYLES[first.kind])))
    if first.error:
        print_line(console, f"{' ' * indent}error {printable(str(first.error))}")
    if first.fields:
        console.print(Padding(_fields(first.fields, where), (0, 0, 0, indent + 2), expand=False))


def _fields(differences: Iterable[Difference], where: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Field", no_wrap=True)
    table.add_column("ICI", overflow="fold")
    table.add_column(where, overflow="fold")
    for name, expected, held in differences:
        table.add_row(name, Text(cell_text(expected)), Text(cell_text(held)))
    return table


def _alike(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings on one agreement; those that say the same of several systems together."""
    groups: dict[object, list[Finding]] = {}
    for one in findings:
        groups.setdefault((one.kind, one.fields, str(one.error)), []).append(one)
    return list(groups.values())


def _counted(findings: Sequence[Finding]) -> Text:
    if not findings:
        return Text("all equal", "green")
    counts = Counter(finding.kind for finding in findings)
    return Text(", ").join(Text(f"{counts[kind]} {kind}", _STYLES[kind]) for kind in KINDS if counts[kind])


def _listed(names: Sequence[str]) -> str:
    *others, last = map(printable, names)
    return f"{', '.join(others)} and {last}" if others else last
