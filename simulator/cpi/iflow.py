"""The integration flow: takes events in, processes them, delivers to every system and reports what became of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from simulator.cpi.delivery import REFUSED, WAITING, Delivery, Parcel, Target
from simulator.cpi.event import Event, stated_sys_id
from simulator.cpi.ici_client import IciClient
from simulator.cpi.process import Processed, process
from simulator.errors import InterfaceError


@dataclass
class Outcome:
    """What became of one event."""

    guid: str
    sys_id: str
    event: Event | None = None
    calls: list[str] = field(default_factory=list)
    processed: Processed | None = None
    failure: InterfaceError | None = None
    """Why there is no message."""

    parcels: dict[str, Parcel] = field(default_factory=dict)
    """The message on its way to each system."""

    @property
    def kind(self) -> str:
        """delivered, waiting, failed; filtered (confidential) or ignored (baseline): nothing was sent."""
        if self.processed is None:
            return "failed"
        if self.processed.message is None:
            return "filtered" if self.processed.filtered else "ignored"
        states = self.systems.values()
        return "waiting" if WAITING in states else "failed" if REFUSED in states else "delivered"

    @property
    def error(self) -> InterfaceError | None:
        """Why there is no message, or why the first system that does not have it does not."""
        return self.failure or next((parcel.error for parcel in self.parcels.values() if parcel.error), None)

    @property
    def systems(self) -> dict[str, str]:
        """By system: created, changed, unchanged, refused or waiting."""
        return {name: parcel.state for name, parcel in self.parcels.items()}


class IntegrationFlow:
    """CPI's part of the interface."""

    def __init__(
        self,
        ici: Callable[[], IciClient],
        targets: Mapping[str, Target],
        codes: Mapping[str, str],
        max_attempts: int,
        report: Callable[[Outcome], None],
    ) -> None:
        """`ici` makes the client of one event; `report` is told each outcome, and again when a retry changes it."""
        self._ici = ici
        self._codes = codes
        self._report = report
        self.deliveries = {name: Delivery(target, max_attempts) for name, target in targets.items()}
        self._waiting: dict[str, Outcome] = {}

    def receive(self, payload: object) -> str:
        """Take one event through the whole flow. Returns its guid; what became of it is reported."""
        ici = self._ici()
        outcome = Outcome(str(uuid4()), stated_sys_id(payload), calls=ici.calls)
        try:
            outcome.event = Event.read(payload)
            outcome.processed = process(outcome.event, ici, self._codes)
        except InterfaceError as error:
            outcome.failure = error
        else:
            if message := outcome.processed.message:
                outcome.parcels = {name: way.send(outcome.guid, message) for name, way in self.deliveries.items()}
        if outcome.kind == "waiting":
            self._waiting[outcome.guid] = outcome
        self._report(outcome)
        return outcome.guid

    def retry(self) -> None:
        """Try once more what waits for a system."""
        tried = {parcel.guid for way in self.deliveries.values() for parcel in way.retry()}
        for guid in tried:
            outcome = self._waiting[guid]
            if outcome.kind != "waiting":
                del self._waiting[guid]
            self._report(outcome)
