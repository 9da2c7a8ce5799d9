"""What the commands have in common that do by hand what users of ECC do: fields as typed, users, systems, messages."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import typer

from harness.cli.options import chosen, failed
from harness.data_directory import read
from harness.errors import UserError
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.errors import InterfaceError
from simulator.settings import Settings

Done = TypeVar("Done")


def parse_fields(words: Iterable[str]) -> dict[str, str]:
    """FIELD=VALUE as field to value. Raises BadParameter where one is no such pair, or a field comes twice."""
    fields = {}
    for one in words:
        name, is_there, value = one.partition("=")
        if not is_there:
            raise typer.BadParameter(f"{name} has no value: write FIELD=VALUE", param_hint="FIELD=VALUE")
        if name.upper() in fields:
            raise typer.BadParameter(f"{name.upper()} is given twice", param_hint="FIELD=VALUE")
        fields[name.upper()] = value
    return fields


def the_user(name: str, settings: Settings) -> User:
    """A user of the settings. Raises BadParameter where there is none of this name."""
    role = settings.users.get(name.upper())
    if role is None:
        known = ", ".join(settings.users)
        raise typer.BadParameter(f"the settings have no such user, they have {known}", param_hint="--as")
    return User(name.upper(), ROLES[role])


def in_each(
    folder: Path, system: str | None, opened: Callable[[str], EccSystem], deed: Callable[[EccSystem], Done]
) -> dict[str, Done]:
    """Do something in each system of a folder that is meant. Returns what came of it, by system.

    Whatever is wrong is told, with the exit code 1; a file that is no database of a system is not made one.
    """
    done: dict[str, Done] = {}
    try:
        files = chosen(folder, system)
        for file in files.values():
            read(file)
        for name in files:
            with closing(opened(name)) as ecc:
                done[name] = deed(ecc)
    except UserError as problem:
        raise failed(problem) from None
    except InterfaceError as error:
        through = f" (done before: {', '.join(done)})" if done else ""
        raise failed(UserError(f"{error}{through}")) from None
    return done


def as_objects(messages: Sequence[Bapiret2]) -> list[dict[str, str]]:
    """A return table for programs."""
    return [message._asdict() for message in messages]


def is_refused(messages: Iterable[Bapiret2]) -> bool:
    """Whether a message of type E is among them."""
    return any(message.TYPE == "E" for message in messages)
