"""An SCM with the master data of the fixtures, and a caller of its OData."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from harness.testdata.scm_master_data import fill_master_data
from simulator.scm.odata.service import ODataRequest, ODataService
from simulator.scm.system import ScmSystem

CONTRACT = "CLMIntegrationContracts"
HEADER = "CLMIntegrationPurchaseAgreements"
LINE = "CLMIntegrationPurchaseAgreementLines"


class ODataReply(NamedTuple):
    """An answer of OData, its body read as JSON."""

    status: int
    content: Any
    headers: dict[str, str]

    @property
    def infolog(self) -> str:
        """The text of the error."""
        told: str = self.content["error"]["innererror"]["message"]
        return told


class Caller:
    """An external system that calls OData of one SCM, in the company usmf."""

    def __init__(self, system: ScmSystem) -> None:
        self.system = system
        self._service = ODataService(system)

    def call(self, method: str, url: str, body: object = None, **headers: str) -> ODataReply:
        """Send a request; `headers` have underscores in place of hyphens."""
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        content = b"" if body is None else json.dumps(body).encode()
        answer = self._service.answer(ODataRequest(method, quote(url, safe="/?$&=(),'@%"), named, content))
        return ODataReply(answer.status, json.loads(answer.body) if answer.body else None, dict(answer.headers))

    def post(self, collection: str, **fields: object) -> ODataReply:
        return self.call("POST", f"/{collection}", fields)

    def patch(self, url: str, **fields: object) -> ODataReply:
        return self.call("PATCH", f"/{url}", fields)

    def get(self, url: str, **headers: str) -> Any:
        """Read something that is there."""
        reply = self.call("GET", f"/{url}", **headers)
        assert reply.status == 200, reply
        return reply.content

    def contract(self, **fields: object) -> ODataReply:
        """Post a procurement contract C00001 with a vendor."""
        given = {
            "ContractId": "C00001",
            "ExternalContractId": "ext-c1",
            "ContractType": "Procurement",
            "ContractName": "Speakers",
            "EffectiveDate": "2026-01-01T12:00:00Z",
            "ExpirationDate": "2027-12-31T12:00:00Z",
            "AccountType": "Vend",
            "AccountRelationId": "1001",
        }
        return self.post(CONTRACT, **{**given, **fields})

    def header(self, **fields: object) -> ODataReply:
        """Post the header of a purchase agreement of contract C00001."""
        given = {
            "ExternalContractId": "ext-a1",
            "ContractId": "C00001",
            "AgreementOwnership": "CLM",
            "PurchaseAgreementClassificationName": "General purchases",
            "AgreementVendorAccountNumber": "1001",
            "CurrencyCode": "USD",
            "DefaultCommitmentType": "ProductQuantity",
            "DefaultEffectiveDate": "2026-01-01T12:00:00Z",
            "DefaultExpirationDate": "2027-12-31T12:00:00Z",
        }
        return self.post(HEADER, **{**given, **fields})

    def line(self, collection: str = LINE, **fields: object) -> ODataReply:
        """Post a line of ten speakers."""
        given = {
            "ExternalContractId": "ext-a1",
            "ItemNumber": "D0001",
            "CommittedQuantity": 10,
            "Price": 3.5,
            "UnitSymbol": "ea",
        }
        return self.post(collection, **{**given, **fields})

    def effective(self) -> None:
        """Bring an agreement with one line as far as release orders."""
        for reply in (self.contract(ContractStatus="Executed"), self.header(), self.line()):
            assert reply.status == 201, reply
        assert self.patch(AGREEMENT, AgreementStatus="Effective").status == 204


AGREEMENT = f"{HEADER}(dataAreaId='usmf',PurchaseAgreementId='000001')"
FIRST_LINE = f"{LINE}(dataAreaId='usmf',PurchaseAgreementId='000001',LineNumber=1)"


@pytest.fixture(scope="session")
def scm_once() -> Iterator[ScmSystem]:
    """Open an SCM that all tests share, as emptying its tables is faster than creating them."""
    with closing(ScmSystem()) as system:
        yield system


@pytest.fixture
def scm(scm_once: ScmSystem) -> Caller:
    fill_master_data(scm_once)
    scm_once.fill("CLMIntegrationContractTypes", {"Name": "Procurement"}, {"Name": "NDA"})
    return Caller(scm_once)
