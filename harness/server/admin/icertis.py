"""Administration of the mock ICI: what users and time do in it, and what it was asked."""

from collections.abc import Callable
from typing import Annotated, TypeVar
from urllib.parse import unquote

import anyio.to_thread
from fastapi import APIRouter, Depends, HTTPException, Path, Request

from harness.confidentiality import is_confidential
from harness.doubles.icertis_faults import ENVELOPES
from harness.server.admin.errors import CONFLICT, NOT_FOUND
from harness.server.admin.icertis_models import (
    AgreementDetail,
    Amendment,
    Asked,
    Draft,
    EventResend,
    Events,
    Master,
    Renewal,
    Shown,
    TenantBehaviour,
    Termination,
    Values,
    Webhook,
)
from harness.server.components import IcertisComponent
from harness.testdata.agreements import make_attributes
from simulator.icertis.agreement import TYPES, Agreement

Done = TypeVar("Done")

Id = Annotated[str, Path(description="System ID or agreement code, percent-encoded, compared without case.")]


async def _ici(request: Request) -> IcertisComponent:
    part: IcertisComponent = request.app.state.ici
    return part


Ici = Annotated[IcertisComponent, Depends(_ici)]


async def _one(any_id: Id, ici: Ici) -> Agreement:
    return _found(any_id, ici)


One = Annotated[Agreement, Depends(_one)]

routes = APIRouter(tags=["ICI"])
"""All of them run in the loop of the server, as the answers to CPI's calls do."""

_KNOWN = {**NOT_FOUND, **CONFLICT}


def _found(any_id: str, ici: IcertisComponent) -> Agreement:
    wanted = unquote(any_id).lower()
    hits = [one for one in ici.tenant.all_agreements() if wanted in (one.sys_id.lower(), one.code.lower())]
    if not hits:
        raise HTTPException(404, "there is no such agreement")
    if len(hits) > 1:
        raise HTTPException(409, f"{len(hits)} agreements have this code or System ID")
    return hits[0]


def _or_conflict(deed: Callable[[], Done]) -> Done:
    """What ICI made of it; 409 where it would not let a user do it."""
    try:
        return deed()
    except ValueError as why:
        raise HTTPException(409, str(why)) from None


async def _send(ici: IcertisComponent) -> None:
    await anyio.to_thread.run_sync(ici.event_delivery.send)


@routes.get("/agreements")
async def agreements(ici: Ici) -> list[Shown]:
    return [_shown(one) for one in ici.tenant.all_agreements()]


@routes.post("/agreements", status_code=201, responses=CONFLICT)
async def draft(ici: Ici, new: Draft) -> Shown:
    kind = TYPES[new.type]
    terms = {**(make_attributes(kind, new.seed) if new.seed is not None else {}), **new.merged()}
    return _shown(_or_conflict(lambda: ici.tenant.draft(kind, terms, code=new.code, sys_id=new.sys_id)))


@routes.get("/agreements/{any_id}", responses=_KNOWN)
async def agreement(one: One, ici: Ici) -> AgreementDetail:
    return AgreementDetail(**_shown(one).model_dump(), detail=ici.rest.detail(one))


@routes.patch("/agreements/{any_id}", responses=_KNOWN)
async def set_attributes(one: One, values: Values) -> Shown:
    """Set attributes behind the back of everybody: no event follows."""
    one.attributes.update(values.merged())
    return _shown(one)


@routes.post("/agreements/{any_id}/execute", responses=_KNOWN)
async def execute(one: One, ici: Ici) -> Shown:
    _or_conflict(lambda: ici.tenant.execute(one))
    await _send(ici)
    return _shown(one)


@routes.post("/agreements/{any_id}/amend", status_code=201, responses=_KNOWN)
async def amend(parent: One, ici: Ici, new: Amendment) -> Shown:
    one = _or_conflict(lambda: ici.tenant.draft_amendment(parent, new.merged(), code=new.code, sys_id=new.sys_id))
    if new.execute:
        _or_conflict(lambda: ici.tenant.execute(one))
        await _send(ici)
    return _shown(one)


@routes.post("/agreements/{any_id}/renew", responses=_KNOWN)
async def renew(one: One, ici: Ici, renewal: Renewal) -> Shown:
    _or_conflict(lambda: ici.tenant.renew(one, renewal.until))
    await _send(ici)
    return _shown(one)


@routes.post("/agreements/{any_id}/terminate", responses=_KNOWN)
async def terminate(one: One, ici: Ici, end: Termination) -> Shown:
    _or_conflict(lambda: ici.tenant.terminate(one, end.on, with_notice=end.with_notice))
    await _send(ici)
    return _shown(one)


@routes.post("/agreements/{any_id}/update", responses=_KNOWN)
async def update(one: One, ici: Ici, values: Values) -> Shown:
    """Change tracking attributes."""
    _or_conflict(lambda: ici.tenant.update(one, values.merged()))
    await _send(ici)
    return _shown(one)


@routes.post("/agreements/{any_id}/associate", responses=_KNOWN)
async def associate(one: One, ici: Ici, to: Master) -> Shown:
    master = _found(to.master, ici)
    _or_conflict(lambda: ici.tenant.associate(one, master))
    return _shown(one)


@routes.post("/agreements/{any_id}/dissociate", responses=_KNOWN)
async def dissociate(one: One, ici: Ici, to: Master) -> Shown:
    master = _found(to.master, ici)
    if master not in one.masters:
        raise HTTPException(409, "it is not associated to this master")
    ici.tenant.dissociate(one, master)
    return _shown(one)


@routes.post("/agreements/{any_id}/send-event", responses=_KNOWN)
async def send_event(one: One, ici: Ici, sending: EventResend) -> Shown:
    """Emit an event once more, or out of turn."""
    for _ in range(sending.times):
        ici.tenant.send_event(sending.action, one)
    await _send(ici)
    return _shown(one)


@routes.get("/requests")
async def requests(ici: Ici) -> list[Asked]:
    """What ICI was asked, oldest first; paths below its base URL."""
    return [Asked(method=one.method, path=one.path) for one in ici.rest.requests]


@routes.delete("/requests", status_code=204)
async def forget_requests(ici: Ici) -> None:
    ici.rest.requests.clear()


@routes.get("/events")
async def events(ici: Ici) -> Events:
    return _events(ici)


@routes.post("/events/hold")
async def hold(ici: Ici) -> Events:
    """Keep events on their way."""
    ici.event_delivery.holding = True
    return _events(ici)


@routes.post("/events/release")
async def release(ici: Ici) -> Events:
    """Let what waits arrive, oldest first; also what the webhook did not take at first."""
    ici.event_delivery.release()
    await _send(ici)
    return _events(ici)


@routes.post("/events/overtake")
async def stop_holding(ici: Ici) -> Events:
    """Let new events pass; those that are held back stay on their way."""
    ici.event_delivery.holding = False
    return _events(ici)


@routes.get("/webhook")
async def webhook(ici: Ici) -> Webhook:
    return Webhook(url=ici.event_delivery.url, apikey=None)


@routes.put("/webhook")
async def set_webhook(ici: Ici, new: Webhook) -> Webhook:
    ici.event_delivery.url = new.url
    if new.apikey is not None:
        ici.event_delivery.api_key = new.apikey
    return Webhook(url=new.url, apikey=None)


@routes.put("/icertis", responses=CONFLICT)
async def set_habits(ici: Ici, new: TenantBehaviour) -> TenantBehaviour:
    if new.envelope is not None and new.envelope not in ENVELOPES:
        raise HTTPException(409, "there is no such envelope")
    if new.roll_up is not None:
        ici.tenant.roll_up = new.roll_up
    if new.knows_the_caller is not None:
        ici.site.knows_the_caller = new.knows_the_caller
    if new.envelope is not None:
        ici.site.envelope = ENVELOPES[new.envelope]
    return new


def _shown(one: Agreement) -> Shown:
    parent = one.parent.sys_id if one.parent else None
    masters = [master.sys_id for master in one.masters]
    return Shown(
        sys_id=one.sys_id,
        code=one.code,
        type=one.kind.name,
        status=one.status.value,
        parent=parent,
        masters=masters,
        closed=is_confidential(one),
    )


def _events(ici: IcertisComponent) -> Events:
    delivery = ici.event_delivery
    return Events(
        url=delivery.url,
        holding=delivery.holding,
        waiting=delivery.waiting,
        problem=delivery.problem,
        statuses=delivery.statuses,
    )
