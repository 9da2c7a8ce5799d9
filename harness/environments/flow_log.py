"""Read the message processing log of a flow as our monitoring shows it: an entry for each event.

A flow tells of an event by custom header properties: `source`, `ContractTypeName`, `SysId`, `ActionName`, `Note`,
`Error`, and the name of a system with what became of the message there.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from harness.flow.definition import FlowDefinition
from harness.flow.log import MessageRun, RunStatus
from simulator.monitoring.message_log import LogEntry, LoggedError, ProcessedStep, ProcessingDetails

_ERROR = re.compile(r"(?:^|: )(?P<rule>[A-Z]+-\d+|[A-Z_]+ \d{3})(?: (?P<field>\w+))?: (?P<why>.*)", re.DOTALL)
_WAITING = (RunStatus.PROCESSING, RunStatus.RETRY)
_OTHER_FAILURE = "MON-3"


class RunTree(NamedTuple):
    """The run of one event, and of every message that came of it."""

    event: MessageRun
    runs: Sequence[MessageRun]


def run_trees(runs: Sequence[MessageRun]) -> list[RunTree]:
    """Group runs by events, oldest first.

    A post may hold several events: where it was split into messages of a queue, each of these is one. A post that
    nothing came of was none, unless it failed or tells which event it was.
    """
    trees = []
    for run in runs:
        children = [one for one in runs if one.parent is run]
        is_event = bool(run.headers.get("ActionName")) or run.status == RunStatus.FAILED
        if run.parent is None and not children and is_event:
            trees.append(RunTree(run, [run]))
        elif run.parent is not None and run.parent.parent is None:
            trees.append(RunTree(run, [one for one in runs if _comes_of(one, run)]))
    return trees


def _comes_of(run: MessageRun | None, event: MessageRun) -> bool:
    while run is not None:
        if run is event:
            return True
        run = run.parent
    return False


def log_entry(tree: RunTree, definition: FlowDefinition, addresses: Mapping[str, str]) -> LogEntry:
    """Make the entry of one event; `addresses` are the names of the systems by their URLs."""
    event = tree.event
    deliveries = {name: run for run in tree.runs for name in _systems(run, definition, addresses)}
    if any(run.is_destroyed for run in (event, *deliveries.values())):
        return _destroyed(tree)
    headers = {name: value for run in tree.runs for name, value in run.headers.items()}
    error = _error(event) if event.error or "Error" in event.headers else None
    errors = {name: found for name, run in deliveries.items() if (found := _error(run))}
    error = error or next(iter(errors.values()), None)
    due = [run.due for run in tree.runs if run.due is not None]
    return LogEntry(
        guid=str(event.number),
        correlation_id=str(event.root.number),
        received_at=event.received.isoformat(timespec="microseconds"),
        changed_at=max(run.changed for run in tree.runs).isoformat(timespec="microseconds"),
        status=_status(event, list(deliveries.values())),
        source=headers.get("source", ""),
        contract_type=headers.get("ContractTypeName", ""),
        sys_id=headers.get("SysId", ""),
        action=headers.get("ActionName", ""),
        note=headers.get("Note", ""),
        error_id=error.id if error else "",
        error_field=error.field if error else "",
        error_message=error.message if error else "",
        attempts=event.attempts if error and not deliveries else max(event.attempts - 1, 0),
        systems={name: headers.get(name, "waiting") for name in sorted(deliveries)},
        system_attempts={name: run.attempts for name, run in sorted(deliveries.items())},
        system_errors=errors,
        agreement_sys_id="" if headers.get("ActionName") == "AmendmentExecuted" else headers.get("SysId", "").lower(),
        next_attempt=min(due).isoformat(timespec="microseconds") if due else "",
        processing=_processing(tree, definition),
    )


def _destroyed(tree: RunTree) -> LogEntry:
    """Make the entry of an event whose messages the flow has deleted: nothing names what it was about (D-63)."""
    event = tree.event
    return LogEntry(
        guid=str(event.number),
        correlation_id=str(event.root.number),
        received_at=event.received.isoformat(timespec="microseconds"),
        changed_at=max(run.changed for run in tree.runs).isoformat(timespec="microseconds"),
        status=RunStatus.DISCARDED,
        source="",
        contract_type="",
        sys_id="",
        action="",
        note="",
        error_id="",
        error_field="",
        error_message="",
        attempts=0,
    )


def _processing(tree: RunTree, definition: FlowDefinition) -> ProcessingDetails:
    """Collect the steps, the properties and the attachments of all runs."""
    return ProcessingDetails(
        tuple(
            ProcessedStep(definition.processes[run.process], step.name, round(step.milliseconds, 2), step.error)
            for run in tree.runs
            for step in run.steps
        ),
        {name: value for run in tree.runs for name, value in {**run.headers, **run.properties}.items()},
        tuple(name for run in tree.runs for name in run.attachments),
    )


def _systems(run: MessageRun, definition: FlowDefinition, addresses: Mapping[str, str]) -> set[str]:
    """Return the systems to which the process of a run sends, where it is not the process of the event."""
    called = (one for at, one in definition.receivers.items() if definition.steps[at].process == run.process)
    return {addresses[one.get("address")] for one in called if one.get("address") in addresses}


def _status(event: MessageRun, deliveries: Sequence[MessageRun]) -> str:
    if event.status != RunStatus.COMPLETED:
        return event.status
    if any(run.status in _WAITING for run in deliveries):
        return (
            RunStatus.RETRY
            if any(run.attempts for run in deliveries if run.status in _WAITING)
            else RunStatus.PROCESSING
        )
    failed = [run.status for run in deliveries if run.status != RunStatus.COMPLETED]
    return failed[0] if failed else RunStatus.COMPLETED


def _error(run: MessageRun) -> LoggedError | None:
    """Read the error of the last attempt; one that names no rule is an unexpected one."""
    said = run.headers.get("Error") or run.error
    if not said:
        return None
    match = _ERROR.search(said)
    return (
        LoggedError(match["rule"], match["field"] or "", match["why"])
        if match
        else LoggedError(_OTHER_FAILURE, "", said)
    )
