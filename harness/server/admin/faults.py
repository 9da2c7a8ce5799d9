"""Faults that the administration starts and ends: wrong answers of ICI, and failures of a system during its work."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from harness.doubles import ecc_faults
from harness.doubles.icertis_faults import ANSWERS, LISTINGS, FaultySite, parse_fault
from harness.server.admin.validation import CONFLICT, NOT_FOUND, RepeatCount, StrictModel
from harness.server.components import EccComponent, IcertisComponent

ICI = "ICI"
UNREACHABLE = "does not answer"
BLOCKS_BEFORE, BLOCKS_AFTER = "stops before its work", "stops after its work"
REFUSES_SECOND_CODES = "refuses a second agreement code"
HAS_BLOCKED = "it has stopped"
_REFUSES, _LOCKED = "refuses: ", "the table is locked: "


class NewFault(StrictModel):
    target: str = Field(description="ICI, or the name of a system.")
    what: str = Field(
        description=f"'{UNREACHABLE}'; for a call of ICI, words such as 'status 503 with Retry-After 30', "
        "'half a JSON', 'a cut connection', 'an answer that takes too long'; for a system, one of: "
        f"{'; '.join(ecc_faults.FAILURE_POINTS)}; "
        f"'{REFUSES_SECOND_CODES}', as with the setting unique_sysid; "
        f"'{_REFUSES}TEXT'; '{_LOCKED}TABLE'; '{BLOCKS_BEFORE}' or '{BLOCKS_AFTER}', until the fault ends.",
        examples=["status 503"],
    )
    call: Literal[1, 2, "listing"] | None = Field(None, description="Of ICI, which call.")
    times: RepeatCount | None = Field(None, description="For how many calls; null for all.")


class ActiveFaults(BaseModel):
    """The active faults in words, by target."""

    faults: dict[str, list[str]]


class FaultTargets:
    """The parts of this process that can fail."""

    def __init__(self, ici: IcertisComponent | None, ecc: EccComponent | None) -> None:
        self._ici = ici
        self._ecc = ecc
        self.names = [ICI] * (ici is not None) + list(ecc.systems if ecc else ())

    def active(self) -> ActiveFaults:
        faults = {ICI: _icertis_fault_names(self._ici.site)} if self._ici else {}
        if self._ecc:
            faults |= self._ecc.fault_names
        return ActiveFaults(faults={name: list(words) for name, words in faults.items() if words})

    def add(self, new: NewFault) -> None:
        """Start a fault. Raises KeyError or ValueError if the words name no fault of the target."""
        if self._ici and new.target == ICI:
            _add_icertis_fault(self._ici.site, new)
        elif self._ecc:
            _add_ecc_fault(self._ecc, new)

    def clear(self, target: str) -> None:
        if self._ici and target == ICI:
            self._ici.site.clear_faults()
        elif self._ecc:
            self._ecc.clear_faults(target)


async def _targets(request: Request) -> FaultTargets:
    return FaultTargets(request.app.state.ici, request.app.state.ecc)


TargetsDep = Annotated[FaultTargets, Depends(_targets)]

routes = APIRouter(tags=["Faults"])
"""The routes run in the event loop of the server, as ICI's answers do."""


@routes.get("/faults")
async def faults(targets: TargetsDep) -> ActiveFaults:
    return targets.active()


@routes.post("/faults", status_code=201, responses={**NOT_FOUND, **CONFLICT})
async def add_fault(new: NewFault, targets: TargetsDep) -> ActiveFaults:
    if new.target not in targets.names:
        raise HTTPException(404, f"there is no such target here; the targets are: {', '.join(targets.names)}")
    try:
        targets.add(new)
    except (KeyError, ValueError):
        raise HTTPException(409, "there is no such fault of this target") from None
    return targets.active()


@routes.delete("/faults", responses=NOT_FOUND)
async def clear_faults(targets: TargetsDep, target: str | None = None) -> ActiveFaults:
    """End all faults, or those of one target."""
    if target is not None and target not in targets.names:
        raise HTTPException(404, "there is no such target here")
    for name in targets.names if target is None else [target]:
        targets.clear(name)
    return targets.active()


def _add_icertis_fault(site: FaultySite, new: NewFault) -> None:
    """Start a fault of ICI. Raises KeyError or ValueError if the words name none."""
    if new.what == UNREACHABLE and new.call is None:
        site.reachable = False
    elif new.call == "listing":
        site.listing = {**ANSWERS, **LISTINGS}[new.what]
    elif new.call is None:
        raise ValueError(new.call)
    elif new.times is None:
        site.always[new.call] = parse_fault(new.what)
    else:
        site.once[new.call] += [parse_fault(new.what)] * new.times


def _add_ecc_fault(ecc: EccComponent, new: NewFault) -> None:
    """Start a fault of a system. Raises KeyError if the words name none."""
    system, active, names = ecc.systems[new.target], ecc.active_faults[new.target], ecc.fault_names[new.target]
    if new.what == UNREACHABLE:
        system.is_up = False
    elif new.what.startswith(_REFUSES):
        active.enter_context(ecc_faults.refuse_messages(new.what.removeprefix(_REFUSES), system))
    elif new.what.startswith(_LOCKED):
        table = new.what.removeprefix(_LOCKED)
        system.definition(table)
        active.enter_context(ecc_faults.fail_at_statement(f".*{table}", system))
    elif new.what == REFUSES_SECOND_CODES:
        active.enter_context(ecc_faults.refuse_second_codes(system))
    elif new.what in (BLOCKS_BEFORE, BLOCKS_AFTER):
        before = new.what == BLOCKS_BEFORE
        active.enter_context(ecc_faults.block_at(system, before=before, on_block=lambda: names.append(HAS_BLOCKED)))
    else:
        active.enter_context(ecc_faults.FAILURE_POINTS[new.what](system))
    names.append(new.what)


def _icertis_fault_names(site: FaultySite) -> list[str]:
    names = [] if site.reachable else [UNREACHABLE]
    names += [f"call {number}, always" for number in site.always]
    often = {number: len(waiting) for number, waiting in site.once.items() if waiting}
    names += [f"call {number}, {'once' if times == 1 else f'{times} times'}" for number, times in often.items()]
    return names + ["listing"] * (site.listing is not None)
