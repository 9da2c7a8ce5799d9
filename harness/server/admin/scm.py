"""Administration of SCM: its rows, and what its users do."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from secrets import token_urlsafe
from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, BeforeValidator, Field

from harness.confidentiality import names_in_scm
from harness.doubles.scm_faults import FAULTS, ScmCall, outdated
from harness.server.admin.validation import CONFLICT, NOT_FOUND, StrictModel, WholeNumber, plain_number
from harness.server.components import IcertisComponent, ScmComponent
from simulator.scm.entities import ALL_SETS, EntitySet
from simulator.scm.framework import EntityRow, MissingRowError, RefusedError
from simulator.scm.system import MAX_PAGE, ScmSystem


class EntityChange(StrictModel):
    """A row by its key, and the fields that a user changes."""

    key: EntityRow
    fields: EntityRow


class RowKey(StrictModel):
    """A row by its key."""

    key: EntityRow


class Release(StrictModel):
    """An order that a user releases from a line."""

    company: str
    agreement: str
    line: Annotated[float, Field(strict=False), BeforeValidator(plain_number)]
    delivery: Annotated[date, Field(strict=False)]
    quantity: Annotated[float, Field(strict=False), BeforeValidator(plain_number)] = 0
    amount: Annotated[float, Field(strict=False), BeforeValidator(plain_number)] = 0


class ScmBehaviour(StrictModel):
    """Behaviour of the environment. Null keeps the current one."""

    up: bool | None = Field(None, description="False to refuse everything with 503.")
    feature: bool | None = Field(None, description="False to hide the entities of the integration.")
    page_rows: Annotated[WholeNumber, Field(ge=1, le=MAX_PAGE)] | None = Field(
        None, description="The most rows of an answer."
    )


class ScmFault(StrictModel):
    """A fault of the next such call."""

    method: str
    collection: str
    what: str = Field(description=f"One of: {'; '.join(FAULTS)}.")


class ScmRequestOut(BaseModel):
    """A call that SCM has received, and the status of its answer; 0 where none arrived."""

    method: str
    resource: str
    fields: dict[str, Any]
    status: int


async def _scm(request: Request) -> ScmSystem:
    scm: ScmComponent = request.app.state.scm
    return scm.system


ScmDep = Annotated[ScmSystem, Depends(_scm)]


async def _part(request: Request) -> ScmComponent:
    part: ScmComponent = request.app.state.scm
    return part


PartDep = Annotated[ScmComponent, Depends(_part)]


async def _collection(collection: str) -> EntitySet:
    if collection not in ALL_SETS:
        raise HTTPException(404, "there is no such collection")
    return ALL_SETS[collection]


CollectionDep = Annotated[EntitySet, Depends(_collection)]

routes = APIRouter(prefix="/scm", tags=["SCM"])
"""Routes that read the database are plain functions, which run in a thread."""


@routes.get("/connection")
def connection(scm: ScmDep) -> dict[str, str]:
    """Return what the administrator sees of the connection to the external system."""
    return {"state": scm.connection_state}


@routes.put("/behaviour", status_code=204)
async def set_behaviour(scm: ScmDep, wanted: ScmBehaviour) -> None:
    """Let the environment answer, or refuse everything with 503; hide entities; shorten pages."""
    if wanted.up is not None:
        scm.is_up = wanted.up
    if wanted.feature is not None:
        scm.feature_is_on = wanted.feature
    if wanted.page_rows is not None:
        scm.max_page = wanted.page_rows


@routes.post("/reject-client", status_code=204)
async def reject_client(part: PartDep) -> None:
    """Let the token endpoint know another secret, and take no token that it has issued, until everything is reset."""
    part.access.withdraw_tokens()
    part.access.change_secret(token_urlsafe(24))


@routes.post("/faults", status_code=204, responses=CONFLICT)
async def add_fault(part: PartDep, fault: ScmFault) -> None:
    """Let the next such call end in a fault."""
    if fault.what not in FAULTS:
        raise HTTPException(409, "there is no such fault of SCM")
    if FAULTS[fault.what] is outdated and fault.method != "GET":
        raise HTTPException(422, "what: only the rows that a GET has read can be outdated")
    part.calls.fail_once(fault.method, fault.collection, fault.what)


@routes.get("/requests")
async def requests(part: PartDep, request: Request) -> list[ScmRequestOut]:
    """Return the calls of OData, oldest first; of a contract that is confidential by now, without its fields."""
    return [ScmRequestOut(**one._asdict()) for one in shown_calls(part, request.app.state.ici)]


def shown_calls(scm: ScmComponent, ici: IcertisComponent | None) -> Collection[ScmCall]:
    """Return the calls of OData, and forget what those about confidential contracts said (SEC-2)."""
    if ici is not None and (names := names_in_scm(ici.tenant.all_agreements())):
        scm.calls.withhold(names)
    return scm.calls.calls


@routes.post("/releases", status_code=201, responses=CONFLICT)
async def release(scm: ScmDep, wanted: Release) -> dict[str, str]:
    """Release an order from a line of an agreement."""

    def work() -> str:
        return scm.release(
            wanted.company,
            wanted.agreement,
            wanted.line,
            wanted.delivery,
            quantity=Decimal(str(wanted.quantity)),
            amount=Decimal(str(wanted.amount)),
        )

    try:
        return {"order": await anyio.to_thread.run_sync(work)}
    except RefusedError as refused:
        raise _conflict(refused) from None


@routes.get("/collections/{collection}", responses=NOT_FOUND)
def rows(scm: ScmDep, collection: CollectionDep) -> list[EntityRow]:
    """Return all rows, of every company, by key."""
    return scm.rows(collection.name)


@routes.post("/collections/{collection}", status_code=204, responses={**NOT_FOUND, **CONFLICT})
def create(scm: ScmDep, collection: CollectionDep, row: EntityRow) -> None:
    """Create a row as a user of SCM does."""
    try:
        scm.fill(collection.name, row)
    except RefusedError as refused:
        raise _conflict(refused) from None


@routes.patch("/collections/{collection}", status_code=204, responses={**NOT_FOUND, **CONFLICT})
def change(scm: ScmDep, collection: CollectionDep, wanted: EntityChange) -> None:
    """Change a row as a user of SCM does."""
    key = _typed_key(collection, wanted.key)
    try:
        scm.change_as_user(collection.name, key, wanted.fields)
    except RefusedError as refused:
        raise _conflict(refused) from None
    except MissingRowError:
        raise HTTPException(404, "there is no such row") from None


@routes.delete("/collections/{collection}", status_code=204, responses={**NOT_FOUND, **CONFLICT})
def delete(scm: ScmDep, collection: CollectionDep, wanted: RowKey) -> None:
    """Delete a row as a user of SCM does."""
    key = _typed_key(collection, wanted.key)
    try:
        scm.delete_as_user(collection.name, key)
    except RefusedError as refused:
        raise _conflict(refused) from None
    except MissingRowError:
        raise HTTPException(404, "there is no such row") from None


def _typed_key(collection: EntitySet, key: EntityRow) -> EntityRow:
    """Return the key as the row has it; answer 422 for what is no key."""
    if set(key) != set(collection.keys):
        raise HTTPException(422, f"the key has the fields {', '.join(collection.keys)}")
    typed: EntityRow = {}
    for name, value in key.items():
        try:
            typed[name] = collection.fields[name].type.to_stored(value)
        except ValueError as why:
            raise HTTPException(422, f"key.{name}: {why}") from None
    return typed


def _conflict(refused: RefusedError) -> HTTPException:
    return HTTPException(409, f"{refused.field}: {refused.reason}" if refused.field else refused.reason)
