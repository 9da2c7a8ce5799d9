"""One run of the features: its scenarios with their steps, results and evidence."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harness.evidence.code.record import CodeParts

CUCUMBER_STATUSES = ("FAILED", "UNDEFINED", "AMBIGUOUS", "PENDING", "UNKNOWN", "SKIPPED", "PASSED")
"""The statuses of Cucumber."""


class Attachment:
    """One piece of evidence."""

    def __init__(self, kind: str, title: str, content: object = None, *, body: str = "") -> None:
        """Take its content, or the `body` in which it is written: few are looked at in the run that makes them."""
        self.kind = kind
        self.title = title
        self.body = body
        if not body:
            self.content = content

    @cached_property
    def content(self) -> Any:
        """Plain JSON; docs/evidence.md describes it for each kind."""
        return json.loads(self.body)

    def __repr__(self) -> str:
        """Show the content, so that tests find traces in it."""
        return f"Attachment({self.kind!r}, {self.title!r}, {self.content!r})"


@dataclass
class Step:
    """One step of a scenario."""

    keyword: str
    """Given, When, Then, And or But, as written."""

    text: str
    table: list[list[str]] | None
    doc_string: str | None
    status: str
    nanos: int
    message: str
    """The reason it failed or was skipped; blank where it passed."""

    definition: str
    """File and line of its step function; blank where no function matches."""

    attachments: list[Attachment] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Any]:
        """Return the contents of its attachments of one kind."""
        return [attachment.content for attachment in self.attachments if attachment.kind == kind]


@dataclass
class ScenarioEvidence:
    """One scenario that ran."""

    place: str
    """Feature file below the folder of features, colon, line of the scenario or of its row in an outline."""

    feature: str
    name: str
    tags: frozenset[str]
    """Without @."""

    status: str
    """The worst of its steps and hooks."""

    message: str
    """The text of a failure outside its steps."""

    steps: list[Step]
    outline: str = ""
    """Identifies the outline of which it is a row; blank where it is none."""

    def of_kind(self, kind: str) -> list[Any]:
        """Return the contents of the attachments of one kind, of all its steps."""
        return [content for step in self.steps for content in step.of_kind(kind)]

    def add_result(self, status: str) -> None:
        """Count the result of a step or hook."""
        self.status = min(self.status, status, key=CUCUMBER_STATUSES.index)


@dataclass
class Run:
    """One run of the features."""

    facts: Mapping[str, Any]
    """The content of zicm-run; empty in the stream of another program."""

    began: int
    """Seconds since the epoch."""

    success: bool
    scenarios: list[ScenarioEvidence]
    code: dict[str, CodeParts] = field(default_factory=dict)
    """By place, the code that a scenario of a condition ran."""

    sha256: str = ""
    """The hash of the file with the evidence; blank where it was not written."""


class FeatureIndex:
    """Features as Cucumber Messages describe them: joins a pickle with the document that it refers to."""

    def __init__(self) -> None:
        self._features: dict[str, str] = {}
        self._keywords: dict[str, str] = {}

    def add(self, document: Mapping[str, Any]) -> None:
        """Add the document of one feature file."""
        feature = document["feature"]
        self._features[document["uri"]] = feature["name"]
        for child in _children(feature):
            for step in child.get("steps", ()):
                self._keywords[step["id"]] = step["keyword"].strip()

    def scenario(self, pickle: Mapping[str, Any]) -> ScenarioEvidence:
        """Describe the scenario of a pickle; its steps have not run."""
        return ScenarioEvidence(
            place=f"{pickle['uri'].partition('/')[2]}:{pickle['location']['line']}",
            feature=self._features[pickle["uri"]],
            name=pickle["name"],
            tags=frozenset(tag["name"].removeprefix("@") for tag in pickle["tags"]),
            status="PASSED",
            message="",
            steps=[self._step(step) for step in pickle["steps"]],
            outline=pickle["astNodeIds"][0] if len(pickle["astNodeIds"]) > 1 else "",
        )

    def _step(self, step: Mapping[str, Any]) -> Step:
        argument = step.get("argument", {})
        rows = argument.get("dataTable", {}).get("rows")
        return Step(
            keyword=self._keywords[step["astNodeIds"][0]],
            text=step["text"],
            table=None if rows is None else [[cell["value"] for cell in row["cells"]] for row in rows],
            doc_string=argument.get("docString", {}).get("content"),
            status="UNKNOWN",
            nanos=0,
            message="",
            definition="",
        )


def _children(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """List backgrounds and scenarios of a feature or a rule."""
    children: Iterable[Mapping[str, Any]] = node["children"]
    for child in children:
        if "rule" in child:
            yield from _children(child["rule"])
        else:
            yield from child.values()
