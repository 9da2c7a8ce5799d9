"""Any sequence of actions in ICI and SCM, faults and restarts must end in what the model expects of SCM."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from harness.campaigns.model_based.scm_actions import (
    FAULTS,
    IN_ICI,
    IN_SCM,
    amend,
    change_confidentiality,
    draft,
    rename,
    scm_goes_down,
)
from harness.campaigns.model_based.scm_checks import check
from harness.campaigns.model_based.scm_driver import CONTRACTS, LINES, ScmDriver
from simulator.scm.system import ScmSystem

CHOICES = st.integers(0, 11)
VARIANTS = st.integers(0, 39)


@pytest.fixture
def scm() -> Iterator[ScmSystem]:
    with closing(ScmSystem()) as system:
        yield system


class AnyScmSequence(RuleBasedStateMachine):
    """One landscape, which is checked once nothing waits."""

    folder: ClassVar[Path]
    system: ClassVar[ScmSystem]

    def __init__(self) -> None:
        super().__init__()
        self.driver = ScmDriver(self.folder, self.system)

    @initialize(variant=VARIANTS)
    def there_is_a_contract(self, variant: int) -> None:
        draft(self.driver, 1, variant)

    @rule(action=st.sampled_from(list(IN_ICI)), choice=CHOICES, variant=VARIANTS)
    def in_ici(self, action: str, choice: int, variant: int) -> None:
        IN_ICI[action](self.driver, choice, variant)

    @rule(action=st.sampled_from(list(IN_SCM)), choice=CHOICES, variant=VARIANTS)
    def in_scm(self, action: str, choice: int, variant: int) -> None:
        IN_SCM[action](self.driver, choice, variant)

    @rule(action=st.sampled_from(list(FAULTS)), choice=CHOICES, variant=VARIANTS)
    def fault(self, action: str, choice: int, variant: int) -> None:
        FAULTS[action](self.driver, choice, variant)

    def teardown(self) -> None:
        try:
            assert settled(self.driver) == []
        finally:
            self.driver.close()


def settled(driver: ScmDriver) -> list[str]:
    """Let everything end, align, and return the broken rules."""
    driver.settle()
    driver.retry_failed()
    driver.settle()
    driver.align()
    driver.settle()
    return check(driver, driver.align())


EXAMPLES = settings(
    stateful_step_count=20,
    deadline=None,  # a busy machine is not an error
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.parametrize("number", [5, pytest.param(20, marks=pytest.mark.whole_run)])
def test_any_sequence_of_actions_and_faults_ends_as_the_model_expects(
    number: int, tmp_path: Path, scm: ScmSystem
) -> None:
    class InThisFolder(AnyScmSequence):
        folder, system = tmp_path, scm

    run_state_machine_as_test(InThisFolder, settings=settings(EXAMPLES, max_examples=number))


def test_an_amendment_takes_a_line_away(tmp_path: Path, scm: ScmSystem) -> None:
    with closing(ScmDriver(tmp_path, scm)) as driver:
        draft(driver, 1, 1)
        assert len(scm.rows(LINES)) == 2
        amend(driver, 1, 19)
        driver.settle()
        assert [row["ExternalContractLineId"] for row in scm.rows(LINES)] == ["1"]
        assert settled(driver) == []


@pytest.mark.parametrize("variant", [3, 5, 9], ids=["confidential", "blank", "confidential again"])
def test_nothing_that_waits_is_sent_once_a_contract_is_not_plainly_open(
    variant: int, tmp_path: Path, scm: ScmSystem
) -> None:
    with closing(ScmDriver(tmp_path, scm)) as driver:
        draft(driver, 1, 1)
        scm_goes_down(driver, 0, 0)
        rename(driver, 0, 0)
        change_confidentiality(driver, 0, variant)
        assert settled(driver) == []
        assert scm.rows(CONTRACTS)[0]["ContractName"] == "Contract 0001-0001."
