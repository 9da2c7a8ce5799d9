"""Find messages in CPI's store, turn them into JSON, and say what to do about one that failed."""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

from harness.data_directory import read_store
from harness.errors import UserError
from simulator.monitoring.message_log import LogEntry, LoggedError, MessageLog


class Status(StrEnum):
    """Status of a message, in CPI's terms."""

    PROCESSING = "PROCESSING"
    RETRY = "RETRY"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ESCALATED = "ESCALATED"
    DISCARDED = "DISCARDED"


class ActionName(StrEnum):
    """Action of an event."""

    EXECUTED = "Executed"
    RENEWED = "Renewed"
    TERMINATED = "Terminated"
    AMENDMENT_EXECUTED = "AmendmentExecuted"
    EXECUTED_UPDATED = "ExecutedUpdated"


def load(folder: Path) -> Iterator[LogEntry]:
    """Read every message page by page, oldest first. Raises UserError for a folder without a store."""
    return MessageLog(read_store(folder)).read()


def filter_entries(
    entries: Iterable[LogEntry], statuses: Collection[str], actions: Collection[str], sys_id: str
) -> Iterator[LogEntry]:
    """Yield the entries with one of the statuses, one of the actions and the System ID; what is empty keeps all."""
    return (
        entry
        for entry in entries
        if (not statuses or entry.status in statuses)
        and (not actions or entry.action in actions)
        and (not sys_id or entry.sys_id.lower() == sys_id.lower())
    )


def find_by_guid(folder: Path, guid: str) -> LogEntry:
    """Find the message whose guid begins with `guid`. Raises UserError where none does, or several do."""
    store = read_store(folder)
    found, count = store.guids_beginning(guid.lower(), 1)
    if count > 1:
        raise UserError(f"{guid} begins the guids of {count} messages: give more characters")
    entry = MessageLog(store).entry(found[0]) if found else None
    if entry is None:
        raise UserError(f"there is no message {guid}")
    return entry


def short_length(folder: Path) -> int:
    """Count the characters that tell all guids apart, at least eight."""
    return read_store(folder).distinct_length()


def as_json_object(entry: LogEntry) -> dict[str, Any]:
    """Return the object that --json prints for a message."""
    return {
        "guid": entry.guid,
        "correlation_id": entry.correlation_id,
        "received_at": entry.received_at,
        "changed_at": entry.changed_at,
        "next_attempt": entry.next_attempt or None,
        "status": entry.status,
        "action": entry.action,
        "contract_type": entry.contract_type,
        "sys_id": entry.sys_id,
        "source": entry.source,
        "note": entry.note,
        "error": _error_as_json(entry.error),
        "attempts": entry.attempts,
        "systems": {
            name: {
                "state": state,
                "attempts": entry.system_attempts[name],
                "error": _error_as_json(entry.system_errors.get(name)),
            }
            for name, state in entry.systems.items()
        },
    }


def _error_as_json(error: LoggedError | None) -> dict[str, str] | None:
    return error._asdict() if error else None


def next_step(entry: LogEntry) -> str:
    """Say what an administrator should do about a message."""
    if entry.status == "COMPLETED":
        return "Nothing: every system has it."
    if entry.status == "DISCARDED":
        return "Nothing: it is not meant for the systems."
    if not entry.is_failed:
        return "Wait: CPI tries it again. Once the next attempt is due, zicm messages retry makes it."
    if not entry.action:
        return "Let ICI send a correct event: a retry cannot help this one."
    refusing = " and ".join(name for name, state in entry.systems.items() if state == "refused")
    match entry.error_id:
        case "D-07":
            return "Let the event Executed or ExecutedUpdated create the entry first. Then retry this message."
        case "D-20":
            return f"Make sure that {refusing} can be reached (zicm health). Then retry the message."
        case "CALL-1" | "CALL-2":
            return "Make sure that ICI answers (zicm health) and has the agreement. Then retry the message."
    if refusing:
        return f"Correct what the error names, in {refusing} or in ICI. Then retry the message: ICI is read again."
    what = f"{entry.error_field} of the agreement" if entry.error_field else "the agreement"
    return f"Correct {what} in ICI. Then retry the message: ICI is read again."
