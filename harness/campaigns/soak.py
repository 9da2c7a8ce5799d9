"""Send tens of thousands of events with faults and restarts, and count losses: python -m harness.campaigns.soak."""

import random
import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from harness.campaigns.model_based.actions import FAULTS, IN_ICI, IN_TRANSIT, DriverAction
from harness.campaigns.model_based.checks import Violations, check
from harness.campaigns.model_based.driver import LandscapeDriver
from simulator.settings import Settings

ACTIONS_PER_ROUND = 1500
"""After so many actions the landscape settles and is checked, and a new one begins."""

_WEIGHTS: tuple[tuple[dict[str, DriverAction], int], ...] = ((IN_ICI, 24), (IN_TRANSIT, 24), (FAULTS, 1))
_MAX_SHOWN = 20
_SETTINGS = Settings(synchronous="normal")  # power loss is not among the faults


def soak(
    seconds: Annotated[float, typer.Option(min=0, help="How long to run; the last round is finished.")] = 60,
    events: Annotated[int, typer.Option(min=0, help="How many events to send at least, however long it takes.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same rounds.")] = 0,
) -> None:
    """Run random actions and faults, and print figures. Exit code 1 if anything is lost, doubled, differs or leaks."""
    end = monotonic() + seconds
    rng = random.Random(seed)
    faults: Counter[str] = Counter()
    found = Violations()
    rounds = sent = restarts = 0
    while not rounds or (sent < events if events else monotonic() < end):
        with tempfile.TemporaryDirectory() as folder:
            driver = LandscapeDriver(_SETTINGS.with_data_directory(Path(folder)), seed=rng.getrandbits(32))
            try:
                _one_round(driver, rng, found)
            finally:
                driver.close()
        rounds += 1
        sent += driver.delivered_count
        restarts += driver.restarts
        faults += driver.faults.occurred
        if sys.stderr.isatty():
            print(f"\r{sent:,} events", end="", file=sys.stderr, flush=True)  # noqa: T201
    _report(rounds, sent, restarts, faults, found)
    raise typer.Exit(1 if found.everything else 0)


def _one_round(driver: LandscapeDriver, rng: random.Random, found: Violations) -> None:
    groups, weights = zip(*_WEIGHTS, strict=True)
    for _ in range(ACTIONS_PER_ROUND):
        (group,) = rng.choices(groups, weights)
        action = rng.choice(list(group.values()))
        action(driver, rng.randrange(10_000), rng.randrange(1_000))
        driver.advance(timedelta(seconds=rng.randrange(20)))
    _settle_and_check(driver, found)
    driver.retry_failed()
    _settle_and_check(driver, found)


def _settle_and_check(driver: LandscapeDriver, found: Violations) -> None:
    driver.settle()
    seen = check(driver)
    found.lost += seen.lost
    found.doubled += seen.doubled
    found.differing += seen.differing
    found.confidential += seen.confidential


def _report(rounds: int, events: int, restarts: int, faults: Counter[str], found: Violations) -> None:
    figures = {
        "rounds": rounds,
        "events": events,
        **{f"fault {name}": count for name, count in sorted(faults.items())},
        "restarts": restarts,
        "lost": len(found.lost),
        "doubled": len(found.doubled),
        "differing": len(found.differing),
        "confidential": len(found.confidential),
    }
    width = max(map(len, figures))
    for name, figure in figures.items():
        print(f"{name.ljust(width)}  {figure:>9,}")  # noqa: T201
    for wrong in found.everything[:_MAX_SHOWN]:
        print(wrong)  # noqa: T201


if __name__ == "__main__":
    typer.run(soak)
