"""Why a scenario failed, as data: what was compared, what the edges held, and the rules that made the fields.

It is gathered when a step fails; the terminal shows it, and it goes with the evidence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple, Self

from harness.bdd.failure.field_origins import Origin
from harness.bdd.failure.observations import Edges, Seen
from harness.bdd.mismatch import Comparison

AGREE, DIFFER, NOT_LISTED = "as expected", "not as expected", "not listed by the scenario"


class RemainingStep(NamedTuple):
    """A step after the one that failed. It was looked at all the same."""

    step: str
    comparisons: tuple[Comparison, ...] = ()
    problem: str = ""
    """Why it could not be looked at."""

    @property
    def holds(self) -> bool:
        return not self.comparisons and not self.problem


@dataclass(frozen=True)
class Explanation:
    """All that somebody without the code needs."""

    place: str
    """File and line of the step that failed."""

    scenario: str
    step: str

    comparisons: tuple[Comparison, ...]
    """Empty where the step broke off instead of finding something."""

    problem: str
    """Why it broke off."""

    later: tuple[RemainingStep, ...]

    rerun: str
    """The command that runs this scenario alone; blank where there is none."""

    calls: tuple[str, ...] = ()
    """What ICI received since the When."""

    calls_are: str = ""
    """AGREE, DIFFER or NOT_LISTED; blank where there was no When, and so nothing to be seen at the edges."""

    events: tuple[Seen, ...] = ()
    origins: tuple[Origin, ...] = ()

    shows: tuple[str, ...] = ()
    """The rules and decisions that the scenario shows."""

    @property
    def all_comparisons(self) -> list[Comparison]:
        """Those of the step that failed, then those of the steps after it."""
        return [*self.comparisons, *(one for later in self.later for one in later.comparisons)]

    def with_edges(self, edges: Edges, calls_are: str, tags: Iterable[str]) -> Self:
        """The same, with what the edges held."""
        return replace(
            self,
            comparisons=edges.without_secrets(self.comparisons),
            later=tuple(one._replace(comparisons=edges.without_secrets(one.comparisons)) for one in self.later),
            calls=edges.calls(),
            calls_are=calls_are,
            events=edges.events(),
            origins=edges.origins(self.all_comparisons),
            shows=edges.shown(tags),
        )

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """One again, from `as_json`."""
        return cls(
            **{name: told[name] for name in ("place", "scenario", "step", "problem", "rerun", "calls_are")},
            comparisons=tuple(map(Comparison.of, told["comparisons"])),
            later=tuple(
                RemainingStep(one["step"], tuple(map(Comparison.of, one["comparisons"])), one["problem"])
                for one in told["later"]
            ),
            calls=tuple(told["calls"]),
            events=tuple(Seen(**one) for one in told["events"]),
            origins=tuple(Origin(**one) for one in told["origins"]),
            shows=tuple(told["shows"]),
        )

    def as_json(self) -> dict[str, object]:
        """The same as plain JSON."""
        return asdict(self) | {
            "comparisons": [one.as_json() for one in self.comparisons],
            "later": [
                {"step": one.step, "problem": one.problem, "comparisons": [each.as_json() for each in one.comparisons]}
                for one in self.later
            ],
            "events": [one._asdict() for one in self.events],
            "origins": [one._asdict() for one in self.origins],
        }
