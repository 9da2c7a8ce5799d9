"""A worker process of the PostgreSQL tests: work on a shared store, and record when it did what."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import NamedTuple, cast

from harness.tests.support.patience import PROCESS_PATIENCE
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.ici_client import IciClient
from simulator.cpi.process_event import IntegrationFlow, MappingResult, Outcome
from simulator.cpi.retries import RetryRules
from simulator.cpi.worker import Worker
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.ecc.tables import CONTRACT
from simulator.landscape import Databases
from simulator.mapping.message import Message
from simulator.settings import Settings

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""The time of all workers, which stands still: nothing is tried again later."""


class Turn(NamedTuple):
    """One task: who did it, and from when to when."""

    place: str
    """ICI, or the name of a system."""

    agreement: str
    version: int
    began: int
    ended: int
    process: int


class Numbered(NamedTuple):
    """An agreement and the number of its event, which each message carries in its name."""

    agreement: str
    version: int

    def event(self) -> ReceivedEvent:
        data = {"ContractTypeName": "ICMMasterAgreement", "SysId": self.agreement, "ActionName": "Executed"}
        return ReceivedEvent({"source": "/icertis/syensqo-uat", "version": self.version}, data)

    def fields(self) -> dict[str, str]:
        """Make a whole message."""
        return {column.name: "" for column in CONTRACT.columns} | {
            "TENANTID": "/icertis/syensqo-uat",
            "CONTRACTTYPENAME": "MAS",
            "SYSID": self.agreement,
            "ICMAGREEMENTCODE": f"PMS-{self.agreement}",
            "NAME": str(self.version),
        }


class TimedFlow(IntegrationFlow):
    """Make a message of each event without calling ICI, and record when."""

    def __init__(self, systems: Mapping[str, EccSystem], turns: list[Turn]) -> None:
        super().__init__(cast("Callable[[str, float | None], IciClient]", None), _timed(systems, turns), {})
        self._turns = turns

    def prepare(self, received: ReceivedEvent, answer_seconds: float | None = None) -> Outcome:
        del answer_seconds
        began = time.monotonic_ns()
        event = received.validate()
        number = Numbered(event.sys_id, cast("int", received.top["version"]))
        message = Message(number.fields(), (f"O{number.version}",))
        self._turns.append(Turn("ICI", *number, began, time.monotonic_ns(), os.getpid()))
        return Outcome(event.sys_id, event, result=MappingResult(message=message))


class TimedTarget:
    """A system that records when it was called."""

    def __init__(self, system: EccSystem, turns: list[Turn]) -> None:
        self._system = system
        self._turns = turns

    def z_mm_icmcontract_upsert(
        self, contract: Mapping[str, str], organisations: Sequence[str] | None
    ) -> Sequence[Bapiret2]:
        began = time.monotonic_ns()
        returned = self._system.z_mm_icmcontract_upsert(contract, organisations)
        number = Numbered(contract["SYSID"], int(contract["NAME"]))
        self._turns.append(Turn(self._system.name, *number, began, time.monotonic_ns(), os.getpid()))
        return returned


_start: list[Barrier] = []


def gather(start: Barrier) -> None:
    """Give a new process the barrier at which all of them start together."""
    _start.append(start)


def work(settings: Settings) -> list[Turn]:
    """Open the databases, as every process does by itself, and work until nothing is due."""
    turns: list[Turn] = []
    _start[0].wait(PROCESS_PATIENCE)
    databases = Databases.open(settings)
    assert databases.queue
    flow = TimedFlow(databases.systems, turns)
    rules = RetryRules(5, timedelta(seconds=30), timedelta(minutes=15))
    _start[0].wait(PROCESS_PATIENCE)
    first = databases.queue.take(NOW)
    _start[0].wait(PROCESS_PATIENCE)  # on a busy machine, one could do everything before another has begun
    Worker(databases.queue, flow, rules, lambda: NOW, lambda _: None).run(first=first)
    databases.close()
    return turns


def _timed(systems: Mapping[str, EccSystem], turns: list[Turn]) -> dict[str, TimedTarget]:
    return {name: TimedTarget(system, turns) for name, system in systems.items()}
