"""Fields as somebody gave them, and as a table would hold them."""

from collections.abc import Iterable, Mapping

from simulator.ecc.bapiret2 import Bapiret2, key_missing, unknown_field, wrong_value
from simulator.ecc.ddic import DdicType
from simulator.ecc.tables import ORGANISATION, PURCHORG, ddic_types

_ORGANISATION_TYPE = ddic_types(PURCHORG)[ORGANISATION]


def to_stored_fields(types: Mapping[str, DdicType], fields: Mapping[str, str]) -> tuple[dict[str, str], list[Bapiret2]]:
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


def organisations_as_stored(organisations: Iterable[str] | None) -> tuple[set[str] | None, list[Bapiret2]]:
    """The same for purchasing organisations and ZMM_ICMPURCHORG; None, for those that stay, stays None."""
    if organisations is None:
        return None, []
    stored, errors = set(), []
    for organisation in organisations:
        try:
            stored.add(_ORGANISATION_TYPE.stored(organisation))
        except ValueError as wrong:
            errors.append(wrong_value(ORGANISATION, str(wrong)))
    if "" in stored:
        errors.append(key_missing(ORGANISATION))
    return stored, errors
