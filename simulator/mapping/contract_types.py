"""The contract types of the interface, and the codes that ECC stores for them."""

from collections.abc import Mapping
from types import MappingProxyType

MASTER = "ICMMasterAgreement"
SUPPORTING = "ICMSupportingAgreement"
SUB = "ICMSubAgreement"
STANDALONE = "ICMStandaloneAgreement"

BASE_TYPES = (MASTER, SUPPORTING, SUB, STANDALONE)
"""The types that ZMM_ICMCONTRACT stores (EVT-3)."""

AMENDMENT_SUFFIX = "Amendment"
AMENDMENT_TYPES = tuple(base + AMENDMENT_SUFFIX for base in BASE_TYPES)

BASELINE = "ICMBaselineAgreement"
"""Never executed, never transmitted, never stored (EVT-4)."""

TYPES_WITH_A_MASTER = (SUPPORTING, SUB)
"""The types that can be associated to a master agreement (CALL-2)."""

TYPE_CODES: Mapping[str, str] = MappingProxyType({MASTER: "MAS", SUPPORTING: "SUP", SUB: "SUB", STANDALONE: "STA"})
"""The codes in CONTRACTTYPENAME and ASSOCIATINGTYPE (D-01); the settings can replace them."""


def base_type(contract_type: str) -> str:
    """Return the type that an amendment type amends, or any other type itself (MAP-02)."""
    return contract_type.removesuffix(AMENDMENT_SUFFIX)
