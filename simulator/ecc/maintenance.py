"""Maintain the Z-tables by hand, as in SM30: create, change, delete and reset entries, display tables and change log.

Each action is one transaction over both tables and the log (SEC-4). What the interface accepts is accepted: keys in any
case (D-15), amounts as ABAP reads them (D-47). ICMPURCHASINGORGCODE and the rows of ZMM_ICMPURCHORG stay the same
(D-95).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, or_, select, update

from simulator.characters import is_visible
from simulator.clock import Clock
from simulator.database import advisory_lock
from simulator.ecc import bapiret2, change_documents, change_log
from simulator.ecc.authorisation import BROWSE, CHANGE, DISPLAY, HISTORY, MAINTAIN, User
from simulator.ecc.bapiret2 import (
    CHANGED,
    CREATED,
    DELETED,
    LOG_BLANKED,
    ORGANISATIONS_DELETED,
    RESET,
    UNCHANGED,
    Bapiret2,
)
from simulator.ecc.change_log import CHANGES, WHOLE_ROW, ChangeItem, ChangeStamp
from simulator.ecc.ekko import EKKO
from simulator.ecc.field_conversion import assigned, to_stored_fields, to_stored_organisations
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT, KEY, ORGANISATION, PURCHORG, ddic_types, text_values
from simulator.ecc.upsert import lock_entry

_ORGANISATIONS = "ICMPURCHASINGORGCODE"
_CONFIDENTIAL = "ICMCONFIDENTIALCONTRACT"
_TYPES = ddic_types(CONTRACT)
_INITIAL = {name: ddic.initial for name, ddic in _TYPES.items() if name not in KEY}

EntryFields = dict[str, str]
EntryAction = Callable[[Connection, EntryFields], list[Bapiret2]]


class TableView(NamedTuple):
    """The rows that a user may see."""

    messages: list[Bapiret2]
    """The errors of a user who may not look."""

    tables: dict[str, list[dict[str, str]]]
    """Table name to its rows in the order of their key."""


class EntryId(NamedTuple):
    """The user's way to name an entry."""

    code: str
    sys_id: str = ""
    """Required if several entries have the agreement code."""

    @property
    def stored(self) -> "EntryId":
        """The same in the case in which the tables hold it (D-15)."""
        return EntryId(self.code.strip().upper(), self.sys_id.strip().lower())


class Maintenance:
    """The maintenance session of one user in one system.

    Each action returns messages; if one has type E, nothing was changed. Each raises InterfaceError D-20 if the system
    does not answer.
    """

    def __init__(self, system: EccSystem, user: User, clock: Clock) -> None:
        self._system = system
        self._user = user
        self._clock = clock

    def create(self, fields: Mapping[str, str]) -> list[Bapiret2]:
        """Create an entry, with the organisations of its ICMPURCHASINGORGCODE (D-95)."""
        if errors := self._user.authorisation_errors(MAINTAIN, CHANGE):
            return errors
        stored, errors = self._to_stored(assigned(_TYPES, _with_keys_as_stored(fields)))
        errors += _unseen({name: stored.get(name, "") for name in KEY})
        errors += [
            bapiret2.key_missing(name)
            for name in KEY
            if name not in {one.FIELD for one in errors} and not stored.get(name, "").strip()
        ]
        if stored.get(_CONFIDENTIAL):
            errors.append(bapiret2.value_not_allowed(_CONFIDENTIAL, "nothing: confidential contracts have no entry"))
        organisations, organisation_errors = to_stored_organisations(
            _listed(stored.get(_ORGANISATIONS, "")), self._system.characters
        )
        errors += organisation_errors or _unseen({ORGANISATION: "".join(organisations or ())})
        if errors:
            return errors
        entry = {name: ddic.initial for name, ddic in _TYPES.items()} | stored
        with self._system.transaction() as connection:
            advisory_lock(connection, CHANGES.name)
            lock_entry(connection, entry["SYSID"])
            if _find_entries(connection, EntryId(entry["ICMAGREEMENTCODE"], entry["SYSID"])):
                return [bapiret2.entry_exists()]
            connection.execute(insert(CONTRACT), entry)
            filled = {name: value for name, value in entry.items() if value != _INITIAL.get(name, value)}
            items = [ChangeItem(CONTRACT.name, "I", WHOLE_ROW)]
            items += [ChangeItem(CONTRACT.name, "I", name, VALUE_NEW=value) for name, value in filled.items()]
            items += _replace_organisations(connection, entry, organisations or set())
            return self._write_log(connection, entry, items, CREATED)

    def change(
        self, entry_id: EntryId, fields: Mapping[str, str], organisations: Sequence[str] | None = None
    ) -> list[Bapiret2]:
        """Set fields outside the key of an entry; a blank sets the initial value.

        `organisations` replaces the entry's rows of ZMM_ICMPURCHORG, and so does ICMPURCHASINGORGCODE among the fields;
        each brings the other along (D-95).
        """

        def action(connection: Connection, entry: EntryFields) -> list[Bapiret2]:
            stored, errors = self._to_stored(assigned(_TYPES, _with_keys_as_stored(fields)))
            fixed = [name for name in KEY if name in fields and stored.get(name) != entry[name]]
            errors = [error for error in errors if error.FIELD not in fixed]  # that it is too long does not matter
            errors += map(bapiret2.not_changeable, fixed)
            listed = organisations
            if listed is None and _ORGANISATIONS in stored:
                listed = _listed(stored[_ORGANISATIONS])
            new_organisations, organisation_errors = to_stored_organisations(listed, self._system.characters)
            errors += organisation_errors or _unseen({ORGANISATION: "".join(new_organisations or ())})
            if errors:
                return errors
            if new_organisations is not None and {*_listed(stored.get(_ORGANISATIONS, entry[_ORGANISATIONS]))} != (
                new_organisations
            ):
                if _ORGANISATIONS in stored:
                    return [bapiret2.organisations_disagree()]
                text, text_errors = self._to_stored({_ORGANISATIONS: ",".join(dict.fromkeys(listed or ()))})
                if text_errors:
                    return text_errors
                stored |= text
            items = _update_fields(connection, entry, stored)
            if new_organisations is not None:
                items += _replace_organisations(connection, entry, new_organisations)
            return self._write_log(connection, entry, items, CHANGED)

        return self._maintain(entry_id, action)

    def reset(self, entry_id: EntryId) -> list[Bapiret2]:
        """Clear an entry but for its key, and delete its organisations, so that the next event fills it (D-50)."""

        def action(connection: Connection, entry: EntryFields) -> list[Bapiret2]:
            items = _update_fields(connection, entry, _INITIAL) + _drop_organisations(connection, entry)
            return self._write_log(connection, entry, items, RESET)

        return self._maintain(entry_id, action)

    def delete(self, entry_id: EntryId) -> list[Bapiret2]:
        """Delete an entry with its organisations; the next Executed creates it again."""

        def action(connection: Connection, entry: EntryFields) -> list[Bapiret2]:
            filled = {name: value for name, value in entry.items() if value != _INITIAL.get(name, value)}
            items = [ChangeItem(CONTRACT.name, "D", WHOLE_ROW)]
            items += [ChangeItem(CONTRACT.name, "D", *field) for field in filled.items()]
            items += _drop_organisations(connection, entry)
            connection.execute(delete(CONTRACT).where(_has_key_of(entry)))
            return self._write_log(connection, entry, items, DELETED)

        return self._maintain(entry_id, action)

    def delete_confidential(self, entry_id: EntryId) -> list[Bapiret2]:
        """Delete the entry of a contract that has become confidential, and blank its changes in the log (D-51).

        The entry may be gone already. Its code is blanked in the change documents of outline agreements (D-91).
        Warnings name other places of the system that still refer to the contract.
        """
        if errors := self._user.authorisation_errors(MAINTAIN, CHANGE):
            return errors
        with self._system.transaction() as connection:
            held = _lock_entries(connection, entry_id)
            keys = [{name: entry[name] for name in KEY} for entry in held]
            keys += [one for one in change_log.changed_entries(connection, *entry_id.stored) if one not in keys]
            if len(keys) > 1:
                return _ambiguity_errors(keys)
            documents = change_documents.blank_value(connection, "ZZICMAGREEMENT", entry_id.stored.code)
            if not (keys or documents):
                return _ambiguity_errors(keys)
            messages = []
            for entry in keys:  # without one, users have taken the code off their outline agreements since
                _drop_organisations(connection, entry)
                connection.execute(delete(CONTRACT).where(_has_key_of(entry)))
                change_log.blank_changes(connection, entry)
                messages += _reference_warnings(connection, entry)
            change_log.write_confidential_deletion(connection, self._stamp())
            messages += [*([DELETED] if held else []), LOG_BLANKED]
        self._system.purge_wal()
        return messages

    def delete_organisations(self, sys_id: str, *, confidential: bool) -> list[Bapiret2]:
        """Delete the purchasing organisations of a System ID, in any spelling, that no entry has; blank means all.

        `confidential` leaves no trace of the System ID in the log, as `delete_confidential` does (D-51).
        """
        if errors := self._user.authorisation_errors(MAINTAIN, CHANGE):
            return errors
        with self._system.transaction() as connection:
            advisory_lock(connection, CHANGES.name)
            lock_entry(connection, sys_id.lower())
            if sys_id and _spellings(connection, CONTRACT, sys_id):
                return [bapiret2.organisations_belong_to_entry()]
            orphans = _spellings(connection, PURCHORG, sys_id) if sys_id else _orphans(connection)
            rows = {one: _replace_organisations(connection, {"SYSID": one}, set()) for one in orphans}
            if not rows:
                return [bapiret2.no_organisations()]
            if not confidential:
                for one, items in rows.items():
                    change_log.write_change(connection, self._stamp(), {"SYSID": one}, items)
                return [ORGANISATIONS_DELETED]
            for one in rows:
                for changed in change_log.changed_entries(connection, "", one):
                    change_log.blank_changes(connection, changed)
            change_log.write_confidential_deletion(connection, self._stamp())
        self._system.purge_wal()
        return [ORGANISATIONS_DELETED, LOG_BLANKED]

    def display(self, transaction: str = BROWSE) -> TableView:
        """Display all rows of both tables (SEC-5), by SE16 or SM30."""
        errors = self._user.authorisation_errors(transaction, DISPLAY)
        return TableView(errors, {} if errors else self._system.z_mm_icmcontract_read())

    def display_log(self) -> TableView:
        """Display the change log, by SCU3."""
        if errors := self._user.authorisation_errors(HISTORY, DISPLAY):
            return TableView(errors, {})
        with self._system.transaction() as connection:
            return TableView([], {CHANGES.name: change_log.read_all(connection)})

    def _maintain(self, entry_id: EntryId, action: EntryAction) -> list[Bapiret2]:
        """Run an action on one entry in one transaction, if the user is authorised."""
        if errors := self._user.authorisation_errors(MAINTAIN, CHANGE):
            return errors
        with self._system.transaction() as connection:
            entries = _lock_entries(connection, entry_id)
            return _ambiguity_errors(entries) or action(connection, entries[0])

    def _to_stored(self, fields: Mapping[str, str]) -> tuple[EntryFields, list[Bapiret2]]:
        return to_stored_fields(_TYPES, fields, self._system.characters)

    def _write_log(
        self, connection: Connection, entry: EntryFields, items: list[ChangeItem], success: Bapiret2
    ) -> list[Bapiret2]:
        if not items:
            return [UNCHANGED]
        change_log.write_change(connection, self._stamp(), entry, items)
        return [success]

    def _stamp(self) -> ChangeStamp:
        return ChangeStamp(self._user.name, self._clock(), MAINTAIN)


def _lock_entries(connection: Connection, entry_id: EntryId) -> list[EntryFields]:
    """Lock and return the entries with this id. Nobody else changes or logs them until the transaction ends."""
    advisory_lock(connection, CHANGES.name)
    for sys_id in sorted({entry["SYSID"] for entry in _find_entries(connection, entry_id)}):
        lock_entry(connection, sys_id)
    return _find_entries(connection, entry_id)  # read again now that they are locked


def _find_entries(connection: Connection, entry_id: EntryId) -> list[EntryFields]:
    code, sys_id = entry_id.stored
    found = select(CONTRACT).where(func.upper(CONTRACT.c.ICMAGREEMENTCODE) == code)
    if sys_id:
        found = found.where(func.lower(CONTRACT.c.SYSID) == sys_id)
    return [text_values(row) for row in connection.execute(found).mappings()]


def _spellings(connection: Connection, table: Table, sys_id: str) -> list[str]:
    """List how a table spells a System ID, in upper or lower case; empty if it has no row of it."""
    spelled = select(table.c.SYSID).where(func.lower(table.c.SYSID) == sys_id.lower()).distinct()
    return [str(one) for one in connection.execute(spelled).scalars()]


def _orphans(connection: Connection) -> list[str]:
    """List the System IDs that have organisations and no entry."""
    same = select(CONTRACT.c.SYSID).where(func.lower(CONTRACT.c.SYSID) == func.lower(PURCHORG.c.SYSID))
    found = select(PURCHORG.c.SYSID).where(~same.exists()).distinct().order_by(PURCHORG.c.SYSID)
    return [str(one) for one in connection.execute(found).scalars()]


def _unseen(keys: Mapping[str, str]) -> list[Bapiret2]:
    """Return an error for each key with a character that nobody sees: it would look like another one (D-72)."""
    why = "holds a character that nobody can see"
    return [bapiret2.invalid_value(name, why) for name, key in keys.items() if not is_visible(key)]


def _with_keys_as_stored(fields: Mapping[str, str]) -> dict[str, str]:
    """Write agreement code and System ID in the case in which CPI sends them (D-15), and trim every field."""
    trimmed = {name: value.strip() for name, value in fields.items()}
    cases = {"ICMAGREEMENTCODE": str.upper, "SYSID": str.lower}
    return {name: cases.get(name, str)(value) for name, value in trimmed.items()}


def _listed(text: str) -> list[str]:
    """Split a list of organisations as CPI does: trimmed, each once, without blank ones (D-16)."""
    return list(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))


def _ambiguity_errors(found: Sequence[EntryFields]) -> list[Bapiret2]:
    """Return an error unless exactly one entry was found."""
    if not found:
        return [bapiret2.entry_not_found()]
    return [bapiret2.ambiguous_entry()] if len(found) > 1 else []


def _update_fields(connection: Connection, entry: EntryFields, fields: Mapping[str, str]) -> list[ChangeItem]:
    changed = {name: value for name, value in fields.items() if value != entry[name]}
    if changed:
        connection.execute(update(CONTRACT).where(_has_key_of(entry)), changed)
    return [ChangeItem(CONTRACT.name, "U", name, entry[name], value) for name, value in changed.items()]


def _replace_organisations(connection: Connection, entry: EntryFields, organisations: set[str]) -> list[ChangeItem]:
    of_entry = PURCHORG.c.SYSID == entry["SYSID"]
    held = set(connection.execute(select(PURCHORG.c.PURCHASINGORG).where(of_entry)).scalars())
    added, dropped = sorted(organisations - held), sorted(held - organisations)
    if dropped:
        connection.execute(delete(PURCHORG).where(of_entry, PURCHORG.c.PURCHASINGORG.in_(dropped)))
    if added:
        connection.execute(insert(PURCHORG), [{"SYSID": entry["SYSID"], ORGANISATION: one} for one in added])
    return [
        *(ChangeItem(PURCHORG.name, "D", ORGANISATION, VALUE_OLD=one) for one in dropped),
        *(ChangeItem(PURCHORG.name, "I", ORGANISATION, VALUE_NEW=one) for one in added),
    ]


def _drop_organisations(connection: Connection, entry: EntryFields) -> list[ChangeItem]:
    """Delete the organisations of an entry, unless they also belong to another entry with its System ID."""
    if connection.scalar(select(CONTRACT.c.SYSID).where(CONTRACT.c.SYSID == entry["SYSID"], ~_has_key_of(entry))):
        return []
    return _replace_organisations(connection, entry, set())


def _reference_warnings(connection: Connection, entry: EntryFields) -> list[Bapiret2]:
    """Warn of outline agreements and entries that refer to a deleted contract; users must correct them."""
    code = entry["ICMAGREEMENTCODE"]
    outline_agreements = select(func.count()).select_from(EKKO).where(EKKO.c.ZZICMAGREEMENT == code)
    associated = (
        select(func.count())
        .select_from(CONTRACT)
        .where(or_(CONTRACT.c.ASSOCIATINGCODE == code, CONTRACT.c.ASSOCIATINGSYSID == entry["SYSID"]))
    )
    counts = [
        (outline_agreements, bapiret2.outline_agreements_remain),
        (associated, bapiret2.associated_entries_remain),
    ]
    return [warning(found) for count, warning in counts if (found := connection.execute(count).scalar_one())]


def _has_key_of(entry: EntryFields) -> ColumnElement[bool]:
    return and_(*(CONTRACT.c[name] == entry[name] for name in KEY))
