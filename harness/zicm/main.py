"""The command line: what it takes, where its output goes, its exit codes.

0: all well. 1: something in the data or in the run failed. 2: wrong use.
"""

import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from harness.zicm.conditions import load_conditions, show_condition, show_conditions
from harness.zicm.console import console, forgive_encoding
from harness.zicm.databases import Unusable, found, read
from harness.zicm.reconcile import add_reconcile
from harness.zicm.replay import Exchange, replay
from harness.zicm.show_replay import show_exchange, show_summary
from harness.zicm.show_tables import show_systems
from harness.zicm.text import plain
from simulator.settings import Settings

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

FAILED = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]


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
        typer.Option(metavar="DIR", help="Keep the tables in DIR, one database for each system; else in memory."),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings of the landscape, a TOML file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Replay recorded exchanges with ICI.

    Each goes through the mapping and into the tables of every system. A folder holds event.json, agreement.json
    (what ICI answered to call 1) and, where call 2 was made, associatinginstances.json. A call for which the folder
    holds no answer is answered with 404. Each message is tried once.
    """
    try:
        exchanges = replay(folders, _settings(settings), data, look_into_tables=not as_json)
        kinds = _print_as_json(list(exchanges)) if as_json else _print_for_people(exchanges)
    except Unusable as problem:
        raise _failed(problem) from None
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
        files = found(data)
        if system is not None and system not in files:
            raise typer.BadParameter(f"{data} holds {', '.join(files)}, not {system}", param_hint="--system")
        held = {name: read(file) for name, file in files.items() if system in (None, name)}
    except Unusable as problem:
        raise _failed(problem) from None
    if as_json:
        _print_json(held)
    else:
        show_systems(console(), held)


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
    except Unusable as problem:
        raise _failed(problem) from None
    by_id = {one.condition.id: one for one in listed}
    if condition is not None:
        if condition not in by_id:
            raise typer.BadParameter(
                f"there is no condition {condition}, there are {', '.join(by_id)}", param_hint="ID"
            )
        listed = [by_id[condition]]
    if as_json:
        _print_json({"conditions": [one.as_json() for one in listed]})
    elif condition is not None:
        show_condition(console(), by_id[condition])
    else:
        show_conditions(console(), listed)


def _settings(file: Path | None) -> Settings:
    """The settings in a file, or the defaults. Raises BadParameter for a file that holds none."""
    if file is None:
        return Settings()
    try:
        return Settings.read(file)
    except OSError as error:
        problem = f"{file} cannot be read: {error.strerror}"
    except ValidationError as errors:
        said = (f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in errors.errors())
        problem = f"{file}: {'; '.join(said)}"
    except ValueError as error:  # no TOML, no UTF-8
        problem = f"{file} is no TOML: {error}"
    raise typer.BadParameter(problem, param_hint="--settings")


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
    _print_json({"exchanges": [exchange.as_json() for exchange in exchanges]})
    return [exchange.kind for exchange in exchanges]


def _print_json(content: object) -> None:
    typer.echo(json.dumps(content, indent=2))


def _failed(problem: Unusable) -> typer.Exit:
    """Tell what went wrong; the exit to raise."""
    typer.echo(f"Error: {plain(' '.join(str(problem).split()))}", err=True)
    return typer.Exit(FAILED)


add_reconcile(app, _settings, _print_json, _failed)
