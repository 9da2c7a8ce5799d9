"""Flows of one HTTPS sender, with what a test puts between its start and its end."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from harness.doubles.clocks import ManualClock
from harness.flow.runtime import Configuration, FlowAnswer, FlowRuntime
from harness.tests.support.flow_files import FlowFile, ProcessFile

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class SmallFlow:
    """A flow whose HTTPS sender starts its first process."""

    def __init__(self, folder: Path, open_until: ExitStack) -> None:
        self.file = FlowFile(namespaces="xmlns:n=urn:n", headers="X-Name")
        self.process = ProcessFile(self.file, "Main")
        self.clock = ManualClock(START)
        start = self.process.start()
        self.file.channel("HTTPS", "Sender", start, urlPath="/in")
        self._folder = folder
        self._open = open_until

    def deploy(
        self,
        scripts: Mapping[str, str] = {},
        parameters: str = "",
        configuration: Configuration | None = None,
    ) -> FlowRuntime:
        """Write the flow, and run it."""
        self.process.close()
        path = self.file.write(self._folder, scripts, parameters)
        runtime = FlowRuntime(path, configuration or Configuration(), lambda: self.clock.now)
        self._open.callback(runtime.close)
        return runtime

    def post(self, body: str = "", scripts: Mapping[str, str] = {}, headers: Mapping[str, str] = {}) -> FlowAnswer:
        """Deploy the flow with an end behind its last step, post a body, and return the answer."""
        self.process.end()
        runtime = self.deploy(scripts)
        return runtime.receive("/http/in", body.encode(), headers)


@pytest.fixture
def flow(tmp_path: Path) -> Iterator[SmallFlow]:
    with ExitStack() as open_until:
        yield SmallFlow(tmp_path / "flow", open_until)
