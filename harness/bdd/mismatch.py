"""The comparisons of a step, as data: the mismatches that it finds, and a record of each for the evidence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

AS_EXPECTED, DIFFERS, NOT_SEEN, NOT_EXPECTED = "as expected", "differs", "missing", "not expected"


@dataclass(frozen=True)
class FieldDiff:
    """One field, expected beside seen."""

    field: str
    """Blank where a single value was compared."""

    expected: str | None
    seen: str | None
    """None where that side lacks the field."""


@dataclass(frozen=True)
class RowDiff:
    """One row, or one line of a list, beside the nearest that was seen."""

    name: str
    """An agreement code or a call, for people. Blank where a single value was compared."""

    state: str
    """AS_EXPECTED, DIFFERS, NOT_SEEN or NOT_EXPECTED."""

    fields: tuple[FieldDiff, ...] = ()
    """The fields that differ; for a row that only one side has, all that are not blank."""

    equal_fields: int = 0
    """The number of other fields, in a row that differs."""


@dataclass(frozen=True)
class Comparison:
    """The result of one comparison that failed."""

    what: str
    rows: tuple[RowDiff, ...]

    systems: tuple[str, ...] = ()
    """The systems that show exactly this; empty where the comparison is not about systems."""


class Mismatch(AssertionError):  # noqa: N818 - a failed assertion, not an error of the program
    """Say that what was seen is not what was expected."""

    def __init__(self, comparisons: Sequence[Comparison]) -> None:
        """Take one comparison, or one for each group of systems that show the same."""
        super().__init__(*comparisons)
        self.comparisons = tuple(comparisons)

    def __str__(self) -> str:
        return "; ".join(f"{comparison.what}: {_summary(comparison)}" for comparison in self.comparisons)


def merged(by_system: Mapping[str, Mismatch]) -> Mismatch:
    """Merge the mismatches of several systems: a comparison that several share is named once."""
    systems: dict[Comparison, list[str]] = {}
    for system, mismatch in by_system.items():
        for comparison in mismatch.comparisons:
            systems.setdefault(comparison, []).append(system)
    return Mismatch([replace(comparison, systems=tuple(names)) for comparison, names in systems.items()])


class ComparisonRecord(NamedTuple):
    """One comparison, whether it holds or not."""

    what: str
    expected: object
    seen: object
    holds: bool
    system: str = ""
    """The system whose tables are compared; blank where the comparison is of none."""


_listeners: list[Callable[[ComparisonRecord], object]] = []
_systems = [""]


@contextmanager
def of_system(name: str) -> Iterator[None]:
    """Publish the comparisons made inside as those of one system."""
    _systems.append(name)
    try:
        yield
    finally:
        _systems.pop()


@contextmanager
def subscribed(listener: Callable[[ComparisonRecord], object]) -> Iterator[None]:
    """Pass every comparison to `listener` while inside, before it fails or holds."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def publish(what: str, expected: object, seen: object, *, holds: bool) -> bool:
    """Pass one comparison to every listener. Returns `holds`."""
    for listener in _listeners:
        listener(ComparisonRecord(what, expected, seen, holds, _systems[-1]))
    return holds


def _summary(comparison: Comparison) -> str:
    """Write a comparison on one line."""
    return ", ".join(
        " ".join(filter(None, [row.name, row.state, *(f"{diff.field} {diff.seen!r}".strip() for diff in row.fields)]))
        for row in comparison.rows
        if row.state != AS_EXPECTED
    )
