"""Group failed scenarios by what they have in common, so that one broken rule reads as one cause."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.bdd.failure.rendering import both_texts, value_text
from harness.bdd.failure.report import FIELD, LEAK, REFUSED, ROWS, FailureReport, Reason
from harness.confidentiality import HIDDEN

_TELLING = (LEAK, REFUSED, FIELD, ROWS)
"""The kinds of reason that name a broken rule, the most telling first; all others may be consequences."""

_WEIGHT = 5
"""Number of scenarios with another reason that count as much as one with a telling one."""


@dataclass(frozen=True)
class Trace:
    """One field on its way from ICI to the tables."""

    field: str
    lines: list[tuple[str, str]]
    """Each place with the value there."""


@dataclass(frozen=True)
class Cause:
    """One cause, with the scenarios that it explains."""

    kind: str
    text: str
    reports: Mapping[str, FailureReport]
    """By place of the scenario, in the order of the features."""

    fields: Mapping[str, int]
    """Field, after the lines of the mapping sheet, to the number of scenarios; the most frequent first."""

    ids: tuple[str, ...]
    """The entries of the register that it is about."""

    example: Reason | None
    """One field, value or row, expected beside seen; None where nothing was compared."""

    @property
    def headline(self) -> str:
        """The cause on one line, with the names of its fields."""
        names = ", ".join(self.fields)
        return f"{names}: {self.text}" if names else self.text

    def trace(self, reports: Iterable[FailureReport]) -> Trace | None:
        """Follow one field that went wrong, in the first report that knows what ICI holds. None for other causes."""
        if self.kind not in (REFUSED, FIELD, ROWS):
            return None
        for report in reports:
            for origin in report.origins:
                if origin.id in self.ids and origin.source_value is not None:
                    lines = [("ICI holds", origin.source_value)]
                    if origin.sent is not None:
                        lines.append(("CPI sent", value_text(origin.sent)))
                    reason = next(
                        (one for one in report.reasons if (one.field, one.kind) == (origin.field, self.kind)), None
                    )
                    if reason and reason.kind in (FIELD, ROWS):
                        lines += zip(("expected", "seen"), both_texts(reason.expected, reason.seen), strict=True)
                    return Trace(origin.field, lines)
        return None


def group(reports: Mapping[str, FailureReport]) -> list[Cause]:
    """Find the fewest causes that explain all failed scenarios: a leak first, then those that explain most."""
    left = dict(reports)
    causes = []
    while left:
        places = defaultdict(list)
        for place, report in left.items():
            for key in dict.fromkeys(_key(one) for one in _reasons(report)):
                places[key].append(place)
        key = max(places, key=lambda one: (one[0] == LEAK, len(places[one]), -_rank(one[0])))
        causes.append(_cause(key, {place: left.pop(place) for place in places[key]}))
    return sorted(
        causes, key=lambda one: (one.kind != LEAK, -len(one.reports) * (_WEIGHT if one.kind in _TELLING else 1))
    )


def _key(reason: Reason) -> tuple[str, str]:
    return reason.kind, reason.text


def _reasons(report: FailureReport) -> tuple[Reason, ...]:
    return report.reasons or (Reason("", report.problem or report.step),)


def _rank(kind: str) -> int:
    return _TELLING.index(kind) if kind in _TELLING else len(_TELLING)


def _cause(key: tuple[str, str], reports: Mapping[str, FailureReport]) -> Cause:
    shared = [[one for one in _reasons(report) if _key(one) == key] for report in reports.values()]
    fields: Counter[str] = Counter()
    for reasons in shared:
        fields.update({" ".join((*one.ids, one.field)) for one in reasons if one.field and one.ids})
    ids = dict.fromkeys(id_ for reasons in shared for one in reasons for id_ in one.ids)
    examples = [
        one
        for reasons in shared
        for one in reasons
        if HIDDEN not in (seen := {one.expected, one.seen}) and seen != {None}
    ]
    return Cause(*key, reports, dict(fields.most_common()), tuple(sorted(ids)), examples[0] if examples else None)
