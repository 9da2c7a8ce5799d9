"""A contract reaches SCM whole, wherever on the way a call fails or its answer is lost, and doubles nothing."""

from collections.abc import Iterator

import pytest

from harness.doubles.scm_faults import FAULTS
from harness.environments.in_process import InProcessEnvironment, InProcessLandscape
from harness.environments.local_scm import LocalScm
from harness.testdata.scm_master_data import CONTRACT_TERMS
from simulator.settings import Settings

TERMS = {**CONTRACT_TERMS, "Name": "Speakers"}
LINES = [
    {"ICMCommitmentType": "ProductQuantity", "ICMItemNumber": "D0001", "ICMCommittedQuantity": 10, "ICMPrice": 3.5},
    {"ICMCommitmentType": "ProductRootCategory", "ICMCommittedAmount": 900},
]
COLLECTIONS = (
    "CLMIntegrationContracts",
    "CLMIntegrationPurchaseAgreements",
    "CLMIntegrationPurchaseAgreementLines",
    "PurchaseAgreementLineFulfillment",
)
LOST, CUT, DOWN = "no answer, after it has done it", "no answer, and does nothing", "503 Service Unavailable"
APPROVED = ["submitted for approval", "approved", "sent for signature", "signed by the supplier"]


@pytest.fixture(scope="module")
def environment() -> Iterator[InProcessEnvironment]:
    environment = InProcessEnvironment()
    yield environment
    environment.close()


@pytest.fixture
def landscape(environment: InProcessEnvironment) -> Iterator[InProcessLandscape]:
    landscape = environment.create_landscape(Settings())
    yield landscape
    landscape.close()


def sign(scm: LocalScm) -> None:
    scm.draft("ICMProcurementContract", TERMS, LINES, "PPC1", "5c000000-0000-4000-8000-000000000001")
    for words in APPROVED:
        scm.take("PPC1", words)


def held(scm: LocalScm) -> list[list[dict[str, object]]]:
    return [[{**row} for row in scm.system.rows(name)] for name in COLLECTIONS]


def execute(scm: LocalScm) -> list[list[dict[str, object]]]:
    scm.take("PPC1", "signed by us")
    while scm.next_work():
        pass
    return held(scm)


@pytest.fixture(scope="module")
def undisturbed(environment: InProcessEnvironment) -> list[list[dict[str, object]]]:
    """Return the tables of SCM after an execution in which nothing fails."""
    landscape = environment.create_landscape(Settings())
    sign(landscape.scm)
    found = execute(landscape.scm)
    landscape.close()
    assert [len(rows) for rows in found] == [1, 1, 2, 2]
    return found


CALLS = 7
"""The calls that bring an executed contract with two lines to SCM."""


def test_an_execution_takes_so_many_calls(landscape: InProcessLandscape) -> None:
    sign(landscape.scm)
    landscape.scm.site.calls.clear()
    execute(landscape.scm)
    assert len(landscape.scm.calls()) == CALLS


@pytest.mark.parametrize("fault", [LOST, CUT, DOWN])
@pytest.mark.parametrize("number", range(CALLS))
def test_an_execution_ends_alike_whichever_call_fails(
    undisturbed: list[list[dict[str, object]]], landscape: InProcessLandscape, number: int, fault: str
) -> None:
    sign(landscape.scm)
    landscape.scm.site.fail_at(number, FAULTS[fault])
    assert execute(landscape.scm) == undisturbed
    assert [entry.status for entry in landscape.scm.entries() if entry.status != "COMPLETED"] == []


def test_what_is_delivered_twice_changes_nothing(landscape: InProcessLandscape) -> None:
    scm = landscape.scm
    sign(scm)
    before = execute(scm)
    scm.site.calls.clear()
    landscape.ici.send_event("Executed", "PPC1")
    assert {call.method for call in scm.calls()} == {"GET"}
    assert held(scm) == before
    assert scm.entries()[-1].systems == {"SCM": "unchanged"}


def test_a_late_event_brings_the_present_state(landscape: InProcessLandscape) -> None:
    scm = landscape.scm
    sign(scm)
    execute(scm)
    landscape.ici.terminate("PPC1", "2026-06-30T00:00:00", with_notice=True)
    landscape.ici.send_event("Executed", "PPC1")
    assert scm.system.rows("CLMIntegrationPurchaseAgreements")[0]["AgreementStatus"] == "Closed"
    assert scm.system.rows("CLMIntegrationContracts")[0]["ContractStatus"] == "Terminated"


def test_an_amendment_that_comes_again_behind_later_events_brings_the_present_state(
    landscape: InProcessLandscape,
) -> None:
    scm = landscape.scm
    sign(scm)
    execute(scm)
    scm.draft_amendment("PPC1", {"ICMExpiryDate": "2028-12-31T00:00:00"}, "PPC1-1", "")
    scm.execute("PPC1-1")
    scm.take("PPC1", "put on hold")
    landscape.ici.send_event("AmendmentExecuted", "PPC1-1")
    assert scm.entries()[-1].systems == {"SCM": "unchanged"}
    assert scm.system.rows("CLMIntegrationContracts")[0]["ContractStatus"] == "OnHold"


def test_an_administrator_puts_a_refused_contract_back(landscape: InProcessLandscape) -> None:
    scm = landscape.scm
    key: dict[str, str | float | int] = {"dataAreaId": "usmf", "VendorAccountNumber": "1001"}
    sign(scm)
    scm.system.change_as_user("VendorsV2", key, {"OnHoldStatus": "All"})
    execute(scm)
    refused = scm.entries()[-1]
    assert (refused.status, refused.systems) == ("ESCALATED", {"SCM": "refused"})
    scm.system.change_as_user("VendorsV2", key, {"OnHoldStatus": "No"})
    scm.retry(refused.guid)
    assert scm.entries()[-1].status == "COMPLETED"
    assert scm.system.rows("CLMIntegrationPurchaseAgreements")[0]["AgreementStatus"] == "Effective"


def test_a_contract_that_failed_is_an_alert_until_a_later_event_brings_it(landscape: InProcessLandscape) -> None:
    scm = landscape.scm
    scm.draft("ICMNDA", {**TERMS, "ICMExpiryDate": "soon"}, [], "PNDA1", "")
    (alert,) = scm.landscape.connector.alerts()
    assert (alert.rule, alert.subject) == ("MON-1", scm.entries()[-1].guid)
    scm.change_terms("PNDA1", {"ICMExpiryDate": "2027-12-31T00:00:00"})
    assert scm.landscape.connector.alerts() == []
