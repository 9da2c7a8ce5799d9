"""The fields that an ICI answer holds beside those that the interface maps, so that nothing is found by luck.

The first ones look like mapped fields and are not: taking one of them is the mistake that they are there to show.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta

LOOK_ALIKES = (
    "ICMAmendmentEffectiveDate", "ICMTerminationDate", "ICMTerminationEffectiveDate", "ICMOriginalExpiryDate",
    "ICMIncoterms", "ICMIncotermsLocation", "ICMPaymentTermsCode", "ICMPaymentTermsDescription", "ICMSupplierSAPID",
    "ICMSupplierCode", "ICMPurchaseOrgCode", "ICMPurchasingOrganizationName", "ICMPurchaseGroupCode", "ICMRegion",
    "ICMOrgTeamName", "ICMPrimaryOwner", "ICMSecondaryOwnerName", "ICMLegalEntityName", "ICMContractValue",
    "ICMAnnualContractValue", "ICMBaseCurrency", "ICMConfidential", "ICMAgreementName", "ICMContractCode",
)  # fmt: skip

PLAIN = (
    "CreatedBy", "CreatedDate", "ModifiedBy", "ModifiedDate", "Version", "Language", "TimeZone", "TemplateName",
    "TemplateVersion", "DocumentType", "SignatureType", "SignatureStatus", "PaperSource", "RequestType", "Priority",
    "Category", "SubCategory", "Commodity", "SpendCategory", "BusinessUnit", "Division", "Department", "CostCenter",
    "ProfitCenter", "ProjectCode", "Site", "Country", "Region", "State", "City", "PostalCode", "Street", "Phone",
    "Email", "TaxNumber", "VatNumber", "DunsNumber", "BankCountry", "ContactName", "ContactEmail", "ContactPhone",
    "SupplierName", "SupplierGroup", "SupplierCity", "SupplierCountry", "SupplierStatus", "SupplierRisk",
    "RiskRating", "RiskComment", "RiskOwner", "ComplianceStatus", "ComplianceComment", "AuditRight", "AuditFrequency",
    "Indemnity", "IndemnityCap", "LiabilityCap", "LiabilityComment", "InsuranceRequired", "InsuranceAmount",
    "GoverningLaw", "Jurisdiction", "Arbitration", "ForceMajeure", "Assignment", "Subcontracting", "Exclusivity",
    "NonCompete", "NonSolicitation", "DataPrivacy", "DataLocation", "Sustainability", "CarbonClause",
    "QualityAgreement", "QualityContact", "WarrantyPeriod", "WarrantyComment", "DeliveryTerms", "LeadTime",
    "PriceModel", "PriceIndex", "PriceReviewDate", "PriceComment", "RebateModel", "RebateRate", "VolumeCommitment",
    "VolumeUnit", "MinimumOrder", "PenaltyClause", "PenaltyRate", "BonusClause", "RenewalNoticePeriod",
    "RenewalTermMonths", "RenewalCount", "RenewalDate", "NoticePeriod", "TerminationForConvenience",
    "TerminationForCause", "TerminationComment", "ArchiveDate", "RetentionPeriod", "LastReviewDate", "NextReviewDate",
    "ReviewComment", "ApprovalStatus", "ApprovalDate", "ApproverName", "LegalReviewer", "FinanceReviewer",
    "NegotiationRound", "NegotiationStart", "NegotiationEnd", "Savings", "SavingsType", "Remarks",
)  # fmt: skip

LOOKUPS = (
    "ICMBusinessSegment",
    "ICMSourcingCategory",
    "ICMContractOwnerGroup",
    "ICMGoverningEntity",
    "ICMStakeholders",
)

WORDS = ("alpha", "bravo", "cedar", "delta", "ember", "frost", "grove", "harbor", "indigo", "juniper", "lumen", "onyx")


def other_fields(seed: int) -> dict[str, object]:
    """Well over 100 fields that the interface does not use, the same for the same seed."""
    made = random.Random(seed)
    fields: dict[str, object] = {name: value(made) for name, value in _KINDS}
    for name in LOOKUPS:
        fields[name] = [{"DisplayValue": made.choice(WORDS), "SysId": f"{made.getrandbits(128):032x}"}]
    return fields


def _day(made: random.Random) -> object:
    return f"{_FIRST_DAY + timedelta(days=made.randrange(4000))}T00:00:00"


def _number(made: random.Random) -> object:
    return made.randrange(1, 900_000) / 100


def _words(made: random.Random) -> object:
    if made.random() < 0.2:
        return None
    return f"{made.choice(WORDS)} {made.choice(WORDS)} {made.randrange(1000)}"


def _kind(name: str) -> Callable[[random.Random], object]:
    if name.endswith("Date"):
        return _day
    if name.endswith(("Value", "Cap", "Rate", "Amount", "Savings", "Count", "Period", "Months", "Round")):
        return _number
    return _words


_FIRST_DAY = date(2019, 1, 1)
_KINDS = [(name, _kind(name)) for name in (*LOOK_ALIKES, *(f"ICM{name}" for name in PLAIN))]
