"""What the page shows of scenarios and steps: the evidence, put into the shape in which it is looked at."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from harness.evidence.run import ScenarioEvidence, Step
from harness.signoff.html import summary
from harness.signoff.html.sequence_diagram import Diagram, action, diagram

RESULTS = {"PASSED": "passed", "SKIPPED": "skipped"}


class Exchange(NamedTuple):
    """One exchange, to be opened."""

    id: str
    title: str
    request: str
    answer: str


class FieldPair(NamedTuple):
    """One field before and after, or expected and seen."""

    name: str
    left: str | None
    right: str | None

    @property
    def differs(self) -> bool:
        return self.left != self.right


class Written(NamedTuple):
    """What was done to one row of a table."""

    what: str
    """added, changed or removed."""

    name: str
    fields: list[FieldPair]


class Table(NamedTuple):
    """One table of systems that hold the same."""

    systems: str
    name: str
    written: list[Written]
    unchanged: list[str]


class Look(NamedTuple):
    """Expected beside seen."""

    what: str
    times: int
    holds: bool
    withheld: bool
    rows: list[list[FieldPair]]


class StepView:
    """One step on the page."""

    def __init__(self, id_: str, step: Step, phase: str) -> None:
        self.id = id_
        self.step = step
        self.phase = phase

    @property
    def result(self) -> str:
        return RESULTS.get(self.step.status, "failed")

    @property
    def has_evidence(self) -> bool:
        """Whether its evidence is shown: of what led up to the When a line is enough, unless it failed."""
        return bool(self.step.attachments) and (self.phase != "Given" or self.result == "failed")

    @property
    def brief(self) -> str:
        """What a Given came to, on one line; blank where nothing went over the edges."""
        return "; ".join(summary.came_to([self.step])) if self.phase == "Given" and self._exchanged else ""

    @cached_property
    def exchanges(self) -> list[Exchange]:
        """What went over the edges; once, where several systems got the same and answered the same."""
        return [
            Exchange(f"{self.id}-x{number}", _title(alike), _pretty(alike[0]["request"]), _pretty(alike[0]["answer"]))
            for number, alike in enumerate(self._alike.values(), 1)
        ]

    @cached_property
    def diagram(self) -> Diagram | None:
        if not self._exchanged:
            return None
        ids = dict(zip(self._alike, (one.id for one in self.exchanges), strict=True))
        return diagram(self._exchanged, self.entries, [ids[_content(one)] for one in self._exchanged])

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
    def tables(self) -> list[Table]:
        return [table for content in self.step.of_kind("zicm-tables") for table in _tables(content["systems"])]

    @cached_property
    def looks(self) -> list[Look]:
        counted: dict[str, tuple[Mapping[str, Any], int]] = {}
        for one in self.step.of_kind("zicm-comparison"):
            key = json.dumps(one, sort_keys=True)
            counted[key] = (one, counted[key][1] + 1 if key in counted else 1)
        stated = self.step.table is not None
        return [_look(one, times, stated=stated) for one, times in counted.values()]

    @property
    def explanation(self) -> Mapping[str, Any] | None:
        return next(iter(self.step.of_kind("zicm-explanation")), None)

    @cached_property
    def _exchanged(self) -> list[Mapping[str, Any]]:
        found = [one for kind in ("event", "call", "message") for one in self.step.of_kind(f"zicm-{kind}")]
        return sorted(found, key=lambda one: int(one["began"]))

    @cached_property
    def _alike(self) -> dict[str, list[Mapping[str, Any]]]:
        """By content, the exchanges that have it, in the order of the first ones."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for one in self._exchanged:
            found.setdefault(_content(one), []).append(one)
        return found


@dataclass
class ScenarioView:
    """One scenario on the page."""

    evidence: ScenarioEvidence
    id: str
    """Short: it stands on the page thousands of times."""

    @property
    def result(self) -> str:
        return RESULTS.get(self.evidence.status, "failed")

    @property
    def milliseconds(self) -> int:
        return sum(step.nanos for step in self.evidence.steps) // 1_000_000

    @cached_property
    def traits(self) -> summary.Traits:
        return summary.traits(self.evidence)

    @cached_property
    def seen(self) -> list[str]:
        return summary.seen(self.evidence)

    def other_than(self, first: "ScenarioView") -> list[tuple[int, Step]]:
        """The steps that differ from those of another row of the outline, with their numbers."""

        def content(step: Step) -> tuple[object, ...]:
            return step.text, step.table, step.doc_string

        pairs = zip(self.evidence.steps, first.evidence.steps, strict=True)
        return [(number, own) for number, (own, other) in enumerate(pairs, 1) if content(own) != content(other)]

    @cached_property
    def steps(self) -> list[StepView]:
        phases = summary.phases(self.evidence.steps)
        pairs = zip(self.evidence.steps, phases, strict=True)
        return [StepView(f"{self.id}-{number}", step, phase) for number, (step, phase) in enumerate(pairs, 1)]


def _content(exchange: Mapping[str, Any]) -> str:
    """What makes an exchange the same as another one: all but who takes a message, and when."""
    receiver = "" if "fields" in exchange["request"] else exchange["to"]
    return json.dumps([exchange["from"], receiver, exchange["request"], exchange["answer"]])


def _title(alike: Sequence[Mapping[str, Any]]) -> str:
    exchange, request = alike[0], alike[0]["request"]
    receivers = Counter(one["to"] for one in alike)
    to = " and ".join(f"{name}, {times} times" if times > 1 else name for name, times in receivers.items())
    what = f"{request['method']} {request['path']}" if "path" in request else action(request) or "event"
    if "fields" in request:
        what = "Z_MM_ICMCONTRACT_UPSERT"
    return f"{exchange['from']} → {to}: {what}"


def _pretty(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False)


def _tables(systems: Mapping[str, Any]) -> Iterator[Table]:
    """Each table once for the systems in which it became the same."""
    for name in next(iter(systems.values()), {}):
        alike: dict[str, list[str]] = {}
        for system, tables in systems.items():
            alike.setdefault(json.dumps(tables[name]), []).append(system)
        for content, those in alike.items():
            changes = json.loads(content)
            unchanged = [_name(row) for row in changes["unchanged"]]
            if changes.get("not_shown"):
                unchanged.append(f"and {changes['not_shown']} more")
            yield Table(" and ".join(those), name, list(_written(changes)), unchanged)


def _written(changes: Mapping[str, Any]) -> Iterator[Written]:
    for row in changes["added"]:
        yield Written("added", _name(row), [FieldPair(name, None, value) for name, value in row.items()])
    for one in changes["changed"]:
        cells = [FieldPair(name, one["before"].get(name), value) for name, value in one["after"].items()]
        yield Written("changed", _name(one["after"]), cells)
    for row in changes["removed"]:
        yield Written("removed", _name(row), [FieldPair(name, value, None) for name, value in row.items()])


def _name(row: Mapping[str, str]) -> str:
    return row.get("ICMAGREEMENTCODE") or f"{row.get('PURCHASINGORG', '')} of {row.get('SYSID', '')}"


def _look(one: Mapping[str, Any], times: int, *, stated: bool) -> Look:
    if one.get("withheld"):
        return Look(one["what"], times, one["holds"], True, [])
    expected, seen = one["expected"], one["seen"]
    rows: list[list[FieldPair]] = []
    if one["holds"] and stated:
        return Look(one["what"], times, True, False, rows)  # the table of the step says what was seen
    if _are_rows(expected) and _are_rows(seen):
        for number in range(max(len(expected), len(seen))):
            left, right = (side[number] if number < len(side) else {} for side in (expected, seen))
            rows.append([FieldPair(name, _text(left, name), _text(right, name)) for name in {**left, **right}])
    elif isinstance(expected, Mapping) and isinstance(seen, Mapping):
        rows.append([FieldPair(str(name), _text(expected, name), _text(seen, name)) for name in {**expected, **seen}])
    else:
        rows.append([FieldPair("", _plain(expected), _plain(seen))])
    return Look(one["what"], times, one["holds"], False, rows)


def _are_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _text(row: Mapping[str, Any], name: str) -> str | None:
    return _plain(row[name]) if name in row else None


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
