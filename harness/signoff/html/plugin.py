"""Write the sign-off pack beside the evidence at the end of a run: a pytest plugin.

A run without a pack fails, even if all its scenarios passed. So does one whose pack is too large: it goes by mail, and
is opened in a meeting. Evidence and pack beside each other are of one run, also after it was killed: the earlier pack
goes before the evidence is replaced.
"""

from contextlib import suppress
from pathlib import Path

import pytest

from harness.bdd.plugins.condition_report import reports_of
from harness.bdd.plugins.missing_reports import fail_run
from harness.errors import UserError
from harness.evidence.plugin import BEFORE_REPLACING, RUN
from harness.files import FEATURES, approvals_file, require_replaceable, signoff_settings
from harness.signoff.approvals import storage
from harness.signoff.approvals.answers import answers_file, current_answers, read_answers
from harness.signoff.approvals.status import GivenVerdicts
from harness.signoff.html.page import PATTERN, build, write
from harness.specification.register import Register

MAX_BYTES = 1_200_000
"""The size that the pack may have."""

_MESSAGE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError where the pack would replace a file that is no pack."""
    if not hasattr(config, "workerinput"):
        try:
            require_replaceable(_file(config), PATTERN)
        except OSError as error:
            raise pytest.UsageError(f"--reports: {_file(config)} cannot be written: {error.strerror}") from None
        config.stash[BEFORE_REPLACING] = lambda: _remove(_file(config))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    run = session.config.stash.get(RUN, None)
    if run is None or not run.sha256:  # no evidence of this run: what is there stays, with its pack
        return
    file = _file(session.config)
    try:
        conditions = [condition.id for condition in Register.load().conditions]
        approvals = approvals_file(session.config.rootpath)
        register = Register.load()
        answers = current_answers(register, read_answers(answers_file(approvals), register))
        given = GivenVerdicts(storage.read(approvals, conditions), storage.read_code(approvals), answers)
        roles = storage.read_roles(signoff_settings(session.config.rootpath))
        write(build(run, FEATURES, given, roles), file)
    except (OSError, ValueError, UserError) as problem:
        with suppress(OSError):  # an earlier pack would pass for the one of this run
            _remove(file)
        left = f"; {file} is not of this run" if file.exists() else ""
        fail_run(session, f"no sign-off pack: {problem}{left}")
    else:
        session.config.stash[_MESSAGE] = f"sign-off pack: {file}"
        if (size := file.stat().st_size) > MAX_BYTES:
            fail_run(session, f"the pack has {size} bytes, and at most {MAX_BYTES} go by mail")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if message := terminalreporter.config.stash.get(_MESSAGE, None):
        terminalreporter.write_line(message)


def _remove(file: Path) -> None:
    """Remove an earlier pack. Raises OSError, also for a file that is no pack."""
    require_replaceable(file, PATTERN)
    file.unlink(missing_ok=True)


def _file(config: pytest.Config) -> Path:
    return reports_of(config) / "signoff.html"
