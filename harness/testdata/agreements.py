"""Believable agreements, made up: the same seed makes the same agreement."""

from datetime import date, timedelta
from functools import cache

from faker import Faker

from simulator.icertis.agreement import MASTER, SUPPORTING, AgreementType

ORG_TEAMS = (
    "Composite Material",
    "Novecare",
    "Specialty Polymers",
    "Logistic & Packaging",
    "Indirect & Industrial",
    "Energy",
    "TS Materials",
    "Regional Procurement",
)
"""The eight teams of MAP-17."""

GOODS = (
    "Acrylic acid",
    "Carbon fibre",
    "Caustic soda",
    "Fluorspar",
    "Guar splits",
    "Natural gas",
    "Palletised freight",
    "Phenol",
    "Site maintenance",
    "Steel drums",
    "Sulfuric acid",
    "Vanillin",
)
SUBJECTS = {
    "ICMMasterAgreement": "frame contract",
    "ICMSupportingAgreement": "non-disclosure agreement",
    "ICMSubAgreement": "supply agreement",
    "ICMStandaloneAgreement": "purchase contract",
}
COMPANIES = {"BE01": "BE10", "DE01": "DE10", "FR01": "FR10", "FR02": "FR20", "IT01": "IT10", "US01": "US10"}
"""Company codes, each with the purchasing organisation that is its own."""

SHARED_ORGANISATIONS = ("EU01", "NA01", "AP01")
CURRENCIES = ("EUR", "USD", "GBP", "CNY", "BRL")
INCOTERMS_2020 = ("EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF")
LOCATIONS = ("Antwerp", "Houston", "Mumbai", "Paulínia", "Rosignano", "Rotterdam", "Shanghai", "Spinetta", "Tavaux")
PAYMENT_TERMS = ("Z000", "Z014", "Z030", "Z045", "Z060", "Z090")


def make_attributes(kind: AgreementType, seed: int) -> dict[str, object]:
    """The attributes of an agreement in ICI: every mapped one that ICI has for its type (section 4)."""
    made = _faker()
    made.seed_instance(seed)
    begin = date(made.random_int(2024, 2025), made.random_int(1, 12), 1)
    company = made.random_element(sorted(COMPANIES))
    supplier, known = made.numerify("0000######"), made.boolean()
    terms: dict[str, object] = {
        "Name": f"{made.random_element(GOODS)}, {SUBJECTS.get(kind.name, 'terms')} with {made.company()}",
        "ICMConfidentialContract": False,
        "ICMAppSrcSupplierID": "" if kind == SUPPORTING and not known else supplier,
        "ICMEffectiveDate": midnight(begin),
        "ICMExpiryDate": midnight(begin.replace(year=begin.year + made.random_int(1, 5)) - timedelta(days=1)),
        "ICMTotalContractValue": made.random_int(10_000_00, 9_000_000_00) / 100,
        "ICMCurrency": made.random_element(CURRENCIES),
        "ICMLegalEntityCode": company,
        "ICMOrgTeam": made.random_element(ORG_TEAMS),
        "ICMPrimaryOwnerName": made.name(),
        "ICMIncotermsCode": made.random_element(INCOTERMS_2020),
        "ICMIncotermslocation": made.random_element(LOCATIONS),
        "ICMPaymentTerms": made.random_element(PAYMENT_TERMS),
    }
    if kind != MASTER:  # of a master agreement ICI has no such field (MAP-16)
        more = made.random_elements(SHARED_ORGANISATIONS, length=made.random_int(0, 2), unique=True)
        terms["ICMPurchasingOrgCode"] = ", ".join((COMPANIES[company], *more))
    return terms


def midnight(day: date) -> str:
    """A day as ICI writes it."""
    return f"{day.isoformat()}T00:00:00"


@cache
def _faker() -> Faker:
    """One for all: to make one takes longer than to ask it for a thousand agreements."""
    return Faker("fr_FR")
