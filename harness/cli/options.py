"""Options that several commands take, their help, and output for programs."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from textwrap import indent
from typing import Annotated

import typer
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.cli.command_group import CommandGroup
from harness.database_files import system_files
from harness.specification.register import Condition, Register
from harness.text import did_you_mean
from simulator.settings import IciAccess, PartCredentials, ScmContractType, Settings

FAILED = 1

_FIRST_YEAR = 1900
"""No contract is older, and SCM has no earlier day."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE", help="Settings of the landscape, a TOML file.")
]
MessageFolder = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="The folder in which a replay kept the messages.")
]
Reports = Annotated[
    Path, typer.Option("--reports", metavar="DIR", help="The folder in which the last run left its evidence.")
]

new_app = partial(typer.Typer, cls=CommandGroup, add_completion=False, rich_markup_mode=None)
"""Makes the Typer app of a command's module, called `app` there."""


def examples(*commands: str, where: str = "", exits: str = "") -> str:
    """Lay out what ends the help of a command: example command lines, and exit codes other than the usual ones."""
    head = f"\b\nExample{'s' if len(commands) > 1 else ''}{where}:"
    epilog = "\n".join([head, *(f"  {command}" for command in commands)])
    return f"{epilog}\n\nExit codes: {exits}." if exits else epilog


def require_condition(condition: str) -> Condition:
    """Find the condition with this id. Raises BadParameter for an unknown id."""
    known = {one.id: one for one in Register.load().conditions}
    if condition not in known:
        raise typer.BadParameter(
            f"there is no condition {condition}, there are {', '.join(known)}", param_hint="CONDITION"
        )
    return known[condition]


_NESTED: Mapping[str, type[BaseModel]] = {
    "ici": IciAccess,
    "credentials": PartCredentials,
    "scm_types": ScmContractType,
}
"""The settings that have settings of their own, by name."""


def load_settings(file: Path | None) -> Settings:
    """Read settings from a file, or take the defaults. Raises BadParameter for a file without valid settings."""
    if file is None:
        return Settings()
    try:
        return Settings.read(file)
    except OSError as error:
        problem = f"{file} cannot be read: {error.strerror}"
    except ValidationError as errors:
        problem = f"{file}: {'; '.join(map(_wrong_setting, errors.errors()))}"
    except ValueError as error:  # not TOML, or not UTF-8
        problem = f"{file} is not TOML: {error}"
    raise typer.BadParameter(problem, param_hint="--settings")


def _wrong_setting(error: ErrorDetails) -> str:
    loc = [*map(str, error["loc"])]
    if error["type"] != "extra_forbidden":
        return ": ".join(filter(None, [".".join(loc), error["msg"]]))
    known = _NESTED[loc[0]] if len(loc) > 1 else Settings
    return f"{'.'.join(loc)}: there is no such setting{did_you_mean(loc[-1], known.model_fields)}"


def parse_day(text: str) -> datetime:
    """Parse the day of an option, at midnight in UTC. Raises BadParameter, which does not show the text."""
    try:
        day = datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise typer.BadParameter("give a day of the calendar as 2026-12-31") from None
    if day.year < _FIRST_YEAR:
        raise typer.BadParameter(f"give a day of {_FIRST_YEAR} or later")
    return day


def selected_systems(folder: Path, system: str | None) -> dict[str, Path]:
    """Map each system of a folder, or only the named one, to its database file.

    Raises UserError for a folder without any, BadParameter for a system that it lacks.
    """
    files = system_files(folder)
    if system is None:
        return files
    if system not in files:
        raise typer.BadParameter(f"{folder} holds {', '.join(files)}, not {system}", param_hint="--system")
    return {system: files[system]}


def print_json(content: object) -> None:
    typer.echo(json.dumps(content, indent=2))


def print_json_list(name: str, items: Iterable[object]) -> None:
    """Print what `print_json` prints of an object whose only member is a list, item by item."""
    before = f'{{\n  "{name}": [\n'
    for item in items:
        typer.echo(before + indent(json.dumps(item, indent=2), "    "), nl=False)
        before = ",\n"
    typer.echo("\n  ]\n}" if before == ",\n" else f'{{\n  "{name}": []\n}}')
