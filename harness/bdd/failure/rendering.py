"""Render a failure report for people: within one screen, expected beside seen."""

import json
from collections.abc import Sequence
from itertools import takewhile
from textwrap import wrap
from unicodedata import category, normalize

from harness.bdd.failure.report import AGREE, DIFFER, FailureReport, FieldOrigin, LoggedEvent, RemainingStep
from harness.bdd.mismatch import AS_EXPECTED, DIFFERS, NOT_EXPECTED, NOT_SEEN, Comparison, FieldDiff, RowDiff
from harness.confidentiality import HIDDEN
from harness.text import BLANK, printable

NARROW, WIDE = 80, 120
MAX_FIELDS, MAX_ROWS = 4, 8
"""Of a longer row or list, show the beginning and the number of the rest."""

_SIGNS = {AS_EXPECTED: "", NOT_SEEN: "missing: ", NOT_EXPECTED: "not expected: "}


def render(report: FailureReport, width: int = WIDE) -> str:
    """Render the whole report, in lines not much longer than `width` characters."""
    head = [report.place, f"  {printable(report.scenario)}", f"  {printable(report.step)}"]
    return "\n\n".join("\n".join(lines) for lines in (head, *blocks(report, width))) + "\n"


def blocks(report: FailureReport, width: int = WIDE) -> list[list[str]]:
    """Render everything but place, scenario and step, as blocks of lines."""
    width = min(max(width, NARROW), WIDE)
    found = [
        [report.problem] if report.problem else [],
        *(comparison_lines(comparison, width) for comparison in report.comparisons),
        _events("what the monitoring shows", report.events, width),
        _events("what happened before the When", report.set_up_events, width),
        _calls(report),
        _remaining_steps(report.remaining_steps, width),
        _origins(report.origins, width) or _rules(report.rules, width),
        [f"to run it alone: {report.rerun}"] if report.rerun else [],
    ]
    return [lines for lines in found if lines]


def comparison_lines(comparison: Comparison, width: int = WIDE) -> list[str]:
    """Render one comparison."""
    systems = comparison.systems
    lines = [comparison.what + (f", in {' and '.join(systems)}" if systems else "")]
    for row in comparison.rows[:MAX_ROWS]:
        lines += [f"  {line}" for line in _row(row, width - 2)]
    return lines + _more(comparison.rows, "  ")


def _row(row: RowDiff, width: int) -> list[str]:
    if row.state != DIFFERS:
        values = ", ".join(f"{diff.field} {value_text(diff.expected or diff.seen)}" for diff in row.fields[:MAX_FIELDS])
        rest = f" and {len(row.fields) - MAX_FIELDS} fields more" if len(row.fields) > MAX_FIELDS else ""
        return [f"{_SIGNS[row.state]}{printable(row.name)}" + (f": {values}{rest}" if values else "")]
    if [diff.field for diff in row.fields] == [""]:
        (diff,) = row.fields
        return [
            f"expected  {value_text(diff.expected)}",
            f"seen      {value_text(diff.seen)}",
            *_first_difference(diff),
        ]
    others = "other field is" if row.equal_fields == 1 else f"{row.equal_fields} other fields are"
    rest = f"the {others} as expected" if row.equal_fields else ""
    return [*_field_diffs(row, width), *_more(row.fields, ""), *([rest] if rest else [])]


def _field_diffs(row: RowDiff, width: int) -> list[str]:
    """Lay the fields out in columns, or one below the other where they are too wide."""
    diffs = row.fields[: 3 * MAX_ROWS]
    cells = [
        (printable(row.name), "expected", "seen"),
        *((diff.field, *both_texts(diff.expected, diff.seen)) for diff in diffs),
    ]
    first, second = (max(len(cell[column]) for cell in cells) for column in (0, 1))
    if max(first + second + len(cell[2]) for cell in cells) + 4 <= width:
        return [f"{name:{first}}  {expected:{second}}  {seen}" for name, expected, seen in cells]
    lines = [cells[0][0]] if cells[0][0] else []
    for diff, (name, expected, seen) in zip(diffs, cells[1:], strict=True):
        lines += [name, f"  expected  {expected}", f"  seen      {seen}", *_first_difference(diff, "  ")]
    return lines


def _first_difference(diff: FieldDiff, indent: str = "") -> list[str]:
    """Say where two long values begin to differ."""
    expected, seen = diff.expected, diff.seen
    if expected is None or seen is None or HIDDEN in (expected, seen) or min(len(expected), len(seen)) < NARROW // 4:
        return []
    at = 1 + sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(expected, seen, strict=False)))
    lengths = f"expected {len(expected)} characters, seen {len(seen)}"
    return [f"{indent}they differ from character {at} on; {lengths}"]


def _events(head: str, events: Sequence[LoggedEvent], width: int) -> list[str]:
    lines = [head] if events else []
    for event in events[:MAX_ROWS]:
        systems = "".join(f", {name} {state}" for name, state in event.systems.items())
        lines.append(f"  {printable(event.event)}: {event.status}{systems}")
        lines += [f"    {printable(error)}" for error in event.errors]
        for rule, text in event.rules.items():
            lines += wrapped(f"{rule}: {text}", width, 4)
    return lines + _more(events, "  ")


def _calls(report: FailureReport) -> list[str]:
    if report.calls_state in ("", DIFFER):
        return []  # a comparison lists them beside the expected ones
    if not report.calls:
        return ["ICI received no call"]
    head = "the calls that ICI received" + (", as expected" if report.calls_state == AGREE else "")
    return [head, *(f"  {printable(call)}" for call in report.calls[:MAX_ROWS]), *_more(report.calls, "  ")]


def _remaining_steps(steps: Sequence[RemainingStep], width: int) -> list[str]:
    lines = ["the steps after it"] if steps else []
    for step in steps:
        state = "holds" if step.holds else "could not be checked" if step.problem else "does not hold"
        lines.append(f"  {state}: {printable(step.step)}")
        for comparison in step.comparisons:
            lines += [f"    {line}" for line in comparison_lines(comparison, width - 4)]
    return lines


def _origins(origins: Sequence[FieldOrigin], width: int) -> list[str]:
    lines = ["where these fields come from, by the mapping sheet"] if origins else []
    for origin in origins[:MAX_ROWS]:
        value = f"; ICI holds {origin.source_value}" if origin.source_value is not None else ""
        lines.append(f"  {origin.id} {origin.field}, from {origin.source}{value}")
        lines += [f"    {line}" for line in _way(origin)]
        lines += wrapped(origin.rule, width, 4)
    return lines + _more(origins, "  ")


def _way(origin: FieldOrigin) -> list[str]:
    """Say on one line what CPI sent of a value, and what the systems hold."""
    by_value: dict[str, list[str]] = {}
    for system, value in origin.held.items():
        by_value.setdefault(value, []).append(system)
    texts = [f"CPI sent {value_text(origin.sent)}"] if origin.sent is not None else []
    for value, systems in by_value.items():
        texts.append(f"{' and '.join(systems)} {'hold' if len(systems) > 1 else 'holds'} {value_text(value)}")
    return ["; ".join(texts)] if texts else []


def _rules(rules: Sequence[str], width: int) -> list[str]:
    """Render the rules of a scenario whose failure is about no field of the mapping sheet."""
    lines = ["what the scenario shows"] if rules else []
    for rule in rules[:MAX_ROWS]:
        lines += wrapped(rule, width, 2)
    return lines + _more(rules, "  ")


def both_texts(expected: str | None, seen: str | None) -> tuple[str, str]:
    """Show two values that differ; in quotes, with escapes, where nobody could see the difference."""
    if expected is not None and seen is not None and expected != HIDDEN and _looks(expected) == _looks(seen):
        return _in_ascii(expected), _in_ascii(seen)
    return value_text(expected), value_text(seen)


def _looks(text: str) -> str:
    """Drop what cannot be told apart on a screen: kinds and numbers of blanks, marks without a width, composition."""
    visible = "".join(char for char in normalize("NFKC", text) if category(char) not in ("Cf", "Cc", "Cs"))
    return " ".join(visible.split())


def _in_ascii(text: str) -> str:
    """Write a text in quotes, with everything beside ASCII as an escape."""
    return json.dumps(text)


def value_text(value: str | None) -> str:
    """Show one value, so that a blank one and blanks at its ends can be seen."""
    if value is None:
        return "(not there)"
    if not value:
        return BLANK
    return printable(value) if value == value.strip() else f'"{printable(value)}"'


def wrapped(text: str, width: int, indent: int = 0, hang: int = 0) -> list[str]:
    """Wrap a text, each line behind `indent` blanks; those after the first behind `hang` more."""
    blanks = " " * indent
    return wrap(printable(text), width, initial_indent=blanks, subsequent_indent=blanks + " " * hang)


def _more(listed: Sequence[object], indent: str) -> list[str]:
    return [f"{indent}and {len(listed) - MAX_ROWS} more"] if len(listed) > MAX_ROWS else []
