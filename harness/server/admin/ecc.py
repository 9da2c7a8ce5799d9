"""Administration of the ECC systems: what their tables hold."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request

from harness.server.admin.errors import NOT_FOUND
from harness.server.components import EccPart
from simulator.ecc.system import EccSystem

Row = dict[str, str]


async def _part(request: Request) -> EccPart:
    part: EccPart = request.app.state.ecc
    return part


Part = Annotated[EccPart, Depends(_part)]


async def _system(name: str, part: Part) -> EccSystem:
    if name not in part.systems:
        raise HTTPException(404, "there is no such system")
    return part.systems[name]


System = Annotated[EccSystem, Depends(_system)]

routes = APIRouter(tags=["ECC"])
"""They read the database, so each runs in a thread."""


@routes.get("/systems")
async def systems(part: Part) -> list[str]:
    return list(part.systems)


@routes.get("/systems/{name}/tables", responses=NOT_FOUND)
def tables(system: System) -> dict[str, list[Row]]:
    """Table name to its rows in the order of their key."""
    return system.tables()


@routes.get("/systems/{name}/tables/{table}/definition", responses=NOT_FOUND)
def definition(system: System, table: str) -> list[Row]:
    """The fields of a table: field, key, type, length and label of each."""
    try:
        return system.definition(table)
    except KeyError:
        raise HTTPException(404, "there is no such table") from None
