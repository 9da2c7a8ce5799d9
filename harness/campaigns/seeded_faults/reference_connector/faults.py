"""The faults: each is a mistake that a developer of a connector could make, and violates one rule of the register.

A fault is a Connector with one method done wrong.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from harness.campaigns.seeded_faults.reference_connector.connector import AGREEMENTS, NO_DATE, Connector, number, text
from harness.campaigns.seeded_faults.reference_connector.rest import Row


class ConnectorFault(NamedTuple):
    """One mistake."""

    rule: str
    """Id in the register."""

    what: str
    shows: Sequence[str]
    """Words that tell the assertion which it breaks: one of them stands in every failure."""

    connector: type[Connector]


FAULTS: dict[str, ConnectorFault] = {}
"""By name."""


def violates(rule: str, what: str, *shows: str) -> Callable[[type[Connector]], type[Connector]]:
    """Register a connector that violates a rule; `what` says how, `shows` what a failure for it has in it."""

    def register(connector: type[Connector]) -> type[Connector]:
        FAULTS[connector.__name__] = ConnectorFault(rule, what, shows, connector)
        return connector

    return register


@violates("SCM-6", "an agreement stays on hold once its contract is executed", "AgreementStatus", "not effective")
class NeverEffective(Connector):
    def agreement_status(self, contract: Row) -> str:
        found = super().agreement_status(contract)
        return "OnHold" if found == "Effective" else found


@violates("SCM-4", "a terminated contract leaves its agreement effective", "AgreementStatus", "SCM refuses", "PATCH")
class TerminatedStaysEffective(Connector):
    def agreement_status(self, contract: Row) -> str:
        return "Effective" if self.status(contract) == "Terminated" else super().agreement_status(contract)


@violates("SCM-6", "an agreement is effective from its draft on", "AgreementStatus")
class EffectiveAtOnce(Connector):
    def agreement_status(self, contract: Row) -> str:
        found = super().agreement_status(contract)
        return found if found == "Closed" else "Effective"


@violates("SCM-2", "an NDA gets a purchase agreement", "PurchaseAgreement")
class AgreementOfNda(Connector):
    def connect(self, ici_url: str, types: Iterable[Row]) -> None:
        super().connect(ici_url, [{**one, "purchaseAgreement": True} for one in types])


@violates("D-125", "an expiry is sent as midnight in place of noon", "ExpirationDate", "12:00:00Z")
class Midnight(Connector):
    def day(self, contract: Row, name: str) -> str:
        found = super().day(contract, name)
        return found if found == NO_DATE else found.replace("T12", "T00")


@violates("SCM-5", "a new expiry does not reach the lines", "CLMIntegrationPurchaseAgreementLines", "ExpirationDate")
class LinesKeepExpiry(Connector):
    def write_lines(self, contract: Row, agreement: Row) -> None:
        held = self.held_lines(agreement)
        if not held:
            super().write_lines(contract, agreement)
            return
        for one in self.lines(contract):
            if one["ExternalContractLineId"] not in held:
                super().write_lines(contract, agreement)


@violates("SCM-3", "an amendment writes no line", "lines", "Lines")
class AmendmentWithoutLines(Connector):
    def write_lines(self, contract: Row, agreement: Row) -> None:
        if not self.held_lines(agreement):
            super().write_lines(contract, agreement)


@violates("SCM-3", "SCM is not told which amendment was the latest", "LatestAmendmentId")
class LatestAmendmentForgotten(Connector):
    def row(self, kind: str, contract: Row) -> dict[str, Any]:
        return {**super().row(kind, contract), "LatestAmendmentId": ""}


@violates("SCM-3", "SCM is not told that an amendment is in process", "AmendmentInProcess", "PATCH")
class InProcessUntold(Connector):
    def row(self, kind: str, contract: Row) -> dict[str, Any]:
        return {**super().row(kind, contract), "AmendmentInProcess": "No"}


@violates("D-134", "the lines are not validated before the approval", "ICMSCMValidation", "does not allow", "Validate")
class NotValidated(Connector):
    def validate(self, contract: Row, agreement: Row) -> None:
        pass


@violates("D-134", "what SCM refuses is not told to ICI", "ICMSCMMessage", "ICMSCMValidation", "does not allow")
class RefusalUntold(Connector):
    def report(self, path: str, findings: Row) -> None:
        if findings.get("ICMSCMValidation") != "Invalid":
            super().report(path, findings)


@violates("SCM-1", "the committed amount is left out", "CommittedAmount", "commitment of type", "does not allow")
class AmountForgotten(Connector):
    def line(self, contract: Row, item: Row) -> dict[str, Any]:
        return {**super().line(contract, item), "CommittedAmount": 0.0}


@violates("SCM-1", "the discount in per cent stands in the discount by amount", "LineDiscount")
class DiscountSwapped(Connector):
    def line(self, contract: Row, item: Row) -> dict[str, Any]:
        found = super().line(contract, item)
        found["LineDiscountAmount"], found["LineDiscountPercentage"] = (
            number(item.get("ICMDiscountPercentage")),
            number(item.get("ICMDiscountAmount")),
        )
        return found


@violates("SCM-1", "a category stands where the item belongs", "ItemNumber", "ProcurementProductCategoryName")
class CategoryAsItem(Connector):
    def line(self, contract: Row, item: Row) -> dict[str, Any]:
        found = super().line(contract, item)
        if found["ProcurementProductCategoryName"]:
            found["ItemNumber"], found["ProcurementProductCategoryName"] = found["ProcurementProductCategoryName"], ""
        return found


@violates(
    "D-127",
    "a call is repeated without looking at what is there",
    "contracts",
    "agreements",
    "lines",
    "AgreementStatus",
)
class Doubling(Connector):
    def held_lines(self, agreement: Row) -> dict[str, Row]:  # noqa: ARG002
        return {}


@violates("SCM-7", "an agreement that a contract was begun from is left alone", "CLMIntegrationPurchaseAgreements")
class NotAdopted(Connector):
    def create_agreement(self, contract: Row) -> Row:
        return super().create_agreement({**contract, "ICMSCMPurchaseAgreement": ""})


@violates("SCM-6", "what was ordered is not told to ICI", "commitments")
class CommitmentsUntold(Connector):
    def tell(self, kind: str, path: str, contract: Row) -> None:
        pass


@violates("SCM-6", "alignment mends contracts and forgets agreements", "AgreementStatus", "agreements", "lines")
class AlignmentOfContractsAlone(Connector):
    def align(self) -> None:
        for kind in self.types:
            for path, contract in self.contracts(kind):
                self.align_contract(kind, contract)
                self.tell(kind, path, contract)

    def align_contract(self, kind: str, contract: Row) -> None:
        given = self.types
        self.types = {name: {**one, "purchaseAgreement": False} for name, one in given.items()}
        try:
            self.synchronise(kind, contract)
        finally:
            self.types = given


@violates("SCM-6", "alignment takes back what users of SCM may change", "VendorReference")
class VendorReferenceTakenBack(Connector):
    def header(self, contract: Row) -> dict[str, Any]:
        return {**super().header(contract), "VendorReference": text(contract.get("ICMVendorReference"))}


@violates("SCM-7", "only the first page of master data is read", "UnitsOfMeasure", "VendorsV2", "the rows of")
class FirstPageAlone(Connector):
    def next_page(self, page: Row) -> str:
        return "" if "CLMIntegration" not in str(page.get("@odata.context", "")) else super().next_page(page)


@violates("SCM-7", "master data is brought whether it has changed or not", "the writes that ICI received")
class BroughtAgain(Connector):
    def bring_master_data(self) -> None:
        self._brought.clear()
        super().bring_master_data()


@violates("D-136", "the set-up is written row by row, and half of it stays when one is refused", "Links", "batch")
class SetUpByRow(Connector):
    def write_set_up(self) -> None:
        for collection, row in self.set_up_rows():
            if not any(all(one.get(name) == value for name, value in row.items()) for one in self.rows(collection)):
                self.create(collection, row)


@violates("SCM-8", "a contract type of the customer is taken for a procurement contract", "ContractType", "the rows of")
class OneTypeForAll(Connector):
    def row(self, kind: str, contract: Row) -> dict[str, Any]:
        found = super().row(kind, contract)
        return {**found, "ContractType": "NDA" if found["ContractType"] == "NDA" else "Procurement contract"}


@violates(
    "D-126",
    "the expiry of a closed agreement is sent before its status",
    "CLMIntegrationPurchaseAgreements",
)
class ExpiryBeforeStatus(Connector):
    def change(self, collection: str, row: Row, fields: Row) -> None:
        if collection == AGREEMENTS and {"DefaultExpirationDate", "AgreementStatus"} <= fields.keys():
            super().change(collection, row, {"DefaultExpirationDate": fields["DefaultExpirationDate"]})
        super().change(collection, row, fields)
