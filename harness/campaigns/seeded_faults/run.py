"""Holds another middleware to the features, once as it should be and once with each of its faults.

`python -m harness.campaigns.seeded_faults.run`. Correct, it has to pass everything; each fault has to turn at least one
condition red.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import NamedTuple

import pytest
from rich.console import Console
from rich.table import Table

from harness.campaigns.seeded_faults.reference_middleware.faults import FAULTS
from harness.environments.external import MiddlewareAddress
from harness.files import TEST_FEATURES
from harness.specification.register import Register
from simulator.ecc.wsdl import PATH as FUNCTION_PATH
from simulator.icertis.http_app import API

NO_FAULT = "(none)"
AT_ONCE = 3
"""How many middlewares are held to the features side by side."""

SECONDS = 240
"""How long one of them may take; then it is ended, and its features fail soon."""

API_KEY = "key-of-the-other"
_RAN = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


@dataclass(frozen=True)
class Result:
    """What the features said of one middleware."""

    fault: str
    """CORRECT, or its name."""

    red: Sequence[str] = ()
    """Ids of the conditions that failed."""

    red_others: int = 0
    """Scenarios beside the conditions that failed."""

    passed: int = 0
    skipped: int = 0
    broken: str = ""
    """Why there is no result."""

    @property
    def is_expected(self) -> bool:
        if self.broken:
            return False
        return bool(self.red) if self.fault != NO_FAULT else self.passed > 0 and not self.red and not self.red_others


def main(arguments: Sequence[str] | None = None) -> int:
    """Run them all, or those that are named. Returns the exit code: 1 where a fault was not found, or a false one."""
    options = argparse.ArgumentParser(prog="bdd-faulty", description=__doc__)
    options.add_argument("faults", nargs="*", metavar="FAULT", help=f"one of {NO_FAULT}, {', '.join(FAULTS)}")
    chosen = options.parse_args(arguments).faults or [NO_FAULT, *FAULTS]
    if unknown := sorted({*chosen} - {NO_FAULT, *FAULTS}):
        options.error(f"no such fault: {', '.join(unknown)}")
    results = all_held_to_the_features(chosen)
    report(results, Console())
    return 0 if all(result.is_expected for result in results) else 1


def all_held_to_the_features(faults: Sequence[str]) -> list[Result]:
    """The results, in the same order. Each process runs pytest for one middleware after the other: it starts slowly."""
    # Not forked: nothing of the process that starts them is to be in them.
    with ProcessPoolExecutor(min(AT_ONCE, len(faults)), get_context("spawn")) as pool:
        return list(pool.map(run_features, faults))


def run_features(fault: str) -> Result:
    """Run the features against the middleware in a process of its own: the conditions, and all of them if correct.

    To be called where no other pytest is at work.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # other plugins take seconds to load
    with TemporaryDirectory() as folder:
        results, port = Path(folder) / "results.json", free_port()
        with running(fault, port) as middleware, redirect_stdout(StringIO()) as out, redirect_stderr(out):
            end = Timer(SECONDS, middleware.process.terminate)
            end.start()
            code = pytest.main(_options(fault, middleware.url, port, results))
            in_time = end.is_alive()
            end.cancel()
        if not in_time:
            return Result(fault, broken=f"it was not done after {SECONDS} seconds")
        if code not in _RAN or not results.exists():
            return Result(fault, broken=out.getvalue()[-2000:])
        return read(fault, json.loads(results.read_text(encoding="utf-8")))


def read(fault: str, lines: Sequence[Mapping[str, object]]) -> Result:
    """The result, from the table by condition."""

    def total(state: str) -> int:
        return sum(int(str(line.get(state, 0))) for line in lines)

    conditions = [line for line in lines if line["id"]]
    failed = sum(int(str(line.get("FAILED", 0))) for line in lines if not line["id"])
    red = [str(line["id"]) for line in conditions if line.get("FAILED")]
    not_run = [str(line["id"]) for line in conditions if line["result"] not in ("passed", "FAILED")]
    broken = f"conditions without a result: {', '.join(not_run)}" if not_run else ""
    return Result(fault, red, failed, total("passed"), total("skipped"), broken)


def report(results: Sequence[Result], console: Console) -> None:
    """A table for people: which condition each fault turned red."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("fault", "breaks", "what is wrong", "conditions turned red"):
        table.add_column(column, overflow="fold")
    for result in results:
        fault = FAULTS.get(result.fault)
        rule, what = (fault.rule, fault.what) if fault else ("", "nothing")
        table.add_row(result.fault, rule, what, _said(result), style=None if result.is_expected else "red")
    console.print(table)
    found = [one for one in results if one.fault != NO_FAULT and one.is_expected]
    console.print(f"{len(found)} of {sum(one.fault != NO_FAULT for one in results)} faults found")
    for result in results:
        if result.broken:
            console.print(
                f"\n{result.fault} could not be held to the features:\n{result.broken}", style="red", markup=False
            )


def _said(result: Result) -> str:
    if result.broken:
        return "no result"
    if result.fault == NO_FAULT and result.is_expected:
        return f"none: {result.passed} scenarios passed, {result.skipped} skipped"
    return ", ".join(result.red) or (f"none, but {result.red_others} other scenarios" if result.red_others else "none")


class Running(NamedTuple):
    """A middleware in a process of its own."""

    process: subprocess.Popen[str]
    url: str


@contextmanager
def running(fault: str, port: int) -> Iterator[Running]:
    """Inside, the middleware runs, and calls ICI and ECC at `port`."""
    base, ours = f"http://127.0.0.1:{port}", MiddlewareAddress("")
    command = [sys.executable, "-m", "harness.campaigns.seeded_faults.reference_middleware", "--api-key", API_KEY]
    command += ["--ici-url", base + API, "--ici-token", ours.ici_token]
    command += ["--ecc-user", ours.ecc_login[0], "--ecc-password", ours.ecc_login[1]]
    for system in ("PF2", "WP2"):
        command += ["--ecc", f"{system}={base}/{system}{FUNCTION_PATH}"]
    if fault != NO_FAULT:
        command += ["--fault", fault]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603 - ours
        assert process.stdout is not None
        try:
            yield Running(process, json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()


def _options(fault: str, url: str, port: int, results: Path) -> list[str]:
    """Those of pytest. Nobody reads why a scenario has failed, so that it is not explained."""
    command = ["-q", "-p", "pytest_bdd.plugin", "-p", "no:cacheprovider", "--tb=no"]
    for plugin in ("harness.evidence.plugin", "harness.bdd.failure.plugin", "unraisableexception"):
        command += ["-p", f"no:{plugin}"]
    command += [str(TEST_FEATURES)]
    command += ["--middleware-url", f"{url}/events", "--pending-url", f"{url}/pending"]
    command += ["--webhook-header", f"apikey:{API_KEY}", "--listen", f"127.0.0.1:{port}", "--results-to", str(results)]
    if fault != NO_FAULT:
        command += ["-m", " or ".join(condition.tag for condition in Register.load().conditions)]
    return command


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
