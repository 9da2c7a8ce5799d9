"""Take the numbers of rows in CPI's store on PostgreSQL, and tell up to which number nothing can be added any more.

There, transactions take numbers in turn, and commit in any order. SQLite runs one after the other.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Integer, bindparam, text

NUMBERING_LOCK = "CPI_KEY"
"""The name that is locked, shared, by each transaction that has taken a number."""

_NEXT = text(
    "SELECT pg_advisory_xact_lock_shared(hashtextextended(:lock, 0)),"
    " pg_advisory_xact_lock_shared(CAST(CAST(CAST(:sequence AS regclass) AS oid) AS int4),"
    " CAST(coalesce(pg_sequence_last_value(CAST(:sequence AS regclass)), 0) AS int4)),"
    " nextval(CAST(:sequence AS regclass))"
    " FROM generate_series(1, :count)"
).bindparams(bindparam("count", type_=Integer, literal_execute=True))
"""Take numbers, and announce before, until the transaction ends, the last number that is not one of them.

PostgreSQL would plan the statement each time if the count was a parameter.
"""

_LAST = text(
    "SELECT coalesce(pg_sequence_last_value(CAST(name AS regclass)), 0)"
    " FROM unnest(CAST(:sequences AS text[])) WITH ORDINALITY AS given (name, place) ORDER BY place"
)
_LAST_OF_EVENTS = {
    "postgresql": text(
        """SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence('"CPI_MESSAGE"', 'number') AS regclass))"""
    ),
    "sqlite": text(  # a store of an older version knows its rows alone
        """SELECT max(number) FROM (SELECT max(number) AS number FROM "CPI_MESSAGE" UNION ALL"""
        " SELECT seq FROM sqlite_sequence WHERE name = 'CPI_MESSAGE')"
    ),
}
_ANNOUNCED = text(
    "SELECT min(CAST(objid AS bigint)) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
    """ AND classid = CAST(CAST(pg_get_serial_sequence('"CPI_MESSAGE"', 'number') AS regclass) AS oid)"""
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_NO_END = 2**62


def next_numbers(connection: Connection, sequence: str, count: int) -> list[int]:
    """Take numbers for new rows of a table, which has this sequence."""
    taken = {"lock": NUMBERING_LOCK, "sequence": sequence, "count": count}
    return [number for *_, number in connection.execute(_NEXT, taken)]


def last_numbers(connection: Connection, sequences: Iterable[str]) -> Sequence[int]:
    """Return the last number that was taken from each of these sequences."""
    return connection.execute(_LAST, {"sequences": [*sequences]}).scalars().all()


def last_event_number(connection: Connection) -> int:
    """Return the last number that an event has had, whether it is still there or not."""
    return connection.execute(_LAST_OF_EVENTS[connection.dialect.name]).scalar() or 0


def last_settled_number(connection: Connection) -> int:
    """Return the number up to which the next statement sees every event that there will ever be.

    A transaction that has taken a lower number without announcing it has ended before the look at what is announced.
    """
    if connection.dialect.name == "sqlite":
        return _NO_END
    last = last_event_number(connection)  # before the look: a number that is taken from now on is behind it
    announced: int | None = connection.execute(_ANNOUNCED).scalar()
    return last if announced is None else min(last, announced)
