"""Keep the agreements of a tenant and its undelivered events in a database, so that they survive the process.

ICI is the source of confidential agreements, so it keeps them here as well.
"""

import json
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import MetaData, RowMapping, Table, bindparam, delete, insert, select
from sqlmodel import Field, SQLModel

from simulator.database import Synchronous, create_missing_tables, empty, make_engine
from simulator.icertis.agreement import (
    BASELINE,
    SCM_TYPES,
    TYPES,
    Agreement,
    AgreementStatus,
    AgreementType,
    amendment_type,
)
from simulator.icertis.rest import ABSENT, RawJson
from simulator.icertis.tenant import EventPayload, IcertisTenant

_BASE_KINDS = TYPES | SCM_TYPES
_KINDS = _BASE_KINDS | {
    kind.name: kind for kind in (amendment_type(one) for one in _BASE_KINDS.values() if one != BASELINE)
}


class IcertisTable(SQLModel):
    """The base of the tables of ICI."""

    metadata = MetaData()


class IciAgreement(IcertisTable, table=True):
    """An agreement or an amendment; see `Agreement`."""

    __tablename__ = "ICI_AGREEMENT"

    number: int = Field(primary_key=True)
    """The order of drafting."""

    kind: str
    sys_id: str
    code: str
    status: str
    parent: int | None = None
    """The number of the amended agreement."""

    masters: str
    """The numbers of the associated masters, as JSON."""

    attributes: str
    """Attributes as JSON: an array of name, form and value for each."""

    changes: str
    inherited: str
    amended: str


class IciCounter(IcertisTable, table=True):
    """The last running number of the codes of each type, and the number of starts of the tenant."""

    __tablename__ = "ICI_COUNTER"

    name: str = Field(primary_key=True)
    last: int


class IciEvent(IcertisTable, table=True):
    """An event that the webhook has not taken yet, oldest first."""

    __tablename__ = "ICI_EVENT"

    number: int | None = Field(default=None, primary_key=True)
    id: str
    payload: str


AGREEMENT: Table = IcertisTable.metadata.tables["ICI_AGREEMENT"]
COUNTER: Table = IcertisTable.metadata.tables["ICI_COUNTER"]
EVENT: Table = IcertisTable.metadata.tables["ICI_EVENT"]

_STARTS = "starts"

# Built once: building a statement takes longer than running it.
_AGREEMENTS = select(AGREEMENT).order_by(AGREEMENT.c.number)
_COUNTERS = select(COUNTER)
_EVENTS = select(EVENT.c.payload).order_by(EVENT.c.number)
_ADD = {table: insert(table) for table in (AGREEMENT, COUNTER, EVENT)}
_REMOVE = {
    column.table: delete(column.table).where(column == bindparam("this"))
    for column in (AGREEMENT.c.number, COUNTER.c.name, EVENT.c.id)
}


class TenantContent(NamedTuple):
    """The content of the database of a tenant."""

    agreements: list[Agreement]
    numbers: dict[str, int]
    """Type to the last running number of its codes."""

    starts: int
    """The number of earlier starts of the tenant."""

    events: list[EventPayload]


class IcertisStore:
    """The database of one tenant."""

    def __init__(self, url: str, synchronous: Synchronous = "normal") -> None:
        """Open the database, and create its tables if they are missing."""
        self._database = make_engine(url, synchronous)
        with self._database.begin() as connection:
            create_missing_tables(connection, IcertisTable.metadata)
        self._forget()

    def _forget(self) -> None:
        self._numbers: dict[Agreement, int] = {}
        self._kept_counters: dict[str, int] = {}
        self._changed: dict[Agreement, None] = {}
        self._kept_events: set[object] = set()

    def load(self) -> TenantContent:
        """Read everything, and count this start."""
        self._forget()
        with self._database.begin() as connection:
            rows = list(connection.execute(_AGREEMENTS).mappings())
            counters = {row["name"]: row["last"] for row in connection.execute(_COUNTERS).mappings()}
            events = list(connection.scalars(_EVENTS))
            starts = counters.pop(_STARTS, 0)
            connection.execute(_REMOVE[COUNTER], {"this": _STARTS})
            connection.execute(_ADD[COUNTER], {"name": _STARTS, "last": starts + 1})
        found = {row["number"]: _agreement(row) for row in rows}
        for row in rows:
            found[row["number"]].parent = found.get(row["parent"])
            found[row["number"]].masters = [found[number] for number in json.loads(row["masters"])]
        self._numbers = {agreement: number for number, agreement in found.items()}
        self._kept_counters = {**counters}
        waiting: list[EventPayload] = [json.loads(payload) for payload in events]
        self._kept_events = {event["id"] for event in waiting}
        return TenantContent([*found.values()], counters, starts, waiting)

    def note_change(self, agreement: Agreement) -> None:
        """Let the next `save` write an agreement."""
        self._changed[agreement] = None

    def save(self, tenant: IcertisTenant, waiting: Collection[EventPayload]) -> None:
        """Write, in one transaction, what has changed since the last call: agreements, and the events that wait."""
        new = [event for event in waiting if event["id"] not in self._kept_events]
        ids = {event["id"] for event in waiting}
        gone = self._kept_events - ids
        if not (self._changed or new or gone):
            return
        known = [self._numbers[one] for one in self._changed if one in self._numbers]
        for agreement in self._changed:
            self._numbers.setdefault(agreement, len(self._numbers) + 1)
        rows = [self._row(agreement) for agreement in self._changed]
        counters = {name: last for name, last in tenant.numbers.items() if self._kept_counters.get(name) != last}
        with self._database.begin() as connection:
            for table, replaced, added in (
                (AGREEMENT, known, rows),
                (COUNTER, counters, [{"name": name, "last": last} for name, last in counters.items()]),
                (EVENT, gone, [{"id": one["id"], "payload": json.dumps(one)} for one in new]),
            ):
                if replaced:
                    connection.execute(_REMOVE[table], [{"this": one} for one in replaced])
                if added:
                    connection.execute(_ADD[table], added)
        self._changed.clear()
        self._kept_counters |= counters
        self._kept_events = ids

    def reset(self) -> TenantContent:
        """Forget everything, and begin with an empty tenant."""
        with self._database.begin() as connection:
            empty(connection, (AGREEMENT, COUNTER, EVENT))
            connection.execute(_ADD[COUNTER], {"name": _STARTS, "last": 1})
        self._forget()
        return TenantContent([], {}, 0, [])

    def close(self) -> None:
        self._database.dispose()

    def _row(self, one: Agreement) -> dict[str, object]:
        return {
            "number": self._numbers[one],
            "kind": one.kind.name,
            "sys_id": one.sys_id,
            "code": one.code,
            "status": one.status.value,
            "parent": self._numbers[one.parent] if one.parent else None,
            "masters": json.dumps([self._numbers[master] for master in one.masters]),
            "attributes": _to_json(one.attributes),
            "changes": _to_json(one.changes),
            "inherited": _to_json(one.inherited),
            "amended": _to_json(one.amended),
        }


def _agreement(row: RowMapping) -> Agreement:
    """Make an agreement of its row, without parent and masters."""
    return Agreement(
        _KINDS.get(row["kind"]) or AgreementType(row["kind"], ""),
        row["sys_id"],
        row["code"],
        _from_json(row["attributes"]),
        AgreementStatus(row["status"]),
        changes=_from_json(row["changes"]),
        inherited=_from_json(row["inherited"]),
        amended=_from_json(row["amended"]),
    )


def _to_json(attributes: Mapping[str, object]) -> str:
    return json.dumps([[name, *_form(value)] for name, value in attributes.items()])


def _form(value: object) -> tuple[str, object]:
    if value is ABSENT:
        return "absent", None
    return ("as it is", value.json) if isinstance(value, RawJson) else ("usual", value)


def _from_json(text: str) -> dict[str, object]:
    return {name: _value(form, value) for name, form, value in json.loads(text)}


def _value(form: str, value: object) -> object:
    if form == "absent":
        return ABSENT
    return RawJson(value) if form == "as it is" else value
