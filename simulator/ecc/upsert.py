"""The ABAP logic: create the entry or change it, and keep its purchasing organisations (section 5)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from simulator.database import hold
from simulator.ecc.bapiret2 import (
    CHANGED,
    CREATED,
    UNCHANGED,
    Bapiret2,
    key_missing,
    no_entry,
    other_key,
)
from simulator.ecc.field_conversion import organisations_as_stored, to_stored_fields
from simulator.ecc.tables import CONTRACT, KEY, ORGANISATION, PURCHORG, ddic_types

_CONTRACT_TYPES = ddic_types(CONTRACT)
_FIELDS = list(_CONTRACT_TYPES)
_SAME_KEY = {f"key_{name}": name for name in KEY}

# Made once: building a statement takes longer than running it.
_FIND = (
    select(CONTRACT, PURCHORG.c.PURCHASINGORG)
    .outerjoin(PURCHORG, PURCHORG.c.SYSID == CONTRACT.c.SYSID)
    .where(CONTRACT.c.SYSID == bindparam("sys_id"), CONTRACT.c.ICMAGREEMENTCODE == bindparam("code"))
)
"""The entry, once for each of its organisations, which stands last; once with None where it has none."""

_INSERT = insert(CONTRACT)
_UPDATE = update(CONTRACT).where(*(CONTRACT.c[name] == bindparam(bind) for bind, name in _SAME_KEY.items()))
"""Sets the columns that it is given when it runs."""

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
    sent, errors = to_stored_fields(_CONTRACT_TYPES, contract)
    errors += [key_missing(name) for name in KEY if not contract.get(name, "").strip()]
    listed, wrong = organisations_as_stored(organisations)
    if errors or wrong:
        return errors + wrong
    sys_id, code = sent["SYSID"], sent["ICMAGREEMENTCODE"]
    hold_entry(connection, sys_id)
    rows = connection.execute(_FIND, {"sys_id": sys_id, "code": code}).all()
    if not rows:
        if len(sent) < len(_FIELDS):  # a message that does not carry every field is an update (D-07, D-08)
            return [no_entry(code, sys_id)]
        connection.execute(_INSERT, sent)
        if listed is not None:
            _replace_organisations(connection, sys_id, listed)
        return [CREATED]
    found = dict(zip(_FIELDS, rows[0], strict=False))
    changed = {name: value for name, value in sent.items() if value != str(found[name])}
    if others := [name for name in KEY if name in changed]:
        return [other_key(name) for name in others]
    if changed:
        connection.execute(_UPDATE, {bind: sent[name] for bind, name in _SAME_KEY.items()} | changed)
    if replaced := listed is not None and listed != {row[-1] for row in rows} - {None}:
        _replace_organisations(connection, sys_id, listed)
    return [CHANGED if changed or replaced else UNCHANGED]


def hold_entry(connection: Connection, sys_id: str) -> None:
    """Let nobody else create, change or delete an entry with this System ID until the transaction ends.

    The System ID stands in the keys of both tables: neither an entry that somebody else is about to create, nor one
    that somebody else is about to change, may be taken for what it was.
    """
    hold(connection, f"{CONTRACT.name} {sys_id}")


def _replace_organisations(connection: Connection, sys_id: str, listed: set[str]) -> None:
    """Make the agreement's rows those listed."""
    connection.execute(_DROP_ORGANISATIONS, {"sys_id": sys_id})
    if listed:
        connection.execute(_ADD_ORGANISATIONS, [{"SYSID": sys_id, ORGANISATION: one} for one in sorted(listed)])
