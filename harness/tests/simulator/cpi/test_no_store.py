"""CPI without a store tries each message once and reports the outcome to its observer."""

import pytest

from simulator.cpi.process_event import Outcome
from simulator.icertis.agreement import MASTER, STANDALONE
from simulator.landscape import Landscape
from simulator.settings import Settings

MASTER_ID = "11111111-0000-4000-8000-000000001001"
AMENDMENT_ID = "aaaaaaaa-0000-4000-8000-000000001001"


class StorelessLandscape:
    """A landscape whose CPI has no store, and the outcomes that it reports."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.landscape = Landscape(Settings(store=None), observe=self.outcomes.append)
        self.held: dict[str, list[str]] = {}
        """By system, the codes of its entries at the end."""

    def executed(self, **terms: object) -> Outcome:
        """Execute a Standalone Agreement. Returns the status of its event."""
        tenant = self.landscape.tenant
        with self.landscape:
            tenant.execute(tenant.draft(STANDALONE, {"ICMConfidentialContract": False, **terms}, code="PST1"))
            (outcome,) = self.outcomes
            for name, system in self.landscape.systems.items():
                self.held[name] = [row["ICMAGREEMENTCODE"] for row in system.tables()["ZMM_ICMCONTRACT"]]
        return outcome


@pytest.fixture
def storeless() -> StorelessLandscape:
    return StorelessLandscape()


def test_every_system_gets_the_message_at_once(storeless: StorelessLandscape) -> None:
    outcome = storeless.executed(Name="Steam")
    assert (outcome.kind, outcome.systems, outcome.error) == ("delivered", {"PF2": "created", "WP2": "created"}, None)
    assert storeless.held == {"PF2": ["PST1"], "WP2": ["PST1"]}


def test_a_system_that_is_down_does_not_keep_the_message_from_others(storeless: StorelessLandscape) -> None:
    storeless.landscape.systems["PF2"].is_up = False
    outcome = storeless.executed(Name="Steam")
    assert (outcome.kind, outcome.systems) == ("failed", {"PF2": "refused", "WP2": "created"})
    assert {name: str(error) for name, error in outcome.refusals.items()} == {"PF2": "D-20: PF2 does not answer"}
    assert storeless.held == {"PF2": [], "WP2": ["PST1"]}


def test_a_confidential_agreement_goes_to_no_system(storeless: StorelessLandscape) -> None:
    outcome = storeless.executed(ICMConfidentialContract=True)
    assert (outcome.kind, outcome.systems) == ("filtered", {})
    assert storeless.held == {"PF2": [], "WP2": []}


def test_an_event_that_breaks_a_rule_goes_to_no_system(storeless: StorelessLandscape) -> None:
    outcome = storeless.executed(ICMEffectiveDate="tomorrow")
    assert (outcome.kind, outcome.systems) == ("failed", {})
    assert outcome.error is not None
    assert outcome.error.field == "ICMEffectiveDate"
    assert storeless.held == {"PF2": [], "WP2": []}


def test_only_the_amendment_is_read_and_not_its_parent(storeless: StorelessLandscape) -> None:
    tenant = storeless.landscape.tenant
    with storeless.landscape:
        master = tenant.draft(MASTER, {"ICMConfidentialContract": False}, code="PMA1", sys_id=MASTER_ID)
        tenant.execute(master)
        tenant.execute(tenant.draft_amendment(master, {"Name": "Another name"}, sys_id=AMENDMENT_ID))
    assert storeless.outcomes[1].calls == [f"GET /v1/agreements/ICMMasterAgreementAmendment/{AMENDMENT_ID}"]
    assert storeless.outcomes[1].systems == {"PF2": "changed", "WP2": "changed"}
