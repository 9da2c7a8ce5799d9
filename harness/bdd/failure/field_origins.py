"""Where the values of Z-fields come from, as the mapping sheet of the register says it, and what ICI holds there."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from harness.bdd.context import ScenarioContext
from harness.bdd.mismatch import DIFFERS, Comparison
from harness.confidentiality import is_confidential
from harness.specification.register import MappedField
from harness.text import json_preview
from simulator.icertis.agreement import Agreement
from simulator.monitoring.message_log import Entry


class Origin(NamedTuple):
    """One field."""

    field: str

    id: str
    """Of its line in the mapping sheet."""

    source: str

    held: str | None
    """What ICI holds there, as JSON; None where that is not known, or not to be told (SEC-2)."""

    rule: str


class Origins:
    """The origins in one scenario that has got as far as its When."""

    def __init__(self, context: ScenarioContext, entries: Sequence[Entry], mappings: Sequence[MappedField]) -> None:
        """`entries` are what the monitoring shows since the When."""
        self._context = context
        self._entries = entries
        self._mappings = mappings

    def of(self, comparisons: Iterable[Comparison]) -> tuple[Origin, ...]:
        """The origins of the fields that an error names, then of those that differ."""
        troubles = (trouble for entry in self._entries for trouble in (entry.error, *entry.system_errors.values()))
        wanted = {trouble.field: "" for trouble in troubles if trouble and trouble.field}
        for row in (row for one in comparisons for row in one.rows if row.state == DIFFERS):
            for pair in row.fields:
                wanted.setdefault(pair.field, row.name)
        found = {
            mapped.id: self._origin(mapped, entry)
            for name, entry in wanted.items()
            for mapped in self._mappings
            if name and name in (mapped.target, *_fields_in_ici(mapped))
        }
        return tuple(found.values())

    def _origin(self, mapped: MappedField, code: str) -> Origin:
        about = self._about(code)
        source = mapped.instead.get(about.action, mapped.source) if about else mapped.source
        return Origin(mapped.target, mapped.id, source, self._held(about, source) if about else None, mapped.rule)

    def _about(self, code: str) -> Entry | None:
        """The last event that was about the entry of this code; the last of all where the code is blank."""
        for entry in reversed(self._entries):
            agreement = self._agreement(entry)
            if agreement and code in ("", agreement.code, agreement.parent and agreement.parent.code):
                return entry
        return None

    def _agreement(self, entry: Entry) -> Agreement | None:
        codes = (code for code, drawn_up in self._context.agreements.items() if drawn_up.sys_id == entry.sys_id)
        return next(map(self._context.ici.agreement, codes), None)

    def _held(self, entry: Entry, source: str) -> str | None:
        part, _, path = source.partition(":")
        agreement: Agreement | None = self._agreement(entry)
        if part == "event":
            return json_preview(
                {"source": entry.source, "ContractTypeName": entry.contract_type, "SysId": entry.sys_id}[path]
            )
        if part == "master" and agreement:
            if not agreement.masters:
                return "no master"
            agreement = agreement.masters[0]
        if agreement is None or is_confidential(agreement):
            return None
        fields = {"ContractTypeName": agreement.kind.name, **self._context.ici.detail(agreement.code)}
        return json_preview(fields.get(_field(source)))


def _fields_in_ici(mapped: MappedField) -> list[str]:
    return [_field(source) for source in (mapped.source, *mapped.instead.values())]


def _field(source: str) -> str:
    """The field of a source, which is written PART:FIELD or PART:FIELD/NAME; blank for a blank one."""
    return source.partition(":")[2].partition("/")[0]
