"""The command line: what it takes, where its output goes, its exit codes.

0: all well. 1: something in the data or in the run failed. 2: wrong use.
"""

from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.conditions import load_conditions, show_condition, show_conditions
from harness.cli.console import console, forgive_encoding
from harness.cli.demo import demo_command
from harness.cli.health import health_command
from harness.cli.maintain import maintain
from harness.cli.messages.commands import messages
from harness.cli.options import (
    FAILED,
    AsJson,
    SettingsFile,
    chosen,
    failed,
    print_json,
    settings_in,
    the_condition,
)
from harness.cli.outline import outline
from harness.cli.reconcile import reconcile_command
from harness.cli.replay import Exchange, replay
from harness.cli.report import report_command
from harness.cli.samples import check
from harness.cli.serve import serve_command
from harness.cli.show_replay import show_exchange, show_summary
from harness.cli.show_samples import show_samples
from harness.cli.show_tables import show_systems
from harness.cli.signoff.commands import signoff
from harness.cli.walkthrough import walkthrough_command
from harness.data_directory import read
from harness.errors import UserError

app = typer.Typer(
    name="zicm",
    help="Simulator and contract-testing harness for the contract interface from Icertis to SAP ECC.",
    epilog="Exit codes: 0 all well, 1 something in the data or the run failed, 2 wrong use.",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.add_typer(messages, name="messages")
app.add_typer(outline, name="outline")
app.add_typer(maintain, name="maintain")
app.add_typer(signoff, name="signoff")


def _add(name: str, command: Callable[..., None], *examples: str, exits: str = "") -> None:
    """Add a command of another module, with examples and its own exit codes."""
    several = "s" if len(examples) > 1 else ""
    epilog = "\n".join([f"\b\nExample{several}:", *(f"  zicm {name} {one}" for one in examples)])
    app.command(name, epilog=f"{epilog}\n\nExit codes: {exits}." if exits else epilog)(command)


_add("walkthrough", walkthrough_command, "11a")
_add(
    "reconcile",
    reconcile_command,
    "--data tables --settings uat.toml --ici-client cpi:env:ICI_SECRET",
    "--data tables --ici-url http://127.0.0.1:8800/icertis/api --credentials tables/credentials.json",
    "--data tables --recorded fixtures/exchanges --repair",
    exits="0 all equal, 1 something was found or failed, 2 wrong use",
)
_add(
    "serve",
    serve_command,
    "--data tables",
    "--part ecc --systems PF2 --port 8801 --data tables",
    exits="0 stopped by Ctrl-C, 1 the data directory or a database cannot be used, 2 wrong use, or the port is in use",
)
_add("demo", demo_command, "--data demo --contracts 500 --seed 7")
_add(
    "report",
    report_command,
    "--data tables --org-team Energy --owner '*laurent*'",
    "--data tables --format html --output report.html",
    "--data tables --part s4 --format csv --output s4.csv",
)
_add("health", health_command, "--data tables")


def main() -> None:
    """Run the command; its exit code is that of the process."""
    forgive_encoding()
    app()


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


@app.command(
    "replay",
    epilog="\b\nExample, from a checkout:\n"
    "  zicm replay fixtures/exchanges/01-master-executed fixtures/exchanges/03-sub-executed --data tables",
)
def replay_command(
    *,
    folders: Annotated[
        list[str],
        typer.Argument(metavar="FOLDER", help="Recorded exchanges, in the order in which they are replayed."),
    ],
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep tables and messages in DIR, a database each; else in memory."),
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Replay recorded exchanges with ICI.

    Each goes through the mapping and into the tables of every system. A folder holds event.json, agreement.json
    (what ICI answered to call 1) and, where call 2 was made, associatinginstances.json. A call for which the folder
    holds no answer is answered with 404. Each message is tried once; what fails stays
    in DIR, for zicm messages.
    """
    try:
        exchanges = replay(folders, settings_in(settings), data, look_into_tables=not as_json)
        kinds = _print_as_json(list(exchanges)) if as_json else _print_for_people(exchanges)
    except UserError as problem:
        raise failed(problem) from None
    raise typer.Exit(FAILED if "failed" in kinds else 0)


@app.command("tables", epilog="\b\nExample:\n  zicm tables --data tables --system PF2")
def tables_command(
    *,
    data: Annotated[Path, typer.Option(metavar="DIR", help="The folder that a replay kept the tables in.")],
    system: Annotated[str | None, typer.Option(metavar="NAME", help="Show this system alone, for example PF2.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the tables hold.

    That is ZMM_ICMCONTRACT and ZMM_ICMPURCHORG of each system, in the order of their keys.
    """
    try:
        held = {name: read(file) for name, file in chosen(data, system).items()}
    except UserError as problem:
        raise failed(problem) from None
    if as_json:
        print_json(held)
    else:
        show_systems(console(), held)


@app.command(
    "check-samples",
    epilog="\b\nExample, from a checkout:\n  zicm check-samples fixtures/exchanges",
    short_help="Hold recorded files of ICI against the contract.",
)
def check_samples_command(
    *,
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER", help="A recorded exchange, or a folder of them.")],
    as_json: AsJson = False,
) -> None:
    """Hold recorded files of ICI against the contract in fixtures/contracts.

    Says which fields are missing, new, or of another shape than expected, and shows no value. New fields alone are
    no finding. What the mapping makes of a sample, zicm replay says.
    """
    try:
        samples = check(folders)
    except UserError as problem:
        raise failed(problem) from None
    as_expected = all(sample.is_as_expected for sample in samples)
    if as_json:
        print_json({"as_expected": as_expected, "exchanges": [sample.as_json() for sample in samples]})
    else:
        show_samples(console(), samples)
    raise typer.Exit(0 if as_expected else FAILED)


@app.command(
    "conditions",
    epilog="\b\nExamples:\n  zicm conditions\n  zicm conditions 2a",
    short_help="List the test conditions.",
)
def conditions_command(
    *,
    condition: Annotated[
        str | None, typer.Argument(metavar="ID", help="Show this condition with its scenarios, for example 2a.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the test conditions, each with the number of scenarios that show it."""
    try:
        listed = load_conditions()
    except UserError as problem:
        raise failed(problem) from None
    by_id = {one.condition.id: one for one in listed}
    if condition is not None:
        listed = [by_id[the_condition(condition).id]]
    if as_json:
        print_json({"conditions": [one.as_json() for one in listed]})
    elif condition is not None:
        show_condition(console(), by_id[condition])
    else:
        show_conditions(console(), listed)


def _print_for_people(exchanges: Iterable[Exchange]) -> list[str]:
    """Print each exchange as soon as it is through. Returns what became of them."""
    screen = console()
    kinds = []
    for exchange in exchanges:
        show_exchange(screen, exchange)
        kinds.append(exchange.kind)
    show_summary(screen, kinds)
    return kinds


def _print_as_json(exchanges: list[Exchange]) -> list[str]:
    """Print all exchanges as one object. Returns what became of them."""
    print_json({"exchanges": [exchange.as_json() for exchange in exchanges]})
    return [exchange.kind for exchange in exchanges]
