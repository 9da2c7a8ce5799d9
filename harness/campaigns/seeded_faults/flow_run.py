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

import pytest
from rich.console import Console

from harness.campaigns.seeded_faults.fault_rounds import FaultRounds, RoundFault, RoundResult, print_results
from harness.campaigns.seeded_faults.flow_faults import FLOW_FAULTS
from harness.campaigns.seeded_faults.report import NO_FAULT
from harness.environments.missing_tools import is_strict
from harness.environments.plugin import FLOW
from harness.files import REFERENCE_FLOW, TEST_FEATURES
from harness.flow.jvm import INSTALL, missing
from harness.specification.register import Register, Target

_FAULTS = {name: RoundFault(one.rule, one.what, (one.shows,), one.tag) for name, one in FLOW_FAULTS.items()}


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
    print_results(results, _FAULTS, console)
    return 0 if len(results) == len(chosen) and all(result.is_expected for result in results) else 1


def run_faults(faults: Sequence[str]) -> list[RoundResult]:
    """Run the conditions with each fault. Call it in a process that runs no other pytest."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # other plugins take seconds to load
    with TemporaryDirectory() as folder:
        flow = Path(folder) / REFERENCE_FLOW.name
        shutil.copytree(REFERENCE_FLOW, flow)

        def put_in(session: pytest.Session, name: str) -> None:
            shutil.copytree(REFERENCE_FLOW, flow, dirs_exist_ok=True)
            if name != NO_FAULT:
                FLOW_FAULTS[name].apply(flow)
            if environment := session.config.stash.get(FLOW, None):
                environment.reload()

        conditions = {one.tag: one.id for one in Register.load().conditions_of(Target.ECC)}
        rounds = FaultRounds(faults, _FAULTS, conditions, put_in)
        command = ["-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception", "-m", _selected(faults)]
        command += ["-p", "pytest_bdd.plugin", "-p", "no:harness.evidence.plugin"]
        command += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # this module has imported some of the plugins
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            pytest.main([*command, str(TEST_FEATURES), "--flow", str(flow)], plugins=[rounds])
    return rounds.results


def _selected(faults: Sequence[str]) -> str:
    """Select the conditions, and what else a fault has to be found by."""
    tags = {FLOW_FAULTS[name].tag for name in faults if name != NO_FAULT} - {""}
    return " or ".join([*(one.tag for one in Register.load().conditions_of(Target.ECC)), *sorted(tags)])


if __name__ == "__main__":
    sys.exit(main())
