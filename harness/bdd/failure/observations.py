"""What the edges of a scenario's landscape held when it failed, in words for people.

Of a confidential agreement no value gets out (SEC-2).
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from harness.bdd.context import ScenarioContext
from harness.bdd.failure.field_origins import Origin, Origins
from harness.bdd.mismatch import DIFFERS, Compared, Comparison, FieldDiff
from harness.confidentiality import is_confidential
from harness.environments.interfaces import NotSupported
from harness.specification.register import Decision, Register, Rule
from simulator.monitoring.message_log import Entry, Trouble

HIDDEN = "(confidential: not shown)"


class Seen(NamedTuple):
    """One event as the monitoring shows it."""

    event: str
    status: str

    systems: Mapping[str, str]
    """By system, what became of the message there."""

    errors: tuple[str, ...]
    """Each with the rule that was broken, the field, and what is wrong with it."""

    rules: Mapping[str, str]
    """The text that the register has for the rules of the errors, by id."""


class Edges:
    """What can be told of one scenario that has got as far as its When."""

    def __init__(self, context: ScenarioContext, register: Register) -> None:
        self._context = context
        self._by_id = register.by_id
        self._entries: list[Entry] = []
        with suppress(NotSupported):  # where there is no message log, the rest is told all the same
            self._entries = context.new_entries()
        self._origins = Origins(context, self._entries, register.mappings)
        self._secret = {
            name.casefold()
            for agreement in map(context.ici.agreement, context.agreements)
            if is_confidential(agreement)
            for name in (agreement.code, agreement.sys_id)
        }

    def calls(self) -> tuple[str, ...]:
        """What ICI received since the When."""
        return tuple(f"{request.method} {request.path}" for request in self._context.new_requests())

    def events(self) -> tuple[Seen, ...]:
        """What the monitoring shows since the When."""
        return tuple(self._seen(entry) for entry in self._entries)

    def origins(self, comparisons: Iterable[Comparison]) -> tuple[Origin, ...]:
        """The lines of the mapping sheet for the fields that an error names, then for those that differ."""
        return self._origins.of(comparisons)

    def shown(self, tags: Iterable[str]) -> tuple[str, ...]:
        """The rules and decisions among the tags, each with its text."""
        found = [self._by_id.get(tag) for tag in sorted(tags)]
        rules = [f"{one.id}: {one.text}" for one in found if isinstance(one, Rule)]
        return (*rules, *(f"{one.id}: {one.built}" for one in found if isinstance(one, Decision)))

    def without_secrets(self, comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
        """The comparisons; of what is confidential nothing but its name."""
        return tuple(replace(one, rows=tuple(self._hidden(row, one.what) for row in one.rows)) for one in comparisons)

    def _hidden(self, row: Compared, what: str) -> Compared:
        if not any(name in f"{what} {row.name}".casefold() for name in self._secret):
            return row
        if row.state != DIFFERS:
            return row._replace(name=f"{row.name} {HIDDEN}", fields=())
        pairs = (FieldDiff(one.field, one.expected and HIDDEN, one.seen and HIDDEN) for one in row.fields)
        return row._replace(fields=tuple(pairs))

    def _seen(self, entry: Entry) -> Seen:
        troubles: dict[Trouble, list[str]] = {}
        for system, trouble in entry.system_errors.items():
            if entry.systems[system] in ("refused", "waiting"):
                troubles.setdefault(trouble, []).append(system)
        if entry.error:
            troubles.setdefault(entry.error, [])
        return Seen(
            f"{entry.action} of {entry.contract_type} {entry.sys_id}"
            if entry.action
            else "an event that is kept blank",
            entry.status,
            entry.systems,
            tuple(_said(trouble, systems) for trouble, systems in troubles.items()),
            {one.id: self._by_id[one.id].headline for one in troubles if one.id in self._by_id},
        )


def _said(trouble: Trouble, systems: list[str]) -> str:
    where = f"{' and '.join(systems)}: " if systems else ""
    return f"{where}{trouble.id} {trouble.field and f'{trouble.field}: '}{trouble.message}"
