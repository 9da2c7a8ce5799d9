"""Run workers in threads, whenever something is due: some for each system, and some for the ICI of each tenant."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Condition, Event, Lock, Thread

from simulator.clock import Clock
from simulator.cpi.queue import Queue
from simulator.cpi.work_items import DeliveryTask
from simulator.cpi.worker import Endpoint, Task, Worker

_MAX_PAUSE = timedelta(minutes=1)
"""Another process may put work into the store without waking this one."""

_MIN_PAUSE = timedelta(milliseconds=50)
_PAUSE_AT_WORK = timedelta(seconds=1)
"""While a task is under way: its end may have put something off."""

_MAX_STOP = timedelta(seconds=10)
_FAILURE_PAUSE = timedelta(seconds=5)

_REMOVAL_PERIOD = timedelta(hours=1)
"""The time from one removal of what was completed for long to the next."""

_LOG = logging.getLogger(__name__)


class WorkerPool:
    """The workers of a served middleware: a thread for each task, and a bounded number of tasks for each endpoint.

    A system that hangs holds up what goes to that system, and an ICI that hangs the events of its tenant. An agreement
    that hangs holds up itself: its next task waits for the one before (D-20, D-59), and others take its place.
    """

    def __init__(
        self, queue: Queue, worker: Worker, clock: Clock, concurrency: int, keep: timedelta | None = None
    ) -> None:
        """`concurrency` is the number of tasks that are done at the same time for one endpoint.

        While nothing is due, what was completed longer ago than `keep` is removed from the store; None keeps all.
        """
        self._queue = queue
        self._worker = worker
        self._clock = clock
        self._concurrency = concurrency
        self._keep = keep
        self._removed_at: datetime | None = None
        self._woken = Event()
        self._ending = Event()
        self._taking = Lock()
        self.holding = False
        """True starts no task but by `step`."""

        self.after_task: Callable[[], object] = lambda: None
        """Called in the thread of each task when it has ended; it must be quick."""

        self.begun = Counter[str]()
        """The number of tasks that have begun so far, by the system that they call; blank for an ICI."""

        self._changed = Condition()
        self._at_work = Counter[Endpoint | None]()
        self._started = self._ended = 0
        self._thread = Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the tasks under way; what is left stays in the store.

        A task that takes too long is abandoned as if the process had been killed: its lease runs out.
        """
        self._ending.set()
        self._woken.set()
        self._thread.join(_MAX_STOP.total_seconds())
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._is_idle, _MAX_STOP.total_seconds())

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do no work inside the `with` block."""
        with self._taking:
            with self._changed:
                self._changed.wait_for(lambda: self._is_idle)
            yield

    def hold(self) -> None:
        """Start no task any more, until `go_on`; those under way end."""
        self.holding = True

    def go_on(self) -> None:
        """Work again."""
        self.holding = False
        self._woken.set()

    def step(self) -> bool:
        """Do one task that is due, a delivery before a fetch. Returns False if none was due."""
        with self._taking:
            started = any(self._start(endpoint) for endpoint in (*self._worker.endpoints, None))
            with self._changed:
                self._changed.wait_for(lambda: self._is_idle or self._ending.is_set())
        return started

    def work(self) -> None:
        """Do everything that is due now, and return when it is done; nothing while it is held."""
        while not self._ending.is_set():
            ended = self._ended
            self._start_due()
            with self._changed:
                while self._ended == ended and not (self._is_idle or self._ending.is_set()):
                    self._changed.wait()
                if self._ended == ended:
                    break
        self._remove_completed()

    @property
    def _is_idle(self) -> bool:
        return self._started == self._ended

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._start_due()
                pause = _PAUSE_AT_WORK
                if self._is_idle and not self.holding:
                    self._remove_completed()
                    pause = self._until_due()
            except Exception as failure:  # noqa: BLE001 - the worker of a server survives a locked store
                _note_failure(failure)
                pause = _FAILURE_PAUSE
            self._woken.wait(pause.total_seconds())
            self._woken.clear()  # before the loop looks for the end: a `stop` right now must not wait

    def _start_due(self) -> None:
        """Start what is due, as far as it may be done at the same time."""
        with self._taking:
            while not self.holding and not self._ending.is_set():
                free = [one for one in self._worker.endpoints if self._at_work[one] < self._concurrency]
                due, somewhere = self._worker.due(free)
                started = [one for one in due if self._start(one)]  # each in turn
                if not started:
                    if somewhere and self._is_idle:
                        self._start(None)
                    return

    def _start(self, endpoint: Endpoint | None) -> bool:
        """Start the next task for an endpoint; for None, one for an endpoint that the settings no longer name."""
        if self._at_work[endpoint] >= self._concurrency:
            return False
        task = self._worker.take(endpoint)
        if task is None:
            return False
        with self._changed:
            self._at_work[endpoint] += 1
            self._note_begun(task)
        Thread(target=self._do, args=(endpoint, task), name="task", daemon=True).start()
        return True

    def _note_begun(self, task: Task) -> None:
        self._started += 1
        self.begun[task.system if isinstance(task, DeliveryTask) else ""] += 1

    def _do(self, endpoint: Endpoint | None, task: Task) -> None:
        """Do a task, and what is due for its endpoint after it."""
        following: Task | None = task
        while following is not None:
            done, following = following, None
            try:
                self._worker.do(done)
                following = self._following(endpoint)
            except Exception as failure:  # noqa: BLE001 - another worker takes the task when the lease has run out
                _note_failure(failure)
                self._woken.set()
            finally:
                with self._changed:
                    if following is None:
                        self._at_work[endpoint] -= 1
                    else:
                        self._note_begun(following)
                    self._ended += 1
                    self._changed.notify_all()
                if not isinstance(done, DeliveryTask):  # an event brings messages for other endpoints
                    self._woken.set()
                self.after_task()

    def _following(self, endpoint: Endpoint | None) -> Task | None:
        """Take the next task for an endpoint, unless none is to begin, or others are being taken, and this one then."""
        if endpoint is None or self.holding or self._ending.is_set() or not self._taking.acquire(blocking=False):
            self._woken.set()
            return None
        try:
            return self._worker.take(endpoint)
        finally:
            self._taking.release()

    def _remove_completed(self) -> None:
        now = self._clock()
        if self._keep is not None and (self._removed_at is None or abs(now - self._removed_at) >= _REMOVAL_PERIOD):
            self._removed_at = now
            self._queue.remove_completed(now - self._keep)

    def _until_due(self) -> timedelta:
        due = self._queue.next_due()
        if due is None:
            return _MAX_PAUSE
        return min(max(due - self._clock(), _MIN_PAUSE), _MAX_PAUSE)


def _note_failure(failure: Exception) -> None:
    # Its text may hold values (SEC-2).
    _LOG.error("the worker failed (%s) and goes on in a while", type(failure).__name__)
