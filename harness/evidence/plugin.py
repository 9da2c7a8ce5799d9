"""A pytest plugin: every run of features leaves its evidence behind, as a stream of Cucumber Messages."""

from collections.abc import Callable, Generator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from harness.bdd.context import CONTEXT
from harness.bdd.failure.plugin import FAILURE_REPORT
from harness.bdd.mismatch import subscribed
from harness.bdd.plugins.condition_report import SCENARIO_PROPERTY
from harness.bdd.pytest_bdd_internals import Step, scenario_of
from harness.evidence.content_hash import digest
from harness.evidence.cucumber_writer import HookRun, Ran, RunInfo, stream, write
from harness.evidence.feature_documents import Documents
from harness.evidence.recorder import Recorder
from harness.evidence.step_definitions import place
from harness.files import FEATURES

STREAM = pytest.StashKey[list[Mapping[str, Any]]]()
"""The stream of a run that has ended, for those who make something of it."""

_RECORDER = pytest.StashKey[Recorder]()
_EVIDENCE = "zicm_evidence"
"""The attribute of a test's report that carries the evidence, from another process too."""

_STATUSES = {"passed": "PASSED", "failed": "FAILED", "skipped": "SKIPPED"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--reports", type=Path, metavar="DIR", help="where the evidence is written (default: reports)")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Evidence(reports_of(config), FEATURES), "zicm-evidence")


def reports_of(config: pytest.Config) -> Path:
    """The folder that a run writes to."""
    return config.getoption("--reports") or config.rootpath / "reports"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    if scenario_of(item) is None:
        return (yield)
    item.stash[_RECORDER] = recorder = Recorder()
    with subscribed(recorder.looked):
        return (yield)


def pytest_bdd_before_step(request: pytest.FixtureRequest, step_func: Callable[..., object]) -> None:
    if recorder := request.node.stash.get(_RECORDER, None):
        recorder.begin(place(step_func, FEATURES.parent))


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Step) -> None:
    if recorder := request.node.stash.get(_RECORDER, None):
        recorder.end(request.node.stash.get(CONTEXT, None), acts=step.type == "when")


@pytest.hookimpl(tryfirst=True)  # before the explanation looks further
def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Step, exception: Exception) -> None:
    if recorder := request.node.stash.get(_RECORDER, None):
        recorder.end(request.node.stash.get(CONTEXT, None), acts=step.type == "when", error=exception)


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, exception: Exception) -> None:
    if recorder := request.node.stash.get(_RECORDER, None):
        recorder.undefined(exception)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
    report = yield
    if call.when == "call" and (recorder := item.stash.get(_RECORDER, None)):
        context = item.stash.get(CONTEXT, None)
        if call.excinfo:
            recorder.stopped(call.excinfo.value, skipped=report.skipped)
        if explanation := item.stash.get(FAILURE_REPORT, None):
            recorder.explained(explanation)
        facts = (context.environment.name, context.settings.seed) if context else ("", 0)
        setattr(report, _EVIDENCE, (*facts, recorder.told(context)))
        del item.stash[_RECORDER]  # pytest keeps every test to the end, and Python would look through all they hold
    return report


class Evidence:
    """Gathers what ran, and writes it down in the end."""

    def __init__(self, folder: Path, features: Path) -> None:
        self._file = folder / "messages.ndjson"
        self._features = features
        self._ran: dict[str, Ran] = {}
        self._mode, self._seed = "", 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        where = dict(report.user_properties).get(SCENARIO_PROPERTY)
        if not isinstance(where, str):
            return
        ran = self._ran.setdefault(where, Ran(where, getattr(report, "worker_id", "")))
        if report.when == "setup":
            ran.set_up = _phase(report)
        elif report.when == "teardown":
            ran.tear_down = _phase(report)
        elif evidence := getattr(report, _EVIDENCE, None):
            self._mode, self._seed, ran.steps = evidence

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self._ran:
            return
        facts = RunInfo(self._mode, version("zicm"), self._seed, digest(), len(self._ran))
        features = sorted({ran.place.rpartition(":")[0] for ran in self._ran.values()})
        scenarios = dict(sorted(self._ran.items(), key=lambda item: _in_order(item[0])))
        documents = Documents(self._features, features)
        session.config.stash[STREAM] = envelopes = list(stream(facts, scenarios, documents, self._features.parent))
        write(self._file, envelopes)

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._ran:
            terminalreporter.write_line("")
            terminalreporter.write_line(f"evidence: {self._file}")


def _phase(report: pytest.TestReport) -> HookRun:
    text = report.longreprtext.strip().rpartition("\n")[2] if report.failed else ""
    began, nanos = (int(seconds * 1e9) for seconds in (report.start, report.duration))
    return HookRun(began, nanos, _STATUSES[report.outcome], text)


def _in_order(where: str) -> tuple[str, int]:
    feature, _, line = where.rpartition(":")
    return feature, int(line)
