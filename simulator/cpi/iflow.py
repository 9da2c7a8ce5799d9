"""The integration flow: what CPI does with an event, up to the message, and handing the message to every system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.cpi.ecc_interface import FunctionModule, deliver
from simulator.cpi.event import Event, ReceivedEvent
from simulator.cpi.ici_client import IciClient
from simulator.cpi.process_event import MappingResult, process, reprocess
from simulator.errors import InterfaceError, from_exception
from simulator.mapping.message import Message


@dataclass
class Outcome:
    """What became of one event in one go."""

    sys_id: str
    event: Event | None = None
    calls: list[str] = field(default_factory=list)
    processed: MappingResult | None = None
    failure: InterfaceError | None = None
    """Why there is no message."""

    systems: dict[str, str] = field(default_factory=dict)
    """By system: created, changed, unchanged or refused; empty where nothing was sent."""

    refusals: dict[str, InterfaceError] = field(default_factory=dict)
    """Why a system does not have the message."""

    guid: str = ""
    """Of the event in CPI's store; blank where there is none."""

    @property
    def kind(self) -> str:
        """delivered, failed; filtered (confidential) or ignored (baseline): nothing was sent."""
        if self.processed is None:
            return "failed"
        if self.processed.message is None:
            return "filtered" if self.processed.filtered else "ignored"
        return "failed" if self.refusals else "delivered"

    @property
    def error(self) -> InterfaceError | None:
        """Why there is no message, or why the first system that does not have it does not."""
        return self.failure or next(iter(self.refusals.values()), None)


class IntegrationFlow:
    """CPI's part of the interface, free of any store."""

    def __init__(
        self, ici: Callable[[], IciClient], targets: Mapping[str, FunctionModule], codes: Mapping[str, str]
    ) -> None:
        """`ici` makes the client of one event; `codes` are those of the contract types."""
        self._ici = ici
        self._codes = codes
        self.targets = targets

    def prepare(self, received: ReceivedEvent, *, again: bool) -> Outcome:
        """Take an event as far as its message; `again` says that it had failed and was put back."""
        ici = self._ici()
        outcome = Outcome(received.sys_id, calls=ici.calls)
        try:
            outcome.event = received.validate()
            outcome.processed = (reprocess if again else process)(outcome.event, ici, self._codes)
        except InterfaceError as error:
            outcome.failure = error
        except Exception as error:  # noqa: BLE001 - whatever it is, the events behind this one go on
            outcome.failure = from_exception(error)
        return outcome

    def deliver(self, system: str, message: Message) -> str:
        """Hand a message to a system. Returns created, changed or unchanged; raises InterfaceError and nothing else."""
        try:
            return deliver(self.targets[system], message)
        except InterfaceError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            raise from_exception(error) from None

    def run_once(self, received: ReceivedEvent) -> Outcome:
        """Take an event through to every system, each tried once."""
        outcome = self.prepare(received, again=False)
        if outcome.processed and (message := outcome.processed.message):
            for name in self.targets:
                try:
                    outcome.systems[name] = self.deliver(name, message)
                except InterfaceError as error:
                    outcome.systems[name] = "refused"
                    outcome.refusals[name] = error
        return outcome
