"""Trace the values of Z-fields to ICI, by the mapping sheet of the register."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.bdd.context import ScenarioContext
from harness.bdd.failure.report import FieldOrigin
from harness.bdd.mismatch import DIFFERS, NOT_EXPECTED, NOT_SEEN, Comparison
from harness.bdd.table_diff import CONTRACT, PURCHORG
from harness.confidentiality import is_confidential
from harness.specification.register import MappedField
from harness.text import json_preview
from simulator.icertis.agreement import Agreement
from simulator.monitoring.message_log import LogEntry, LoggedError

ORGANISATIONS = "ICMPURCHASINGORGCODE"
"""The field whose values become the rows of organisations."""

_KEY_ERRORS = frozenset({"D-07"})
"""The errors about an entry that is not found: its key is at fault."""


def fields_at_fault(trouble: LoggedError) -> tuple[str, ...]:
    """List the fields that an error is about."""
    if trouble.field:
        return (trouble.field,)
    return ("SYSID", "ICMAGREEMENTCODE") if trouble.id in _KEY_ERRORS else ()


def is_of_organisations(comparison: Comparison) -> bool:
    """Return True where rows of organisations were compared."""
    return comparison.what == PURCHORG or "organisations" in comparison.what


class FieldOrigins:
    """Finds the origins in one scenario."""

    def __init__(self, context: ScenarioContext, entries: Sequence[LogEntry], mappings: Sequence[MappedField]) -> None:
        """`entries` are those of the message log that the report is about."""
        self._context = context
        self._entries = entries
        self._mappings = mappings

    def of(self, comparisons: Iterable[Comparison]) -> tuple[FieldOrigin, ...]:
        """Find the origins of the fields that an error names, then of those that differ, then of rows."""
        code_by_field = dict.fromkeys(self._fields_at_fault(), "")
        compared = [*comparisons]
        for row in (row for comparison in compared for row in comparison.rows if row.state == DIFFERS):
            for diff in row.fields:
                code_by_field.setdefault(diff.field, row.name)
        if any(
            row.state in (NOT_SEEN, NOT_EXPECTED) for one in filter(is_of_organisations, compared) for row in one.rows
        ):
            code_by_field.setdefault(ORGANISATIONS, "")
        found = {
            mapped.id: self._origin(mapped, code)
            for field, code in code_by_field.items()
            for mapped in self._mappings
            if field and field in (mapped.target, *_fields_in_ici(mapped))
        }
        return tuple(found.values())

    def _fields_at_fault(self) -> Iterator[str]:
        for entry in self._entries:
            for trouble in (entry.error, *entry.system_errors.values()):
                if trouble:
                    yield from fields_at_fault(trouble)

    def _origin(self, mapped: MappedField, code: str) -> FieldOrigin:
        event = self._last_event(code)
        source = mapped.instead.get(event.action, mapped.source) if event else mapped.source
        value = self._source_value(event, source) if event else None
        agreement = self._agreement(event) if event else None
        if agreement is None or is_confidential(agreement):
            return FieldOrigin(mapped.target, mapped.id, source, value, mapped.rule)
        key = code or (agreement.parent or agreement).code
        return FieldOrigin(
            mapped.target, mapped.id, source, value, mapped.rule, self._sent(mapped, key), self._held(mapped, key)
        )

    def _sent(self, mapped: MappedField, code: str) -> str | None:
        """Find the value in the last message for an entry."""
        of_entry = [one.fields for one in self._context.sent_messages() if _is_of(one.fields, code)]
        return of_entry[-1].get(mapped.target, "(not in the message)") if of_entry else None

    def _held(self, mapped: MappedField, code: str) -> dict[str, str]:
        return {
            system: row[mapped.target]
            for system, tables in self._context.tables().items()
            for row in tables[CONTRACT]
            if _is_of(row, code)
        }

    def _last_event(self, code: str) -> LogEntry | None:
        """Find the last event about the agreement of this code or about its amendment; for a blank code, of all."""
        for entry in reversed(self._entries):
            agreement = self._agreement(entry)
            if agreement and code in ("", agreement.code, agreement.parent and agreement.parent.code):
                return entry
        return None

    def _agreement(self, entry: LogEntry) -> Agreement | None:
        codes = (code for code, draft in self._context.agreements.items() if draft.sys_id == entry.sys_id)
        return next(map(self._context.ici.agreement, codes), None)

    def _source_value(self, entry: LogEntry, source: str) -> str | None:
        part, _, path = source.partition(":")
        agreement: Agreement | None = self._agreement(entry)
        if part == "event":
            fields = {"source": entry.source, "ContractTypeName": entry.contract_type, "SysId": entry.sys_id}
            return json_preview(fields[path])
        if part == "master" and agreement:
            if not agreement.masters:
                return "no master"
            agreement = agreement.masters[0]
        if agreement is None or is_confidential(agreement):
            return None
        answer = {"ContractTypeName": agreement.kind.name, **self._context.ici.detail(agreement.code)}
        return json_preview(answer.get(_field(source)))


def _is_of(fields: Mapping[str, str], code: str) -> bool:
    return fields.get("ICMAGREEMENTCODE", "").casefold() == code.casefold()


def _fields_in_ici(mapped: MappedField) -> list[str]:
    return [_field(source) for source in (mapped.source, *mapped.instead.values())]


def _field(source: str) -> str:
    """Take the field out of PART:FIELD or PART:FIELD/NAME; blank for a blank source."""
    return source.partition(":")[2].partition("/")[0]
