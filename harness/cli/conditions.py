"""`zicm conditions`: the test conditions of the register, with the scenarios that show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from harness.cli.console import console, headed_table, indented, print_line, print_table
from harness.cli.options import AsJson, examples, new_app, print_json, require_condition
from harness.errors import UserError
from harness.files import FEATURES
from harness.specification.census import by_entry
from harness.specification.register import Condition, Register, Target
from harness.specification.scenarios import Scenario, read_scenarios

app = new_app()


@app.command("conditions", epilog=examples("zicm conditions", "zicm conditions 2a"))
def conditions_command(
    *,
    condition: Annotated[
        str | None, typer.Argument(metavar="ID", help="Show only this condition, with its scenarios, for example 2a.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the test conditions, each with the number of scenarios that show it."""
    listed = load_conditions()
    if condition is not None:
        wanted = require_condition(condition).id
        listed = [one for one in listed if one.condition.id == wanted]
    if as_json:
        print_json({"conditions": [one.as_json() for one in listed]})
    elif condition is not None:
        _show_condition(console(), listed[0])
    else:
        _show_conditions(console(), listed)


@dataclass(frozen=True)
class ConditionScenarios:
    """A condition, and the scenarios that show it."""

    condition: Condition
    scenarios: list[Scenario]

    def as_json(self) -> dict[str, object]:
        """Return the object that `zicm conditions --json` prints for it."""
        return {
            "id": self.condition.id,
            "title": self.condition.title,
            "scenarios": [{"name": scenario.name, "place": scenario.place} for scenario in self.scenarios],
        }


def load_conditions() -> list[ConditionScenarios]:
    """Load every condition, in the order of the register. Raises UserError for a broken register or feature."""
    try:
        register = Register.load()
        scenarios = by_entry(register, read_scenarios(FEATURES))
    except (OSError, ValueError) as error:
        raise UserError(f"the register and the features cannot be read: {error}") from None
    return [ConditionScenarios(condition, scenarios[condition.id]) for condition in register.conditions]


def _show_conditions(console: Console, listed: Sequence[ConditionScenarios]) -> None:
    for target in Target:
        if target is not Target.ECC:
            print_line(console, "")
        of_target = [one for one in listed if one.condition.belongs_to is target]
        table = headed_table()
        table.add_column("Id", no_wrap=True)
        table.add_column("Event", no_wrap=True)
        table.add_column("Title")
        table.add_column("Scenarios", justify="right", no_wrap=True)
        for condition, count in ((one.condition, len(one.scenarios)) for one in of_target):
            table.add_row(condition.id, condition.event, condition.title, Text(str(count), "" if count else "bold red"))
        print_table(console, table)
        without = sum(not one.scenarios for one in of_target)
        print_line(console, f"\n{len(of_target)} conditions of {target}, {without} without a scenario")


def _show_condition(console: Console, shown: ConditionScenarios) -> None:
    condition = shown.condition
    print_line(console, f"{condition.id} {condition.title}", "bold")
    print_line(console, f"  {condition.event}: {condition.contract}")
    print_line(console, "\nWhat must be seen", "bold")
    for expected in condition.expected:
        asked = f" ({expected.asked_by})" if expected.asked_by else ""
        console.print(indented(f"- {expected.text}{asked}"))
    print_line(console, f"\nScenarios: {len(shown.scenarios)}", "bold")
    for scenario in shown.scenarios:
        console.print(indented(scenario.name))
        print_line(console, f"    {scenario.place}", "dim")
