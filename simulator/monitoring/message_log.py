"""The message log: an entry for each event, with enough to find a data problem, but without the data."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from typing import Any, NamedTuple, Protocol


class MessageRecords(Protocol):
    """CPI's message processing log, as read from outside."""

    def messages(self, guids: Collection[str] | None = None) -> Iterable[Mapping[Any, Any]]:
        """Return a record for each event, in the order of arrival; with `guids`, only for those."""

    def parcels(self, guids: Collection[str] | None = None) -> Iterable[Mapping[Any, Any]]:
        """Return a record for each message to a system; with `guids`, only for those of these events."""

    def page(self, after: str, limit: int) -> tuple[list[str], str]:
        """Return the guids of the first events after a place, and the next place. Raises LookupError."""

    def unsettled(
        self, now: datetime, before: datetime, after: str, limit: int
    ) -> tuple[list[str], str, list[str], list[str]]:
        """Return the same of those that may be an alert; then what may make up for them, and those overdue."""


class LoggedError(NamedTuple):
    """A logged error: names of rules and fields, never values."""

    id: str
    field: str
    message: str


class ProcessedStep(NamedTuple):
    """A step that a middleware has done for an event."""

    process: str
    step: str
    milliseconds: float
    error: str = ""


class ProcessingDetails(NamedTuple):
    """The part of a message processing log that is the middleware's own."""

    steps: tuple[ProcessedStep, ...]
    properties: Mapping[str, str]
    """The custom header properties and the properties that its scripts have logged."""

    attachments: tuple[str, ...]
    """The names of what its scripts have attached."""


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

    processing: ProcessingDetails | None = field(default=None, compare=False)
    """None for a middleware that does not tell its steps."""

    @property
    def error(self) -> LoggedError | None:
        """The error of the event, or of the first system that does not have it."""
        return LoggedError(self.error_id, self.error_field, self.error_message) if self.error_id else None

    @property
    def is_failed(self) -> bool:
        """True if the event is in the error queue, as a whole or for one system."""
        return self.status in ("FAILED", "ESCALATED")


class LogEntries(NamedTuple):
    """A page of the log."""

    entries: list[LogEntry]
    further: str
    """The place from which the next page goes on; blank if nothing is there yet."""


PAGE_SIZE = 1000
"""The most entries that whoever reads the whole log holds at a time."""


class MessageLog:
    """The log of one landscape, oldest event first."""

    def __init__(self, records: MessageRecords | None) -> None:
        """Take CPI's own log as `records`; None if CPI keeps none."""
        self._records = records

    def entries(self, guids: Collection[str] | None = None) -> list[LogEntry]:
        """Return all entries, or those with these guids."""
        if self._records is None:
            return []
        parcels = defaultdict[str, list[Mapping[Any, Any]]](list)
        for parcel in self._records.parcels(guids):
            parcels[parcel["guid"]].append(parcel)
        return [_entry(record, parcels[record["guid"]]) for record in self._records.messages(guids)]

    def entry(self, guid: str) -> LogEntry | None:
        """Return the entry with this guid, without reading the others; None if there is none."""
        return next(iter(self.entries([guid])), None)

    def page(self, after: str, limit: int) -> LogEntries:
        """Return the first entries after a place, or after the one with guid `after`; blank for the beginning.

        Raises LookupError.
        """
        if self._records is None:
            return LogEntries([], "")
        guids, further = self._records.page(after, limit)
        return LogEntries(self.entries(guids), further)

    def read(self) -> Iterator[LogEntry]:
        """Read all entries page by page, so that nobody holds the whole log."""
        page = self.page("", PAGE_SIZE)
        yield from page.entries
        while page.further:
            page = self.page(page.further, PAGE_SIZE)
            yield from page.entries

    def unsettled(
        self, now: datetime, before: datetime, after: str, limit: int
    ) -> tuple[list[LogEntry], list[str], str, list[str]]:
        """Return the first entries that may be an alert, with those that may make up for them; then the former's guids.

        Then comes the place of the next page, blank without any, and last the guids of those that came before `before`,
        or before one that did. An unfinished one counts only if it is one of these, or if the clock was set back since
        it came. Raises LookupError as `page` does.
        """
        if self._records is None:
            return [], [], "", []
        guids, further, healing, overdue = self._records.unsettled(now, before, after, limit)
        return self.entries({*guids, *healing}), guids, further, overdue


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
