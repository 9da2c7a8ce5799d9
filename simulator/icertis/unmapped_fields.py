"""Fields of an ICI answer that the interface does not map, so that no test passes by luck.

LOOK_ALIKES resemble mapped fields: they reveal a middleware that reads the wrong field.
"""

import random
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

LOOK_ALIKES = (
    "ICMAmendmentEffectiveDate", "ICMTerminationDate", "ICMTerminationEffectiveDate", "ICMOriginalExpiryDate",
    "ICMIncoterms", "ICMIncotermsLocation", "ICMPaymentTermsCode", "ICMPaymentTermsDescription", "ICMSupplierSAPID",
    "ICMSupplierCode", "ICMPurchaseOrgCode", "ICMPurchasingOrganizationName", "ICMPurchaseGroupCode", "ICMRegion",
    "ICMOrgTeamName", "ICMPrimaryOwner", "ICMSecondaryOwnerName", "ICMLegalEntityName", "ICMContractValue",
    "ICMAnnualContractValue", "ICMBaseCurrency", "ICMConfidential", "ICMAgreementName", "ICMContractCode",
)  # fmt: skip

PLAIN_FIELDS = (
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


_NAMES = (*LOOK_ALIKES, *(f"ICM{name}" for name in PLAIN_FIELDS))
_NUMBER_ENDINGS = ("Value", "Cap", "Rate", "Amount", "Savings", "Count", "Period", "Months", "Round")
_DATES = [name for name in _NAMES if name.endswith("Date")]
_NUMBERS = [name for name in _NAMES if name.endswith(_NUMBER_ENDINGS)]
_TEXTS = [name for name in _NAMES if not name.endswith(("Date", *_NUMBER_ENDINGS))]

# A table of values to choose from takes a quarter of the time that it takes to make each value anew.
_FIRST_DAY = date(2019, 1, 1)
_SOME_DATES = [f"{_FIRST_DAY + timedelta(days=number)}T00:00:00" for number in range(0, 4000, 3)]
_SOME_NUMBERS = range(1, 900_000)
_SOME_TEXTS = [
    None if number % 5 == 0 else f"{first} {second} {number}"
    for number, (first, second) in enumerate(product(WORDS, WORDS * 10))
]


def make_unmapped_fields(seed: int) -> dict[str, object]:
    """Make well over 100 fields that the interface does not map, the same for the same seed."""
    return dict(_made_up(seed))


@lru_cache(maxsize=200)  # an agreement is read several times
def _made_up(seed: int) -> dict[str, object]:
    rng = random.Random(seed)
    fields: dict[str, object] = dict(zip(_TEXTS, rng.choices(_SOME_TEXTS, k=len(_TEXTS)), strict=True))
    fields.update(zip(_DATES, rng.choices(_SOME_DATES, k=len(_DATES)), strict=True))
    fields.update(
        (name, number / 100) for name, number in zip(_NUMBERS, rng.choices(_SOME_NUMBERS, k=len(_NUMBERS)), strict=True)
    )
    for name in LOOKUPS:
        fields[name] = [{"DisplayValue": rng.choice(WORDS), "SysId": f"{rng.getrandbits(128):032x}"}]
    return fields
