"""Administration of contracts for SCM in ICI: their workflow, their risk, and what the connector has written."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field, JsonValue, StringConstraints, field_validator

from harness.server.admin.icertis import EMITTING, AgreementDep, IcertisDep, agreement_out, or_conflict
from harness.server.admin.icertis_models import AgreementOut, AttributeValues, RequestOut
from harness.server.admin.validation import CONFLICT, NOT_FOUND, StrictModel
from harness.server.components import IcertisComponent
from harness.testdata.scm_master_data import load_risk_rules
from simulator.icertis.agreement import TYPES, Agreement, scm_type
from simulator.icertis.rest import ABSENT, RawJson
from simulator.icertis.workflow import LINE_ITEMS, STEPS


class ContractChanges(AttributeValues):
    """Terms that a contract gets."""

    @field_validator("attributes")
    @classmethod
    def _require_line_items(cls, attributes: dict[str, JsonValue]) -> dict[str, JsonValue]:
        items = attributes.get(LINE_ITEMS, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise ValueError(f"{LINE_ITEMS}: a list of objects is expected")
        return attributes


class NewContract(AttributeValues):
    """A contract of one of the types for SCM."""

    type: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]\w{0,59}$")] = Field(examples=["ICMProcurementContract"])
    code: str = Field("", description="Blank for the tenant's next code.")
    sys_id: str = Field("", description="Blank for a generated one.")
    lines: list[dict[str, JsonValue]] = Field([], description="The line items, each with its attributes.")
    link: str = Field("", description="The address behind a button of SCM with which a user has begun it.")

    @field_validator("attributes")
    @classmethod
    def _require_no_line_items(cls, attributes: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if LINE_ITEMS in attributes:
            raise ValueError(f"{LINE_ITEMS}: the line items of a new contract stand in lines")
        return attributes


class ContractAmendment(ContractChanges):
    """Changes by an amendment."""

    code: str = ""
    sys_id: str = ""


class WorkflowStep(StrictModel):
    step: str = Field(description=f"One of: {'; '.join(STEPS)}.")


class Expiry(StrictModel):
    on: str = Field(examples=["2029-06-30T00:00:00"])


class RiskAssessment(StrictModel):
    """True holds contracts against the limits of the fixtures."""

    assess: bool


class AcceptedRisk(StrictModel):
    by: str
    reason: str


class RiskHitOut(BaseModel):
    area: str
    why: str
    score: int


class RiskOut(BaseModel):
    """The result of an assessment; the worst hit gives the rating."""

    hits: list[RiskHitOut]
    score: int
    rating: str
    holds_approval: bool


class ContractOut(AgreementOut):
    attributes: dict[str, Any] = Field(description="What ICI holds.")


async def _contract(one: AgreementDep) -> Agreement:
    if one.kind.name.removesuffix("Amendment") in TYPES:
        raise HTTPException(409, "it is no contract for SCM")
    return one


ContractDep = Annotated[Agreement, Depends(_contract)]
routes = APIRouter(tags=["ICI"])
"""Routes of the event loop, as the others of ICI."""


@routes.post("/contracts", status_code=201, **EMITTING)
async def draft(ici: IcertisDep, new: NewContract) -> AgreementOut:
    """Draft a contract."""
    kind, names = scm_type(new.type), {"code": new.code, "sys_id": new.sys_id}
    if new.type.removesuffix("Amendment") in TYPES:
        raise HTTPException(409, "it is no type of contracts for SCM")

    def work() -> Agreement:
        if new.link:
            return ici.workflow.draft_from_link(kind, new.link, new.merged(), **names)
        return ici.workflow.draft(kind, new.merged(), new.lines, **names)

    return await _done(ici, or_conflict(work))


@routes.get("/contracts/{any_id}", responses={**NOT_FOUND, **CONFLICT})
async def contract(one: ContractDep) -> ContractOut:
    held = {name: value for name, value in one.attributes.items() if value is not ABSENT}
    plain = {name: value.json if isinstance(value, RawJson) else value for name, value in held.items()}
    return ContractOut(**agreement_out(one).model_dump(), attributes=plain)


@routes.post("/contracts/{any_id}/amend", status_code=201, **EMITTING)
async def amend(parent: ContractDep, ici: IcertisDep, new: ContractAmendment) -> AgreementOut:
    """Draft an amendment."""
    names = {"code": new.code, "sys_id": new.sys_id}
    return await _done(ici, or_conflict(lambda: ici.workflow.draft_amendment(parent, new.merged(), **names)))


@routes.post("/contracts/{any_id}/step", **EMITTING)
async def take(one: ContractDep, ici: IcertisDep, wanted: WorkflowStep) -> AgreementOut:
    """Take a step of the workflow."""
    if wanted.step not in STEPS:
        raise HTTPException(409, "there is no such step")
    or_conflict(lambda: ici.workflow.take(one, wanted.step))
    return await _done(ici, one)


@routes.post("/contracts/{any_id}/terms", **EMITTING)
async def change_terms(one: ContractDep, ici: IcertisDep, values: ContractChanges) -> AgreementOut:
    """Change terms before the approval; the contract is a draft again."""
    or_conflict(lambda: ici.workflow.change_terms(one, values.merged()))
    return await _done(ici, one)


@routes.post("/contracts/{any_id}/expiry", **EMITTING)
async def reset_expiry(one: ContractDep, ici: IcertisDep, wanted: Expiry) -> AgreementOut:
    """Set another expiry date without an amendment."""
    or_conflict(lambda: ici.workflow.reset_expiry(one, wanted.on))
    return await _done(ici, one)


@routes.put("/risk")
async def set_risk_assessment(ici: IcertisDep, wanted: RiskAssessment) -> RiskAssessment:
    """Hold contracts against the limits of the fixtures from now on, or no more."""
    ici.workflow.risk = load_risk_rules() if wanted.assess else {}
    return wanted


@routes.get("/contracts/{any_id}/risk", responses={**NOT_FOUND, **CONFLICT})
async def assess(one: ContractDep, ici: IcertisDep) -> RiskOut | None:
    """Hold the terms against the limits of the type; null where there are none."""
    found = ici.workflow.assess(one)
    hits = [RiskHitOut(**hit._asdict()) for hit in found.hits] if found else []
    return found and RiskOut(**found._asdict() | {"hits": hits})


@routes.post("/contracts/{any_id}/risk", status_code=204, responses={**NOT_FOUND, **CONFLICT})
async def accept_risk(one: ContractDep, ici: IcertisDep, accepted: AcceptedRisk) -> None:
    """Accept the risk as it is assessed now."""
    or_conflict(lambda: ici.workflow.accept_risk(one, accepted.by, accepted.reason))


@routes.get("/masterdata/{collection}")
async def master_data(collection: str, ici: IcertisDep) -> list[dict[str, Any]]:
    """Return the rows that the connector has brought."""
    return ici.tenant.master_data.get(collection, [])


@routes.get("/writes")
async def writes(ici: IcertisDep) -> list[RequestOut]:
    """Return the requests with which the connector has written, oldest first; paths are below the base URL."""
    return [RequestOut(method=one.method, path=one.path) for one in ici.integration.writes]


async def _done(ici: IcertisComponent, one: Agreement) -> AgreementOut:
    await ici.send_events()
    return agreement_out(one)
