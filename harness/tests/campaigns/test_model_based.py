"""Any sequence of actions in ICI, events in any order, faults and restarts must end in the expected tables."""

from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from harness.campaigns.model_based.actions import (
    FAULTS,
    IN_ICI,
    IN_TRANSIT,
    DriverAction,
    all_arrive,
    associate,
    blur_confidentiality,
    draft_amendment,
    execute,
    execute_amendment,
    renew,
    system_goes_down,
    terminate,
    update,
)
from harness.campaigns.model_based.checks import check
from harness.campaigns.model_based.databases import SharedDatabases
from harness.campaigns.model_based.driver import LandscapeDriver
from simulator.settings import Settings

CHOICES = st.integers(0, 11)
VARIANTS = st.integers(0, 39)


class AnySequence(RuleBasedStateMachine):
    """One landscape, which is checked once nothing waits."""

    shared: ClassVar[SharedDatabases]

    def __init__(self) -> None:
        super().__init__()
        self.driver = LandscapeDriver(self.shared.settings, shared=self.shared)

    @initialize(variant=VARIANTS)
    def there_is_an_agreement(self, variant: int) -> None:
        execute(self.driver, 0, variant)

    @rule(action=st.sampled_from(list(IN_ICI)), choice=CHOICES, variant=VARIANTS)
    def in_ici(self, action: str, choice: int, variant: int) -> None:
        IN_ICI[action](self.driver, choice, variant)

    @rule(action=st.sampled_from(list(IN_TRANSIT)), choice=CHOICES, variant=VARIANTS)
    def in_transit(self, action: str, choice: int, variant: int) -> None:
        IN_TRANSIT[action](self.driver, choice, variant)

    @rule(action=st.sampled_from(list(FAULTS)), choice=CHOICES, variant=VARIANTS)
    def fault(self, action: str, choice: int, variant: int) -> None:
        FAULTS[action](self.driver, choice, variant)

    def teardown(self) -> None:
        try:
            self.driver.settle()
            assert check(self.driver).everything == []
            self.driver.retry_failed()
            self.driver.settle()
            assert check(self.driver).everything == []
        finally:
            self.driver.close()


EXAMPLES = settings(
    stateful_step_count=20,
    deadline=None,  # a busy machine is not an error
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.mark.parametrize("number", [50, pytest.param(200, marks=pytest.mark.whole_run)])
def test_any_sequence_of_actions_and_faults_gives_the_expected_tables(databases: Settings, number: int) -> None:
    # Two attempts only, so that error queues fill within a few steps.
    made = SharedDatabases(databases.model_copy(update={"max_attempts": 2}))

    class InTheseDatabases(AnySequence):
        shared = made

    try:
        run_state_machine_as_test(InTheseDatabases, settings=settings(EXAMPLES, max_examples=number))
    finally:
        made.close()


LATER_THAN_THE_AMENDMENT: list[tuple[DriverAction, ...]] = [
    (terminate,),
    (renew,),
    (draft_amendment, execute_amendment),
    (update, terminate),
]


@pytest.mark.parametrize("id_", ["the same id", "another id"])
@pytest.mark.parametrize("later", LATER_THAN_THE_AMENDMENT, ids=lambda later: " ".join(one.__name__ for one in later))
def test_an_amendment_that_comes_again_changes_nothing(later: tuple[DriverAction, ...], id_: str) -> None:
    driver = LandscapeDriver(Settings())
    amended: tuple[DriverAction, ...] = (execute, draft_amendment, execute_amendment)
    for action in amended:
        action(driver, 0, 7)
    again = driver.emitted[-1]
    for action in later:
        action(driver, 0, 9)
    all_arrive(driver, 0, 0)
    before = driver.landscape.systems["PF2"].tables()
    driver.deliver(again if id_ == "the same id" else {**again, "id": id_})
    driver.settle()
    try:
        assert driver.landscape.systems["PF2"].tables() == before
        assert check(driver).everything == []
    finally:
        driver.close()


@pytest.mark.parametrize("told_by", ["its own event", "call 2 of another agreement"])
def test_what_waits_loses_a_master_that_nothing_tells_to_be_open(told_by: str) -> None:
    driver = LandscapeDriver(Settings())
    execute(driver, 0, 1)  # a master
    execute(driver, 0, 0)
    execute(driver, 0, 8)
    for sub in (0, 1):
        associate(driver, sub, 0)
    all_arrive(driver, 0, 0)
    system_goes_down(driver, 1, 0)
    update(driver, 1, 3)
    all_arrive(driver, 0, 0)
    blur_confidentiality(driver, 0, 1 if told_by == "its own event" else 0)
    if told_by == "call 2 of another agreement":
        update(driver, 2, 3)
    all_arrive(driver, 0, 0)
    driver.settle()
    try:
        rows = driver.landscape.systems["WP2"].tables()["ZMM_ICMCONTRACT"]
        assert [row["ASSOCIATINGCODE"] for row in rows if row["SYSID"] == driver.agreements[1].sys_id] == [""]
        assert check(driver).everything == []
    finally:
        driver.close()
