"""The message log: one entry for each event, with enough to find a data problem and nothing of the data itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, NamedTuple, Protocol


class Records(Protocol):
    """CPI's message processing log, as it can be read from outside."""

    def messages(self, guid: str | None = None) -> Iterable[Mapping[Any, Any]]:
        """One record for each event, in the order of arrival; or the one with this guid."""

    def parcels(self, guid: str | None = None) -> Iterable[Mapping[Any, Any]]:
        """One record for each message to a system; or those of one event."""


class Trouble(NamedTuple):
    """An error as it was written down: names of rules and fields, never values."""

    id: str
    field: str
    message: str


@dataclass(frozen=True)
class Entry:
    """One event as the administrator sees it."""

    guid: str
    correlation_id: str
    received_at: str
    changed_at: str
    """ISO 8601, UTC."""

    status: str
    """PROCESSING, RETRY, COMPLETED, FAILED, ESCALATED (attempts used up) or DISCARDED: CPI's terms."""

    source: str
    contract_type: str
    sys_id: str
    action: str
    """Blank, as the three before, for a confidential agreement: of that one nothing is kept (SEC-2)."""

    note: str
    """Why an event was discarded."""

    error_id: str
    error_field: str
    error_message: str

    attempts: int
    """How often the agreement was to be read from ICI, as far as that failed."""

    systems: dict[str, str] = field(default_factory=dict)
    """By system: created, changed, unchanged, waiting, or refused (in its error queue)."""

    system_attempts: dict[str, int] = field(default_factory=dict)
    """By system, how often the message was tried."""

    system_errors: dict[str, Trouble] = field(default_factory=dict)
    """Why a system does not have the message; only those that have been tried without success."""

    about: str = ""
    """System ID of the agreement whose entry it changes; blank where that is not known."""

    next_attempt: str = ""
    """When the first piece of it that waits is due, ISO 8601, UTC; blank where nothing waits."""

    @property
    def error(self) -> Trouble | None:
        """Why the event has not gone through, or why the first system that does not have it does not."""
        return Trouble(self.error_id, self.error_field, self.error_message) if self.error_id else None

    @property
    def is_failed(self) -> bool:
        """Whether it is in the error queue, wholly or for one system."""
        return self.status in ("FAILED", "ESCALATED")


class MessageLog:
    """The log of one landscape, oldest event first."""

    def __init__(self, records: Records | None) -> None:
        """`records` is CPI's own log; None where CPI keeps none."""
        self._records = records

    def entries(self, guid: str | None = None) -> list[Entry]:
        """All of them, or the one with this guid."""
        if self._records is None:
            return []
        parcels = defaultdict[str, list[Mapping[Any, Any]]](list)
        for parcel in self._records.parcels(guid):
            parcels[parcel["guid"]].append(parcel)
        return [_entry(record, parcels[record["guid"]]) for record in self._records.messages(guid)]

    def entry(self, guid: str) -> Entry | None:
        """The one with this guid; what there is to the others takes no time."""
        return next(iter(self.entries(guid)), None)


def _entry(record: Mapping[Any, Any], parcels: list[Mapping[Any, Any]]) -> Entry:
    waiting = [parcel["due_at"] for parcel in parcels if parcel["state"] == "waiting"]
    if record["stage"] == "fetch":
        waiting.append(record["due_at"])
    return Entry(
        **{name: record[name] for name in _RECORDED},
        systems={parcel["system"]: parcel["state"] for parcel in parcels},
        system_attempts={parcel["system"]: parcel["attempts"] for parcel in parcels},
        system_errors={
            parcel["system"]: Trouble(parcel["error_id"], parcel["error_field"], parcel["error_message"])
            for parcel in parcels
            if parcel["error_id"]
        },
        about=_about(record, parcels),
        next_attempt=min(waiting, default=""),
    )


def _about(record: Mapping[Any, Any], parcels: list[Mapping[Any, Any]]) -> str:
    if parcels:
        sys_id: str = parcels[0]["agreement"].partition(" ")[0]
        return sys_id
    # An amendment names itself, and what it amends is known once it has been read; an unread event may be one.
    return "" if record["action"] in ("", "AmendmentExecuted") else record["sys_id"].lower()


_RECORDED = [one.name for one in fields(Entry) if one.default is MISSING and one.default_factory is MISSING]
"""The fields that stand in the record of the event itself."""
