"""What an administrator is called for (MON-1 to MON-4)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from simulator.monitoring.message_log import Entry

IN_TIME = timedelta(hours=1)
"""An executed contract is in the tables of both systems by then (MON-4)."""


class Alert(NamedTuple):
    """One thing that needs somebody."""

    rule: str
    subject: str
    """The guid of a message, or the name of an endpoint."""

    what: str


Check = Callable[[], str]
"""Asks one endpoint whether it is there. Returns blank for yes, else why not, without any value."""


def alerts(entries: Iterable[Entry], endpoints: Mapping[str, Check], now: datetime) -> list[Alert]:
    """Everything that is to be told, messages first, in the order of arrival."""
    return [
        *(alert for entry in entries for alert in _of_message(entry, now)),
        *(Alert("MON-2", name, why) for name, check in endpoints.items() if (why := check())),
    ]


def _of_message(entry: Entry, now: datetime) -> list[Alert]:
    found = []
    if entry.is_failed:
        found.append(Alert("MON-1", entry.guid, f"in the error queue: {entry.error_id} {entry.error_field}".rstrip()))
    in_both = bool(entry.systems) and set(entry.systems.values()) <= {"created", "changed", "unchanged"}
    if entry.action == "Executed" and entry.status != "DISCARDED" and not in_both:
        waiting = now - datetime.fromisoformat(entry.received_at)
        if waiting > IN_TIME:
            found.append(Alert("MON-4", entry.guid, "an executed contract is not in every system within the hour"))
    return found
