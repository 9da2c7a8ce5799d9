"""The actions and faults of a run on SCM: functions of a driver, a choice among its objects, and a variant."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeAlias, TypeVar

from harness.campaigns.model_based.scm_driver import AGREEMENTS, CONTRACTS, KILL_POINTS, LINES, ScmDriver
from harness.campaigns.model_based.scm_model import NO_DATE
from harness.doubles.scm_faults import FAULTS as BAD_ANSWERS
from harness.testdata.scm_master_data import CONTRACT_TERMS
from simulator.icertis.agreement import NDA, PROCUREMENT, Agreement
from simulator.icertis.agreement import AgreementStatus as Status
from simulator.icertis.workflow import EXECUTION, STEPS
from simulator.scm.framework import RefusedError

ScmAction: TypeAlias = Callable[[ScmDriver, int, int], object]
Chosen = TypeVar("Chosen")

ODD_TERMS: tuple[Mapping[str, object], ...] = (
    {},
    {"ICMExpiryDate": ""},
    {"ICMExpiryDate": "2025-12-31T00:00:00"},
    {"ICMAppSrcSupplierID": "1002"},
    {"ICMAppSrcSupplierID": "9999"},
    {"ICMExpiryDate": "2026-03-31T00:00:00"},
)
_BY_QUANTITY = {"ICMCommitmentType": "ProductQuantity", "ICMItemNumber": "D0001", "ICMUnit": "ea", "ICMPrice": 2.5}
_BY_VALUE = {"ICMCommitmentType": "ProductRootCategory"}


def items(variant: int) -> list[dict[str, object]]:
    """Make up the line items of a contract: none, one, or two, and now and then one of an unknown product."""
    quantity = {"ICMLineId": "1", **_BY_QUANTITY, "ICMCommittedQuantity": 100 + variant}
    value = {"ICMLineId": "2", **_BY_VALUE, "ICMCommittedAmount": 5000.5 + variant}
    unknown = {"ICMLineId": "3", **_BY_QUANTITY, "ICMItemNumber": "X9999", "ICMCommittedQuantity": 1}
    fewer = {**quantity, "ICMCommittedQuantity": 10}
    return ([quantity], [quantity, value], [value], [fewer, value], [quantity, unknown], [])[variant % 6]


def draft(driver: ScmDriver, choice: int, variant: int) -> None:
    """Draft a contract, and execute two in three; one in four is an NDA, one in five confidential from the start."""
    number = len(driver.contracts) + 1
    kind = NDA if variant % 4 == 3 else PROCUREMENT
    terms = {
        **CONTRACT_TERMS,
        **ODD_TERMS[variant // 2 % 6 if variant % 3 == 0 else 0],
        "Name": f"Contract {number:04}-0001.",
    }
    terms["ICMConfidentialContract"] = variant % 5 == 4
    sys_id = f"5c000000-0000-4000-8000-{number:012}"
    lines = items(variant) if kind is PROCUREMENT else []
    driver.act(lambda: driver.keep(driver.workflow.draft(kind, terms, lines, code=f"PPC{number:04}", sys_id=sys_id)))
    if choice % 3:
        _go_on(driver, driver.contracts[-1], EXECUTION)


def execute(driver: ScmDriver, choice: int, variant: int) -> None:
    """Take a contract or an amendment as far as it goes on its way to the execution, or some steps of it."""
    if one := _choose([one for one in _all(driver) if one.status in _BEFORE], choice):
        _go_on(driver, one, EXECUTION[: 1 + variant % 7 if variant % 2 else None])


def take_another_step(driver: ScmDriver, choice: int, variant: int) -> None:
    others = ("put on hold", "released from hold", "expired", "rejected", "cancelled")[: 5 if variant % 4 == 0 else 3]
    possible = [(one, words) for words in others for one in _all(driver) if one.status in STEPS[words].of]
    if (found := _choose(possible, choice * 7 + variant)) is not None:
        driver.act(lambda: driver.workflow.take(*found))


def change_terms(driver: ScmDriver, choice: int, variant: int) -> None:
    """Change the terms of what is not approved yet."""
    if one := _choose([one for one in _all(driver) if one.status in _BEFORE], choice):
        changes = {"Name": _new_name(one), **ODD_TERMS[variant % 6]}
        if variant % 2 and one.kind.name.startswith(PROCUREMENT.name):
            changes["ICMLineItems"] = items(variant)
        driver.act(lambda: driver.workflow.change_terms(one, changes))


def amend(driver: ScmDriver, choice: int, variant: int) -> None:
    """Draft an amendment, and execute every other one; one in six is confidential, while its contract is open."""
    if parent := _choose([one for one in driver.contracts if one.status is Status.EXECUTED], choice):
        number = len(driver.amendments) + 1
        changes = {"Name": f"Amendment {number:04}-0001.", **ODD_TERMS[variant % 6 if variant % 4 == 0 else 0]}
        if variant % 6 == 5:
            changes["ICMConfidentialContract"] = True
        if variant % 3 and parent.kind is PROCUREMENT:
            changes["ICMLineItems"] = items(variant // 3)
        sys_id = f"5cad0000-0000-4000-8000-{number:012}"

        def begin() -> None:
            driver.keep(driver.workflow.draft_amendment(parent, changes, code=f"AMD{number:04}", sys_id=sys_id))

        if driver.act(begin) and choice % 2:
            _go_on(driver, driver.amendments[-1], EXECUTION)


def reset_expiry(driver: ScmDriver, choice: int, variant: int) -> None:
    if one := _choose([one for one in driver.contracts if one.status in (Status.EXECUTED, Status.EXPIRED)], choice):
        driver.act(lambda: driver.workflow.reset_expiry(one, _day(variant)))


def terminate(driver: ScmDriver, choice: int, variant: int) -> None:
    """Terminate a contract, if there are others: what is over tells little."""
    executed = [one for one in driver.contracts if one.status is Status.EXECUTED]
    if len(executed) > 1 and (one := _choose(executed, choice)):
        driver.act(lambda: driver.tenant.terminate(one, _day(variant), with_notice=variant % 2 == 0))


def rename(driver: ScmDriver, choice: int, _: int) -> None:
    if one := _choose([one for one in driver.contracts if one.status is Status.EXECUTED], choice):
        driver.act(lambda: driver.tenant.update(one, {"Name": _new_name(one)}))


def change_confidentiality(driver: ScmDriver, choice: int, variant: int) -> None:
    """Set the flag, now and then to what is neither true nor false, with an event of the contract or without."""
    if one := _choose(_all(driver), choice):
        flag: object = (True, False, False, True, None, "")[variant % 6]
        changes = {"ICMConfidentialContract": flag}
        if variant % 2:
            driver.act(lambda: driver.tenant.update(one, changes))
        else:
            driver.act(lambda: driver.tenant.set_attributes(one, changes))


def release(driver: ScmDriver, choice: int, variant: int) -> None:
    """Order from a line."""
    lines = [line for line in driver.system.rows(LINES) if line["ExternalContractLineId"]]
    if line := _choose(lines, choice):
        delivery = date(2026, 2, 1) + timedelta(days=30 * (variant % 20))
        driver.release(str(line["PurchaseAgreementId"]), line, Decimal(1 + variant), delivery)


def change_as_user(driver: ScmDriver, choice: int, variant: int) -> None:
    """Change a vendor reference, as users of SCM may."""
    if row := _choose(driver.system.rows(AGREEMENTS), choice):
        number, text = str(row["PurchaseAgreementId"]), f"Your quote {variant}"
        driver.system.change_as_user(AGREEMENTS, _key(row, "PurchaseAgreementId"), {"VendorReference": text})
        driver.references[number] = text


def change_by_program(driver: ScmDriver, choice: int, variant: int) -> None:
    """Let another program change in SCM what ICI owns."""
    collection, key, name, value = (
        (AGREEMENTS, "PurchaseAgreementId", "AgreementStatus", "Closed"),
        (AGREEMENTS, "PurchaseAgreementId", "AgreementStatus", "OnHold"),
        (AGREEMENTS, "PurchaseAgreementId", "DocumentTitle", "Another title"),
        (CONTRACTS, "ContractId", "ContractStatus", "Expired"),
        (CONTRACTS, "ContractId", "ContractName", "Another name"),
    )[variant % 5]
    if row := _choose(driver.system.rows(collection), choice):
        driver.foreign.add(value)
        driver.system.change_by_program(collection, _key(row, key), {name: value})


def begin_from_agreement(driver: ScmDriver, choice: int, variant: int) -> None:
    """Let a user of SCM begin a contract from an agreement that SCM owns (S11a)."""
    if choice % 3:
        return
    number = f"PA-{len(driver.contracts) + 1:04}"
    row = {"dataAreaId": "usmf", "PurchaseAgreementId": number, "AgreementVendorAccountNumber": "1001"}
    row |= {"PurchaseAgreementClassificationName": "General purchases", "VendorReference": "by hand"}
    try:
        driver.system.fill(AGREEMENTS, row)
    except RefusedError:
        return
    driver.references[number] = "by hand"
    driver.foreign |= {"", NO_DATE}
    drafted = len(driver.contracts) + 1
    terms = {**CONTRACT_TERMS, "Name": f"Contract {drafted:04}-0001.", "ICMSCMPurchaseAgreement": number}
    sys_id = f"5c000000-0000-4000-8000-{drafted:012}"
    kind, code = PROCUREMENT, f"PPC{drafted:04}"
    driver.act(lambda: driver.keep(driver.workflow.draft(kind, terms, items(variant), code=code, sys_id=sys_id)))


def side_fails(driver: ScmDriver, choice: int, variant: int) -> None:
    """Let some of the next calls of a side fail."""
    words = list(BAD_ANSWERS)[variant % len(BAD_ANSWERS)]
    side = "ICI" if variant % 3 == 0 and not words.startswith("41") else "SCM"
    driver.faults.answer_next_calls(side, words, after=choice % 7, calls=1 + variant % 4)


def scm_goes_down(driver: ScmDriver, _: int, __: int) -> None:
    driver.system.is_up = False


def scm_is_up_again(driver: ScmDriver, _: int, __: int) -> None:
    driver.system.is_up = True


def scm_loses_everything(driver: ScmDriver, _: int, __: int) -> None:
    driver.lose_everything()


def connector_is_killed(driver: ScmDriver, choice: int, _: int) -> None:
    """Kill the connector when it next reaches one of the kill points."""
    driver.faults.kill_at = KILL_POINTS[choice % 4]


def restart(driver: ScmDriver, _: int, __: int) -> None:
    driver.restart()


def network_goes_down(driver: ScmDriver, _: int, __: int) -> None:
    """Keep all events in transit."""
    driver.network_is_down = True


def network_is_up_again(driver: ScmDriver, _: int, __: int) -> None:
    driver.network_is_down = False
    driver.deliver()


def send_again(driver: ScmDriver, choice: int, variant: int) -> None:
    """Send an earlier event again; one time in two under another id, as an event of its own."""
    if event := _choose(driver.arrived[-10:], choice):
        driver.in_transit.append(event if variant % 2 else {**event, "id": f"{event['id']} {variant}"})
        driver.deliver()


def time_moves(driver: ScmDriver, choice: int, _: int) -> None:
    driver.advance(timedelta(seconds=(1, 31, 61, 200, 1000)[choice % 5]))


def align(driver: ScmDriver, _: int, __: int) -> None:
    driver.align()


def administrator_retries(driver: ScmDriver, _: int, __: int) -> None:
    driver.retry_failed()


def _named(*actions: ScmAction) -> dict[str, ScmAction]:
    return {action.__name__: action for action in actions}


IN_ICI = _named(
    draft, execute, take_another_step, change_terms, amend, reset_expiry, terminate, rename, change_confidentiality
)
IN_SCM = _named(release, change_as_user, change_by_program, begin_from_agreement)
FAULTS = _named(
    side_fails, scm_goes_down, scm_is_up_again, scm_loses_everything, connector_is_killed, restart, network_goes_down,
    network_is_up_again, send_again, time_moves, align, administrator_retries,
)  # fmt: skip

_BEFORE = (
    Status.DRAFT, Status.WAITING_FOR_REVIEW, Status.REVIEWED, Status.WAITING_FOR_APPROVAL, Status.REJECTED,
    Status.APPROVED, Status.WAITING_FOR_EXTERNAL_SIGNATURES, Status.WAITING_FOR_INTERNAL_SIGNATURES,
)  # fmt: skip


def _go_on(driver: ScmDriver, one: Agreement, steps: Sequence[str]) -> None:
    """Take those of the steps that its status allows."""
    for words in steps:
        if one.status in STEPS[words].of:
            driver.act(lambda words=words: driver.workflow.take(one, words))  # type: ignore[misc]


def _all(driver: ScmDriver) -> list[Agreement]:
    return [*driver.contracts, *driver.amendments]


def _choose(among: Sequence[Chosen], choice: int) -> Chosen | None:
    return among[choice % len(among)] if among else None


def _key(row: Mapping[str, str | float | int], name: str) -> dict[str, str | float | int]:
    return {"dataAreaId": row["dataAreaId"], name: row[name]}


def _new_name(one: Agreement) -> str:
    head, _, number = str(one.attributes["Name"]).removesuffix(".").rpartition("-")
    return f"{head}-{int(number) + 1:04}."


def _day(variant: int) -> str:
    return f"{date(2026, 3, 1) + timedelta(days=30 * variant)}T00:00:00"
