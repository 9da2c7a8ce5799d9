"""What an administrator is called for (MON-1 to MON-4)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
        *(alert for entry in _not_healed(list(entries)) for alert in _of_message(entry, now)),
        *(Alert("MON-2", name, why) for name, check in endpoints.items() if (why := check())),
    ]


HEALED_BY: Mapping[str, tuple[str, ...]] = {
    "Executed": ("Executed", "ExecutedUpdated"),
    "ExecutedUpdated": ("Executed", "ExecutedUpdated"),
    "AmendmentExecuted": ("AmendmentExecuted", "ExecutedUpdated"),
    "Renewed": ("Renewed", "ExecutedUpdated"),
    "Terminated": ("Terminated",),
}
"""By ActionName, which later events about the same agreement bring all that it had to bring (D-57)."""


def _not_healed(entries: Sequence[Entry]) -> list[Entry]:
    """Those of which no later event has brought every system what they had to bring."""
    completed: set[tuple[str, str]] = set()
    left = []
    for entry in reversed(entries):
        healers = HEALED_BY.get(entry.action, ()) if entry.about else ()
        if not any((entry.about, action) in completed for action in healers):
            left.append(entry)
        if entry.status == "COMPLETED":
            completed.add((entry.about, entry.action))
    return left[::-1]


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
