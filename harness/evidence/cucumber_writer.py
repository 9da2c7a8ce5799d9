"""A run of features as a stream of Cucumber Messages: what was recorded, put into the order that the protocol wants."""

import json
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from enum import Enum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cucumber_messages import (
    Attachment,
    AttachmentContentEncoding,
    Duration,
    Envelope,
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
    Exception as MessageException,
)
from cucumber_messages.json_converter import snake_to_camel

from harness.evidence.feature_documents import Documents
from harness.evidence.media import MEDIA_TYPE
from harness.evidence.recorder import Told
from harness.evidence.step_definitions import Definitions
from harness.files import atomic_write

_RUN, _RUN_HOOK, _SET_UP, _TEAR_DOWN = "run", "hook-run", "hook-set-up", "hook-tear-down"
_NANOS = 1_000_000_000


@dataclass(frozen=True)
class RunInfo:
    """What is the same for the whole run."""

    mode: str
    version: str
    seed: int

    content: str
    """The hash over all that decides how features run, see `harness.evidence.content_hash`."""

    scenarios: int
    """How many ran."""


@dataclass
class HookRun:
    """Setting a scenario up, or clearing it away."""

    began: int = 0
    nanos: int = 0
    status: str = "PASSED"
    text: str = ""


@dataclass
class Ran:
    """One scenario that ran."""

    place: str
    worker: str
    set_up: HookRun = field(default_factory=HookRun)
    tear_down: HookRun = field(default_factory=HookRun)
    steps: list[Told] = field(default_factory=list)


def stream(
    facts: RunInfo, scenarios: Mapping[str, Ran], documents: Documents, top: Path
) -> Iterator[Mapping[str, Any]]:
    """The envelopes of the stream, as JSON. `top` is the folder below which step functions are named."""
    definitions = Definitions(top)
    began = min(ran.set_up.began for ran in scenarios.values())
    yield _plain(Envelope(meta=_meta(facts.version)))
    yield from documents.envelopes
    yield from (_plain(Envelope(step_definition=definition.message())) for definition in definitions.all)
    yield from map(_plain, _hooks())
    yield _plain(Envelope(test_run_started=TestRunStarted(timestamp=_timestamp(began), id=_RUN)))
    yield from map(_plain, _facts(facts, began))
    for number, ran in enumerate(scenarios.values(), 1):
        if ran.place in documents.pickles:
            yield from map(_plain, _scenario(f"case-{number}", ran, documents.pickles[ran.place], definitions))
    ended = max(ran.tear_down.began + ran.tear_down.nanos for ran in scenarios.values())
    success = all(phase != "FAILED" for ran in scenarios.values() for phase in _statuses(ran))
    finished = TestRunFinished(success=success, timestamp=_timestamp(ended), test_run_started_id=_RUN)
    yield _plain(Envelope(test_run_finished=finished))


def write(file: Path, envelopes: Iterable[Mapping[str, Any]]) -> None:
    """Write them, a line each, wholly or not at all. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(file) as half, half.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{json.dumps(envelope, ensure_ascii=False)}\n" for envelope in envelopes)


def _statuses(ran: Ran) -> Iterator[str]:
    yield from (ran.set_up.status, ran.tear_down.status)
    yield from ("FAILED" if step["status"] == "UNDEFINED" else step["status"] for step in ran.steps)


def _meta(our_version: str) -> Meta:
    return Meta(
        protocol_version=version("cucumber-messages"),
        implementation=Product("zicm", our_version),
        runtime=Product(sys.implementation.name, platform.python_version()),
        os=Product(platform.system(), platform.release()),
        cpu=Product(platform.machine()),
    )


def _hooks() -> Iterator[Envelope]:
    source = SourceReference(uri="harness/conftest.py", location=Location(line=1))
    for hook_id, name, kind in (
        (_RUN_HOOK, "what is the same for the whole run", HookType.before_test_run),
        (_SET_UP, "the landscape is set up", HookType.before_test_case),
        (_TEAR_DOWN, "the landscape is cleared away", HookType.after_test_case),
    ):
        yield Envelope(hook=Hook(id=hook_id, source_reference=source, name=name, type=kind))


def _facts(facts: RunInfo, began: int) -> Iterator[Envelope]:
    at = _timestamp(began)
    started = TestRunHookStarted(hook_id=_RUN_HOOK, id="run-facts", test_run_started_id=_RUN, timestamp=at)
    yield Envelope(test_run_hook_started=started)
    yield Envelope(
        attachment=Attachment(
            body=json.dumps(asdict(facts)),
            content_encoding=AttachmentContentEncoding.identity,
            media_type=f"{MEDIA_TYPE}zicm-run",
            file_name="the run",
            test_run_hook_started_id="run-facts",
            timestamp=at,
        )
    )
    done = TestRunHookFinished(_result("PASSED", 0), test_run_hook_started_id="run-facts", timestamp=at)
    yield Envelope(test_run_hook_finished=done)


def _scenario(case: str, ran: Ran, pickle: Mapping[str, Any], definitions: Definitions) -> Iterator[Envelope]:
    started = f"{case}-started"
    steps: list[Told | None] = [*ran.steps[: len(pickle["steps"])]]
    steps += [None] * (len(pickle["steps"]) - len(steps))
    ids = [f"{case}-step-{number}" for number in range(1, len(steps) + 1)]
    yield Envelope(
        test_case=TestCase(
            id=case,
            pickle_id=pickle["id"],
            test_steps=[
                TestStep(id=f"{case}-set-up", hook_id=_SET_UP),
                *(
                    _test_step(id_, told["definition"] if told else "", step, definitions)
                    for id_, told, step in zip(ids, steps, pickle["steps"], strict=True)
                ),
                TestStep(id=f"{case}-tear-down", hook_id=_TEAR_DOWN),
            ],
            test_run_started_id=_RUN,
        )
    )
    at = _timestamp(ran.set_up.began)
    yield Envelope(
        test_case_started=TestCaseStarted(0, started, test_case_id=case, timestamp=at, worker_id=ran.worker or None)
    )
    yield from _hook(started, f"{case}-set-up", ran.set_up)
    latest = ran.set_up.began + ran.set_up.nanos
    for id_, told in zip(ids, steps, strict=True):
        if told is None:
            yield from _step(started, id_, latest, _result("SKIPPED", 0), ())
            continue
        latest = told["began"] + told["nanos"]
        result = _result(told["status"], told["nanos"], told["error"])
        yield from _step(started, id_, told["began"], result, told["attachments"])
    yield from _hook(started, f"{case}-tear-down", ran.tear_down)
    ended = _timestamp(ran.tear_down.began + ran.tear_down.nanos)
    yield Envelope(test_case_finished=TestCaseFinished(started, timestamp=ended, will_be_retried=False))


def _test_step(id_: str, function: str, step: Mapping[str, Any], definitions: Definitions) -> TestStep:
    met = definitions.met(function, step["text"])
    return TestStep(
        id=id_,
        pickle_step_id=step["id"],
        step_definition_ids=[met.id] if met else [],
        step_match_arguments_lists=[met.arguments(step["text"])] if met else [],
    )


def _hook(started: str, id_: str, phase: HookRun) -> Iterator[Envelope]:
    error = ("error", phase.text) if phase.text else None
    return _step(started, id_, phase.began, _result(phase.status, phase.nanos, error), ())


def _step(
    started: str, id_: str, began: int, result: TestStepResult, attachments: Iterator[Any] | Any
) -> Iterator[Envelope]:
    at = _timestamp(began)
    yield Envelope(test_step_started=TestStepStarted(started, test_step_id=id_, timestamp=at))
    for kind, title, content in attachments:
        yield Envelope(
            attachment=Attachment(
                body=content,
                content_encoding=AttachmentContentEncoding.identity,
                media_type=f"{MEDIA_TYPE}{kind}",
                file_name=title,
                test_case_started_id=started,
                test_step_id=id_,
                timestamp=at,
            )
        )
    nanos = result.duration.seconds * _NANOS + result.duration.nanos
    finished = TestStepFinished(started, test_step_id=id_, test_step_result=result, timestamp=_timestamp(began + nanos))
    yield Envelope(test_step_finished=finished)


def _result(status: str, nanos: int, error: tuple[str, str] | None = None) -> TestStepResult:
    result = TestStepResult(Duration(seconds=nanos // _NANOS, nanos=nanos % _NANOS), TestStepResultStatus(status))
    if error:
        kind, result.message = error
        if status == "FAILED":
            result.exception = MessageException(type=kind, message=result.message)
    return result


def _timestamp(nanos: int) -> Timestamp:
    return Timestamp(seconds=nanos // _NANOS, nanos=nanos % _NANOS)


def _plain(message: Any) -> Any:
    """As `message_converter.to_dict`, in a fifth of its time: it is asked for every line."""
    if is_dataclass(message) and not isinstance(message, type):
        named = ((name, getattr(message, attribute)) for attribute, name in _names(type(message)))
        return {name: _plain(value) for name, value in named if value is not None}
    if isinstance(message, list):
        return [_plain(one) for one in message]
    return message.value if isinstance(message, Enum) else message


@cache
def _names(kind: type) -> list[tuple[str, str]]:
    """The attributes of a message, with their names in the protocol."""
    return [(one.name, snake_to_camel(one.name)) for one in fields(kind)]
