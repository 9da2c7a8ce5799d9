"""A pytest plugin: at the end of a run of features the sign-off pack is written beside the evidence.

A run whose pack is too large fails, even if all its scenarios passed: it goes by mail, and is opened in a meeting.
"""

import pytest
from gherkin.errors import ParserError

from harness.errors import UserError
from harness.evidence.plugin import RUN, reports_of
from harness.files import APPROVALS, FEATURES
from harness.signoff.approvals import storage
from harness.signoff.html.build import pack_of
from harness.signoff.html.page import write
from harness.specification.register import Register

LARGEST = 3_000_000
"""How many bytes the pack may have."""

_SAID = pytest.StashKey[str]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    run = session.config.stash.get(RUN, None)
    if run is None:
        return
    page = reports_of(session.config) / "signoff.html"
    try:
        approved = storage.read(APPROVALS, [condition.id for condition in Register.load().conditions])
        write(pack_of(run, FEATURES, approved), page)
    except (OSError, ValueError, ParserError, UserError) as problem:
        session.config.stash[_SAID] = f"no sign-off pack: {problem}"
    else:
        size = page.stat().st_size
        said = f"sign-off pack: {page}"
        if size > LARGEST:
            said += f"\nERROR: it has {size} bytes, and {LARGEST} are the most that go by mail and open at once"
            if session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        session.config.stash[_SAID] = said


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if said := terminalreporter.config.stash.get(_SAID, None):
        for line in said.splitlines():
            terminalreporter.write_line(line, red=line.startswith("ERROR"))
