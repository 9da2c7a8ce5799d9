"""Print the state of the approvals."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.cli.console import headed_table, indented, plural, print_line, print_table
from harness.evidence.last_run import REMEDY
from harness.evidence.run_comparison import RunDifference
from harness.signoff.approvals.model import APPROVED, OPEN, PARTLY, REJECTED, REOPENED, Approval
from harness.signoff.approvals.status import changed_since
from harness.signoff.service import CURRENT, NONE, OLDER, SignOff
from harness.specification.register import Condition, Target
from harness.text import printable

_STYLES = {APPROVED: "green", PARTLY: "yellow", REJECTED: "bold red", REOPENED: "bold red", OPEN: "yellow"}
_NOTES = {
    NONE: f"there is no evidence: only texts and code were compared with what was approved; {REMEDY}",
    OLDER: f"the evidence is from other code or features; {REMEDY}",
}


def show_status(console: Console, signoff: SignOff) -> None:
    """Print one line for each condition, then what reopened approvals, then the totals."""
    approvals = signoff.states()
    for target in Target:
        if target is not Target.ECC:
            print_line(console, f"\n{target}", "bold")
        print_table(console, _table(approvals, signoff.register.conditions_of(target)))
    if resting := _by_decision(approvals):
        print_line(console, "\nOpen decisions, and the conditions that depend on them", "bold")
        for decision, conditions in resting.items():
            console.print(indented(f"{decision}: {', '.join(conditions)}"))
    if changed := changed_since(approvals):
        print_line(console, "\nWhat changed since it was approved", "bold")
        for change in changed:
            console.print(indented(printable(change)))
    if signoff.evidence != CURRENT:
        console.print(f"\nNote: {_NOTES[signoff.evidence]}")
    print_line(console, "")
    for target in Target:
        print_line(console, _totals(approvals, signoff.register.conditions_of(target), target))


def _totals(approvals: Mapping[str, Approval], conditions: Sequence[Condition], target: Target) -> Text:
    counts = Counter(approvals[one.id].state for one in conditions)
    parts = (Text(f"{counts[state]} {state}", style if counts[state] else "dim") for state, style in _STYLES.items())
    return Text(f"{len(conditions)} conditions of {target}: ").append_text(Text(", ").join(parts))


def _by_decision(approvals: Mapping[str, Approval]) -> dict[str, list[str]]:
    """List the conditions that depend on each open decision, by consequence as the conditions have them."""
    found: dict[str, list[str]] = {}
    for condition, one in approvals.items():
        for decision in one.open_decisions:
            found.setdefault(decision, []).append(condition)
    return found


def _table(approvals: Mapping[str, Approval], conditions: Sequence[Condition]) -> Table:
    table = headed_table()
    for heading in ("Id", "Title", "State", "Depends on", "By", "Still to sign", "On"):
        table.add_column(heading, no_wrap=heading in ("Id", "State", "On"))
    for condition in conditions:
        one = approvals[condition.id]
        state = Text(one.state, _STYLES[one.state])
        depends = one.dependence.removeprefix("depends on ")
        table.add_row(
            condition.id, condition.title, state, depends, Text(printable(one.by)), ", ".join(one.missing), one.date
        )
    return table


def show_differences(console: Console, found: Sequence[RunDifference]) -> None:
    """Print what differs between two runs, by scenario, and how much it is."""
    for scenario, differences in groupby(found, lambda one: one.scenario):
        print_line(console, printable(scenario) or "the runs", "bold")
        for one in differences:
            console.print(indented(printable(f"{one.what}: {one.first or '(blank)'} -> {one.second or '(blank)'}")))
    scenarios = len({one.scenario for one in found} - {""})
    print_line(console, f"{plural(len(found), 'difference')} in {plural(scenarios, 'scenario')}")
