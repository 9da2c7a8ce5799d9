"""Putting messages back that are in the error queue, and letting a worker run what is due."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import requests
from sqlalchemy.exc import SQLAlchemyError

from harness.cli.icertis_options import Asked
from harness.cli.messages.query import load, the_one
from harness.cli.recorded_exchanges import open_landscape, recorded_tenant
from harness.data_directory import prepare, reason
from harness.errors import UserError
from simulator.clock import utc_now
from simulator.cpi.worker import Worker
from simulator.icertis.recorded import RecordedTenant
from simulator.monitoring.alerts import unreachable_reason
from simulator.monitoring.message_log import Entry
from simulator.settings import Settings


class Retried(NamedTuple):
    """What a retry came to."""

    entries: list[Entry]
    """What was put back, and whatever else was taken up, as it is now."""

    problem: str
    """Why some of it was left in the error queue; blank where all of it was tried."""


def retry(
    folder: Path,
    ici: Asked,
    guid: str | None,
    recorded: Sequence[Path],
    begun: Callable[[int], Callable[[], object]],
) -> Retried:
    """Put one message back, or without `guid` all that have failed, and try everything that is due once.

    What is put back is read from ICI anew, or from the `recorded` exchanges. `begun` is told about how many pieces of
    work there are, and gives what is to be called after each. Raises UserError where there is no such message, nothing
    to try again, or no database to work with.
    """
    settings = ici.settings
    before = load(folder)
    wanted = [entry for entry in before if entry.is_failed] if guid is None else [_to_be_tried(before, guid)]
    _require_systems(before, settings)
    tenant = recorded_tenant(recorded, settings.source)
    prepare(folder, settings.systems)
    guids = {entry.guid for entry in wanted}
    open_ones = [entry for entry in before if entry.guid in guids or entry.next_attempt]
    to_be_read = [entry for entry in open_ones if entry.is_failed or "waiting" not in entry.systems.values()]
    answers, why_not = _ici(tenant, settings) if to_be_read else (lambda _: True, "")
    # What cannot be read keeps the error that it had, which tells more than that ICI was away.
    left = [entry for entry in to_be_read if not answers(entry)]
    tried = [entry for entry in open_ones if entry not in left]
    done = begun(sum(1 + len(settings.systems) for _ in tried))
    # Whoever asks for a retry waits for its result: what fails once more goes back into the error queue at once.
    settings = settings.with_data_directory(folder).model_copy(update={"max_attempts": 1})
    try:
        with open_landscape(tenant, settings, ici.token) as landscape:
            assert landscape.queue is not None  # its file was read above
            for entry in tried:
                landscape.queue.put_back(entry.guid, utc_now())
            _work(landscape.worker(landscape.queue), [entry.guid for entry in tried] if left else [None], done)
            after = landscape.monitoring.entries()
    except SQLAlchemyError as error:
        raise UserError(f"the databases failed: {reason(error)}") from None
    earlier = {entry.guid: entry for entry in before}
    return Retried(
        [entry for entry in after if entry.guid in guids or entry != earlier.get(entry.guid)],
        f"ICI: {why_not}. Left as they were, as they are to be read from it: {len(left)}" if left else "",
    )


def _to_be_tried(entries: Sequence[Entry], guid: str) -> Entry:
    entry = the_one(entries, guid)
    if entry.status in ("COMPLETED", "DISCARDED"):
        raise UserError(f"{entry.guid} is {entry.status}: there is nothing to try again")
    return entry


def _require_systems(entries: Sequence[Entry], settings: Settings) -> None:
    on_their_way = {
        name for entry in entries for name, state in entry.systems.items() if state in ("refused", "waiting")
    }
    if unknown := sorted(on_their_way - set(settings.systems)):
        raise UserError(f"there are messages for {', '.join(unknown)}, which the settings do not name: give --settings")


def _ici(tenant: RecordedTenant | None, settings: Settings) -> tuple[Callable[[Entry], bool], str]:
    """Whether ICI has an answer for an event, as far as that can be known before it is asked; and why it has none."""
    if tenant is not None:
        return (lambda entry: tenant.holds(entry.contract_type, entry.sys_id)), "it was not recorded"
    with requests.Session() as session:
        why_not = unreachable_reason(session, settings.ici_base_url)
    return (lambda _: not why_not), f"{why_not}, see --ici-url"


def _work(worker: Worker, guids: Sequence[str | None], done: Callable[[], object]) -> None:
    """Do what is due of these events, of any event for None; each may wait for another one of them."""
    while any(worker.step(guid) for guid in guids):
        done()
