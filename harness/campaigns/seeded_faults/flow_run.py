"""Run the conditions against the reference flow, without a fault and with each of its faults.

`python -m harness.campaigns.seeded_faults.flow_run`. Without a fault everything has to pass. Each fault has to fail at
least one condition, and every failure has to be about what the fault breaks.
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
from rich.table import Table

from harness.campaigns.seeded_faults.flow_faults import FLOW_FAULTS
from harness.environments.missing_tools import is_strict
from harness.environments.plugin import FLOW
from harness.files import REFERENCE_FLOW, TEST_FEATURES
from harness.flow.jvm import INSTALL, missing
from harness.specification.register import Register

NO_FAULT = "(none)"


class FlowFaultResult(NamedTuple):
    """The result of the conditions with one fault."""

    fault: str
    red: Sequence[str]
    """Ids of the conditions that failed."""

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
                        [tag] if tag else [conditions[one] for one in _marks(item) & conditions.keys()]
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
    report(results, console)
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


def report(results: Sequence[FlowFaultResult], console: Console) -> None:
    """Print a table with the conditions that each fault fails."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("fault", "breaks", "what is wrong", "failed conditions"):
        table.add_column(column, overflow="fold")
    for result in results:
        fault = FLOW_FAULTS.get(result.fault)
        rule, what = (fault.rule, fault.what) if fault else ("", "nothing")
        verdict = ", ".join(result.red) or f"none: {result.passed} scenarios passed"
        table.add_row(result.fault, rule, what, verdict, style=None if result.is_expected else "red")
    console.print(table)
    found = [one for one in results if one.fault != NO_FAULT and one.is_expected]
    console.print(f"{len(found)} of {sum(one.fault != NO_FAULT for one in results)} faults found")
    for result in results:
        for stranger in result.strangers if result.fault != NO_FAULT else ():
            console.print(f"\n{result.fault} fails for another reason:\n{stranger[:1500]}", style="red", markup=False)


if __name__ == "__main__":
    sys.exit(main())
