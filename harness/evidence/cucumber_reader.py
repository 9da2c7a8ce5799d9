"""The stream of a run, read back: every scenario with its steps, their results and their evidence."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from harness.evidence.media import MEDIA_TYPE

WORST_FIRST = ("FAILED", "UNDEFINED", "AMBIGUOUS", "PENDING", "UNKNOWN", "SKIPPED", "PASSED")


class Attachment(NamedTuple):
    """One piece of evidence; docs/evidence.md says what the content of each kind holds."""

    kind: str
    title: str
    content: Any


@dataclass
class Step:
    """One step of a scenario."""

    keyword: str
    """Given, When or Then; And and But as they are written."""

    text: str
    table: list[list[str]] | None
    doc_string: str | None
    status: str
    nanos: int
    message: str
    """Why it failed or was left out; blank where it passed."""

    definition: str
    """File and line of the function that did it; blank where there is none."""

    attachments: list[Attachment] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Any]:
        """The contents of its attachments of a kind."""
        return [one.content for one in self.attachments if one.kind == kind]


@dataclass
class Evidence:
    """One scenario that ran."""

    place: str
    """As in the census."""

    feature: str
    name: str
    tags: frozenset[str]
    """Without @."""

    status: str
    """The worst of its steps and hooks."""

    message: str
    """What went wrong outside of its steps."""

    steps: list[Step]
    outline: str = ""
    """The same for all rows of an outline; blank where it is none."""

    def of_kind(self, kind: str) -> list[Any]:
        """The contents of the attachments of a kind, of all its steps."""
        return [content for step in self.steps for content in step.of_kind(kind)]


@dataclass
class Run:
    """One run of features."""

    facts: Mapping[str, Any]
    """The content of zicm-run; where there is none, empty."""

    began: int
    """Seconds since the epoch."""

    success: bool
    scenarios: list[Evidence]


def read(file: Path) -> Run:
    """Read `messages.ndjson`. Raises OSError, or ValueError for a file that is no such stream."""
    with file.open(encoding="utf-8") as lines:
        return told(json.loads(line) for line in lines)


def told(envelopes: Iterable[Mapping[str, Any]]) -> Run:
    """A run from its envelopes, as they are in JSON. Raises ValueError where one of them is missing."""
    reader = _Reader()
    try:
        for envelope in envelopes:
            for name, message in envelope.items():
                if take := getattr(reader, name, None):
                    take(message)
        return reader.run()
    except (KeyError, TypeError, AttributeError) as missing:
        raise ValueError(f"it is no whole stream of messages: {missing}") from None


class _Reader:
    """Puts together what refers to each other. A method for each message that matters here, named as it is."""

    def __init__(self) -> None:
        self._facts: Mapping[str, Any] = {}
        self._began, self._success = 0, False
        self._features: dict[str, str] = {}
        self._keywords: dict[str, str] = {}
        self._pickles: dict[str, Mapping[str, Any]] = {}
        self._definitions: dict[str, str] = {}
        self._cases: dict[str, Mapping[str, Any]] = {}
        self._scenarios: dict[str, Evidence] = {}
        self._steps: dict[tuple[str, str], Step | None] = {}

    def run(self) -> Run:
        return Run(self._facts, self._began, self._success, list(self._scenarios.values()))

    def gherkinDocument(self, message: Mapping[str, Any]) -> None:
        feature = message["feature"]
        self._features[message["uri"]] = feature["name"]
        for child in _children(feature):
            for step in child.get("steps", ()):
                self._keywords[step["id"]] = step["keyword"].strip()

    def pickle(self, message: Mapping[str, Any]) -> None:
        self._pickles[message["id"]] = message

    def stepDefinition(self, message: Mapping[str, Any]) -> None:
        source = message["sourceReference"]
        self._definitions[message["id"]] = f"{source['uri']}:{source['location']['line']}"

    def testRunStarted(self, message: Mapping[str, Any]) -> None:
        self._began = message["timestamp"]["seconds"]

    def testRunFinished(self, message: Mapping[str, Any]) -> None:
        self._success = message["success"]

    def testCase(self, message: Mapping[str, Any]) -> None:
        self._cases[message["id"]] = message

    def testCaseStarted(self, message: Mapping[str, Any]) -> None:
        case = self._cases[message["testCaseId"]]
        pickle = self._pickles[case["pickleId"]]
        steps = {step["id"]: step for step in pickle["steps"]}
        told = []
        for one in case["testSteps"]:
            step = self._step(steps[one["pickleStepId"]], one) if "pickleStepId" in one else None
            self._steps[message["id"], one["id"]] = step
            told += [step] if step else []
        self._scenarios[message["id"]] = Evidence(
            place=f"{pickle['uri'].partition('/')[2]}:{pickle['location']['line']}",
            feature=self._features[pickle["uri"]],
            name=pickle["name"],
            tags=frozenset(tag["name"].removeprefix("@") for tag in pickle["tags"]),
            status="PASSED",
            message="",
            steps=told,
            outline=pickle["astNodeIds"][0] if len(pickle["astNodeIds"]) > 1 else "",
        )

    def attachment(self, message: Mapping[str, Any]) -> None:
        kind = message["mediaType"].removeprefix(MEDIA_TYPE)
        content = json.loads(message["body"])
        if kind == "zicm-run":
            self._facts = content
        elif step := self._steps.get((message.get("testCaseStartedId", ""), message.get("testStepId", ""))):
            step.attachments.append(Attachment(kind, message.get("fileName", ""), content))

    def testStepFinished(self, message: Mapping[str, Any]) -> None:
        scenario = self._scenarios[message["testCaseStartedId"]]
        step = self._steps[message["testCaseStartedId"], message["testStepId"]]
        result = message["testStepResult"]
        scenario.status = min(scenario.status, result["status"], key=WORST_FIRST.index)
        if step is None:
            scenario.message = scenario.message or result.get("message", "")
            return
        step.status, step.message = result["status"], result.get("message", "")
        step.nanos = result["duration"]["seconds"] * 1_000_000_000 + result["duration"]["nanos"]

    def _step(self, pickled: Mapping[str, Any], one: Mapping[str, Any]) -> Step:
        argument = pickled.get("argument", {})
        rows = argument.get("dataTable", {}).get("rows")
        return Step(
            keyword=self._keywords[pickled["astNodeIds"][0]],
            text=pickled["text"],
            table=None if rows is None else [[cell["value"] for cell in row["cells"]] for row in rows],
            doc_string=argument.get("docString", {}).get("content"),
            status="UNKNOWN",
            nanos=0,
            message="",
            definition=next((self._definitions[name] for name in one.get("stepDefinitionIds", ())), ""),
        )


def _children(node: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Backgrounds and scenarios below a feature or a rule."""
    for child in node["children"]:
        if "rule" in child:
            yield from _children(child["rule"])
        else:
            yield from child.values()
