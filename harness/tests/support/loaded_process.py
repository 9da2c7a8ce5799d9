"""Start Python as a copy of a process that has loaded what runs of features and `zicm serve` load.

To load it takes longer than most of what tests start. A copy begins where a module begins that Python runs by its name:
with its arguments, its directory, its environment and its streams. What it does in its memory stays its own.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, NamedTuple

import harness.environments.server_process  # noqa: F401 - which says what to load, and would have the last word
from harness.files import CHECKOUT

COPIES = multiprocessing.get_context("forkserver")
"""Starts processes that are copies of it."""

COPIES.set_forkserver_preload(["harness.tests.support.loaded_modules"])


class Start(NamedTuple):
    """A process to start: the module with its arguments, as after `python -m`, and where."""

    command: Sequence[str]
    cwd: Path = CHECKOUT
    env: Mapping[str, str] | None = None
    """The environment; ours by default."""


def _begin(start: Start, path: Sequence[str], streams: Sequence[Connection]) -> None:
    """Become that process. `path` are the folders of modules that come first."""
    for number, stream in enumerate(streams, 1):
        os.dup2(stream.fileno(), number)
        stream.close()
    os.environ.clear()
    os.environ.update(start.env or {})
    encoding = os.environ.get("PYTHONIOENCODING", "utf-8")
    sys.stdout, sys.stderr = (open(number, "w", encoding=encoding, closefd=False) for number in (1, 2))  # noqa: SIM115
    time.tzset()
    tempfile.tempdir = None  # it depends on the environment
    os.chdir(start.cwd)
    sys.path[:0] = path
    sys.argv = [*start.command]
    runpy.run_module(start.command[0], run_name="__main__", alter_sys=True)


class LoadedProcess:
    """A process that runs, with what `subprocess.Popen` offers of it."""

    def __init__(self, start: Start, stdout: IO[str], stderr: IO[str]) -> None:
        env = {**os.environ} if start.env is None else {**start.env}
        path = [str(start.cwd), *filter(None, env.get("PYTHONPATH", "").split(os.pathsep))]
        streams = [Connection(os.dup(stream.fileno()), readable=False) for stream in (stdout, stderr)]
        self._process = COPIES.Process(target=_begin, args=(start._replace(env=env), path, streams))
        self._process.start()
        for stream in streams:
            stream.close()

    def wait(self, seconds: float) -> int:
        """Wait for its end. Return the exit code."""
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, seconds)
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        assert self._process.pid
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


@contextmanager
def started(start: Start, stdout: IO[str], stderr: IO[str]) -> Iterator[LoadedProcess]:
    """Start a process, and kill it at the end if it still runs."""
    process = LoadedProcess(start, stdout, stderr)
    try:
        yield process
    finally:
        process.kill()


def run(start: Start, seconds: float) -> "subprocess.CompletedProcess[str]":
    """Run a process to its end."""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as out,
        tempfile.TemporaryFile("w+", encoding="utf-8") as err,
        started(start, out, err) as process,
    ):
        code = process.wait(seconds)
        for file in (out, err):
            file.seek(0)
        return subprocess.CompletedProcess([*start.command], code, out.read(), err.read())
