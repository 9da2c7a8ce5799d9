"""SCM: its database, and what the external system, its users and its administrators do with it."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from decimal import Decimal
from threading import RLock
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Table

from simulator.database import (
    IN_MEMORY,
    Synchronous,
    advisory_lock,
    begin_on,
    create_missing_tables,
    make_engine,
    purge_wal,
    read_on,
)
from simulator.scm.agreements import ReleaseOrder
from simulator.scm.connection import state_for_administrator
from simulator.scm.edm import EdmValue, Real
from simulator.scm.entities import ALL_SETS, COMPANY, EntitySet, Verb
from simulator.scm.framework import (
    Change,
    EntityRow,
    Framework,
    RefusedError,
    next_number,
    rows_of,
    version_of,
)
from simulator.scm.master_data import ScmTable
from simulator.scm.rules import HEADERS, LINES, RULES, release, update_fulfilment

MAX_PAGE = 10_000
"""The most rows of one answer; the rest stands behind `@odata.nextLink`."""

_ORDERS: Table = ReleaseOrder.__table__  # type: ignore[attr-defined]
_INSERTS = {table: table.insert() for table in ScmTable.metadata.sorted_tables}
_EMPTY_TABLES = [table.delete() for table in ScmTable.metadata.sorted_tables]

ScmRows: TypeAlias = Mapping[Table, Sequence[dict[str, Any]]]
"""The rows of every table, with those columns that no entity shows."""

_Result = TypeVar("_Result")


class ScmSystem:
    """Supply Chain Management with its companies."""

    def __init__(
        self, url: str = IN_MEMORY, default_company: str = "usmf", synchronous: Synchronous = "normal"
    ) -> None:
        """`url` is a database URL of SQLAlchemy; existing data are kept.

        `default_company` is that of the user as whom the external system calls.
        """
        self.default_company = default_company
        self.framework = Framework(RULES)
        self.is_up = True
        """False makes the server answer 503."""

        self.max_page = MAX_PAGE
        """The most rows of one answer; only a test makes it less than `MAX_PAGE`."""

        self.feature_is_on = True
        """False hides the entities of the integration, as where its feature is switched off."""

        # One connection, and one user at a time: what a request reads stays true until it has written.
        self._connection = make_engine(url, synchronous).connect()
        self._lock = RLock()
        with ExitStack() as half_open:
            half_open.callback(self.close)
            with self._connection.begin():
                create_missing_tables(self._connection, ScmTable.metadata)
            half_open.pop_all()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction; others wait until it ends, also those of other processes."""
        with self._lock, begin_on(self._connection):
            advisory_lock(self._connection, "SCM")
            yield self._connection

    def call(self, entity_set: EntitySet, work: Callable[[Connection], _Result]) -> _Result:
        """Do one request of the external system in a transaction; a validation is undone at its end."""
        with self.transaction() as db:
            return run_kept(db, entity_set, work)

    def fill(self, collection: str, *rows: Mapping[str, object]) -> None:
        """Create rows as a user of SCM does who maintains them; also in collections that OData does not show."""
        entity_set = ALL_SETS[collection]
        with self.transaction() as db:
            for row in rows:
                self.framework.create(db, entity_set, row, by_user=True)

    def change_as_user(self, collection: str, key: Mapping[str, EdmValue], fields: Mapping[str, object]) -> None:
        """Change a row as a user of SCM does. Raises RefusedError, MissingRowError."""
        with self.transaction() as db:
            self.framework.update(db, ALL_SETS[collection], key, fields, by_user=True)

    def change_by_program(self, collection: str, key: Mapping[str, EdmValue], fields: Mapping[str, object]) -> None:
        """Change a row as another integration could. Raises RefusedError, MissingRowError."""
        with self.transaction() as db:
            self.framework.update(db, ALL_SETS[collection], key, fields)

    def delete_as_user(self, collection: str, key: Mapping[str, EdmValue]) -> None:
        """Delete a row as a user of SCM does. Raises RefusedError, MissingRowError."""
        with self.transaction() as db:
            self.framework.delete(db, ALL_SETS[collection], key, by_user=True)

    def release(  # noqa: PLR0913 - what an order line has
        self,
        company: str,
        agreement: str,
        line_number: float,
        delivery: date,
        *,
        quantity: Decimal = Decimal(0),
        amount: Decimal = Decimal(0),
    ) -> str:
        """Release an order from a line, and return its number (D-137). Raises RefusedError.

        A line of type ProductQuantity takes its amount from the price; the others take the amount that is ordered.
        """
        for ordered, name in ((quantity, "CommittedQuantity"), (amount, "CommittedAmount")):
            _require_storable(ordered, name)
        key: EntityRow = {COMPANY: company.lower(), "PurchaseAgreementId": agreement, "LineNumber": float(line_number)}
        with self.transaction() as db:
            line = self.framework.find(db, LINES, key)
            if line is None:
                _require_effective(db, key)
                raise RefusedError("the agreement has no such line", "LineNumber")
            change = Change(db, LINES, Verb.UPDATE, line, dict(line), frozenset())
            if line["CommitmentType"] == "ProductQuantity":
                if amount:
                    raise RefusedError("the price gives it, for a line that commits a quantity", "CommittedAmount")
                amount = _order_amount(line, quantity)
            release(change, quantity, amount, delivery)
            number = f"PO{next_number(db, f'PurchaseOrder {key[COMPANY]}'):08}"
            order = {"PurchaseOrderNumber": number, "Quantity": float(quantity), "Amount": float(amount)}
            day = f"{delivery:%Y-%m-%d}T12:00:00Z"
            db.execute(_ORDERS.insert().values(**key, **order, DeliveryDate=day))
            update_fulfilment(change)
        return number

    def rows(self, collection: str) -> list[dict[str, EdmValue]]:
        """Read all rows of a collection, by key, those of every company."""
        with self._lock, read_on(self._connection):
            return rows_of(self._connection, ALL_SETS[collection])

    @property
    def connection_state(self) -> str:
        """The state of the connection to the external system, as the administrator sees it."""
        found = self.rows("CLMIntegrationServiceInstances")
        if not found:
            return "Not started"
        return state_for_administrator(str(found[0]["EstablishmentStatus"]), str(found[0]["ConfigurationStatus"]))

    def empty(self, *collections: str) -> None:
        """Empty some collections, as their administrator can."""
        with self.transaction() as db:
            for name in collections:
                db.execute(ALL_SETS[name].table.delete())

    def reset(self) -> None:
        """Empty all tables, be up, and have the feature switched on, with pages of usual length."""
        self.is_up = self.feature_is_on = True
        self.max_page = MAX_PAGE
        with self.transaction() as db:
            for statement in _EMPTY_TABLES:
                db.execute(statement)

    def dump(self) -> ScmRows:
        """Return every row of every table."""
        with self.transaction() as db:
            found = {table: db.execute(table.select()).mappings() for table in ScmTable.metadata.sorted_tables}
            return {table: [dict(row) for row in rows] for table, rows in found.items()}

    def load(self, rows: ScmRows) -> None:
        """Hold exactly these rows, as `dump` returned them, and be as after `reset`."""
        self.reset()
        with self.transaction() as db:
            for table, of_table in rows.items():
                if of_table:
                    db.execute(_INSERTS[table], of_table)

    def purge_wal(self) -> None:
        """Purge deleted and overwritten data from the disk."""
        with self._lock:
            purge_wal(self._connection.engine)

    def close(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()


def run_kept(db: Connection, entity_set: EntitySet, work: Callable[[Connection], _Result]) -> _Result:
    """Do work whose writes stay, unless the entity validates only."""
    if entity_set.keeps:
        return work(db)
    attempt = db.begin_nested()
    try:
        return work(db)
    finally:
        attempt.rollback()


def etag(db: Connection, entity_set: EntitySet, row: Mapping[str, EdmValue]) -> str:
    """Return the entity tag of a row: the version and the id of the record behind it. Raises MissingRowError."""
    return make_etag(*version_of(db, entity_set, row))


def make_etag(version: int, record: int) -> str:
    """Make an entity tag as the product does: base64 of `'version,id'`, in quotes."""
    encoded = base64.b64encode(f"'{version},{record}'".encode()).decode()
    return f'W/"{encoded}"'


def _require_effective(db: Connection, key: EntityRow) -> None:
    """Refuse an order from an agreement that there is not, or that is not effective and may have no line yet."""
    headers = rows_of(db, HEADERS, **{name: key[name] for name in HEADERS.keys})
    if not headers:
        raise RefusedError("there is no such agreement in this company", "PurchaseAgreementId")
    if headers[0]["AgreementStatus"] != "Effective":
        raise RefusedError("the agreement is not effective", "AgreementStatus")


def _order_amount(line: EntityRow, quantity: Decimal) -> Decimal:
    price, unit, discount, percentage = (
        Decimal(str(line[name])) for name in ("Price", "PriceQuantity", "LineDiscountAmount", "LineDiscountPercentage")
    )
    gross = quantity * (price / (unit or 1) - discount)
    net = gross * (100 - percentage) / 100
    _require_storable(net, "CommittedAmount")
    return net.quantize(Decimal("0.01"))


def _require_storable(value: Decimal, name: str) -> None:
    try:
        Real().to_stored(value)
    except ValueError as why:
        raise RefusedError(str(why), name) from None
