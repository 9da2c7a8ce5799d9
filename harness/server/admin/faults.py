"""Faults that the administration switches on and off: of ICI's answers, of a system at a moment of its work."""

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from harness.doubles import ecc_faults
from harness.doubles.icertis_faults import ANSWERS, LISTINGS, BentSite, fault
from harness.server.admin.errors import CONFLICT, NOT_FOUND, StrictModel, Times
from harness.server.components import EccPart, IcertisComponent

ICI = "ICI"
NOT_THERE = "does not answer"
STOPS_BEFORE, STOPS_AFTER = "stops before its work", "stops after its work"
HAS_STOPPED = "it has stopped"
_REFUSES, _LOCKED = "refuses: ", "the table is locked: "


class Fault(StrictModel):
    """What goes wrong."""

    target: str = Field(description="ICI, or the name of a system.")
    what: str = Field(
        description=f"'{NOT_THERE}'; for a call of ICI, words such as 'status 503 with Retry-After 30', 'half a JSON', "
        f"'a cut connection', 'an answer that takes too long'; for a system, one of: "
        f"{'; '.join(ecc_faults.FAILURE_POINTS)}; "
        f"'{_REFUSES}TEXT'; '{_LOCKED}TABLE'; '{STOPS_BEFORE}' or '{STOPS_AFTER}', until the fault is taken away.",
        examples=["status 503"],
    )
    call: Literal[1, 2, "listing"] | None = Field(None, description="Of ICI, which call.")
    times: Times | None = Field(None, description="Of a call, how often; null for always.")


class ActiveFaults(BaseModel):
    """The faults that stand, in words, by target."""

    faults: dict[str, list[str]]


class FaultTargets:
    """The parts of this process that can fail."""

    def __init__(self, ici: IcertisComponent | None, ecc: EccPart | None) -> None:
        self._ici = ici
        self._ecc = ecc
        self.targets = [ICI] * (ici is not None) + list(ecc.systems if ecc else ())

    def standing(self) -> ActiveFaults:
        said = {ICI: _of(self._ici.site)} if self._ici else {}
        if self._ecc:
            said |= self._ecc.said
        return ActiveFaults(faults={name: list(words) for name, words in said.items() if words})

    def let_fail(self, new: Fault) -> None:
        """Raises KeyError or ValueError for words that name no fault of the target."""
        if self._ici and new.target == ICI:
            _bend(self._ici.site, new)
        elif self._ecc:
            _break(self._ecc, new)

    def mend(self, target: str) -> None:
        if self._ici and target == ICI:
            self._ici.site.mend()
        elif self._ecc:
            self._ecc.mend(target)


async def _breakable(request: Request) -> FaultTargets:
    return FaultTargets(request.app.state.ici, request.app.state.ecc)


Parts = Annotated[FaultTargets, Depends(_breakable)]

routes = APIRouter(tags=["Faults"])
"""They run in the loop of the server, as ICI's answers do."""


@routes.get("/faults")
async def faults(parts: Parts) -> ActiveFaults:
    return parts.standing()


@routes.post("/faults", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def let_fail(new: Fault, parts: Parts) -> ActiveFaults:
    if new.target not in parts.targets:
        raise HTTPException(404, f"there is no such target here, there are: {', '.join(parts.targets)}")
    try:
        parts.let_fail(new)
    except (KeyError, ValueError):
        raise HTTPException(409, "there is no such fault of this target") from None
    return parts.standing()


@routes.delete("/faults", responses=NOT_FOUND)
async def mend(parts: Parts, target: str | None = None) -> ActiveFaults:
    """Take faults away, all of them or those of one target."""
    if target is not None and target not in parts.targets:
        raise HTTPException(404, "there is no such target here")
    for one in parts.targets if target is None else [target]:
        parts.mend(one)
    return parts.standing()


def _bend(site: BentSite, new: Fault) -> None:
    """Raises KeyError or ValueError for words that name no fault."""
    if new.what == NOT_THERE and new.call is None:
        site.answers = False
    elif new.call == "listing":
        site.listing = {**ANSWERS, **LISTINGS}[new.what]
    elif new.call is None:
        raise ValueError(new.call)
    elif new.times is None:
        site.always[new.call] = fault(new.what)
    else:
        site.next[new.call] += [fault(new.what)] * new.times


def _break(ecc: EccPart, new: Fault) -> None:
    """Raises KeyError for words that name no fault."""
    system, troubles = ecc.systems[new.target], ecc.troubles[new.target]
    if new.what == NOT_THERE:
        system.is_up = False
    elif new.what.startswith(_REFUSES):
        troubles.enter_context(ecc_faults.refusing(new.what.removeprefix(_REFUSES), system))
    elif new.what.startswith(_LOCKED):
        table = new.what.removeprefix(_LOCKED)
        system.definition(table)
        troubles.enter_context(partial(ecc_faults.failing_at, f".*{table}")(system))
    elif new.what in (STOPS_BEFORE, STOPS_AFTER):
        said = ecc.said[new.target]
        before = new.what == STOPS_BEFORE
        troubles.enter_context(ecc_faults.block_at(system, before=before, stopped=lambda: said.append(HAS_STOPPED)))
    else:
        troubles.enter_context(ecc_faults.FAILURE_POINTS[new.what](system))
    ecc.said[new.target].append(new.what)


def _of(site: BentSite) -> list[str]:
    said = [] if site.answers else [NOT_THERE]
    said += [f"call {number}, always" for number in site.always]
    said += [f"call {number}, {len(waiting)} times" for number, waiting in site.next.items() if waiting]
    return said + ["listing"] * (site.listing is not None)
