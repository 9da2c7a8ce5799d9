"""Bring master data of SCM to ICI: rows of every company, and the fields that a contract refers to (S2, SCM-7)."""

from collections.abc import Mapping
from types import MappingProxyType

from simulator.connector.json_client import JsonClient
from simulator.connector.scm_client import ScmClient

COLLECTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "LegalEntities": ("LegalEntityId", "Name"),
        "VendorsV2": ("dataAreaId", "VendorAccountNumber", "VendorOrganizationName", "CurrencyCode",
                      "DefaultPaymentTermsName", "OnHoldStatus"),
        "ContactPersons": ("dataAreaId", "ContactPersonId", "ContactPersonName"),
        "CLMIntegrationReleasedProducts": ("dataAreaId", "ItemNumber", "ProductName", "PurchaseUnitSymbol"),
        "ReleasedProductVariantsV2": ("dataAreaId", "ItemNumber", "ProductVariantNumber"),
        "ProcurementProductCategories": ("CategoryName", "CategoryHierarchyName"),
        "UnitsOfMeasure": ("UnitSymbol", "UnitDescription"),
        "Currencies": ("CurrencyCode", "Name"),
        "PaymentTerms": ("dataAreaId", "Name", "Description"),
        "DeliveryTerms": ("dataAreaId", "TermsCode", "TermsDescription"),
        "OperationalSitesV2": ("dataAreaId", "SiteId", "SiteName"),
        "Warehouses": ("dataAreaId", "WarehouseId", "WarehouseName"),
        "Projects": ("dataAreaId", "ProjectID"),
    }
)  # fmt: skip
"""Collection to the fields that ICI gets."""

_PAGE_ROWS = 1000


class MasterData:
    """The job that brings master data; ICI gets a collection again where something in it has changed."""

    def __init__(self, scm: ScmClient, ici: JsonClient, api_version: str = "1") -> None:
        self._scm = scm
        self._ici = ici
        self._root = f"/v{api_version}/masterdata"
        self._brought: dict[str, list[dict[str, object]]] = {}

    def forget(self) -> None:
        """Take everything for changed at the next run."""
        self._brought.clear()

    def run(self) -> list[str]:
        """Bring what has changed. Returns the names of these collections. Raises InterfaceError."""
        brought = []
        for name, shown in COLLECTIONS.items():
            rows = [{one: row[one] for one in shown} for row in self._scm.read(name, shown, _PAGE_ROWS)]
            if rows != self._brought.get(name):
                self._ici.call("PUT", f"{self._root}/{name}", rows)
                self._brought[name] = rows
                brought.append(name)
        return brought
