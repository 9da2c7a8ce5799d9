"""Run the conditions of SCM against the reference connector, without a fault and with each of its faults.

`python -m harness.campaigns.seeded_faults.connector_run`. Without a fault everything has to pass. Each fault has to
fail at least one condition, and every failure has to be about what the fault breaks.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

import pytest
import requests
from rich.console import Console

from harness.campaigns.seeded_faults.connector_process import connector_options, start_connector
from harness.campaigns.seeded_faults.fault_rounds import FaultRounds, RoundFault, RoundResult, print_results
from harness.campaigns.seeded_faults.reference_connector.faults import FAULTS
from harness.campaigns.seeded_faults.report import NO_FAULT
from harness.campaigns.seeded_faults.run import free_port
from harness.files import TEST_FEATURES
from harness.specification.register import Register, Target

_FAULTS = {name: RoundFault(one.rule, one.what, one.shows) for name, one in FAULTS.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all faults, or those named. Return 1 if one is not found, or not for what it breaks."""
    options = argparse.ArgumentParser(
        prog="python -m harness.campaigns.seeded_faults.connector_run", description=__doc__
    )
    options.add_argument("faults", nargs="*", metavar="FAULT", help=f"one of {NO_FAULT}, {', '.join(FAULTS)}")
    chosen = options.parse_args(arguments).faults or [NO_FAULT, *FAULTS]
    if unknown := sorted({*chosen} - {NO_FAULT, *FAULTS}):
        options.error(f"no such fault: {', '.join(unknown)}")
    results = run_faults(chosen)
    print_results(results, _FAULTS, Console())
    return 0 if len(results) == len(chosen) and all(result.is_expected for result in results) else 1


def run_faults(faults: Sequence[str]) -> list[RoundResult]:
    """Run the conditions with each fault. Call it in a process that runs no other pytest."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # other plugins take seconds to load
    conditions = {one.tag: one.id for one in Register.load().conditions_of(Target.SCM)}
    port = free_port()
    with start_connector(port) as url:

        def put_in(_: pytest.Session, name: str) -> None:
            fault = "" if name == NO_FAULT else name
            requests.post(f"{url}/fault", json={"fault": fault}, timeout=10).raise_for_status()

        rounds = FaultRounds(faults, _FAULTS, conditions, put_in, first_difference)
        command = ["-q", "-p", "no:cacheprovider", "-p", "no:unraisableexception", "-m", " or ".join(conditions)]
        command += ["-p", "pytest_bdd.plugin", "-p", "no:harness.evidence.plugin"]
        command += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # this module has imported some of the plugins
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            pytest.main([*command, str(TEST_FEATURES), *connector_options(url, port)], plugins=[rounds])
    return rounds.results


def first_difference(failure: str) -> str:
    """Return what the step that failed expected and saw, or its exception; nothing of the rest of the failure."""
    exception = [line[1:] for line in failure.splitlines() if line.startswith("E ")]
    sections = failure.split("\n\n")
    found = exception or sections[1:2]
    return " ".join(" ".join(found).split())


if __name__ == "__main__":
    sys.exit(main())
