"""What a Then step found otherwise than the feature expects, as data: the terminal and the evidence both show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

AS_EXPECTED, DIFFERS, MISSING, NOT_EXPECTED = "as expected", "differs", "missing", "not expected"


class FieldDiff(NamedTuple):
    """One field, expected beside seen."""

    field: str
    """Blank where a single value was compared."""

    expected: str | None
    seen: str | None
    """None where that side does not have the field at all."""


class Compared(NamedTuple):
    """One row, or one line of a list, held against the nearest that was seen."""

    name: str
    """Which row, for people: an agreement code, a call. Blank where a single value was compared."""

    state: str
    """AS_EXPECTED, DIFFERS, MISSING or NOT_EXPECTED."""

    fields: tuple[FieldDiff, ...] = ()
    """Of a row that differs the fields that do; of one that only one side has, all that are not blank."""

    alike: int = 0
    """How many other fields of a row that differs are as expected."""


@dataclass(frozen=True)
class Comparison:
    """Everything that one comparison came to."""

    what: str
    rows: tuple[Compared, ...]

    systems: tuple[str, ...] = ()
    """The systems in which just this was seen; empty where the comparison is not about the systems."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """One again, from `as_json`."""
        rows = (row | {"fields": tuple(FieldDiff(**pair) for pair in row["fields"])} for row in told["rows"])
        return cls(told["what"], tuple(Compared(**row) for row in rows), tuple(told["systems"]))

    def as_json(self) -> dict[str, object]:
        """The same as plain JSON."""
        return {
            "what": self.what,
            "systems": list(self.systems),
            "rows": [{**row._asdict(), "fields": [pair._asdict() for pair in row.fields]} for row in self.rows],
        }


class Finding(AssertionError):  # noqa: N818 - it is no error of the program
    """What was expected is not what was seen."""

    def __init__(self, comparisons: Sequence[Comparison]) -> None:
        """One comparison, or one for each group of systems that differ alike."""
        super().__init__(*comparisons)
        self.comparisons = tuple(comparisons)

    def __str__(self) -> str:
        return "; ".join(f"{one.what}: {_said(one)}" for one in self.comparisons)


def merged(by_system: dict[str, Finding]) -> Finding:
    """The findings on several systems as one: what was seen in several of them alike stands there once."""
    systems: dict[Comparison, list[str]] = {}
    for system, finding in by_system.items():
        for comparison in finding.comparisons:
            systems.setdefault(comparison, []).append(system)
    return Finding([replace(one, systems=tuple(names)) for one, names in systems.items()])


def _said(comparison: Comparison) -> str:
    """A comparison on one line."""
    rows = [row for row in comparison.rows if row.state != AS_EXPECTED]
    return ", ".join(
        " ".join(filter(None, [row.name, row.state, *(f"{pair.field} {pair.seen!r}".strip() for pair in row.fields)]))
        for row in rows
    )
