"""Act on a contract that goes to SCM: what a buyer does with it in ICI, and what a user of SCM orders of it."""

from typing import Any
from urllib.parse import quote

from harness.console.operations import (
    Act,
    Administration,
    Input,
    Refused,
    Subject,
    Values,
    attributes,
    day_of,
    make_confidential,
    terminate,
)
from harness.testdata.scm_master_data import CONTRACT_TERMS
from simulator.connector.contract_types import SCM_TYPES
from simulator.icertis.workflow import AGREEMENT, EXECUTION, LINE_ITEMS, STEPS

TYPES = tuple(SCM_TYPES)
SAMPLE_LINE = {
    "ICMCommitmentType": "ProductQuantity",
    "ICMItemNumber": "D0001",
    "ICMCommittedQuantity": 100,
    "ICMUnit": "ea",
    "ICMPrice": 3.5,
}
_QUANTITY = "ICMCommittedQuantity"
_AMENDED = (
    Input("Name", "Agreement Name"),
    Input("ICMExpiryDate", "Expiry Date", "date"),
    Input(_QUANTITY, "Committed quantity of line 1", "number"),
)


async def create_contract(admin: Administration, kind: str, name: str, number: int) -> str:
    """Draft a contract with sample terms; the connection to SCM is set up first if need be. Returns its System ID."""
    if (await admin.ask("GET", "/scm/connection"))["state"] != "Ready":
        await admin.ask("POST", "/connector/connect", {})
    terms = {"Name": name or f"Contract {number}", **CONTRACT_TERMS}
    lines = [SAMPLE_LINE] if SCM_TYPES[kind].has_agreement else []
    made = await admin.ask("POST", "/contracts", {"type": kind, "attributes": terms, "lines": lines})
    return str(made["sys_id"])


def _path(sys_id: str) -> str:
    return f"/contracts/{quote(sys_id, safe='')}"


async def _take_step(admin: Administration, subject: Subject, values: Values) -> str:
    step = values.get("step", "")
    await admin.ask("POST", f"{_path(subject.sys_id)}/step", {"step": step})
    return step


async def _amend(admin: Administration, subject: Subject, values: Values) -> str:
    changes = attributes(_AMENDED, values)
    if _QUANTITY in changes:
        lines: list[dict[str, Any]] = await _attribute(admin, subject, LINE_ITEMS) or []
        if not lines or _QUANTITY not in lines[0]:
            raise Refused("its first line commits no quantity")
        changes[LINE_ITEMS] = [{**lines[0], _QUANTITY: changes.pop(_QUANTITY)}, *lines[1:]]
    made = await admin.ask("POST", f"{_path(subject.sys_id)}/amend", {"attributes": changes})
    for step in EXECUTION:
        await admin.ask("POST", "/connector/work")  # it is approved once SCM has validated it
        await admin.ask("POST", f"{_path(made['sys_id'])}/step", {"step": step})
    return "amended, and the amendment executed"


async def _reset_expiry(admin: Administration, subject: Subject, values: Values) -> str:
    await admin.ask("POST", f"{_path(subject.sys_id)}/expiry", {"on": day_of(values.get("on", ""), "Expiry Date")})
    return "its expiry is reset"


async def _release(admin: Administration, subject: Subject, values: Values) -> str:
    agreement = await _attribute(admin, subject, AGREEMENT)
    if not agreement:
        raise Refused("it has no purchase agreement")
    order = attributes(_ORDER, values)
    company = str(await _attribute(admin, subject, "ICMLegalEntityCode")).lower()
    wanted = {"company": company, "agreement": agreement, **order, "delivery": str(order.get("delivery", ""))[:10]}
    made = await admin.ask("POST", "/scm/releases", wanted)
    return f"SCM has released {made['order']}"


async def _attribute(admin: Administration, subject: Subject, name: str) -> Any:
    return (await admin.ask("GET", _path(subject.sys_id)))["attributes"].get(name)


_ORDER = (
    Input("line", "Line", "number", "1", required=True),
    Input("quantity", "Quantity", "number", required=True),
    Input("delivery", "Day of the delivery", "date", "2026-03-01", required=True),
)
_ANY_STATUS = tuple(status.value.lower() for step in STEPS.values() for status in step.of)
TAKE_STEP = Act(
    "step",
    "Take a step",
    _take_step,
    (Input("step", "Step of the workflow", "choice", choices=tuple(STEPS)),),
    _ANY_STATUS,
)
"""The one act on an amendment as well."""

CONTRACT_ACTS = (
    TAKE_STEP,
    Act("amend-contract", "Amend", _amend, _AMENDED, ("executed",)),
    Act(
        "expiry",
        "Reset the expiry",
        _reset_expiry,
        (Input("on", "Expiry Date", "date", required=True),),
        ("executed", "expired"),
    ),
    terminate,
    Act("release", "Release an order in SCM", _release, _ORDER, ("executed",), sends_event=False),
    make_confidential,
)
"""The acts on a contract that goes to SCM."""
