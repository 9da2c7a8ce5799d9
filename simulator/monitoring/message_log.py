"""The message log: one entry for each event, with enough to find a data problem and nothing of the data itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One event as the administrator sees it."""

    guid: str

    status: str
    """COMPLETED, RETRY, FAILED or DISCARDED, as CPI's message processing log says it."""

    sys_id: str = ""
    contract_type: str = ""
    action: str = ""
    """Blank, as the two before, for a confidential agreement: of that one nothing is kept (SEC-2)."""

    note: str = ""
    """Why an event was discarded."""

    error_id: str = ""
    error_field: str = ""
    error_message: str = ""

    systems: dict[str, str] = field(default_factory=dict)
    """By system, what it did."""


class MessageLog:
    """The log of one landscape, oldest event first."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def write(self, entry: Entry) -> None:
        """Write an entry, or write it anew as an event gets on."""
        self._entries[entry.guid] = entry

    def entries(self) -> list[Entry]:
        return list(self._entries.values())

    def reset(self) -> None:
        self._entries.clear()
