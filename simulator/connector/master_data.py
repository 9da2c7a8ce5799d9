"""Bring master data of SCM to ICI: rows of every company, and the fields that a contract refers to (S2, SCM-7)."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from simulator.connector.json_client import JsonClient
from simulator.connector.scm_client import ScmClient
from simulator.errors import Failure, InterfaceError

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


class MasterDataResult(NamedTuple):
    """The result of one run."""

    changed: list[str]
    """The collections that ICI got again."""

    failures: dict[str, InterfaceError]
    """Collection to the reason why ICI did not get it."""


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

    def run(self) -> MasterDataResult:
        """Bring what has changed; a collection that fails holds no other back (D-139)."""
        result, silence, was_silent = MasterDataResult([], {}), None, False
        for name, shown in COLLECTIONS.items():
            if silence:  # each of the others would take as long
                result.failures[name] = silence
                continue
            try:
                self._bring(name, shown, result.changed)
            except InterfaceError as error:
                result.failures[name] = error
                is_silent = error.failure is Failure.NOT_REACHED
                silence, was_silent = error if is_silent and was_silent else None, is_silent
            else:
                was_silent = False
        return result

    def _bring(self, name: str, shown: Collection[str], changed: list[str]) -> None:
        try:
            rows = [{one: row[one] for one in shown} for row in self._scm.read(name, shown, _PAGE_ROWS)]
        except KeyError as missing:
            raise InterfaceError("SCM", str(missing.args[0]), "a row lacks it", Failure.BROKEN_ANSWER) from None
        if rows != self._brought.get(name):
            self._ici.call("PUT", f"{self._root}/{name}", rows)
            self._brought[name] = rows
            changed.append(name)
