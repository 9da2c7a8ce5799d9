"""Replaying recorded exchanges through the landscape. What comes out is plain data, whoever shows it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from harness.bdd.table_diff import TableDiff, diff
from harness.data_directory import Tables, prepare, reason
from harness.errors import UserError
from simulator.cpi.iflow import Outcome
from simulator.database import IN_MEMORY
from simulator.errors import InterfaceError
from simulator.icertis.recorded import RecordedSite
from simulator.landscape import Landscape
from simulator.monitoring.message_log import Entry
from simulator.settings import Settings

EVENT, AGREEMENT, ASSOCIATIONS = "event.json", "agreement.json", "associatinginstances.json"

BEHIND = "it waits behind an earlier message about the same agreement, see zicm messages"
"""Why an event does not go on: an earlier run was cut short, or a system was not there for it."""


@dataclass(frozen=True)
class Exchange:
    """What became of one folder."""

    folder: str
    error: InterfaceError | None
    """Why it failed; its rule is REPLAY where the folder cannot be replayed, D-60 where its event is none."""

    outcome: Outcome | None = None
    """What CPI made of it; None where it never got there."""

    changes: dict[str, dict[str, TableDiff]] = field(default_factory=dict)
    """System to table to what changed in it; empty unless asked for."""

    @property
    def kind(self) -> str:
        """delivered, filtered, ignored or failed."""
        return self.outcome.kind if self.outcome else "failed"

    def as_json(self) -> dict[str, object]:
        """The object that `zicm replay --json` prints for it."""
        outcome, error = self.outcome, self.error
        message = outcome.processed.message if outcome and outcome.processed else None
        return {
            "folder": self.folder,
            "outcome": self.kind,
            "error": {"id": error.rule, "field": error.field, "message": error.message} if error else None,
            "calls": outcome.calls if outcome else [],
            "message": dict(message.fields) if message else None,
            "systems": outcome.systems if outcome else {},
        }


def replay(
    folders: Iterable[str], settings: Settings, data: Path | None, *, look_into_tables: bool
) -> Iterator[Exchange]:
    """Replay one folder after the other; the tables keep what earlier ones, and earlier runs into `data`, left.

    Looking into the tables before and after each exchange costs time in proportion to what they hold.
    Raises UserError where the databases cannot be opened.
    """
    # Each message is tried once: nothing is on its way here that a second attempt could wait for. What is refused ends
    # in the error queue. Nor did the events come as fast as they are replayed.
    settings = settings.model_copy(update={"store": IN_MEMORY, "max_attempts": 1, "max_per_second": None})
    if data is not None:
        prepare(data, settings.systems)
        settings = settings.with_data_directory(data)
    site, outcomes = RecordedSite(), list[Outcome]()
    with _opened(settings, site, outcomes.append) as landscape:
        before = _tables_at_first(landscape)
        for folder in folders:
            outcomes.clear()
            try:
                guid = _post(landscape, site, Path(folder))
                outcome = _with_systems(outcomes, landscape.monitoring.entry(guid))
                after = _tables(landscape) if look_into_tables and outcome.systems else before
            except InterfaceError as error:
                yield Exchange(folder, error)
            except SQLAlchemyError as error:
                yield Exchange(folder, InterfaceError("REPLAY", "", f"the databases failed: {reason(error)}"))
            else:
                changes = _changes(before, after) if look_into_tables else {}
                yield Exchange(folder, outcome.error, outcome, changes)
                before = after


def _opened(settings: Settings, site: RecordedSite, observe: Callable[[Outcome], object]) -> Landscape:
    try:
        landscape = Landscape(settings, ici=site, observe=observe)
    except (SQLAlchemyError, ImportError, ValueError) as error:  # the settings may name any database and any driver
        raise UserError(f"the tables cannot be opened: {getattr(error, 'orig', None) or error}") from None
    # What an earlier run, cut short, has left in the store was recorded elsewhere: this site cannot answer for it.
    landscape.middleware.alone = True
    return landscape


def _tables_at_first(landscape: Landscape) -> dict[str, Tables]:
    """What the tables hold before anything is replayed. Raises UserError for tables of another make."""
    try:
        landscape.monitoring.entry("")
        return _tables(landscape)
    except SQLAlchemyError as error:
        raise UserError(f"the tables cannot be read: {reason(error)}") from None


def _post(landscape: Landscape, site: RecordedSite, folder: Path) -> str:
    """Let ICI answer with what the folder holds, and send its event. Returns the guid that the event got.

    Raises InterfaceError REPLAY or D-60 where that fails.
    """
    event = _read(folder, EVENT)
    site.agreement, site.associating_instances = _read(folder, AGREEMENT), _read(folder, ASSOCIATIONS)
    if event is None:
        raise InterfaceError("REPLAY", EVENT, "the folder holds no such file" if folder.is_dir() else _no(folder))
    reply = landscape.post_body(event)
    if reply.status != 202:
        raise InterfaceError(
            reply.body.get("id", "REPLAY"), EVENT, f"the webhook does not take it: {reply.body['error']}"
        )
    return reply.body["guid"]


def _with_systems(observed: list[Outcome], entry: Entry | None) -> Outcome:
    """What CPI made of an event, with what the monitoring says of each system.

    Raises InterfaceError REPLAY where CPI has not come to it.
    """
    if entry is None or not observed:
        raise InterfaceError("REPLAY", EVENT, BEHIND)
    refusals = {
        name: InterfaceError(*entry.system_errors.get(name, ("REPLAY", EVENT, BEHIND)))
        for name, state in entry.systems.items()
        if state in ("refused", "waiting")
    }
    return replace(observed[-1], systems=entry.systems, refusals=refusals)


def _no(folder: Path) -> str:
    return "the folder is a file" if folder.exists() else "there is no such folder"


def _read(folder: Path, name: str) -> bytes | None:
    """The bytes of a file, None where there is none. Raises InterfaceError REPLAY for one that cannot be read."""
    try:
        return (folder / name).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InterfaceError("REPLAY", name, f"it cannot be read: {error.strerror}") from None


def _changes(before: dict[str, Tables], after: dict[str, Tables]) -> dict[str, dict[str, TableDiff]]:
    return {
        system: {name: diff(before[system][name], rows) for name, rows in tables.items()}
        for system, tables in after.items()
    }


def _tables(landscape: Landscape) -> dict[str, Tables]:
    return {name: system.tables() for name, system in landscape.systems.items()}
