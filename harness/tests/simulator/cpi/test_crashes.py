"""Kill CPI at every step and start it again; let two CPIs work on one store at the same time."""

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from harness.tests.support.killable_worker import AT, POINTS, agreements, landscape
from harness.tests.support.loaded_process import Start, run
from harness.tests.support.patience import PROCESS_PATIENCE
from simulator.cpi.event import ReceivedEvent

pytestmark = pytest.mark.whole_run

SYS_ID = "22222222-0000-4000-8000-000000000001"
COMMITTED_UNANSWERED = {
    "after PF2 had committed": ("PF2", "unchanged"),
    "after WP2 had committed": ("WP2", "unchanged"),
    "after PF2 had committed the first message": ("PF2", "unchanged"),
    "after WP2 had committed the second message": ("WP2", "unchanged"),
}
"""The points at which the system has the entry and CPI does not know it: the second attempt changes nothing."""


def ended(*arguments: object) -> None:
    """Run such a process to its end, which has to be a good one."""
    ran = run(Start(["harness.tests.support.killable_worker", *map(str, arguments)]), PROCESS_PATIENCE)
    assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kill a process at each point. Returns a folder with what each left."""
    if not hasattr(os, "fork"):
        pytest.skip("processes are forked to be killed, which this system cannot do")
    folder = tmp_path_factory.mktemp("crashed")
    ended(folder)
    return folder


@pytest.fixture
def left(crashed: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Copy what was left at a point."""
    return lambda point: Path(shutil.copytree(crashed / point, tmp_path / "left"))


@pytest.mark.parametrize("point", POINTS)
def test_killed_worker_loses_and_duplicates_nothing(left: Callable[[str], Path], point: str) -> None:
    with landscape(left(point), later=timedelta(minutes=5)) as cpi:
        agreements(cpi, 1)
        cpi.work()
        (entry,) = cpi.monitoring.entries()
        systems = {"PF2": "created", "WP2": "created"} | dict(
            [COMMITTED_UNANSWERED[point]] if point in COMMITTED_UNANSWERED else []
        )
        assert (entry.status, entry.systems) == ("COMPLETED", systems)
        for system in cpi.systems.values():
            tables = system.tables()
            (row,) = tables["ZMM_ICMCONTRACT"]
            assert (row["SYSID"], row["NAME"], row["ASSOCIATINGCODE"]) == (SYS_ID, "Acid 1", "PMA1")
            assert [row["PURCHASINGORG"] for row in tables["ZMM_ICMPURCHORG"]] == ["FR10", "IT10"]
        assert cpi.queue is not None
        assert cpi.queue.next_due() is None
        assert len(cpi.queue.log.parcels()) == 2


@pytest.mark.parametrize(
    "point",
    ["after the message for PF2 was taken up", "after the messages were made, and that for PF2 taken up"],
)
def test_task_of_a_killed_worker_waits_until_its_lease_expires(left: Callable[[str], Path], point: str) -> None:
    folder = left(point)
    with landscape(folder, later=timedelta(minutes=5, microseconds=-1)) as cpi:
        agreements(cpi, 1)
        cpi.work()
        assert cpi.monitoring.entries()[0].systems == {"PF2": "waiting", "WP2": "created"}


class Visit(NamedTuple):
    """One call of a system by one worker."""

    message: int
    system: str
    code: str
    begin: int
    end: int


AGREEMENTS, EVENTS = 8, 4


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[list[list[Visit]]]:
    """Let two workers use one store. Returns what each did."""
    with landscape(tmp_path) as cpi:
        assert cpi.queue is not None
        made = agreements(cpi, AGREEMENTS)
        for event in range(EVENTS):
            for agreement in made:
                fields = {"ContractTypeName": agreement.kind.name, "SysId": agreement.sys_id, "ActionName": "Executed"}
                received = ReceivedEvent({"source": cpi.settings.source, **fields}, {})
                cpi.queue.accept(f"{event} {agreement.code}", "", received, AT)
    files = [tmp_path / "one", tmp_path / "two"]
    with ThreadPoolExecutor(2) as pool:
        for process in [pool.submit(ended, tmp_path, file, AGREEMENTS, other) for file, other in (files, files[::-1])]:
            process.result()
    yield [[_visit(line) for line in file.read_text(encoding="utf-8").splitlines()] for file in files]
    with landscape(tmp_path) as cpi:
        assert [entry.status for entry in cpi.monitoring.entries()] == ["COMPLETED"] * AGREEMENTS * EVENTS
        tables = [system.tables() for system in cpi.systems.values()]
        assert tables[0] == tables[1]
        assert len(tables[0]["ZMM_ICMCONTRACT"]) == AGREEMENTS


def test_two_workers_share_the_work_but_never_one_agreement(visits: list[list[Visit]]) -> None:
    assert all(visits), "one worker did everything"
    together = sorted((visit for of_one in visits for visit in of_one), key=lambda visit: visit.begin)
    assert sorted(visit.message for visit in together) == [*range(1, AGREEMENTS * EVENTS * 2 + 1)]
    of_agreement = defaultdict(list)
    for visit in together:
        of_agreement[visit.system, visit.code].append(visit)
    for in_order in of_agreement.values():
        for earlier, later in pairwise(in_order):
            assert earlier.end <= later.begin
            assert earlier.message < later.message


def _visit(line: str) -> Visit:
    message, system, code, begin, end = line.split()
    return Visit(int(message), system, code, int(begin), int(end))
