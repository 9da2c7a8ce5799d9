"""Send one message to one ECC system, and read what it returns."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from simulator.errors import Failure, InterfaceError, from_exception
from simulator.mapping.message import Message


class ReturnLine(Protocol):
    """One line of a return table in the style of BAPIRET2."""

    @property
    def TYPE(self) -> str: ...
    @property
    def ID(self) -> str: ...
    @property
    def NUMBER(self) -> str: ...
    @property
    def MESSAGE(self) -> str: ...
    @property
    def FIELD(self) -> str: ...


class FunctionModule(Protocol):
    """The function module that each ECC system offers, in this process or over SOAP."""

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> Sequence[ReturnLine]:
        """Create or change an entry. Raises InterfaceError where the system does not answer."""


SUCCESS = {"001": "created", "002": "changed", "003": "unchanged"}
"""Numbers of the function module's success messages to outcomes."""

REFUSALS = ("E", "A", "X")
"""Types of messages that refuse: error, abort, exit."""

NO_ENTRY = "010"
"""Number of the refusal that a later event may heal (D-07)."""


def within(target: FunctionModule, seconds: float | None) -> FunctionModule:
    """Return the target that gives up when no byte of an answer comes for so long.

    One in this process cannot hang, and has no such method.
    """
    limited: Callable[[float], FunctionModule] | None = getattr(target, "within", None)
    return target if seconds is None or limited is None else limited(seconds)


def deliver(target: FunctionModule, message: Message) -> str:
    """Send a message. Returns created, changed or unchanged; raises InterfaceError for a refusal.

    As with every BAPI, one message of a refusal says that nothing was written, wherever it stands among warnings.
    """
    returned = target.z_mm_icmcontract_upsert(message.fields, message.organisations)
    if not returned:
        raise InterfaceError("MON-3", "", "the return table is empty", Failure.UNEXPECTED)
    refusal = next((line for line in returned if line.TYPE in REFUSALS), None)
    if refusal is None:
        found = [SUCCESS[line.NUMBER] for line in returned if line.TYPE == "S" and line.NUMBER in SUCCESS]
        if not found:
            raise InterfaceError("MON-3", "", "the return table tells of no success that is known", Failure.UNEXPECTED)
        return found[0]
    if refusal.NUMBER == NO_ENTRY:
        raise InterfaceError("D-07", refusal.FIELD, refusal.MESSAGE, Failure.NO_ENTRY)
    raise InterfaceError(f"{refusal.ID} {refusal.NUMBER}", refusal.FIELD, refusal.MESSAGE, Failure.REFUSED)


def unavailable_reason(target: FunctionModule) -> str:
    """Return why a system takes no message, without any value; blank if it does.

    The system gets a message without any field. It goes the way of every other, and is refused for want of a key
    (TAB-7).
    """
    try:
        target.z_mm_icmcontract_upsert({}, None)
    except InterfaceError as error:
        return "" if error.failure is Failure.REFUSED else error.message
    except Exception as error:  # noqa: BLE001 - whatever it is, the other systems are asked too
        return from_exception(error).message
    return ""
