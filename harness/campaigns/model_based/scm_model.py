"""A model of what SCM holds of a contract, made from the requirements, section 10, and the decisions from D-120 on.

It knows neither the connector nor SCM. It is told what ICI holds, and what users of SCM have ordered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from simulator.icertis.agreement import Agreement

RowFields: TypeAlias = Mapping[str, object]
LinesById: TypeAlias = Mapping[str, RowFields]
"""The lines of an agreement, by the ids that ICI gives them."""

LABELS = {"ICMProcurementContract": "Procurement contract", "ICMNDA": "NDA"}
NO_DATE = "1900-01-01T12:00:00Z"
ENDED = ("Terminated", "Expired", "Cancelled")
WITH_LINES = ("Executed", "Terminated", "Expired", "OnHold")
"""The statuses of a contract that has been executed; before, SCM is asked about lines and has none (D-121)."""

VENDORS = {"1001": "open", "1002": "on hold"}
ITEMS = ("D0001",)
"""The master data that the actions refer to; all others are unknown to SCM."""

COMMITTED = {"ProductQuantity": "CommittedQuantity"}
"""Type of commitment to what it commits; all others commit an amount."""

CONTRACT, AGREEMENT, LINES = "contract", "agreement", "lines"


@dataclass
class Ordered:
    """The orders that were released of one line."""

    quantity: float = 0.0
    amount: float = 0.0
    last_delivery: str = ""
    terms: tuple[object, ...] = field(default=())
    """Item and type of commitment, which stay as they are from the first order on (D-129)."""


class Expected(NamedTuple):
    """A contract as SCM is to have it."""

    contract: RowFields
    agreement: RowFields | None
    """None for a type without purchase agreements (SCM-2)."""

    items: LinesById
    """The line items by their ids."""

    @property
    def lines(self) -> LinesById | None:
        """The lines of the agreement; None where SCM is not told of them."""
        return self.items if self.contract["ContractStatus"] in WITH_LINES else None


def is_open(contract: Agreement) -> bool:
    """Tell whether SCM may know of it: plainly not confidential, and no amendment of one that is (D-04, D-143)."""
    ones = [one for one in (contract, contract.parent) if one is not None]
    return all(one.attributes.get("ICMConfidentialContract") is False for one in ones)


def expected(contract: Agreement, amendments: Sequence[Agreement]) -> Expected:
    """Return what SCM is to hold; `amendments` are those executed, oldest first."""
    held, status = contract.attributes, contract.status.value.replace(" ", "")
    last = amendments[-1] if amendments else None
    first_day, last_day = day(held["ICMEffectiveDate"]), day(held["ICMExpiryDate"])
    row = {
        "dataAreaId": "usmf",
        "ContractId": contract.code,
        "ExternalContractId": contract.sys_id,
        "ContractType": LABELS[contract.kind.name],
        "ContractStatus": status,
        "ContractName": held["Name"],
        "EffectiveDate": first_day,
        "ExpirationDate": last_day,
        "AccountType": "Vend",
        "AccountRelationId": held["ICMAppSrcSupplierID"],
        "RequesterWorkerName": "Alicia Thornber",
        "LatestAmendmentId": last.code if last else "",
        "LatestExternalAmendmentId": last.sys_id if last else "",
    }
    if contract.kind.name == "ICMNDA":
        return Expected(row, None, {})
    agreement = {
        "dataAreaId": "usmf",
        "ExternalContractId": contract.sys_id,
        "ContractId": contract.code,
        "AgreementOwnership": "CLM",
        "AgreementStatus": agreement_status(status),
        "DocumentTitle": held["Name"],
        "DefaultEffectiveDate": first_day,
        "DefaultExpirationDate": last_day,
        "AgreementVendorAccountNumber": held["ICMAppSrcSupplierID"],
        "CurrencyCode": "USD",
        "PaymentTermsName": "Net30",
        "PurchaseAgreementClassificationName": "General purchases",
        "DefaultCommitmentType": "ProductQuantity",
    }
    items = held.get("ICMLineItems")
    lines = {str(one["ICMLineId"]): _line(one, first_day, last_day) for one in items} if isinstance(items, list) else {}
    return Expected(row, agreement, lines)


def agreement_status(status: str) -> str:
    """Return the status of the purchase agreement of a contract in this status (D-123)."""
    return "Effective" if status == "Executed" else "Closed" if status in ENDED else "OnHold"


class HeldAgreement(NamedTuple):
    """The agreement in SCM; blank where there is none."""

    status: str
    expiry: str
    lines: LinesById
    """Its lines by their ids."""


def behind(wanted: Expected, orders: Mapping[str, Ordered], held: HeldAgreement) -> set[str]:
    """Return the parts that SCM refuses, so that it has them as they were before, or has none.

    The connector sends the contract, the lines and the header in this order: what follows a refusal is not sent.
    """
    agreement = wanted.agreement
    if wanted.contract["AccountRelationId"] not in VENDORS:  # D-131
        return {CONTRACT, LINES, AGREEMENT}
    if agreement is None:
        return set()
    first_day, last_day = str(agreement["DefaultEffectiveDate"]), str(agreement["DefaultExpirationDate"])
    if _is_before(last_day, first_day):  # D-125
        return {LINES, AGREEMENT}
    is_asked = wanted.contract["ContractStatus"] == "WaitingForApproval"  # SCM would not take it: nothing is written
    if (wanted.lines is not None or is_asked) and any(_refused_lines(wanted.items, orders, held.lines)):
        return {LINES, AGREEMENT}
    stays_closed = held.status == "Closed" == agreement["AgreementStatus"]
    if stays_closed and wanted.lines is not None and wanted.lines.keys() - held.lines.keys():
        return {LINES, AGREEMENT}
    is_effective = agreement["AgreementStatus"] == "Effective"
    lacks_something = VENDORS[str(agreement["AgreementVendorAccountNumber"])] == "on hold" or not wanted.lines
    if is_effective and held.status != "Effective" and lacks_something:  # D-124
        return {AGREEMENT}
    if any(_is_before(last_day, one.last_delivery) for one in orders.values()) and held.expiry != last_day:  # D-126
        return {AGREEMENT}
    if stays_closed and held.expiry != last_day:  # D-126
        return {AGREEMENT}
    return set()


def commitment(line_id: str, line: RowFields, ordered: Ordered) -> dict[str, object]:
    """Return what ICI is to know of a line: what was ordered, and what remains (SCM-6)."""
    remaining = {
        name: max(float(str(line[f"Committed{name}"])) - released, 0.0)
        for name, released in (("Quantity", ordered.quantity), ("Amount", ordered.amount))
    }
    return {
        "ICMLineId": line_id,
        "ReleasedQuantity": ordered.quantity,
        "ReleasedAmount": ordered.amount,
        "RemainingQuantity": remaining["Quantity"],
        "RemainingAmount": remaining["Amount"],
    }


def day(value: object) -> str:
    """Return a day of ICI as SCM writes it (D-125)."""
    return f"{str(value)[:10]}T12:00:00Z" if value else NO_DATE


def _line(item: RowFields, first_day: str, last_day: str) -> RowFields:
    return {
        "CommitmentType": item["ICMCommitmentType"],
        "ItemNumber": item.get("ICMItemNumber", ""),
        "CommittedQuantity": float(str(item.get("ICMCommittedQuantity", 0))),
        "CommittedAmount": float(str(item.get("ICMCommittedAmount", 0))),
        "UnitSymbol": item.get("ICMUnit", ""),
        "Price": float(str(item.get("ICMPrice", 0))),
        "EffectiveDate": first_day,
        "ExpirationDate": last_day,
    }


def _refused_lines(wanted: LinesById, orders: Mapping[str, Ordered], held: LinesById) -> Iterable[bool]:
    yield from (orders[name].quantity + orders[name].amount > 0 for name in orders.keys() - wanted.keys())  # D-128
    for name, line in wanted.items():
        item, kind = line["ItemNumber"], str(line["CommitmentType"])
        yield bool(item) and item not in ITEMS  # D-131
        if (ordered := orders.get(name)) is None:
            continue
        committed = COMMITTED.get(kind, "CommittedAmount")
        done = ordered.quantity if committed == "CommittedQuantity" else ordered.amount
        was = held.get(name, {})
        yield (item, kind) != ordered.terms  # D-129
        yield line[committed] != was.get(committed) and float(str(line[committed])) < done  # D-129
        last_day = str(line["ExpirationDate"])
        yield last_day != was.get("ExpirationDate") and _is_before(last_day, ordered.last_delivery)  # D-126


def _is_before(day_: str, other: str) -> bool:
    return day_ != NO_DATE and day_ < other
