"""Find what an administrator is called for (MON-1 to MON-4)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

import requests

from simulator.monitoring.message_log import LogEntry, MessageLog

MAX_DELAY = timedelta(hours=1)
"""Within this time an executed contract must be in the tables of both systems (MON-4)."""

CLOCK_SET_BACK = "an executed contract is not in every system, and the clock was set back since: its hour may be over"
_SKEW = timedelta(minutes=1)
"""The time by which the clocks of two machines may differ."""

UNCLEAR_MASTER = "nothing tells whether its master is confidential: the association is withheld (D-66)"
"""The end of CPI's note on an event whose master does not tell whether it is confidential (D-66)."""

PAGE_SIZE = 1000
"""The events that are looked at together."""

CHECK_SECONDS = 3
"""Seconds to wait for the answer of an endpoint."""


class Alert(NamedTuple):
    """One call for an administrator."""

    rule: str
    subject: str
    """The guid of an event, or the name of an endpoint."""

    what: str
    """The problem in words, without any value."""


Check = Callable[[], str]
"""Try one endpoint. Returns why it cannot be reached, without any value; blank if it can."""


def check_all(endpoints: Mapping[str, Check]) -> dict[str, str]:
    """Try all endpoints side by side: those that hang cost the time of one. Returns the answer of each check."""
    with ThreadPoolExecutor(max(len(endpoints), 1)) as threads:
        return dict(zip(endpoints, threads.map(lambda check: check(), endpoints.values()), strict=True))


class AlertPage(NamedTuple):
    """Some of the alerts of events, in the order of arrival."""

    alerts: list[Alert]
    further: str
    """The place from which the next page goes on; blank if nothing is there."""


def alerts_of(entries: Sequence[LogEntry], now: datetime) -> list[Alert]:
    """Find the alerts of all events of a log, oldest first; later ones may make up for earlier ones."""
    return _alerts_of(entries, now, _overdue(entries, now))


def _alerts_of(entries: Sequence[LogEntry], now: datetime, overdue: Collection[str]) -> list[Alert]:
    return [alert for entry in _without_healed(entries) for alert in _event_alerts(entry, now, overdue)]


def _overdue(entries: Sequence[LogEntry], now: datetime) -> list[str]:
    """Return the guids of the events that came more than an hour ago.

    An event came before those behind it in the log, whatever the clock said then: it may have been set back.
    """
    came = [now - datetime.fromisoformat(entry.received_at) >= MAX_DELAY for entry in entries]
    last = max((number for number, is_long_ago in enumerate(came) if is_long_ago), default=-1)
    return [entry.guid for entry in entries[: last + 1]]


def alert_page(log: MessageLog, now: datetime, after: str = "", limit: int = PAGE_SIZE) -> AlertPage:
    """Find the alerts of at most `limit` events after a place, as `MessageLog.page` does. Raises LookupError."""
    entries, guids, further, overdue = log.unsettled(now, now - MAX_DELAY, after, limit)
    asked = {*guids}
    found = [alert for alert in _alerts_of(entries, now, {*overdue}) if alert.subject in asked]
    return AlertPage(found, further)


def event_alerts(log: MessageLog, now: datetime) -> Iterator[Alert]:
    """Find the alerts of all events, in the order of arrival."""
    page = alert_page(log, now)
    yield from page.alerts
    while page.further:
        page = alert_page(log, now, page.further)
        yield from page.alerts


def endpoint_alerts(problems: Mapping[str, str]) -> list[Alert]:
    """Find the endpoints that cannot be reached (MON-2); `problems` tells of each why, blank if it can."""
    return [Alert("MON-2", name, why) for name, why in problems.items() if why]


def unreachable_reason(session: requests.Session, url: str) -> str:
    """Try to reach a server at `url`. Return why nothing answers; blank after any answer, even an error."""
    try:
        session.get(f"{url}/", timeout=CHECK_SECONDS, allow_redirects=False, stream=True).close()
    except requests.RequestException as failure:
        return f"it could not be reached ({type(failure).__name__})"
    return ""


HEALED_BY: Mapping[str, tuple[str, ...]] = {
    "Executed": ("Executed", "ExecutedUpdated"),
    "ExecutedUpdated": ("Executed", "ExecutedUpdated"),
    "AmendmentExecuted": ("AmendmentExecuted", "ExecutedUpdated"),
    "Renewed": ("Renewed", "ExecutedUpdated", "Terminated"),
    "Terminated": ("Terminated",),
}
"""ActionName to those of later events of the same agreement that make up for it (D-57)."""

_WHOLE = "StatusChanged"
"""The ActionName that only contracts for Dynamics 365 SCM have, of which each event brings the whole state."""


LATE = "it came late"
"""The beginning of CPI's note on an event that came late (D-62)."""

LATE_HEALED_BY: Mapping[str, tuple[str, ...]] = {
    "AmendmentExecuted": ("ExecutedUpdated", "Terminated"),
    **dict.fromkeys(("Executed", "ExecutedUpdated", "Renewed"), ("Terminated",)),
}
"""The same for an event that came late (D-62): what brings back what it was written over."""


def _without_healed(entries: Sequence[LogEntry]) -> list[LogEntry]:
    """Drop the entries that a later, completed event makes up for."""
    completed: set[tuple[str, str, str]] = set()
    remaining = []
    for entry in reversed(entries):
        by_action = LATE_HEALED_BY if entry.note.startswith(LATE) else HEALED_BY
        own = tuple(HEALED_BY) if entry.action == _WHOLE else by_action.get(entry.action, ())
        healers = (*own, _WHOLE) if entry.agreement_sys_id else ()
        if not any((entry.source, entry.agreement_sys_id, action) in completed for action in healers):
            remaining.append(entry)
        if entry.status == "COMPLETED" and "reported" not in entry.systems.values():
            completed.add((entry.source, entry.agreement_sys_id, entry.action))
    return remaining[::-1]


def _event_alerts(entry: LogEntry, now: datetime, overdue: Collection[str]) -> list[Alert]:
    found = []
    if entry.is_failed:
        found.append(Alert("MON-1", entry.guid, f"in the error queue: {entry.error_id} {entry.error_field}".rstrip()))
    if entry.note.startswith(LATE):
        found.append(Alert("D-62", entry.guid, entry.note))
    if entry.note.endswith(UNCLEAR_MASTER):
        found.append(Alert("D-66", entry.guid, entry.note))
    in_both = bool(entry.systems) and set(entry.systems.values()) <= {"created", "changed", "unchanged"}
    if entry.action == "Executed" and entry.status != "DISCARDED" and not in_both:
        if entry.guid in overdue:
            found.append(Alert("MON-4", entry.guid, "an executed contract is not in every system within the hour"))
        elif _was_clock_set_back(entry, now):
            found.append(Alert("MON-4", entry.guid, CLOCK_SET_BACK))
    return found


def _was_clock_set_back(entry: LogEntry, now: datetime) -> bool:
    """Check whether an event came in the future, or was changed before it came."""
    came = datetime.fromisoformat(entry.received_at)
    return came - min(now, datetime.fromisoformat(entry.changed_at)) > _SKEW
