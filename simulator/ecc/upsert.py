"""The ABAP logic: create or change an entry and its purchasing organisations (section 5)."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from simulator.characters import Characters
from simulator.database import advisory_lock
from simulator.ecc.bapiret2 import (
    CHANGED,
    CREATED,
    UNCHANGED,
    Bapiret2,
    conflicting_key,
    key_missing,
    no_entry,
    system_id_shared,
    system_id_taken,
)
from simulator.ecc.field_conversion import assigned, to_stored_fields, to_stored_organisations
from simulator.ecc.tables import CONTRACT, KEY, ORGANISATION, PURCHORG, ddic_types

_CONTRACT_TYPES = ddic_types(CONTRACT)
_FIELDS = list(_CONTRACT_TYPES)
_SAME_KEY = {f"key_{name}": name for name in KEY}

# Built once: building a statement takes longer than running it.
_FIND_ENTRY = (
    select(CONTRACT, PURCHORG.c.PURCHASINGORG)
    .outerjoin(PURCHORG, PURCHORG.c.SYSID == CONTRACT.c.SYSID)
    .where(CONTRACT.c.SYSID == bindparam("sys_id"), CONTRACT.c.ICMAGREEMENTCODE == bindparam("code"))
)
"""Finds the entry: one row for each organisation, which is the last column; a single row with None without any."""

_FIND_SYSTEM_ID = select(CONTRACT.c.SYSID).where(CONTRACT.c.SYSID == bindparam("sys_id")).limit(1)
_INSERT = insert(CONTRACT)
_UPDATE = update(CONTRACT).where(*(CONTRACT.c[name] == bindparam(bind) for bind, name in _SAME_KEY.items()))
"""Sets the columns for which it gets values."""

_DROP_ORGANISATIONS = delete(PURCHORG).where(PURCHORG.c.SYSID == bindparam("sys_id"))
_ADD_ORGANISATIONS = insert(PURCHORG)


class UpsertLogic(Protocol):
    """The logic of the function module; `create_or_update` is the one that is built in."""

    def __call__(
        self,
        connection: Connection,
        contract: Mapping[str, str],
        organisations: Sequence[str] | None,
        *,
        unique_sysid: bool,
        characters: Characters,
    ) -> list[Bapiret2]:
        """Do as `create_or_update`. Raises InterfaceError D-20 if it ends early."""


def create_or_update(
    connection: Connection,
    contract: Mapping[str, str],
    organisations: Sequence[str] | None,
    *,
    unique_sysid: bool = False,
    characters: Characters = "code-points",
) -> list[Bapiret2]:
    """Create or change one entry and replace its organisations, in the transaction of `connection`.

    `contract` maps fields of ZMM_ICMCONTRACT to texts: an absent field stays, a blank one is cleared (D-06), and an
    amount is read as ABAP reads a STRING (D-47).
    `organisations` replaces the agreement's rows of ZMM_ICMPURCHORG; None leaves them. `unique_sysid`
    refuses a second entry of a System ID, under another code; else it gets a warning (D-67). `characters` says what one
    is (D-41). Nothing is written if the
    returned table has a message of type E.
    """
    sent, errors = to_stored_fields(_CONTRACT_TYPES, assigned(_CONTRACT_TYPES, contract), characters)
    errors += [key_missing(name) for name in KEY if not contract.get(name, "").strip(" ")]
    new_organisations, organisation_errors = to_stored_organisations(organisations, characters)
    sys_id, code = sent.get("SYSID", ""), sent.get("ICMAGREEMENTCODE", "")
    lock_entry(connection, sys_id)
    # Read before anything is refused: CPI tells by a refusal that the tables can be read (MON-2).
    rows = connection.execute(_FIND_ENTRY, {"sys_id": sys_id, "code": code}).all()
    if errors or organisation_errors:
        return errors + organisation_errors
    if not rows:
        if len(sent) < len(_FIELDS):  # a message that does not carry every field is an update (D-07, D-08)
            return [no_entry(code, sys_id)]
        is_second = connection.execute(_FIND_SYSTEM_ID, {"sys_id": sys_id}).first() is not None
        if is_second and unique_sysid:
            return [system_id_taken()]
        connection.execute(_INSERT, sent)
        if new_organisations is not None:
            _replace_organisations(connection, sys_id, new_organisations)
        return [CREATED, system_id_shared()] if is_second else [CREATED]
    found = dict(zip(_FIELDS, rows[0], strict=False))
    changed = {name: value for name, value in sent.items() if value != str(found[name])}
    if others := [name for name in KEY if name in changed]:
        return [conflicting_key(name) for name in others]
    if changed:
        connection.execute(_UPDATE, {bind: sent[name] for bind, name in _SAME_KEY.items()} | changed)
    if replaced := new_organisations is not None and new_organisations != {row[-1] for row in rows} - {None}:
        _replace_organisations(connection, sys_id, new_organisations)
    return [CHANGED if changed or replaced else UNCHANGED]


def lock_entry(connection: Connection, sys_id: str) -> None:
    """Keep others from creating, changing or deleting entries with this System ID until the transaction ends.

    The System ID is part of the keys of both tables, so the lock also covers an entry that does not exist yet.
    """
    advisory_lock(connection, f"{CONTRACT.name} {sys_id}")


def _replace_organisations(connection: Connection, sys_id: str, organisations: set[str]) -> None:
    connection.execute(_DROP_ORGANISATIONS, {"sys_id": sys_id})
    if organisations:
        connection.execute(_ADD_ORGANISATIONS, [{"SYSID": sys_id, ORGANISATION: one} for one in sorted(organisations)])
