"""Putting messages back that are in the error queue, and letting a worker run what is due."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import requests
from sqlalchemy.exc import SQLAlchemyError

from harness.zicm.databases import Unusable, prepare, reason
from harness.zicm.messages import load, the_one
from simulator.clock import utc_now
from simulator.cpi.queue import Queue
from simulator.cpi.worker import Worker
from simulator.landscape import Landscape
from simulator.monitoring.endpoints import not_reached
from simulator.monitoring.message_log import Entry
from simulator.settings import Settings


class Retried(NamedTuple):
    """What a retry came to."""

    entries: list[Entry]
    """What was put back, and whatever else was taken up, as it is now."""

    problem: str
    """Why some of it was left in the error queue; blank where all of it was tried."""


def retry(folder: Path, settings: Settings, guid: str | None, begun: Callable[[int], Callable[[], object]]) -> Retried:
    """Put one message back, or without `guid` all that have failed, and try everything that is due once.

    `begun` is told about how many pieces of work there are, and gives what is to be called after each.
    Raises Unusable where there is no such message, nothing to try again, or no database to work with.
    """
    before = load(folder)
    wanted = [entry for entry in before if entry.is_failed] if guid is None else [_to_be_tried(before, guid)]
    _require_systems(before, settings)
    prepare(folder, settings.systems)
    # Whoever asks for a retry waits for its result: what fails once more goes back into the error queue at once.
    settings = settings.in_folder(folder).model_copy(update={"max_attempts": 1})
    try:
        with closing(Landscape(settings)) as landscape:
            assert landscape.queue is not None  # its file was read above
            left = _work(landscape, landscape.queue, before, wanted, begun)
            after = landscape.monitoring.entries()
    except SQLAlchemyError as error:
        raise Unusable(f"the databases failed: {reason(error)}") from None
    earlier = {entry.guid: entry for entry in before}
    guids = {entry.guid for entry in wanted}
    return Retried([entry for entry in after if entry.guid in guids or entry != earlier.get(entry.guid)], left)


def _to_be_tried(entries: Sequence[Entry], guid: str) -> Entry:
    entry = the_one(entries, guid)
    if entry.status in ("COMPLETED", "DISCARDED"):
        raise Unusable(f"{entry.guid} is {entry.status}: there is nothing to try again")
    return entry


def _require_systems(entries: Sequence[Entry], settings: Settings) -> None:
    on_their_way = {
        name for entry in entries for name, state in entry.systems.items() if state in ("refused", "waiting")
    }
    if unknown := sorted(on_their_way - set(settings.systems)):
        raise Unusable(f"there are messages for {', '.join(unknown)}, which the settings do not name: give --settings")


def _work(
    landscape: Landscape,
    queue: Queue,
    before: Sequence[Entry],
    wanted: Sequence[Entry],
    begun: Callable[[int], Callable[[], object]],
) -> str:
    """Do what can be done. Returns why something was left; blank where nothing was."""
    guids = {entry.guid for entry in wanted}
    open_ones = [entry for entry in before if entry.guid in guids or entry.next_attempt]
    asked = [entry for entry in open_ones if not entry.systems]
    with requests.Session() as session:
        why = not_reached(session, landscape.settings.ici_base_url) if asked else ""
    if why:
        # They keep the error that they had, which tells more than that ICI was away.
        wanted = [entry for entry in wanted if entry.systems]
    for entry in wanted:
        queue.put_back(entry.guid, utc_now())
    steps = sum(len(entry.systems) or 1 + len(landscape.systems) for entry in open_ones)
    done, worker = begun(steps), landscape.worker(queue)
    if not why:
        _run(worker, None, done)
        return ""
    for entry in open_ones:
        if entry.systems:
            _run(worker, entry.guid, done)
    return (
        f"ICI: {why}, see ici_base_url in the settings. Left as they were, as they are to be read from it: {len(asked)}"
    )


def _run(worker: Worker, guid: str | None, done: Callable[[], object]) -> None:
    while worker.step(guid):
        done()
