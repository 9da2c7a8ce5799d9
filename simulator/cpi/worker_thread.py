"""A worker in a thread of its own, which works whenever something is due."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Lock, Thread

from simulator.clock import Clock
from simulator.cpi.queue import Queue
from simulator.cpi.worker import Worker

_LONGEST_PAUSE = timedelta(minutes=1)
"""Another process may put work into the store without waking this one."""

_SHORTEST_PAUSE = timedelta(milliseconds=50)
_LONGEST_END = timedelta(seconds=10)
_AFTER_A_FAILURE = timedelta(seconds=5)

_LOG = logging.getLogger(__name__)


class WorkerThread:
    """The worker of a middleware that serves; it works on one piece at a time."""

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
        """End after the piece of work at hand; what is left stays in the store.

        Where that takes long, the piece is left as if the process had been killed: its lease runs out.
        """
        self._ending.set()
        self._woken.set()
        self._thread.join(_LONGEST_END.total_seconds())

    def wake(self) -> None:
        """Tell it that there is something to do."""
        self._woken.set()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Inside, no piece of work is at hand."""
        with self._working:
            yield

    def work(self) -> None:
        """Do everything that is due now, in the thread of the caller; when this returns, nothing of it is left."""
        with self._working:
            while not self._ending.is_set() and self._worker.step():
                pass

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self.work()
                pause = self._until_due()
            except Exception as failure:  # noqa: BLE001 - the worker of a server outlives a store that is locked
                # Its words may hold values (SEC-2).
                _LOG.error("the worker failed (%s) and goes on in a while", type(failure).__name__)
                pause = _AFTER_A_FAILURE
            self._woken.wait(pause.total_seconds())
            self._woken.clear()  # before it looks whether it is to end, else an end that comes just now would wait

    def _until_due(self) -> timedelta:
        due = self._queue.next_due()
        if due is None:
            return _LONGEST_PAUSE
        return min(max(due - self._clock(), _SHORTEST_PAUSE), _LONGEST_PAUSE)
