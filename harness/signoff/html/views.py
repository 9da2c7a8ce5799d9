"""Shape the evidence of scenarios and steps for the page."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple

from harness.bdd.context import TRACES
from harness.bdd.table_diff import CONTRACT, group_by_system, row_name
from harness.bdd.vocabulary.scm import KEYS
from harness.evidence.exchange_view import receivers
from harness.evidence.run import ScenarioEvidence, Step
from harness.signoff.html import summary
from harness.signoff.html.entry_view import (
    INITIAL,
    EntryView,
    FieldPair,
    RowView,
    entry_view,
    expected_by_code,
    expected_in_scm,
    sent_by_code,
    sent_to_scm,
)
from harness.signoff.html.sequence_diagram import Diagram, action, diagram
from harness.signoff.html.summary import WRITTEN

_SEEN = "Seen"
"""The column of what is seen, where it is of no system."""

_LONG = 8
"""Rows of a table from which on it is folded."""

RESULTS = {"PASSED": "passed", "SKIPPED": "skipped"}


class ExchangeView(NamedTuple):
    """One exchange, folded until opened."""

    id: str
    title: str
    request: str
    answer: str


class TableChangeView(NamedTuple):
    """One table, of all systems in which it changed alike."""

    systems: str
    name: str
    changes: list[RowView]
    unchanged: list[str]


class FieldBySystem(NamedTuple):
    """One field: what was expected, and what was seen in each column."""

    name: str
    expected: str | None
    seen: list[str | None]

    @property
    def differs(self) -> bool:
        return any(one != self.expected for one in self.seen)


class ComparisonView(NamedTuple):
    """Expected beside what was seen, system by system."""

    what: str
    times: int
    holds: bool
    withheld: bool
    columns: list[str]
    """The systems, or Seen."""

    tables: list[list[FieldBySystem]]


class StepView:
    """One step on the page."""

    def __init__(self, id_: str, step: Step, phase: str, later: Sequence[Step] = ()) -> None:
        """`later` are the steps of the scenario after it."""
        self.id = id_
        self.step = step
        self.phase = phase
        self._later = later

    @property
    def result(self) -> str:
        return RESULTS.get(self.step.status, "failed")

    @property
    def has_evidence(self) -> bool:
        """True where its evidence is shown; a Given has one line unless it failed."""
        return bool(self.step.attachments) and (self.phase != "Given" or self.result == "failed")

    @property
    def brief(self) -> str:
        """The effects of a Given on one line; blank where nothing went over the edges."""
        return "; ".join(summary.effects([self.step])) if self.phase == "Given" and self._raw_exchanges else ""

    @cached_property
    def exchanges(self) -> list[ExchangeView]:
        """The exchanges, once for systems that got and answered the same."""
        return [
            ExchangeView(
                f"{self.id}-x{number}", _title(equal), _pretty(equal[0]["request"]), _pretty(equal[0]["answer"])
            )
            for number, equal in enumerate(self._equal_exchanges, 1)
        ]

    @cached_property
    def diagram(self) -> Diagram | None:
        if not self._raw_exchanges:
            return None
        ids = {_content(equal[0]): view.id for equal, view in zip(self._equal_exchanges, self.exchanges, strict=True)}
        return diagram(self._raw_exchanges, self.entries, [ids[_content(one)] for one in self._raw_exchanges])

    @property
    def long_table(self) -> str:
        """The name of its table where that is long: it is folded; blank for another."""
        rows = len(self.step.table or ())
        return f"{rows} {'terms' if self.phase == 'Given' else 'lines'}" if rows >= _LONG else ""

    @property
    def shows_table(self) -> bool:
        """False where its comparisons show everything that the table of a Then expects."""
        is_compared = self.phase == "Then" and any(one.tables for one in self.comparisons)
        return bool(self.step.table) and not is_compared

    @cached_property
    def entries_changed(self) -> list[EntryView]:
        """The entries of the contract table, and the rows of SCM, that were added, changed or removed."""
        sent = sent_by_code(one for one in self.lineages if "table" not in one)
        shown = []
        for table in self.tables:
            if table.name == CONTRACT:
                expected = expected_by_code(self._later, table.systems)
                shown += [
                    entry_view(table.systems, row, sent.get(row.name, {}), expected.get(row.name, {}))
                    for row in table.changes
                ]
            elif table.name in WRITTEN:
                by_row = expected_in_scm(self._later, table.name, table.changes)
                shown += [
                    entry_view(table.systems, row, sent_to_scm(self.lineages, table.name, row), expected)
                    for row, expected in zip(table.changes, by_row, strict=True)
                ]
        return shown

    @property
    def other_tables(self) -> list[TableChangeView]:
        """The tables whose rows are not among `entries_changed`; of SCM those that changed, with what they hold."""
        of_ecc = [one for one in self.tables if one.name not in KEYS and (one.name != CONTRACT or not one.changes)]
        of_scm = [one for one in self.tables if one.name in KEYS and one.name not in WRITTEN and one.changes]
        return [*of_ecc, *map(_without_initial_columns, of_scm)]

    @property
    def is_scm_unchanged(self) -> bool:
        of_scm = [one for one in self.tables if one.name in KEYS]
        return bool(of_scm) and not any(one.changes for one in of_scm)

    @property
    def is_open(self) -> bool:
        """True where its evidence is open at first: what happened, what failed, what is left."""
        looks_for_traces = any(one.what == TRACES for one in self.comparisons)
        return self.phase == "When" or self.result == "failed" or looks_for_traces

    @property
    def is_told_first(self) -> bool:
        """True for a When, whose diagram and changes stand above the steps."""
        return self.phase == "When" and bool(self._raw_exchanges or self.tables)

    @property
    def lineages(self) -> list[Mapping[str, Any]]:
        return self.step.of_kind("zicm-lineage")

    @property
    def entries(self) -> list[Mapping[str, Any]]:
        return [entry for log in self.step.of_kind("zicm-log") for entry in log["entries"]]

    @property
    def alerts(self) -> list[Mapping[str, Any]]:
        return [alert for one in self.step.of_kind("zicm-alerts") for alert in one["alerts"]]

    @cached_property
    def tables(self) -> list[TableChangeView]:
        return [table for content in self.step.of_kind("zicm-tables") for table in _tables(content["systems"])]

    @cached_property
    def comparisons(self) -> list[ComparisonView]:
        return [_comparison(group) for group in _by_subject(self.step.of_kind("zicm-comparison"))]

    @property
    def on_paper(self) -> str:
        """The result of a Then on one line for paper, where its tables are left out; blank where they are not."""
        if self.phase != "Then" or self.result != "passed" or self.shows_table:
            return ""
        compared = [one.columns for one in self.comparisons if one.tables and one.holds]
        where = dict.fromkeys("" if one == [_SEEN] else f" in {' and '.join(one)}" for one in compared)
        return "; ".join(f"as expected{one}" for one in where)

    @property
    def explanation(self) -> Mapping[str, Any] | None:
        return next(iter(self.step.of_kind("zicm-explanation")), None)

    @cached_property
    def _raw_exchanges(self) -> list[Mapping[str, Any]]:
        found = [one for kind in ("event", "call", "message", "odata") for one in self.step.of_kind(f"zicm-{kind}")]
        return sorted(found, key=lambda one: int(one["began"]))

    @cached_property
    def _equal_exchanges(self) -> list[list[Mapping[str, Any]]]:
        return group_by_system(self._raw_exchanges, _content)


@dataclass
class ScenarioView:
    """One scenario on the page."""

    evidence: ScenarioEvidence
    id: str
    """Short, as the page repeats it thousands of times."""

    judged: str = ""
    """The result by the verdict of a run that has one; otherwise blank."""

    @property
    def result(self) -> str:
        return self.judged or RESULTS.get(self.evidence.status, "failed")

    @property
    def milliseconds(self) -> int:
        return sum(step.nanos for step in self.evidence.steps) // 1_000_000

    @cached_property
    def traits(self) -> summary.Traits:
        return summary.traits(self.evidence)

    @cached_property
    def seen(self) -> list[str]:
        return summary.seen(self.evidence)

    def steps_unlike(self, first: "ScenarioView") -> list[tuple[int, StepView]]:
        """List the steps that differ from those of another row of the outline, with their numbers."""

        def content(view: StepView) -> tuple[object, ...]:
            return view.step.text, view.step.table, view.step.doc_string

        pairs = zip(self.steps, first.steps, strict=True)
        return [(number, own) for number, (own, other) in enumerate(pairs, 1) if content(own) != content(other)]

    @cached_property
    def steps(self) -> list[StepView]:
        phases = summary.phases(self.evidence.steps)
        steps = self.evidence.steps
        pairs = zip(steps, phases, strict=True)
        return [
            StepView(f"{self.id}-{number}", step, phase, steps[number:])
            for number, (step, phase) in enumerate(pairs, 1)
        ]


def _content(exchange: Mapping[str, Any]) -> str:
    """Return what equal exchanges share: all but the time, and the receiver of a message."""
    receiver = "" if "fields" in exchange["request"] else exchange["to"]
    return json.dumps([exchange["from"], receiver, exchange["request"], exchange["answer"]])


def _title(equal: Sequence[Mapping[str, Any]]) -> str:
    exchange, request = equal[0], equal[0]["request"]
    what = f"{request['method']} {request['path']}" if "path" in request else action(request) or "event"
    if "resource" in request:
        what = f"{request['method']} {request['resource']}"
    elif "fields" in request:
        what = "Z_MM_ICMCONTRACT_UPSERT"
    return f"{exchange['from']} → {receivers(equal)}: {what}"


def _pretty(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False)


def _tables(systems: Mapping[str, Any]) -> Iterator[TableChangeView]:
    """Yield each table, once for systems in which it changed alike."""
    for name in next(iter(systems.values()), {}):
        changes_by_system = [(system, tables[name]) for system, tables in systems.items()]
        for group in group_by_system(changes_by_system, lambda item: item[1]):
            changes = group[0][1]
            unchanged = [row_name(name, row) for row in changes["unchanged"]]
            if changes.get("not_shown"):
                unchanged.append(f"and {changes['not_shown']} more")
            yield TableChangeView(
                " and ".join(system for system, _ in group), name, list(_row_views(name, changes)), unchanged
            )


def _row_views(table: str, changes: Mapping[str, Any]) -> Iterator[RowView]:
    for row in changes["added"]:
        yield RowView("added", row_name(table, row), [FieldPair(name, None, value) for name, value in row.items()])
    for one in changes["changed"]:
        fields = [FieldPair(name, one["before"].get(name), value) for name, value in one["after"].items()]
        yield RowView("changed", row_name(table, one["after"]), fields)
    for row in changes["removed"]:
        yield RowView("removed", row_name(table, row), [FieldPair(name, value, None) for name, value in row.items()])


def _without_initial_columns(table: TableChangeView) -> TableChangeView:
    columns = zip(*(row.fields for row in table.changes), strict=True)
    kept = [
        any(not {cell.left, cell.right} <= {None, *INITIAL} or cell.name in KEYS[table.name] for cell in cells)
        for cells in columns
    ]
    return table._replace(
        changes=[row._replace(fields=[*compress(row.fields, kept)]) for row in table.changes],
    )


def _by_subject(comparisons: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Group what was compared with the same; a system stands twice in a group only with the same result."""
    groups: list[list[Mapping[str, Any]]] = []
    for one in comparisons:
        for group in groups:
            alike = group[0]["what"] == one["what"] and group[0].get("expected") == one.get("expected")
            if alike and all(other == one for other in group if other.get("system") == one.get("system")):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _comparison(group: Sequence[Mapping[str, Any]]) -> ComparisonView:
    by_column = {str(one.get("system") or _SEEN): one for one in group}
    holds = all(one["holds"] for one in group)
    withheld = any(one.get("withheld") for one in group)
    tables: list[list[FieldBySystem]] = []
    if not withheld:
        expected, *seen = [
            _tabular(value) for value in (group[0]["expected"], *(one["seen"] for one in by_column.values()))
        ]
        for number in range(max(map(len, (expected, *seen)))):
            left, *right = [side[number] if number < len(side) else {} for side in (expected, *seen)]
            names = dict.fromkeys(name for row in (left, *right) for name in row)
            tables.append([FieldBySystem(name, left.get(name), [row.get(name) for row in right]) for name in names])
    return ComparisonView(group[0]["what"], len(group) // len(by_column), holds, withheld, list(by_column), tables)


def _change(one: Mapping[str, Any]) -> str:
    return f"{one['before'] or 'blank'} → {one['after'] or 'blank'}"


def _tabular(value: object) -> list[dict[str, str]]:
    """Return rows of fields; a value that has none is a row with one field that has no name."""
    if isinstance(value, Mapping):
        return [{str(name): _plain(held) for name, held in value.items()}]
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        if all({"field", "before", "after"} <= one.keys() for one in value):
            return [{f"{one.get('code', '')} {one['field']}".strip(): _change(one) for one in value}]
        return [{str(name): _plain(held) for name, held in one.items()} for one in value]
    return [{"": _plain(value)}]


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return (
            "\n".join(", ".join(map(str, one)) if isinstance(one, list) else _plain(one) for one in value) or "nothing"
        )
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {held}" for name, held in value.items())
    return str(value)
