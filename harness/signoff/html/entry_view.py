"""Show an entry that a step added or changed: where each field came from, before, after, and what was expected."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from harness.bdd.vocabulary.scm import AGREEMENTS, CONTRACTS
from harness.evidence.run import Step
from harness.specification.register import MappedField, Register

_CODE = "ICMAGREEMENTCODE"


class FieldPair(NamedTuple):
    """One field before and after."""

    name: str
    left: str | None
    right: str | None

    @property
    def differs(self) -> bool:
        return self.left != self.right


class RowView(NamedTuple):
    """One row that was added, changed or removed."""

    what: str
    """added, changed or removed."""

    name: str
    fields: list[FieldPair]


class EntryField(NamedTuple):
    """One field of an entry; None where a side has none."""

    name: str
    label: str
    type: str
    row: str
    """The line of the mapping sheet; blank where CPI sent nothing for it."""

    source: str
    raw: str
    rule: str
    before: str | None
    after: str | None
    expected: str | None

    @property
    def differs(self) -> bool:
        return self.before != self.after

    @property
    def is_wrong(self) -> bool:
        return self.expected is not None and self.expected != self.after

    @property
    def is_number(self) -> bool:
        return self.type.startswith("DEC")


class EntryView(NamedTuple):
    """One entry of the contract table, or one row of SCM that the connector writes."""

    systems: str
    what: str
    """added, changed or removed."""

    name: str
    changed: list[EntryField]
    unchanged: list[EntryField]
    """The fields as before; of a new row of SCM those with their initial values."""


def entry_view(
    systems: str, row: RowView, sent: Mapping[str, Mapping[str, Any]], expected: Mapping[str, str]
) -> EntryView:
    """Join a row with the lineage of what was `sent` and with what was `expected`, both by field."""
    fields = [_field(pair, sent.get(pair.name, {}), expected) for pair in row.fields]
    shown = [one for one in fields if (one.differs and not _is_initial(one)) or one.is_wrong]
    return EntryView(systems, row.what, row.name, shown, [one for one in fields if one not in shown])


def sent_by_code(lineages: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return the lines of the lineages by agreement code and field; those alone that were sent."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for lineage in lineages:
        lines = {line["target"]: line for line in lineage["lines"] if line["value"] is not None}
        if code := lines.get(_CODE, {}).get("value"):
            found.setdefault(code, {}).update(lines)
    return found


def expected_by_code(steps: Sequence[Step], systems: str) -> dict[str, dict[str, str]]:
    """Return what later steps expect of an entry in one of some systems, by agreement code and field."""
    found: dict[str, dict[str, str]] = {}
    for comparison in (one for step in steps for one in step.of_kind("zicm-comparison")):
        if comparison.get("withheld") or comparison.get("system", systems) not in systems:
            continue
        for code, fields in _expected(comparison["what"], comparison["expected"]):
            found.setdefault(code, {}).update(fields)
    return found


INITIAL = frozenset({"", "0", "No", "1900-01-01T12:00:00Z"})
"""The values with which a field of a new row of SCM begins."""


def _is_initial(field: EntryField) -> bool:
    """Return True for a field of a new row of SCM that nobody has sent or expected a value of."""
    of_scm = field.name not in mapped_fields()
    return of_scm and field.before is None and not field.row and field.expected is None and field.after in INITIAL


def sent_to_scm(lineages: Iterable[Mapping[str, Any]], table: str, row: RowView) -> dict[str, Mapping[str, Any]]:
    """Return the lines of the lineages of the writes of one row of SCM, by field."""
    found: dict[str, Mapping[str, Any]] = {}
    for lineage in lineages:
        if lineage.get("table") == table and _fits(lineage["key"], row):
            found |= {line["target"]: line for line in lineage["lines"]}
    return found


def _fits(key: Mapping[str, str], row: RowView) -> bool:
    held = {pair.name: (pair.left, pair.right) for pair in row.fields}
    return all(value in held.get(name, ()) for name, value in key.items())


def expected_in_scm(steps: Sequence[Step], table: str, rows: Sequence[RowView]) -> list[dict[str, str]]:
    """Return what later steps expect of each of some rows of SCM, by field.

    A list of rows says nothing of which is which: each goes with the row that it agrees with most.
    """
    found: list[dict[str, str]] = [{} for _ in rows]
    held = [{pair.name: pair.right for pair in row.fields} for row in rows]
    for comparison in (one for step in steps for one in step.of_kind("zicm-comparison")):
        if comparison.get("withheld"):
            continue
        what, expected = comparison["what"], comparison["expected"]
        of_rows = (f"the rows of {table}", f"the bodies of POST {table}", f"the bodies of PATCH {table}")
        wanted = expected if what in of_rows and isinstance(expected, list) else []
        named = _NAMED.get(table)
        if named and what.startswith(named.words) and isinstance(expected, Mapping):
            wanted = [{named.field: what.removeprefix(named.words), **expected}]
        for one in (each for each in wanted if isinstance(each, Mapping) and rows):
            agreeing = [sum(row.get(name) == value for name, value in one.items()) for row in held]
            found[agreeing.index(max(agreeing))].update(one)
    return found


class _Named(NamedTuple):
    """A comparison of the fields of one row: its subject without the name, and the field that the name is of."""

    words: str
    field: str


_NAMED = {
    CONTRACTS: _Named("the contract in SCM ", "ContractId"),
    AGREEMENTS: _Named("the purchase agreement in SCM ", "PurchaseAgreementId"),
}


def dated(value: str, field_type: str) -> str:
    """Return a DATS also as 2026-12-31; blank for any other value."""
    is_day = field_type == "DATS" and len(value) == 8 and value.isdigit() and value != "0" * 8
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if is_day else ""


@cache
def mapped_fields() -> Mapping[str, MappedField]:
    """Return the lines of the mapping sheet by Z-field."""
    return {one.target: one for one in Register.load().mappings if one.target}


def _day(value: str, name: str) -> str:
    """Return the value of a Z-field as 2026-12-31 where it is a day; blank otherwise."""
    return dated(value, mapped_fields()[name].type) if name in mapped_fields() else ""


def _label(name: str) -> str:
    return mapped_fields()[name].label if name in mapped_fields() else ""


def _is_number(name: str) -> bool:
    return name in mapped_fields() and mapped_fields()[name].type.startswith("DEC")


FIELD_WORDS: Mapping[str, Callable[..., Any]] = {"day": _day, "label": _label, "is_number": _is_number}
"""Functions that the templates call to show a field."""


def _expected(what: str, expected: Any) -> Iterator[tuple[str, dict[str, str]]]:
    if what == "the new entries" and isinstance(expected, list):
        for row in expected:
            if isinstance(row, Mapping) and row.get(_CODE):
                yield row[_CODE], dict(row)
    elif what.startswith("the entry ") and isinstance(expected, Mapping):
        yield what.removeprefix("the entry "), dict(expected)
    elif what == "the fields that changed" and isinstance(expected, list):
        for change in expected:
            if isinstance(change, Mapping) and "after" in change:
                yield str(change["code"]), {str(change["field"]): str(change["after"])}


def _field(pair: FieldPair, line: Mapping[str, Any], expected: Mapping[str, str]) -> EntryField:
    mapped = mapped_fields().get(pair.name)
    return EntryField(
        name=pair.name,
        label=mapped.label if mapped else "",
        type=mapped.type if mapped else "",
        row=line.get("row", ""),
        source=line.get("source", ""),
        raw=line.get("raw", ""),
        rule=line.get("rule", ""),
        before=pair.left,
        after=pair.right,
        expected=expected.get(pair.name),
    )
