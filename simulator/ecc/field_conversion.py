"""Convert entered fields to what a table stores."""

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from simulator.characters import Characters
from simulator.ecc.bapiret2 import Bapiret2, invalid_value, key_missing, unknown_field
from simulator.ecc.ddic import DdicType, Dec
from simulator.ecc.tables import ORGANISATION, PURCHORG, ddic_types

_ORGANISATION_TYPE = ddic_types(PURCHORG)[ORGANISATION]

_NUMBER = re.compile(r"([+-]?) *([0-9]+(?:\.[0-9]*)?|\.[0-9]+)|([0-9]+(?:\.[0-9]*)?|\.[0-9]+) *([+-])")
"""Mathematical notation, with the sign before the number; commercial notation, with the sign behind it."""

_CENT = Decimal("0.01")
_WHOLE_DIGITS = 13


def assigned(types: Mapping[str, DdicType], fields: Mapping[str, str]) -> dict[str, str]:
    """Write the amounts among texts as ABAP does that assigns a STRING to a packed number; leave all else as it is.

    A number has its sign before or behind it, its decimals after a point, and is rounded half up; blanks alone are
    nought. There is no scientific notation. A text that is no such number stays, for the type to refuse it.
    """
    return {name: _packed(text) if isinstance(types.get(name), Dec) else text for name, text in fields.items()}


def _packed(text: str) -> str:
    number = text.strip(" ")
    if not (match := _NUMBER.fullmatch(number)):
        return text if number else ""
    left, mathematical, commercial, right = match.groups(default="")
    value = Decimal((left or right) + (mathematical or commercial))
    return text if value.adjusted() >= _WHOLE_DIGITS else str(value.quantize(_CENT, ROUND_HALF_UP))


def to_stored_fields(
    types: Mapping[str, DdicType], fields: Mapping[str, str], characters: Characters = "code-points"
) -> tuple[dict[str, str], list[Bapiret2]]:
    """Convert fields by the types of their table. Returns the valid ones as stored, and an error for each other one."""
    to_stored, errors = {}, []
    for name, value in fields.items():
        try:
            to_stored[name] = types[name].to_stored(value, characters)
        except KeyError:
            errors.append(unknown_field(name))
        except ValueError as wrong:
            errors.append(invalid_value(name, str(wrong)))
    return to_stored, errors


def to_stored_organisations(
    organisations: Iterable[str] | None, characters: Characters = "code-points"
) -> tuple[set[str] | None, list[Bapiret2]]:
    """Convert purchasing organisations for ZMM_ICMPURCHORG, likewise. None means unchanged, and stays None."""
    if organisations is None:
        return None, []
    to_stored, errors = set(), []
    for organisation in organisations:
        try:
            to_stored.add(_ORGANISATION_TYPE.to_stored(organisation, characters))
        except ValueError as wrong:
            errors.append(invalid_value(ORGANISATION, str(wrong)))
    if "" in to_stored:
        errors.append(key_missing(ORGANISATION))
    return to_stored, errors
