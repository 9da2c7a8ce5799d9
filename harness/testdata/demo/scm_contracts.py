"""Contracts of the demo in Dynamics 365 SCM: in every state, brought there by the connector."""

from contextlib import ExitStack, closing
from datetime import date
from decimal import Decimal

from harness.testdata.scm_master_data import CONTRACT_TERMS, fill_master_data
from simulator.clock import Clock
from simulator.icertis.agreement import NDA, PROCUREMENT, Agreement
from simulator.icertis.tenant import EventPayload
from simulator.icertis.workflow import ContractWorkflow
from simulator.landscape import ScmLandscape, create_tenant
from simulator.scm.system import ScmSystem
from simulator.settings import Settings

_SPEAKERS = {"ICMCommitmentType": "ProductQuantity", "ICMItemNumber": "D0001", "ICMUnit": "ea", "ICMPrice": 42.5}
_FREIGHT = {"ICMCommitmentType": "ProductCategory", "ICMProductCategory": "Logistics services"}
_ALL = {"ICMCommitmentType": "ProductRootCategory"}

_UP_TO_APPROVAL = ("submitted for review", "reviewed", "submitted for approval")
_UP_TO_SIGNATURE = (*_UP_TO_APPROVAL, "approved", "sent for signature")


def populate_scm(settings: Settings, today: date, clock: Clock) -> None:
    """Fill the SCM that `settings` name."""
    with ExitStack() as opened:
        system = opened.enter_context(closing(ScmSystem(settings.scm or "sqlite://")))
        fill_master_data(system)
        landscape: ScmLandscape

        def emit(event: EventPayload) -> None:
            landscape.connector.receive(event)

        tenant = create_tenant(settings, emit, clock)
        landscape = opened.enter_context(ScmLandscape(settings, tenant, system=system, clock=clock))
        landscape.connector.connect(settings.ici_base_url)
        _draft_all(landscape.workflow, today)
        system.release("usmf", "000004", 1, today.replace(month=12, day=1), quantity=Decimal(400))
        landscape.connector.align()


def _draft_all(workflow: ContractWorkflow, today: date) -> None:
    terms: dict[str, object] = {
        **CONTRACT_TERMS,
        "ICMEffectiveDate": f"{today.year}-01-01T00:00:00",
        "ICMExpiryDate": f"{today.year + 2}-12-31T00:00:00",
    }

    def contract(name: str, *lines: dict[str, object]) -> Agreement:
        return workflow.draft(PROCUREMENT, {**terms, "Name": name}, lines)

    def take(agreement: Agreement, steps: tuple[str, ...]) -> Agreement:
        for words in steps:
            workflow.take(agreement, words)
        return agreement

    def executed(agreement: Agreement) -> Agreement:
        workflow.execute(agreement)
        return agreement

    contract("Speakers for new showrooms", {**_SPEAKERS, "ICMCommittedQuantity": 250})
    take(contract("Freight to the west coast", {**_FREIGHT, "ICMCommittedAmount": 60000}), _UP_TO_APPROVAL)
    take(contract("Speakers for trade fairs", {**_SPEAKERS, "ICMCommittedQuantity": 80}), _UP_TO_SIGNATURE)
    executed(contract("Speakers for showrooms", {**_SPEAKERS, "ICMCommittedQuantity": 1000}))
    amended = executed(contract("Freight to the east coast", {**_FREIGHT, "ICMCommittedAmount": 90000}))
    workflow.execute(workflow.draft_amendment(amended, {"ICMExpiryDate": f"{today.year + 3}-12-31T00:00:00"}))
    ended = executed(contract("Everything for the move", {**_ALL, "ICMCommittedAmount": 30000}))
    workflow.tenant.terminate(ended, f"{today}T00:00:00", with_notice=True)
    executed(workflow.draft(NDA, {**terms, "Name": "Mutual NDA with Acme"}))
    workflow.draft(NDA, {**terms, "Name": "NDA on the new line of speakers"})
    workflow.draft(PROCUREMENT, {**terms, "Name": "What nobody may see", "ICMConfidentialContract": True})
