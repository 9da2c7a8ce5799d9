"""Run the features against the reference middleware and the reference ABAP, with each of their faults.

`python -m harness.campaigns.seeded_faults.run`. Without a fault everything has to pass; each fault has to fail at least
one condition, or scenarios of the rule that the list names where no condition has its case. A fault of the ABAP has to
fail for what it breaks, and for nothing else.
"""

import argparse
import atexit
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from io import StringIO
from multiprocessing import get_context
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from threading import Timer
from typing import NamedTuple
from unittest.mock import patch

import pytest
from rich.console import Console

from harness.abap import build as abap_build
from harness.abap.build import INSTALL, REFERENCE, build, missing_engine
from harness.campaigns.seeded_faults.abap_faults import ABAP_FAULTS, AbapFault
from harness.campaigns.seeded_faults.reference_middleware.faults import FAULTS, SeededFault
from harness.campaigns.seeded_faults.report import NO_FAULT, FoundFault, report
from harness.environments.interfaces import MiddlewareAddress
from harness.files import TEST_FEATURES
from harness.specification.register import Register, Target
from simulator.ecc.wsdl import PATH as FUNCTION_PATH
from simulator.icertis.http_app import API

PARALLEL = 3
"""Number of middlewares that are tested side by side."""

SECONDS, ALL_SECONDS = 240, 1200
"""The time limits of one middleware, for the conditions and for every feature; then it is stopped."""

API_KEY = "key-of-the-other"
_ALL: Mapping[str, SeededFault | AbapFault] = {**FAULTS, **ABAP_FAULTS}
_PYTEST = ["-q", "-p", "pytest_bdd.plugin", "-p", "no:cacheprovider", "--tb=no"]
_PYTEST += ["-p", "no:harness.evidence.plugin", "-p", "no:unraisableexception"]
# The same process runs without the plugin of failures, which is then imported as a module, and with it.
_PYTEST += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
_COMPLETED = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)


@dataclass(frozen=True)
class FaultResult:
    """The result of the features against one middleware."""

    fault: str
    """NO_FAULT, or the name of the fault."""

    red: Sequence[str] = ()
    """Ids of the conditions that failed."""

    failed_others: int = 0
    """Number of failed scenarios without a condition."""

    passed: int = 0
    skipped: int = 0
    broken: str = ""
    """The reason there is no result; blank if there is one."""

    @property
    def is_expected(self) -> bool:
        if self.broken:
            return False
        if self.fault in ABAP_FAULTS and ABAP_FAULTS[self.fault].tags:
            return self.failed_others > 0
        return bool(self.red) if self.fault != NO_FAULT else self.passed > 0 and not self.red and not self.failed_others


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all faults, or those named. Return 1 if a fault is not found, or if one is found where there is none."""
    options = argparse.ArgumentParser(prog="python -m harness.campaigns.seeded_faults.run", description=__doc__)
    options.add_argument("faults", nargs="*", metavar="FAULT", help=f"one of {NO_FAULT}, {', '.join(_ALL)}")
    chosen = options.parse_args(arguments).faults or [NO_FAULT, *FAULTS, *([] if missing_engine() else ABAP_FAULTS)]
    if unknown := sorted({*chosen} - {NO_FAULT, *_ALL}):
        options.error(f"no such fault: {', '.join(unknown)}")
    results = run_all(chosen)
    print_results(results, Console())
    if (missing := missing_engine()) and {*chosen}.isdisjoint(ABAP_FAULTS):
        print(f"the faults of the ABAP were not run: {missing} is missing ({INSTALL})")  # noqa: T201 - a command
    return 0 if all(result.is_expected for result in results) else 1


def run_all(faults: Sequence[str]) -> list[FaultResult]:
    """Return the results in the same order. Each process tests one middleware after the other, as it starts slowly."""
    # Spawned, not forked, so that they share no state with this process.
    with ProcessPoolExecutor(min(PARALLEL, len(faults)), get_context("spawn")) as pool:
        return list(pool.map(run_features, faults))


def run_features(fault: str) -> FaultResult:
    """Run the features against the middleware in its own process: the conditions, or everything for NO_FAULT.

    Call it in a process that runs no other pytest.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # other plugins take seconds to load
    if fault in ABAP_FAULTS:
        return run_abap(fault, ABAP_FAULTS[fault])
    with TemporaryDirectory() as folder:
        results, port = Path(folder) / "results.json", free_port()
        with start_middleware(fault, port) as middleware, redirect_stdout(StringIO()) as out, redirect_stderr(out):
            seconds = ALL_SECONDS if fault == NO_FAULT else SECONDS
            end = Timer(seconds, middleware.process.terminate)
            end.start()
            code = pytest.main(_options(fault, middleware.url, port, results))
            in_time = end.is_alive()
            end.cancel()
        if not in_time:
            return FaultResult(fault, broken=f"it had not finished after {seconds} seconds")
        if code not in _COMPLETED or not results.exists():
            return FaultResult(fault, broken=out.getvalue()[-2000:])
        return read_result(fault, json.loads(results.read_text(encoding="utf-8")))


def run_abap(name: str, fault: AbapFault) -> FaultResult:
    """Run the conditions with a fault in the ABAP of both systems; each failure has to be for what the fault breaks."""
    with TemporaryDirectory() as folder:
        objects, results, reports = Path(folder) / "objects", Path(folder) / "results.json", Path(folder) / "reports"
        fault.put_into(copytree(REFERENCE, objects) / "src")
        tags = fault.tags or _conditions()
        options = [*_PYTEST, str(TEST_FEATURES), "-m", tags, "--abap", str(objects), "--reports", str(reports)]
        unchecked = patch.object(abap_build, "build", partial(build, checked=False))  # ABAP Unit would find it
        with unchecked, redirect_stdout(StringIO()) as out, redirect_stderr(out):
            code = pytest.main([*options, "--results-to", str(results)])
        if code not in _COMPLETED or not results.exists():
            return FaultResult(name, broken=out.getvalue()[-2000:])
        causes = _causes((reports / "failures.txt").read_text(encoding="utf-8")) if code else []
        if others := [cause for cause in causes if not re.search(fault.shows, cause, re.MULTILINE)]:
            return FaultResult(name, broken=f"other causes than {fault.shows}:\n{'; '.join(others)}")
        lines = json.loads(results.read_text(encoding="utf-8"))
        return read_result(name, [line for line in lines if line["result"] != "not run"])


def _causes(failures: str) -> list[str]:
    """Return the causes in the report of failures, each without the scenarios that it fails."""
    blocks = re.split(r"^\d+\. ", failures.partition("\n----")[0], flags=re.MULTILINE)[1:]
    return [re.split(r"^   (?:conditions? |\w+\.feature:)", block, flags=re.MULTILINE)[0].strip() for block in blocks]


def read_result(fault: str, lines: Sequence[Mapping[str, object]]) -> FaultResult:
    """Read the result from the table by condition."""

    def total(state: str) -> int:
        return sum(int(str(line.get(state, 0))) for line in lines)

    known = {one.id for one in Register.load().conditions_of(Target.ECC)}
    conditions = [line for line in lines if line["id"] in known]
    failed = sum(int(str(line.get("FAILED", 0))) for line in lines if not line["id"])
    red = [str(line["id"]) for line in conditions if line.get("FAILED")]
    not_run = [str(line["id"]) for line in conditions if line["result"] not in ("passed", "FAILED")]
    broken = f"conditions without a result: {', '.join(not_run)}" if not_run else ""
    return FaultResult(fault, red, failed, total("passed"), total("skipped"), broken)


def print_results(results: Sequence[FaultResult], console: Console) -> None:
    """Print what each fault fails, and why there is no result where there is none."""
    report([_line(result) for result in results], console)
    for result in results:
        if result.broken:
            console.print(f"\n{result.fault} has no result:\n{result.broken}", style="red", markup=False)


def _line(result: FaultResult) -> FoundFault:
    fault = _ALL.get(result.fault)
    rule, what = (fault.rule, fault.what) if fault else ("", "")
    expected_in = fault.tags if isinstance(fault, AbapFault) else ""
    red = ", ".join(result.red) or (
        f"none, but {result.failed_others} other scenarios" if result.failed_others else "none"
    )
    if result.broken:
        red = "no result"
    elif not fault and result.is_expected:
        red = f"none: {result.passed} scenarios passed, {result.skipped} skipped"
    return FoundFault(result.fault, rule, what, red, result.is_expected, expected_in)


class RunningMiddleware(NamedTuple):
    """A reference middleware in its own process."""

    process: subprocess.Popen[str]
    url: str


@contextmanager
def start_middleware(fault: str, port: int) -> Iterator[RunningMiddleware]:
    """Run the middleware, which calls ICI and ECC at `port`, while the context is open."""
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
            yield RunningMiddleware(process, json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()


def _options(fault: str, url: str, port: int, results: Path) -> list[str]:
    """Return the options of pytest. Evidence and explanations are off, as only pass or fail counts."""
    command = [*_PYTEST, "-p", "no:harness.bdd.failure.plugin", str(TEST_FEATURES)]
    command += ["--middleware-url", f"{url}/events", "--pending-url", f"{url}/pending"]
    command += ["--webhook-header", f"apikey:{API_KEY}", "--listen", f"127.0.0.1:{port}", "--results-to", str(results)]
    if fault != NO_FAULT:
        command += ["-m", _conditions()]
    return command


def _conditions() -> str:
    """Select the scenarios of every condition."""
    return " or ".join(condition.tag for condition in Register.load().conditions_of(Target.ECC))


def free_port() -> int:
    """Reserve a port, at which another process may listen; the system gives it to nobody who asks for any."""
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", 0))
    atexit.register(reserved.close)  # it is held as long as this process runs
    return int(reserved.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
