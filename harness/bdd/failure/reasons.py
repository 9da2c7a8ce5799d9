"""The reasons of one failed scenario, in words that other scenarios can share."""

import re
import traceback
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from harness.bdd.failure.field_origins import ORGANISATIONS, fields_at_fault, is_of_organisations
from harness.bdd.failure.report import FIELD, LEAK, OTHER, RAISED, REFUSED, ROWS, WRITTEN, FailureReport, Reason
from harness.bdd.feature_error import FeatureError
from harness.bdd.mismatch import AS_EXPECTED, DIFFERS, NOT_EXPECTED, NOT_SEEN, Comparison, FieldDiff
from harness.bdd.table_diff import PURCHORG
from harness.confidentiality import HIDDEN
from harness.files import CHECKOUT
from harness.specification.register import MappedField
from simulator.monitoring.message_log import LoggedError

_OWN_WORDS = re.compile(r'"[^"]*"|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|(?<!\w)P[A-Z]{2,4}\d{3,}\w*|(?<!line )\b\d+\b')
"""Finds the words of one scenario alone: texts, System IDs, agreement codes, numbers but those of lines."""


def find_reasons(
    report: FailureReport,
    exception: Exception,
    troubles: Iterable[LoggedError],
    mappings: Collection[MappedField],
    said: str,
) -> tuple[Reason, ...]:
    """Find what a scenario failed by; `troubles` are the errors that CPI logged, `said` is the text of its steps.

    An error that the scenario speaks of is one that it expects, and so no reason.
    """
    unforeseen = exception.troubles if isinstance(exception, FeatureError) else ()
    if report.problem and not unforeseen and not report.problem.startswith(RAISED):
        return (Reason(WRITTEN, report.problem),)
    logged = dict.fromkeys(
        (*unforeseen, *(one for one in troubles if not (one.id in said or (one.message and one.message in said))))
    )
    refused = [reason for one in logged for reason in _of_error(one, mappings)]
    found = [
        *refused,
        *_leaks(report.all_comparisons),
        *(() if refused else _organisations(report.all_comparisons, mappings)),  # what is refused writes no rows
        *_fields(report.all_comparisons, mappings),
    ]
    return tuple(dict.fromkeys(found or [_other(report, exception)]))


def _of_error(trouble: LoggedError, mappings: Collection[MappedField]) -> Iterator[Reason]:
    for field in fields_at_fault(trouble) or ("",):
        yield Reason(REFUSED, f'{trouble.id} "{_shared(trouble.message)}"', field, _lines_of(field, mappings))


def _lines_of(field: str, mappings: Iterable[MappedField]) -> tuple[str, ...]:
    """List the lines of the mapping sheet for a field of ECC or of ICI."""
    sources = {one.id: (one.source, *one.instead.values()) for one in mappings}
    return tuple(
        one.id
        for one in mappings
        if field and field in (one.target, *(each.partition(":")[2].partition("/")[0] for each in sources[one.id]))
    )


def _leaks(comparisons: Iterable[Comparison]) -> Iterator[Reason]:
    for comparison in comparisons:
        is_table = comparison.what.startswith(("ZMM_", "the new entries"))
        if is_table and any(row.state == NOT_EXPECTED and HIDDEN in row.name for row in comparison.rows):
            yield Reason(LEAK, "a confidential agreement is in the tables", ids=("SEC-1",))


def _organisations(comparisons: Iterable[Comparison], mappings: Collection[MappedField]) -> Iterator[Reason]:
    for comparison in comparisons:
        if is_of_organisations(comparison):
            for row in comparison.rows:
                if row.state in (NOT_SEEN, NOT_EXPECTED):
                    shown = next((one for one in row.fields if one.field == "PURCHASINGORG"), None)
                    expected, seen = (shown.expected, shown.seen) if shown else (row.name, None)
                    if not shown and row.state == NOT_EXPECTED:
                        expected, seen = seen, expected
                    if HIDDEN in row.name:
                        expected = seen = None
                    text = f"rows of {PURCHORG}: {row.state}"
                    yield Reason(ROWS, text, ORGANISATIONS, _lines_of(ORGANISATIONS, mappings), expected, seen)


def _fields(comparisons: Iterable[Comparison], mappings: Iterable[MappedField]) -> Iterator[Reason]:
    by_target = {one.target: one for one in mappings if one.target}
    for row in (row for one in comparisons for row in one.rows if row.state == DIFFERS):
        for diff in row.fields:
            if (mapped := by_target.get(diff.field)) and HIDDEN not in (diff.expected, diff.seen):
                yield Reason(FIELD, f'the rule "{mapped.rule}"', diff.field, (mapped.id,), diff.expected, diff.seen)


def _other(report: FailureReport, exception: Exception) -> Reason:
    for comparison in report.all_comparisons:
        for row in comparison.rows:
            if row.state != AS_EXPECTED:
                diff = row.fields[0] if row.state == DIFFERS and row.fields else FieldDiff("", None, None)
                what = " ".join(filter(None, (comparison.what, diff.field)))
                state = "" if row.state == DIFFERS else f": {row.state}"
                text = f"{_shared(what)}{state}"
                return Reason(OTHER, text, diff.field, (), diff.expected, diff.seen)
    return Reason(OTHER, f"{type(exception).__name__}{_where(exception)}")


def _shared(text: str) -> str:
    return _OWN_WORDS.sub("...", text)


def _where(exception: Exception) -> str:
    """Say in which of our lines an exception was raised."""
    for frame in reversed(traceback.extract_tb(exception.__traceback__)):
        file = Path(frame.filename)
        if file.is_relative_to(CHECKOUT) and file.relative_to(CHECKOUT).parts[0] in ("simulator", "harness"):
            return f" in {file.relative_to(CHECKOUT).as_posix()}:{frame.lineno}"
    return ""
