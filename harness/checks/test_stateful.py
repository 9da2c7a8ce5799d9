"""Any sequence of acts in ICI, events in any order, faults and restarts: in the end the tables are as they must be."""

from functools import cache

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from harness.stateful.acts import FAULTS, IN_ICI, ON_THE_WAY, execute
from harness.stateful.rig import Rig, Stage
from harness.stateful.verdict import verdict
from simulator.settings import Settings

FEW_ATTEMPTS = Settings(max_attempts=2)
"""So that error queues fill within a few steps."""

CHOICES = st.integers(0, 11)
VARIANTS = st.integers(0, 39)


@cache
def stage() -> Stage:
    return Stage(FEW_ATTEMPTS)


class AnySequence(RuleBasedStateMachine):
    """One landscape; it is looked at when nothing waits any more."""

    def __init__(self) -> None:
        super().__init__()
        self.rig = Rig(FEW_ATTEMPTS, stage=stage())

    @initialize(variant=VARIANTS)
    def there_is_an_agreement(self, variant: int) -> None:
        execute(self.rig, 0, variant)

    @rule(act=st.sampled_from(list(IN_ICI)), choice=CHOICES, variant=VARIANTS)
    def in_ici(self, act: str, choice: int, variant: int) -> None:
        IN_ICI[act](self.rig, choice, variant)

    @rule(act=st.sampled_from(list(ON_THE_WAY)), choice=CHOICES, variant=VARIANTS)
    def on_the_way(self, act: str, choice: int, variant: int) -> None:
        ON_THE_WAY[act](self.rig, choice, variant)

    @rule(act=st.sampled_from(list(FAULTS)), choice=CHOICES, variant=VARIANTS)
    def fault(self, act: str, choice: int, variant: int) -> None:
        FAULTS[act](self.rig, choice, variant)

    def teardown(self) -> None:
        try:
            self.rig.settle()
            assert verdict(self.rig).everything == []
            self.rig.take_up_again()
            self.rig.settle()
            assert verdict(self.rig).everything == []
        finally:
            self.rig.close()


AnySequence.TestCase.settings = settings(
    max_examples=200,
    stateful_step_count=20,
    deadline=None,  # a busy machine is no mistake of ours
    derandomize=True,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestAnySequence = AnySequence.TestCase
