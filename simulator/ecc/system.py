"""An ECC system, as PF2 and WP2 are: its database and the function module that it offers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from threading import Lock

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from simulator.characters import Characters
from simulator.database import (
    COMMITTED_EARLY,
    EARLY_COMMIT,
    IN_MEMORY,
    Synchronous,
    begin_on,
    consistent_read,
    create_missing_tables,
    empty,
    make_engine,
    purge_wal,
    read_on,
)
from simulator.ecc import change_documents, change_log, outline_agreements
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.ekko import EKKO
from simulator.ecc.outline_agreements import DEFAULT_RULES, CreationResult, OutlineRules
from simulator.ecc.tables import CONTRACT, PURCHORG, SapTable, ZTable, read_rows, text_values
from simulator.ecc.upsert import UpsertLogic, create_or_update
from simulator.errors import Failure, InterfaceError

SHOWN_TABLES: Mapping[str, Table] = {one.name: one for one in (CONTRACT, PURCHORG, EKKO)}
"""The tables that are shown page by page."""


class EccSystem:
    """An ECC system with the Z-tables, and the outline agreements that its users maintain."""

    def __init__(  # noqa: PLR0913 - one for each setting
        self,
        name: str,
        url: str = IN_MEMORY,
        rules: OutlineRules = DEFAULT_RULES,
        *,
        unique_sysid: bool = False,
        characters: Characters = "code-points",
        synchronous: Synchronous = "normal",
    ) -> None:
        """`url` is a database URL of SQLAlchemy; existing data are kept. `rules` are those of outline agreements.

        `unique_sysid` refuses a second entry of a System ID, under another agreement code (D-67). `characters` says
        what counts as one (D-41).
        """
        self.name = name
        self.unique_sysid = unique_sysid
        self.rules = rules
        self.count_in(characters)
        self.upsert_logic: UpsertLogic = create_or_update
        """The logic of the function module."""

        self.is_up = True
        """False makes the system refuse every transaction."""

        # One connection, and one user at a time: what an update reads stays true until it has written.
        self._connection = make_engine(url, synchronous).connect()
        self._lock = Lock()
        with ExitStack() as half_open:
            half_open.callback(self.close)
            with self._connection.begin():
                create_missing_tables(self._connection, ZTable.metadata)
                create_missing_tables(self._connection, SapTable.metadata)
            half_open.pop_all()

    def count_in(self, characters: Characters) -> None:
        """Count texts in this unit from now on (D-41)."""
        self.characters = characters
        self.rules = self.rules._replace(characters=characters)

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> list[Bapiret2]:
        """Create or change one entry, with both tables in one transaction.

        Returns the function module's return table; a message of type E in it means that nothing was written.
        Raises InterfaceError D-20 if the system does not answer.
        """
        with self.transaction() as connection:
            return self.upsert_logic(
                connection, contract, organisations, unique_sysid=self.unique_sysid, characters=self.characters
            )

    def create_outline_agreement(self, fields: Mapping[str, str], stamp: ChangeStamp) -> CreationResult:
        """Create one as ME31K does, from fields of EKKO; nothing is written if a message has type E.

        Raises InterfaceError D-20 if the system does not answer.
        """
        with self.transaction() as connection:
            return outline_agreements.create(connection, fields, stamp, self.rules)

    def change_outline_agreement(self, ebeln: str, fields: Mapping[str, str], stamp: ChangeStamp) -> list[Bapiret2]:
        """Change one as ME32K does. Raises InterfaceError D-20 if the system does not answer."""
        with self.transaction() as connection:
            return outline_agreements.change(connection, ebeln, fields, stamp, self.rules)

    def change_documents(self, ebeln: str = "") -> list[dict[str, str]]:
        """Read the change documents of outline agreements, or of one, oldest first."""
        with self._lock, read_on(self._connection):
            return change_documents.read_all(self._connection, ebeln)

    def change_log(self) -> list[dict[str, str]]:
        """Read the log of manual changes to the Z-tables, oldest first."""
        with self._lock, read_on(self._connection):
            return change_log.read_all(self._connection)

    def outline_agreements(self) -> list[dict[str, str]]:
        """Read all outline agreements, by number."""
        with self._lock, read_on(self._connection):
            return outline_agreements.read_all(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction; others wait until it ends.

        Raises InterfaceError D-20 if the system does not answer.
        """
        if not self.is_up:
            raise InterfaceError("D-20", "", f"{self.name} does not answer", Failure.SYSTEM_DOWN)
        try:
            with self._lock, begin_on(self._connection):
                self._connection.info.pop(COMMITTED_EARLY, None)
                yield self._connection
        except SQLAlchemyError as failure:
            # The text of the error shows the values of the message, so only its type is reported (SEC-2).
            why = f"the database of {self.name} failed ({type(failure).__name__})"
            if self._connection.info.pop(COMMITTED_EARLY, False):
                why += f"; {EARLY_COMMIT}"
            raise InterfaceError("D-20", "", why, Failure.SYSTEM_DOWN) from None

    def z_mm_icmcontract_read(self) -> dict[str, list[dict[str, str]]]:
        """Read both tables, as `tables` does, but as a caller from outside.

        Raises InterfaceError D-20 if the system does not answer.
        """
        with self.transaction() as connection:
            return _read_tables(connection)

    def tables(self) -> dict[str, list[dict[str, str]]]:
        """Read the Z-tables, even while the system is down: table name to its rows by key, every value as text."""
        with self._lock, begin_on(self._connection):
            return _read_tables(self._connection)

    def tables_of(self, sys_id: str) -> dict[str, list[dict[str, str]]]:
        """Read what the Z-tables hold of one System ID, even while the system is down, as `tables` does."""
        with self._lock, begin_on(self._connection):
            consistent_read(self._connection)
            return {
                name: read_rows(self._connection, table, table.c.SYSID == sys_id.lower())
                for name, table in _tables().items()
            }

    def page_of(self, table: str, first: int, limit: int) -> tuple[list[dict[str, str]], int]:
        """Read rows of one of the SHOWN_TABLES, by key, from the one with this number on, and count all of them."""
        shown = SHOWN_TABLES[table]
        with self._lock, begin_on(self._connection):
            consistent_read(self._connection)
            total = self._connection.execute(select(func.count()).select_from(shown)).scalar() or 0
            found = select(shown).order_by(*shown.primary_key).offset(first).limit(limit)
            return [text_values(row) for row in self._connection.execute(found).mappings()], total

    def definition(self, table: str) -> list[dict[str, str]]:
        """Describe the fields of a table as users see them: field, key, type, length and label of each."""
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
        """Empty all tables, and be up."""
        self.is_up = True
        with self._lock, begin_on(self._connection):
            empty(self._connection, (*_tables().values(), *SapTable.metadata.sorted_tables))

    def purge_wal(self) -> None:
        """Purge deleted and blanked data from the disk (SEC-2)."""
        with self._lock:
            purge_wal(self._connection.engine)

    def close(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()


def _read_tables(connection: Connection) -> dict[str, list[dict[str, str]]]:
    consistent_read(connection)
    return {name: read_rows(connection, table) for name, table in _tables().items()}


@cache
def _tables() -> dict[str, Table]:
    return dict(sorted(ZTable.metadata.tables.items()))
