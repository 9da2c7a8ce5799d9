"""What the commands have in common: options, the exit code of a failure, output for programs."""

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from harness.data_directory import found
from harness.errors import UserError
from harness.specification.register import Condition, Register
from harness.text import printable
from simulator.settings import Settings

FAILED = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE", help="Settings of the landscape, a TOML file.")
]

Reports = Annotated[Path, typer.Option("--reports", metavar="DIR", help="Where the last run left its evidence.")]

MessageFolder = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="The folder that a replay kept the messages in.")
]


def the_condition(condition: str) -> Condition:
    """The condition of an id. Raises BadParameter where there is none."""
    known = {one.id: one for one in Register.load().conditions}
    if condition not in known:
        raise typer.BadParameter(
            f"there is no condition {condition}, there are {', '.join(known)}", param_hint="CONDITION"
        )
    return known[condition]


def settings_in(file: Path | None) -> Settings:
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


def chosen(folder: Path, system: str | None) -> dict[str, Path]:
    """The database files of the systems in a folder, or that of one of them.

    Raises UserError for a folder without any, BadParameter for a system that is not there.
    """
    files = found(folder)
    if system is None:
        return files
    if system not in files:
        raise typer.BadParameter(f"{folder} holds {', '.join(files)}, not {system}", param_hint="--system")
    return {system: files[system]}


def print_json(content: object) -> None:
    typer.echo(json.dumps(content, indent=2))


def failed(problem: UserError) -> typer.Exit:
    """Tell what went wrong; the exit to raise."""
    typer.echo(f"Error: {printable(' '.join(str(problem).split()))}", err=True)
    return typer.Exit(FAILED)
