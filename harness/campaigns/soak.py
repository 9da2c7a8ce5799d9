"""Send tens of thousands of events with faults and restarts; count what is lost: python -m harness.campaigns.soak."""

import random
import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from harness.campaigns.model_based.actions import FAULTS, IN_ICI, ON_THE_WAY, Act
from harness.campaigns.model_based.checks import Violations, verdict
from harness.campaigns.model_based.driver import LandscapeDriver
from simulator.settings import Settings

ACTS_IN_A_ROUND = 1500
"""So many acts, then everything has to come to rest and is looked at; then a new landscape begins."""

_WEIGHTS: tuple[tuple[dict[str, Act], int], ...] = ((IN_ICI, 24), (ON_THE_WAY, 24), (FAULTS, 1))
_SHOWN = 20


def soak(
    seconds: Annotated[float, typer.Option(help="How long; the round that is on then is finished.")] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same rounds.")] = 0,
) -> None:
    """Let everything happen for a while and print figures. Exit code 1 where anything is lost, doubled or differing."""
    end = monotonic() + seconds
    chance = random.Random(seed)
    faults: Counter[str] = Counter()
    found = Violations()
    rounds = events = restarts = 0
    while not rounds or monotonic() < end:
        with tempfile.TemporaryDirectory() as folder:
            rig = LandscapeDriver(Settings().with_data_directory(Path(folder)), seed=chance.getrandbits(32))
            try:
                _one_round(rig, chance, found)
            finally:
                rig.close()
        rounds += 1
        events += rig.let_in_so_far
        restarts += rig.restarts
        faults += rig.faults.struck
        if sys.stderr.isatty():
            print(f"\r{events:,} events", end="", file=sys.stderr, flush=True)  # noqa: T201
    _report(rounds, events, restarts, faults, found)
    raise typer.Exit(1 if found.everything else 0)


def _one_round(rig: LandscapeDriver, chance: random.Random, found: Violations) -> None:
    groups, weights = zip(*_WEIGHTS, strict=True)
    for _ in range(ACTS_IN_A_ROUND):
        (group,) = chance.choices(groups, weights)
        act = chance.choice(list(group.values()))
        act(rig, chance.randrange(10_000), chance.randrange(1_000))
        rig.move(timedelta(seconds=chance.randrange(20)))
    _look(rig, found)
    rig.retry_failed()
    _look(rig, found)


def _look(rig: LandscapeDriver, found: Violations) -> None:
    rig.settle()
    seen = verdict(rig)
    found.lost += seen.lost
    found.doubled += seen.doubled
    found.differing += seen.differing


def _report(rounds: int, events: int, restarts: int, faults: Counter[str], found: Violations) -> None:
    figures = {
        "rounds": rounds,
        "events": events,
        **{f"fault {name}": count for name, count in sorted(faults.items())},
        "restarts": restarts,
        "lost": len(found.lost),
        "doubled": len(found.doubled),
        "differing": len(found.differing),
    }
    width = max(map(len, figures))
    for name, figure in figures.items():
        print(f"{name.ljust(width)}  {figure:>9,}")  # noqa: T201
    for wrong in found.everything[:_SHOWN]:
        print(wrong)  # noqa: T201


if __name__ == "__main__":
    typer.run(soak)
