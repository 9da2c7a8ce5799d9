"""The command `zicm`: its subcommands and its exit codes.

0: success. 1: something in the data or in the run failed. 2: wrong use.
"""

import gc
import io
import os
import sys
from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.completion import completion_init  # type: ignore[attr-defined]

from harness.cli.command_group import CommandGroup
from harness.errors import UserError
from harness.text import printable

GROUPS = {
    "Test and sign off": {
        "conditions": ("conditions", "List the test conditions."),
        "walkthrough": ("walkthrough", "Walk through what the last run showed, step by step."),
        "signoff": ("signoff.commands", "Approve conditions; export everything into a workbook."),
        "steps": ("steps", "Search the sentences that a scenario can use."),
        "lint": ("lint", "Check the features without running them."),
        "scenario": ("scenario", "Write a scenario from a recorded exchange."),
    },
    "Events and messages": {
        "replay": ("replay", "Replay recorded exchanges with ICI."),
        "messages": ("messages.commands", "List the messages: the status of each event."),
        "reconcile": ("reconcile", "Compare what ICI holds with what the tables hold."),
        "health": ("health", "Check every endpoint, and list the alerts."),
        "serve": ("serve", "Serve the landscape over HTTP, with its live console."),
    },
    "The tables and what users of ECC do": {
        "tables": ("tables", "Show what the tables hold."),
        "maintain": ("maintain", "Maintain the Z-tables by hand (SM30), as users of ECC do."),
        "outline": ("outline", "Keep outline agreements by hand, as users of ECC do."),
        "scm": ("scm", "Look at Dynamics 365 SCM, and release orders as its users do."),
    },
    "Contracts over all systems": {
        "report": ("report", "Report contracts and outline agreements over all systems."),
        "accept": ("accept", "Accept differences of the report, with a reason."),
        "demo": ("demo", "Fill a folder with believable contracts."),
    },
    "Your own parts": {
        "flow": ("flow.commands", "Check, explain, run and test an integration flow of CPI."),
        "check-samples": ("check_samples", "Check recorded files of ICI against the contract."),
        "check-abap": ("check_abap", "Check ABAP objects for what SAP would refuse late."),
    },
    "This command": {
        "completion": ("completion", "Complete commands and options with the tabulator key."),
    },
}
"""Each command by subject, with the module of `harness.cli` that holds it as `app`, and its line in the help."""

COMMANDS = {name: command for commands in GROUPS.values() for name, command in commands.items()}


@cache
def _command(name: str) -> Any:
    return typer.main.get_command(import_module(f"harness.cli.{COMMANDS[name][0]}").app)


class _LazyGroup(CommandGroup):
    """Import the module of a command only when it is called, so that `zicm --help` answers at once."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as Typer calls it
        """List the commands by subject."""
        for subject, commands in GROUPS.items():
            with formatter.section(subject):
                formatter.write_dl([(name, line) for name, (_, line) in commands.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Replace the placeholder of the called command with the command itself."""
        name, placeholder, rest = super().resolve_command(ctx, args)
        if name is None:
            return name, placeholder, rest
        return name, _command(name), rest

    def invoke(self, ctx: Any) -> Any:
        """Run the called command. Prints a UserError, or that of settings, on one line and exits with 1.

        Exits with 2 for an argument that is no UTF-8: no database takes it.
        """
        from simulator.errors import SettingsError  # noqa: PLC0415 - the help loads nothing of the simulator

        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            if error.name not in ("pytest", "pytest_bdd"):
                raise
            typer.echo("Error: this command loads the step functions: install zicm[bdd]", err=True)
            raise typer.Exit(1) from None
        except UnicodeEncodeError:
            typer.echo("Error: an argument holds bytes that are no UTF-8", err=True)
            raise typer.Exit(2) from None
        except (UserError, SettingsError) as error:
            typer.echo(f"Error: {printable(' '.join(str(error).split()))}", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(
    name="zicm",
    cls=_LazyGroup,
    help="Simulator and contract-testing harness for the interfaces from Icertis to SAP ECC and Dynamics 365 SCM.",
    epilog="Exit codes: 0 success, 1 something in the data or the run failed, 2 wrong use.",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _placeholder() -> None:
    """Stand for a command in the help of `zicm`."""


for _name, (_, _line) in COMMANDS.items():
    app.command(_name, help=_line)(_placeholder)


def _version(wanted: bool) -> None:  # noqa: FBT001 - as Typer calls it
    if wanted:
        typer.echo(f"zicm {version('zicm')}")
        raise typer.Exit


@app.callback()
def _zicm(
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


_THRESHOLDS = (50_000, 20, 20)
"""Objects that a command may make before their garbage is collected: most of its modules and of what it reads stays."""


def main() -> None:
    """Run the command in this process, and exit with its code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # redirected on Windows, its encoding may lack characters
    gc.set_threshold(*_THRESHOLDS)
    if "_ZICM_COMPLETE" in os.environ:  # asked by the script that `zicm completion` prints
        completion_init()
    app()
