"""The worker: takes up what is due in CPI's store, one piece at a time, until nothing is."""

from collections.abc import Callable

from simulator.clock import Clock
from simulator.cpi.event import Event
from simulator.cpi.iflow import IntegrationFlow, Outcome
from simulator.cpi.queue import Queue
from simulator.cpi.retries import TRIED_AGAIN, RetryRules
from simulator.cpi.work_items import DeliveryTask, FetchTask
from simulator.errors import InterfaceError

FILTERED = "confidential: filtered (SEC-1)"
IGNORED = "Baseline Agreement: not processed (EVT-4)"


class Worker:
    """One worker; several may work on one store."""

    def __init__(
        self, queue: Queue, flow: IntegrationFlow, rules: RetryRules, clock: Clock, observe: Callable[[Outcome], object]
    ) -> None:
        """`observe` is shown what each event came to, with its lineage."""
        self._queue = queue
        self._flow = flow
        self._rules = rules
        self._clock = clock
        self._observe = observe

    def run(self, guid: str | None = None) -> None:
        """Work until nothing is due; with `guid`, until nothing of this event is."""
        while self.step(guid):
            pass

    def step(self, guid: str | None = None) -> bool:
        """Do one piece of work, with `guid` of this event alone. Returns whether there was any.

        Killed at any point, it leaves the piece in the store: it is taken up again when the lease has run out, and
        doing it twice does no harm (D-21).
        """
        if parcel := self._queue.take_parcel(self._clock(), guid):  # first what is nearest to its end
            self._deliver(parcel)
            return True
        if fetch := self._queue.take_fetch(self._clock(), guid):
            self._prepare(fetch)
            return True
        return False

    def _prepare(self, fetch: FetchTask) -> None:
        outcome = self._flow.prepare(fetch.event, again=fetch.again)
        outcome.guid = fetch.guid
        self._observe(outcome)
        now = self._clock()
        if outcome.event:
            fetch = fetch._replace(told=_told(outcome.event))
        if outcome.failure:
            wait = self._rules.wait(outcome.failure, fetch.attempts + 1)
            tried_out = TRIED_AGAIN[outcome.failure.failure]
            self._queue.fetch_failed(fetch, outcome.failure, wait, now, tried_out=tried_out)
        elif outcome.processed and outcome.processed.message:
            self._queue.dispatch(fetch, outcome.processed.message, self._flow.targets, now)
        elif outcome.processed and outcome.processed.filtered:
            self._queue.discard(fetch, FILTERED, now, forget=True)
        else:
            self._queue.discard(fetch, IGNORED, now, forget=False)

    def _deliver(self, parcel: DeliveryTask) -> None:
        try:
            state = self._flow.deliver(parcel.system, parcel.message)
        except InterfaceError as error:
            wait = self._rules.wait(error, parcel.attempts + 1)
            self._queue.not_delivered(parcel, error, wait, self._clock())
        else:
            self._queue.delivered(parcel, state, self._clock())


def _told(event: Event) -> dict[str, str]:
    return {"source": event.source, "contract_type": event.contract_type, "action": event.action.name}
