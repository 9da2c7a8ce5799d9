"""A failure as people read it: within one screen, expected beside seen."""

from collections.abc import Sequence
from itertools import takewhile
from textwrap import wrap

from harness.bdd.failure.explanation import AGREE, DIFFER, Explanation
from harness.bdd.failure.field_origins import Origin
from harness.bdd.failure.observations import Seen
from harness.bdd.mismatch import AS_EXPECTED, DIFFERS, MISSING, NOT_EXPECTED, Compared, Comparison, FieldDiff
from harness.text import printable

NARROW, WIDE = 80, 120
FEW, MANY = 4, 8
"""Of a row, and of a list, that is longer the beginning is shown, and how many more there are."""

_SIGNS = {AS_EXPECTED: "", MISSING: "missing: ", NOT_EXPECTED: "not expected: "}


def render(explanation: Explanation, width: int = WIDE) -> str:
    """The whole of it, in lines that are not much longer than `width`."""
    head = [explanation.place, f"  {printable(explanation.scenario)}", f"  {printable(explanation.step)}"]
    return "\n\n".join("\n".join(lines) for lines in (head, *blocks(explanation, width))) + "\n"


def blocks(explanation: Explanation, width: int = WIDE) -> list[list[str]]:
    """What there is to say of it, block by block in lines, beside where it was."""
    width = min(max(width, NARROW), WIDE)
    one = explanation
    found = [
        [one.problem] if one.problem else [],
        *(_comparison(comparison, width) for comparison in one.comparisons),
        _events(one.events, width),
        _calls(one),
        _later(one, width),
        _origins(one.origins, width) or _shows(one.shows, width),
        [f"to run it alone: {one.rerun}"] if one.rerun else [],
    ]
    return [lines for lines in found if lines]


def _comparison(comparison: Comparison, width: int) -> list[str]:
    systems = comparison.systems
    lines = [comparison.what + (f", in {' and '.join(systems)}" if systems else "")]
    for row in comparison.rows[:MANY]:
        lines += [f"  {line}" for line in _row(row, width - 2)]
    return lines + _more(comparison.rows, "  ")


def _row(row: Compared, width: int) -> list[str]:
    if row.state != DIFFERS:
        values = ", ".join(f"{one.field} {_shown(one.expected or one.seen)}" for one in row.fields[:FEW])
        rest = f" and {len(row.fields) - FEW} fields more" if len(row.fields) > FEW else ""
        return [f"{_SIGNS[row.state]}{printable(row.name)}" + (f": {values}{rest}" if values else "")]
    if [pair.field for pair in row.fields] == [""]:
        (pair,) = row.fields
        return [f"expected  {_shown(pair.expected)}", f"seen      {_shown(pair.seen)}", *_hint(pair)]
    others = "other field is" if row.alike == 1 else f"{row.alike} other fields are"
    rest = f"the {others} as expected" if row.alike else ""
    return [*_beside(row, width), *_more(row.fields, ""), *([rest] if rest else [])]


def _beside(row: Compared, width: int) -> list[str]:
    pairs = row.fields[: 3 * MANY]
    cells = [
        (printable(row.name), "expected", "seen"),
        *((one.field, _shown(one.expected), _shown(one.seen)) for one in pairs),
    ]
    first, second = (max(len(cell[column]) for cell in cells) for column in (0, 1))
    if max(first + second + len(cell[2]) for cell in cells) + 4 <= width:
        return [f"{name:{first}}  {expected:{second}}  {seen}" for name, expected, seen in cells]
    lines = [cells[0][0]] if cells[0][0] else []
    for pair, (name, expected, seen) in zip(pairs, cells[1:], strict=True):
        lines += [name, f"  expected  {expected}", f"  seen      {seen}", *_hint(pair, "  ")]
    return lines


def _hint(pair: FieldDiff, indent: str = "") -> list[str]:
    """Where two long values begin to differ."""
    if pair.expected is None or pair.seen is None or min(len(pair.expected), len(pair.seen)) < NARROW // 4:
        return []
    at = 1 + sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(pair.expected, pair.seen, strict=False)))
    lengths = f"expected {len(pair.expected)} characters, seen {len(pair.seen)}"
    return [f"{indent}they differ from character {at} on; {lengths}"]


def _events(events: Sequence[Seen], width: int) -> list[str]:
    lines = ["what the monitoring shows"] if events else []
    for event in events[:MANY]:
        systems = "".join(f", {name} {state}" for name, state in event.systems.items())
        lines.append(f"  {printable(event.event)}: {event.status}{systems}")
        lines += [f"    {printable(error)}" for error in event.errors]
        for rule, text in event.rules.items():
            lines += _wrapped(f"{rule} asks: {text}", width, 4)
    return lines + _more(events, "  ")


def _calls(one: Explanation) -> list[str]:
    if one.calls_are in ("", DIFFER):
        return []  # in a comparison they stand with those expected beside them
    if not one.calls:
        return ["ICI received no call"]
    head = "the calls that ICI received" + (", as expected" if one.calls_are == AGREE else "")
    return [head, *(f"  {printable(call)}" for call in one.calls[:MANY]), *_more(one.calls, "  ")]


def _later(one: Explanation, width: int) -> list[str]:
    lines = ["the steps after it"] if one.later else []
    for later in one.later:
        state = "holds" if later.holds else "could not be looked at" if later.problem else "does not hold"
        lines.append(f"  {state}: {printable(later.step)}")
        for comparison in later.comparisons:
            lines += [f"    {line}" for line in _comparison(comparison, width - 4)]
    return lines


def _origins(origins: Sequence[Origin], width: int) -> list[str]:
    lines = ["where these fields come from, by the mapping sheet"] if origins else []
    for one in origins[:MANY]:
        held = f"; ICI holds {one.held}" if one.held is not None else ""
        lines.append(f"  {one.id} {one.field}, from {one.source}{held}")
        lines += _wrapped(one.rule, width, 4)
    return lines + _more(origins, "  ")


def _shows(shows: Sequence[str], width: int) -> list[str]:
    """The rules of a scenario whose failure is about no field of the mapping sheet."""
    lines = ["what the scenario shows"] if shows else []
    for one in shows[:MANY]:
        lines += _wrapped(one, width, 2)
    return lines + _more(shows, "  ")


def _shown(value: str | None) -> str:
    if value is None:
        return "(not there)"
    if not value:
        return "(blank)"
    return printable(value) if value == value.strip() else f'"{printable(value)}"'


def _wrapped(text: str, width: int, indent: int) -> list[str]:
    blanks = " " * indent
    return wrap(printable(text), width, initial_indent=blanks, subsequent_indent=blanks)


def _more(listed: Sequence[object], indent: str) -> list[str]:
    return [f"{indent}and {len(listed) - MANY} more"] if len(listed) > MANY else []
