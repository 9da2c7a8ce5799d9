"""An agreement as ICI holds it, and the contract types of ICI."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class AgreementType(NamedTuple):
    """A contract type of ICI."""

    name: str
    code_prefix: str
    """An agreement code is this prefix and a running number."""


MASTER = AgreementType("ICMMasterAgreement", "PMA")
SUPPORTING = AgreementType("ICMSupportingAgreement", "PSUP")
SUB = AgreementType("ICMSubAgreement", "PSUB")
STANDALONE = AgreementType("ICMStandaloneAgreement", "PST")
BASELINE = AgreementType("ICMBaselineAgreement", "PBA")

TYPES = {kind.name: kind for kind in (MASTER, SUPPORTING, SUB, STANDALONE, BASELINE)}
"""The types of the interface to ECC."""

PROCUREMENT = AgreementType("ICMProcurementContract", "PPC")
NDA = AgreementType("ICMNDA", "PNDA")
SCM_TYPES = {kind.name: kind for kind in (PROCUREMENT, NDA)}
"""The types of the interface to Dynamics 365 SCM (D-142)."""


def scm_type(name: str) -> AgreementType:
    """Return a type of the interface to SCM; the customer may have named one of its own (SCM-8)."""
    return SCM_TYPES.get(name) or AgreementType(name, "PX")


def amendment_type(kind: AgreementType) -> AgreementType:
    """Return the type of the amendments of `kind`. Raises ValueError for a Baseline Agreement."""
    if kind == BASELINE:
        raise ValueError("a Baseline Agreement cannot be amended")
    return AgreementType(f"{kind.name}Amendment", f"{kind.code_prefix}-AMD")


class AgreementStatus(Enum):
    """The status; only the types of the interface to SCM have others than Draft, Executed and Terminated here."""

    DRAFT = "Draft"
    WAITING_FOR_REVIEW = "Waiting For Review"
    REVIEWED = "Reviewed"
    WAITING_FOR_APPROVAL = "Waiting For Approval"
    APPROVED = "Approved"
    REJECTED = "Rejected"
    WAITING_FOR_EXTERNAL_SIGNATURES = "Waiting For External Signatures"
    WAITING_FOR_INTERNAL_SIGNATURES = "Waiting For Internal Signatures"
    EXECUTED = "Executed"
    ON_HOLD = "On Hold"
    EXPIRED = "Expired"
    CANCELLED = "Cancelled"
    TERMINATED = "Terminated"


@dataclass(eq=False)
class Agreement:
    """An agreement or an amendment."""

    kind: AgreementType
    sys_id: str
    code: str
    attributes: dict[str, object]
    """ICI field name to value: a text, a number, a flag, or one of the special values in `rest`."""

    status: AgreementStatus = AgreementStatus.DRAFT
    parent: "Agreement | None" = None
    """The agreement that an amendment amends."""

    changes: Mapping[str, object] = field(default_factory=dict)
    """The attributes that an amendment sets; it inherits the others."""

    inherited: Mapping[str, object] = field(default_factory=dict)
    """The attributes that an amendment inherited when it was drafted."""

    amended: dict[str, object] = field(default_factory=dict)
    """The attributes that executed amendments have set, each as the last of them has it."""

    masters: list["Agreement"] = field(default_factory=list)
    """The associated masters. An amendment has none: associations are not copied."""
