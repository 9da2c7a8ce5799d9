"""Generated contracts as ICI has them and as ECC receives them. Equal numbers give equal contracts."""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from simulator.ecc.tables import CONTRACT


class ContractRow(NamedTuple):
    """The parameters of the function module for one contract."""

    contract: Mapping[str, str]
    """Every column of ZMM_ICMCONTRACT."""

    organisations: Sequence[str]


def attributes(number: int) -> dict[str, object]:
    """Return the attributes of a Standalone Agreement in ICI."""
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


def entry(number: int) -> ContractRow:
    """Return a new Standalone Agreement as CPI sends it."""
    organisations = _organisations(number)
    return ContractRow(
        {
            **dict.fromkeys(CONTRACT.columns.keys(), ""),
            "TENANTID": "/icertis/syensqo-uat",
            "CONTRACTTYPENAME": "STA",
            "SYSID": str(UUID(int=random.Random(number).getrandbits(128), version=4)),
            "ICMAGREEMENTCODE": f"PST{number}",
            "NAME": f"Supply of raw material {number}",
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


def changed(number: int) -> ContractRow:
    """Return the same agreement after an amendment, with other organisations and several other fields."""
    before = entry(number)
    organisations = _organisations(number + 1)
    return ContractRow(
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


def _organisations(number: int) -> list[str]:
    """Return one to three organisations, others than those of the number before."""
    return [f"{'ABC'[number % 3]}{place:03}" for place in range(1 + number % 3)]
