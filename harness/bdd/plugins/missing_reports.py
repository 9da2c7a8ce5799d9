"""A pytest plugin: a report that cannot be written fails the run, and the last lines say why."""

from collections.abc import Generator

import pytest

_PROBLEMS = pytest.StashKey[list[str]]()


def fail_run(session: pytest.Session, problem: str) -> None:
    """Let a run end with an error, even if all its scenarios passed."""
    session.config.stash.setdefault(_PROBLEMS, []).append(problem)
    if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


class LastLines:
    """Prints the problems below everything else."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        yield
        for problem in terminalreporter.config.stash.get(_PROBLEMS, []):
            terminalreporter.write_line(f"ERROR: {problem}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(LastLines())  # after all others, so that its hook ends last
