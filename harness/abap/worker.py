"""One process of Node that runs the function module of one system."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

Rows = Sequence[Mapping[str, object]]

SECONDS = 60.0
"""The time limit of a call; an endless loop ends then, as a work process of SAP does."""


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

    def __init__(self, build: Path) -> None:
        """Start the process, and wait until it can be called: the first call must not take longer than others."""
        self._build = build
        self._process: subprocess.Popen[str] | None = self._start()

    def call(
        self,
        rows: Mapping[str, Rows],
        watched: Sequence[str],
        parameters: Mapping[str, object],
        seconds: float = SECONDS,
    ) -> CallResult:
        """Call the function module in a system whose tables hold `rows`. The rows of the watched ones are returned."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        limit = Timer(seconds, process.kill)
        limit.start()
        answer = ""
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps({"rows": rows, "watched": watched, "parameters": parameters}) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        in_time = limit.is_alive()
        limit.cancel()
        if not answer:
            self.close()
            return CallResult([], {}, ShortDump("the process of the engine ended" if in_time else "TIME_OUT"))
        told = json.loads(answer)
        dump = ShortDump(**told["dump"]) if "dump" in told else None
        return CallResult(told["commits"], told.get("returned", {}), dump)

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()
            self._process = None

    def _start(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            ["node", "--enable-source-maps", "worker.mjs"],  # noqa: S607 - `missing_engine` has looked for it
            cwd=self._build,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert process.stdout is not None
        process.stdout.readline()
        return process
