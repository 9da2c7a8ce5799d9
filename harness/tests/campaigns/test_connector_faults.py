"""The faults of the reference connector; `tox -e bdd-scm-faulty` runs the conditions with all of them."""

from harness.campaigns.seeded_faults.connector_run import first_difference
from harness.campaigns.seeded_faults.reference_connector.faults import FAULTS
from harness.files import CHECKOUT
from harness.specification.register import Register


def test_there_are_enough_faults_and_each_violates_a_rule_of_the_register() -> None:
    known = {entry.id for entry in Register.load().entries}
    assert {fault.rule for fault in FAULTS.values()} <= known
    assert len(FAULTS) >= 15


def test_manual_says_how_many_faults_there_are() -> None:
    assert f"puts {len(FAULTS)} faults" in (CHECKOUT / "docs" / "connect-scm.md").read_text(encoding="utf-8")


def test_failure_is_held_against_the_first_difference_alone() -> None:
    failure = """scm/amended.feature:39
  S7 - an amendment adds a line
  And these fields of the contract "PPC7001" in SCM are:

the contract in SCM
  PPC7001            expected   seen
  LatestAmendmentId  PPC7001-1  (blank)

the steps after it
  does not hold: And SCM holds exactly these lines:"""
    assert first_difference(failure) == "the contract in SCM PPC7001 expected seen LatestAmendmentId PPC7001-1 (blank)"


def test_failure_that_is_an_exception_is_held_by_what_it_says() -> None:
    failure = """    def release(self) -> None:
        # the lines
>       raise RefusedError("the agreement is not effective")
E       RefusedError: the agreement is not effective

scm.py:12: RefusedError"""
    assert first_difference(failure) == "RefusedError: the agreement is not effective"
