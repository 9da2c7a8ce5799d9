"""Collect the records of each scenario while the features run, and join them to a run at the end."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple, Self

from harness.evidence.code.record import CodeParts
from harness.evidence.code.tracer import Lines
from harness.evidence.feature_documents import FeatureDocuments
from harness.evidence.run import Attachment, Run, ScenarioEvidence
from harness.evidence.step_definitions import StepDefinitions

NANOS_PER_SECOND = 1_000_000_000


@dataclass(frozen=True)
class RunInfo:
    """The facts about the whole run."""

    mode: str
    version: str
    seed: int

    content: str
    """The hash over all that decides how features run, see `harness.evidence.content_hash`; blank if that changed."""

    scenarios: int
    """Number of scenarios that ran."""

    sheet_alone: bool
    """True if scenarios beyond the mapping sheet are reported apart, and do not count."""

    commit: str = ""
    """The commit of the checkout, with a remark if files were changed; blank outside git."""

    user: str = ""
    """The user who started the run."""

    partial: bool = False
    """True if it left out scenarios of the features."""

    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The ABAP or the flow that was tested: its path and the hash of its content."""

    ecc: str = ""
    """The ECC systems of the run, in words: simulated whole, or with a function module in ABAP."""


@dataclass
class HookRun:
    """The set-up or the tear-down of a scenario."""

    began: int = 0
    """Nanoseconds since the epoch."""

    nanos: int = 0
    status: str = "PASSED"
    text: str = ""
    """The reason it failed."""

    @property
    def ended(self) -> int:
        return self.began + self.nanos


class StepError(NamedTuple):
    """The reason a step failed or was skipped."""

    kind: str
    """The class of the exception."""

    text: str


@dataclass
class StepRecord:
    """One step that ran."""

    definition: str
    """File and line of its step function; blank where no function matches."""

    status: str
    began: int
    """Nanoseconds since the epoch."""

    nanos: int
    error: StepError | None
    attachments: list[Attachment]

    @property
    def ended(self) -> int:
        return self.began + self.nanos


@dataclass
class ScenarioRecord:
    """The steps of one scenario, and the environment in which they ran."""

    mode: str
    seed: int
    steps: list[StepRecord]
    lines: Lines
    """The lines of code that it ran; none for a scenario of no condition."""

    def to_json(self) -> str:
        """Serialise for another process of the same run; ASCII, so that it can carry half a surrogate pair."""
        return json.dumps(vars(self), default=vars)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Rebuild from the text of `to_json`."""
        content = json.loads(text)
        return cls(
            content["mode"], content["seed"], [_step_record(step) for step in content["steps"]], content["lines"]
        )


def _step_record(step: Mapping[str, Any]) -> StepRecord:
    error = StepError(*step["error"]) if step["error"] else None
    attachments = [Attachment(**attachment) for attachment in step["attachments"]]
    return StepRecord(**{**step, "error": error, "attachments": attachments})


@dataclass
class ScenarioRun:
    """One scenario that ran."""

    place: str
    worker: str
    set_up: HookRun = field(default_factory=HookRun)
    tear_down: HookRun = field(default_factory=HookRun)
    steps: list[StepRecord] = field(default_factory=list)
    lines: Lines = field(default_factory=dict)
    counts: bool = True
    """False for a scenario that may fail, as it asks for more than the sheet."""

    @property
    def is_success(self) -> bool:
        """False where a step failed or matches no function, or a hook failed, if the scenario counts."""
        statuses = {self.set_up.status, self.tear_down.status, *(step.status for step in self.steps)}
        return not self.counts or statuses.isdisjoint({"FAILED", "UNDEFINED"})

    def steps_of(self, pickle: Mapping[str, Any]) -> list[StepRecord | None]:
        """List a record for each step of the pickle; None for a step after the scenario ended."""
        count = len(pickle["steps"])
        return [*self.steps[:count], *[None] * (count - len(self.steps))]


def to_run(
    info: RunInfo,
    scenarios: Mapping[str, ScenarioRun],
    documents: FeatureDocuments,
    definitions: StepDefinitions,
    code: Mapping[str, CodeParts],
) -> Run:
    """Join the records with the features; the same run as `cucumber_reader` reads from the stream of these records."""
    return Run(
        facts=asdict(info),
        began=min(scenario.set_up.began for scenario in scenarios.values()) // NANOS_PER_SECOND,
        success=all(scenario.is_success for scenario in scenarios.values()),
        scenarios=[
            _evidence(scenario, documents, documents.pickles[scenario.place], definitions)
            for scenario in scenarios.values()
            if scenario.place in documents.pickles
        ],
        code=dict(code),
    )


def _evidence(
    scenario: ScenarioRun, documents: FeatureDocuments, pickle: Mapping[str, Any], definitions: StepDefinitions
) -> ScenarioEvidence:
    evidence = documents.index.scenario(pickle)
    for step, record in zip(evidence.steps, scenario.steps_of(pickle), strict=True):
        definition = definitions.matching(record.definition if record else "", step.text)
        step.definition = definition.function if definition else ""
        step.status = record.status if record else "SKIPPED"
        if record:
            step.nanos, step.message = record.nanos, record.error.text if record.error else ""
            step.attachments = record.attachments
        evidence.add_result(step.status)
    for hook in (scenario.set_up, scenario.tear_down):
        evidence.add_result(hook.status)
        evidence.message = evidence.message or hook.text
    return evidence
