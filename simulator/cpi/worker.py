"""The worker: do what is due in CPI's store, one task at a time."""

from collections.abc import Callable, Collection
from typing import NamedTuple, Protocol, TypeAlias

from simulator.clock import Clock
from simulator.cpi.event import Event, ReceivedEvent
from simulator.cpi.message_order import AS_THE_SHEET_SAYS, LateEvents
from simulator.cpi.process_event import Outcome
from simulator.cpi.queue import Queue
from simulator.cpi.retries import RETRIED, RetryRules
from simulator.cpi.work_items import DeliveryTask, FetchTask, Following
from simulator.errors import InterfaceError
from simulator.mapping.message import Message
from simulator.mapping.tenants import SOURCES

Task: TypeAlias = FetchTask | DeliveryTask


class Endpoint(NamedTuple):
    """One side that may hang: a system that gets messages, or the ICI of a tenant, from which events are read."""

    system: str | None = None
    source: str | None = None
    """Blank for events that name no tenant: they fail without a call."""


class EventFlow(Protocol):
    """The work on one event, without any store: CPI's, or that of the connector to SCM."""

    withhold: bool

    @property
    def targets(self) -> Collection[str]:
        """The names of the systems that get messages."""

    def prepare(self, received: ReceivedEvent, answer_seconds: float | None = None) -> Outcome:
        """Take an event as far as its message."""

    def deliver(self, system: str, message: Message, answer_seconds: float | None = None) -> str:
        """Send a message to a system. Returns the state of the message; raises InterfaceError and nothing else."""


IGNORED = "Baseline Agreement: not processed (EVT-4)"


class Worker:
    """One worker; several may work on one store."""

    def __init__(  # noqa: PLR0913 - the store, the flow, and how to work
        self,
        queue: Queue,
        flow: EventFlow,
        rules: RetryRules,
        clock: Clock,
        observe: Callable[[Outcome], object],
        *,
        late_events: LateEvents = AS_THE_SHEET_SAYS,
    ) -> None:
        """`observe` gets the outcome of each event, with its lineage."""
        self._queue = queue
        self._flow = flow
        self._rules = rules
        self._clock = clock
        self._observe = observe
        self._late_events = late_events

    def run(self, guid: str | None = None, first: Task | None = None) -> None:
        """Work until nothing is due; with `guid`, until nothing of that event is. `first` has been taken already."""
        task = first or self._queue.take(self._clock(), guid)
        while task is not None:
            following = self.do(task, lambda: [*self._flow.targets][:1], in_turn=True)
            task = next(iter(following.tasks), None) or self._queue.take(self._clock(), guid)

    def step(self, guid: str | None = None) -> bool:
        """Do one task, with `guid` of that event alone. Returns False if none was due.

        A worker that is killed leaves its task in the store. Another takes it when the lease has run out; to do a task
        twice does no harm (D-21).
        """
        task = self._queue.take(self._clock(), guid)
        if task is None:
            return False
        self.do(task)
        return True

    @property
    def endpoints(self) -> list[Endpoint]:
        """The endpoints that the settings name."""
        return [
            *(Endpoint(system=name) for name in self._flow.targets),
            *(Endpoint(source=name) for name in (*SOURCES, "")),
        ]

    def due(self, endpoints: Collection[Endpoint]) -> tuple[list[Endpoint], bool]:
        """Return for which endpoints something is due, and if something is due at all."""
        systems = [one.system for one in endpoints if one.system is not None]
        sources = [one.source for one in endpoints if one.source is not None]
        found = self._queue.due(self._clock(), systems, sources)
        return [one for one in endpoints if one.system in found.systems or one.source in found.sources], found.somewhere

    def take(self, endpoint: Endpoint | None) -> Task | None:
        """Take the next task for an endpoint; for None, the next of all."""
        if endpoint is None:
            return self._queue.take(self._clock())
        if endpoint.system is not None:
            return self._queue.take_parcel(self._clock(), system=endpoint.system)
        return self._queue.take_fetch(self._clock(), source=endpoint.source)

    def do(self, task: Task, claim: Callable[[], Collection[str]] = tuple, *, in_turn: bool = False) -> Following:
        """Do a task that has been taken.

        `claim` names the systems for which it may take the messages that it queues; it is called once at most, when
        they are made. With `in_turn`, a delivery takes the next message of its event.
        """
        if isinstance(task, DeliveryTask):
            return self._deliver(task, in_turn=in_turn)
        return self._prepare(task, claim)

    def _prepare(self, fetch: FetchTask, claim: Callable[[], Collection[str]]) -> Following:
        outcome = self._flow.prepare(fetch.event, self._rules.answer_seconds(fetch.attempts + 1))
        outcome.guid = fetch.guid
        read = outcome.failure or outcome.result
        withheld = read.withheld_masters if read else {}
        wait, is_confidential = None, fetch.told_confidential
        if failure := outcome.failure:
            wait = self._rules.wait(failure, fetch.attempts + 1)
            if failure.says_confidential is not None:
                is_confidential = failure.says_confidential
            if wait is None and is_confidential:
                outcome.filter()
        if self._is_of_filtered(outcome):
            outcome.filter()
        self._observe(outcome)
        now = self._clock()
        if outcome.event:
            fetch = fetch._replace(event_fields=_event_fields(outcome.event))
        for master, why in withheld.items():  # whatever comes of the event itself
            self._queue.withhold(fetch.event_fields["source"], master, now, why)
        if outcome.failure:
            exhausted = RETRIED[outcome.failure.failure]
            fetch = fetch._replace(told_confidential=is_confidential)
            self._queue.fetch_failed(
                fetch, outcome.failure, wait, now, exhausted=exhausted, withhold=self._flow.withhold
            )
        elif outcome.result and (message := outcome.result.message):
            note, late_events = outcome.result.note, self._late_events
            return self._queue.dispatch(fetch, message, self._flow.targets, now, late_events, note=note, claim=claim())
        elif outcome.result and outcome.result.filtered:
            self._queue.filter(fetch, now, withhold=self._flow.withhold, parent=outcome.result.parent)
        else:
            self._queue.discard(fetch, (outcome.result and outcome.result.note) or IGNORED, now)
        return Following()

    def _is_of_filtered(self, outcome: Outcome) -> bool:
        """Check that it is an amendment of an agreement that was filtered, as far as CPI remembers it (D-64)."""
        event, message = outcome.event, outcome.result.message if outcome.result else None
        if event is None or event.action.name != "AmendmentExecuted":
            return False
        parent = message.fields["SYSID"] if message else outcome.failure.parent if outcome.failure else ""
        return bool(parent) and self._queue.was_filtered(event.source, parent)

    def _deliver(self, parcel: DeliveryTask, *, in_turn: bool) -> Following:
        try:
            patience = self._rules.answer_seconds(parcel.attempts + 1)
            state = self._flow.deliver(parcel.system, parcel.message, patience)
        except InterfaceError as error:
            wait = self._rules.wait(error, parcel.attempts + 1)
            self._queue.not_delivered(parcel, error, wait, self._clock(), self._late_events)
            return Following()
        return self._queue.delivered(parcel, state, self._clock(), take_next_of_event=in_turn)


def _event_fields(event: Event) -> dict[str, str]:
    return {"source": event.source, "contract_type": event.contract_type, "action": event.action.name}
