"""Create, change and delete rows as the data entity framework does: field by field, then the row, then the table.

The order of checks is the product's: initial values, each field, defaults of the row, the row as a whole, the write.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Row,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.exc import IntegrityError

from simulator.scm.agreements import NumberSequence
from simulator.scm.edm import EdmValue
from simulator.scm.entities import ALL_SETS, COMPANY, EntitySet, Verb

EntityRow = dict[str, EdmValue]

FIRST_VERSION = 1
_FIRST_RECID = 68719480000
_SEQUENCES: Table = NumberSequence.__table__  # type: ignore[attr-defined]
_ADD_SEQUENCE = insert(_SEQUENCES)
_TAKE_NUMBER = (
    update(_SEQUENCES)
    .where(_SEQUENCES.c.Name == bindparam("sequence"))
    .values(Next=_SEQUENCES.c.Next + 1)
    .returning(_SEQUENCES.c.Next)
)


class RefusedError(Exception):
    """The framework refuses a row; the text says why, without any value."""

    def __init__(self, reason: str, field: str = "") -> None:
        """`field` is the field at fault; blank if the row as a whole is."""
        super().__init__(reason)
        self.reason = reason
        self.field = field


class MissingRowError(Exception):
    """No row has the key."""


@dataclass(frozen=True)
class Change:
    """A row that is about to be written, and what it was."""

    db: Connection
    entity_set: EntitySet
    verb: Verb
    before: Mapping[str, EdmValue]
    """Empty for a row that is created."""

    after: EntityRow
    """A row that is deleted stays as it was."""

    given: frozenset[str]
    """The fields that the request had."""

    by_user: bool = False
    """True for a user of SCM, False for the external system."""

    record: int = 0
    """The id of the record that is created; 0 for one that is there."""

    _read: dict[tuple[object, ...], list[EntityRow]] = field(default_factory=dict)

    def rows_of(self, entity_set: EntitySet, **equal: EdmValue) -> list[EntityRow]:
        """Read rows as the function does, the same ones once: they stay as they are until the change is written."""
        asked = (entity_set.name, *equal.items())
        if asked not in self._read:
            self._read[asked] = rows_of(self.db, entity_set, **equal)
        return self._read[asked]

    def changed(self, *names: str) -> bool:
        """Return True if one of these fields gets another value."""
        return any(self.before.get(name) != self.after[name] for name in names)


@dataclass(frozen=True)
class TableRules:
    """The rules of the rows of one table beside the checks of its fields."""

    defaults: Callable[[Change], None] = lambda _: None
    """Fill what the request left open."""

    validate: Callable[[Change], None] = lambda _: None
    """Raise RefusedError for a row that must not be written, or deleted."""

    written: Callable[[Change], None] = lambda _: None
    """Write what follows from the row in other tables."""


class Framework:
    """The data entity framework over one connection of a database, inside a transaction that the caller opens."""

    def __init__(self, rules: Mapping[str, TableRules]) -> None:
        """`rules` are by name of table; a table without rules has the checks of its fields alone."""
        self._rules = rules

    def create(
        self, db: Connection, entity_set: EntitySet, given: Mapping[str, object], *, by_user: bool = False
    ) -> tuple[EntityRow, int]:
        """Create a row. Returns it with the id of its record. Raises RefusedError."""
        after: EntityRow = {**entity_set.initial, **_typed(entity_set, given)}
        record = next_record(db)
        change = Change(db, entity_set, Verb.INSERT, MappingProxyType({}), after, frozenset(given), by_user, record)
        self._rules_of(entity_set).defaults(change)
        self._validate(change)
        try:
            db.execute(_insert(entity_set.table), {**after, "RECID": record, "RECVERSION": FIRST_VERSION})
        except IntegrityError:
            raise RefusedError("Cannot create a record: the record already exists") from None
        self._rules_of(entity_set).written(change)
        return after, record

    def update(
        self,
        db: Connection,
        entity_set: EntitySet,
        key: Mapping[str, EdmValue],
        given: Mapping[str, object],
        *,
        by_user: bool = False,
    ) -> EntityRow:
        """Change the fields that are given and return the row. Raises RefusedError and MissingRowError."""
        before = self.find(db, entity_set, key)
        if before is None:
            raise MissingRowError
        typed = _typed(entity_set, given)
        for name, value in typed.items():
            if value != before[name] and not entity_set.fields[name].allow_edit:
                raise RefusedError("the field cannot be changed", name)
        after: EntityRow = {**before, **typed}
        change = Change(db, entity_set, Verb.UPDATE, before, after, frozenset(given), by_user)
        self._rules_of(entity_set).defaults(change)
        self._validate(change)
        changed = {name: value for name, value in after.items() if value != before[name]}
        if changed:
            # Only an update that changes something makes another version of the row.
            db.execute(_update(entity_set.table, (*changed,)), {**_key_binds(entity_set, key), **changed})
        self._rules_of(entity_set).written(change)
        return after

    def delete(
        self, db: Connection, entity_set: EntitySet, key: Mapping[str, EdmValue], *, by_user: bool = False
    ) -> None:
        """Delete a row. Raises RefusedError and MissingRowError."""
        before = self.find(db, entity_set, key)
        if before is None:
            raise MissingRowError
        change = Change(db, entity_set, Verb.DELETE, before, dict(before), frozenset(), by_user)
        self._rules_of(entity_set).validate(change)
        db.execute(_delete(entity_set.table), _key_binds(entity_set, key))
        self._rules_of(entity_set).written(change)

    def find(self, db: Connection, entity_set: EntitySet, key: Mapping[str, EdmValue]) -> EntityRow | None:
        """Return the row with this key, or None."""
        row = db.execute(_find(entity_set.table), _key_binds(entity_set, key)).first()
        return None if row is None else to_row(entity_set, row)

    def _rules_of(self, entity_set: EntitySet) -> TableRules:
        return self._rules.get(entity_set.table.name, _NO_RULES)

    def _validate(self, change: Change) -> None:
        for name, declared in change.entity_set.fields.items():
            value = change.after[name]
            if declared.required and value == "":
                raise RefusedError("the field must be filled in", name)
            if declared.reference and value != "" and change.changed(name):
                target = ALL_SETS[declared.reference.collection]
                equal = {COMPANY: change.after[COMPANY]} if target.has_company else {}
                if not change.rows_of(target, **equal, **{declared.reference.field: value}):
                    raise RefusedError(f"the value is not found in the related table '{target.entity}'", name)
        self._rules_of(change.entity_set).validate(change)


_NO_RULES = TableRules()


def rows_of(db: Connection, entity_set: EntitySet, **equal: EdmValue) -> list[EntityRow]:
    """Read the rows whose fields have these values, by key."""
    found = db.execute(_rows(entity_set.table, (*equal,)), binds(equal))
    return [to_row(entity_set, row) for row in found]


def version_of(db: Connection, entity_set: EntitySet, key: Mapping[str, EdmValue]) -> tuple[int, int]:
    """Return the version and the id of the record with this key. Raises MissingRowError."""
    row = db.execute(_find(entity_set.table), _key_binds(entity_set, key)).first()
    if row is None:
        raise MissingRowError
    return row.RECVERSION, row.RECID


def to_row(entity_set: EntitySet, row: Row[Any]) -> EntityRow:
    """Take the fields of the entity out of a row that `select_rows` found."""
    return dict(zip(entity_set.fields, row, strict=False))


def next_number(db: Connection, sequence: str, first: int = 1) -> int:
    """Take the next number of a sequence; the first one where it is new."""
    following = db.execute(_TAKE_NUMBER, {"sequence": sequence}).scalar()
    if following is None:
        db.execute(_ADD_SEQUENCE, {"Name": sequence, "Next": first + 1})
        return first
    return int(following) - 1


def next_record(db: Connection) -> int:
    """Take the id of a new record; it is unique over all tables."""
    return next_number(db, "RECID", _FIRST_RECID)


def _typed(entity_set: EntitySet, given: Mapping[str, object]) -> EntityRow:
    typed: EntityRow = {}
    for name, value in given.items():
        declared = entity_set.fields.get(name)
        if declared is None:
            raise RefusedError(f"the entity has no such field: {entity_set.type_name}", name)
        try:
            typed[name] = declared.type.initial if value is None else declared.type.to_stored(value)
        except ValueError as why:
            raise RefusedError(str(why), name) from None
    if COMPANY in typed:
        typed[COMPANY] = str(typed[COMPANY]).lower()
    return typed


# Each statement is built once, as building one takes longer than running it. The names of its values are those of the
# columns, with an underscore before those of its condition.


def binds(equal: Mapping[str, EdmValue]) -> dict[str, EdmValue]:
    """Return the values for `has_values`."""
    return {f"_{name}": value for name, value in equal.items()}


def _key_binds(entity_set: EntitySet, key: Mapping[str, EdmValue]) -> dict[str, EdmValue]:
    return {f"_{name}": key[name] for name in entity_set.keys}


def has_values(table: Table, names: Iterable[str]) -> ColumnElement[bool]:
    """Make the condition that these columns have the values that `binds` gives."""
    return and_(true(), *(table.columns[name] == bindparam(f"_{name}") for name in names))


def _has_key(table: Table) -> ColumnElement[bool]:
    return has_values(table, (column.name for column in table.primary_key if "edm" in column.info))


@cache
def select_rows(table: Table) -> Select[Any]:
    """Select the fields of an entity in their order, and behind them the two columns that no entity has."""
    fields = [column for column in table.columns if "edm" in column.info]
    return select(*fields, table.c.RECVERSION, table.c.RECID)


@cache
def _find(table: Table) -> Select[Any]:
    return select_rows(table).where(_has_key(table))


@cache
def _rows(table: Table, names: tuple[str, ...]) -> Select[Any]:
    return select_rows(table).where(has_values(table, names)).order_by(*table.primary_key)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table, names: tuple[str, ...]) -> Update:
    changed: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(table).where(_has_key(table)).values(**changed, RECVERSION=table.c.RECVERSION + 1)


@cache
def _delete(table: Table) -> Delete:
    return delete(table).where(_has_key(table))
