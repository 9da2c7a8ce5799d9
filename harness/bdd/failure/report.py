"""The report on a failed scenario, as data: the terminal shows it, and the evidence carries it as JSON."""

import dataclasses
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from pydantic import TypeAdapter

from harness.bdd.mismatch import Comparison

WRITTEN, LEAK, REFUSED, FIELD, ROWS, OTHER = "mistake in the feature", "leak", "error", "field", "rows", "other"
"""The kinds of reason: its author's mistake, a confidential agreement in SAP, an error that CPI logged, a field of the
mapping sheet, organisation rows, anything else."""

RAISED = "the step raised "
"""The beginning of the problem of a step that raised something that does not explain itself."""

AGREE, DIFFER, NOT_LISTED = "as expected", "not as expected", "not listed by the scenario"


@dataclass(frozen=True)
class RemainingStep:
    """A step after the one that failed, checked all the same."""

    step: str
    comparisons: tuple[Comparison, ...] = ()

    problem: str = ""
    """The exception because of which it could not be checked."""

    @property
    def holds(self) -> bool:
        return not self.comparisons and not self.problem


@dataclass(frozen=True)
class LoggedEvent:
    """One event as the monitoring shows it."""

    event: str
    status: str

    systems: Mapping[str, str]
    """System to the status of the message there."""

    errors: tuple[str, ...]
    """Each with the id of the broken rule, the field, and what is wrong with it."""

    rules: Mapping[str, str]
    """Id to text of the rules of the errors, from the register."""


@dataclass(frozen=True)
class FieldOrigin:
    """The source of the value of one Z-field."""

    field: str

    id: str
    """The line of the mapping sheet."""

    source: str

    source_value: str | None
    """The value in ICI, as JSON; None where it is unknown or confidential (SEC-2)."""

    rule: str

    sent: str | None = None
    """The value in the last message for this entry; None where there was none, or it is confidential."""

    held: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    """System to the value in its entry; empty where there is none, or it is confidential."""


@dataclass(frozen=True)
class Reason:
    """One thing by which a scenario failed, in words that other scenarios can share."""

    kind: str

    text: str
    """The error, the rule of the field, or what was compared."""

    field: str = ""
    """The field that it is about; blank where it is about none."""

    ids: tuple[str, ...] = ()
    """The entries of the register that it is about."""

    expected: str | None = None
    seen: str | None = None


@dataclass(frozen=True)
class FailureReport:
    """A failed step, explained to readers who do not know the code."""

    place: str
    """File and line of the step that failed."""

    scenario: str
    step: str

    comparisons: tuple[Comparison, ...]
    """Empty where the step raised something else than a mismatch."""

    problem: str
    """The text of that exception."""

    remaining_steps: tuple[RemainingStep, ...]

    rerun: str
    """The command that runs this scenario alone; blank where its place is unknown."""

    calls: tuple[str, ...] = ()
    """The calls that ICI received since the When."""

    calls_state: str = ""
    """AGREE, DIFFER or NOT_LISTED; blank where it failed before its When, or is about SCM."""

    events: tuple[LoggedEvent, ...] = ()
    """Those since the When; all of a scenario that failed before it."""

    set_up_events: tuple[LoggedEvent, ...] = ()
    """Those before the When."""

    origins: tuple[FieldOrigin, ...] = ()

    rules: tuple[str, ...] = ()
    """The rules and decisions that the scenario is tagged with, each with its text."""

    reasons: tuple[Reason, ...] = ()

    @property
    def all_comparisons(self) -> list[Comparison]:
        """Those of the step that failed, then those of the remaining steps."""
        return [*self.comparisons, *(one for step in self.remaining_steps for one in step.comparisons)]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote. Raises pydantic.ValidationError for anything else."""
        return TypeAdapter(cls).validate_python(content)
