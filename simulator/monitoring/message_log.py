"""The message log: one entry for each event, with enough to find a data problem and nothing of the data itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


class Records(Protocol):
    """CPI's message processing log, as it can be read from outside."""

    def messages(self) -> Iterable[Mapping[Any, Any]]:
        """One record for each event, in the order of arrival."""

    def parcels(self) -> Iterable[Mapping[Any, Any]]:
        """One record for each message to a system."""


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


class MessageLog:
    """The log of one landscape, oldest event first."""

    def __init__(self, records: Records | None) -> None:
        """`records` is CPI's own log; None where CPI keeps none."""
        self._records = records

    def entries(self) -> list[Entry]:
        if self._records is None:
            return []
        systems: dict[str, dict[str, str]] = {}
        attempts: dict[str, dict[str, int]] = {}
        for parcel in self._records.parcels():
            systems.setdefault(parcel["guid"], {})[parcel["system"]] = parcel["state"]
            attempts.setdefault(parcel["guid"], {})[parcel["system"]] = parcel["attempts"]
        return [
            Entry(
                **{name: record[name] for name in _RECORDED},
                systems=systems.get(record["guid"], {}),
                system_attempts=attempts.get(record["guid"], {}),
            )
            for record in self._records.messages()
        ]


_RECORDED = [name for name in Entry.__dataclass_fields__ if name not in ("systems", "system_attempts")]
