"""A pytest plugin: with `--watch` stay after the run, and run again what a changed script of a flow touches.

The environment, the JVM and the scenarios that were read stay, so that a change is answered at once.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.environments.plugin import FLOW
from harness.errors import UserError

if TYPE_CHECKING:
    from harness.environments.flow import FlowEnvironment

_LOOK_SECONDS = 0.2
_SHOWN_LINES = 12
"""The lines of the first failure that are shown."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--watch", action="store_true", help="with --flow: stay, and run again what a change touches")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--watch"):
        if not config.getoption("--flow"):
            raise pytest.UsageError("--watch goes with --flow")
        config.pluginmanager.register(FlowWatch(config), "zicm-watch")


class FlowWatch:
    """Runs the scenarios of a session again and again."""

    def __init__(self, config: pytest.Config, is_over: Callable[[], bool] = lambda: False) -> None:
        self._config = config
        self._flow: Path = config.getoption("--flow")
        self._seen = _times(self._flow)
        self._is_over = is_over
        self._touched: dict[str, set[str]] = {}
        """Scripts by the test that has run them."""

        self._failures: list[tuple[str, str]] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.items:
            self._run(session.items, "")
            environment = self._config.stash.get(FLOW, None)
            while environment is not None and not self._is_over():
                self._wait(session, environment)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._failures.append((report.nodeid, report.longreprtext))
            if len(self._failures) == 1:
                place = dict(report.user_properties).get("scenario", report.nodeid)
                self._say(f"  failed: {place}", *(f"    {line}" for line in _first_lines(report.longreprtext)))

    def _wait(self, session: pytest.Session, environment: "FlowEnvironment") -> None:
        """Look for a change since the last run began, and run what it touches."""
        before = self._seen
        while (after := _times(self._flow)) == before:
            if self._is_over():
                return
            time.sleep(_LOOK_SECONDS)
        self._seen = after
        changed = {file.name for file in {*before, *after} if before.get(file) != after.get(file)}
        scripts = {name for name in changed if name.endswith((".groovy", ".gsh"))}
        is_step = all(any(script in ran for ran in self._touched.values()) for script in scripts)
        runs_all = scripts != changed or not is_step  # a script that only others import may touch anything
        if runs_all:
            try:
                environment.reload()
            except UserError as why:
                self._say(str(why))
                return
        touched = [item for item in session.items if runs_all or self._touched[item.nodeid] & scripts]
        self._run(touched, ", ".join(sorted(changed)))

    def _run(self, items: list[pytest.Item], changed: str) -> None:
        began = time.perf_counter()
        failed_before = {nodeid for nodeid, _ in self._failures}
        self._failures = []
        for item in sorted(items, key=lambda one: one.nodeid not in failed_before):
            item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 - as what reruns tests has to
            item.ihook.pytest_runtest_protocol(item=item, nextitem=item.parent)  # what ends is the item, not its module
            environment = self._config.stash.get(FLOW, None)
            self._touched[item.nodeid] = set(environment.runtime.scripts_run) if environment else set()
        seconds = time.perf_counter() - began
        head = f"{datetime.now().astimezone():%H:%M:%S}"
        what = f" {changed} changed:" if changed else ""
        verdict = f"{len(self._failures)} failed" if self._failures else "all passed"
        self._say(f"{head}{what} {len(items)} scenarios, {verdict}, {seconds:.1f} s")

    def _say(self, *lines: str) -> None:
        reporter = self._config.pluginmanager.getplugin("terminalreporter")
        if reporter is not None:
            reporter.ensure_newline()
            for line in lines:
                reporter.write_line(line)
            reporter.flush()  # into a pipe, a line would wait until the next run


def _first_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()][:_SHOWN_LINES]


def _times(flow: Path) -> Mapping[Path, float]:
    """Return when each file of a flow was changed last."""
    files = [flow] if flow.is_file() else [file for file in flow.rglob("*") if file.is_file()]
    return {file: file.stat().st_mtime for file in files}
