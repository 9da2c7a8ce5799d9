"""Write the sign-off packs beside the evidence at the end of a run, one for each target: a pytest plugin.

A run without a pack fails, even if all its scenarios passed. So does one whose pack is too large: it goes by mail, and
is opened in a meeting. Evidence and packs beside each other are of one run, also after it was killed: the earlier packs
go before the evidence is replaced.
"""

from collections.abc import Iterable
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
from harness.signoff.html.page import PATTERN, build, keep_compiled, write
from harness.specification.register import Register, Target

MAX_BYTES = 1_200_000
"""The size that the pack may have."""

_MESSAGE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Raise UsageError where a pack would replace a file that is no pack."""
    if not hasattr(config, "workerinput"):
        for file in _files(config):
            try:
                require_replaceable(file, PATTERN)
            except OSError as error:
                raise pytest.UsageError(f"--reports: {file} cannot be written: {error.strerror}") from None
        config.stash[BEFORE_REPLACING] = lambda: _remove(_files(config))
        if cache := getattr(config, "cache", None):
            with suppress(OSError):
                keep_compiled(cache.mkdir("templates"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    run = session.config.stash.get(RUN, None)
    if run is None or not run.sha256:  # no evidence of this run: what is there stays, with its pack
        return
    files = _files(session.config)
    written = []
    try:
        register = Register.load()
        conditions = [condition.id for condition in register.conditions]
        approvals = approvals_file(session.config.rootpath)
        answers = current_answers(register, read_answers(answers_file(approvals), register))
        given = GivenVerdicts(storage.read(approvals, conditions), storage.read_code(approvals), answers)
        roles = storage.read_roles(signoff_settings(session.config.rootpath))
        for target, page in build(run, FEATURES, given, roles).items():
            write(page, file := reports_of(session.config) / target.pack)
            written.append(file)
    except (OSError, ValueError, UserError) as problem:
        with suppress(OSError):  # an earlier pack would pass for the one of this run
            _remove(files)
        left = "".join(f"; {file} is not of this run" for file in files if file.exists())
        fail_run(session, f"no sign-off pack: {problem}{left}")
    else:
        session.config.stash[_MESSAGE] = f"sign-off pack: {' and '.join(map(str, written))}"
        for file in written:
            if (size := file.stat().st_size) > MAX_BYTES:
                fail_run(session, f"the pack {file} has {size} bytes, and at most {MAX_BYTES} go by mail")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if message := terminalreporter.config.stash.get(_MESSAGE, None):
        terminalreporter.write_line(message)


def _remove(files: Iterable[Path]) -> None:
    """Remove earlier packs. Raises OSError, also for a file that is no pack."""
    for file in files:
        require_replaceable(file, PATTERN)
        file.unlink(missing_ok=True)


def _files(config: pytest.Config) -> list[Path]:
    return [reports_of(config) / target.pack for target in Target]
