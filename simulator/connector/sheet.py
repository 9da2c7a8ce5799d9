"""The mapping sheet of the connector as data: one row for each field of SCM that it writes (D-142).

A source is written PART:FIELD. The part is the contract (ICI's answer about it), a line item of it, its type in SCM, or
a constant.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from simulator.connector.contract_types import ScmType
from simulator.connector.rules import (
    ScmValue,
    agreement_status,
    company,
    contract_status,
    day,
    number,
    text,
    yes_or_no,
)
from simulator.mapping.source_value import SourceValue

ScmRule: TypeAlias = Callable[[SourceValue], ScmValue]


class ScmSheetRow(NamedTuple):
    """One row of the sheet."""

    id: str
    source: str
    target: str
    rule: ScmRule
    once: bool = False
    """True for what users of SCM may change: it is sent with a new row alone (SCM-6)."""


CONTRACT = (
    ScmSheetRow("CON-01", "contract:ICMAgreementCode",       "ContractId",                text),
    ScmSheetRow("CON-02", "contract:ICMLegalEntityCode",     "dataAreaId",                company),
    ScmSheetRow("CON-03", "contract:SysId",                  "ExternalContractId",        text),
    ScmSheetRow("CON-04", "type:label",                      "ContractType",              text),
    ScmSheetRow("CON-05", "contract:ICMStatus",              "ContractStatus",            contract_status),
    ScmSheetRow("CON-06", "contract:Name",                   "ContractName",              text),
    ScmSheetRow("CON-07", "contract:ICMEffectiveDate",       "EffectiveDate",             day),
    ScmSheetRow("CON-08", "contract:ICMExpiryDate",          "ExpirationDate",            day),
    ScmSheetRow("CON-09", "contract:ICMPrimaryOwnerName",    "RequesterWorkerName",       text),
    ScmSheetRow("CON-10", "contract:ICMPrimaryOwnerEmail",   "RequesterWorkerEmail",      text),
    ScmSheetRow("CON-11", "constant:Vend",                   "AccountType",               text),
    ScmSheetRow("CON-12", "contract:ICMAppSrcSupplierID",    "AccountRelationId",         text),
    ScmSheetRow("CON-13", "contract:ICMContactPersonId",     "ContactPersonId",           text),
    ScmSheetRow("CON-14", "contract:ICMLatestAmendmentCode", "LatestAmendmentId",         text),
    ScmSheetRow("CON-15", "contract:ICMLatestAmendmentSysId", "LatestExternalAmendmentId", text),
    ScmSheetRow("CON-16", "contract:ICMAmendmentInProcess",  "AmendmentInProcess",        yes_or_no),
)  # fmt: skip

AGREEMENT = (
    ScmSheetRow("AGR-01", "contract:ICMLegalEntityCode",   "dataAreaId",                  company),
    ScmSheetRow("AGR-02", "contract:SysId",                "ExternalContractId",          text),
    ScmSheetRow("AGR-03", "contract:ICMAgreementCode",     "ContractId",                  text),
    ScmSheetRow("AGR-04", "constant:CLM",                  "AgreementOwnership",          text),
    ScmSheetRow("AGR-05", "contract:ICMStatus",            "AgreementStatus",             agreement_status),
    ScmSheetRow("AGR-06", "contract:Name",                 "DocumentTitle",               text),
    ScmSheetRow("AGR-07", "contract:ICMClassification",    "PurchaseAgreementClassificationName", text),
    ScmSheetRow("AGR-08", "contract:ICMEffectiveDate",     "DefaultEffectiveDate",        day),
    ScmSheetRow("AGR-09", "contract:ICMExpiryDate",        "DefaultExpirationDate",       day),
    ScmSheetRow("AGR-10", "contract:ICMAppSrcSupplierID",  "AgreementVendorAccountNumber", text),
    ScmSheetRow("AGR-11", "contract:ICMCurrency",          "CurrencyCode",                text),
    ScmSheetRow("AGR-12", "contract:ICMPaymentTerms",      "PaymentTermsName",            text),
    ScmSheetRow("AGR-13", "contract:ICMDeliveryTermsCode", "DeliveryTermsCode",           text),
    ScmSheetRow("AGR-14", "contract:ICMCommitmentType",    "DefaultCommitmentType",       text),
    ScmSheetRow("AGR-15", "contract:ICMVendorReference",   "VendorReference",             text, once=True),
    ScmSheetRow("AGR-16", "contract:ICMAgreementCode",     "ExternalDocumentReference",   text, once=True),
)  # fmt: skip

LINE = (
    ScmSheetRow("LIN-01", "line:ICMLineId",               "ExternalContractLineId",         text),
    ScmSheetRow("LIN-02", "line:ICMCommitmentType",       "CommitmentType",                 text),
    ScmSheetRow("LIN-03", "line:ICMItemNumber",           "ItemNumber",                     text),
    ScmSheetRow("LIN-04", "line:ICMProductVariant",       "ProductVariantNumber",           text),
    ScmSheetRow("LIN-05", "line:ICMProductCategory",      "ProcurementProductCategoryName", text),
    ScmSheetRow("LIN-06", "line:ICMCommittedQuantity",    "CommittedQuantity",              number),
    ScmSheetRow("LIN-07", "line:ICMCommittedAmount",      "CommittedAmount",                number),
    ScmSheetRow("LIN-08", "line:ICMUnit",                 "UnitSymbol",                     text),
    ScmSheetRow("LIN-09", "line:ICMPrice",                "Price",                          number),
    ScmSheetRow("LIN-10", "line:ICMPriceQuantity",        "PriceQuantity",                  number),
    ScmSheetRow("LIN-11", "line:ICMDiscountAmount",       "LineDiscountAmount",             number),
    ScmSheetRow("LIN-12", "line:ICMDiscountPercentage",   "LineDiscountPercentage",         number),
    ScmSheetRow("LIN-13", "line:ICMMinimumReleaseAmount", "MinimumReleaseAmount",           number),
    ScmSheetRow("LIN-14", "line:ICMMaximumReleaseAmount", "MaximumReleaseAmount",           number),
    ScmSheetRow("LIN-15", "line:ICMMaximumIsEnforced",    "IsCommitmentMaximumEnforced",    yes_or_no),
    ScmSheetRow("LIN-16", "line:ICMPriceIsFixed",         "IsPriceAndDiscountFixed",        yes_or_no),
    ScmSheetRow("LIN-17", "line:ICMSite",                 "ReceivingSiteId",                text),
    ScmSheetRow("LIN-18", "line:ICMWarehouse",            "ReceivingWarehouseId",           text),
    ScmSheetRow("LIN-19", "contract:ICMEffectiveDate",    "EffectiveDate",                  day),
    ScmSheetRow("LIN-20", "contract:ICMExpiryDate",       "ExpirationDate",                 day),
)  # fmt: skip

LINE_ITEMS = "ICMLineItems"


class ScmLineageLine(NamedTuple):
    """The lineage of one field: its row, the raw value, and the result."""

    row: ScmSheetRow
    raw: object
    value: ScmValue


def derive(rows: Sequence[ScmSheetRow], parts: Mapping[str, Mapping[str, object]]) -> list[ScmLineageLine]:
    """Derive the lineage of each row. Raises InterfaceError for the first value that breaks its rule."""
    lineage = []
    for row in rows:
        part, _, name = row.source.partition(":")
        raw = name if part == "constant" else parts[part].get(name)
        lineage.append(ScmLineageLine(row, raw, row.rule(SourceValue.read(name, raw, "DisplayValue"))))
    return lineage


def fields(lineage: Sequence[ScmLineageLine]) -> dict[str, ScmValue]:
    """Return the fields for SCM."""
    return {line.row.target: line.value for line in lineage}


def map_contract(contract: Mapping[str, object], kind: ScmType) -> dict[str, list[list[ScmLineageLine]]]:
    """Map a contract: the lineages of its row, of its agreement if its type has one, and of each line."""
    parts: dict[str, Mapping[str, object]] = {"contract": contract, "type": {"label": kind.label}}
    items = contract.get(LINE_ITEMS)
    lines = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    return {
        "contract": [derive(CONTRACT, parts)],
        "agreement": [derive(AGREEMENT, parts)] if kind.has_agreement else [],
        "lines": [derive(LINE, {**parts, "line": item}) for item in lines] if kind.has_agreement else [],
    }
