"""Write a run of features as a stream of Cucumber Messages, in the order that the protocol prescribes."""

import json
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from enum import Enum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from cucumber_messages import (
    Attachment as AttachmentMessage,
)
from cucumber_messages import (
    AttachmentContentEncoding,
    Duration,
    Hook,
    HookType,
    Location,
    Meta,
    Product,
    SourceReference,
    TestCase,
    TestCaseFinished,
    TestCaseStarted,
    TestRunFinished,
    TestRunHookFinished,
    TestRunHookStarted,
    TestRunStarted,
    TestStep,
    TestStepFinished,
    TestStepResult,
    TestStepResultStatus,
    TestStepStarted,
    Timestamp,
)
from cucumber_messages import (
    Exception as ExceptionMessage,
)
from cucumber_messages.json_converter import snake_to_camel

from harness.evidence.code.record import CodeParts, pack
from harness.evidence.cucumber_reader import MEDIA_TYPE
from harness.evidence.feature_documents import FeatureDocuments
from harness.evidence.records import NANOS_PER_SECOND, HookRun, RunInfo, ScenarioRun, StepError
from harness.evidence.run import Attachment
from harness.evidence.step_definitions import StepDefinitions
from harness.files import atomic_write

PATTERN = rb'"implementation": \{"name": "zicm"'
"""Found at the beginning of the evidence of an earlier run, which may be replaced."""

Enveloped: TypeAlias = Mapping[str, Any]
"""A message, by its name."""

_RUN, _RUN_HOOK, _SET_UP, _TEAR_DOWN = "run", "hook-run", "hook-set-up", "hook-tear-down"


def write(  # noqa: PLR0913, PLR0917 - what a run consists of
    file: Path,
    info: RunInfo,
    scenarios: Mapping[str, ScenarioRun],
    documents: FeatureDocuments,
    definitions: StepDefinitions,
    code: Mapping[str, CodeParts],
    *,
    before_replacing: Callable[[], object],
) -> None:
    """Write one envelope on each line, the whole stream or nothing. Raises OSError.

    `before_replacing` is called once all of it is written, and an earlier file is to be replaced.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    encode = json.JSONEncoder(default=_to_json, ensure_ascii=False).encode
    with atomic_write(file, PATTERN) as half:
        with half.open("w", encoding="utf-8", newline="\n") as out:
            for envelope in _stream(info, scenarios, documents, definitions, code):
                out.write(f"{encode(envelope)}\n")
        before_replacing()


def _stream(
    info: RunInfo,
    scenarios: Mapping[str, ScenarioRun],
    documents: FeatureDocuments,
    definitions: StepDefinitions,
    code: Mapping[str, CodeParts],
) -> Iterator[Enveloped]:
    began = min(scenario.set_up.began for scenario in scenarios.values())
    yield {"meta": _meta(info.version)}
    yield from documents.envelopes
    yield from ({"stepDefinition": definition.message()} for definition in definitions.all)
    yield from _hooks()
    yield {"testRunStarted": TestRunStarted(timestamp=_timestamp(began), id=_RUN)}
    yield from _run_info(info, code, began)
    for number, scenario in enumerate(scenarios.values(), 1):
        if scenario.place in documents.pickles:
            yield from _scenario(f"case-{number}", scenario, documents.pickles[scenario.place], definitions)
    ended = max(scenario.tear_down.ended for scenario in scenarios.values())
    success = all(scenario.is_success for scenario in scenarios.values())
    finished = TestRunFinished(success=success, timestamp=_timestamp(ended), test_run_started_id=_RUN)
    yield {"testRunFinished": finished}


def _meta(our_version: str) -> Meta:
    return Meta(
        protocol_version=version("cucumber-messages"),
        implementation=Product("zicm", our_version),
        runtime=Product(sys.implementation.name, platform.python_version()),
        os=Product(platform.system(), platform.release()),
        cpu=Product(platform.machine()),
    )


def _hooks() -> Iterator[Enveloped]:
    source = SourceReference(uri="harness/conftest.py", location=Location(line=1))
    for hook_id, name, kind in (
        (_RUN_HOOK, "what is the same for the whole run", HookType.before_test_run),
        (_SET_UP, "the landscape is set up", HookType.before_test_case),
        (_TEAR_DOWN, "the landscape is cleared away", HookType.after_test_case),
    ):
        yield {"hook": Hook(id=hook_id, source_reference=source, name=name, type=kind)}


def _run_info(info: RunInfo, code: Mapping[str, CodeParts], began: int) -> Iterator[Enveloped]:
    at = _timestamp(began)
    started = TestRunHookStarted(hook_id=_RUN_HOOK, id="run-facts", test_run_started_id=_RUN, timestamp=at)
    yield {"testRunHookStarted": started}
    for kind, title, content in (("run", "the run", asdict(info)), ("code", "the code that ran", pack(code))):
        yield {
            "attachment": AttachmentMessage(
                body=json.dumps(content),
                content_encoding=AttachmentContentEncoding.identity,
                media_type=f"{MEDIA_TYPE}zicm-{kind}",
                file_name=title,
                test_run_hook_started_id="run-facts",
                timestamp=at,
            )
        }
    done = TestRunHookFinished(_result("PASSED", 0), test_run_hook_started_id="run-facts", timestamp=at)
    yield {"testRunHookFinished": done}


def _scenario(
    case: str, scenario: ScenarioRun, pickle: Mapping[str, Any], definitions: StepDefinitions
) -> Iterator[Enveloped]:
    started = f"{case}-started"
    records = scenario.steps_of(pickle)
    ids = [f"{case}-step-{number}" for number in range(1, len(records) + 1)]
    yield {
        "testCase": TestCase(
            id=case,
            pickle_id=pickle["id"],
            test_steps=[
                TestStep(id=f"{case}-set-up", hook_id=_SET_UP),
                *(
                    _test_step(id_, record.definition if record else "", step, definitions)
                    for id_, record, step in zip(ids, records, pickle["steps"], strict=True)
                ),
                TestStep(id=f"{case}-tear-down", hook_id=_TEAR_DOWN),
            ],
            test_run_started_id=_RUN,
        )
    }
    at = _timestamp(scenario.set_up.began)
    yield {
        "testCaseStarted": TestCaseStarted(
            0, started, test_case_id=case, timestamp=at, worker_id=scenario.worker or None
        )
    }
    yield from _hook(started, f"{case}-set-up", scenario.set_up)
    latest = scenario.set_up.ended
    for id_, record in zip(ids, records, strict=True):
        if record is None:
            yield from _step(started, id_, latest, _result("SKIPPED", 0))
            continue
        latest = record.ended
        result = _result(record.status, record.nanos, record.error)
        yield from _step(started, id_, record.began, result, record.attachments)
    yield from _hook(started, f"{case}-tear-down", scenario.tear_down)
    ended = _timestamp(scenario.tear_down.ended)
    yield {"testCaseFinished": TestCaseFinished(started, timestamp=ended, will_be_retried=False)}


def _test_step(id_: str, function: str, step: Mapping[str, Any], definitions: StepDefinitions) -> TestStep:
    definition = definitions.matching(function, step["text"])
    return TestStep(
        id=id_,
        pickle_step_id=step["id"],
        step_definition_ids=[definition.id] if definition else [],
        step_match_arguments_lists=[definition.arguments(step["text"])] if definition else [],
    )


def _hook(started: str, id_: str, hook: HookRun) -> Iterator[Enveloped]:
    error = StepError("error", hook.text) if hook.text else None
    return _step(started, id_, hook.began, _result(hook.status, hook.nanos, error))


def _step(
    started: str, id_: str, began: int, result: TestStepResult, attachments: Iterable[Attachment] = ()
) -> Iterator[Enveloped]:
    at = _timestamp(began)
    yield {"testStepStarted": TestStepStarted(started, test_step_id=id_, timestamp=at)}
    for attachment in attachments:
        yield {
            "attachment": AttachmentMessage(
                body=attachment.body,
                content_encoding=AttachmentContentEncoding.identity,
                media_type=f"{MEDIA_TYPE}{attachment.kind}",
                file_name=attachment.title,
                test_case_started_id=started,
                test_step_id=id_,
                timestamp=at,
            )
        }
    nanos = result.duration.seconds * NANOS_PER_SECOND + result.duration.nanos
    finished = TestStepFinished(started, test_step_id=id_, test_step_result=result, timestamp=_timestamp(began + nanos))
    yield {"testStepFinished": finished}


def _result(status: str, nanos: int, error: StepError | None = None) -> TestStepResult:
    duration = Duration(seconds=nanos // NANOS_PER_SECOND, nanos=nanos % NANOS_PER_SECOND)
    result = TestStepResult(duration, TestStepResultStatus(status))
    if error:
        result.message = error.text
        if status == "FAILED":
            result.exception = ExceptionMessage(type=error.kind, message=error.text)
    return result


def _timestamp(nanos: int) -> Timestamp:
    return Timestamp(seconds=nanos // NANOS_PER_SECOND, nanos=nanos % NANOS_PER_SECOND)


def _to_json(message: Any) -> object:
    """Name the fields of a message for `json`; `message_converter.to_dict` takes five times as long."""
    if isinstance(message, Enum):
        return message.value
    named = ((name, getattr(message, attribute)) for attribute, name in _names(message.__class__))
    return {name: value for name, value in named if value is not None}


@cache
def _names(kind: type[Any]) -> list[tuple[str, str]]:
    """List the attributes of a message, with their names in the protocol. Raises TypeError for anything else."""
    return [(field.name, snake_to_camel(field.name)) for field in fields(kind)]
