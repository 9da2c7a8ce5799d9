"""`zicm replay`: replay recorded exchanges through the landscape; show the calls, the lineage, the changed tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from harness.bdd.table_diff import NOTHING, ChangeText, TableDiff, describe, diff, group_by_system
from harness.cli.console import console, indented, plural, print_line, print_rule
from harness.cli.lineage_table import LineageRow, print_lineage
from harness.cli.options import FAILED, AsJson, SettingsFile, examples, load_settings, new_app, print_json
from harness.cli.replay_scm import ScmReplay, ScmSteps
from harness.data_directory import Tables, prepare
from harness.database_files import safe_reason
from harness.errors import UserError
from harness.testdata.exchange_files import AGREEMENT, ASSOCIATIONS, EVENT, PARENT, exchanges_of
from harness.text import json_preview, printable
from simulator.cpi.process_event import Outcome
from simulator.database import IN_MEMORY
from simulator.errors import InterfaceError
from simulator.icertis.recorded import RecordedSite
from simulator.icertis.tenant import EventPayload
from simulator.json_support import read_json_marking_repeats
from simulator.landscape import Landscape
from simulator.mapping.message import LineageLine
from simulator.monitoring.message_log import LogEntry
from simulator.settings import Settings

app = new_app()

BEHIND = "it waits behind an earlier message about the same agreement, see zicm messages"
"""The reason an event does not go on: an earlier run was cut short, or a system was not reachable for it."""

_STYLES = {"delivered": "green", "filtered": "yellow", "ignored": "yellow", "failed": "bold red"}
_NOTES = {
    "filtered": "confidential: nothing was sent, and nothing of it is shown (SEC-1, SEC-2)",
    "ignored": "a Baseline Agreement is never transmitted (EVT-4)",
}


@app.command(
    "replay",
    epilog=examples(
        "zicm replay fixtures/exchanges --data tables",
        "zicm replay fixtures/exchanges/01-master-executed fixtures/exchanges/03-sub-executed --data tables",
        "zicm replay fixtures/scm/exchanges --data tables",
        where=", from a checkout",
    ),
)
def replay_command(
    *,
    folders: Annotated[
        list[str],
        typer.Argument(
            metavar="FOLDER",
            help="Recorded exchanges, in the order in which they are replayed, or folders of them, in that of names.",
        ),
    ],
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep tables and messages in DIR, a database each; else in memory."),
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Replay recorded exchanges with ICI.

    Each goes through the mapping and into the tables of every system. A folder holds event.json, agreement.json
    (ICI's answer to call 1) and, where call 2 was made, associatinginstances.json. A call without a recorded answer is
    answered with 404. Each message is tried once; what fails stays in DIR, for zicm messages.

    Exchanges about contracts for Dynamics 365 SCM go through the connector into the SCM of DIR, or into one in memory.
    An amendment then has parent.json, ICI's answer about the contract that it amends.
    """
    exchanges = replay(folders, load_settings(settings), data, compare_tables=not as_json)
    outcomes = _print_as_json(list(exchanges)) if as_json else _print_for_people(exchanges)
    raise typer.Exit(FAILED if "failed" in outcomes else 0)


def _print_for_people(exchanges: Iterable["ReplayedExchange"]) -> list[str]:
    """Print each exchange as soon as it is replayed. Returns the outcome of each."""
    screen = console()
    outcomes = []
    for exchange in exchanges:
        _show_exchange(screen, exchange)
        outcomes.append(exchange.kind)
    _show_summary(screen, outcomes)
    return outcomes


def _print_as_json(exchanges: list["ReplayedExchange"]) -> list[str]:
    """Print all exchanges as one object. Returns the outcome of each."""
    print_json({"exchanges": [exchange.as_json() for exchange in exchanges]})
    return [exchange.kind for exchange in exchanges]


@dataclass(frozen=True)
class ReplayedExchange:
    """One replayed folder, and its outcome."""

    folder: str
    error: InterfaceError | None
    """The reason it failed: REPLAY for a folder that cannot be replayed, D-60 for a file that is no event."""

    outcome: Outcome | None = None
    """CPI's outcome; None for an event that never reached CPI."""

    changes: dict[str, dict[str, TableDiff]] = field(default_factory=dict)
    """Table changes by system and table; empty unless they were to be compared."""

    scm: ScmSteps | None = None
    """The steps of the connector; None for what does not go to SCM."""

    @property
    def kind(self) -> str:
        """One of delivered, filtered, ignored, failed."""
        return self.outcome.kind if self.outcome else "failed"

    def as_json(self) -> dict[str, object]:
        """Return the object that `zicm replay --json` prints for it."""
        outcome, error = self.outcome, self.error
        message = outcome.result.message if outcome and outcome.result else None
        return {
            "folder": self.folder,
            "outcome": self.kind,
            "error": {"id": error.rule, "field": error.field, "message": error.message} if error else None,
            "calls": outcome.calls if outcome else [],
            "message": dict(message.fields) if message else None,
            "systems": outcome.systems if outcome else {},
            **({"scm": self.scm.as_json()} if self.scm else {}),
        }


def replay(
    folders: Iterable[str], settings: Settings, data: Path | None, *, compare_tables: bool
) -> Iterator[ReplayedExchange]:
    """Replay one folder after the other on the tables that earlier ones, and earlier runs into `data`, left behind.

    To compare the tables around each exchange takes time in proportion to their size.
    Where no folder can be replayed, no database is opened or made.
    Raises UserError where the databases cannot be opened.
    """
    exchanges = [one for given in folders for one in _exchanges_of(given)]
    refused = list[ReplayedExchange]()
    for folder in exchanges:
        if (why := _refusal(folder)) is None:
            break
        refused.append(ReplayedExchange(folder, why))
    else:
        yield from refused
        return
    # Each message is tried once: no second attempt could find more than is recorded. What is refused ends in the error
    # queue. There is no rate limit, as the events did not arrive as fast as they are replayed.
    settings = settings.model_copy(update={"store": IN_MEMORY, "max_attempts": 1, "max_per_second": None})
    if data is not None:
        prepare(data, settings.systems)
        settings = settings.with_data_directory(data)
    site, outcomes = RecordedSite(), list[Outcome]()
    with _open_landscape(settings, site, outcomes.append) as landscape, ScmReplay(settings, site) as scm:
        before = _initial_tables(landscape)
        for folder in exchanges:
            outcomes.clear()
            try:
                event = _take_files(site, Path(folder))
                if scm.takes(content := _content(event)):
                    yield _replay_scm(scm, folder, content)
                    continue
                guid = _post(landscape, event)
                outcome = _with_system_results(outcomes, landscape.monitoring.entry(guid))
                after = _tables(landscape) if compare_tables and outcome.systems else before
            except InterfaceError as error:
                yield ReplayedExchange(folder, error)
            except SQLAlchemyError as error:
                yield ReplayedExchange(
                    folder, InterfaceError("REPLAY", "", f"the databases failed: {safe_reason(error)}")
                )
            else:
                changes = _changes(before, after) if compare_tables else {}
                yield ReplayedExchange(folder, outcome.error, outcome, changes)
                before = after


def _replay_scm(scm: ScmReplay, folder: str, event: EventPayload) -> ReplayedExchange:
    """Let the connector process an event. Raises InterfaceError, and SQLAlchemyError for a database that fails."""
    observed, entry, steps = scm.replay(event)
    outcome = _with_system_results(observed, entry)
    return ReplayedExchange(folder, outcome.error, outcome, scm=steps)


def _exchanges_of(folder: str) -> list[str]:
    """List the exchanges in a folder of them; any other folder is taken as one, which then fails if it is none."""
    with suppress(OSError):
        return [*map(str, exchanges_of(Path(folder)))] or [folder]
    return [folder]


def _refusal(folder: str) -> InterfaceError | None:
    """Return why the files of a folder cannot be used."""
    try:
        _take_files(RecordedSite(), Path(folder))
    except InterfaceError as why:
        return why
    return None


def _open_landscape(settings: Settings, site: RecordedSite, observe: Callable[[Outcome], object]) -> Landscape:
    try:
        # What an earlier run, cut short, has left in the store was recorded elsewhere: this site cannot answer for it.
        return Landscape(settings.with_one_ici(), ici=site, only_new_event=True, observe=observe)
    except (SQLAlchemyError, ImportError, ValueError) as error:  # the settings may name any database and any driver
        raise UserError(f"the tables cannot be opened: {getattr(error, 'orig', None) or error}") from None


def _initial_tables(landscape: Landscape) -> dict[str, Tables]:
    """Read the tables before anything is replayed. Raises UserError for tables with other columns."""
    try:
        landscape.monitoring.entry("")
        return _tables(landscape)
    except SQLAlchemyError as error:
        raise UserError(f"the tables cannot be read: {safe_reason(error)}") from None


def _take_files(site: RecordedSite, folder: Path) -> bytes:
    """Let ICI answer with the files of the folder. Returns its event.

    Raises InterfaceError REPLAY for a folder that cannot be used.
    """
    event = _read_file(folder, EVENT)
    site.agreement, site.associating_instances = _read_file(folder, AGREEMENT), _read_file(folder, ASSOCIATIONS)
    site.parent = _read_file(folder, PARENT)
    if event is None:
        raise InterfaceError("REPLAY", EVENT, "the folder holds no such file" if folder.is_dir() else _missing(folder))
    return event


def _content(event: bytes) -> object:
    """Read an event as far as that is possible; the webhook refuses it otherwise."""
    try:
        return read_json_marking_repeats(event)
    except (ValueError, RecursionError):
        return None


def _post(landscape: Landscape, event: bytes) -> str:
    """Send an event. Returns its guid. Raises InterfaceError by the rule by which the webhook refuses it."""
    reply = landscape.post_body(event)
    if reply.status != 202:
        raise InterfaceError(
            str(reply.body.get("id", "REPLAY")), EVENT, f"the webhook refuses it: {reply.body['detail']}"
        )
    if "guid" not in reply.body:
        raise InterfaceError("REPLAY", EVENT, "it holds several events, and the answers of one are recorded")
    return str(reply.body["guid"])


def _with_system_results(observed: list[Outcome], entry: LogEntry | None) -> Outcome:
    """Complete the outcome of an event with the results that the monitoring shows for each system.

    Raises InterfaceError REPLAY where CPI has not processed it yet.
    """
    if entry is None or not observed:
        raise InterfaceError("REPLAY", EVENT, BEHIND)
    refusals = {
        name: InterfaceError(*entry.system_errors.get(name, ("REPLAY", EVENT, BEHIND)))
        for name, state in entry.systems.items()
        if state in ("refused", "waiting")
    }
    return replace(observed[-1], systems=entry.systems, refusals=refusals)


def _missing(folder: Path) -> str:
    return "the folder is a file" if folder.exists() else "there is no such folder"


def _read_file(folder: Path, name: str) -> bytes | None:
    """Read a file; None where it does not exist. Raises InterfaceError REPLAY for one that cannot be read."""
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


def _show_exchange(console: Console, exchange: ReplayedExchange) -> None:
    """Print one exchange, and no value of one that was filtered or failed (SEC-2)."""
    print_rule(console)
    outcome = exchange.outcome
    print_line(
        console, Text.assemble((printable(exchange.folder), "bold"), ": ", (exchange.kind, _STYLES[exchange.kind]))
    )
    for note in _notes(exchange):
        print_line(console, f"  {printable(note)}")
    print_line(console, "\nCalls to ICI", "bold")
    for call in (outcome and outcome.calls) or ["none"]:
        print_line(console, f"  {printable(call)}")
    if exchange.scm:
        _show_scm_calls(console, exchange.scm)
    if exchange.kind == "delivered" and outcome and outcome.result:
        if outcome.result.lineage:
            print_line(console, "\nLineage", "bold")
            print_lineage(console, map(_lineage_row, outcome.result.lineage))
        for part, rows in exchange.scm.lineage.items() if exchange.scm else ():
            print_line(console, f"\nLineage of the {part}", "bold")
            print_lineage(console, rows)
        for systems in group_by_system(exchange.changes.items(), lambda item: item[1]):
            print_line(console, f"\nChange in {' and '.join(printable(name) for name, _ in systems)}", "bold")
            _show_changes(console, systems[0][1])
    console.print()


def _show_scm_calls(console: Console, steps: ScmSteps) -> None:
    """Print the calls to SCM, and what the connector has written to ICI."""
    print_line(console, "\nCalls to SCM", "bold")
    for call in steps.scm_calls:
        print_line(console, f"  {call.method} {printable(call.resource)}: {call.status}")
    if not steps.scm_calls:
        print_line(console, "  none")
    if steps.told:
        print_line(console, "\nICI is told", "bold")
        console.print(indented(_fields({name: str(value) for name, value in steps.told.items()}), 2))


def _show_summary(console: Console, outcomes: Sequence[str]) -> None:
    counts = Counter(outcomes)
    total = Text(f"{plural(len(outcomes), 'exchange')}: ")
    parts = (Text(f"{counts[kind]} {kind}", style if counts[kind] else "dim") for kind, style in _STYLES.items())
    print_line(console, total.append_text(Text(", ").join(parts)))


def _notes(exchange: ReplayedExchange) -> list[str]:
    """Describe what happened to an exchange, a sentence each."""
    outcome = exchange.outcome
    if outcome is None:
        return [f"error {exchange.error}"]
    if exchange.scm and exchange.kind == "ignored" and outcome.result:
        return [outcome.result.note]
    if note := _NOTES.get(exchange.kind):
        return [note]
    about = f"{outcome.event.action.name} of {outcome.event.contract_type}, " if outcome.event else ""
    notes = [f"{about}System ID {outcome.sys_id or 'unknown'}"]
    if outcome.failure:
        notes.append(f"error {outcome.failure}")
    for name, state in outcome.systems.items():
        refusal = outcome.refusals.get(name)
        notes.append(f"{name}: {state}" + (f", error {refusal}" if refusal else ""))
    return notes


def _lineage_row(line: LineageLine) -> LineageRow:
    return LineageRow(line.source, json_preview(line.raw), _rule(line), line.row.target, line.value)


def _rule(line: LineageLine) -> str:
    """Describe the rule by the first line of its function's docstring."""
    return (line.row.rule.__doc__ or "").partition("\n")[0]


def _show_changes(console: Console, tables: Mapping[str, TableDiff]) -> None:
    changes = describe(tables["ZMM_ICMCONTRACT"], tables["ZMM_ICMPURCHORG"])
    for change in changes or [ChangeText(NOTHING, {})]:
        print_line(console, f"  {printable(change.text)}")
        if change.fields:
            console.print(indented(_fields(change.fields), 4))


def _fields(fields: Mapping[str, str]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    for name, text in fields.items():
        grid.add_row(name, Text(text))
    return grid
