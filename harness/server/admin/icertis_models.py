"""Request and response bodies of the administration of the mock ICI."""

from typing import Any, Literal

from pydantic import BaseModel, Field, JsonValue

from harness.doubles.icertis_faults import ENVELOPES
from harness.server.admin.validation import RepeatCount, StrictModel, WholeNumber
from simulator.icertis.rest import ABSENT, RawJson

TypeName = Literal[
    "ICMMasterAgreement", "ICMSupportingAgreement", "ICMSubAgreement", "ICMStandaloneAgreement", "ICMBaselineAgreement"
]


class AttributeValues(StrictModel):
    """Attributes of an agreement."""

    attributes: dict[str, JsonValue] = Field({}, description="ICI field to value, answered in the field's usual form.")
    as_is: dict[str, JsonValue] = Field({}, description="ICI field to JSON, answered unchanged.")
    absent: list[str] = Field([], description="ICI fields that the answer omits.")

    def merged(self) -> dict[str, object]:
        raw = {name: RawJson(value) for name, value in self.as_is.items()}
        return {**self.attributes, **raw, **dict.fromkeys(self.absent, ABSENT)}


class Draft(AttributeValues):
    """A new agreement."""

    type: TypeName
    code: str = Field("", description="Blank for the tenant's next code.")
    sys_id: str = Field("", description="Blank for a generated one.")
    seed: WholeNumber | None = Field(
        None, description="Generate the attributes not given; equal seeds give equal values."
    )


class Amendment(AttributeValues):
    """Changes by an amendment."""

    code: str = ""
    sys_id: str = ""
    execute: bool = Field(default=False, description="Execute the amendment at once.")


class Termination(StrictModel):
    on: str = Field(examples=["2026-06-30T00:00:00"])
    with_notice: bool = True


class AssociatedMaster(StrictModel):
    master: str = Field(description="System ID or code of the master.")


class EventResend(StrictModel):
    action: str = Field(examples=["Executed"])
    times: RepeatCount = 1


class WebhookAddress(StrictModel):
    url: str = Field(description="The URL to which ICI sends events; blank for none.")
    apikey: str | None = Field(None, description="The API key that ICI shows there; null keeps the current one.")


class ConnectorWebhook(WebhookAddress):
    types: list[str] = Field(description="The contract types whose events go there, with those of their amendments.")


class TenantBehaviour(StrictModel):
    """Behaviour in which real tenants may differ. Null keeps the current setting."""

    roll_up: bool | None = Field(None, description="True if an executed amendment changes its parent (D-09).")
    nominated_attributes: list[str] | None = Field(
        None, description="The tracking attributes whose change emits an event (D-39)."
    )
    accepts_credentials: bool | None = Field(None, description="False to reject every credential.")
    envelope: str | None = Field(None, description=f"One of: {'; '.join(ENVELOPES)}.")


class AgreementOut(BaseModel):
    """The current state of an agreement."""

    sys_id: str
    code: str
    type: str
    status: str
    parent: str | None = Field(description="System ID of the agreement that an amendment changes.")
    masters: list[str] = Field(description="System IDs of the associated masters.")
    confidential: bool = Field(description="True also if the flag cannot be read.")


class AgreementDetail(AgreementOut):
    detail: dict[str, Any] = Field(description="Everything that call 1 answers.")


class RequestOut(BaseModel):
    method: str
    path: str


class EventQueue(BaseModel):
    """The events on their way to the webhook."""

    url: str
    holding: bool
    waiting: list[dict[str, Any]]
    problem: str = Field(description="Why the webhook did not accept the oldest waiting event; blank if it did.")
    statuses: list[int] = Field(description="HTTP status of the webhook for each event sent.")
