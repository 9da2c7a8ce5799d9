"""Say of one value in the tables where it comes from, by which rule, and how else the rule could be read."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from harness.console.picture import Picture, SystemValue
from harness.console.scm_tables import SHEETS
from harness.doubles.taps import Call, Exchange, ODataCall, WebhookPost
from harness.evidence.lineage import LineageBuilder
from harness.evidence.redaction import Redactor
from harness.evidence.scm_lineage import ScmLineageBuilder, rule_in_words
from harness.signoff.html.entry_view import FieldPair, RowView, mapped_fields, sent_to_scm
from harness.specification.register import Decision, Register
from simulator.icertis.rest import CALL_1_PATH
from simulator.settings import Settings

_DECISION = re.compile(r"\bD-\d+\b")


class Origin(NamedTuple):
    """The origin of one value."""

    row: str
    """The line of the mapping sheet, or of the connector's."""

    target: str
    label: str
    """The field in words, and its type; both blank for a field of SCM."""

    type: str
    source: str
    """PART:FIELD of the event that brought the value; of the sheet, where that event is no longer kept."""

    raw: str
    """The value as ICI answered it; blank where that is no longer kept."""

    action: str
    rule: str
    values: list[tuple[str, SystemValue]]
    """Each with its system."""

    decisions: list[Decision]


class TracedValue(NamedTuple):
    """The value whose origin is asked for: the code of the entry, or the name of the row of SCM, and the field."""

    code: str
    name: str


def origin(
    asked: TracedValue, picture: Picture, new_builder: Callable[[], LineageBuilder], kept: list[Exchange]
) -> Origin | None:
    """Return the origin of a value; None for a field or entry that the picture does not show.

    `new_builder` derives lineages from the exchanges that are `kept`.
    """
    code, name = asked
    entry = next((one for one in picture.entries if one.code == code), None)
    mapped = mapped_fields().get(name)
    if entry is None or mapped is None:
        return None
    cells = next(line.cells for line in entry.fields if line.name == name)
    values = [*zip(picture.systems, cells, strict=True)]
    source, raw, action = mapped.source, "", ""
    if found := _last_lineage(asked, new_builder, kept):
        line, action = found
        source, raw = line["source"], line["raw"]
    named = {*_DECISION.findall(mapped.rule)}
    decisions = [one for one in Register.load().decisions if one.id in named or mapped.id in one.binds]
    field = mapped.id, mapped.target, mapped.label, mapped.type
    return Origin(*field, source, raw, action, mapped.rule, values, decisions)


def scm_origin(
    asked: TracedValue, picture: Picture, settings: Settings, kept: list[Exchange], sys_id: str
) -> Origin | None:
    """Return the origin of a value in SCM, of the contract with a System ID; None for a field that is not mapped.

    A value that users of SCM have changed since has no raw value.
    """
    entry = next((one for one in picture.entries if one.code == asked.code), None)
    if entry is None or (row := SHEETS[entry.table].get(asked.name)) is None:
        return None
    own = [one for one in kept if isinstance(one.request, ODataCall) or _reads(one.request, sys_id)]
    fields = [FieldPair(line.name, line.cells[0].before, line.cells[0].now) for line in entry.fields]
    lineages = ScmLineageBuilder(Redactor(own), settings).of(own)
    line = sent_to_scm(lineages, entry.table, RowView("", entry.code, fields)).get(asked.name, {})
    cells = next(one.cells for one in entry.fields if one.name == asked.name)
    raw = line["raw"] if line and line["value"] == cells[0].now else ""
    values = [*zip(picture.systems, cells, strict=True)]
    return Origin(row.id, row.target, "", "", row.source, raw, "", rule_in_words(row), values, [])


def _reads(request: object, sys_id: str) -> bool:
    call = CALL_1_PATH.fullmatch(request.path) if isinstance(request, Call) else None
    return call is not None and unquote(call["id"]).lower() == sys_id.lower()


def _last_lineage(
    asked: TracedValue, new_builder: Callable[[], LineageBuilder], kept: list[Exchange]
) -> tuple[dict[str, Any], str] | None:
    """Return the line of the last event that brought the value, and its action.

    The builder leaves out what it has seen before, so each event is asked for with what came after it alone.
    """
    for first in range(len(kept) - 1, -1, -1):
        if isinstance(kept[first].request, WebhookPost):
            for lineage in reversed(new_builder().of(kept[first:])):
                lines = {line["target"]: line for line in lineage["lines"] if line["value"] is not None}
                if asked.name in lines and lines.get("ICMAGREEMENTCODE", {}).get("value") == asked.code:
                    return lines[asked.name], lineage["action"]
    return None
