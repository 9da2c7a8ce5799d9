"""One agreement as ICI holds it, and the types of agreement that ICI knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class AgreementType(NamedTuple):
    """A contract type of ICI."""

    name: str
    code_prefix: str
    """Agreement codes are this prefix and a running number."""


MASTER = AgreementType("ICMMasterAgreement", "PMA")
SUPPORTING = AgreementType("ICMSupportingAgreement", "PSUP")
SUB = AgreementType("ICMSubAgreement", "PSUB")
STANDALONE = AgreementType("ICMStandaloneAgreement", "PST")
BASELINE = AgreementType("ICMBaselineAgreement", "PBA")

TYPES = {kind.name: kind for kind in (MASTER, SUPPORTING, SUB, STANDALONE, BASELINE)}


def amendment_type(kind: AgreementType) -> AgreementType:
    """The type of the amendments of `kind`; a Baseline Agreement has none."""
    if kind == BASELINE:
        raise ValueError("a Baseline Agreement cannot be amended")
    return AgreementType(f"{kind.name}Amendment", f"{kind.code_prefix}-AMD")


class Status(Enum):
    DRAFT = "Draft"
    EXECUTED = "Executed"
    TERMINATED = "Terminated"


@dataclass(eq=False)
class Agreement:
    """An agreement or an amendment."""

    kind: AgreementType
    sys_id: str
    code: str
    attributes: dict[str, object]
    """ICI field name to value: a text, a number, a flag, or a shape of JSON that is answered as it is."""

    status: Status = Status.DRAFT
    parent: "Agreement | None" = None
    """For an amendment, the agreement that it amends."""

    changes: Mapping[str, object] = field(default_factory=dict)
    """For an amendment, the attributes that it sets; all others it has inherited."""

    masters: list["Agreement"] = field(default_factory=list)
    """The masters that it is associated to. An amendment has none: associations are not copied."""
