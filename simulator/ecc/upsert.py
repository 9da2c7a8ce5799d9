"""The ABAP logic: create the entry or change it, and keep its purchasing organisations (section 5)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from simulator.ecc.bapiret2 import (
    CHANGED,
    CREATED,
    UNCHANGED,
    Bapiret2,
    key_missing,
    no_entry,
    other_key,
    unknown_field,
    wrong_value,
)
from simulator.ecc.tables import CONTRACT, PURCHORG, ddic_types

_CONTRACT_TYPES = ddic_types(CONTRACT)
_ORGANISATION_TYPE = ddic_types(PURCHORG)["PURCHASINGORG"]
_KEY = [column.name for column in CONTRACT.primary_key]

_FIND = select(CONTRACT).where(
    CONTRACT.c.SYSID == bindparam("sys_id"), CONTRACT.c.ICMAGREEMENTCODE == bindparam("code")
)
_INSERT = insert(CONTRACT)
_ORGANISATIONS = select(PURCHORG.c.PURCHASINGORG).where(PURCHORG.c.SYSID == bindparam("sys_id"))
_DROP_ORGANISATIONS = delete(PURCHORG).where(PURCHORG.c.SYSID == bindparam("sys_id"))
_ADD_ORGANISATIONS = insert(PURCHORG)


def create_or_update(
    connection: Connection, contract: Mapping[str, str], organisations: Sequence[str] | None
) -> list[Bapiret2]:
    """Create or change one entry and replace its organisations, in the transaction of `connection`.

    `contract` maps fields of ZMM_ICMCONTRACT to texts: an absent field stays, a blank one is cleared (D-06).
    `organisations` replaces the agreement's rows of ZMM_ICMPURCHORG; None leaves them. Nothing is written where
    the returned table holds a message of type E.
    """
    errors, sent, listed = _checked(contract, organisations)
    if errors:
        return errors
    found = connection.execute(_FIND, {"sys_id": sent["SYSID"], "code": sent["ICMAGREEMENTCODE"]}).mappings().first()
    if found is None:
        if len(sent) < len(_CONTRACT_TYPES):  # a message that does not carry every field is an update (D-07, D-08)
            return [no_entry(sent["ICMAGREEMENTCODE"], sent["SYSID"])]
        connection.execute(_INSERT, sent)
        _replace_organisations(connection, sent["SYSID"], listed)
        return [CREATED]
    if others := [name for name in _KEY if found[name] != sent[name]]:
        return [other_key(name) for name in others]
    changed = {name: value for name, value in sent.items() if value != str(found[name])}
    if changed:
        same_key = (CONTRACT.c[name] == sent[name] for name in _KEY)
        connection.execute(update(CONTRACT).where(*same_key).values(changed))
    replaced = _replace_organisations(connection, sent["SYSID"], listed)
    return [CHANGED if changed or replaced else UNCHANGED]


def _checked(
    contract: Mapping[str, str], organisations: Sequence[str] | None
) -> tuple[list[Bapiret2], dict[str, str], set[str] | None]:
    """Everything that is wrong with what was sent, and what was sent as the tables hold it."""
    errors = []
    sent = {}
    for name, value in contract.items():
        try:
            sent[name] = _CONTRACT_TYPES[name].stored(value)
        except KeyError:
            errors.append(unknown_field(name))
        except ValueError as wrong:
            errors.append(wrong_value(name, str(wrong)))
    errors += [key_missing(name) for name in _KEY if not contract.get(name, "").strip()]
    if organisations is None:
        return errors, sent, None
    listed = set()
    for organisation in organisations:
        try:
            listed.add(_ORGANISATION_TYPE.stored(organisation))
        except ValueError as wrong:
            errors.append(wrong_value("PURCHASINGORG", str(wrong)))
    if "" in listed:
        errors.append(key_missing("PURCHASINGORG"))
    return errors, sent, listed


def _replace_organisations(connection: Connection, sys_id: str, listed: set[str] | None) -> bool:
    """Make the agreement's rows those listed. Returns whether that changed anything."""
    if listed is None:
        return False
    held = set(connection.execute(_ORGANISATIONS, {"sys_id": sys_id}).scalars())
    if held == listed:
        return False
    if held:
        connection.execute(_DROP_ORGANISATIONS, {"sys_id": sys_id})
    if listed:
        connection.execute(_ADD_ORGANISATIONS, [{"SYSID": sys_id, "PURCHASINGORG": one} for one in sorted(listed)])
    return True
