"""Write the evidence of every run of features as a stream of Cucumber Messages: a pytest plugin."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from harness.bdd.context import CONTEXT
from harness.bdd.failure.plugin import FAILURE_REPORT
from harness.bdd.mismatch import subscribed
from harness.bdd.plugins.condition_report import RUN_FOLDER, SCENARIO_PROPERTY, reports_of
from harness.bdd.plugins.missing_reports import fail_run
from harness.bdd.pytest_bdd_internals import Step, scenario_of
from harness.environments.abap_plugin import ecc_of
from harness.environments.local_scm import set_up_recorded
from harness.environments.plugin import SHEET_ALONE
from harness.evidence import provenance
from harness.evidence.code.kept import kept_or_found
from harness.evidence.code.parts import forget_sources
from harness.evidence.code.tracer import Lines, LineTracer
from harness.evidence.content_hash import digest, digest_of
from harness.evidence.cucumber_reader import FILE_NAME, is_of_full_run, sha256_of
from harness.evidence.cucumber_writer import PATTERN, write
from harness.evidence.feature_documents import FeatureDocuments
from harness.evidence.recorder import Recorder
from harness.evidence.records import NANOS_PER_SECOND, HookRun, RunInfo, ScenarioRecord, ScenarioRun, to_run
from harness.evidence.run import Run
from harness.evidence.step_definitions import StepDefinitions, source_location
from harness.files import CHECKOUT, FEATURES, require_replaceable
from harness.specification.scenarios import read_readable_scenarios
from harness.testdata.scm_master_data import forget_master_data

RUN = pytest.StashKey[Run]()
"""The run after its end, for other plugins."""

BEFORE_REPLACING = pytest.StashKey[Callable[[], object]]()
"""An action of another plugin before the evidence of an earlier run is replaced."""

_RECORDER = pytest.StashKey[Recorder]()
_TRACER = pytest.StashKey[LineTracer]()
_LINES = pytest.StashKey[list[Lines]]()
"""The lines that ran for the whole run, or for one scenario."""

_SET_UPS = pytest.StashKey[dict[str, Lines]]()
"""The lines that filled SCM and set its connection up, by the settings of the landscape."""

_TRACED_FIXTURES = ("environment", "context")
_RECORD = "zicm_scenario_record"
"""The attribute of a test's report that carries a ScenarioRecord, also from another process."""

_STATUSES = {"passed": "PASSED", "failed": "FAILED", "skipped": "SKIPPED"}


def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError where the evidence would replace a file that is no evidence."""
    if not hasattr(config, "workerinput"):
        file = reports_of(config) / FILE_NAME
        try:
            require_replaceable(file, PATTERN)
        except OSError as error:
            raise pytest.UsageError(f"--reports: {file} cannot be written: {error.strerror}") from None
        config.pluginmanager.register(EvidenceCollector(FEATURES), "zicm-evidence")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Record the code that sets up the environment, once for all scenarios, and the context of one of a condition."""
    is_traced = fixturedef.argname in _TRACED_FIXTURES and _may_count(request.node)
    with _traced(request.config, request.node.stash) if is_traced else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    if scenario_of(item) is None:
        return (yield)
    item.stash[_RECORDER] = recorder = Recorder()
    with subscribed(recorder.compared), set_up_recorded(partial(_set_up_of_scm, item)):
        if not _may_count(item):
            return (yield)
        with _traced(item.config, item.stash):
            return (yield)


def _may_count(node: pytest.Item | pytest.Collector) -> bool:
    """Return True unless it is a scenario of no condition: an approval binds the code of its condition alone."""
    return not isinstance(node, pytest.Item) or any(one.name.startswith("condition_") for one in node.iter_markers())


@contextmanager
def _traced(config: pytest.Config, stash: pytest.Stash) -> Iterator[None]:
    """Record the code that runs."""
    with _tracer(config).recording() as lines:
        stash.setdefault(_LINES, []).append(lines)
        yield


def _tracer(config: pytest.Config) -> LineTracer:
    if _TRACER not in config.stash:
        config.stash[_TRACER] = LineTracer()
    return config.stash[_TRACER]


@contextmanager
def _set_up_of_scm(item: pytest.Item, settings: str, is_kept: bool) -> Iterator[None]:  # noqa: FBT001 - a callback
    """Record the code that fills SCM and sets its connection up, once for all scenarios with the same settings."""
    recorded = item.config.stash.setdefault(_SET_UPS, {})
    if is_kept:
        yield
    else:
        with _tracer(item.config).recording() as recorded[settings]:
            forget_master_data()
            yield
    item.stash.setdefault(_LINES, []).append(recorded[settings])


def pytest_bdd_before_step(request: pytest.FixtureRequest, step_func: Callable[..., object]) -> None:
    if recorder := request.node.stash.get(_RECORDER, None):
        recorder.begin(source_location(step_func, FEATURES.parent))
        if context := request.node.stash.get(CONTEXT, None):
            context.written_evidence = lambda: "".join(map(repr, recorder.step_records(context)))


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Step) -> None:
    if recorder := request.node.stash.get(_RECORDER, None):
        recorder.end(request.node.stash.get(CONTEXT, None), is_when=step.type == "when")


@pytest.hookimpl(tryfirst=True)  # before the explanation looks further
def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Step, exception: Exception) -> None:
    if recorder := request.node.stash.get(_RECORDER, None):
        recorder.end(request.node.stash.get(CONTEXT, None), is_when=step.type == "when", error=exception)


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
        mode, seed = (context.environment.mode.value, context.settings.seed) if context else ("", 0)
        recorded = [*item.session.stash.get(_LINES, []), *item.stash.get(_LINES, [])] if _may_count(item) else []
        setattr(report, _RECORD, ScenarioRecord(mode, seed, recorder.step_records(context), _joined(recorded)))
        del item.stash[_RECORDER]  # pytest keeps every test to the end
    return report


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable(report: object) -> Generator[None, Any, Any]:
    data = yield
    if record := getattr(report, _RECORD, None):
        data[_RECORD] = record.to_json()
    return data


@pytest.hookimpl(wrapper=True)
def pytest_report_from_serializable() -> Generator[None, Any, Any]:
    report = yield
    if isinstance(text := getattr(report, _RECORD, None), str):
        setattr(report, _RECORD, ScenarioRecord.from_json(text))
    return report


def pytest_unconfigure() -> None:
    forget_sources()  # before pytest collects all garbage


class EvidenceCollector:
    """Collects what ran, also in other processes, and writes it down at the end."""

    def __init__(self, features: Path) -> None:
        self._features = features
        self._scenarios: dict[str, ScenarioRun] = {}
        self._mode, self._seed = "", 0
        self._file: Path | None = None
        """The file that was written."""

        self._tested: tuple[str, dict[str, dict[str, str]]] | None = None
        """The hashes of what is tested, and of the ABAP and the flow, from before the first scenario."""

        self._changed = False
        """True if something of that has changed while the scenarios ran."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        if not session.items or any(map(scenario_of, session.items)):  # with pytest-xdist its workers have the items
            self._tested = _tested(session.config)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        place = dict(report.user_properties).get(SCENARIO_PROPERTY)
        if not isinstance(place, str):
            return
        scenario = self._scenarios.setdefault(place, ScenarioRun(place, getattr(report, "worker_id", "")))
        scenario.counts &= not hasattr(report, "wasxfail")
        if report.when == "setup":
            scenario.set_up = _hook_run(report)
        elif report.when == "teardown":
            scenario.tear_down = _hook_run(report)
        elif record := getattr(report, _RECORD, None):
            self._mode, self._seed = record.mode, record.seed
            scenario.steps, scenario.lines = record.steps, record.lines

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self._scenarios:
            return
        partial = len(self._scenarios) < len(read_readable_scenarios(self._features))
        folder = reports_of(session.config)
        if partial and is_of_full_run(folder / FILE_NAME):
            session.config.stash[RUN_FOLDER] = folder = folder / "partial"
        sheet_alone = session.config.stash.get(SHEET_ALONE, False)
        tested = _tested(session.config)
        self._changed = tested != self._tested
        info = RunInfo(
            mode=self._mode,
            version=version("zicm"),
            seed=self._seed,
            content="" if self._changed else tested[0],
            scenarios=len(self._scenarios),
            sheet_alone=sheet_alone,
            commit=provenance.commit(session.config.rootpath),
            user=provenance.user(),
            partial=partial,
            given=tested[1],
            ecc=ecc_of(session.config),
        )
        features = sorted({place.rpartition(":")[0] for place in self._scenarios})
        scenarios = dict(sorted(self._scenarios.items(), key=lambda item: _file_and_line(item[0])))
        documents = FeatureDocuments(self._features, features)
        definitions = StepDefinitions(self._features.parent)
        lines = {place: one.lines for place, one in scenarios.items() if one.lines}
        code = kept_or_found(getattr(session.config, "cache", None), lines, self._mode, tested[0])
        session.config.stash[RUN] = run = to_run(info, scenarios, documents, definitions, code)
        try:
            before_replacing = session.config.stash.get(BEFORE_REPLACING, lambda: None)
            file = folder / FILE_NAME
            write(file, info, scenarios, documents, definitions, code, before_replacing=before_replacing)
            run.sha256 = sha256_of(file)
        except OSError as problem:
            fail_run(session, f"no evidence: {problem}")
        else:
            self._file = file

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._file:
            terminalreporter.write_line("")
            terminalreporter.write_line(f"evidence: {self._file}")
            if RUN_FOLDER in terminalreporter.config.stash:
                terminalreporter.write_line("that of the last run of all scenarios was left as it is")
            if self._changed:
                terminalreporter.write_line(
                    "what is tested changed meanwhile: run again, this evidence approves nothing"
                )


def _tested(config: pytest.Config) -> tuple[str, dict[str, dict[str, str]]]:
    return digest(), given_of(config)


def given_of(config: pytest.Config) -> dict[str, dict[str, str]]:
    """Describe the ABAP and the flow of a run; a path in the checkout is relative to it, any other is absolute."""
    found = {}
    for name in ("abap", "flow"):
        if path := config.getoption(name, None):
            full, top = Path(path).resolve(), CHECKOUT.resolve()
            shown = (full.relative_to(top) if full.is_relative_to(top) else full).as_posix()
            found[name] = {"path": shown, "hash": digest_of(full)}
    return found


def _joined(recorded: Iterable[Lines]) -> Lines:
    lines: dict[str, set[int]] = {}
    for one in recorded:
        for file, numbers in one.items():
            lines.setdefault(file, set()).update(numbers)
    return {file: sorted(numbers) for file, numbers in lines.items()}


def _hook_run(report: pytest.TestReport) -> HookRun:
    text = report.longreprtext.strip().rpartition("\n")[2] if report.failed else ""
    began, nanos = (int(seconds * NANOS_PER_SECOND) for seconds in (report.start, report.duration))
    return HookRun(began, nanos, _STATUSES[report.outcome], text)


def _file_and_line(place: str) -> tuple[str, int]:
    feature, _, line = place.rpartition(":")
    return feature, int(line)
