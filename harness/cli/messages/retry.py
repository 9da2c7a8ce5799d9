"""Retry messages from the error queue, and run what is due."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import requests
from sqlalchemy.exc import SQLAlchemyError

from harness.cli.icertis_options import IcertisConnection
from harness.cli.messages.query import Status, filter_entries, find_by_guid, load
from harness.cli.recorded_exchanges import open_landscape, recorded_tenant
from harness.data_directory import clock_of, prepare
from harness.database_files import safe_reason
from harness.errors import UserError
from simulator.cpi.worker import Worker
from simulator.icertis.recorded import RecordedTenant
from simulator.monitoring.alerts import unreachable_reason
from simulator.monitoring.message_log import LogEntry
from simulator.settings import Settings

_UNSETTLED = (Status.PROCESSING, Status.RETRY, Status.FAILED, Status.ESCALATED)


class RetryResult(NamedTuple):
    """The messages after a retry."""

    entries: list[LogEntry]
    """The retried messages, and all others that a worker took up."""

    problem: str
    """The reason some messages were left in the error queue; blank if all were tried."""


def retry(
    folder: Path,
    ici: IcertisConnection,
    guid: str | None,
    recorded: Sequence[Path],
    on_start: Callable[[int], Callable[[], object]],
) -> RetryResult:
    """Retry one message, or without `guid` all that failed, and try everything that is due once.

    ICI is read again for the retried ones, or the `recorded` exchanges. `on_start` gets the estimated number of tasks
    and returns what to call after each. Raises UserError for an unknown message, for one that needs no retry, and for
    databases that cannot be used.
    """
    settings = ici.settings
    retryable = None if guid is None else _require_retryable(folder, guid)
    before = [*filter_entries(load(folder), _UNSETTLED, (), "")]  # nothing else can change
    wanted = [retryable] if retryable else [entry for entry in before if entry.is_failed]
    _require_systems(before, settings)
    tenant = recorded_tenant(recorded, settings.source)
    prepare(folder, settings.systems)
    guids = {entry.guid for entry in wanted}
    unfinished = [entry for entry in before if entry.guid in guids or entry.next_attempt]
    to_be_read = [entry for entry in unfinished if entry.is_failed or "waiting" not in entry.systems.values()]
    answers, problem = _readable(tenant, settings) if to_be_read else (lambda _: True, "")
    # What cannot be read keeps its error, which says more than that ICI did not answer.
    left = [entry for entry in to_be_read if not answers(entry)]
    tried = [entry for entry in unfinished if entry not in left]
    done = on_start(sum(1 + len(settings.systems) for _ in tried))
    # The user waits for the result: what fails again goes back into the error queue at once.
    settings = settings.with_data_directory(folder).model_copy(update={"max_attempts": 1})
    clock = clock_of(folder)
    try:
        with open_landscape(tenant, settings, ici.token, clock) as landscape:
            assert landscape.queue is not None  # its file was read above
            for entry in tried:
                landscape.queue.retry(entry.guid, clock())
            _work(landscape.worker(landscape.queue), [entry.guid for entry in tried] if left else [None], done)
            earlier = {entry.guid: entry for entry in before}
            after = [entry for entry in landscape.monitoring.read() if entry.guid in earlier]
    except SQLAlchemyError as error:
        raise UserError(f"the databases failed: {safe_reason(error)}") from None
    return RetryResult(
        [entry for entry in after if entry.guid in guids or entry != earlier[entry.guid]],
        f"ICI: {problem}. Messages that need it and were left as they were: {len(left)}" if left else "",
    )


def _require_retryable(folder: Path, guid: str) -> LogEntry:
    entry = find_by_guid(folder, guid)
    if entry.status in ("COMPLETED", "DISCARDED"):
        raise UserError(f"{entry.guid} is {entry.status}: there is nothing to retry")
    return entry


def _require_systems(entries: Sequence[LogEntry], settings: Settings) -> None:
    on_their_way = {
        name for entry in entries for name, state in entry.systems.items() if state in ("refused", "waiting")
    }
    if unknown := sorted(on_their_way - set(settings.systems)):
        raise UserError(f"there are messages for {', '.join(unknown)}, which the settings do not name: give --settings")


def _readable(tenant: RecordedTenant | None, settings: Settings) -> tuple[Callable[[LogEntry], bool], str]:
    """Return a test whether ICI can answer for an event, as far as known in advance, and why it cannot."""
    if tenant is not None:
        return (lambda entry: tenant.has_agreement(entry.contract_type, entry.sys_id)), "it was not recorded"
    with requests.Session() as session:
        problems = {
            source: unreachable_reason(session, access.base_url)
            for source in settings.tenants
            if (access := settings.ici_of(source))
        }
    return (
        lambda entry: not problems.get(entry.source or settings.source)
    ), f"{next(filter(None, problems.values()), '')}, see --ici-url"


def _work(worker: Worker, guids: Sequence[str | None], done: Callable[[], object]) -> None:
    """Work until nothing is due for these events, or for any event for None; one may wait for another."""
    while any(worker.step(guid) for guid in guids):
        done()
