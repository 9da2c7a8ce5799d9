"""What a message still has to say that is read, or sent, after later events have come through (D-46, D-59)."""

from collections.abc import Iterable

from simulator.mapping.actions import ACTIONS, KEYS
from simulator.mapping.message import ORGANISATIONS, Message


def without_overridden(message: Message, action: str, later: Iterable[str], *, just_read: bool) -> Message:
    """The message without what events have brought that came in later; their ActionNames are in `later`.

    What has just been read of an agreement is newer than all that was read of it before, but for two things: the
    record of an amendment is as old as the amendment, though never older than Executed, and nothing is newer than the
    end that Terminated brought. What had been read before, and waited, is older than what was read meanwhile.
    """
    newer = [ACTIONS[name] for name in later if _is_newer(name, action, just_read=just_read)]
    brought = {name for name in message.fields if name not in KEYS and any(one.carries(name) for one in newer)}
    fields = {name: value for name, value in message.fields.items() if name not in brought}
    return Message(fields, None if ORGANISATIONS in brought else message.organisations)


def _is_newer(later: str, action: str, *, just_read: bool) -> bool:
    if action == "Terminated":
        return False
    if action == "AmendmentExecuted":
        return later != "Executed"
    return later == "Terminated" or not just_read
