"""What the commands have in common that do by hand what users of ECC do: fields as typed, return tables."""

from collections.abc import Iterable, Sequence

import typer

from simulator.ecc.bapiret2 import Bapiret2


def typed_fields(words: Iterable[str]) -> dict[str, str]:
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


def as_objects(messages: Sequence[Bapiret2]) -> list[dict[str, str]]:
    """A return table for programs."""
    return [message._asdict() for message in messages]


def is_refused(messages: Iterable[Bapiret2]) -> bool:
    """Whether a message of type E is among them."""
    return any(message.TYPE == "E" for message in messages)
