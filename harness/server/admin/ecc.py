"""Administration of the ECC systems: the content of their tables."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request

from harness.server.admin.validation import NOT_FOUND
from harness.server.components import EccComponent
from simulator.ecc.system import EccSystem

TableRow = dict[str, str]


async def _ecc(request: Request) -> EccComponent:
    ecc: EccComponent = request.app.state.ecc
    return ecc


EccDep = Annotated[EccComponent, Depends(_ecc)]


async def _system(name: str, ecc: EccDep) -> EccSystem:
    if name not in ecc.systems:
        raise HTTPException(404, "there is no such system")
    return ecc.systems[name]


SystemDep = Annotated[EccSystem, Depends(_system)]

routes = APIRouter(tags=["ECC"])
"""Routes that read the database are plain functions, which run in a thread."""


@routes.get("/systems")
async def systems(ecc: EccDep) -> list[str]:
    return list(ecc.systems)


@routes.get("/systems/{name}/tables", responses=NOT_FOUND)
def tables(system: SystemDep) -> dict[str, list[TableRow]]:
    """Return each table's rows in the order of their key."""
    return system.tables()


@routes.get("/systems/{name}/tables/{table}/definition", responses=NOT_FOUND)
def definition(system: SystemDep, table: str) -> list[TableRow]:
    """Return the fields of a table: field, key, type, length and label."""
    try:
        return system.definition(table)
    except KeyError:
        raise HTTPException(404, "there is no such table") from None
