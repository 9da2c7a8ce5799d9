"""A pytest plugin: hold a scenario before its steps, and tell the console what came of each."""

from collections.abc import Callable, Mapping
from functools import partial

import pytest

from harness.bdd.context import CONTEXT
from harness.bdd.failure.rendering import comparison_lines
from harness.bdd.feature_error import FeatureError
from harness.bdd.mismatch import Mismatch
from harness.console.play import Play, StepState
from harness.environments.in_process import InProcessEnvironment
from harness.environments.interfaces import Environment, NotSupported
from harness.environments.plugin import HANDED_IN
from harness.files import TEST_FEATURES
from simulator.icertis.tenant import NotAllowedError

_NOT_HERE = (
    "cacheprovider", "terminal", "warnings", "faulthandler", "unraisableexception", "threadexception", "junitxml",
    "xdist", "harness.evidence.plugin", "harness.evidence.verdict_plugin", "harness.signoff.html.plugin",
    "harness.bdd.failure.plugin", "harness.bdd.failure.summary_plugin",
)  # fmt: skip
"""Plugins that write reports, or that change what belongs to the whole process."""


def run(play: Play, environment: Environment) -> None:
    """Run the scenario of a play with pytest within this thread, and close the environment."""
    off = [word for name in _NOT_HERE for word in ("-p", f"no:{name}")]
    asked = [str(TEST_FEATURES), "--scenario", play.scenario.place, "-s", "-o", "addopts=", "-o", "filterwarnings="]
    try:
        status = pytest.main([*asked, *off], plugins=[_PlayPlugin(play, environment)])
    finally:
        environment.close()
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not play.problem:
        play.problem = f"pytest ended with {pytest.ExitCode(status).name}"


def in_process(settings: Mapping[str, object]) -> Callable[[Play], None]:
    """Return a function that runs a play in a new landscape with these settings."""
    environment = InProcessEnvironment()
    environment.own_settings = settings
    return partial(run, environment=environment)


class _PlayPlugin:
    """Holds one scenario with its play."""

    def __init__(self, play: Play, environment: Environment) -> None:
        self._play = play
        self._environment = environment

    def pytest_configure(self, config: pytest.Config) -> None:
        config.stash[HANDED_IN] = self._environment

    def pytest_bdd_before_step(self, request: pytest.FixtureRequest) -> None:
        self._play.begin(request.session)

    def pytest_bdd_after_step(self) -> None:
        self._play.end(StepState.PASSED)

    def pytest_bdd_step_error(self, request: pytest.FixtureRequest, exception: Exception) -> None:
        if isinstance(exception, NotSupported):
            self._play.end(StepState.SKIPPED, str(exception))
            return
        context = request.node.stash.get(CONTEXT, None)
        is_hidden = bool(context and context.is_built and context.ici.confidential_ids())
        self._play.end(StepState.FAILED, _why(exception, is_hidden=is_hidden))

    def pytest_bdd_step_func_lookup_error(self) -> None:
        self._play.end(StepState.FAILED, "no step has this sentence")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.when != "call":
            self._play.problem = report.longreprtext.strip().rpartition("\n")[2]


def _why(exception: Exception, *, is_hidden: bool) -> str:
    """Say why a step failed; of a scenario with a confidential agreement no value that was seen (SEC-2)."""
    if isinstance(exception, Mismatch):
        if is_hidden:
            return "It is not as expected. What was seen is withheld: an agreement is confidential (SEC-2)."
        return "\n".join(line for one in exception.comparisons for line in comparison_lines(one))
    if isinstance(exception, FeatureError | NotAllowedError) and not is_hidden:
        return str(exception)
    return f"the step raised {type(exception).__name__}"
