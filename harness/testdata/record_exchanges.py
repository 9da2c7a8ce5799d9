"""Record the exchanges in `fixtures/exchanges`: `python -m harness.testdata.record_exchanges`.

There is one for each contract type and action, one of a confidential Sub Agreement and one of a Baseline Agreement.
Replayed in the order of their names they fill the tables and then change them. Every run records the same bytes.

Those of contracts for Dynamics 365 SCM go to `fixtures/scm/exchanges`, and answers of SCM to `fixtures/scm/samples`.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeAlias

from harness.files import FIXTURES
from harness.testdata.agreements import make_attributes, midnight
from harness.testdata.exchange_files import AGREEMENT, ASSOCIATIONS, EVENT, PARENT
from harness.testdata.scm_master_data import CONTRACT_TERMS, fill_master_data
from simulator.icertis.agreement import (
    BASELINE,
    MASTER,
    NDA,
    PROCUREMENT,
    STANDALONE,
    SUB,
    SUPPORTING,
    Agreement,
    AgreementType,
)
from simulator.icertis.authentication import Authenticator
from simulator.icertis.rest import Answer, IcertisRest, RestSite
from simulator.icertis.tenant import EventPayload, IcertisTenant
from simulator.icertis.workflow import ContractWorkflow
from simulator.landscape import Landscape, ScmLandscape, ScmSites, create_tenant
from simulator.scm.odata.service import ODataRequest, ODataService
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.site_transport import SiteAnswer

EXCHANGES = FIXTURES / "exchanges"
SCM_EXCHANGES = FIXTURES / "scm" / "exchanges"
SCM_SAMPLES = FIXTURES / "scm" / "samples"

RENEWAL_DATE = datetime(2026, 12, 1, tzinfo=UTC)
"""The renewal date of every agreement, and the time at which the script is played."""

ScriptStep: TypeAlias = Callable[[], object]
"""A change in ICI that emits one event."""


class RecordingSite:
    """An ICI that passes calls on to the mock and keeps its answers."""

    def __init__(self, site: RestSite) -> None:
        self._site = site
        self.answers: dict[str, bytes] = {}
        """The body of each answer by its file name."""

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:
        answer = self._site.answer(method, path, headers)
        self.answers[ASSOCIATIONS if "/associatinginstances/" in path else AGREEMENT] = answer.body
        return answer


def record(folder: Path) -> None:
    """Record every exchange of the script into its own folder in `folder`."""
    settings = Settings()
    events: list[dict[str, object]] = []
    tenant = create_tenant(settings, events.append, lambda: RENEWAL_DATE)
    site = RecordingSite(IcertisRest(tenant, Authenticator(settings.ici_token), settings.seed))
    with Landscape(settings, ici=site) as landscape:
        for number, (name, step) in enumerate(exchange_script(tenant), start=1):
            step()
            site.answers.clear()
            landscape.post_event(events[-1])
            exchange = folder / f"{number:02}-{name}"
            exchange.mkdir(parents=True)
            _write(exchange / EVENT, events[-1])
            for file, body in site.answers.items():
                _write(exchange / file, json.loads(body))


def record_scm(exchanges: Path, samples: Path) -> None:
    """Record every exchange of the script about contracts for SCM, and what SCM answers at its end."""
    with closing(ScmSystem()) as system:
        fill_master_data(system)
        recorder = ScmRecorder(system)
        with closing(recorder.landscape):
            recorder.landscape.connector.connect("https://ici.invalid")
            for number, (name, step) in enumerate(scm_script(recorder.landscape.workflow), start=1):
                step()
                folder = exchanges / f"{number:02}-{name}"
                folder.mkdir(parents=True)
                _write(folder / EVENT, recorder.event)
                for file, body in recorder.answers.items():
                    _write(folder / file, json.loads(body))
        samples.mkdir(parents=True)
        service = ODataService(system)
        for name, query in SAMPLES.items():
            request = ODataRequest("GET", f"/{name}{query}", {}, b"", "https://contoso.example")
            _write(samples / f"{name}.json", json.loads(service.answer(request).body))


class ScmRecorder:
    """A landscape that keeps what ICI answers about the last event."""

    def __init__(self, system: ScmSystem) -> None:
        settings = Settings()
        tenant = create_tenant(settings, self._receive, lambda: RENEWAL_DATE)
        self.event: EventPayload = {}
        self.answers: dict[str, bytes] = {}
        """The body of each answer by its file name."""

        self.landscape = ScmLandscape(settings, tenant, system=system, taps=self._tapped, clock=lambda: RENEWAL_DATE)

    def _receive(self, event: EventPayload) -> None:
        self.event = event
        self.answers.clear()
        self.landscape.connector.receive(event)

    def _tapped(self, sites: ScmSites) -> ScmSites:
        def ici(method: str, path: str, headers: Mapping[str, str], body: bytes) -> SiteAnswer:
            answer = sites.ici(method, path, headers, body)
            if method == "GET":
                data = self.event["data"]
                assert isinstance(data, dict)
                is_parent = f"/{data['ContractTypeName']}/" not in path
                self.answers[PARENT if is_parent else AGREEMENT] = answer.body
            return answer

        return sites._replace(ici=ici)


def scm_script(workflow: ContractWorkflow) -> Iterator[tuple[str, ScriptStep]]:
    """Yield each step of the script about contracts for SCM with its name; a step needs the ones before it."""

    def take(contract: Agreement, *steps: str) -> None:
        for words in steps:
            workflow.take(contract, words)

    nda = workflow.draft(NDA, {**CONTRACT_TERMS, "Name": "Mutual NDA with Acme"}, code="PNDA1001")
    yield "nda-executed", partial(workflow.execute, nda)
    contract = workflow.draft(
        PROCUREMENT, {**CONTRACT_TERMS, "Name": "Speakers for showrooms"}, SPEAKERS, code="PPC1001"
    )
    yield "contract-drafted", partial(workflow.tenant.send_event, "StatusChanged", contract)
    yield "contract-in-approval", partial(take, contract, "submitted for approval")
    signed = ("approved", "sent for signature", "signed by the supplier", "signed by us")
    yield "contract-executed", partial(take, contract, *signed)
    amendment = workflow.draft_amendment(contract, {"ICMExpiryDate": "2028-12-31T00:00:00"}, code="PPC1001-1")
    yield "amendment-in-approval", partial(take, amendment, "submitted for approval")
    yield "amendment-executed", partial(take, amendment, *signed)
    yield "contract-terminated", partial(workflow.tenant.terminate, contract, "2027-06-30T00:00:00", with_notice=True)
    refused = workflow.draft(PROCUREMENT, {**CONTRACT_TERMS, "Name": "Of an unknown product"}, UNKNOWN, code="PPC1002")
    yield "refused-in-approval", partial(take, refused, "submitted for approval")
    secret = {**CONTRACT_TERMS, "Name": "What nobody may see", "ICMConfidentialContract": True}
    yield "confidential-drafted", partial(workflow.draft, PROCUREMENT, secret, code="PPC1003")


SPEAKERS = [
    {"ICMCommitmentType": "ProductQuantity", "ICMItemNumber": "D0001", "ICMCommittedQuantity": 100, "ICMUnit": "ea",
     "ICMPrice": 3.5},
    {"ICMCommitmentType": "ProductRootCategory", "ICMCommittedAmount": 5000},
]  # fmt: skip
UNKNOWN = [{"ICMCommitmentType": "ProductQuantity", "ICMItemNumber": "X9999", "ICMCommittedQuantity": 1}]

SAMPLES = {
    "CLMIntegrationContracts": "",
    "CLMIntegrationPurchaseAgreements": "?$expand=CLMIntegrationPurchaseAgreementLines",
    "VendorsV2": "?cross-company=true",
}
"""Collection of SCM to the query whose answer is recorded."""


def exchange_script(tenant: IcertisTenant) -> Iterator[tuple[str, ScriptStep]]:
    """Yield each step of the script with its name; a step needs the ones before it."""
    master = _draft(tenant, MASTER, "PMA1001", seed=101)
    nda = _draft(tenant, SUPPORTING, "PSUP3001", seed=101)
    sub = _draft(tenant, SUB, "PSUB2001", seed=101)
    standalone = _draft(tenant, STANDALONE, "PST4001", seed=117)
    secret = _draft(tenant, SUB, "PSUB2002", seed=122)
    secret.attributes["ICMConfidentialContract"] = True
    baseline = _draft(tenant, BASELINE, "PBA5001", seed=130)
    for agreement in (nda, sub, secret):
        tenant.associate(agreement, master)
    kinds = {"master": master, "supporting": nda, "sub": sub, "standalone": standalone}

    for name, agreement in kinds.items():
        yield f"{name}-executed", partial(tenant.execute, agreement)
    yield "confidential-sub-executed", partial(tenant.execute, secret)
    # ICI never emits this one; it shows how the interface handles it (EVT-4).
    yield "baseline-executed", partial(tenant.send_event, "Executed", baseline)
    for name, agreement in kinds.items():
        yield f"{name}-updated", partial(tenant.update, agreement, UPDATES[agreement.kind])
    for name, agreement in kinds.items():
        yield f"{name}-amended", partial(_amend, tenant, agreement)
    for name, agreement in kinds.items():
        yield f"{name}-renewed", partial(tenant.renew, agreement)
    for name, agreement in kinds.items():
        on, with_notice = TERMINATIONS[agreement.kind]
        yield f"{name}-terminated", partial(tenant.terminate, agreement, on, with_notice=with_notice)


UPDATES: dict[AgreementType, dict[str, object]] = {
    MASTER: {"Name": "Phenol, frame contract for all sites"},
    SUPPORTING: {"ICMPrimaryOwnerName": "Zoë Müller"},
    SUB: {"ICMPurchasingOrgCode": "FR10, EU01", "ICMOrgTeam": "Specialty Polymers"},
    STANDALONE: {"Name": "Site maintenance, Bernburg", "ICMPrimaryOwnerName": "Jürgen Weiß"},
}
"""The changes of each agreement without an amendment."""

AMENDMENTS: dict[AgreementType, dict[str, object]] = {
    MASTER: {"ICMTotalContractValue": 12500000.5, "ICMExpiryDate": "2030-12-31T00:00:00"},
    SUPPORTING: {"ICMExpiryDate": "2030-06-30T00:00:00"},
    SUB: {"ICMTotalContractValue": 875000.25, "ICMPaymentTerms": "Z060", "ICMPurchasingOrgCode": "FR10, EU01, AP01"},
    STANDALONE: {"ICMIncotermsCode": "DAP", "ICMIncotermslocation": "Bernburg", "ICMCurrency": "USD"},
}
"""The changes that the amendment of each agreement makes."""

TERMINATIONS = {
    MASTER: ("2027-06-30T00:00:00", True),
    SUPPORTING: ("2027-03-15T00:00:00", False),
    SUB: ("2027-06-30T00:00:00", True),
    STANDALONE: ("2027-03-15T00:00:00", False),
}
"""The date of each termination, and whether notice was given."""


def _draft(tenant: IcertisTenant, kind: AgreementType, code: str, seed: int) -> Agreement:
    renewal = {"ICMIsAutoRenewal": True, "ICMRenewalDate": midnight(RENEWAL_DATE), "ICMRenewalTermMonths": 12}
    return tenant.draft(kind, {**make_attributes(kind, seed), **renewal}, code=code)


def _amend(tenant: IcertisTenant, agreement: Agreement) -> None:
    tenant.execute(tenant.draft_amendment(agreement, AMENDMENTS[agreement.kind]))


def _write(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    for folder in (EXCHANGES, SCM_EXCHANGES, SCM_SAMPLES):
        shutil.rmtree(folder, ignore_errors=True)
    record(EXCHANGES)
    record_scm(SCM_EXCHANGES, SCM_SAMPLES)
