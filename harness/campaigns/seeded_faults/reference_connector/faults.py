"""The faults: each is a mistake that a developer of a connector could make, and violates one rule of the register.

A fault is a ContractConnector with one method done wrong.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from harness.campaigns.seeded_faults.reference_connector.connector import ContractConnector
from harness.campaigns.seeded_faults.reference_connector.entities import AGREEMENTS, LINES
from harness.campaigns.seeded_faults.reference_connector.rest import (
    JsonFields,
    LaterError,
    number,
    text,
    without_blanks,
)


class ConnectorFault(NamedTuple):
    """One mistake."""

    rule: str
    """Id in the register."""

    what: str
    shows: Sequence[str]
    """Words of what was expected and seen: some of them stand in every failure."""

    connector: type[ContractConnector]


FAULTS: dict[str, ConnectorFault] = {}
"""By name."""


def violates(rule: str, what: str, *shows: str) -> Callable[[type[ContractConnector]], type[ContractConnector]]:
    """Register a connector that violates a rule; `what` says how, `shows` what a failure for it has in it."""

    def register(connector: type[ContractConnector]) -> type[ContractConnector]:
        FAULTS[connector.__name__] = ConnectorFault(rule, what, shows, connector)
        return connector

    return register


@violates(
    "SCM-1",
    "an agreement stays on hold once its contract is executed",
    "AgreementStatus Effective OnHold",
    "missing: : AgreementStatus Effective not expected: : AgreementStatus OnHold",
    "not expected: PATCH CLMIntegrationPurchaseAgreements(",
    "the agreement is not effective",
)
class NeverEffective(ContractConnector):
    def change(self, collection: str, row: JsonFields, fields: JsonFields) -> None:
        is_effective = fields.get("AgreementStatus") == "Effective"
        super().change(collection, row, {**fields, "AgreementStatus": "OnHold"} if is_effective else fields)


@violates(
    "SCM-4",
    "a terminated contract leaves its agreement effective",
    "missing: PATCH CLMIntegrationPurchaseAgreements(",
    "expected the agreement is not effective",
)
class TerminatedStaysEffective(ContractConnector):
    def agreement_status(self, contract: JsonFields) -> str:
        return "Effective" if self.status(contract) == "Terminated" else super().agreement_status(contract)


@violates("SCM-2", "an NDA gets a purchase agreement", "the rows of CLMIntegrationPurchaseAgreements")
class AgreementOfNda(ContractConnector):
    def synchronise(self, kind: str, contract: JsonFields) -> dict[str, str]:
        findings = super().synchronise(kind, contract)
        if not self.types[kind]["purchaseAgreement"] and self.find(AGREEMENTS, contract) is None:
            needed = {"PurchaseAgreementClassificationName": "General purchases", "AgreementStatus": "OnHold"}
            self.create(AGREEMENTS, without_blanks({**self.header(contract), **needed}))
        return findings


@violates("SCM-5", "dates are sent as midnight in place of noon", "T00:00:00Z")
class Midnight(ContractConnector):
    def create(self, collection: str, fields: JsonFields) -> JsonFields:
        return super().create(collection, at_midnight(fields))

    def change(self, collection: str, row: JsonFields, fields: JsonFields) -> None:
        super().change(collection, row, at_midnight(fields))


@violates(
    "SCM-5",
    "a new expiry does not reach the lines",
    "missing: PATCH CLMIntegrationPurchaseAgreementLines(",
    "ExpirationDate 2029-06-30T12:00:00Z 2027-12-31T12:00:00Z",
)
class LinesKeepExpiry(ContractConnector):
    def change(self, collection: str, row: JsonFields, fields: JsonFields) -> None:
        is_line = collection == LINES
        left = {name: value for name, value in fields.items() if not is_line or name != "ExpirationDate"}
        if left:
            super().change(collection, row, left)


@violates(
    "SCM-3",
    "an amendment writes no line",
    "missing: POST CLMIntegrationPurchaseAgreementLines",
    "missing: PATCH CLMIntegrationPurchaseAgreementLines(",
    "missing: 3: LineNumber 3, CommitmentType ProductRootCategory",
)
class AmendmentWithoutLines(ContractConnector):
    def write_lines(self, contract: JsonFields, agreement: JsonFields) -> None:
        if not text(contract.get("ICMLatestAmendmentCode")):
            super().write_lines(contract, agreement)


@violates("SCM-3", "SCM is not told which amendment was the latest", "LatestAmendmentId")
class LatestAmendmentForgotten(ContractConnector):
    def row(self, kind: str, contract: JsonFields) -> dict[str, Any]:
        return {**super().row(kind, contract), "LatestAmendmentId": ""}


@violates(
    "SCM-3",
    "SCM is not told that an amendment is in process",
    "AmendmentInProcess",
    "missing: PATCH CLMIntegrationContracts(",
)
class InProcessUntold(ContractConnector):
    def row(self, kind: str, contract: JsonFields) -> dict[str, Any]:
        return {**super().row(kind, contract), "AmendmentInProcess": "No"}


@violates(
    "D-134",
    "the lines are not validated before the approval",
    "missing: POST CLMIntegrationValidate",
    "missing: PATCH CLMIntegrationValid",
    "expected it cannot be approved: ",
)
class NotValidated(ContractConnector):
    def validate(self, contract: JsonFields, agreement: JsonFields) -> None:
        pass


@violates(
    "D-134",
    "what SCM refuses is not told to ICI",
    "seen it cannot be approved: SCM has not validated it yet",
    "seen ICMSCMMessage ''",
    "seen ICMSCMValidation ''",
)
class RefusalUntold(ContractConnector):
    def report(self, path: str, findings: JsonFields) -> None:
        if findings.get("ICMSCMValidation") != "Invalid":
            super().report(path, findings)


@violates("SCM-1", "the committed amount is left out", "CommittedAmount")
class AmountForgotten(ContractConnector):
    def line(self, contract: JsonFields, item: JsonFields) -> dict[str, Any]:
        return {**super().line(contract, item), "CommittedAmount": 0.0}


@violates("SCM-1", "the discount in per cent stands in the discount by amount", "LineDiscount")
class DiscountSwapped(ContractConnector):
    def line(self, contract: JsonFields, item: JsonFields) -> dict[str, Any]:
        found = super().line(contract, item)
        found["LineDiscountAmount"], found["LineDiscountPercentage"] = (
            number(item.get("ICMDiscountPercentage")),
            number(item.get("ICMDiscountAmount")),
        )
        return found


@violates(
    "SCM-1", "a category stands where the item belongs", "it cannot be approved: ItemNumber: the value is not found"
)
class CategoryAsItem(ContractConnector):
    def line(self, contract: JsonFields, item: JsonFields) -> dict[str, Any]:
        found = super().line(contract, item)
        if found["ProcurementProductCategoryName"]:
            found["ItemNumber"], found["ProcurementProductCategoryName"] = found["ProcurementProductCategoryName"], ""
        return found


@violates(
    "D-127",
    "lines are written again after an answer was lost, without a look at what is there",
    "the rows of CLMIntegrationPurchaseAgreementLines",
)
class LineRepeated(ContractConnector):
    has_failed = False

    def write_lines(self, contract: JsonFields, agreement: JsonFields) -> None:
        try:
            super().write_lines(contract, agreement)
        except LaterError:
            self.has_failed = True
            raise
        self.has_failed = False

    def held_lines(self, agreement: JsonFields) -> dict[str, JsonFields]:
        return {} if self.has_failed else super().held_lines(agreement)


@violates("SCM-7", "an agreement that a contract was begun from is left alone", "PurchaseAgreementId PA-0001 000001")
class NotAdopted(ContractConnector):
    def create_agreement(self, contract: JsonFields) -> JsonFields:
        return super().create_agreement({**contract, "ICMSCMPurchaseAgreement": ""})


@violates("SCM-6", "what was ordered is not told to ICI", "the commitments of")
class CommitmentsUntold(ContractConnector):
    def tell(self, kind: str, path: str, contract: JsonFields) -> None:
        pass


@violates(
    "SCM-6",
    "alignment mends contracts and forgets agreements",
    "missing: PATCH CLMIntegrationPurchaseAgreements(",
    "missing: PPC6001: ContractId PPC6001, AgreementStatus Effective",
)
class AlignmentOfContractsAlone(ContractConnector):
    def align(self) -> None:
        for kind in self.types:
            for path, contract in self.contracts(kind):
                self.align_contract(kind, contract)
                self.tell(kind, path, contract)

    def align_contract(self, kind: str, contract: JsonFields) -> None:
        given = self.types
        self.types = {name: {**one, "purchaseAgreement": False} for name, one in given.items()}
        try:
            self.synchronise(kind, contract)
        finally:
            self.types = given


@violates("SCM-6", "alignment takes back what users of SCM may change", "VendorReference")
class VendorReferenceTakenBack(ContractConnector):
    def header(self, contract: JsonFields) -> dict[str, Any]:
        return {**super().header(contract), "VendorReference": text(contract.get("ICMVendorReference"))}


@violates("SCM-7", "only the first page of master data is read", "the rows of VendorsV2")
class FirstPageAlone(ContractConnector):
    def next_page(self, page: JsonFields) -> str:
        return "" if "CLMIntegration" not in str(page.get("@odata.context", "")) else super().next_page(page)


@violates("SCM-7", "master data is brought whether it has changed or not", "not expected: PUT /v1/masterdata/")
class BroughtAgain(ContractConnector):
    def bring_master_data(self) -> None:
        self._brought.clear()
        super().bring_master_data()


@violates(
    "SCM-7",
    "the set-up is written row by row, and half of it stays when one is refused",
    "missing: POST $batch",
    "the rows of CLMIntegrationExternalNavigationLinks",
)
class SetUpByRow(ContractConnector):
    def write_set_up(self) -> None:
        for collection, row in self.set_up_rows():
            if not any(all(one.get(name) == value for name, value in row.items()) for one in self.rows(collection)):
                self.create(collection, row)


@violates("SCM-8", "a contract type of the customer is taken for a procurement contract", "ContractType")
class OneTypeForAll(ContractConnector):
    def row(self, kind: str, contract: JsonFields) -> dict[str, Any]:
        found = super().row(kind, contract)
        return {**found, "ContractType": "NDA" if found["ContractType"] == "NDA" else "Procurement contract"}


@violates(
    "D-126",
    "the expiry of a closed agreement is sent before its status",
    "AgreementStatus Effective (not there)",
    "AgreementStatus Effective OnHold",
)
class ExpiryBeforeStatus(ContractConnector):
    def change(self, collection: str, row: JsonFields, fields: JsonFields) -> None:
        if collection == AGREEMENTS and {"DefaultExpirationDate", "AgreementStatus"} <= fields.keys():
            super().change(collection, row, {"DefaultExpirationDate": fields["DefaultExpirationDate"]})
        super().change(collection, row, fields)


def at_midnight(fields: JsonFields) -> dict[str, Any]:
    return {name: value.replace("T12:", "T00:") if isinstance(value, str) else value for name, value in fields.items()}
