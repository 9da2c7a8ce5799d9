"""Make believable agreements; the same seed makes the same agreement."""

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from simulator.icertis.agreement import MASTER, SUPPORTING, AgreementType

if TYPE_CHECKING:
    from faker import Faker

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
"""Purchasing organisation of each company code."""

SHARED_ORGANISATIONS = ("EU01", "NA01", "AP01")
CURRENCIES = ("EUR", "USD", "GBP", "CNY", "BRL")
INCOTERMS_2020 = ("EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF")
LOCATIONS = ("Antwerp", "Houston", "Mumbai", "Paulínia", "Rosignano", "Rotterdam", "Shanghai", "Spinetta", "Tavaux")
PAYMENT_TERMS = ("Z000", "Z014", "Z030", "Z045", "Z060", "Z090")


def make_attributes(kind: AgreementType, seed: int) -> dict[str, object]:
    """Make the attributes of an agreement in ICI: every mapped one that ICI has for its type (section 4)."""
    fake = _faker()
    fake.seed_instance(seed)
    begin = date(fake.random_int(2024, 2025), fake.random_int(1, 12), 1)
    company = fake.random_element(sorted(COMPANIES))
    supplier, known = fake.numerify("0000######"), fake.boolean()
    attributes: dict[str, object] = {
        "Name": f"{fake.random_element(GOODS)}, {SUBJECTS.get(kind.name, 'terms')} with {fake.company()}",
        "ICMConfidentialContract": False,
        "ICMAppSrcSupplierID": "" if kind == SUPPORTING and not known else supplier,
        "ICMEffectiveDate": midnight(begin),
        "ICMExpiryDate": midnight(begin.replace(year=begin.year + fake.random_int(1, 5)) - timedelta(days=1)),
        "ICMTotalContractValue": fake.random_int(10_000_00, 9_000_000_00) / 100,
        "ICMCurrency": fake.random_element(CURRENCIES),
        "ICMLegalEntityCode": company,
        "ICMOrgTeam": fake.random_element(ORG_TEAMS),
        "ICMPrimaryOwnerName": fake.name(),
        "ICMIncotermsCode": fake.random_element(INCOTERMS_2020),
        "ICMIncotermslocation": fake.random_element(LOCATIONS),
        "ICMPaymentTerms": fake.random_element(PAYMENT_TERMS),
    }
    if kind != MASTER:  # ICI has no such field for a master agreement (MAP-16)
        more = fake.random_elements(SHARED_ORGANISATIONS, length=fake.random_int(0, 2), unique=True)
        attributes["ICMPurchasingOrgCode"] = ", ".join((COMPANIES[company], *more))
    return attributes


def midnight(day: date) -> str:
    """Write a day as ICI does."""
    return f"{day:%Y-%m-%d}T00:00:00"


@cache
def _faker() -> "Faker":
    """Make the only Faker: that takes longer than to make a thousand agreements with it."""
    from faker import Faker  # noqa: PLC0415 - most commands make nothing up

    return Faker("fr_FR")
