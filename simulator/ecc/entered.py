"""Fields as somebody gave them, and as a table would hold them."""

from collections.abc import Mapping

from simulator.ecc.bapiret2 import Bapiret2, unknown_field, wrong_value
from simulator.ecc.ddic import DdicType


def as_stored(types: Mapping[str, DdicType], fields: Mapping[str, str]) -> tuple[dict[str, str], list[Bapiret2]]:
    """The fields that a table with these types would hold, and everything that is wrong with the others."""
    stored, errors = {}, []
    for name, value in fields.items():
        try:
            stored[name] = types[name].stored(value)
        except KeyError:
            errors.append(unknown_field(name))
        except ValueError as wrong:
            errors.append(wrong_value(name, str(wrong)))
    return stored, errors
