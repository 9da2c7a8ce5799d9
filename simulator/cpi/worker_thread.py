"""Run a worker in a thread, whenever something is due."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Lock, Thread

from simulator.clock import Clock
from simulator.cpi.queue import Queue
from simulator.cpi.worker import Worker

_MAX_PAUSE = timedelta(minutes=1)
"""Another process may put work into the store without waking this one."""

_MIN_PAUSE = timedelta(milliseconds=50)
_MAX_STOP = timedelta(seconds=10)
_FAILURE_PAUSE = timedelta(seconds=5)

_LOG = logging.getLogger(__name__)


class WorkerThread:
    """The worker of a served middleware; it does one task at a time."""

    def __init__(self, queue: Queue, worker: Worker, clock: Clock) -> None:
        self._queue = queue
        self._worker = worker
        self._clock = clock
        self._woken = Event()
        self._ending = Event()
        self._working = Lock()
        self._thread = Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the current task; what is left stays in the store.

        A task that takes too long is abandoned as if the process had been killed: its lease runs out.
        """
        self._ending.set()
        self._woken.set()
        self._thread.join(_MAX_STOP.total_seconds())

    def wake(self) -> None:
        """Look for work now."""
        self._woken.set()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do no work inside the `with` block."""
        with self._working:
            yield

    def work(self) -> None:
        """Do everything that is due now, in the thread of the caller."""
        with self._working:
            while not self._ending.is_set() and self._worker.step():
                pass

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self.work()
                pause = self._until_due()
            except Exception as failure:  # noqa: BLE001 - the worker of a server survives a locked store
                # Its text may hold values (SEC-2).
                _LOG.error("the worker failed (%s) and goes on in a while", type(failure).__name__)
                pause = _FAILURE_PAUSE
            self._woken.wait(pause.total_seconds())
            self._woken.clear()  # before the loop looks for the end: a `stop` right now must not wait

    def _until_due(self) -> timedelta:
        due = self._queue.next_due()
        if due is None:
            return _MAX_PAUSE
        return min(max(due - self._clock(), _MIN_PAUSE), _MAX_PAUSE)
