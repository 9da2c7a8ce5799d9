"""Say of one value in the tables where it comes from, by which rule, and how else the rule could be read."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from harness.console.picture import Picture, SystemValue
from harness.doubles.taps import Exchange, WebhookPost
from harness.evidence.lineage import LineageBuilder
from harness.signoff.html.entry_view import mapped_fields
from harness.specification.register import Decision, MappedField, Register

_DECISION = re.compile(r"\bD-\d+\b")


class Origin(NamedTuple):
    """The origin of one value."""

    mapped: MappedField
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
    """The value whose origin is asked for: agreement code and Z-field."""

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
    source, raw, action, rule = mapped.source, "", "", mapped.rule
    if found := _last_lineage(asked, new_builder, kept):
        line, action = found
        source, raw = line["source"], line["raw"]
    named = {*_DECISION.findall(mapped.rule)}
    decisions = [one for one in Register.load().decisions if one.id in named or mapped.id in one.binds]
    return Origin(mapped=mapped, source=source, raw=raw, action=action, rule=rule, values=values, decisions=decisions)


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
