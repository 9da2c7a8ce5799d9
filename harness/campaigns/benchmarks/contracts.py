"""Made-up contracts, as ICI holds them and as ECC gets them; the same number gives the same contract."""

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

CHUNK = 250
"""How many contracts one round takes: enough for a checkpoint of the write-ahead log to fall into each."""


class Entry(NamedTuple):
    """What the function module of an ECC system takes for one contract."""

    contract: Mapping[str, str]
    """The 21 columns of ZMM_ICMCONTRACT."""

    organisations: Sequence[str]


def attributes(number: int) -> dict[str, object]:
    """The attributes of a Standalone Agreement in ICI."""
    return {
        "ICMConfidentialContract": False,
        "Name": f"Supply of raw material {number}",
        "ICMAppSrcSupplierID": f"{100_000 + number}",
        "ICMEffectiveDate": "2024-01-01T00:00:00",
        "ICMExpiryDate": "2026-12-31T00:00:00",
        "ICMTotalContractValue": 1000.25 + number,
        "ICMCurrency": "EUR",
        "ICMLegalEntityCode": "FR01",
        "ICMPurchasingOrgCode": ",".join(_organisations(number)),
        "ICMOrgTeam": "Specialty Polymers",
        "ICMPrimaryOwnerName": "Camille Martin",
        "ICMIncotermsCode": "DAP",
        "ICMIncotermslocation": "Antwerp",
        "ICMPaymentTerms": "Z060",
    }


def entry(number: int) -> Entry:
    """A Standalone Agreement as it comes from CPI the first time."""
    organisations = _organisations(number)
    return Entry(
        {
            "TENANTID": "/icertis/syensqo-uat",
            "CONTRACTTYPENAME": "STA",
            "SYSID": str(UUID(int=random.Random(number).getrandbits(128), version=4)),
            "ICMAGREEMENTCODE": f"PST{number}",
            "ICMCONFIDENTIALCONTRACT": "",
            "NAME": f"Supply of raw material {number}",
            "ASSOCIATINGTYPE": "",
            "ASSOCIATINGCODE": "",
            "ASSOCIATINGSYSID": "",
            "ICMAPPSRCSUPPLIERID": f"{100_000 + number}",
            "ICMEFFECTIVEDATE": "20240101",
            "ICMEXPIRYDATE": "20261231",
            "ICMTOTALCONTRACTVALUE": f"{1000 + number}.25",
            "ICMCURRENCY": "EUR",
            "ICMLEGALENTITYCODE": "FR01",
            "ICMPURCHASINGORGCODE": ",".join(organisations),
            "ICMORGTEAM": "Specialty Polymers",
            "ICMPRIMARYOWNERNAME": "Camille Martin",
            "ICMINCOTERMSCODE": "DAP",
            "ICMINCOTERMSLOCATION": "Antwerp",
            "ICMPAYMENTTERMS": "Z060",
        },
        organisations,
    )


def changed(number: int) -> Entry:
    """The same agreement after an amendment: several fields differ, and the organisations."""
    before = entry(number)
    organisations = _organisations(number + 1)
    return Entry(
        {
            **before.contract,
            "NAME": f"Supply of raw material and logistics {number}",
            "ICMEXPIRYDATE": "20281231",
            "ICMTOTALCONTRACTVALUE": f"{2000 + number}.50",
            "ICMPURCHASINGORGCODE": ",".join(organisations),
            "ICMPRIMARYOWNERNAME": "Sofia Rossi",
        },
        organisations,
    )


def chunks(size: int) -> Iterator[range]:
    """The numbers of `size` contracts, a chunk at a time."""
    return (range(start, start + CHUNK) for start in range(0, size, CHUNK))


def _organisations(number: int) -> list[str]:
    """One, two or three, others than those of the number before."""
    return [f"{'ABC'[number % 3]}{place:03}" for place in range(1 + number % 3)]
