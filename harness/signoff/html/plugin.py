"""Write the sign-off pack beside the evidence at the end of a run: a pytest plugin.

A run whose pack is too large fails, even if all its scenarios passed: it goes by mail, and is opened in a meeting.
"""

import pytest

from harness.errors import UserError
from harness.evidence.plugin import RUN, reports_of
from harness.files import APPROVALS, FEATURES
from harness.signoff.approvals import storage
from harness.signoff.html.page import build, write
from harness.specification.register import Register

MAX_BYTES = 3_000_000
"""The size that the pack may have."""

_MESSAGE = pytest.StashKey[str]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    run = session.config.stash.get(RUN, None)
    if run is None:
        return
    file = reports_of(session.config) / "signoff.html"
    try:
        approved = storage.read(APPROVALS, [condition.id for condition in Register.load().conditions])
        write(build(run, FEATURES, approved), file)
    except (OSError, ValueError, UserError) as problem:
        session.config.stash[_MESSAGE] = f"no sign-off pack: {problem}"
    else:
        size = file.stat().st_size
        message = f"sign-off pack: {file}"
        if size > MAX_BYTES:
            message += f"\nERROR: it has {size} bytes, and {MAX_BYTES} are the most that go by mail and open at once"
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        session.config.stash[_MESSAGE] = message


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if message := terminalreporter.config.stash.get(_MESSAGE, None):
        for line in message.splitlines():
            terminalreporter.write_line(line, red=line.startswith("ERROR"))
