"""Contracts, purchase agreements with their lines, and what was released of them."""

from enum import StrEnum

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from simulator.scm.edm import Day, Enumeration, NoYes, Real, Reference, Text, field, key
from simulator.scm.master_data import IN_COMPANY, ScmTable


class ContractStatus(StrEnum):
    """The status of a contract, as the external system has it."""

    Draft = "Draft"
    WaitingForApproval = "WaitingForApproval"
    Approved = "Approved"
    Rejected = "Rejected"
    WaitingForSignatures = "WaitingForSignatures"
    WaitingForExternalSignatures = "WaitingForExternalSignatures"
    WaitingForInternalSignatures = "WaitingForInternalSignatures"
    Executed = "Executed"
    Terminated = "Terminated"
    Expired = "Expired"
    OnHold = "OnHold"
    Cancelled = "Cancelled"
    WaitingForReview = "WaitingForReview"
    Reviewed = "Reviewed"


class AgreementState(StrEnum):
    """The status of a purchase agreement; only an effective one can be ordered from."""

    OnHold = "OnHold"
    Effective = "Effective"
    Closed = "Closed"


class Ownership(StrEnum):
    """The side that maintains a purchase agreement."""

    SCM = "SCM"
    CLM = "CLM"


class CommitmentType(StrEnum):
    """The commitment of a line: a quantity of a product, or a value of a product, in a category, or over all."""

    ProductQuantity = "ProductQuantity"
    ProductVolume = "ProductVolume"
    ProductCategory = "ProductCategory"
    ProductRootCategory = "ProductRootCategory"


class AccountType(StrEnum):
    """The kind of the other party."""

    Vend = "Vend"
    Cust = "Cust"
    Party = "Party"


_COMPANY = Text(4)
_ID = Text(20)
_EXTERNAL = Text(60)
_DIMENSIONS = Text(500)
_VENDOR = Reference("VendorsV2", "VendorAccountNumber")
_PROJECT = Reference("Projects", "ProjectID")
_CONTACT = Reference("ContactPersons", "ContactPersonId")


class Contract(ScmTable, table=True):
    """A row of the page All contracts."""

    __table_args__ = (Index("CONTRACT_EXTERNAL", "ExternalContractId"),)

    dataAreaId: str = key(_COMPANY, reference=IN_COMPANY)
    ContractId: str = key(Text(40))
    LegalEntityId: str = field(_COMPANY, allow_edit=False)
    ExternalContractId: str = field(_EXTERNAL)
    ContractType: str = field(Text(60), required=True, reference=Reference("CLMIntegrationContractTypes", "Name"))
    ContractStatus: str = field(Enumeration(ContractStatus, "CLMIntegrationContractStatus"))
    ContractName: str = field(Text(255))
    EffectiveDate: str = field(Day())
    ExpirationDate: str = field(Day())
    RequesterWorkerName: str = field(Text(100))
    RequesterWorkerEmail: str = field(Text(255))
    AccountType: str = field(Enumeration(AccountType, "CLMIntegrationContractAccountType"))
    AccountRelationId: str = field(_ID)
    PartyNumber: str = field(Text(40))
    ContactPersonId: str = field(Text(20), reference=_CONTACT)
    LatestAmendmentId: str = field(Text(40))
    LatestExternalAmendmentId: str = field(_EXTERNAL)
    AmendmentInProcess: str = field(Enumeration(NoYes, "NoYes"))


class PurchaseAgreement(ScmTable, table=True):
    """The header of a purchase agreement."""

    __table_args__ = (Index("PURCHASEAGREEMENT_EXTERNAL", "ExternalContractId"),)

    dataAreaId: str = key(_COMPANY)
    PurchaseAgreementId: str = key(_ID)
    BuyingLegalEntityId: str = field(_COMPANY, allow_edit=False)
    ExternalContractId: str = field(_EXTERNAL)
    ContractId: str = field(Text(40))
    ContractLegalEntityId: str = field(_COMPANY)
    AgreementOwnership: str = field(Enumeration(Ownership, "CLMIntegrationPurchaseAgreementOwnershipType"))
    AgreementStatus: str = field(Enumeration(AgreementState, "AgreementState"))
    DocumentTitle: str = field(Text(255))
    PurchaseAgreementClassificationName: str = field(
        Text(60), required=True, reference=Reference("PurchaseAgreementClassifications", "ClassificationName")
    )
    DefaultCommitmentType: str = field(Enumeration(CommitmentType, "CommitmentType"))
    DefaultEffectiveDate: str = field(Day())
    DefaultExpirationDate: str = field(Day())
    AgreementVendorAccountNumber: str = field(_ID, required=True, reference=_VENDOR)
    InvoiceVendorAccountNumber: str = field(_ID, reference=_VENDOR)
    VendorReference: str = field(Text(60), users_may_edit=True)
    ExternalDocumentReference: str = field(Text(60), users_may_edit=True)
    PrimaryResponsibleWorkerName: str = field(Text(100))
    PrimaryResponsibleWorkerEmail: str = field(Text(255))
    SecondaryResponsibleWorkerName: str = field(Text(100))
    SecondaryResponsibleWorkerEmail: str = field(Text(255))
    CurrencyCode: str = field(Text(3), reference=Reference("Currencies", "CurrencyCode"))
    PaymentTermsName: str = field(Text(10), reference=Reference("PaymentTerms", "Name"))
    PaymentScheduleName: str = field(Text(10), reference=Reference("PaymentSchedules", "Name"))
    CashDiscountCode: str = field(Text(10), reference=Reference("CashDiscounts", "CashDiscountCode"))
    VendorPaymentMethodName: str = field(
        Text(10), reference=Reference("VendorPaymentMethods", "Name"), users_may_edit=True
    )
    VendorPaymentMethodSpecificationName: str = field(Text(10), users_may_edit=True)
    ContactPersonId: str = field(Text(20), reference=_CONTACT)
    BuyerGroupId: str = field(Text(10), users_may_edit=True)
    ProjectId: str = field(_ID, reference=_PROJECT)
    DeliveryTermsCode: str = field(Text(10), reference=Reference("DeliveryTerms", "TermsCode"))
    DeliveryModeCode: str = field(Text(10), users_may_edit=True)
    DeliveryName: str = field(Text(100), users_may_edit=True)
    DeliveryAddressStreet: str = field(Text(250), users_may_edit=True)
    DeliveryAddressCity: str = field(Text(60), users_may_edit=True)
    DeliveryAddressZipCode: str = field(Text(10), users_may_edit=True)
    DeliveryAddressCountryRegionId: str = field(
        Text(10), reference=Reference("CLMIntegrationAddressCountryRegions", "CountryRegionId"), users_may_edit=True
    )
    ChargeVendorGroupId: str = field(Text(10), users_may_edit=True)
    PurchaseOrderPoolId: str = field(Text(10), users_may_edit=True)
    ShippingCarrierId: str = field(Text(10), users_may_edit=True)
    ShippingCarrierServiceId: str = field(Text(10), users_may_edit=True)
    ShippingCarrierServiceGroupId: str = field(Text(10), users_may_edit=True)
    TransportationModeId: str = field(Text(20), users_may_edit=True)
    TransportationRoutePlanId: str = field(Text(25), users_may_edit=True)
    TransportationTemplateId: str = field(Text(20), users_may_edit=True)
    DefaultLedgerDimensionDisplayValue: str = field(_DIMENSIONS, users_may_edit=True)
    LanguageId: str = field(Text(7))
    PurchasingPurpose: str = field(Text(60))
    MinimumContractAmount: float = field(Real())
    MaximumContractAmount: float = field(Real())
    AgreementDate: str = field(Day())
    IsAgreementRenewable: str = field(Enumeration(NoYes, "NoYes"))
    SubjectOfAnAgreement: str = field(Text(255))


class PurchaseAgreementLine(ScmTable, table=True):
    """A commitment of a purchase agreement."""

    dataAreaId: str = key(_COMPANY)
    PurchaseAgreementId: str = key(_ID)
    LineNumber: float = key(Real())
    PurchaseAgreementLegalEntityId: str = field(_COMPANY, allow_edit=False)
    ExternalContractId: str = field(_EXTERNAL, allow_edit=False)
    ExternalContractLineId: str = field(_EXTERNAL)
    CommitmentType: str = field(Enumeration(CommitmentType, "CommitmentType"))
    CommittedQuantity: float = field(Real())
    CommittedAmount: float = field(Real())
    ItemNumber: str = field(Text(20), reference=Reference("CLMIntegrationReleasedProducts", "ItemNumber"))
    ProductVariantNumber: str = field(
        Text(70), reference=Reference("ReleasedProductVariantsV2", "ProductVariantNumber")
    )
    ProductConfigurationId: str = field(Text(50))
    ProductSizeId: str = field(Text(10))
    ProductColorId: str = field(Text(10))
    ProductStyleId: str = field(Text(10))
    ProductVersionId: str = field(Text(10))
    ProcurementProductCategoryName: str = field(
        Text(254), reference=Reference("ProcurementProductCategories", "CategoryName")
    )
    Price: float = field(Real())
    PriceQuantity: float = field(Real())
    LineDiscountAmount: float = field(Real())
    LineDiscountPercentage: float = field(Real())
    MinimumReleaseAmount: float = field(Real())
    MaximumReleaseAmount: float = field(Real())
    IsCommitmentMaximumEnforced: str = field(Enumeration(NoYes, "NoYes"))
    IsPriceAndDiscountFixed: str = field(Enumeration(NoYes, "NoYes"))
    UnitSymbol: str = field(Text(10), reference=Reference("UnitsOfMeasure", "UnitSymbol"))
    ProjectId: str = field(_ID, reference=_PROJECT)
    ProjectCategoryId: str = field(Text(30))
    ProjectActivityNumber: str = field(Text(20))
    ReceivingSiteId: str = field(Text(10), reference=Reference("OperationalSitesV2", "SiteId"))
    ReceivingWarehouseId: str = field(Text(10), reference=Reference("Warehouses", "WarehouseId"))
    DefaultLedgerDimensionDisplayValue: str = field(_DIMENSIONS, users_may_edit=True)
    EffectiveDate: str = field(Day())
    ExpirationDate: str = field(Day())


class PurchaseAgreementLineFulfillment(ScmTable, table=True):
    """The quantities and amounts released, received and invoiced of a line; SCM keeps them."""

    dataAreaId: str = key(_COMPANY)
    PurchaseAgreementId: str = key(_ID)
    LineNumber: float = key(Real())
    CommittedQuantity: float = field(Real())
    CommittedAmount: float = field(Real())
    ReleasedQuantity: float = field(Real())
    ReleasedAmount: float = field(Real())
    ReceivedQuantity: float = field(Real())
    ReceivedAmount: float = field(Real())
    InvoicedQuantity: float = field(Real())
    InvoicedAmount: float = field(Real())
    RemainingQuantity: float = field(Real())
    RemainingAmount: float = field(Real())
    UnitSymbol: str = field(Text(10))


class ReleaseOrder(ScmTable, table=True):
    """A line of a purchase order that was released from an agreement; no entity shows it."""

    dataAreaId: str = key(_COMPANY)
    PurchaseOrderNumber: str = key(_ID)
    PurchaseAgreementId: str = field(_ID)
    LineNumber: float = field(Real())
    Quantity: float = field(Real())
    Amount: float = field(Real())
    DeliveryDate: str = field(Day())


class NumberSequence(ScmTable, table=True):
    """The next number of a sequence."""

    Name: str = Field(default="", primary_key=True)
    Next: int = Field(default=1, sa_type=BigInteger)
