"""Render all failures of a run: by cause, a few of them in detail, and everything for a file."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, zip_longest

from harness.bdd.failure.causes import Cause
from harness.bdd.failure.rendering import WIDE, both_texts, render, wrapped
from harness.bdd.failure.report import REFUSED, FailureReport
from harness.specification.register import Register, RegisterEntry
from harness.specification.scenarios import Scenario
from harness.text import printable

IN_DETAIL = 5
"""Number of failures that the terminal shows in detail."""

HEAD = "Failed scenarios"
"""The beginning of the file."""

_MAX_CAUSES = 8
_IS_SHARED = 0.5
"""The fit from which on an entry of the register is named: 1 if exactly the scenarios of the cause show it."""


class FailureSummary:
    """All failures of one run."""

    def __init__(self, causes: Sequence[Cause], scenarios: Mapping[str, Scenario], register: Register) -> None:
        """`scenarios` are all that ran, by place."""
        self.causes = causes
        self._scenarios = scenarios
        self._register = register
        self._by_id = register.by_id

    @property
    def number(self) -> int:
        return sum(len(cause.reports) for cause in self.causes)

    @property
    def headline(self) -> str:
        """The whole summary on one line."""
        failed = f"{self.number} {'scenario' if self.number == 1 else 'scenarios'} failed"
        first = self.causes[0]
        if len(self.causes) == 1:
            return f"{failed}, 1 cause: {first.headline}"
        return f"{failed}, {len(self.causes)} causes; {len(first.reports)} by {first.headline}"

    def cause_lines(self, width: int = WIDE) -> list[str]:
        """Render each cause in a few lines."""
        lines: list[str] = []
        for number, cause in enumerate(self.causes[:_MAX_CAUSES], 1):
            lines += ["", *wrapped(f"{number}. {len(cause.reports)} failed by {cause.text}", width, 0, 3)]
            lines += [f"   {line}" for line in self._about(cause, width - 3)]
        if rest := self.causes[_MAX_CAUSES:]:
            lines += ["", f"and {len(rest)} causes more, of {sum(len(cause.reports) for cause in rest)} failures"]
        return lines

    def in_detail(self) -> list[FailureReport]:
        """Choose what is shown in detail: conditions before edges, of each cause the first, then the second."""
        by_cause = [cause.reports.items() for cause in self.causes]
        in_turn = [one for one in chain.from_iterable(zip_longest(*by_cause)) if one is not None]
        return [report for _, report in sorted(in_turn, key=self._is_edge)][:IN_DETAIL]

    def sorted_reports(self, cause: Cause) -> dict[str, FailureReport]:
        """Sort the scenarios of a cause: those of conditions before all others."""
        return dict(sorted(cause.reports.items(), key=self._is_edge))

    def _is_edge(self, item: tuple[str, FailureReport]) -> bool:
        """Return True for a scenario of no condition."""
        return not self._conditions([item[0]])

    def file_lines(self) -> Iterator[str]:
        """Render everything: the list by cause, then every failure in detail."""
        yield f"{HEAD}: {self.headline}"
        for number, cause in enumerate(self.causes, 1):
            yield from ("", f"{number}. {len(cause.reports)} failed by {cause.text}")
            yield from (f"   {line}" for line in self._about(cause, WIDE))
            yield from (f"   {place}  {printable(one.scenario)}" for place, one in self.sorted_reports(cause).items())
        for cause in self.causes:
            for report in self.sorted_reports(cause).values():
                yield from ("", "-" * WIDE, render(report).rstrip())

    def _about(self, cause: Cause, width: int) -> Iterator[str]:
        if cause.fields:
            numbered = (f"{name} in {number}" for name, number in cause.fields.items())
            yield from wrapped(", ".join(numbered), width)
        if trace := cause.trace(self.sorted_reports(cause).values()):
            yield f"for example {trace.field}"
            yield from (f"  {place:<9}  {value}" for place, value in trace.lines)
        elif cause.example:
            expected, seen = both_texts(cause.example.expected, cause.example.seen)
            yield from (f"expected  {expected}", f"seen      {seen}")
        entries = [self._by_id[id_] for id_ in cause.ids if id_ in self._by_id]
        if not cause.fields:
            for entry in entries or self._shared_entry(cause):
                yield from wrapped(f"{entry.id}: {entry.headline}", width)
        elif cause.kind == REFUSED:
            for one in self._register.mappings:
                if one.id in cause.ids:
                    yield from wrapped(f"{one.id}: {one.rule}", width)
        if conditions := self._conditions(cause.reports):
            label = "condition" if len(conditions) == 1 else "conditions"
            yield from wrapped(f"{label} {', '.join(conditions)}", width)
        else:
            yield "of no condition: errors and edges"

    def _conditions(self, places: Iterable[str]) -> list[str]:
        tags = {tag for place in places if place in self._scenarios for tag in self._scenarios[place].tags}
        return [one.id for one in self._register.conditions if one.tag in tags]

    def _shared_entry(self, cause: Cause) -> list[RegisterEntry]:
        """Find the one entry that fits the scenarios of a cause best: they show it, others that passed do not.

        Where several fit alike, as in a run of one scenario, none is named: it would be a guess.
        """
        failed = {*cause.reports}
        fits = {
            entry.id: _fit(failed, {place for place, one in self._scenarios.items() if entry.tag in one.tags})
            for entry in (*self._register.rules, *self._register.decisions, *self._register.mappings)
        }
        highest = max(fits.values(), default=0.0)
        best = [id_ for id_, fit in fits.items() if fit == highest]
        return [self._by_id[best[0]]] if len(best) == 1 and highest >= _IS_SHARED else []


def _fit(failed: Collection[str], tagged: Collection[str]) -> float:
    both = len({*failed} & {*tagged})
    return 2 * both / (len(failed) + len(tagged)) if both else 0
