"""Read the evidence of a run from its stream of Cucumber Messages."""

import json
from collections.abc import Iterable, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any

from harness.evidence.code.record import CodeParts, unpack
from harness.evidence.run import Attachment, FeatureIndex, Run, ScenarioEvidence, Step

FILE_NAME = "messages.ndjson"
"""The file with the evidence, in a folder of reports."""

MEDIA_TYPE = "application/json; profile="
"""The media type of every attachment, followed by its kind."""


def read(file: Path) -> Run:
    """Read `messages.ndjson`. Raises OSError, or ValueError for a file that holds no complete stream."""
    try:
        with file.open(encoding="utf-8") as lines:
            run = _from_envelopes(json.loads(line) for line in lines)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    run.sha256 = sha256_of(file)
    return run


def is_of_full_run(file: Path) -> bool:
    """Return True for evidence of a run that left nothing out; False where there is no evidence.

    Raises no error: evidence that cannot be read is replaced.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            facts = next((line for line in lines if f"{MEDIA_TYPE}zicm-run" in line), "")
        return bool(facts) and not json.loads(json.loads(facts)["attachment"]["body"]).get("partial")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def sha256_of(file: Path) -> str:
    """Hash a file as `sha256sum` does. Raises OSError."""
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def _from_envelopes(envelopes: Iterable[Mapping[str, Any]]) -> Run:
    reader = _Reader()
    try:
        for envelope in envelopes:
            for name, message in envelope.items():
                if read_message := getattr(reader, name, None):
                    read_message(message)
        return reader.run()
    except (KeyError, TypeError, AttributeError) as missing:
        raise ValueError(f"it is not a complete stream of messages: {missing}") from None


class _Reader:
    """Joins messages that refer to each other. Each public method reads the message of its name."""

    def __init__(self) -> None:
        self._facts: Mapping[str, Any] = {}
        self._code: dict[str, CodeParts] = {}
        self._began = 0
        self._success: bool | None = None
        """None until the run has ended."""

        self._features = FeatureIndex()
        self._pickles: dict[str, Mapping[str, Any]] = {}
        self._definitions: dict[str, str] = {}
        self._cases: dict[str, Mapping[str, Any]] = {}
        self._scenarios: dict[str, ScenarioEvidence] = {}
        self._steps: dict[tuple[str, str], Step | None] = {}

    def run(self) -> Run:
        """Return the run. Raises ValueError for a stream that was cut off, also between two messages."""
        if not self._facts or self._success is None:
            raise ValueError("it is not a complete stream of messages: it has no end")
        return Run(self._facts, self._began, self._success, list(self._scenarios.values()), self._code)

    def gherkinDocument(self, message: Mapping[str, Any]) -> None:
        self._features.add(message)

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
        self._scenarios[message["id"]] = scenario = self._features.scenario(pickle)
        by_id = {step["id"]: described for step, described in zip(pickle["steps"], scenario.steps, strict=True)}
        for test_step in case["testSteps"]:
            step = by_id[test_step["pickleStepId"]] if "pickleStepId" in test_step else None
            self._steps[message["id"], test_step["id"]] = step
            if step:
                step.definition = next((self._definitions[id_] for id_ in test_step.get("stepDefinitionIds", ())), "")

    def attachment(self, message: Mapping[str, Any]) -> None:
        kind = message["mediaType"].removeprefix(MEDIA_TYPE)
        content = json.loads(message["body"])
        if kind == "zicm-run":
            self._facts = content
        elif kind == "zicm-code":
            self._code = unpack(content)
        elif step := self._steps.get((message.get("testCaseStartedId", ""), message.get("testStepId", ""))):
            step.attachments.append(Attachment(kind, message.get("fileName", ""), content))

    def testStepFinished(self, message: Mapping[str, Any]) -> None:
        scenario = self._scenarios[message["testCaseStartedId"]]
        step = self._steps[message["testCaseStartedId"], message["testStepId"]]
        result = message["testStepResult"]
        scenario.add_result(result["status"])
        if step is None:
            scenario.message = scenario.message or result.get("message", "")
            return
        step.status, step.message = result["status"], result.get("message", "")
        step.nanos = result["duration"]["seconds"] * 1_000_000_000 + result["duration"]["nanos"]
