"""What is written down of one scenario while it runs, and the evidence that is made of it at its end."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias, TypedDict

from harness.bdd.context import Row, ScenarioContext, Tables
from harness.bdd.failure.report import FailureReport
from harness.bdd.mismatch import ComparisonRecord, Mismatch
from harness.bdd.table_diff import diff
from harness.doubles.taps import EccMessage, Exchange
from harness.environments.interfaces import NotSupported
from harness.evidence import exchange_view
from harness.evidence.answer_bodies import as_json, carriable
from harness.evidence.lineage import LineageBuilder
from harness.evidence.redaction import Redactor
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import Entry

MAX_UNCHANGED = 20
"""Unchanged rows of a table that the evidence lists at most."""

Attachment: TypeAlias = tuple[str, str, str]
"""One piece of evidence: kind, title for people, content as JSON (docs/evidence.md). No tuple of another type goes from
one process to another."""


class Told(TypedDict):
    """One step as it was, in plain values that go from one process to another."""

    definition: str
    status: str
    began: int
    nanos: int
    """Both in nanoseconds, the one since the epoch."""

    error: tuple[str, str] | None
    """Kind and text of what went wrong."""

    attachments: list[Attachment]


@dataclass
class _Step:
    definition: str
    began: int
    clock: int
    nanos: int = 0
    status: str = ""
    """Blank as long as it runs."""

    error: BaseException | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    tables: tuple[Mapping[str, Tables], Mapping[str, Tables]] | None = None
    entries: list[Entry] = field(default_factory=list)
    looks: list[ComparisonRecord] = field(default_factory=list)
    alerts: list[Alert] | None = None
    explanation: FailureReport | None = None

    def close(self, status: str, error: BaseException | None) -> None:
        self.nanos = time.perf_counter_ns() - self.clock
        self.status, self.error = status, error


class Recorder:
    """Writes one scenario down."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._left_out = 0
        self._tables: Mapping[str, Tables] = {}
        self._entries: list[Entry] = []

    def begin(self, definition: str) -> None:
        """A step begins."""
        self._steps.append(_Step(definition, time.time_ns(), time.perf_counter_ns()))

    def end(self, context: ScenarioContext | None, *, acts: bool, error: BaseException | None = None) -> None:
        """It ends; `acts` says that it is a When, whose effect is shown even where there is none."""
        step = self._steps[-1]
        left_out = context.skipped_assertions[self._left_out :] if context else []
        self._left_out += len(left_out)
        if left_out:
            error = NotSupported(left_out[0])
        step.close("SKIPPED" if isinstance(error, NotSupported) else "FAILED" if error else "PASSED", error)
        if context is not None and context.is_built:
            self._look(step, context, acts=acts)

    def undefined(self, error: BaseException) -> None:
        """There is no definition for the step that is next."""
        self.begin("")
        self._steps[-1].close("UNDEFINED", error)

    def stopped(self, error: BaseException, *, skipped: bool) -> None:
        """The scenario ended before its last step did: with something that no step may catch, or with a skip."""
        if self._steps and not self._steps[-1].status:
            self._steps[-1].close("SKIPPED" if skipped else "FAILED", error)

    def looked(self, look: ComparisonRecord) -> None:
        """A step compares something."""
        if self._steps and not self._steps[-1].status:  # what is looked at after a failure, the explanation tells
            self._steps[-1].looks.append(look)

    def explained(self, explanation: FailureReport) -> None:
        """Why the last step failed."""
        if self._steps:
            self._steps[-1].explanation = explanation

    def told(self, context: ScenarioContext | None) -> list[Told]:
        """The scenario's steps with their evidence, after its end."""
        stands = context is not None and context.is_built
        secrets = Redactor(
            (exchange for step in self._steps for exchange in step.exchanges),
            context.ici.closed() if context and stands else (),
        )
        lineages = LineageBuilder(secrets, context.settings.type_codes if context else {})
        return [
            Told(
                definition=step.definition,
                status=step.status or "UNKNOWN",
                began=step.began,
                nanos=step.nanos,
                error=_explained(step.error, secrets),
                attachments=[*_attachments(step, secrets, lineages)],
            )
            for step in self._steps
        ]

    def _look(self, step: _Step, context: ScenarioContext, *, acts: bool) -> None:
        step.exchanges = context.landscape.traffic.take()
        step.alerts = context.take_alerts()
        if acts or any(isinstance(one.request, EccMessage) for one in step.exchanges):
            now = context.tables()
            step.tables = (self._tables, now)
            self._tables = now
        if acts or step.exchanges:
            with suppress(NotSupported):
                entries = context.cpi.entries()
                step.entries = [entry for entry in entries if entry not in self._entries]
                self._entries = entries


def _attachments(step: _Step, secrets: Redactor, lineages: LineageBuilder) -> Iterator[Attachment]:
    for exchange in step.exchanges:
        content = exchange_view.shown(exchange, secrets)
        yield exchange_view.kind(exchange), exchange_view.title(exchange), as_json(content)
    for lineage in lineages.of(step.exchanges):
        yield "zicm-lineage", f"lineage of {lineage['action']}", as_json(secrets.redact(lineage))
    if step.tables is not None:
        yield "zicm-tables", "tables before and after", as_json({"systems": _table_changes(*step.tables, secrets)})
    if step.entries:
        entries = [secrets.redact(asdict(entry)) for entry in step.entries]
        yield "zicm-log", "message log", as_json({"entries": entries})
    if step.alerts is not None:
        alerts = [secrets.redact(alert._asdict()) for alert in step.alerts]
        yield "zicm-alerts", "alerts", as_json({"alerts": alerts})
    for look in step.looks:
        what = carriable(secrets.redact(look.what))
        yield "zicm-comparison", what, as_json(_shown(look, secrets))
    if step.explanation:
        yield "zicm-explanation", "why it failed", as_json(_why(step.explanation, secrets))


def _table_changes(
    before: Mapping[str, Tables], after: Mapping[str, Tables], secrets: Redactor
) -> dict[str, dict[str, Any]]:
    """System to table to what changed in its rows."""

    def redacted(rows: Iterable[Row]) -> list[Row]:
        return [secrets.redact_row(row) for row in rows]

    def table_changes(old: list[Row], new: list[Row]) -> dict[str, Any]:
        found = diff(old, new)
        return {
            "added": redacted(found.added),
            "removed": redacted(found.removed),
            "changed": [dict(zip(("before", "after"), redacted(change), strict=True)) for change in found.changed],
            "unchanged": redacted(found.unchanged[:MAX_UNCHANGED]),
            "not_shown": max(0, len(found.unchanged) - MAX_UNCHANGED),
        }

    return {
        system: {name: table_changes(before.get(system, {}).get(name, []), rows) for name, rows in tables.items()}
        for system, tables in after.items()
    }


def _shown(look: ComparisonRecord, secrets: Redactor) -> dict[str, Any]:
    told = {"what": secrets.redact(look.what), "holds": look.holds, "withheld": bool(secrets)}
    if secrets:
        return told
    return told | {"expected": exchange_view.as_rows(look.expected), "seen": exchange_view.as_rows(look.seen)}


def _why(explanation: FailureReport, secrets: Redactor) -> dict[str, Any]:
    """An explanation; where something is confidential without anything that was compared."""
    told: dict[str, Any] = secrets.redact(explanation.as_json())
    if secrets:
        told |= {"comparisons": [], "remaining_steps": [], "origins": [], "withheld": True}
    return told


def _explained(error: BaseException | None, secrets: Redactor) -> tuple[str, str] | None:
    """What went wrong; where something is confidential only what was compared, for the rest may hold values."""
    if error is None:
        return None
    kind, text = type(error).__name__, str(error)
    if secrets:
        known = ", ".join(one.what for one in error.comparisons) if isinstance(error, Mismatch) else ""
        text = f"{secrets.redact(known)} (what was seen is withheld: an agreement is confidential, SEC-2)".strip()
    return kind, carriable(text)
