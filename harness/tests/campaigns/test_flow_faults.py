"""The faults of the reference flow: each can be put in, and one is found for what it breaks."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from harness.campaigns.seeded_faults.fault_rounds import RoundFault, RoundResult, print_results
from harness.campaigns.seeded_faults.flow_faults import FLOW_FAULTS
from harness.campaigns.seeded_faults.report import NO_FAULT
from harness.environments.missing_tools import skip_without
from harness.files import REFERENCE_FLOW
from harness.flow.jvm import INSTALL, missing
from harness.specification.register import Register
from harness.tests.support.loaded_process import Start, run
from harness.tests.support.patience import PROCESS_PATIENCE


def test_there_are_enough_faults_and_each_violates_a_rule_of_the_register() -> None:
    known = {entry.id for entry in Register.load().entries}
    assert {fault.rule for fault in FLOW_FAULTS.values()} <= known
    assert len(FLOW_FAULTS) >= 20


@pytest.mark.parametrize("name", FLOW_FAULTS)
def test_fault_changes_one_place_of_the_flow(name: str, tmp_path: Path) -> None:
    flow = tmp_path / "flow"
    shutil.copytree(REFERENCE_FLOW, flow)
    file = FLOW_FAULTS[name].apply(flow)
    assert file.read_text(encoding="utf-8").count(FLOW_FAULTS[name].wrong) >= 1


def test_fault_that_the_flow_does_not_know_any_more_is_an_error(tmp_path: Path) -> None:
    flow = tmp_path / "flow"
    shutil.copytree(REFERENCE_FLOW, flow)
    fault = next(iter(FLOW_FAULTS.values()))
    fault.apply(flow)
    with pytest.raises(LookupError):
        fault._replace(right="nowhere").apply(flow)


@pytest.mark.parametrize(
    ("result", "is_expected"),
    [
        (RoundResult(NO_FAULT, [], 55, []), True),
        (RoundResult(NO_FAULT, [], 0, []), False),
        (RoundResult("CodeOfSub", ["2"], 40, []), True),
        (RoundResult("CodeOfSub", [], 55, []), False),
        (RoundResult("CodeOfSub", ["2"], 40, ["something else"]), False),
    ],
)
def test_fault_is_found_only_for_what_it_breaks(result: RoundResult, *, is_expected: bool) -> None:
    assert result.is_expected is is_expected


def test_fault_that_no_condition_finds_is_counted_apart() -> None:
    console = Console(file=StringIO(), width=200)
    results = [
        RoundResult("CodeOfSub", ["2", "2a"], 50, []),
        RoundResult("LegalEntityForgotten", [], 55, []),
        RoundResult("WaitingGoesOut", ["waits_no_more", "is_destroyed"], 3, []),
    ]
    faults = {name: RoundFault(one.rule, one.what, (one.shows,), one.tag) for name, one in FLOW_FAULTS.items()}
    print_results(results, faults, console)
    lines = [" ".join(line.split()) for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert lines == [
        "fault breaks what is wrong expected in failed",
        "CodeOfSub MAP-02 the Sub Agreement has a code of its own conditions 2, 2a",
        "LegalEntityForgotten MAP-15 the legal entity is blank conditions none: 55 scenarios passed",
        f"WaitingGoesOut D-63 {FLOW_FAULTS['WaitingGoesOut'].what} scenarios of D-63 2 scenarios",
        "1 of 2 faults found by conditions",
        "1 of 1 found by other scenarios alone, as no condition has their case: WaitingGoesOut",
    ]


@pytest.mark.whole_run
@pytest.mark.xdist_group("flow")
def test_one_fault_is_found() -> None:
    if lacks := missing():
        skip_without(lacks, INSTALL)
    ran = run(Start(["harness.campaigns.seeded_faults.flow_run", "ConfidentialSent"]), PROCESS_PATIENCE)
    assert "1 of 1 faults found by conditions" in ran.stdout
    assert ran.returncode == 0
