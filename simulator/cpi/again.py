"""What an event still has to say when later ones have come through (D-46), or an end is on its way (D-59)."""

from collections.abc import Iterable

from simulator.mapping.actions import ACTIONS, EXPIRY, KEYS
from simulator.mapping.message import ORGANISATIONS, Message


def left_to_say(message: Message, action: str, later: Iterable[str], end: str | None) -> Message:
    """The message without what events have brought that came in later; their ActionNames are in `later`.

    What ICI holds of an agreement is newer than all that was read of it before, but for two things: the record of an
    amendment is as old as the amendment, though never older than Executed, and nothing is newer than the end that
    Terminated brought. Where a system has still to get it, `end` is that date, and takes the place of any other:
    the system that waits for its entry would else write it over what the other has got by then.
    """
    if action == "AmendmentExecuted":
        newer = [ACTIONS[name] for name in later if name != "Executed"]
        brought = {name for name in message.fields if name not in KEYS and any(one.carries(name) for one in newer)}
    else:
        brought = {EXPIRY} if end is None and "Terminated" in later and action != "Terminated" else set()
    fields = {name: value for name, value in message.fields.items() if name not in brought}
    if end is not None and action != "Terminated" and EXPIRY in fields:
        fields[EXPIRY] = end
    return Message(fields, None if ORGANISATIONS in brought else message.organisations)
