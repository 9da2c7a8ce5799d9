"""The message log: an entry for each event, with enough to find a data problem, but without the data."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, NamedTuple, Protocol


class MessageRecords(Protocol):
    """CPI's message processing log, as read from outside."""

    def messages(self, guid: str | None = None) -> Iterable[Mapping[Any, Any]]:
        """Return a record for each event, in the order of arrival; with `guid`, only that one."""

    def parcels(self, guid: str | None = None) -> Iterable[Mapping[Any, Any]]:
        """Return a record for each message to a system; with `guid`, only those of that event."""


class LoggedError(NamedTuple):
    """A logged error: names of rules and fields, never values."""

    id: str
    field: str
    message: str


@dataclass(frozen=True)
class LogEntry:
    """An event as the administrator sees it."""

    guid: str
    correlation_id: str
    received_at: str
    changed_at: str
    """ISO 8601, UTC."""

    status: str
    """PROCESSING, RETRY, COMPLETED, FAILED, ESCALATED (attempts used up) or DISCARDED, in CPI's terms."""

    source: str
    contract_type: str
    sys_id: str
    action: str
    """Blank, like the three fields before it, for a confidential agreement (SEC-2)."""

    note: str
    """The reason an event was discarded, or what to know of it."""

    error_id: str
    error_field: str
    error_message: str

    attempts: int
    """Number of failed attempts to read the agreement from ICI."""

    systems: dict[str, str] = field(default_factory=dict)
    """System to created, changed, unchanged, waiting, or refused (in its error queue)."""

    system_attempts: dict[str, int] = field(default_factory=dict)
    """System to the number of delivery attempts."""

    system_errors: dict[str, LoggedError] = field(default_factory=dict)
    """System to the error of its last attempt; only systems whose last attempt failed."""

    agreement_sys_id: str = ""
    """System ID of the agreement whose entry the event changes; blank if unknown."""

    next_attempt: str = ""
    """Time of the next attempt, ISO 8601, UTC; blank if nothing waits."""

    @property
    def error(self) -> LoggedError | None:
        """The error of the event, or of the first system that does not have it."""
        return LoggedError(self.error_id, self.error_field, self.error_message) if self.error_id else None

    @property
    def is_failed(self) -> bool:
        """True if the event is in the error queue, as a whole or for one system."""
        return self.status in ("FAILED", "ESCALATED")


class MessageLog:
    """The log of one landscape, oldest event first."""

    def __init__(self, records: MessageRecords | None) -> None:
        """Take CPI's own log as `records`; None if CPI keeps none."""
        self._records = records

    def entries(self, guid: str | None = None) -> list[LogEntry]:
        """Return all entries, or the one with this guid."""
        if self._records is None:
            return []
        parcels = defaultdict[str, list[Mapping[Any, Any]]](list)
        for parcel in self._records.parcels(guid):
            parcels[parcel["guid"]].append(parcel)
        return [_entry(record, parcels[record["guid"]]) for record in self._records.messages(guid)]

    def entry(self, guid: str) -> LogEntry | None:
        """Return the entry with this guid, without reading the others; None if there is none."""
        return next(iter(self.entries(guid)), None)


def _entry(record: Mapping[Any, Any], parcels: list[Mapping[Any, Any]]) -> LogEntry:
    waiting = [parcel["due_at"] for parcel in parcels if parcel["state"] == "waiting"]
    if record["stage"] == "fetch":
        waiting.append(record["due_at"])
    return LogEntry(
        **{name: record[name] for name in _RECORD_FIELDS},
        systems={parcel["system"]: parcel["state"] for parcel in parcels},
        system_attempts={parcel["system"]: parcel["attempts"] for parcel in parcels},
        system_errors={
            parcel["system"]: LoggedError(parcel["error_id"], parcel["error_field"], parcel["error_message"])
            for parcel in parcels
            if parcel["error_id"]
        },
        agreement_sys_id=_agreement_sys_id(record, parcels),
        next_attempt=min(waiting, default=""),
    )


def _agreement_sys_id(record: Mapping[Any, Any], parcels: list[Mapping[Any, Any]]) -> str:
    if parcels:
        sys_id: str = parcels[0]["agreement"].partition(" ")[0]
        return sys_id
    # An amendment names itself; its parent is known once it has been read. An unread event may be an amendment.
    return "" if record["action"] in ("", "AmendmentExecuted") else record["sys_id"].lower()


_RECORD_FIELDS = [one.name for one in fields(LogEntry) if one.default is MISSING and one.default_factory is MISSING]
"""The fields that are read from the record of the event itself."""
