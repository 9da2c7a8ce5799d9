"""What goes into the administration of the mock ICI and comes out of it."""

from typing import Any, Literal

from pydantic import BaseModel, Field, JsonValue

from harness.doubles.icertis_faults import ENVELOPES
from harness.server.admin.errors import StrictModel, Times, Whole
from simulator.icertis.rest import ABSENT, RawJson

TypeName = Literal[
    "ICMMasterAgreement", "ICMSupportingAgreement", "ICMSubAgreement", "ICMStandaloneAgreement", "ICMBaselineAgreement"
]


class Values(StrictModel):
    """Attributes of an agreement."""

    attributes: dict[str, JsonValue] = Field({}, description="ICI field to value, answered in the field's usual shape.")
    as_is: dict[str, JsonValue] = Field({}, description="ICI field to JSON, answered as it is.")
    absent: list[str] = Field([], description="ICI fields that the answer does not hold at all.")

    def merged(self) -> dict[str, object]:
        shaped = {name: RawJson(value) for name, value in self.as_is.items()}
        return {**self.attributes, **shaped, **dict.fromkeys(self.absent, ABSENT)}


class Draft(Values):
    """A new agreement."""

    type: TypeName
    code: str = Field("", description="Blank for the next one of the tenant.")
    sys_id: str = Field("", description="Blank for one that the tenant makes up.")
    seed: Whole | None = Field(None, description="Made-up terms under the attributes, the same for the same seed.")


class Amendment(Values):
    """Changes by an amendment."""

    code: str = ""
    sys_id: str = ""
    execute: bool = Field(default=False, description="Whether it is executed at once.")


class Renewal(StrictModel):
    until: str = Field(examples=["2027-12-31T00:00:00"])


class Termination(StrictModel):
    on: str = Field(examples=["2026-06-30T00:00:00"])
    with_notice: bool = True


class Master(StrictModel):
    master: str = Field(description="System ID or code of the master.")


class EventResend(StrictModel):
    action: str = Field(examples=["Executed"])
    times: Times = 1


class Webhook(StrictModel):
    url: str = Field(description="Where ICI sends its events; blank for nowhere.")
    apikey: str | None = Field(None, description="What it shows there; null leaves it as it is.")


class TenantBehaviour(StrictModel):
    """How this ICI is, where it may be one way or the other."""

    roll_up: bool | None = Field(None, description="Whether an executed amendment changes its parent (D-09).")
    knows_the_caller: bool | None = Field(None, description="Whether it takes any credential at all.")
    envelope: str | None = Field(None, description=f"One of: {'; '.join(ENVELOPES)}.")


class Shown(BaseModel):
    """An agreement as it stands."""

    sys_id: str
    code: str
    type: str
    status: str
    parent: str | None = Field(description="System ID of what an amendment amends.")
    masters: list[str] = Field(description="System IDs.")
    closed: bool = Field(description="Whether it is confidential, or its flag says nothing.")


class AgreementDetail(Shown):
    detail: dict[str, Any] = Field(description="Everything that call 1 answers.")


class Asked(BaseModel):
    method: str
    path: str


class Events(BaseModel):
    """The events on their way to the webhook."""

    url: str
    holding: bool
    waiting: list[dict[str, Any]]
    problem: str = Field(description="Why the oldest that waits was not taken; blank where nothing is wrong.")
    statuses: list[int] = Field(description="What the webhook answered to each event that was sent.")
