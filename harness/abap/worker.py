"""One process of Node that runs the function module of one system."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

from harness.errors import UserError

Rows = Sequence[Mapping[str, object]]

SECONDS = 60.0
"""The time limit of the start, and of a call; an endless loop ends then, as a work process of SAP does."""


class ShortDump(NamedTuple):
    """The early end of a program."""

    error: str
    """The name of the error, in capitals, or what the engine lacks."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.error} in {self.file}, line {self.line}" if self.file else self.error


class CallResult(NamedTuple):
    """The result of one call."""

    commits: list[dict[str, Rows]]
    """At each commit, table name to its rows; empty if nothing was written."""

    returned: dict[str, Any]
    """Parameter to its value."""

    dump: ShortDump | None = None


class AbapWorker:
    """A session of the runtime; it starts again with the next call after its process has ended."""

    def __init__(self, build: Path, seconds: float = SECONDS) -> None:
        """Start the process, and wait until it can be called: the first call must not take longer than others.

        It has to be ready after so many seconds. Raises UserError.
        """
        self._build = build
        self._process: subprocess.Popen[str] | None = None
        if dump := self._start(seconds):
            raise UserError(f"the ABAP does not start: {dump} in a class constructor, or before")

    def call(
        self,
        rows: Mapping[str, Rows],
        watched: Sequence[str],
        parameters: Mapping[str, object],
        seconds: float = SECONDS,
    ) -> CallResult:
        """Call the function module in a system whose tables hold `rows`. The rows of the watched ones are returned."""
        if self._process is None and (dump := self._start(SECONDS)):
            return CallResult([], {}, dump)
        request = json.dumps({"rows": rows, "watched": watched, "parameters": parameters})
        answer = self._answer(f"{request}\n", seconds)
        if isinstance(answer, ShortDump):
            return CallResult([], {}, answer)
        result = json.loads(answer)
        dump = ShortDump(**result["dump"]) if "dump" in result else None
        return CallResult(result["commits"], result.get("returned", {}), dump)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
            self._process = None

    def _start(self, seconds: float) -> ShortDump | None:
        """Start the process; return why it cannot be called."""
        self._process = subprocess.Popen(
            ["node", "--enable-source-maps", "worker.mjs"],  # noqa: S607 - `missing_engine` has looked for it
            cwd=self._build,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        ready = self._answer("", seconds)
        return ready if isinstance(ready, ShortDump) else None

    def _answer(self, request: str, seconds: float) -> str | ShortDump:
        """Return the next line of the process. One that writes no whole line in time is ended."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        limit = Timer(seconds, process.kill)
        limit.start()
        line = ""
        with suppress(OSError):
            process.stdin.write(request)
            process.stdin.flush()
            line = process.stdout.readline()
        in_time = limit.is_alive()
        limit.cancel()
        if in_time and line.endswith("\n"):
            return line
        self.close()
        return ShortDump("the process of the engine ended" if in_time else "TIME_OUT")
