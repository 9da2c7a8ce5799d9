"""Add what the edges of the landscape held to a failure report, without confidential values (SEC-2)."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from harness.bdd.comparison import ID_COLUMNS
from harness.bdd.context import ScenarioContext
from harness.bdd.failure.field_origins import FieldOrigins
from harness.bdd.failure.report import FailureReport, LoggedEvent
from harness.bdd.mismatch import DIFFERS, Comparison, FieldDiff, RowDiff
from harness.confidentiality import HIDDEN, is_confidential
from harness.environments.interfaces import NotSupported
from harness.specification.register import Decision, Register, Rule
from simulator.icertis.rest import IcertisRequest
from simulator.monitoring.message_log import LogEntry, LoggedError


class Secrets:
    """Hides the values of confidential agreements."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names` are the codes and System IDs of the confidential agreements."""
        # PST48 does not stand in PST4800.
        self._names = [re.compile(rf"{re.escape(name)}(?![^\W_])", re.IGNORECASE) for name in names if name.strip()]

    def hide(self, row: RowDiff, what: str) -> RowDiff:
        """Hide what a row of a comparison of `what` holds of a confidential agreement; keep its name.

        The sides of a row may be about two agreements, as it is compared with the nearest one.
        """
        if row.state != DIFFERS:
            return replace(row, name=f"{row.name} {HIDDEN}", fields=()) if self._name_one(what, row.name) else row
        ids = [diff for diff in row.fields if diff.field in ID_COLUMNS]
        of_both = self._name_one(what) or (self._name_one(row.name) and row.name not in [diff.expected for diff in ids])
        hides_expected = of_both or self._name_one(*(diff.expected for diff in ids))
        hides_seen = of_both or self._name_one(*(diff.seen for diff in ids))
        diffs = (
            FieldDiff(
                diff.field,
                diff.expected and HIDDEN if hides_expected else diff.expected,
                diff.seen and HIDDEN if hides_seen else diff.seen,
            )
            for diff in row.fields
        )
        return replace(row, fields=tuple(diffs))

    def _name_one(self, *texts: str | None) -> bool:
        return any(name.search(text or "") for name in self._names for text in texts)


class Observations:
    """The observations of one scenario: since its When, or of everything where it failed before."""

    def __init__(self, context: ScenarioContext, register: Register) -> None:
        self._context = context
        self._register = register
        self._by_id = register.by_id
        self._entries: list[LogEntry] = []
        with suppress(NotSupported):  # without a message log, report the rest
            self._entries = context.redacted(context.new_entries() if context.has_acted else context.cpi.entries())
        self._secrets = Secrets(
            name
            for agreement in context.held_agreements()
            if is_confidential(agreement)
            for name in (agreement.code, agreement.sys_id)
        )

    @property
    def troubles(self) -> list[LoggedError]:
        """The errors of these events, as the message log shows them."""
        return [
            trouble
            for entry in self._entries
            for trouble in (entry.error, *entry.system_errors.values())
            if trouble is not None
        ]

    def add_to(self, report: FailureReport, calls_state: str, tags: Iterable[str]) -> FailureReport:
        """Complete a report; `tags` are those of the scenario."""
        origins = FieldOrigins(self._context, self._entries, self._register.mappings)
        set_up = self._context.redacted(self._context.before.entries) if self._context.has_acted else []
        remaining = (
            replace(step, comparisons=self._without_secrets(step.comparisons)) for step in report.remaining_steps
        )
        report = replace(
            report, comparisons=self._without_secrets(report.comparisons), remaining_steps=tuple(remaining)
        )
        return replace(
            report,
            calls=tuple(f"{request.method} {request.path}" for request in self._requests()),
            calls_state=calls_state,
            events=tuple(self._event(entry) for entry in self._entries),
            set_up_events=tuple(map(self._event, set_up)),
            origins=origins.of(report.all_comparisons),
            rules=self._rules(tags),
        )

    def _requests(self) -> list[IcertisRequest]:
        return self._context.new_requests() if self._context.has_acted else self._context.ici.requests()

    def _rules(self, tags: Iterable[str]) -> tuple[str, ...]:
        entries = [self._by_id.get(tag) for tag in sorted(tags)]
        rules = [f"{entry.id}: {entry.text}" for entry in entries if isinstance(entry, Rule)]
        return (*rules, *(f"{entry.id}: {entry.built}" for entry in entries if isinstance(entry, Decision)))

    def _without_secrets(self, comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
        return tuple(
            replace(one, rows=tuple(self._secrets.hide(row, one.what) for row in one.rows)) for one in comparisons
        )

    def _event(self, entry: LogEntry) -> LoggedEvent:
        troubles: dict[LoggedError, list[str]] = {}
        for system, trouble in entry.system_errors.items():
            if entry.systems[system] in ("refused", "waiting"):
                troubles.setdefault(trouble, []).append(system)
        if entry.error:
            troubles.setdefault(entry.error, [])
        return LoggedEvent(
            f"{entry.action} of {entry.contract_type} {entry.sys_id}"
            if entry.action
            else "an event that is kept blank",
            entry.status,
            entry.systems,
            tuple(_error(trouble, systems) for trouble, systems in troubles.items()),
            {one.id: self._by_id[one.id].headline for one in troubles if one.id in self._by_id},
        )


def _error(trouble: LoggedError, systems: list[str]) -> str:
    where = f"{' and '.join(systems)}: " if systems else ""
    return f"{where}{trouble.id} {trouble.field and f'{trouble.field}: '}{trouble.message}"
