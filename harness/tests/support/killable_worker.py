"""A CPI of its own process, on databases in files, that ends at a given point as `kill -9` would end it.

Called as ``python -m harness.tests.support.killable_worker FOLDER``: for each point, a process of its own executes an
agreement and lets CPI work, until the point is reached. With ``FOLDER FILE NUMBER OTHER``, CPI works on what the store
holds about that many agreements, and writes down when it was at which system. It waits at the first one until another
such process, which writes the file ``OTHER``, is at one too.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from harness.tests.support.patience import PROCESS_PATIENCE
from simulator.cpi.event import ReceivedEvent
from simulator.cpi.work_items import DeliveryTask, Following
from simulator.cpi.worker import Task, Worker
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.icertis.agreement import MASTER, SUB, Agreement
from simulator.landscape import Landscape
from simulator.settings import Settings

KILLED = 137
AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""The time of the first process."""

HANDED_ON: Mapping[str, tuple[str, str, int]] = {
    "after the event was accepted and taken up": ("queue", "accept", 1),
    "after ICI answered call 1 about it": ("site", "answer", 1),
    "after ICI answered call 2 about it": ("site", "answer", 2),
    "after the messages were made, and that for PF2 taken up": ("queue", "dispatch", 1),
    "after PF2 had committed the first message": ("PF2", "z_mm_icmcontract_upsert", 1),
    "after PF2 was written down, and the message for WP2 taken up": ("queue", "delivered", 1),
    "after WP2 had committed the second message": ("WP2", "z_mm_icmcontract_upsert", 1),
    "after the end": ("queue", "delivered", 2),
}
"""The points of an event whose tasks are handed on, each by the transaction that ends the one before."""

STEP_BY_STEP: Mapping[str, tuple[str, str, int]] = {
    "after the event was accepted": ("queue", "accept", 1),
    "after the event was taken up": ("queue", "take", 1),
    "after ICI answered call 1": ("site", "answer", 1),
    "after ICI answered call 2": ("site", "answer", 2),
    "after the messages were made": ("queue", "dispatch", 1),
    "after the message for PF2 was taken up": ("queue", "take", 2),
    "after PF2 had committed": ("PF2", "z_mm_icmcontract_upsert", 1),
    "after PF2 was written down": ("queue", "delivered", 1),
    "after the message for WP2 was taken up": ("queue", "take", 3),
    "after WP2 had committed": ("WP2", "z_mm_icmcontract_upsert", 1),
    "after everything": ("queue", "delivered", 2),
}
"""The points of an event each of whose tasks is looked for."""

POINTS = {**HANDED_ON, **STEP_BY_STEP}
"""Point to part, method, and the number of the call after which the process ends."""


def landscape(folder: Path, later: timedelta = timedelta()) -> Landscape:
    """Open a landscape on the databases in `folder`, `later` than the first one."""
    return Landscape(Settings().with_data_directory(folder), clock=lambda: AT + later)


def agreements(cpi: Landscape, number: int) -> list[Agreement]:
    """Fill ICI with the same Sub Agreements in every process, all of one master."""
    terms = {"ICMConfidentialContract": False, "ICMPurchasingOrgCode": "FR10,IT10", "ICMPaymentTerms": "Z030"}
    master = cpi.tenant.draft(MASTER, {**terms, "Name": "Frame"}, code="PMA1", sys_id=_sys_id(0))
    made = []
    for one in range(1, number + 1):
        agreement = cpi.tenant.draft(SUB, {**terms, "Name": f"Acid {one}"}, code=f"PSUB{one}", sys_id=_sys_id(one))
        cpi.tenant.associate(agreement, master)
        made.append(agreement)
    return made


def crash(folder: Path, point: str) -> None:
    """Execute an agreement, and die at the point."""
    part, method, times = POINTS[point]
    with landscape(folder) as cpi:
        parts: dict[str, Any] = {"queue": cpi.queue, "site": cpi.ici_rest, **cpi.systems}
        target = parts[part]
        with patch.object(target, method, _dying(getattr(target, method), times)):
            (agreement,) = agreements(cpi, 1)
            if point in HANDED_ON:
                cpi.tenant.execute(agreement)
                return
            assert cpi.queue is not None
            fields = {"ContractTypeName": agreement.kind.name, "SysId": agreement.sys_id, "ActionName": "Executed"}
            cpi.queue.accept("guid", "", ReceivedEvent({"source": cpi.settings.source, **fields}, {}), AT)
            worker = cpi.worker(cpi.queue)
            while worker.step():
                pass


def crash_everywhere(folder: Path) -> None:
    """Start a process for each point, with the folder of that name. Raises RuntimeError for one that survives."""
    for point in POINTS:
        (folder / point).mkdir()
        child = os.fork()  # to start an interpreter for each takes ten times as long
        if child == 0:
            crash(folder / point, point)
            os._exit(0)
        if (ended := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])) != KILLED:
            raise RuntimeError(f"{point}: {ended}")


def work(folder: Path, file: Path, number: int, other: Path) -> None:
    """Work until all is done; write a line for each call of a system: system, message, begin and end."""
    with landscape(folder) as cpi, file.open("w", encoding="utf-8") as log, ExitStack() as patches:
        agreements(cpi, number)
        assert cpi.queue is not None
        taken: list[int] = []
        do = Worker.do

        def doing(worker: Worker, task: Task, *arguments: Any, **named: Any) -> Following:
            if isinstance(task, DeliveryTask):
                taken.append(task.number)
            return do(worker, task, *arguments, **named)

        patches.enter_context(patch.object(Worker, "do", doing))
        for system in cpi.systems.values():
            meet = partial(_meet, file, other)
            patches.enter_context(_timed(system, meet, lambda line: print(taken[-1], line, file=log, flush=True)))
        while cpi.queue.next_due() is not None:  # the other one may be at what is left
            cpi.work()
            time.sleep(0.005)


def _sys_id(number: int) -> str:
    return f"22222222-0000-4000-8000-{number:012}"


def _dying(method: Callable[..., object], times: int) -> Callable[..., object]:
    calls = []

    def called(*arguments: object, **named: object) -> object:
        result = method(*arguments, **named)
        calls.append(method)
        if len(calls) == times:
            os._exit(KILLED)  # nothing is flushed, closed or rolled back
        return result

    return called


def _meet(file: Path, other: Path) -> None:
    """Wait until the other process is at a system too: on a busy machine, this one could do everything before."""
    file.with_suffix(".begun").touch()
    end = time.monotonic() + PROCESS_PATIENCE
    while not other.with_suffix(".begun").exists():
        if time.monotonic() > end:
            raise RuntimeError("the other worker is at no system")
        time.sleep(0.005)


@contextmanager
def _timed(system: EccSystem, meet: Callable[[], object], write: Callable[[str], object]) -> Iterator[None]:
    upsert = system.z_mm_icmcontract_upsert

    def timed(contract: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        meet()
        begin = time.monotonic_ns()
        time.sleep(0.002)  # long enough for another worker to be at the same, if CPI let it
        returned = upsert(contract, organisations)
        write(f"{system.name} {contract['ICMAGREEMENTCODE']} {begin} {time.monotonic_ns()}")
        return returned

    with patch.object(system, "z_mm_icmcontract_upsert", timed):
        yield


if __name__ == "__main__":
    where, *rest = sys.argv[1:]
    if rest:
        work(Path(where), Path(rest[0]), int(rest[1]), Path(rest[2]))
    else:
        crash_everywhere(Path(where))
