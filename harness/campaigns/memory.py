"""Let a served landscape process events, and measure its memory: python -m harness.campaigns.memory.

The first step executes agreements, as many as the specification counts on (MON-5). All further ones are about these, so
whatever grows from then on grows with the events alone. Reads /proc, so it needs Linux.
"""

import random
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Annotated, NamedTuple

import typer

from harness.campaigns.benchmarks.contracts import attributes
from harness.environments.server_process import ServerProcess
from harness.server.app import ServeConfig

_WARM_UP = 2
_FULL = 10_000
"""The steps after which every list that is bounded is full, those of ICI's requests and of the webhook's answers, and
the events that fill these."""

_TOLERANCE = 0.1
"""The part by which memory may grow after the warm-up: fragments of the allocator, never the events."""

_ACTIONS = ("ExecutedUpdated", "Renewed", "Executed")
_TIMES, _BATCH = 10, 200
"""An agreement gets so many events in a row, and ICI emits so many before it waits until they are processed."""

_RESIDENT = re.compile(r"^VmRSS:\s+([0-9]+) kB$", re.MULTILINE)


class Measurement(NamedTuple):
    """The state of the server after a step."""

    events: int
    resident: float
    """Resident memory in MB."""

    stored: float
    """The size of all databases in MB."""

    seconds: float
    """The time since the start."""


def memory(
    events: Annotated[int, typer.Option(min=1, help="How many events to send.")] = 100_000,
    step: Annotated[
        int, typer.Option(min=_FULL // _WARM_UP, help="How many of them between two measurements.")
    ] = 10_000,
    agreements: Annotated[int, typer.Option(min=1, help="How many agreements the first step executes.")] = 10_000,
) -> None:
    """Print memory and size of the databases after each step. Exit code 1 if the memory grows after the warm-up."""
    if step % _BATCH:
        raise typer.BadParameter(f"give a multiple of {_BATCH}: so many are processed together", param_hint="--step")
    if events % step:
        raise typer.BadParameter("give a multiple of --step: what comes after is not measured", param_hint="--events")
    if agreements % _TIMES or agreements > step:
        why = f"give a multiple of {_TIMES}, and no more than --step: the first step executes them"
        raise typer.BadParameter(why, param_hint="--agreements")
    if events // step <= _WARM_UP:
        raise typer.BadParameter(f"give more than {_WARM_UP} steps: these are the warm-up", param_hint="--events")
    found = list[Measurement]()
    with tempfile.TemporaryDirectory() as folder:
        server = ServerProcess(ServeConfig(Path(folder))).wait_until_ready()
        try:
            _print("events", "resident MB", "stored MB", "seconds")
            for one in _measure(server, Path(folder), events, step, agreements):
                found.append(one)
                _print(f"{one.events:,}", f"{one.resident:,.1f}", f"{one.stored:,.1f}", f"{one.seconds:,.0f}")
        finally:
            server.stop()
    warm = found[_WARM_UP - 1].resident
    grown = found[-1].resident / warm - 1
    sys.stdout.write(f"after the warm-up: {grown:+.1%}\n")
    raise typer.Exit(int(grown > _TOLERANCE))


def _measure(server: ServerProcess, folder: Path, events: int, step: int, agreements: int) -> Iterator[Measurement]:
    start, rng, ids = monotonic(), random.Random(0), list[str]()
    for sent in range(_TIMES, events + 1, _TIMES):
        if len(ids) < agreements:
            ids += [_execute(server, len(ids) + number) for number in range(_TIMES)]
        else:
            resend = {"action": rng.choice(_ACTIONS), "times": _TIMES}
            server.admin("POST", f"/agreements/{rng.choice(ids)}/send-event", resend)
        if sent % _BATCH == 0:
            server.admin("POST", "/work")
        if sent % step == 0:
            stored = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
            yield Measurement(sent, _resident(server.pid), stored, monotonic() - start)


def _execute(server: ServerProcess, number: int) -> str:
    new = {"type": "ICMStandaloneAgreement", "attributes": attributes(number)}
    sys_id: str = server.admin("POST", "/agreements", new)["sys_id"]
    server.admin("POST", f"/agreements/{sys_id}/execute")
    return sys_id


def _resident(pid: int) -> float:
    found = _RESIDENT.search(Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
    assert found
    return int(found[1]) * 1024 / 1e6


def _print(*cells: str) -> None:
    sys.stdout.write("  ".join(cell.rjust(11) for cell in cells) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    typer.run(memory)
