"""What an event that is put back still has to say, after others came later (D-46)."""

from collections.abc import Iterable

from simulator.mapping.actions import ACTIONS, KEYS
from simulator.mapping.message import ORGANISATIONS, Message


def left_to_say(message: Message, action: str, later: Iterable[str]) -> Message:
    """The message without the fields that later events have brought; their ActionNames are in `later`.

    In whatever order events arrive, an agreement is executed before all else that happens to it, and terminated after.
    """
    newer = [] if action == "Terminated" else [ACTIONS[name] for name in later if name != "Executed"]
    brought = {name for name in message.fields if name not in KEYS and any(one.carries(name) for one in newer)}
    fields = {name: value for name, value in message.fields.items() if name not in brought}
    return Message(fields, None if ORGANISATIONS in brought else message.organisations)
