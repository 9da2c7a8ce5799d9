"""Convert entered fields to what a table stores."""

from collections.abc import Iterable, Mapping

from simulator.ecc.bapiret2 import Bapiret2, invalid_value, key_missing, unknown_field
from simulator.ecc.ddic import DdicType
from simulator.ecc.tables import ORGANISATION, PURCHORG, ddic_types

_ORGANISATION_TYPE = ddic_types(PURCHORG)[ORGANISATION]


def to_stored_fields(types: Mapping[str, DdicType], fields: Mapping[str, str]) -> tuple[dict[str, str], list[Bapiret2]]:
    """Convert fields by the types of their table. Returns the valid ones as stored, and an error for each other one."""
    to_stored, errors = {}, []
    for name, value in fields.items():
        try:
            to_stored[name] = types[name].to_stored(value)
        except KeyError:
            errors.append(unknown_field(name))
        except ValueError as wrong:
            errors.append(invalid_value(name, str(wrong)))
    return to_stored, errors


def to_stored_organisations(organisations: Iterable[str] | None) -> tuple[set[str] | None, list[Bapiret2]]:
    """Convert purchasing organisations for ZMM_ICMPURCHORG, likewise. None means unchanged, and stays None."""
    if organisations is None:
        return None, []
    to_stored, errors = set(), []
    for organisation in organisations:
        try:
            to_stored.add(_ORGANISATION_TYPE.to_stored(organisation))
        except ValueError as wrong:
            errors.append(invalid_value(ORGANISATION, str(wrong)))
    if "" in to_stored:
        errors.append(key_missing(ORGANISATION))
    return to_stored, errors
