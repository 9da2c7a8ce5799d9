"""One ECC system: its database and the function module that it offers. PF2 and WP2 are two of these."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from threading import Lock

from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import SQLAlchemyError

from simulator.database import IN_MEMORY, consistent_read, engine, make_tables, wipe
from simulator.ecc import change_log, outline_agreements
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.outline_agreements import NUMBERS, Numbers, Saved
from simulator.ecc.tables import SapTable, ZTable, rows
from simulator.ecc.upsert import create_or_update
from simulator.errors import Failure, InterfaceError


class EccSystem:
    """An SAP ECC system with the Z-tables, and the outline agreements that its users keep."""

    def __init__(self, name: str, url: str = IN_MEMORY, numbers: Numbers = NUMBERS) -> None:
        """`url` is a database URL of SQLAlchemy; what is there already is kept.

        `numbers` are those of its outline agreements.
        """
        self.name = name
        self._numbers = numbers
        self.answers = True
        """Whether the system is up; a system that is down takes nothing."""
        # One connection that stays open, and one user at a time: what an update finds is so until it has written.
        self._connection = engine(url).connect()
        self._lock = Lock()
        with ExitStack() as half_open:
            half_open.callback(self.close)
            with self._connection.begin():
                make_tables(self._connection, ZTable.metadata)
                make_tables(self._connection, SapTable.metadata)
            half_open.pop_all()

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> list[Bapiret2]:
        """Create or change one entry: both tables in one transaction, or neither.

        Returns the function module's return table; a message of type E in it means that nothing was written.
        Raises InterfaceError D-20 where the system does not answer.
        """
        with self.transaction() as connection:
            return create_or_update(connection, contract, organisations)

    def create_outline_agreement(self, fields: Mapping[str, str], user: str, today: date) -> Saved:
        """Create one as ME31K does, from fields of EKKO; nothing is written where a message is of type E.

        Raises InterfaceError D-20 where the system does not answer.
        """
        with self.transaction() as connection:
            return outline_agreements.create(connection, fields, user, today, self._numbers)

    def change_outline_agreement(self, ebeln: str, fields: Mapping[str, str]) -> list[Bapiret2]:
        """Change one as ME32K does. Raises InterfaceError D-20 where the system does not answer."""
        with self.transaction() as connection:
            return outline_agreements.change(connection, ebeln, fields)

    def change_log(self) -> list[dict[str, str]]:
        """What users changed in the Z-tables by hand, the oldest first."""
        with self._lock, self._connection.begin():
            return change_log.listed(self._connection)

    def outline_agreements(self) -> list[dict[str, str]]:
        """Those that there are, by their numbers."""
        with self._lock, self._connection.begin():
            return outline_agreements.listed(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction of one user at a time: all that it writes, or nothing.

        Raises InterfaceError D-20 where the system does not answer.
        """
        if not self.answers:
            raise InterfaceError("D-20", "", f"{self.name} does not answer", Failure.SYSTEM_DOWN)
        try:
            with self._lock, self._whole():
                yield self._connection
        except SQLAlchemyError as failure:
            # What SQLAlchemy says of it holds the values of the message, so only its kind is told (SEC-2).
            why = f"the database of {self.name} failed ({type(failure).__name__})"
            raise InterfaceError("D-20", "", why, Failure.SYSTEM_DOWN) from None

    @contextmanager
    def _whole(self) -> Iterator[None]:
        try:
            with self._connection.begin():
                yield
        except SQLAlchemyError:
            # After a commit that failed SQLAlchemy has no transaction any more, but the database may.
            with suppress(SQLAlchemyError, self._connection.dialect.loaded_dbapi.Error):
                self._connection.connection.rollback()
            raise

    def not_there(self) -> str:
        """Why the system takes nothing, without any value; blank where it is there, with its tables."""
        if not self.answers:
            return f"{self.name} does not answer"
        try:
            with self._lock, self._connection.begin():
                for table in _tables().values():
                    self._connection.execute(select(table).limit(1))
        except SQLAlchemyError as failure:
            return f"the database of {self.name} failed ({type(failure).__name__})"
        return ""

    def z_mm_icmcontract_read(self) -> dict[str, list[dict[str, str]]]:
        """What the tables hold, for a caller from outside, as `tables` has it.

        Raises InterfaceError D-20 where the system does not answer.
        """
        if not self.answers:
            raise InterfaceError("D-20", "", f"{self.name} does not answer", Failure.SYSTEM_DOWN)
        try:
            return self.tables()
        except SQLAlchemyError as failure:
            why = f"the database of {self.name} failed ({type(failure).__name__})"
            raise InterfaceError("D-20", "", why, Failure.SYSTEM_DOWN) from None

    def tables(self) -> dict[str, list[dict[str, str]]]:
        """What the tables hold: table name to its rows in the order of their key, every value as text."""
        with self._lock, self._connection.begin():
            consistent_read(self._connection)
            return {name: rows(self._connection, table) for name, table in _tables().items()}

    def definition(self, table: str) -> list[dict[str, str]]:
        """The fields of a table as a user of the system sees them: field, key, type, length and label of each."""
        return [
            {
                "field": column.name,
                "key": "X" if column.primary_key else "",
                "type": column.info["ddic"].name,
                "length": str(column.info["ddic"].length),
                "label": column.comment or "",
            }
            for column in _tables()[table].columns
        ]

    def reset(self) -> None:
        """Empty the tables, and be up."""
        self.answers = True
        with self._lock, self._connection.begin():
            for table in (*_tables().values(), *SapTable.metadata.sorted_tables):
                self._connection.execute(table.delete())

    def wipe(self) -> None:
        """Let nothing of what has been deleted or blanked stay on the disk (SEC-2)."""
        with self._lock:
            wipe(self._connection.engine)

    def close(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()


def _tables() -> dict[str, Table]:
    return dict(sorted(ZTable.metadata.tables.items()))
