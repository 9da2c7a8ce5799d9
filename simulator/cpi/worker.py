"""The worker: do what is due in CPI's store, one task at a time."""

from collections.abc import Callable

from simulator.clock import Clock
from simulator.cpi.event import Event
from simulator.cpi.message_order import AS_THE_SHEET_SAYS, LateEvents
from simulator.cpi.process_event import IntegrationFlow, Outcome
from simulator.cpi.queue import Queue
from simulator.cpi.retries import RETRIED, RetryRules
from simulator.cpi.work_items import DeliveryTask, FetchTask
from simulator.errors import InterfaceError

IGNORED = "Baseline Agreement: not processed (EVT-4)"


class Worker:
    """One worker; several may work on one store."""

    def __init__(  # noqa: PLR0913 - the store, the flow, and how to work
        self,
        queue: Queue,
        flow: IntegrationFlow,
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

    def run(self, guid: str | None = None) -> None:
        """Work until nothing is due; with `guid`, until nothing of that event is."""
        while self.step(guid):
            pass

    def step(self, guid: str | None = None) -> bool:
        """Do one task, with `guid` of that event alone. Returns False if none was due.

        A worker that is killed leaves its task in the store. Another takes it when the lease has run out; to do a task
        twice does no harm (D-21).
        """
        if parcel := self._queue.take_parcel(self._clock(), guid):  # deliver before fetching more
            self._deliver(parcel)
            return True
        if fetch := self._queue.take_fetch(self._clock(), guid):
            self._prepare(fetch)
            return True
        return False

    def _prepare(self, fetch: FetchTask) -> None:
        outcome = self._flow.prepare(fetch.event)
        outcome.guid = fetch.guid
        wait, told = None, fetch.told_confidential
        if failure := outcome.failure:
            wait = self._rules.wait(failure, fetch.attempts + 1)
            told = told if failure.says_confidential is None else failure.says_confidential
            if wait is None and told:
                outcome.filter()
        self._observe(outcome)
        now = self._clock()
        if outcome.event:
            fetch = fetch._replace(event_fields=_event_fields(outcome.event))
        if outcome.failure:
            exhausted = RETRIED[outcome.failure.failure]
            fetch = fetch._replace(told_confidential=told)
            self._queue.fetch_failed(fetch, outcome.failure, wait, now, exhausted=exhausted)
        elif outcome.result and outcome.result.message:
            self._queue.dispatch(
                fetch, outcome.result.message, self._flow.targets, now, self._late_events, note=outcome.result.note
            )
        elif outcome.result and outcome.result.filtered:
            self._queue.filter(fetch, now)
        else:
            self._queue.discard(fetch, IGNORED, now)

    def _deliver(self, parcel: DeliveryTask) -> None:
        try:
            state = self._flow.deliver(parcel.system, parcel.message)
        except InterfaceError as error:
            wait = self._rules.wait(error, parcel.attempts + 1)
            self._queue.not_delivered(parcel, error, wait, self._clock())
        else:
            self._queue.delivered(parcel, state, self._clock())


def _event_fields(event: Event) -> dict[str, str]:
    return {"source": event.source, "contract_type": event.contract_type, "action": event.action.name}
