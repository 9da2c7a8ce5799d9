"""The tables of CPI's store: every accepted event, and every message to a system."""

from sqlalchemy import ColumnElement, Index, MetaData, Table, literal_column, text
from sqlmodel import Field, SQLModel


class StoreTable(SQLModel):
    """The base of the tables of the store."""

    metadata = MetaData()


class CpiMessage(StoreTable, table=True):
    """One accepted event: an entry of the message processing log, and of the queue of events to fetch.

    Times are ISO 8601 in UTC with microseconds, so that texts compare as times do on every database.
    """

    __tablename__ = "CPI_MESSAGE"
    __table_args__ = (
        Index("CPI_MESSAGE_NEXT", "stage", "number"),
        Index("CPI_MESSAGE_TENANT", "stage", "source", "number"),
        Index("CPI_MESSAGE_STATUS", "status", "note"),
        Index("CPI_MESSAGE_EARLIER", "sys_id", "source", text("(stage || '')"), "number"),
        {"sqlite_autoincrement": True},  # a number is never used twice: it is a place in the log
    )

    number: int | None = Field(default=None, primary_key=True)
    """The order of arrival."""

    guid: str = Field(max_length=36, unique=True)
    correlation_id: str = Field(max_length=36)
    received_at: str = Field(max_length=32)
    changed_at: str = Field(max_length=32)
    payload: str
    """The event as JSON; blank once it is known to be about a confidential agreement (SEC-2)."""

    source: str = Field(default="", max_length=20)
    contract_type: str = Field(default="", max_length=40)
    sys_id: str = ""
    """The System ID in lower case, or what stands for it: events are compared by it. The log takes it from the event.

    SQLite would lower ASCII letters alone.
    """

    action: str = Field(default="", max_length=20)

    parent: str = ""
    """For an amendment that failed, or waits for earlier events of its agreement, the System ID of that agreement.

    It is spelt as `sys_id` is; blank if nothing tells it.
    """

    status: str = Field(max_length=10)
    """PROCESSING, RETRY, COMPLETED, FAILED, ESCALATED or DISCARDED, as CPI's message processing log says it."""

    stage: str = Field(max_length=7)
    """fetch: to be read from ICI; deliver: on its way to the systems; done."""

    again: bool = False
    """True once it has been retried by hand after it had failed."""

    attempts: int = 0
    due_at: str = Field(max_length=32)
    lease_until: str = Field(default="", max_length=32)
    """The time until which one worker holds it, and no other may take it."""

    note: str = ""
    error_id: str = ""
    error_field: str = ""
    error_message: str = ""


class CpiParcel(StoreTable, table=True):
    """One message on its way to one system."""

    __tablename__ = "CPI_PARCEL"
    __table_args__ = (
        Index("CPI_PARCEL_NEXT", "state", "number"),
        Index("CPI_PARCEL_SYSTEM", "state", "system", "number"),
        Index("CPI_PARCEL_EARLIER", "agreement", "system", text("(state || '')"), "number"),
        Index("CPI_PARCEL_GUID", "guid"),
        {"sqlite_autoincrement": True},  # even after the last message was removed
    )

    number: int | None = Field(default=None, primary_key=True)
    guid: str = Field(max_length=36)
    system: str = Field(max_length=30)
    agreement: str = Field(max_length=64)
    """System ID and code: messages about the same agreement keep their order within a system."""

    content: str
    """The message as JSON; blank once the system has it."""

    state: str = Field(max_length=10)
    """waiting, then created, changed or unchanged, or refused (in the error queue)."""

    attempts: int = 0
    due_at: str = Field(max_length=32)
    lease_until: str = Field(default="", max_length=32)
    error_id: str = ""
    error_field: str = ""
    error_message: str = ""


class CpiFiltered(StoreTable, table=True):
    """An agreement that was filtered, where the settings let CPI remember it (D-64)."""

    __tablename__ = "CPI_FILTERED"

    name: str = Field(primary_key=True, max_length=64)
    """A keyed hash of its source and System ID."""


FILTERED_AGREEMENT: Table = StoreTable.metadata.tables["CPI_FILTERED"]
MESSAGE: Table = StoreTable.metadata.tables["CPI_MESSAGE"]
PARCEL: Table = StoreTable.metadata.tables["CPI_PARCEL"]


def as_indexed(state: ColumnElement[str]) -> ColumnElement[str]:
    """Spell the stage of an event, or the state of a message, as the index of its agreement does.

    No other index holds it so: PostgreSQL, whose statistics are older than what waits, cannot choose one by which it
    would read everything that waits.
    """
    return state + literal_column("''")
