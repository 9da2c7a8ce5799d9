"""The table of what found each fault."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

NO_FAULT = "(none)"


class FoundFault(NamedTuple):
    """One line of the table: a fault, and what turned red for it."""

    fault: str
    rule: str
    what: str
    red: str
    """The ids of the conditions that failed, or the number of other scenarios."""

    is_expected: bool
    expected_in: str = ""
    """The rule whose scenarios find it, where no condition does; blank for the conditions."""


def report(lines: Sequence[FoundFault], console: Console) -> None:
    """Print what found each fault, and count those of the conditions apart from those that other scenarios find."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("fault", "breaks", "what is wrong", "expected in", "failed"):
        table.add_column(column, overflow="fold")
    for line in lines:
        where = f"scenarios of {line.expected_in}" if line.expected_in else "conditions"
        where = "nothing" if line.fault == NO_FAULT else where
        style = None if line.is_expected else "red"
        table.add_row(line.fault, line.rule, line.what or "nothing", where, line.red, style=style)
    console.print(table)
    faults = [line for line in lines if line.fault != NO_FAULT]
    by_condition = [line for line in faults if not line.expected_in]
    found = sum(line.is_expected for line in by_condition)
    console.print(f"{found} of {len(by_condition)} faults found by conditions")
    if others := [line for line in faults if line.expected_in]:
        found = sum(line.is_expected for line in others)
        names = ", ".join(line.fault for line in others)
        console.print(
            f"{found} of {len(others)} found by other scenarios alone, as no condition has their case: {names}"
        )
