"""Maintenance of the Z-tables by hand, as in SM30: change, delete and reset entries, look at them and at the log.

Each act is one transaction over both tables and the log, or nothing (SEC-4).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from simulator.clock import Clock
from simulator.database import hold
from simulator.ecc import bapiret2, change_log
from simulator.ecc.authorisation import BROWSE, CHANGE, DISPLAY, HISTORY, MAINTAIN, User
from simulator.ecc.bapiret2 import CHANGED, DELETED, LOG_BLANKED, RESET, UNCHANGED, Bapiret2
from simulator.ecc.change_log import CHANGES, WHOLE, Item, Stamp
from simulator.ecc.ekko import EKKO
from simulator.ecc.field_conversion import organisations_as_stored, to_stored_fields
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT, KEY, ORGANISATION, PURCHORG, ddic_types, texts
from simulator.ecc.upsert import hold_entry

_TYPES = ddic_types(CONTRACT)
_INITIAL = {name: ddic.initial for name, ddic in _TYPES.items() if name not in KEY}

Entry = dict[str, str]
Act = Callable[[Connection, Entry], list[Bapiret2]]


class TableView(NamedTuple):
    """What a user gets to see."""

    messages: list[Bapiret2]
    """Why he sees nothing."""

    tables: dict[str, list[dict[str, str]]]
    """Table name to its rows in the order of their key."""


class EntryId(NamedTuple):
    """The entry that is meant."""

    code: str
    sys_id: str = ""
    """Needed where several entries have the agreement code."""


class Maintenance:
    """What one user does by hand in one system. Each act returns messages: one of type E, and nothing was done.

    Each raises InterfaceError D-20 where the system does not answer.
    """

    def __init__(self, system: EccSystem, user: User, clock: Clock) -> None:
        self._system = system
        self._user = user
        self._clock = clock

    def change(
        self, which: EntryId, fields: Mapping[str, str], organisations: Sequence[str] | None = None
    ) -> list[Bapiret2]:
        """Set fields of an entry that are not part of its key, blank ones to their initial value.

        `organisations` replaces its rows of ZMM_ICMPURCHORG; None leaves them.
        """

        def act(connection: Connection, entry: Entry) -> list[Bapiret2]:
            entered, errors = to_stored_fields(_TYPES, fields)
            errors += [bapiret2.fixed(name) for name in KEY if entered.get(name, entry[name]) != entry[name]]
            listed, wrong = organisations_as_stored(organisations)
            if errors or wrong:
                return errors + wrong
            items = _set(connection, entry, entered)
            if listed is not None:
                items += _replace_organisations(connection, entry, listed)
            return self._logged(connection, entry, items, CHANGED)

        return self._maintain(which, act)

    def reset(self, which: EntryId) -> list[Bapiret2]:
        """Leave of an entry its key alone, without organisations, so that what comes of it fills it anew (D-50)."""

        def act(connection: Connection, entry: Entry) -> list[Bapiret2]:
            items = _set(connection, entry, _INITIAL) + _drop_organisations(connection, entry)
            return self._logged(connection, entry, items, RESET)

        return self._maintain(which, act)

    def delete(self, which: EntryId) -> list[Bapiret2]:
        """Delete an entry with its organisations, so that its Executed creates it anew."""

        def act(connection: Connection, entry: Entry) -> list[Bapiret2]:
            held = {name: value for name, value in entry.items() if value != _INITIAL.get(name, value)}
            items = [Item(CONTRACT.name, "D", WHOLE), *(Item(CONTRACT.name, "D", *field) for field in held.items())]
            items += _drop_organisations(connection, entry)
            connection.execute(delete(CONTRACT).where(_is(entry)))
            return self._logged(connection, entry, items, DELETED)

        return self._maintain(which, act)

    def delete_confidential(self, which: EntryId) -> list[Bapiret2]:
        """Delete the entry of a contract that has become confidential, and what the log holds of it (D-51).

        The entry may be gone already. What else of the contract is left in the system, warnings say.
        """
        if refused := self._user.refused(MAINTAIN, CHANGE):
            return refused
        with self._system.transaction() as connection:
            held = _held(connection, which)
            keys = [{name: entry[name] for name in KEY} for entry in held]
            keys += [one for one in change_log.entries(connection, *which) if one not in keys]
            if not_one := _not_one(keys):
                return not_one
            (entry,) = keys
            _drop_organisations(connection, entry)
            connection.execute(delete(CONTRACT).where(_is(entry)))
            change_log.blank(connection, entry)
            change_log.write_confidential(connection, self._stamp())
            messages = [*_left(connection, entry), *([DELETED] if held else []), LOG_BLANKED]
        self._system.wipe()
        return messages

    def look(self, transaction: str = BROWSE) -> TableView:
        """Both tables, whole (SEC-5), by SE16 or SM30."""
        refused = self._user.refused(transaction, DISPLAY)
        return TableView(refused, {} if refused else self._system.z_mm_icmcontract_read())

    def log(self) -> TableView:
        """The log of changes, by SCU3."""
        if refused := self._user.refused(HISTORY, DISPLAY):
            return TableView(refused, {})
        with self._system.transaction() as connection:
            return TableView([], {CHANGES.name: change_log.listed(connection)})

    def _maintain(self, which: EntryId, act: Act) -> list[Bapiret2]:
        """Do something to one entry, if the user may, in one transaction."""
        if refused := self._user.refused(MAINTAIN, CHANGE):
            return refused
        with self._system.transaction() as connection:
            entries = _held(connection, which)
            return _not_one(entries) or act(connection, entries[0])

    def _logged(self, connection: Connection, entry: Entry, items: list[Item], done: Bapiret2) -> list[Bapiret2]:
        if not items:
            return [UNCHANGED]
        change_log.write(connection, self._stamp(), entry, items)
        return [done]

    def _stamp(self) -> Stamp:
        return Stamp(self._user.name, self._clock(), MAINTAIN)


def _held(connection: Connection, which: EntryId) -> list[Entry]:
    """The entries that are meant; nobody else changes them, or logs anything, until the transaction ends."""
    hold(connection, CHANGES.name)
    for sys_id in sorted({entry["SYSID"] for entry in _entries(connection, which)}):
        hold_entry(connection, sys_id)
    return _entries(connection, which)  # as they are now that they are held


def _entries(connection: Connection, which: EntryId) -> list[Entry]:
    found = select(CONTRACT).where(CONTRACT.c.ICMAGREEMENTCODE == which.code)
    if which.sys_id:
        found = found.where(CONTRACT.c.SYSID == which.sys_id)
    return [texts(row) for row in connection.execute(found).mappings()]


def _not_one(found: Sequence[Entry]) -> list[Bapiret2]:
    """Why it is not clear which entry is meant."""
    if not found:
        return [bapiret2.no_such_entry()]
    return [bapiret2.several_entries()] if len(found) > 1 else []


def _set(connection: Connection, entry: Entry, fields: Mapping[str, str]) -> list[Item]:
    changed = {name: value for name, value in fields.items() if value != entry[name]}
    if changed:
        connection.execute(update(CONTRACT).where(_is(entry)), changed)
    return [Item(CONTRACT.name, "U", name, entry[name], value) for name, value in changed.items()]


def _replace_organisations(connection: Connection, entry: Entry, listed: set[str]) -> list[Item]:
    of_entry = PURCHORG.c.SYSID == entry["SYSID"]
    held = set(connection.execute(select(PURCHORG.c.PURCHASINGORG).where(of_entry)).scalars())
    added, dropped = sorted(listed - held), sorted(held - listed)
    if dropped:
        connection.execute(delete(PURCHORG).where(of_entry, PURCHORG.c.PURCHASINGORG.in_(dropped)))
    if added:
        connection.execute(insert(PURCHORG), [{"SYSID": entry["SYSID"], ORGANISATION: one} for one in added])
    return [
        *(Item(PURCHORG.name, "D", ORGANISATION, VALUE_OLD=one) for one in dropped),
        *(Item(PURCHORG.name, "I", ORGANISATION, VALUE_NEW=one) for one in added),
    ]


def _drop_organisations(connection: Connection, entry: Entry) -> list[Item]:
    """Drop those of an entry, unless another entry has the same System ID: they are its organisations too."""
    if connection.scalar(select(CONTRACT.c.SYSID).where(CONTRACT.c.SYSID == entry["SYSID"], ~_is(entry))):
        return []
    return _replace_organisations(connection, entry, set())


def _left(connection: Connection, entry: Entry) -> list[Bapiret2]:
    """What users have to put right themselves: other places that bear the code of a contract."""
    code = entry["ICMAGREEMENTCODE"]
    bearing = select(func.count()).select_from(EKKO).where(EKKO.c.ZZICMAGREEMENT == code)
    naming = (
        select(func.count())
        .select_from(CONTRACT)
        .where(or_(CONTRACT.c.ASSOCIATINGCODE == code, CONTRACT.c.ASSOCIATINGSYSID == entry["SYSID"]))
    )
    counts = [(bearing, bapiret2.agreements_bear_it), (naming, bapiret2.entries_name_it)]
    return [warning(found) for count, warning in counts if (found := connection.execute(count).scalar_one())]


def _is(entry: Entry) -> ColumnElement[bool]:
    return and_(*(CONTRACT.c[name] == entry[name] for name in KEY))
