"""Compare with an earlier report: rows that are new, gone or changed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from simulator.reporting.parts import CODE, EBELN, SYSTEM, ReportColumn, ReportPart, ReportQuery, ReportRow

CHANGES = "changes"
"""The id of the part."""

NEW, GONE, CHANGED = "new", "gone", "changed"


class _Compared(NamedTuple):
    """A part that is compared: what identifies a row, and what may change in it."""

    key: tuple[str, ...]
    values: tuple[str, ...] = ()


_OUTLINE = ("system", "EBELN")
COMPARED_PARTS = {
    "hierarchy": _Compared(
        ("ICMAGREEMENTCODE", "SYSID"), ("ICMEXPIRYDATE", "ICMTOTALCONTRACTVALUE", "ICMCURRENCY", "state")
    ),
    "differences": _Compared((*_OUTLINE, "ICMAGREEMENTCODE", "field"), ("outline_agreement", "contract")),
    "accepted": _Compared((*_OUTLINE, "ICMAGREEMENTCODE", "field")),
    "missing": _Compared(("ICMAGREEMENTCODE", "PURCHASINGORG")),
    "masters": _Compared(("ICMAGREEMENTCODE", "finding"), ("value", "master_value")),
    "orphans": _Compared(_OUTLINE),
    "unknown_codes": _Compared((*_OUTLINE, "ZZICMAGREEMENT")),
    "wrong_types": _Compared((*_OUTLINE, "ICMAGREEMENTCODE")),
    "duplicates": _Compared((*_OUTLINE, "ICMAGREEMENTCODE")),
    "ended": _Compared((*_OUTLINE, "ICMAGREEMENTCODE")),
    "entries": _Compared(
        ("ICMAGREEMENTCODE", "SYSID", "finding", "field", "system", "other_system"), ("value", "other_value")
    ),
    "s4": _Compared(_OUTLINE, ("verdict", "obstacles")),
}
"""The parts that are compared with an earlier report; the hierarchy by its contracts."""

JsonRow = Mapping[str, object]

_CHANGES = ReportQuery(
    CHANGES,
    "Since the earlier report",
    "Rows of the other parts that are new, gone or changed since the earlier report.",
    (
        ReportColumn("change", "Change"), ReportColumn("part", "Part"), SYSTEM, EBELN, CODE,
        ReportColumn("about", "About"), ReportColumn("before", "Before"), ReportColumn("now", "Now"),
    ),
    "",
)  # fmt: skip


def compare(earlier: Mapping[str, Sequence[JsonRow]], now: Mapping[str, Sequence[JsonRow]]) -> ReportPart:
    """Compare the parts that both reports have; the rows of the hierarchy are contracts."""
    both = [name for name in COMPARED_PARTS if name in earlier and name in now]
    return ReportPart(_CHANGES, [row for name in both for row in _compare(name, earlier, now)])


def contracts_of_tree(nodes: Sequence[Mapping[str, object]]) -> Iterator[JsonRow]:
    """Yield the contracts of the hierarchy as JSON has it, those below masters too."""
    for node in nodes:
        yield node
        below = node.get("agreements", [])
        yield from contracts_of_tree(below if isinstance(below, list) else [])


def _compare(
    name: str, earlier: Mapping[str, Sequence[JsonRow]], now: Mapping[str, Sequence[JsonRow]]
) -> Iterator[ReportRow]:
    compared = COMPARED_PARTS[name]
    before, after = ({_texts(row, compared.key): row for row in rows[name]} for rows in (earlier, now))
    for key in sorted({*before, *after}):
        old, new = (" / ".join(_texts(rows[key], compared.values)) if key in rows else "" for rows in (before, after))
        if key in before and key in after:
            if old != new:
                yield _row(CHANGED, name, key, old, new)
        else:
            yield _row(NEW if key in after else GONE, name, key, old, new)


def _row(change: str, name: str, key: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    named = dict(zip(COMPARED_PARTS[name].key, key, strict=True))
    shown = [named.pop(column, "") for column in ("system", "EBELN", "ICMAGREEMENTCODE")]
    if name == "unknown_codes":
        shown[2] = named.pop("ZZICMAGREEMENT")
    return (change, name, *shown, " ".join(value for value in named.values() if value), old, new)


def _texts(row: JsonRow, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(row.get(column, "")) for column in columns)
