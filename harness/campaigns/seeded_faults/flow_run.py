"""Run the conditions against the reference flow, without a fault and with each of its faults.

`python -m harness.campaigns.seeded_faults.flow_run`. Without a fault everything has to pass. Each fault has to fail at
least one condition, or scenarios of the rule that the list names where no condition has its case; and every failure has
to be about what the fault breaks.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from rich.console import Console

from harness.campaigns.seeded_faults.flow_faults import FLOW_FAULTS
from harness.campaigns.seeded_faults.report import NO_FAULT, FoundFault, report
from harness.environments.missing_tools import is_strict
from harness.environments.plugin import FLOW
from harness.files import REFERENCE_FLOW, TEST_FEATURES
from harness.flow.jvm import INSTALL, missing
from harness.specification.register import Register


class FlowFaultResult(NamedTuple):
    """The result of the conditions with one fault."""

    fault: str
    red: Sequence[str]
    """Ids of the conditions that failed, or names of other scenarios."""

    passed: int
    strangers: Sequence[str]
    """Failures that are about something else."""

    @property
    def is_expected(self) -> bool:
        if self.fault == NO_FAULT:
            return bool(self.passed) and not self.red
        return bool(self.red) and not self.strangers


class FaultRounds:
    """A pytest plugin: run the scenarios of a session once for each fault."""

    def __init__(self, faults: Sequence[str], flow: Path) -> None:
        self._faults = faults
        self._flow = flow
        self._reports: list[pytest.TestReport] = []
        self.results: list[FlowFaultResult] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        conditions = {one.tag: one.id for one in Register.load().conditions}
        for name in self._faults:
            shutil.copytree(REFERENCE_FLOW, self._flow, dirs_exist_ok=True)
            if name != NO_FAULT:
                FLOW_FAULTS[name].apply(self._flow)
            if environment := session.config.stash.get(FLOW, None):
                environment.reload()
            self._reports = []
            tag = FLOW_FAULTS[name].tag if name != NO_FAULT else ""
            wanted = [
                item for item in session.items if tag in _marks(item) or (not tag and conditions.keys() & _marks(item))
            ]
            red: dict[str, None] = {}
            for item in wanted:
                failed = len(self._failures())
                item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 - as what reruns tests has to
                item.ihook.pytest_runtest_protocol(item=item, nextitem=item.parent)
                if len(self._failures()) > failed:
                    red |= dict.fromkeys(
                        [item.name] if tag else [conditions[one] for one in _marks(item) & conditions.keys()]
                    )
            self.results.append(self._result(name, list(red)))
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reports.append(report)

    def _failures(self) -> list[str]:
        return [report.longreprtext for report in self._reports if report.failed]

    def _result(self, name: str, red: Sequence[str]) -> FlowFaultResult:
        shows = FLOW_FAULTS[name].shows if name != NO_FAULT else ""
        strangers = [text for text in self._failures() if shows not in text]
        passed = sum(report.passed and report.when == "call" for report in self._reports)
        return FlowFaultResult(name, red, passed, strangers)


def _marks(item: pytest.Item) -> set[str]:
    return {mark.name for mark in item.iter_markers()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all faults, or those named. Return 1 if one is not found, or not for what it breaks."""
    options = argparse.ArgumentParser(prog="python -m harness.campaigns.seeded_faults.flow_run", description=__doc__)
    options.add_argument("faults", nargs="*", metavar="FAULT", help=f"one of {NO_FAULT}, {', '.join(FLOW_FAULTS)}")
    chosen = options.parse_args(arguments).faults or [NO_FAULT, *FLOW_FAULTS]
    if unknown := sorted({*chosen} - {NO_FAULT, *FLOW_FAULTS}):
        options.error(f"no such fault: {', '.join(unknown)}")
    console = Console()
    if lacks := missing():
        console.print(f"not run: {lacks} is missing ({INSTALL})")
        return int(is_strict())
    results = run_faults(chosen)
    print_results(results, console)
    return 0 if len(results) == len(chosen) and all(result.is_expected for result in results) else 1


def run_faults(faults: Sequence[str]) -> list[FlowFaultResult]:
    """Run the conditions with each fault. Call it in a process that runs no other pytest."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # other plugins take seconds to load
    with TemporaryDirectory() as folder:
        flow = Path(folder) / REFERENCE_FLOW.name
        shutil.copytree(REFERENCE_FLOW, flow)
        rounds = FaultRounds(faults, flow)
        command = ["-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception", "-m", _selected(faults)]
        command += ["-p", "pytest_bdd.plugin", "-p", "no:harness.evidence.plugin"]
        command += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # this module has imported some of the plugins
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            pytest.main([*command, str(TEST_FEATURES), "--flow", str(flow)], plugins=[rounds])
    return rounds.results


def _selected(faults: Sequence[str]) -> str:
    """Select the conditions, and what else a fault has to be found by."""
    tags = {FLOW_FAULTS[name].tag for name in faults if name != NO_FAULT} - {""}
    return " or ".join([*(one.tag for one in Register.load().conditions), *sorted(tags)])


def print_results(results: Sequence[FlowFaultResult], console: Console) -> None:
    """Print what each fault fails, and each failure that is about something else."""
    report([_line(result) for result in results], console)
    for result in results:
        for stranger in result.strangers if result.fault != NO_FAULT else ():
            console.print(f"\n{result.fault} fails for another reason:\n{stranger[:1500]}", style="red", markup=False)


def _line(result: FlowFaultResult) -> FoundFault:
    fault = FLOW_FAULTS.get(result.fault)
    rule, what, expected_in = (fault.rule, fault.what, fault.tag) if fault else ("", "", "")
    red = f"{len(result.red)} scenarios" if expected_in and result.red else ", ".join(result.red)
    red = red or f"none: {result.passed} scenarios passed"
    return FoundFault(result.fault, rule, what, red, result.is_expected, expected_in)


if __name__ == "__main__":
    sys.exit(main())
