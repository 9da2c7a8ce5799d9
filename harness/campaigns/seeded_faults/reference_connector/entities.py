"""The entities of SCM that the connector knows: their keys, the fields it reads, the links it sets up, their paths."""

from typing import Any
from urllib.parse import quote

from harness.campaigns.seeded_faults.reference_connector.rest import JsonFields

CONTRACTS, AGREEMENTS, LINES = (
    "CLMIntegrationContracts",
    "CLMIntegrationPurchaseAgreements",
    "CLMIntegrationPurchaseAgreementLines",
)
NEW_LINE = "CLMIntegrationValidateInsertPurchaseAgreementLines"
OLD_LINE = "CLMIntegrationValidateUpdateDeletePurchaseAgreementLines"
HEADER = "CLMIntegrationValidationPurchaseAgreements"
KEYS = {
    CONTRACTS: ("dataAreaId", "ContractId"),
    AGREEMENTS: ("dataAreaId", "PurchaseAgreementId"),
    HEADER: ("dataAreaId", "PurchaseAgreementId"),
    LINES: ("dataAreaId", "PurchaseAgreementId", "LineNumber"),
    OLD_LINE: ("dataAreaId", "PurchaseAgreementId", "LineNumber"),
}
MASTER_DATA = {
    "LegalEntities": "LegalEntityId,Name",
    "VendorsV2": (
        "dataAreaId,VendorAccountNumber,VendorOrganizationName,CurrencyCode,DefaultPaymentTermsName,OnHoldStatus"
    ),
    "CLMIntegrationReleasedProducts": "dataAreaId,ItemNumber,ProductName,PurchaseUnitSymbol",
    "ProcurementProductCategories": "CategoryName",
    "UnitsOfMeasure": "UnitSymbol,UnitDescription",
    "Currencies": "CurrencyCode,Name",
    "PaymentTerms": "dataAreaId,Name,Description",
}
LINKS = {
    "NewContract": (
        "/contracts/new",
        {"company": "%VendTable.dataAreaId%", "vendor": "%VendTable.VendorAccountNumber%"},
    ),
    "NewContractFromPurchAgreement": (
        "/contracts/new",
        {
            "company": "%CLMIntegrationPurchaseAgreement.dataAreaId%",
            "vendor": "%CLMIntegrationPurchaseAgreement.AgreementVendorAccountNumber%",
            "purchaseAgreement": "%CLMIntegrationPurchaseAgreement.PurchaseAgreementId%",
        },
    ),
    **{
        name: (path, {"contract": "%CLMIntegrationContractTable.ExternalContractId%"})
        for name, path in (
            ("ViewContract", "/contracts/view"),
            ("EditContract", "/contracts/edit"),
            ("AmendContract", "/contracts/amend"),
        )
    },
}
_SAFE = "=,'()"
_ENUMS = {
    "NavigationType": "CLMIntegrationExternalNavigationType",
    "KeyValueType": "CLMIntegrationExternalNavigationKeyValueType",
}


def path_of(collection: str, row: JsonFields) -> str:
    """Return the path of one row."""
    key = ",".join(f"{name}={_literal(name, row[name])}" for name in KEYS[collection])
    return f"/data/{collection}({quote(key, safe=_SAFE)})?cross-company=true"


def _literal(name: str, value: Any) -> str:
    if not isinstance(value, str):
        return f"{float(value):g}"
    quoted = "'" + value.replace("'", "''") + "'"
    return f"Microsoft.Dynamics.DataEntities.{_ENUMS[name]}{quoted}" if name in _ENUMS else quoted
