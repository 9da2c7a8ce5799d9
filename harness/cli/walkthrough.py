"""The command `zicm walkthrough`: what the last run showed, step by step."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.control import Control
from rich.segment import ControlType

from harness.cli.console import console
from harness.cli.evidence_files import REMEDY, load_evidence
from harness.cli.options import Reports, failed, the_condition
from harness.cli.show_evidence import show_condition, show_scenario, show_step
from harness.errors import UserError
from harness.evidence.cucumber_reader import Evidence
from harness.specification.register import Condition, Register

_UP_AND_ERASE = Control((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2))


def walkthrough_command(
    *,
    condition: Annotated[
        str | None, typer.Argument(metavar="CONDITION", help="This condition alone, for example 11a.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show what went over the edges in the Given steps, too.")
    ] = False,
    reports: Reports = Path("reports"),
) -> None:
    """Walk through what the last run showed, condition by condition and step by step.

    That is the payload of each event, the calls, the lineage of every field, the messages, the tables before and
    after. Enter goes on, q leaves; without a terminal all is printed.
    """
    wanted = [the_condition(condition)] if condition is not None else list(Register.load().conditions)
    try:
        shown = _shown(wanted, load_evidence(reports).scenarios)
    except UserError as problem:
        raise failed(problem) from None
    screen = console()
    ask = sys.stdin.isatty() and screen.is_terminal
    for part in _parts(screen, shown, full=full):
        if ask and not _goes_on(screen, part):
            break


def _shown(conditions: Sequence[Condition], scenarios: Sequence[Evidence]) -> list[tuple[Condition, list[Evidence]]]:
    """The conditions with the scenarios that ran. Raises UserError where none of them did."""
    shown = [(one, [ran for ran in scenarios if one.tag in ran.tags]) for one in conditions]
    ran = [(one, of_it) for one, of_it in shown if of_it]
    if not ran:
        of_which = f"condition {conditions[0].id}" if len(conditions) == 1 else "any condition"
        raise UserError(f"the last run ran no scenario of {of_which}; {REMEDY}")
    return ran


def _parts(screen: Console, shown: Sequence[tuple[Condition, Sequence[Evidence]]], *, full: bool) -> Iterator[str]:
    """Print part by part. Yields, after each, how far it has got."""
    for condition, scenarios in shown:
        show_condition(screen, condition, scenarios)
        for number, scenario in enumerate(scenarios, 1):
            show_scenario(screen, scenario)
            of = f"{condition.id}, scenario {number} of {len(scenarios)}"
            prepared = next((at for at, step in enumerate(scenario.steps) if step.keyword == "When"), 0)
            for at, step in enumerate(scenario.steps, 1):
                show_step(screen, step, in_full=full or at > prepared)
                yield f"{of}, step {at} of {len(scenario.steps)}"


def _goes_on(screen: Console, where: str) -> bool:
    """Ask whether to go on; the question leaves no trace."""
    screen.print(f"{where} - Enter: next, q: leave ", style="reverse", end="")
    try:
        answer = input()
    except (KeyboardInterrupt, EOFError):
        screen.print()
        return False
    screen.control(_UP_AND_ERASE)
    return answer.strip().lower() != "q"
