"""The rules of contracts and purchase agreements.

Those that Microsoft documents carry no id; D-nn marks what its pages leave open, and what was read into them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy import Table, bindparam, delete, func, insert, select, update

from simulator.scm.agreements import (
    AgreementState,
    CommitmentType,
    ContractStatus,
    Ownership,
    PurchaseAgreementLineFulfillment,
    ReleaseOrder,
)
from simulator.scm.connection import KeyValueType
from simulator.scm.edm import NO_DATE, EdmValue
from simulator.scm.entities import COMPANY, ENTITY_SETS, INTERNAL_SETS, Verb
from simulator.scm.framework import (
    FIRST_VERSION,
    Change,
    EntityRow,
    RefusedError,
    TableRules,
    binds,
    has_values,
    next_number,
)
from simulator.scm.master_data import OnHoldStatus, ProductSubType

CONTRACTS = ENTITY_SETS["CLMIntegrationContracts"]
HEADERS = ENTITY_SETS["CLMIntegrationPurchaseAgreements"]
LINES = ENTITY_SETS["CLMIntegrationPurchaseAgreementLines"]
FULFILLMENT = ENTITY_SETS["PurchaseAgreementLineFulfillment"]
_CLASSIFICATIONS = INTERNAL_SETS["PurchaseAgreementClassifications"]
_WORKERS = INTERNAL_SETS["Workers"]
_VENDORS = ENTITY_SETS["VendorsV2"]
_PRODUCTS = ENTITY_SETS["CLMIntegrationReleasedProducts"]

_FULFILLMENT: Table = PurchaseAgreementLineFulfillment.__table__  # type: ignore[attr-defined]
_ORDERS: Table = ReleaseOrder.__table__  # type: ignore[attr-defined]

# As in the framework, each statement is built once.
_LAST_LINE = select(func.max(LINES.column("LineNumber"))).where(has_values(LINES.table, HEADERS.keys))
_ORDERED = select(_ORDERS.c.Quantity, _ORDERS.c.Amount).where(has_values(_ORDERS, LINES.keys))
_ADD_FULFILLMENT = insert(_FULFILLMENT)
_CHANGE_FULFILLMENT = (
    update(_FULFILLMENT)
    .where(has_values(_FULFILLMENT, LINES.keys))
    .values(
        **{
            name: bindparam(name)
            for name in (
                "CommittedQuantity", "CommittedAmount", "ReleasedQuantity", "ReleasedAmount", "RemainingQuantity",
                "RemainingAmount", "UnitSymbol",
            )
        },
        RECVERSION=_FULFILLMENT.c.RECVERSION + 1,
    )
)  # fmt: skip
_REMOVE_FULFILLMENT = delete(_FULFILLMENT).where(has_values(_FULFILLMENT, LINES.keys))
_NOTHING = (Decimal(0), Decimal(0))

_QUANTITY = CommitmentType.ProductQuantity
_PRICE_TERMS = ("Price", "PriceQuantity", "LineDiscountAmount")
_COMMITMENTS: Mapping[CommitmentType, tuple[tuple[str, ...], tuple[str, ...]]] = {
    CommitmentType.ProductQuantity: (("CommittedQuantity", "ItemNumber"), _PRICE_TERMS),
    CommitmentType.ProductVolume: (("CommittedAmount", "ItemNumber"), ()),
    CommitmentType.ProductCategory: (("CommittedAmount", "ProcurementProductCategoryName"), ()),
    CommitmentType.ProductRootCategory: (("CommittedAmount",), ()),
}
"""The fields that a type of commitment needs, and those that it may have beside them."""

_BY_COMMITMENT = (
    "CommittedQuantity", "CommittedAmount", "ItemNumber", "ProcurementProductCategoryName", *_PRICE_TERMS
)  # fmt: skip
_AMOUNTS = ("CommittedQuantity", "CommittedAmount", *_PRICE_TERMS, "MinimumReleaseAmount", "MaximumReleaseAmount")
_DIMENSIONS = (
    "ProductVariantNumber", "ProductConfigurationId", "ProductSizeId", "ProductColorId", "ProductStyleId",
    "ProductVersionId",
)  # fmt: skip


# Contracts


def _default_contract(change: Change) -> None:
    _take_company(change, "LegalEntityId")


def _validate_contract(change: Change) -> None:
    after = change.after
    if change.verb is Verb.DELETE:
        if change.rows_of(HEADERS, **{COMPANY: after[COMPANY], "ContractId": after["ContractId"]}):
            raise RefusedError("a purchase agreement refers to the contract (D-128)")
        return
    _known_worker(change, "RequesterWorkerName", "RequesterWorkerEmail")
    if after["AccountType"] == "Vend" and after["AccountRelationId"] and change.changed("AccountRelationId"):
        _known_vendor(change, "AccountRelationId")
    _unique_external_id(change)


# Headers of purchase agreements


def _default_header(change: Change) -> None:
    after = change.after
    _take_company(change, "BuyingLegalEntityId")
    if change.verb is Verb.INSERT:
        if not after["PurchaseAgreementId"]:
            after["PurchaseAgreementId"] = f"{next_number(change.db, f'PurchaseAgreement {after[COMPANY]}'):06}"
        classification = change.rows_of(
            _CLASSIFICATIONS, ClassificationName=after["PurchaseAgreementClassificationName"]
        )
        for name in ("PrimaryResponsibleWorkerName", "SecondaryResponsibleWorkerName"):
            if classification and not after[name] and not after[name.replace("Name", "Email")]:
                after[name] = classification[0][name]
    if after["ContractId"] and not after["ContractLegalEntityId"]:
        after["ContractLegalEntityId"] = str(after[COMPANY]).upper()


def _validate_header(change: Change) -> None:
    after, before = change.after, change.before
    if change.by_user and (before or after)["AgreementOwnership"] == Ownership.CLM:
        _validate_user(change)
    if change.verb is Verb.DELETE:
        if before["AgreementStatus"] != AgreementState.OnHold or _has_releases(change):
            raise RefusedError("only an agreement on hold, of which nothing was released, can be deleted (D-128)")
        return
    _unique_external_id(change)
    _validate_ownership(change)
    if after["AgreementOwnership"] == Ownership.CLM and after["ContractId"]:
        _find_contract(change)
    _in_order(change, "DefaultEffectiveDate", "DefaultExpirationDate")
    _validate_workers(change)
    if change.verb is Verb.UPDATE:
        _validate_expiry(change)
    if after["AgreementStatus"] == AgreementState.Effective and change.changed("AgreementStatus"):
        _validate_effective(change)


def _header_written(change: Change) -> None:
    """Delete the lines with their header."""
    if change.verb is Verb.DELETE:
        for table in (LINES.table, _FULFILLMENT):
            where = [table.columns[name] == change.after[name] for name in HEADERS.keys]
            change.db.execute(table.delete().where(*where))


def _validate_user(change: Change) -> None:
    """Let a user change only the documented fields of what the external system owns, and delete nothing of it."""
    if change.verb is not Verb.UPDATE:
        raise RefusedError("the agreement is maintained in the external system", "AgreementOwnership")
    for name, declared in change.entity_set.fields.items():
        if change.changed(name) and not declared.users_may_edit:
            raise RefusedError("the agreement is maintained in the external system", name)


def _validate_ownership(change: Change) -> None:
    before, after = change.before, change.after
    if before.get("AgreementOwnership") == Ownership.CLM:
        if after["AgreementOwnership"] != Ownership.CLM:
            raise RefusedError("the external system cannot give the agreement back (D-130)", "AgreementOwnership")
        if before["ContractId"] and change.changed("ContractId"):
            raise RefusedError("the agreement belongs to another contract already (D-130)", "ContractId")
    if after["AgreementOwnership"] == Ownership.SCM and after["ContractId"]:
        raise RefusedError("only an agreement that the external system owns has a contract", "ContractId")


def _validate_workers(change: Change) -> None:
    after = change.after
    for part in ("Primary", "Secondary"):
        _known_worker(change, f"{part}ResponsibleWorkerName", f"{part}ResponsibleWorkerEmail")
    first, second = (
        (after[f"{part}ResponsibleWorkerName"], after[f"{part}ResponsibleWorkerEmail"])
        for part in ("Primary", "Secondary")
    )
    if any(second) and not any(first):
        raise RefusedError("a secondary responsible needs a primary one", "SecondaryResponsibleWorkerName")
    if any(second) and first == second:
        raise RefusedError("the secondary responsible is the primary one", "SecondaryResponsibleWorkerName")


def _validate_expiry(change: Change) -> None:
    if not change.changed("DefaultExpirationDate"):
        return
    if change.before["AgreementStatus"] == AgreementState.Closed == change.after["AgreementStatus"]:
        raise RefusedError("a closed agreement gets another expiry only with the status (D-126)", "AgreementStatus")
    _not_before_deliveries(change, change.after["DefaultExpirationDate"], "DefaultExpirationDate")


def _validate_effective(change: Change) -> None:
    """Check what an agreement needs before it can be ordered from (D-124)."""
    after = change.after
    _require(after, "CurrencyCode")
    vendors = change.rows_of(
        _VENDORS, dataAreaId=after[COMPANY], VendorAccountNumber=after["AgreementVendorAccountNumber"]
    )
    if vendors[0]["OnHoldStatus"] not in (OnHoldStatus.No, OnHoldStatus.Never):
        raise RefusedError("the vendor is on hold (D-124)", "AgreementVendorAccountNumber")
    if after["ContractId"] and _find_contract(change)["ContractStatus"] != ContractStatus.Executed:
        raise RefusedError("the contract is not executed (D-124)", "ContractId")
    if _last_line(change) is None:
        raise RefusedError("the agreement has no line (D-124)", "AgreementStatus")


def _find_contract(change: Change) -> EntityRow:
    after = change.after
    company = str(after["ContractLegalEntityId"]).lower()
    found = change.rows_of(CONTRACTS, dataAreaId=company, ContractId=after["ContractId"])
    if not found:
        raise RefusedError(f"the value is not found in the related table '{CONTRACTS.entity}'", "ContractId")
    return found[0]


def _last_line(change: Change) -> float | None:
    """Return the highest number of a line of the agreement; None if it has no line."""
    found: float | None = change.db.execute(_LAST_LINE, binds(_part(change.after, HEADERS.keys))).scalar()
    return found


# Lines


def _default_line(change: Change) -> None:
    after = change.after
    _take_company(change, "PurchaseAgreementLegalEntityId")
    if change.verb is not Verb.INSERT:
        return
    if not after["PurchaseAgreementId"] and after["ExternalContractId"]:
        headers = change.rows_of(HEADERS, dataAreaId=after[COMPANY], ExternalContractId=after["ExternalContractId"])
        if headers:
            after["PurchaseAgreementId"] = headers[0]["PurchaseAgreementId"]
    header = _find_header(change)
    if "ExternalContractId" not in change.given:
        after["ExternalContractId"] = header["ExternalContractId"]
    if "CommitmentType" not in change.given:
        after["CommitmentType"] = header["DefaultCommitmentType"]
    for name in ("EffectiveDate", "ExpirationDate"):
        if after[name] == NO_DATE:
            after[name] = header[f"Default{name}"]
    if not after["LineNumber"]:
        after["LineNumber"] = (_last_line(change) or 0.0) // 1 + 1


def _validate_line(change: Change) -> None:
    header, after = _find_header(change), change.after
    if change.by_user and header["AgreementOwnership"] == Ownership.CLM:
        _validate_user(change)
    released = _NOTHING if change.verb is Verb.INSERT else _released(change)
    if change.verb is Verb.DELETE:
        if any(released):
            raise RefusedError("something was released of the line (D-128)")
        return
    if header["AgreementStatus"] == AgreementState.Closed and change.verb is Verb.INSERT:
        raise RefusedError("the agreement is closed")
    _validate_commitment(change)
    _in_order(change, "EffectiveDate", "ExpirationDate")
    if any(released):
        if change.changed("ItemNumber", "CommitmentType", "ProcurementProductCategoryName"):
            raise RefusedError("something was released of the line (D-129)", "ItemNumber")
        committed = _commitment(after)
        is_less = Decimal(str(after[committed])) < released[committed == "CommittedAmount"]
        if is_less and change.changed(committed):  # users may order more than was committed
            raise RefusedError("it is less than what was released (D-129)", committed)
        _not_before_deliveries(change, after["ExpirationDate"], "ExpirationDate")


def _validate_commitment(change: Change) -> None:
    """Hold what each type of commitment demands and forbids."""
    after = change.after
    kind = CommitmentType(str(after["CommitmentType"]))
    needed, allowed = _COMMITMENTS[kind]
    for name in _BY_COMMITMENT:
        if name in needed and not after[name]:
            raise RefusedError(f"a commitment of type {kind} needs it", name)
        if after[name] and name not in needed + allowed:
            raise RefusedError(f"a commitment of type {kind} has none", name)
    for name in (*_AMOUNTS, "LineDiscountPercentage", "LineNumber"):
        if float(after[name]) < 0:
            raise RefusedError("it is negative", name)
    if float(after["LineDiscountPercentage"]) > 100:
        raise RefusedError("it is more than 100", "LineDiscountPercentage")
    product = change.rows_of(_PRODUCTS, dataAreaId=after[COMPANY], ItemNumber=after["ItemNumber"])
    has_variants = bool(product) and product[0]["ProductSubType"] == ProductSubType.ProductMaster
    if has_variants and not any(after[name] for name in _DIMENSIONS):
        raise RefusedError("the product has variants", "ProductVariantNumber")


def _line_written(change: Change) -> None:
    """Keep the row of fulfilment beside the line."""
    key = _part(change.after, LINES.keys)
    if change.verb is Verb.INSERT:
        row = {**key, "RECID": change.record, "RECVERSION": FIRST_VERSION, **_fulfilment(change, _NOTHING)}
        change.db.execute(_ADD_FULFILLMENT, row)
    elif change.verb is Verb.UPDATE:
        update_fulfilment(change)
    else:
        change.db.execute(_REMOVE_FULFILLMENT, binds(key))


def update_fulfilment(change: Change) -> None:
    """Compute what was released of a line, and what remains."""
    key = _part(change.after, LINES.keys)
    change.db.execute(_CHANGE_FULFILLMENT, {**binds(key), **_fulfilment(change, _released(change))})


def _fulfilment(change: Change, released: tuple[Decimal, Decimal]) -> EntityRow:
    """Return the fields of fulfilment of a line of which so much was released, as quantity and as amount."""
    line = change.after
    found: EntityRow = {"UnitSymbol": line["UnitSymbol"]}
    for kind, part in zip(("Quantity", "Amount"), released, strict=True):
        committed = Decimal(str(line[f"Committed{kind}"]))
        found[f"Committed{kind}"] = float(committed)
        found[f"Released{kind}"] = float(part)
        found[f"Remaining{kind}"] = float(max(committed - part, Decimal(0)))
    return found


def _commitment(line: EntityRow) -> str:
    return "CommittedQuantity" if line["CommitmentType"] == _QUANTITY else "CommittedAmount"


def _find_header(change: Change) -> EntityRow:
    after = change.after
    found = change.rows_of(HEADERS, dataAreaId=after[COMPANY], PurchaseAgreementId=after["PurchaseAgreementId"])
    if not found:
        raise RefusedError(f"the value is not found in the related table '{HEADERS.entity}'", "PurchaseAgreementId")
    return found[0]


# Release orders, the set-up, and what several tables need


def _released(change: Change) -> tuple[Decimal, Decimal]:
    """Sum up quantity and amount of the orders of one line."""
    rows = change.db.execute(_ORDERED, binds(_part(change.after, LINES.keys))).all()
    quantity = sum((Decimal(str(row.Quantity)) for row in rows), Decimal(0))
    return quantity, sum((Decimal(str(row.Amount)) for row in rows), Decimal(0))


def _has_releases(change: Change) -> bool:
    return _last_delivery(change) is not None


def _last_delivery(change: Change) -> str | None:
    after = change.after
    where = [_ORDERS.columns[name] == after[name] for name in (COMPANY, "PurchaseAgreementId")]
    if "LineNumber" in after:
        where.append(_ORDERS.c.LineNumber == after["LineNumber"])
    found: str | None = change.db.execute(select(func.max(_ORDERS.c.DeliveryDate)).where(*where)).scalar()
    return found


def _not_before_deliveries(change: Change, expiry: EdmValue, name: str) -> None:
    last = _last_delivery(change)
    if last is not None and expiry != NO_DATE and str(expiry) < last:
        raise RefusedError("something that was released is delivered later (D-126)", name)


def _validate_service_instance(change: Change) -> None:
    if change.after["ID"] != 0:
        raise RefusedError("there is one instance, whose ID is 0", "ID")


def _validate_key_value(change: Change) -> None:
    if change.after["KeyValueType"] == KeyValueType.Header:
        raise RefusedError("a header is not supported yet", "KeyValueType")


def _take_company(change: Change, twin: str) -> None:
    """Fill the key field of the company by the other field that names it, and the other way round (D-120)."""
    after = change.after
    company, other = str(after[COMPANY]), str(after[twin])
    if company and other and company.lower() != other.lower():
        raise RefusedError("it names another company than dataAreaId (D-120)", twin)
    after[COMPANY] = (company or other).lower()
    after[twin] = (company or other).upper()


def _unique_external_id(change: Change) -> None:
    name, after = "ExternalContractId", change.after
    if not after[name] or not change.changed(name):
        return
    if change.rows_of(change.entity_set, **{COMPANY: after[COMPANY], name: after[name]}):
        raise RefusedError("another record has it already (D-127)", name)


def _known_worker(change: Change, name: str, email: str) -> None:
    """Find a worker by name, or else by e-mail (D-131)."""
    after = change.after
    if not change.changed(name, email) or not (after[name] or after[email]):
        return
    by_name = after[name] and change.rows_of(_WORKERS, Name=after[name])
    by_email = after[email] and change.rows_of(_WORKERS, PrimaryContactEmail=after[email])
    if not by_name and not by_email:
        raise RefusedError("no worker has this name or e-mail address (D-131)", name)


def _known_vendor(change: Change, name: str) -> None:
    after = change.after
    if not change.rows_of(_VENDORS, dataAreaId=after[COMPANY], VendorAccountNumber=after[name]):
        raise RefusedError(f"the value is not found in the related table '{_VENDORS.entity}'", name)


def _in_order(change: Change, first: str, last: str) -> None:
    """Refuse an expiry before its effective date; a date that is not set ends nothing (D-125)."""
    after = change.after
    if after[last] != NO_DATE and str(after[last]) < str(after[first]):
        raise RefusedError("it is before the effective date (D-125)", last)


def _part(row: EntityRow, names: Iterable[str]) -> EntityRow:
    return {name: row[name] for name in names}


def _require(after: EntityRow, name: str) -> None:
    if after[name] == "":
        raise RefusedError("the field must be filled in", name)


RULES = {
    "contract": TableRules(_default_contract, _validate_contract),
    "purchaseagreement": TableRules(_default_header, _validate_header, _header_written),
    "purchaseagreementline": TableRules(_default_line, _validate_line, _line_written),
    "serviceinstance": TableRules(validate=_validate_service_instance),
    "navigationlinkkeyvalue": TableRules(validate=_validate_key_value),
}
"""Rules by name of table."""


def release(change: Change, quantity: Decimal, amount: Decimal, delivery: date) -> None:
    """Check that an order may be released from the line `change.after`. Raises RefusedError (D-137)."""
    header, line = _find_header(change), change.after
    if header["AgreementStatus"] != AgreementState.Effective:
        raise RefusedError("the agreement is not effective", "AgreementStatus")
    classification = change.rows_of(_CLASSIFICATIONS, ClassificationName=header["PurchaseAgreementClassificationName"])
    if classification and classification[0]["IsDirectInvoicingRequired"] == "Yes":
        raise RefusedError("the classification demands direct invoicing", "PurchaseAgreementClassificationName")
    day = f"{delivery:%Y-%m-%d}T12:00:00Z"
    if day < str(line["EffectiveDate"]) or (line["ExpirationDate"] != NO_DATE and day > str(line["ExpirationDate"])):
        raise RefusedError("the delivery is outside the period of the line", "ExpirationDate")
    committed = _commitment(line)
    ordered = quantity if committed == "CommittedQuantity" else amount
    if ordered <= 0:
        raise RefusedError("nothing is ordered", committed)
    so_far = _released(change)[committed == "CommittedAmount"]
    if line["IsCommitmentMaximumEnforced"] == "Yes" and so_far + ordered > Decimal(str(line[committed])):
        raise RefusedError("it is more than the commitment", committed)
