"""The messages in CPI's store: finding them, what they are for programs, and what to do about one that has failed."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

from harness.data_directory import read_store
from harness.errors import UserError
from simulator.monitoring.message_log import Entry, MessageLog, Trouble


class Status(StrEnum):
    """CPI's terms for what became of a message."""

    PROCESSING = "PROCESSING"
    RETRY = "RETRY"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    ESCALATED = "ESCALATED"
    DISCARDED = "DISCARDED"


class ActionName(StrEnum):
    """What an event can say that happened."""

    EXECUTED = "Executed"
    RENEWED = "Renewed"
    TERMINATED = "Terminated"
    AMENDMENT_EXECUTED = "AmendmentExecuted"
    EXECUTED_UPDATED = "ExecutedUpdated"


def load(folder: Path) -> list[Entry]:
    """Every message, oldest first. Raises UserError where the folder holds no store."""
    return MessageLog(read_store(folder)).entries()


def chosen(entries: Iterable[Entry], statuses: Collection[str], actions: Collection[str], sys_id: str) -> list[Entry]:
    """Those of any of the statuses, any of the actions, and of one agreement; a blank leaves all."""
    return [
        entry
        for entry in entries
        if (not statuses or entry.status in statuses)
        and (not actions or entry.action in actions)
        and (not sys_id or entry.sys_id.lower() == sys_id.lower())
    ]


def the_one(entries: Iterable[Entry], guid: str) -> Entry:
    """The message whose guid is, or begins with, `guid`. Raises UserError where there is none, or several."""
    found = [entry for entry in entries if entry.guid.startswith(guid.lower())]
    if not found:
        raise UserError(f"there is no message {guid}")
    if len(found) > 1:
        raise UserError(f"{guid} begins the guid of {len(found)} messages: give more of it")
    return found[0]


def short_length(entries: Iterable[Entry]) -> int:
    """How many characters tell all guids apart; eight at least."""
    guids = [entry.guid for entry in entries]
    return next((length for length in range(8, 36) if len({guid[:length] for guid in guids}) == len(guids)), 36)


def for_programs(entry: Entry) -> dict[str, Any]:
    """The object that --json prints for a message."""
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
        "error": _error(entry.error),
        "attempts": entry.attempts,
        "systems": {
            name: {
                "state": state,
                "attempts": entry.system_attempts[name],
                "error": _error(entry.system_errors.get(name)),
            }
            for name, state in entry.systems.items()
        },
    }


def _error(trouble: Trouble | None) -> dict[str, str] | None:
    return trouble._asdict() if trouble else None


def next_step(entry: Entry) -> str:
    """What an administrator does about a message, in words."""
    if entry.status == "COMPLETED":
        return "Nothing: every system has it."
    if entry.status == "DISCARDED":
        return "Nothing: it is not meant for the systems."
    if not entry.is_failed:
        return "Wait: CPI has not given up. Once the next attempt is due, zicm messages retry makes it."
    if not entry.action:
        return "Let ICI send a right event: this one stays wrong however often it is tried."
    refusing = " and ".join(name for name, state in entry.systems.items() if state == "refused")
    match entry.error_id:
        case "D-07":
            return "Let the entry come first, with the event Executed or ExecutedUpdated. Then put this message back."
        case "D-20":
            return f"See that {refusing} can be reached again (zicm health). Then put the message back."
        case "CALL-1" | "CALL-2":
            return "See that ICI answers (zicm health) and knows the agreement. Then put the message back."
    if refusing:
        return (
            f"Put right, in {refusing} or in ICI, what the error tells. "
            "Then put the message back: it is read from ICI anew."
        )
    what = f"{entry.error_field} of the agreement" if entry.error_field else "the agreement"
    return f"Put {what} right in ICI. Then put the message back: it is read from ICI anew."
