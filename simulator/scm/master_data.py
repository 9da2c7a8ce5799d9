"""The master data that a contract refers to; SCM owns them, and an external system reads them (SCM-7)."""

from enum import StrEnum

from sqlalchemy import BigInteger, MetaData
from sqlmodel import Field, SQLModel

from simulator.scm.edm import Enumeration, Int64, NoYes, Real, Reference, Text, field, key


class ScmTable(SQLModel):
    """Base of the tables of SCM. Two columns are no fields of an entity: they tell one state of a row from another."""

    metadata = MetaData()

    RECID: int = Field(default=0, sa_type=BigInteger)
    RECVERSION: int = Field(default=1, sa_type=BigInteger)


class OnHoldStatus(StrEnum):
    """For what a vendor is blocked."""

    No = "No"
    Invoice = "Invoice"
    All = "All"
    Payment = "Payment"
    Requisition = "Requisition"
    Never = "Never"
    PurchOrder = "PurchOrder"


class ProductType(StrEnum):
    """The kind of a product."""

    Item = "Item"
    Service = "Service"


class ProductSubType(StrEnum):
    """A product master is bought by its variants."""

    Product = "Product"
    ProductMaster = "ProductMaster"
    ProductVariant = "ProductVariant"


_COMPANY = Text(4)
IN_COMPANY = Reference("LegalEntities", "LegalEntityId")
"""The company of a row has to be one of the legal entities."""

_ACCOUNT = Text(20)
_TERM = Text(10)


class LegalEntity(ScmTable, table=True):
    LegalEntityId: str = key(_COMPANY)
    Name: str = field(Text(100))
    CompanyName: str = field(Text(100))
    AddressCountryRegionId: str = field(Text(10))
    PartyNumber: str = field(Text(40))


class Vendor(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    VendorAccountNumber: str = key(_ACCOUNT)
    VendorOrganizationName: str = field(Text(100))
    VendorSearchName: str = field(Text(20))
    VendorGroupId: str = field(Text(10))
    VendorPartyNumber: str = field(Text(40))
    CurrencyCode: str = field(Text(3))
    DefaultPaymentTermsName: str = field(_TERM)
    InvoiceVendorAccountNumber: str = field(_ACCOUNT)
    OnHoldStatus: str = field(Enumeration(OnHoldStatus, "CustVendorBlocked"))
    PrimaryEmailAddress: str = field(Text(255))


class ContactPerson(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    ContactPersonId: str = key(Text(20))
    ContactPersonName: str = field(Text(100))
    ContactPersonPartyNumber: str = field(Text(40))
    AssociatedPartyNumber: str = field(Text(40))
    PrimaryEmailAddress: str = field(Text(255))
    IsInactive: str = field(Enumeration(NoYes, "NoYes"))


class PurchaseAgreementClassification(ScmTable, table=True):
    ClassificationName: str = key(Text(60))
    ClassificationDescription: str = field(Text(100))
    IsDirectInvoicingRequired: str = field(Enumeration(NoYes, "NoYes"))
    PrimaryResponsibleWorkerName: str = field(Text(100))
    SecondaryResponsibleWorkerName: str = field(Text(100))


class HcmWorker(ScmTable, table=True):
    PersonnelNumber: str = key(Text(25))
    Name: str = field(Text(100))
    PrimaryContactEmail: str = field(Text(255))


class OperationalSite(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    SiteId: str = key(Text(10))
    SiteName: str = field(Text(60))


class Warehouse(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    WarehouseId: str = key(Text(10))
    WarehouseName: str = field(Text(60))
    OperationalSiteId: str = field(Text(10))


class ProcurementProductCategory(ScmTable, table=True):
    CategoryName: str = key(Text(254))
    CategoryHierarchyName: str = key(Text(128))
    CategoryCode: str = field(Text(50))
    ParentCategoryName: str = field(Text(254))


class ReleasedProduct(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    ItemNumber: str = key(Text(20))
    ProductNumber: str = field(Text(70))
    ProductName: str = field(Text(60))
    ProductDescription: str = field(Text(1000))
    SearchName: str = field(Text(20))
    ProductType: str = field(Enumeration(ProductType, "EcoResProductType"))
    ProductSubType: str = field(Enumeration(ProductSubType, "EcoResProductSubtype"))
    PurchaseUnitSymbol: str = field(Text(10))


class ReleasedProductVariant(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    ProductMasterNumber: str = key(Text(70))
    ProductConfigurationId: str = key(Text(50), required=False)
    ProductSizeId: str = key(Text(10), required=False)
    ProductColorId: str = key(Text(10), required=False)
    ProductStyleId: str = key(Text(10), required=False)
    ProductVersionId: str = key(Text(10), required=False)
    ItemNumber: str = field(Text(20))
    ProductVariantNumber: str = field(Text(70))
    ProductName: str = field(Text(60))


class UnitOfMeasure(ScmTable, table=True):
    UnitSymbol: str = key(Text(10))
    UnitDescription: str = field(Text(60))
    UnitClass: str = field(Text(30))
    DecimalPrecision: int = field(Int64())


class PaymentTerm(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    Name: str = key(_TERM)
    Description: str = field(Text(60))
    NumberOfDays: int = field(Int64())
    NumberOfMonths: int = field(Int64())


class Currency(ScmTable, table=True):
    CurrencyCode: str = key(Text(3))
    Name: str = field(Text(120))
    Symbol: str = field(Text(5))


class VendorPaymentMethod(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    Name: str = key(_TERM)
    Description: str = field(Text(60))


class PaymentSchedule(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    Name: str = key(_TERM)
    Description: str = field(Text(60))


class DeliveryTerms(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    TermsCode: str = key(_TERM)
    TermsDescription: str = field(Text(60))


class Project(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    ProjectID: str = key(Text(20))
    ProjectName: str = field(Text(60))


class CashDiscount(ScmTable, table=True):
    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    CashDiscountCode: str = key(_TERM)
    Percent: float = field(Real())
    NumberOfDays: int = field(Int64())


class AddressCountryRegion(ScmTable, table=True):
    CountryRegionId: str = key(Text(10))
    LongName: str = field(Text(255))
    ShortName: str = field(Text(100))


class ContractType(ScmTable, table=True):
    """The external system writes these; users of SCM read them (SCM-8)."""

    Name: str = key(Text(60))
    Description: str = field(Text(255))
