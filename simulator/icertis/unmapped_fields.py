"""Fields of an ICI answer that the interface does not map, so that no test passes by luck.

LOOK_ALIKES resemble mapped fields: they reveal a middleware that reads the wrong field.
"""

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

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


def make_unmapped_fields(seed: int) -> dict[str, object]:
    """Make well over 100 fields that the interface does not map, the same for the same seed."""
    return dict(_made_up(seed))


@lru_cache(maxsize=200)  # an agreement is read several times
def _made_up(seed: int) -> dict[str, object]:
    rng = random.Random(seed)
    fields: dict[str, object] = {name: value(rng) for name, value in _GENERATORS}
    for name in LOOKUPS:
        fields[name] = [{"DisplayValue": rng.choice(WORDS), "SysId": f"{rng.getrandbits(128):032x}"}]
    return fields


def _random_day(rng: random.Random) -> object:
    return f"{_FIRST_DAY + timedelta(days=rng.randrange(4000))}T00:00:00"


def _random_number(rng: random.Random) -> object:
    return rng.randrange(1, 900_000) / 100


def _random_words(rng: random.Random) -> object:
    if rng.random() < 0.2:
        return None
    return f"{rng.choice(WORDS)} {rng.choice(WORDS)} {rng.randrange(1000)}"


def _generator_for(name: str) -> Callable[[random.Random], object]:
    if name.endswith("Date"):
        return _random_day
    if name.endswith(("Value", "Cap", "Rate", "Amount", "Savings", "Count", "Period", "Months", "Round")):
        return _random_number
    return _random_words


_FIRST_DAY = date(2019, 1, 1)
_GENERATORS = [(name, _generator_for(name)) for name in (*LOOK_ALIKES, *(f"ICM{name}" for name in PLAIN_FIELDS))]
