"""The test conditions of the register, with the scenarios that show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from gherkin.errors import ParserError
from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from harness.cli.console import print_line
from harness.errors import UserError
from harness.files import FEATURES
from harness.specification.census import by_entry
from harness.specification.register import Condition, Register
from harness.specification.scenarios import Scenario, read_scenarios


@dataclass(frozen=True)
class Shown:
    """A condition, and the scenarios that show it."""

    condition: Condition
    scenarios: list[Scenario]

    def as_json(self) -> dict[str, object]:
        """The object that `zicm conditions --json` prints for it."""
        return {
            "id": self.condition.id,
            "title": self.condition.title,
            "scenarios": [{"name": scenario.name, "place": scenario.place} for scenario in self.scenarios],
        }


def load_conditions() -> list[Shown]:
    """Every condition, in the order of the register. Raises UserError for a register or a feature that is broken."""
    try:
        register = Register.load()
        scenarios = by_entry(register, read_scenarios(FEATURES))
    except (OSError, ValueError, ParserError) as error:
        raise UserError(f"the register and the features cannot be read: {error}") from None
    return [Shown(condition, scenarios[condition.id]) for condition in register.conditions]


def show_conditions(console: Console, listed: Sequence[Shown]) -> None:
    """Print one line for each condition."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Id", no_wrap=True)
    table.add_column("Event", no_wrap=True)
    table.add_column("Title")
    table.add_column("Scenarios", justify="right", no_wrap=True)
    for condition, count in ((one.condition, len(one.scenarios)) for one in listed):
        table.add_row(condition.id, condition.event, condition.title, Text(str(count), "" if count else "bold red"))
    console.print(table)
    unshown = sum(not one.scenarios for one in listed)
    print_line(console, f"\n{len(listed)} conditions, {unshown} without a scenario")


def show_condition(console: Console, one: Shown) -> None:
    """Print all there is to one condition."""
    condition = one.condition
    print_line(console, f"{condition.id} {condition.title}", "bold")
    print_line(console, f"  {condition.event}: {condition.contract}")
    print_line(console, "\nWhat must be seen", "bold")
    for expected in condition.expected:
        console.print(Padding(f"- {expected}", (0, 0, 0, 2), expand=False))
    print_line(console, f"\nScenarios: {len(one.scenarios)}", "bold")
    for scenario in one.scenarios:
        console.print(Padding(scenario.name, (0, 0, 0, 2), expand=False))
        print_line(console, f"    {scenario.place}", "dim")
