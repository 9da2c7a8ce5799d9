"""Run workers in threads, whenever something is due: some for each system, and some for the ICI of each tenant."""

import logging
import math
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Condition, Event, Lock, Thread
from time import monotonic
from typing import Protocol, TypeAlias, TypeGuard

from sqlalchemy.exc import OperationalError

from simulator.clock import Clock
from simulator.cpi.queue import Queue
from simulator.cpi.work_items import DeliveryTask, FetchTask, Following
from simulator.cpi.worker import Endpoint, Task, Worker

_MAX_PAUSE = timedelta(minutes=1)
"""Another process may put work into the store without waking this one."""

_MIN_PAUSE = timedelta(milliseconds=50)
_PAUSE_AT_WORK = timedelta(seconds=1)
"""While a task is under way: its end may have put something off."""

_PAUSE_AFTER_WAKING = timedelta(seconds=1)
"""Before another look once there was something to look for."""

_MAX_STOP = timedelta(seconds=10)
_FAILURE_PAUSE = timedelta(seconds=5)
"""Before the store, or a task that it could not take note of, is tried again."""

_REMOVAL_PERIOD = timedelta(hours=1)
"""The time from one removal of what was completed for long to the next."""

_REMOVAL_PAUSE = timedelta(seconds=1)
"""Between two parts of it, so that it takes little from the events."""

_LOG = logging.getLogger(__name__)


class Accept(Protocol):
    """Store an event; with `claim`, take it at once if it need not wait for another."""

    def __call__(self, *, claim: bool) -> FetchTask | None: ...


HandOver: TypeAlias = Callable[[str, Accept], object]
"""Gets the source of an event, and what stores it."""


class WorkerPool:
    """The workers of a served middleware: a thread for each task, and a bounded number of tasks for each endpoint.

    A system that hangs holds up what goes to that system, and an ICI that hangs the events of its tenant. An agreement
    that hangs holds up itself: its next task waits for the one before (D-20, D-59), and others take its place.
    """

    def __init__(
        self, queue: Queue, worker: Worker, clock: Clock, concurrency: int, keep: timedelta | None = None
    ) -> None:
        """`concurrency` is the number of tasks that are done at the same time for one endpoint.

        What was completed longer ago than `keep` is removed from the store, part by part; None keeps all.
        """
        self._queue = queue
        self._worker = worker
        self._clock = clock
        self._concurrency = concurrency
        self._keep = keep
        self._removal_began: datetime | None = None
        self._removed_to = 0
        """The place in the store from which the removal under way goes on; 0 where none is."""

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
        self._is_paused = False
        self._at_work = Counter[Endpoint | None]()
        self._left = set[Endpoint](worker.endpoints)
        """The endpoints for which something may be due that nobody has taken: a look follows each task there."""

        self._unrecorded = deque[Task]()
        """Tasks that have ended while the store failed: it is not known there."""

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
        """Look for work now, everywhere."""
        with self._changed:
            self._left.update(self._worker.endpoints)
        self._woken.set()

    def hand_over(self, source: str, accept: Accept) -> None:
        """Store an event, and begin with it at once where nothing that came before it has to be done first."""
        endpoint = Endpoint(source=source)
        has_place = endpoint in self._worker.endpoints and bool(self._reserve([endpoint]))
        task = None
        try:
            task = accept(claim=has_place)
        finally:
            if has_place and task is None:
                self._release(endpoint)
        if task is None:
            self._leave(endpoint)
        else:
            self._begin(endpoint, task)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do no work inside the `with` block."""
        with self._taking:
            with self._changed:
                self._is_paused = True
                self._changed.wait_for(lambda: self._is_idle)
            try:
                yield
            finally:
                self._is_paused = False

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
            with self._changed:  # what is under way begins what follows it
                self._changed.wait_for(lambda: self._is_idle or self._ending.is_set())
            ended = self._ended
            self._start_due()
            if self._is_idle and self._ended == ended:
                break
        self._remove_part()
        while self._removed_to:
            self._remove_part()

    @property
    def _is_idle(self) -> bool:
        return self._started == self._ended

    def _run(self) -> None:
        was_woken, removed_at = False, -math.inf
        while not self._ending.is_set():
            try:
                self._start_due()
                pause = _PAUSE_AT_WORK
                if not self.holding and monotonic() - removed_at >= _REMOVAL_PAUSE.total_seconds():
                    removed_at = monotonic()
                    self._remove_part()
                if self._is_idle and not self.holding:
                    pause = min(self._until_due(), _REMOVAL_PAUSE if self._removed_to else _MAX_PAUSE)
                    if was_woken:  # what holds a task up may have ended elsewhere, just before the task was there
                        pause = min(pause, _PAUSE_AFTER_WAKING)
            except Exception as failure:  # noqa: BLE001 - the worker of a server survives a locked store
                _note_failure(failure)
                pause = _FAILURE_PAUSE
            was_woken = self._woken.wait(pause.total_seconds())
            self._woken.clear()  # before the loop looks for the end: a `stop` right now must not wait

    def _give_back(self) -> None:
        """Let the tasks be taken in a while whose end could not be recorded: they are done once more (D-21)."""
        while self._unrecorded:
            self._queue.give_back(self._unrecorded[0], self._clock() + _FAILURE_PAUSE)
            self._unrecorded.popleft()

    def _start_due(self) -> None:
        """Start what is due, as far as it may be done at the same time."""
        with self._taking:
            self._give_back()
            while not self.holding and not self._ending.is_set():
                free = [one for one in self._worker.endpoints if self._at_work[one] < self._concurrency]
                with self._changed:
                    self._left.difference_update(free)  # what is left from now on is noted again
                due, somewhere = self._worker.due(free)
                with self._changed:
                    self._left.update(due)
                started = [one for one in due if self._start(one)]  # each in turn
                if not started:
                    if somewhere and self._is_idle:
                        self._start(None)
                    return

    def _start(self, endpoint: Endpoint | None) -> bool:
        """Start the next task for an endpoint; for None, one for an endpoint that the settings no longer name."""
        with self._changed:
            if self._at_work[endpoint] >= self._concurrency:
                return False
            self._at_work[endpoint] += 1
            self._started += 1
        task = None
        try:
            task = self._worker.take(endpoint)
        finally:
            if task is None:
                self._release(endpoint)
        if task is None:
            return False
        self._begin(endpoint, task)
        return True

    def _reserve(self, endpoints: Iterable[Endpoint]) -> list[Endpoint]:
        """Reserve a place for a task at each of these endpoints where one is free."""
        with self._changed:
            if self.holding or self._is_paused or self._ending.is_set():
                return []
            reserved = [one for one in endpoints if self._at_work[one] < self._concurrency]
            self._at_work.update(reserved)
            self._started += len(reserved)
        return reserved

    def _release(self, endpoint: Endpoint | None) -> None:
        """Give a place back."""
        with self._changed:
            self._at_work[endpoint] -= 1
            self._ended += 1
            self._changed.notify_all()
            if endpoint in self._left:
                self._woken.set()

    def _leave(self, endpoint: Endpoint) -> None:
        """Note that something for an endpoint waits in the store; a busy worker looks for it at its end."""
        with self._changed:
            self._left.add(endpoint)
            if self._at_work[endpoint] < self._concurrency:
                self._woken.set()

    def _begin(self, endpoint: Endpoint | None, task: Task) -> None:
        """Let a thread do a task for which there is a place."""
        try:
            Thread(target=self._do, args=(endpoint, task), name="task", daemon=True).start()
        except RuntimeError as failure:  # the system gives no further thread
            _note_failure(failure)
            self._release(endpoint)

    def _do(self, endpoint: Endpoint | None, task: Task) -> None:
        """Do a task, and what follows it."""
        following: tuple[Endpoint | None, Task] | None = (endpoint, task)
        while following is not None:
            following = self._do_one(*following)
            self.after_task()

    def _do_one(self, endpoint: Endpoint | None, task: Task) -> tuple[Endpoint | None, Task] | None:
        """Do a task, and hand on the messages that it has taken. Return what this thread does next, and where.

        That is what is left for the endpoint of the task, or else one of these messages.
        """
        reserved, done = self._attempt(task)
        taken = {Endpoint(system=message.system): message for message in done.tasks}
        for one in reserved:
            if one not in taken:
                self._release(one)
        if not isinstance(task, DeliveryTask):  # it may have brought a message for each system
            for one in self._systems:
                if one not in taken:
                    self._leave(one)
        following: tuple[Endpoint | None, Task] | None = None
        if taken and not self._may_look(endpoint):
            following = taken.popitem()
        for one, message in taken.items():
            self._begin(one, message)
        if following is None:
            following = self._following(endpoint)
        else:
            self._release(endpoint)
        if done.may_be_more:
            self.wake()
        return following

    def _attempt(self, task: Task) -> tuple[list[Endpoint], Following]:
        """Do a task. Return the places that were reserved for its messages, and what it leads to."""
        reserved = list[Endpoint]()

        def claim() -> list[str]:
            reserved.extend(self._reserve(self._systems))
            return [one.system for one in reserved if one.system is not None]

        with self._changed:
            self.begun[task.system if isinstance(task, DeliveryTask) else ""] += 1
        done = Following()
        try:
            done = self._worker.do(task, claim)
        except Exception as failure:  # noqa: BLE001 - another worker takes the task when the lease has run out
            _note_failure(failure)
            if isinstance(failure, OperationalError):  # not what would happen again, as with a row that does not fit
                self._unrecorded.append(task)
                self._woken.set()
        if done.may_be_more:
            with self._changed:
                self._left.update(self._worker.endpoints)
        return reserved, done

    @property
    def _systems(self) -> list[Endpoint]:
        return [one for one in self._worker.endpoints if one.system is not None]

    def _following(self, endpoint: Endpoint | None) -> tuple[Endpoint | None, Task] | None:
        """Take the next task for an endpoint if something is left there; give the place back if none is to begin."""
        task = None
        try:
            if self._may_look(endpoint) and self._taking.acquire(blocking=False):  # else others take it
                try:
                    with self._changed:
                        self._left.discard(endpoint)  # what is left from now on is noted again
                    task = self._worker.take(endpoint)
                finally:
                    self._taking.release()
                if task is not None:
                    with self._changed:
                        self._left.add(endpoint)
                        self._started += 1  # the place stays taken
        except Exception as failure:  # noqa: BLE001 - the worker looks again in a while
            _note_failure(failure)
            self.wake()
        if task is None:
            self._release(endpoint)
        else:
            with self._changed:
                self._ended += 1
                self._changed.notify_all()
        return None if task is None else (endpoint, task)

    def _may_look(self, endpoint: Endpoint | None) -> TypeGuard[Endpoint]:
        return endpoint in self._left and not (self.holding or self._ending.is_set())

    def _remove_part(self) -> None:
        """Go on with the removal, or begin the next one if its time has come."""
        now = self._clock()
        is_time = self._removal_began is None or abs(now - self._removal_began) >= _REMOVAL_PERIOD
        if self._keep is not None and (self._removed_to or is_time):
            if not self._removed_to:
                self._removal_began = now
            self._removed_to = self._queue.remove_some(now - self._keep, self._removed_to)

    def _until_due(self) -> timedelta:
        due = self._queue.next_due()
        if due is None:
            return _MAX_PAUSE
        return min(max(due - self._clock(), _MIN_PAUSE), _MAX_PAUSE)


def _note_failure(failure: Exception) -> None:
    # Its text may hold values (SEC-2).
    _LOG.error("the worker failed (%s) and goes on in a while", type(failure).__name__)
