"""Keep in CPI's store what must be forgotten one day: as it is on SQLite, sealed in the database of a server.

SQLite overwrites what is deleted. A server keeps old rows in its tables and its log, so no row may hold an event, a
message, a System ID or a code that can be read without the key file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    bindparam,
    case,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
)

from simulator.cpi.event import ReceivedEvent
from simulator.cpi.key_file import BY_SUCCESSOR, KeyFile
from simulator.cpi.numbers import NUMBERING_LOCK, last_numbers, next_numbers
from simulator.cpi.store import MESSAGE, PARCEL
from simulator.cpi.work_items import message_from_json
from simulator.database import KeyFileError, advisory_lock

CONTENT = {MESSAGE: "payload", PARCEL: "content"}
"""The column of each table whose text is sealed with the key of its row."""

_MAX_SHOWN = 255
"""The most characters of a System ID that the log shows."""

_SEALED_WORDS = "sealed "
"""The beginning of words that are sealed; those of an older version, and CPI's own, are as they are."""

_SEALING, _FORGOTTEN, _REPLACED = "sealing", "forgotten", "replaced"


class Sealing(Protocol):
    """The treatment of a text before CPI's store writes it, and after it has read it."""

    def name(self, sys_id: str) -> str:
        """Return what stands for a System ID where rows are compared."""

    def agreement_name(self, sys_id: str, code: str) -> str:
        """Return what stands for an agreement; it begins with the name of the System ID."""

    def insert(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> Sequence[int]:
        """Add rows, oldest first. They bear the name of an agreement and, otherwise, what is to be sealed.

        Returns their numbers.
        """

    def resealed(self, table: Table, row: Mapping[Any, Any], text: str) -> dict[str, str]:
        """Return the columns of a row that is there, with another text.

        What it held stays readable until `replace_key`.
        """

    def replace_key(self, table: Table, number: int, text: str) -> None:
        """Make what a row held before `resealed` unreadable; `text` is what its column holds since."""

    def opened(self, table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
        """Return a row with its text as it was; blank if its key is destroyed."""

    def sealed_words(self, table: Table, number: int, words: str) -> str:
        """Return the words of an error as the column of a row holds them: a system may name an agreement in them."""

    def opened_words(self, table: Table, row: Mapping[Any, Any]) -> str:
        """Return the words of the error of a row."""

    def opened_log(self, connection: Connection, table: Table, rows: Iterable[Mapping[Any, Any]]) -> list[Any]:
        """Return rows as people read them."""

    def destroy(self, table: Table, numbers: Iterable[int]) -> None:
        """Make what rows held unreadable, wherever the database keeps it."""

    def note_left_over(self) -> None:
        """Note that a transaction may have left something that is to be destroyed."""

    def purge(self, database: Engine) -> None:
        """Destroy what was left over, here or by a process that was killed; do nothing if nothing was."""

    def sync(self) -> None:
        """Wait until the disk has what was destroyed."""

    def close(self) -> None: ...


class PlainText:
    """Keep every text as it is: SQLite overwrites what is blanked or deleted."""

    def name(self, sys_id: str) -> str:
        return sys_id

    def agreement_name(self, sys_id: str, code: str) -> str:
        return f"{sys_id} {code}"

    def insert(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> Sequence[int]:
        inserted = connection.execute(_INSERT[table], rows)
        if len(rows) == 1:
            return [inserted.lastrowid]
        last: int = connection.execute(_LAST_ROW).scalar_one()
        return range(last - len(rows) + 1, last + 1)  # nobody else writes meanwhile

    def resealed(self, table: Table, _row: Mapping[Any, Any], text: str) -> dict[str, str]:
        return {CONTENT[table]: text}

    def replace_key(self, table: Table, number: int, text: str) -> None: ...

    def opened(self, _table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
        return {**row}

    def sealed_words(self, _table: Table, _number: int, words: str) -> str:
        return words

    def opened_words(self, _table: Table, row: Mapping[Any, Any]) -> str:
        return str(row["error_message"])

    def opened_log(self, _connection: Connection, table: Table, rows: Iterable[Mapping[Any, Any]]) -> list[Any]:
        if table is PARCEL:
            return list(rows)
        return [row if _is_as_it_came(row) else {**row, "sys_id": _sys_id(row)} for row in rows]

    def destroy(self, table: Table, numbers: Iterable[int]) -> None: ...
    def note_left_over(self) -> None: ...
    def purge(self, database: Engine) -> None: ...
    def sync(self) -> None: ...
    def close(self) -> None: ...


_INSERT = {table: insert(table) for table in CONTENT}
_LAST_ROW = text("SELECT last_insert_rowid()")
_KEY_FILE = Table("CPI_KEY_FILE", MetaData(), Column("id", String(32), nullable=False))
"""The id of the key file that belongs to the store."""

_SEQUENCE = select(func.pg_get_serial_sequence(bindparam("table"), "number"))
_LIVE = union_all(
    select(literal(MESSAGE.name), MESSAGE.c.number, literal("")).where(MESSAGE.c.payload != ""),
    select(
        literal(PARCEL.name),
        PARCEL.c.number,
        case((PARCEL.c.content.startswith(BY_SUCCESSOR), PARCEL.c.content), else_=""),
    ).where(PARCEL.c.content != ""),
)
"""The rows whose keys are needed, by table, and what one holds if the successor of its key has sealed it."""


class SealedText:
    """Seal each event and each message with the key of its row, and name System IDs and agreements by a keyed hash."""

    def __init__(self, connection: Connection, keys: Path | None) -> None:
        """Open the key file of a store; for a store that is new, make it. Raises KeyFileError."""
        if keys is None:
            raise KeyFileError(
                "the store is in the database of a server: store_keys has to name a file for its keys,"
                " scm_store_keys if it is the connector's"
            )
        if _key_file_id(connection) is None and connection.execute(select(MESSAGE.c.number).limit(1)).first():
            raise KeyFileError("the store was filled by an older version, in plain text; give it a new schema")
        self._sequences = {
            table: connection.execute(_SEQUENCE, {"table": f'"{table.name}"'}).scalar_one() for table in CONTENT
        }
        self._keys = open_key_file(connection, keys)
        self._left_over = True

    def name(self, sys_id: str) -> str:
        return self._keys.name(sys_id)

    def agreement_name(self, sys_id: str, code: str) -> str:
        return f"{self.name(sys_id)} {self.name(f'{sys_id} {code}')}"

    def insert(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> Sequence[int]:
        numbers = next_numbers(connection, self._sequences[table], len(rows))
        column = CONTENT[table]
        sealed = []
        for number, row in zip(numbers, rows, strict=True):
            key = _key(table, number)
            if not self._keys.has(key):
                advisory_lock(connection, f"{NUMBERING_LOCK} new")
                if not self._keys.has(key):  # another process may have made it meanwhile
                    self._keys.make(key)
            changed = {"number": number, column: self._keys.seal(key, row[column])}
            if table is MESSAGE:
                changed["sys_id"] = self.name(row["sys_id"])
            elif "error_message" in row:
                changed["error_message"] = self.sealed_words(table, number, row["error_message"])
            sealed.append(row | changed)
        connection.execute(_INSERT[table], sealed)
        return numbers

    def resealed(self, table: Table, row: Mapping[Any, Any], text: str) -> dict[str, str]:
        key, words = _key(table, row["number"]), self.opened_words(table, row)
        columns = {CONTENT[table]: self._keys.seal(key, text, by_successor=True)}
        if words:
            columns["error_message"] = _SEALED_WORDS + self._keys.seal(key, words, by_successor=True)
        return columns

    def replace_key(self, table: Table, number: int, text: str) -> None:
        self._keys.succeed(_key(table, number), text)

    def opened(self, table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
        column = CONTENT[table]
        words = {"error_message": self.opened_words(table, row)} if "error_message" in row else {}
        return {**row, column: row[column] and self._keys.unseal(_key(table, row["number"]), row[column]), **words}

    def sealed_words(self, table: Table, number: int, words: str) -> str:
        key = _key(table, number)
        # Once the key is destroyed, CPI's own words alone are left to be said.
        return _SEALED_WORDS + self._keys.seal(key, words) if words and self._keys.has(key) else words

    def opened_words(self, table: Table, row: Mapping[Any, Any]) -> str:
        words = str(row["error_message"])
        if not words.startswith(_SEALED_WORDS):
            return words
        return self._keys.unseal(_key(table, row["number"]), words.removeprefix(_SEALED_WORDS))

    def opened_log(self, connection: Connection, table: Table, rows: Iterable[Mapping[Any, Any]]) -> list[Any]:
        opened = [self.opened(table, row) for row in rows]
        if table is MESSAGE:
            return [{**row, "sys_id": _sys_id(row)} for row in opened]
        unknown = {row["agreement"].partition(" ")[0] for row in opened if not row["content"]}
        named = connection.execute(select(MESSAGE).where(MESSAGE.c.sys_id.in_(unknown))).mappings() if unknown else ()
        known = {row["sys_id"]: _received(self.opened(MESSAGE, row)).sys_id_key for row in named}
        return [{**row, "agreement": _agreement(row, known)} for row in opened]

    def destroy(self, table: Table, numbers: Iterable[int]) -> None:
        self._keys.destroy(_key(table, number) for number in numbers)

    def note_left_over(self) -> None:
        self._left_over = True

    def purge(self, database: Engine) -> None:
        if not self._left_over:
            return
        self._left_over = False
        with database.begin() as connection:
            advisory_lock(connection, NUMBERING_LOCK)  # shared by whoever may use a key that is not live yet
            live, tables = set[int](), {table.name: table for table in self._sequences}
            for name, number, resealed in connection.execute(_LIVE):
                live.add(_key(tables[name], number))
                if resealed:
                    self.replace_key(tables[name], number, resealed)
            last = last_numbers(connection, self._sequences.values())
            used = [
                range(_key(table, 1), _key(table, number) + 1, 2)
                for table, number in zip(self._sequences, last, strict=True)
            ]
            self._keys.destroy_others(live, used)

    def sync(self) -> None:
        self._keys.sync()

    def close(self) -> None:
        self._keys.close()


def open_key_file(connection: Connection, keys: Path) -> KeyFile:
    """Open the key file of a store; for a store that has none yet, make it. Raises KeyFileError."""
    known = _key_file_id(connection)
    if known is None and not keys.exists():
        KeyFile.create(keys)
    found = KeyFile(keys)
    if found.count if known is None else found.id != known:
        found.close()
        raise KeyFileError(f"{keys} is the key file of another store")
    if known is None:
        connection.execute(insert(_KEY_FILE), {"id": found.id})
    return found


def _key_file_id(connection: Connection) -> str | None:
    _KEY_FILE.create(connection, checkfirst=True)
    return connection.execute(select(_KEY_FILE.c.id)).scalar()


def open_sealing(connection: Connection, keys: Path | None) -> Sealing:
    """Return how the store on this connection keeps its texts. Raises KeyFileError."""
    return PlainText() if connection.dialect.name == "sqlite" else SealedText(connection, keys)


@contextmanager
def sealing_transaction(database: Engine, sealing: Sealing) -> Iterator[Connection]:
    """Begin a transaction in which `sealing_of` and `forget` work; destroy after its commit what was forgotten."""
    forgotten: list[tuple[Table, list[int]]] = []
    replaced: list[tuple[Table, int, str]] = []
    try:
        with database.begin() as connection:
            connection.info.update({_SEALING: sealing, _FORGOTTEN: forgotten, _REPLACED: replaced})
            yield connection
    except BaseException:
        sealing.note_left_over()  # what was rolled back is in the server's log
        raise
    for resealed in replaced:
        sealing.replace_key(*resealed)
    for table, numbers in forgotten:
        sealing.destroy(table, numbers)


def sealing_of(connection: Connection) -> Sealing:
    """Return how the store keeps its texts."""
    found: Sealing = connection.info[_SEALING]
    return found


def forget(connection: Connection, table: Table, numbers: Iterable[int]) -> None:
    """Make what rows held unreadable once the transaction is committed; it blanks or deletes them itself."""
    connection.info[_FORGOTTEN].append((table, list(numbers)))


def forget_earlier(connection: Connection, table: Table, number: int, text: str) -> None:
    """Make what a row held before `text`, as its column holds it, unreadable once the transaction is committed."""
    connection.info[_REPLACED].append((table, number, text))


def _key(table: Table, number: int) -> int:
    """Return the number of the key of a row: the tables take turns in the key file."""
    return 2 * number + (table is PARCEL)


def _is_as_it_came(row: Mapping[Any, Any]) -> bool:
    """Check, without reading the event, that it spells its System ID as it is compared."""
    return row["sys_id"] in row["payload"] and len(row["sys_id"]) <= _MAX_SHOWN


def _sys_id(row: Mapping[Any, Any]) -> str:
    """Return the System ID of an event as it came, for the log; an endless one is cut."""
    return _received(row).sys_id[:_MAX_SHOWN]


def _received(row: Mapping[Any, Any]) -> ReceivedEvent:
    return ReceivedEvent.from_json(row["payload"]) if row["payload"] else ReceivedEvent({}, {})


def _agreement(row: Mapping[Any, Any], known: Mapping[str, str]) -> str:
    """Return System ID and code of a message that waits; of one that a system has, the System ID if an event has it."""
    if row["content"]:
        fields = message_from_json(row["content"]).fields
        return f"{fields['SYSID']} {fields['ICMAGREEMENTCODE']}"
    return known.get(row["agreement"].partition(" ")[0], "")
