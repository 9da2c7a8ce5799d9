"""Every entry of the register has its scenarios, every scenario has its entry, and pytest runs them all."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.files import FEATURES, TEST_FEATURES
from harness.specification import census
from harness.specification.feature_problems import find_problems
from harness.specification.register import Register
from harness.specification.scenarios import Scenario, read_scenarios
from harness.tests.support.pytest_process import run_pytest


@pytest.fixture(scope="module")
def register() -> Register:
    return Register.load()


@pytest.fixture(scope="module")
def scenarios() -> list[Scenario]:
    return read_scenarios(FEATURES)


def says(findings: list[str]) -> str:
    return "\n" + "\n".join(findings)


def test_every_entry_has_a_scenario_or_says_why_not(register: Register, scenarios: list[Scenario]) -> None:
    findings = census.uncovered(register, scenarios)
    assert not findings, says(findings)


def test_no_entry_is_waived_that_a_scenario_shows(register: Register, scenarios: list[Scenario]) -> None:
    findings = census.needless_waivers(register, scenarios)
    assert not findings, says(findings)


def test_the_heart_of_every_decision_is_one_of_its_scenarios(register: Register, scenarios: list[Scenario]) -> None:
    findings = census.lost_hearts(register, scenarios)
    assert not findings, says(findings)


def test_no_feature_has_a_problem(register: Register) -> None:
    findings = [str(problem) for problem in find_problems(FEATURES, register)]
    assert not findings, says(findings)


@pytest.mark.whole_run
def test_pytest_collects_every_scenario(scenarios: list[Scenario], tmp_path: Path) -> None:
    findings = census.count_mismatches(scenarios, collected(tmp_path / "collected.json"))
    assert not findings, says(findings)


def test_every_master_is_executed_before_the_agreements_under_it(scenarios: list[Scenario]) -> None:
    """A Sub Agreement of a draft would point at no row of the tables."""
    findings = [
        f"{one.place}: {code} before its master {master}"
        for one in scenarios
        for code, master in executed_before_their_masters(one)
    ]
    assert not findings, says(findings)


def executed_before_their_masters(scenario: Scenario) -> Iterator[tuple[str, str]]:
    executed: set[str] = set()
    masters: dict[str, set[str]] = {}
    for step in scenario.steps:
        if associated := re.match(r'"(.+?)" is associated to "(.+?)"', step.text):
            masters.setdefault(associated[1], set()).add(associated[2])
        codes = re.findall(r'^(?:ICI (?:has executed|executes) )?"([^"]+)"(?=$|, | has been executed)', step.text)
        if "executes these agreements" in step.text:
            codes = [row[0] for row in step.table]
        for code in codes:
            yield from ((code, master) for master in masters.get(code, set()) - executed)
            executed.add(code)


def collected(file: Path) -> dict[tuple[str, str], int]:
    """Let another process collect the tests and write their numbers, by feature and heading, to `file`."""
    options = ("--collect-only", "-q", "-p", "harness.tests.support.collected_scenarios_plugin")
    run = run_pytest(*options, "--collected-to", file, TEST_FEATURES)
    assert run.returncode == 0, run.stdout + run.stderr
    return {(feature, name): count for feature, name, count in json.loads(file.read_text(encoding="utf-8"))}
