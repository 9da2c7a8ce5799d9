"""Administration of the mock ICI: what users do in it, and the requests that it received."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar
from urllib.parse import unquote

from fastapi import APIRouter, Depends, HTTPException, Path, Request

from harness.confidentiality import is_confidential
from harness.doubles.icertis_faults import ENVELOPES
from harness.server.admin.icertis_models import (
    AgreementDetail,
    AgreementOut,
    Amendment,
    AssociatedMaster,
    AttributeValues,
    ConnectorWebhook,
    Draft,
    EventQueue,
    EventResend,
    RequestOut,
    TenantBehaviour,
    Termination,
    WebhookAddress,
)
from harness.server.admin.validation import CONFLICT, NOT_FOUND, problem_responses
from harness.server.components import IcertisComponent
from harness.testdata.agreements import make_attributes
from simulator.icertis.agreement import TYPES, Agreement
from simulator.icertis.event_delivery import MAX_WAITING
from simulator.icertis.tenant import NotAllowedError

T = TypeVar("T")

AgreementId = Annotated[str, Path(description="System ID or agreement code, percent-encoded, compared without case.")]


async def _ici(request: Request) -> IcertisComponent:
    ici: IcertisComponent = request.app.state.ici
    return ici


IcertisDep = Annotated[IcertisComponent, Depends(_ici)]


async def _agreement(any_id: AgreementId, ici: IcertisDep) -> Agreement:
    return find(any_id, ici)


AgreementDep = Annotated[Agreement, Depends(_agreement)]


async def _room(ici: IcertisDep) -> None:
    if ici.is_full:
        why = f"{MAX_WAITING} events wait for the webhook: nothing that emits another one happens until it takes some"
        raise HTTPException(503, why, {"Retry-After": "60"})


routes = APIRouter(tags=["ICI"])
"""The routes run in the event loop of the server, as the answers to CPI's calls do."""

NOT_FOUND_OR_CONFLICT = {**NOT_FOUND, **CONFLICT}
EMITTING: dict[str, Any] = {
    "responses": NOT_FOUND_OR_CONFLICT | problem_responses({503: "Too many events wait for the webhook"}),
    "dependencies": [Depends(_room)],
}
"""Options of a route that makes ICI emit an event."""


def find(any_id: str, ici: IcertisComponent) -> Agreement:
    wanted = unquote(any_id).lower()
    hits = [one for one in ici.tenant.all_agreements() if wanted in (one.sys_id.lower(), one.code.lower())]
    if not hits:
        raise HTTPException(404, "there is no such agreement")
    if len(hits) > 1:
        raise HTTPException(409, f"{len(hits)} agreements have this code or System ID")
    return hits[0]


def or_conflict(action: Callable[[], T]) -> T:
    """Return the result of an action; answer 409 if ICI does not allow it."""
    try:
        return action()
    except NotAllowedError as why:
        raise HTTPException(409, str(why)) from None


@routes.get("/agreements")
async def agreements(ici: IcertisDep) -> list[AgreementOut]:
    return [agreement_out(one) for one in ici.tenant.all_agreements()]


@routes.post("/agreements", status_code=201, responses=CONFLICT)
async def draft(ici: IcertisDep, new: Draft) -> AgreementOut:
    kind = TYPES[new.type]
    terms = {**(make_attributes(kind, new.seed) if new.seed is not None else {}), **new.merged()}
    return agreement_out(or_conflict(lambda: ici.tenant.draft(kind, terms, code=new.code, sys_id=new.sys_id)))


@routes.get("/agreements/{any_id}", responses=NOT_FOUND_OR_CONFLICT)
async def agreement(one: AgreementDep, ici: IcertisDep) -> AgreementDetail:
    return AgreementDetail(**agreement_out(one).model_dump(), detail=ici.rest.detail(one))


@routes.patch("/agreements/{any_id}", responses=NOT_FOUND_OR_CONFLICT)
async def set_attributes(one: AgreementDep, ici: IcertisDep, values: AttributeValues) -> AgreementOut:
    """Set attributes without an event."""
    ici.tenant.set_attributes(one, values.merged())
    return agreement_out(one)


@routes.post("/agreements/{any_id}/execute", **EMITTING)
async def execute(one: AgreementDep, ici: IcertisDep) -> AgreementOut:
    or_conflict(lambda: ici.tenant.execute(one))
    await ici.send_events()
    return agreement_out(one)


@routes.post("/agreements/{any_id}/amend", status_code=201, **EMITTING)
async def amend(parent: AgreementDep, ici: IcertisDep, new: Amendment) -> AgreementOut:
    one = or_conflict(lambda: ici.tenant.draft_amendment(parent, new.merged(), code=new.code, sys_id=new.sys_id))
    if new.execute:
        or_conflict(lambda: ici.tenant.execute(one))
        await ici.send_events()
    return agreement_out(one)


@routes.post("/agreements/{any_id}/renew", **EMITTING)
async def renew(one: AgreementDep, ici: IcertisDep, terms: AttributeValues | None = None) -> AgreementOut:
    """Renew an agreement whose renewal date has come, without waiting for the next look at the clock.

    Terms in the body are set before: no look at the clock comes in between.
    """
    if terms is not None:
        ici.tenant.set_attributes(one, terms.merged())
    or_conflict(lambda: ici.tenant.renew(one))
    await ici.send_events()
    return agreement_out(one)


@routes.post("/agreements/{any_id}/terminate", **EMITTING)
async def terminate(one: AgreementDep, ici: IcertisDep, end: Termination) -> AgreementOut:
    or_conflict(lambda: ici.tenant.terminate(one, end.on, with_notice=end.with_notice))
    await ici.send_events()
    return agreement_out(one)


@routes.post("/agreements/{any_id}/update", **EMITTING)
async def update(one: AgreementDep, ici: IcertisDep, values: AttributeValues) -> AgreementOut:
    """Change tracking attributes."""
    or_conflict(lambda: ici.tenant.update(one, values.merged()))
    await ici.send_events()
    return agreement_out(one)


@routes.post("/agreements/{any_id}/associate", responses=NOT_FOUND_OR_CONFLICT)
async def associate(one: AgreementDep, ici: IcertisDep, to: AssociatedMaster) -> AgreementOut:
    master = find(to.master, ici)
    or_conflict(lambda: ici.tenant.associate(one, master))
    return agreement_out(one)


@routes.post("/agreements/{any_id}/dissociate", responses=NOT_FOUND_OR_CONFLICT)
async def dissociate(one: AgreementDep, ici: IcertisDep, to: AssociatedMaster) -> AgreementOut:
    master = find(to.master, ici)
    or_conflict(lambda: ici.tenant.dissociate(one, master))
    return agreement_out(one)


@routes.post("/agreements/{any_id}/send-event", **EMITTING)
async def send_event(one: AgreementDep, ici: IcertisDep, sending: EventResend) -> AgreementOut:
    """Send an event again, or out of turn."""
    for _ in range(sending.times):
        ici.tenant.send_event(sending.action, one)
    await ici.send_events()
    return agreement_out(one)


@routes.get("/requests")
async def requests(ici: IcertisDep) -> list[RequestOut]:
    """Return the requests to ICI, oldest first; paths are below its base URL."""
    return [RequestOut(method=one.method, path=one.path) for one in ici.rest.requests]


@routes.delete("/requests", status_code=204)
async def forget_requests(ici: IcertisDep) -> None:
    ici.rest.requests.clear()


@routes.get("/events")
async def events(ici: IcertisDep) -> EventQueue:
    return _event_queue(ici)


@routes.post("/events/hold")
async def hold(ici: IcertisDep) -> EventQueue:
    """Hold new events back."""
    ici.event_delivery.holding = True
    return _event_queue(ici)


@routes.post("/events/release")
async def release(ici: IcertisDep) -> EventQueue:
    """Send all waiting events, oldest first; also those that the webhook has rejected."""
    ici.event_delivery.release()
    await ici.send_events()
    return _event_queue(ici)


@routes.post("/events/stop-holding")
async def stop_holding(ici: IcertisDep) -> EventQueue:
    """Send new events at once; those that are held back keep waiting."""
    ici.event_delivery.holding = False
    return _event_queue(ici)


@routes.get("/webhook")
async def webhook(ici: IcertisDep) -> WebhookAddress:
    return WebhookAddress(url=ici.event_delivery.url, apikey=None)


@routes.put("/webhook")
async def set_webhook(ici: IcertisDep, new: WebhookAddress) -> WebhookAddress:
    ici.event_delivery.url = new.url
    if new.apikey is not None:
        ici.event_delivery.api_key = new.apikey
    return WebhookAddress(url=new.url, apikey=None)


@routes.put("/icertis", responses=CONFLICT)
async def set_behaviour(ici: IcertisDep, new: TenantBehaviour) -> TenantBehaviour:
    if new.envelope is not None and new.envelope not in ENVELOPES:
        raise HTTPException(409, "there is no such envelope")
    if new.roll_up is not None:
        ici.tenant.roll_up = new.roll_up
    if new.nominated_attributes is not None:
        ici.tenant.nominated = new.nominated_attributes
    if new.accepts_credentials is not None:
        ici.site.accepts_credentials = new.accepts_credentials
    if new.envelope is not None:
        ici.site.envelope = ENVELOPES[new.envelope]
    return new


@routes.post("/icertis/withdraw-tokens", status_code=204)
async def withdraw_tokens(ici: IcertisDep) -> None:
    """Accept none of the issued tokens any more."""
    ici.access.withdraw_tokens()


@routes.put("/connector-webhook")
async def set_connector_webhook(ici: IcertisDep, new: ConnectorWebhook) -> ConnectorWebhook:
    """Send the events about some types to another place, where a connector to SCM takes them."""
    ici.connector_delivery.url, ici.connector_types = new.url, new.types
    if new.apikey is not None:
        ici.connector_delivery.api_key = new.apikey
    return ConnectorWebhook(url=new.url, types=new.types, apikey=None)


def agreement_out(one: Agreement) -> AgreementOut:
    parent = one.parent.sys_id if one.parent else None
    masters = [master.sys_id for master in one.masters]
    return AgreementOut(
        sys_id=one.sys_id,
        code=one.code,
        type=one.kind.name,
        status=one.status.value,
        parent=parent,
        masters=masters,
        confidential=is_confidential(one),
    )


def _event_queue(ici: IcertisComponent) -> EventQueue:
    delivery = ici.event_delivery
    return EventQueue(
        url=delivery.url,
        holding=delivery.holding,
        waiting=delivery.waiting,
        problem=delivery.problem,
        statuses=list(delivery.statuses),
    )
