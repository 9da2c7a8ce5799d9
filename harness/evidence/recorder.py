"""Record one scenario while it runs, and make its evidence at the end."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from harness.bdd.context import ScenarioContext
from harness.bdd.failure.report import FailureReport
from harness.bdd.mismatch import ComparisonRecord, Mismatch
from harness.bdd.table_diff import ROW_KEY, diff
from harness.bdd.vocabulary.scm import KEYS, written_tables
from harness.data_directory import Row, Tables
from harness.doubles.taps import SCM, EccMessage, Exchange, ODataCall
from harness.environments.interfaces import NotSupported
from harness.evidence import exchange_view
from harness.evidence.answer_bodies import as_json, escape_surrogates
from harness.evidence.lineage import LineageBuilder
from harness.evidence.records import StepError, StepRecord
from harness.evidence.redaction import WITHHELD, Redactor
from harness.evidence.run import Attachment
from harness.evidence.scm_lineage import ScmLineageBuilder
from simulator.monitoring.alerts import Alert
from simulator.monitoring.message_log import LogEntry
from simulator.settings import Settings

MAX_UNCHANGED = 20
"""Unchanged rows of a table that the evidence lists at most."""


@dataclass
class _Step:
    definition: str
    began: int
    clock: int
    nanos: int = 0
    status: str = ""
    """Blank while it runs."""

    error: BaseException | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    tables: tuple[Mapping[str, Tables], Mapping[str, Tables]] | None = None
    entries: list[LogEntry] = field(default_factory=list)
    comparisons: list[ComparisonRecord] = field(default_factory=list)
    alerts: list[Alert] | None = None
    explanation: FailureReport | None = None

    def close(self, status: str, error: BaseException | None) -> None:
        self.nanos = time.perf_counter_ns() - self.clock
        self.status, self.error = status, error


class Recorder:
    """Records one scenario."""

    def __init__(self) -> None:
        self._steps: list[_Step] = []
        self._skipped = 0
        self._tables: Mapping[str, Tables] = {}
        self._entries: list[LogEntry] = []

    def begin(self, definition: str) -> None:
        """Begin a step; `definition` is file and line of its function."""
        self._steps.append(_Step(definition, time.time_ns(), time.perf_counter_ns()))

    def end(self, context: ScenarioContext | None, *, is_when: bool, error: BaseException | None = None) -> None:
        """End the step; the tables and the log of a When are recorded even if nothing changed in them."""
        step = self._steps[-1]
        skipped = context.skipped_assertions[self._skipped :] if context else []
        self._skipped += len(skipped)
        if skipped:
            error = NotSupported(skipped[0])
        step.close("SKIPPED" if isinstance(error, NotSupported) else "FAILED" if error else "PASSED", error)
        if context is not None and context.is_built:
            self._observe(step, context, is_when=is_when)

    def undefined(self, error: BaseException) -> None:
        """Record the next step, which matches no definition."""
        self.begin("")
        self._steps[-1].close("UNDEFINED", error)

    def stopped(self, error: BaseException, *, skipped: bool) -> None:
        """Close the step during which the scenario ended, by an exception that no step may catch or by a skip."""
        if self._steps and not self._steps[-1].status:
            self._steps[-1].close("SKIPPED" if skipped else "FAILED", error)

    def compared(self, comparison: ComparisonRecord) -> None:
        """Record a comparison of the current step."""
        if self._steps and not self._steps[-1].status:  # the explanation holds comparisons made after a failure
            self._steps[-1].comparisons.append(comparison)

    def explained(self, explanation: FailureReport) -> None:
        """Record why the last step failed."""
        if self._steps:
            self._steps[-1].explanation = explanation

    def step_records(self, context: ScenarioContext | None) -> list[StepRecord]:
        """Return the steps with their evidence, after the end of the scenario."""
        is_built = context is not None and context.is_built
        redactor = Redactor(
            (exchange for step in self._steps for exchange in step.exchanges),
            context.ici.confidential_ids() if context and is_built else (),
            _agreements(context) if context and is_built else (),
        )
        settings = context.settings if context else Settings()
        lineages, of_scm = LineageBuilder(redactor, settings), ScmLineageBuilder(redactor, settings)
        return [
            StepRecord(
                definition=step.definition,
                status=step.status or "UNKNOWN",
                began=step.began,
                nanos=step.nanos,
                error=_step_error(step.error, redactor),
                attachments=[
                    Attachment(kind, title, body=as_json(content))
                    for kind, title, content in _attachments(step, redactor, lineages, of_scm)
                ],
            )
            for step in self._steps
        ]

    def _observe(self, step: _Step, context: ScenarioContext, *, is_when: bool) -> None:
        step.exchanges = context.take_exchanges()
        step.alerts = context.take_alerts()
        of_scm = context.scm_tables is not None
        if is_when or any(isinstance(one.request, EccMessage | ODataCall) for one in step.exchanges):
            now = _tables(context)
            step.tables = ({SCM: context.scm_tables or {}, **self._tables}, now)
            self._tables = now
        elif of_scm and not context.has_acted:  # what its users have done since
            self._tables = _tables(context)
        if is_when or step.exchanges:
            with suppress(NotSupported):
                entries = context.scm.entries() if of_scm else context.cpi.entries()
                step.entries = [entry for entry in entries if entry not in self._entries]
                self._entries = entries


def _tables(context: ScenarioContext) -> Mapping[str, Tables]:
    """Read the tables of all systems: of SCM alone in a scenario about it, which leaves those of ECC empty."""
    of_ecc = context.tables()
    if context.scm_tables is None:
        return of_ecc
    of_scm = {SCM: written_tables(context.scm.system)}
    return {**of_ecc, **of_scm} if any(rows for tables in of_ecc.values() for rows in tables.values()) else of_scm


def _attachments(
    step: _Step, redactor: Redactor, lineages: LineageBuilder, of_scm: ScmLineageBuilder
) -> Iterator[tuple[str, str, object]]:
    """Yield kind, title and content of what a step leaves."""
    for exchange in step.exchanges:
        content = exchange_view.redacted(exchange, redactor)
        yield exchange_view.kind(exchange), exchange_view.title(exchange), content
    for lineage in lineages.of(step.exchanges):
        yield "zicm-lineage", f"lineage of {lineage['action']}", redactor.redact(lineage)
    for lineage in of_scm.of(step.exchanges):
        yield "zicm-lineage", f"lineage in {lineage['table']}", lineage
    if step.tables is not None:
        changes = {"systems": _table_changes(*step.tables, redactor)}
        yield "zicm-tables", "tables before and after", changes
    if step.entries:
        entries = [redactor.redact(_log_entry(entry, redactor)) for entry in step.entries]
        yield "zicm-log", "message log", {"entries": entries}
    if step.alerts is not None:
        alerts = [redactor.redact(alert._asdict()) for alert in step.alerts]
        yield "zicm-alerts", "alerts", {"alerts": alerts}
    for comparison in step.comparisons:
        what = escape_surrogates(redactor.redact(comparison.what))
        yield "zicm-comparison", what, _comparison(comparison, redactor)
    if step.explanation:
        yield "zicm-explanation", "why it failed", _explanation(step.explanation, redactor)


def _log_entry(entry: LogEntry, redactor: Redactor) -> dict[str, Any]:
    """Describe an entry of the message log.

    What a middleware of somebody else wrote into it may hold anything that it knows of a confidential agreement: of its
    properties only the names are kept, and none that is a confidential value; of its attachments the number, of a
    failed step that it failed.
    """
    errors = {system: list(error) for system, error in entry.system_errors.items()}
    written = {**asdict(entry), "system_errors": errors}
    del written["processing"]
    if details := entry.processing:
        steps, properties = [step._asdict() for step in details.steps], dict(details.properties)
        attachments = [*details.attachments]
        if redactor:
            steps = [step | {"error": WITHHELD if step["error"] else ""} for step in steps]
            properties = {WITHHELD if redactor.hides(name) else name: WITHHELD for name in properties}
            attachments = [WITHHELD] * len(attachments)
            written = redactor.redact_compared(written)
        written["processing"] = {"steps": steps, "properties": properties, "attachments": attachments}
    return written


def _table_changes(
    before: Mapping[str, Tables], after: Mapping[str, Tables], redactor: Redactor
) -> dict[str, dict[str, Any]]:
    """Describe what changed, by system and table.

    A line of SCM does not name its contract: where one is confidential, all rows of SCM are withheld.
    """

    def redacted(rows: Iterable[Row], system: str) -> list[Row]:
        if system == SCM and redactor:
            return [dict.fromkeys(row, WITHHELD) for row in rows]
        return [redactor.redact_row(row) for row in rows]

    def table_changes(system: str, name: str, old: list[Row], new: list[Row]) -> dict[str, Any]:
        found = diff(old, new, KEYS.get(name, ROW_KEY))
        return {
            "added": redacted(found.added, system),
            "removed": redacted(found.removed, system),
            "changed": [
                dict(zip(("before", "after"), redacted(change, system), strict=True)) for change in found.changed
            ],
            "unchanged": redacted(found.unchanged[:MAX_UNCHANGED], system),
            "not_shown": max(0, len(found.unchanged) - MAX_UNCHANGED),
        }

    return {
        system: {
            name: table_changes(system, name, before.get(system, {}).get(name, []), rows)
            for name, rows in tables.items()
        }
        for system, tables in after.items()
    }


def _agreements(context: ScenarioContext) -> Iterator[tuple[tuple[str, ...], object]]:
    """Iterate over the agreements of a scenario: their names, and what ICI holds of them now."""
    for code, draft in context.agreements.items():
        yield (code, draft.sys_id), [context.ici.detail(code), *draft.attributes.values()]


def _comparison(comparison: ComparisonRecord, redactor: Redactor) -> dict[str, Any]:
    """Describe a comparison, without the values of confidential agreements."""
    # Where nothing was expected and nothing seen, there is no value.
    withheld = redactor.mentions(comparison.what) and bool(comparison.expected or comparison.seen)
    content: dict[str, Any] = {
        "what": redactor.redact(comparison.what),
        "holds": comparison.holds,
        "withheld": withheld,
    }
    if comparison.system:
        content["system"] = comparison.system
    if withheld:
        return content
    about_public = redactor.is_about_public(comparison.what)
    sides = {"expected": comparison.expected, "seen": comparison.seen}
    return content | {
        name: redactor.redact_compared(exchange_view.compared_value(value), about_public=about_public)
        for name, value in sides.items()
    }


def _explanation(explanation: FailureReport, redactor: Redactor) -> dict[str, Any]:
    """Describe why a step failed, without the values of confidential agreements."""
    content = explanation.as_json()
    content["comparisons"] = [_without_values(one, redactor) for one in content["comparisons"]]
    for step in content["remaining_steps"]:
        step["comparisons"] = [_without_values(one, redactor) for one in step["comparisons"]]
    for origin in content["origins"]:
        if origin["source_value"] and redactor.hides(origin["source_value"].strip('"')):
            origin["source_value"] = None
        if redactor.hides([origin["sent"], [*origin["held"].values()]]):
            origin |= {"sent": None, "held": {}}
    for reason in content["reasons"]:
        if redactor.hides([reason["expected"], reason["seen"]]):
            reason |= {"expected": None, "seen": None}
    redacted: dict[str, Any] = redactor.redact(content)
    return redacted


def _without_values(comparison: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """Drop the fields of the rows of a failed comparison that belong to a confidential agreement."""
    about_all, about_public = redactor.mentions(comparison["what"]), redactor.is_about_public(comparison["what"])
    rows = [
        row | {"name": WITHHELD, "fields": ()}
        if about_all or redactor.hides([row["name"], row["fields"]], about_public=about_public)
        else row
        for row in comparison["rows"]
    ]
    return comparison | {"rows": rows}


def _step_error(error: BaseException | None, redactor: Redactor) -> StepError | None:
    """Describe an exception; one that may hold values of a confidential agreement by its subjects alone."""
    if error is None:
        return None
    kind, text = type(error).__name__, str(error)
    comparisons = [asdict(one) for one in error.comparisons] if isinstance(error, Mismatch) else []
    if redactor and (not comparisons or any(_without_values(one, redactor) != one for one in comparisons)):
        subjects = ", ".join(one["what"] for one in comparisons)
        text = f"{redactor.redact(subjects)} (what was seen is withheld: an agreement is confidential, SEC-2)".strip()
    return StepError(kind, escape_surrogates(text))
