"""Sending to the ECC systems: each has its own queue, its own attempts and its own error queue (D-20)."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from simulator.errors import InterfaceError
from simulator.mapping.message import Message

WAITING = "waiting"
REFUSED = "refused"


class Return(Protocol):
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


class Target(Protocol):
    """The function module that each ECC system offers. Raises InterfaceError where the system does not answer."""

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> Sequence[Return]: ...


SUCCESS = {"001": "created", "002": "changed", "003": "unchanged"}
"""What the numbers of the function module's success messages say."""

NO_ENTRY = "010"
"""The refusal that an event still on its way may heal (D-07)."""


@dataclass
class Parcel:
    """One message on its way to one system."""

    guid: str
    message: Message
    attempts: int = 0
    state: str = WAITING
    error: InterfaceError | None = None

    @property
    def agreement(self) -> tuple[str, str]:
        return self.message.fields["SYSID"], self.message.fields["ICMAGREEMENTCODE"]

    @property
    def holds_up(self) -> bool:
        """Whether later messages about the same agreement wait behind it.

        One that misses its entry holds nobody up: what it waits for comes later in the queue (D-07).
        """
        return self.state == WAITING and not (self.error and self.error.rule == "D-07")


class Delivery:
    """The way to one system."""

    def __init__(self, target: Target, max_attempts: int) -> None:
        self._target = target
        self._max_attempts = max_attempts
        self.queue: deque[Parcel] = deque()
        self.error_queue: list[Parcel] = []

    def send(self, guid: str, message: Message) -> Parcel:
        """Try a new message, unless an earlier one about the same agreement has to go first."""
        parcel = Parcel(guid, message)
        if not any(waiting.holds_up and waiting.agreement == parcel.agreement for waiting in self.queue):
            self._attempt(parcel)
        self._shelve(parcel)
        return parcel

    def retry(self) -> list[Parcel]:
        """Try every waiting message once more, in order; those behind one that goes on waiting wait with it."""
        due, self.queue = self.queue, deque()
        held_up = set()
        for parcel in due:
            if parcel.agreement not in held_up:
                self._attempt(parcel)
                if parcel.holds_up:
                    held_up.add(parcel.agreement)
            self._shelve(parcel)
        return list(due)

    def _attempt(self, parcel: Parcel) -> None:
        parcel.attempts += 1
        try:
            parcel.state, parcel.error = self._call(parcel.message), None
        except InterfaceError as error:
            parcel.error = error
            parcel.state = WAITING if error.retry and parcel.attempts < self._max_attempts else REFUSED

    def _call(self, message: Message) -> str:
        """What the system did. Raises InterfaceError for what it refused."""
        first, *_ = self._target.z_mm_icmcontract_upsert(message.fields, message.organisations)
        if first.TYPE == "S":
            return SUCCESS[first.NUMBER]
        missing = first.NUMBER == NO_ENTRY
        rule = "D-07" if missing else f"{first.ID} {first.NUMBER}"
        raise InterfaceError(rule, first.FIELD, first.MESSAGE, retry=missing)

    def _shelve(self, parcel: Parcel) -> None:
        if parcel.state == WAITING:
            self.queue.append(parcel)
        elif parcel.state == REFUSED:
            self.error_queue.append(parcel)
