"""The worker: takes up what is due in CPI's store, one piece at a time, until nothing is."""

from collections.abc import Callable

from simulator.clock import Clock
from simulator.cpi.delivery import deliver
from simulator.cpi.iflow import IntegrationFlow, Outcome
from simulator.cpi.queue import Fetch, Parcel, Queue
from simulator.cpi.retries import TRIED_AGAIN, RetryRules
from simulator.errors import Failure, InterfaceError

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
        if fetch := self._queue.take_fetch(self._clock(), guid):
            self._prepare(fetch)
            return True
        if parcel := self._queue.take_parcel(self._clock(), guid):
            self._deliver(parcel)
            return True
        return False

    def _prepare(self, fetch: Fetch) -> None:
        outcome = self._flow.prepare(fetch.payload)
        self._observe(outcome)
        now = self._clock()
        if outcome.event:
            told = outcome.event.fields()
            self._queue.read(fetch.guid, told["source"], told["ContractTypeName"], told["ActionName"])
        if outcome.failure:
            self._not_prepared(fetch, outcome.failure)
        elif outcome.processed and outcome.processed.message:
            self._queue.dispatch(fetch, outcome.processed.message, self._flow.targets, now)
        elif outcome.processed and outcome.processed.filtered:
            self._queue.discard(fetch, FILTERED, now, forget=True)
        else:
            self._queue.discard(fetch, IGNORED, now, forget=False)

    def _not_prepared(self, fetch: Fetch, error: InterfaceError) -> None:
        wait = self._rules.wait(error, fetch.attempts + 1)
        self._queue.fetch_failed(fetch, error, wait, self._clock(), tried_out=TRIED_AGAIN[error.failure])

    def _deliver(self, parcel: Parcel) -> None:
        try:
            state = deliver(self._flow.targets[parcel.system], parcel.message)
        except InterfaceError as error:
            wait = self._rules.wait(error, parcel.attempts + 1)
            holds_up = error.failure is not Failure.NO_ENTRY
            self._queue.not_delivered(parcel, error, wait, self._clock(), holds_up=holds_up)
        else:
            self._queue.delivered(parcel, state, self._clock())
