"""The data entities over OData: which collection shows which table, and what may be done with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from sqlalchemy import Column, Table

from simulator.scm import agreements, connection, data_management, master_data
from simulator.scm.edm import EdmValue, Enumeration, FieldInfo, info
from simulator.scm.master_data import ScmTable

COMPANY = "dataAreaId"


class Verb(Enum):
    """The effect of a request on a row."""

    INSERT = "POST"
    UPDATE = "PATCH"
    DELETE = "DELETE"


_ALL = frozenset(Verb)
_NONE: frozenset[Verb] = frozenset()


@dataclass(frozen=True)
class EntitySet:
    """A collection of OData, and the entity behind it."""

    name: str
    type_name: str
    entity: str
    """The target entity, as errors name it."""

    table: Table
    verbs: frozenset[Verb] = _ALL
    keeps: bool = True
    """False for an entity that validates only: nothing that is written to it stays."""

    lines: str = ""
    """The collection of the rows below one of these, which `$expand` shows under this name."""

    @cached_property
    def fields(self) -> Mapping[str, FieldInfo]:
        """The fields in their order, without the two columns that no entity has."""
        return {column.name: info(column) for column in self.table.columns if "edm" in column.info}

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.primary_key if "edm" in column.info)

    @cached_property
    def initial(self) -> Mapping[str, EdmValue]:
        """The fields of a row in which none was filled."""
        return {name: declared.type.initial for name, declared in self.fields.items()}

    @property
    def has_company(self) -> bool:
        return COMPANY in self.fields

    def column(self, name: str) -> Column[Any]:
        return self.table.columns[name]


def _set(  # noqa: PLR0913 - the columns of the list below
    name: str,
    type_name: str,
    entity: str,
    table: type[ScmTable],
    *,
    verbs: frozenset[Verb] = _ALL,
    keeps: bool = True,
    lines: str = "",
) -> EntitySet:
    return EntitySet(name, type_name, entity, table.__table__, verbs, keeps, lines)  # type: ignore[attr-defined]


_LINES = "CLMIntegrationPurchaseAgreementLines"

_SETS = (
    _set("CLMIntegrationContracts", "CLMIntegrationContract", "CLMIntegrationContractEntity", agreements.Contract),
    _set("CLMIntegrationPurchaseAgreements", "CLMIntegrationPurchaseAgreement",
         "CLMIntegrationPurchaseAgreementHeaderEntity", agreements.PurchaseAgreement, lines=_LINES),
    _set(_LINES, "CLMIntegrationPurchaseAgreementLine",
         "CLMIntegrationPurchaseAgreementLineEntity", agreements.PurchaseAgreementLine),
    _set("CLMIntegrationValidationPurchaseAgreements", "CLMIntegrationValidationPurchaseAgreement",
         "CLMIntegrationValidationPurchaseAgreementHeaderEntity", agreements.PurchaseAgreement,
         verbs=frozenset({Verb.UPDATE}), keeps=False),
    _set("CLMIntegrationValidateInsertPurchaseAgreementLines", "CLMIntegrationValidateInsertPurchaseAgreementLine",
         "CLMIntegrationValidateInsertPurchaseAgreementLineEntity", agreements.PurchaseAgreementLine,
         verbs=frozenset({Verb.INSERT}), keeps=False),
    _set("CLMIntegrationValidateUpdateDeletePurchaseAgreementLines",
         "CLMIntegrationValidateUpdateDeletePurchaseAgreementLine",
         "CLMIntegrationValidateUpdateDeletePurchaseAgreementLineEntity", agreements.PurchaseAgreementLine,
         verbs=frozenset({Verb.UPDATE, Verb.DELETE}), keeps=False),
    _set("PurchaseAgreementLineFulfillment", "PurchaseAgreementLineFulfillment",
         "PurchAgreementLineFulfillmentEntity", agreements.PurchaseAgreementLineFulfillment, verbs=_NONE),
    _set("CLMIntegrationContractTypes", "CLMIntegrationContractType", "CLMIntegrationContractTypeEntity",
         master_data.ContractType),
    _set("CLMIntegrationServiceInstances", "CLMIntegrationServiceInstance", "CLMIntegrationServiceInstanceEntity",
         connection.ServiceInstance),
    _set("CLMIntegrationExternalNavigationLinks", "CLMIntegrationExternalNavigationLink",
         "CLMIntegrationExternalNavigationLinkEntity", connection.NavigationLink),
    _set("CLMIntegrationExternalNavigationLinkKeyValues", "CLMIntegrationExternalNavigationLinkKeyValue",
         "CLMIntegrationExternalNavigationLinkKeyValueEntity", connection.NavigationLinkKeyValue),
    _set("DataManagementDefinitionGroups", "DataManagementDefinitionGroup", "DataManagementDefinitionGroupEntity",
         data_management.DefinitionGroup),
    _set("DataManagementDefinitionGroupDetails", "DataManagementDefinitionGroupDetail",
         "DataManagementDefinitionGroupDetailEntity", data_management.DefinitionGroupDetail),
    _set("LegalEntities", "LegalEntity", "OMLegalEntity", master_data.LegalEntity),
    _set("VendorsV2", "VendorV2", "VendVendorV2Entity", master_data.Vendor),
    _set("ContactPersons", "ContactPerson", "smmContactPersonV2Entity", master_data.ContactPerson),
    _set("OperationalSitesV2", "OperationalSiteV2", "InventOperationalSiteV2Entity", master_data.OperationalSite),
    _set("Warehouses", "Warehouse", "InventWarehouseEntity", master_data.Warehouse),
    _set("ProcurementProductCategories", "ProcurementProductCategory", "CatProcurementProductCategoryEntity",
         master_data.ProcurementProductCategory),
    _set("CLMIntegrationReleasedProducts", "CLMIntegrationReleasedProduct", "CLMIntegrationReleasedProductEntity",
         master_data.ReleasedProduct),
    _set("ReleasedProductVariantsV2", "ReleasedProductVariantV2", "EcoResReleasedProductVariantV2Entity",
         master_data.ReleasedProductVariant),
    _set("UnitsOfMeasure", "UnitOfMeasure", "UnitOfMeasureEntity", master_data.UnitOfMeasure),
    _set("PaymentTerms", "PaymentTerm", "PaymentTermEntity", master_data.PaymentTerm),
    _set("Currencies", "Currency", "CurrencyEntity", master_data.Currency),
    _set("VendorPaymentMethods", "VendorPaymentMethod", "VendorPaymentMethodEntity", master_data.VendorPaymentMethod),
    _set("PaymentSchedules", "PaymentSchedule", "PaymentScheduleEntity", master_data.PaymentSchedule),
    _set("DeliveryTerms", "DeliveryTerm", "DeliveryTermsEntity", master_data.DeliveryTerms),
    _set("Projects", "Project", "ProjectEntity", master_data.Project),
    _set("CashDiscounts", "CashDiscount", "CashDiscountEntity", master_data.CashDiscount),
    _set("CLMIntegrationAddressCountryRegions", "CLMIntegrationAddressCountryRegion",
         "CLMIntegrationAddressCountryRegionEntity", master_data.AddressCountryRegion),
)  # fmt: skip

ENTITY_SETS: Mapping[str, EntitySet] = {one.name: one for one in _SETS}
"""The entities that OData shows, by collection."""

INTERNAL_SETS: Mapping[str, EntitySet] = {
    one.name: one
    for one in (
        _set("PurchaseAgreementClassifications", "PurchaseAgreementClassification",
             "PurchAgreementClassificationEntity", master_data.PurchaseAgreementClassification),
        _set("Workers", "Worker", "HcmWorkerEntity", master_data.HcmWorker),
    )
}  # fmt: skip
"""The entities that no collection shows: classifications come by data package alone, workers are looked up by name."""

ALL_SETS: Mapping[str, EntitySet] = {**ENTITY_SETS, **INTERNAL_SETS}


def enumerations() -> Iterator[Enumeration]:
    """Iterate over the enumerations of all fields, each once."""
    seen = set()
    for one in ENTITY_SETS.values():
        for declared in one.fields.values():
            if isinstance(declared.type, Enumeration) and declared.type not in seen:
                seen.add(declared.type)
                yield declared.type
