"""The actions and faults of a model-based run: functions of a driver, a choice among its objects, and a variant.

An action does nothing if ICI would not allow it, or if there is nothing to act on.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeAlias, TypeVar

from harness.campaigns.model_based.driver import LandscapeDriver
from harness.campaigns.model_based.faults import BAD_ANSWERS, KILL_POINTS
from harness.testdata.agreements import make_attributes, midnight
from simulator.icertis.agreement import MASTER, STANDALONE, SUB, SUPPORTING, Agreement, AgreementStatus

DriverAction: TypeAlias = Callable[[LandscapeDriver, int, int], object]
T = TypeVar("T")

KINDS = (SUB, MASTER, STANDALONE, SUPPORTING)

ODD_TERMS: tuple[Mapping[str, object], ...] = (
    {},
    {"Name": "Solvents, " * 12},
    {"ICMTotalContractValue": 1234.565},
    {"ICMExpiryDate": ""},
    {"ICMPurchasingOrgCode": " FR10, fr10 ,, DE10"},
    {"ICMPurchasingOrgCode": ""},
    {"ICMIncotermsCode": "DAPX"},
    {"ICMPurchasingOrgCode": "FR10,TOOLONG"},
)


def execute(driver: LandscapeDriver, _: int, variant: int) -> None:
    """Execute a new agreement; one in five is confidential from the start, one in eight breaks a rule."""
    kind = KINDS[variant % 4]
    terms = {**make_attributes(kind, variant), **ODD_TERMS[variant // 4 % 8], "ICMIsAutoRenewal": True}
    terms["ICMConfidentialContract"] = confidential = variant % 5 == 4
    agreement = driver.tenant.draft(kind, terms)
    if not confidential:
        driver.ever_public.add(agreement.sys_id)
    driver.agreements.append(agreement)
    driver.tenant.execute(agreement)


def draft_amendment(driver: LandscapeDriver, choice: int, variant: int) -> None:
    if agreement := _executed(driver, choice):
        changes = {"ICMTotalContractValue": 5000.5 + variant, "ICMExpiryDate": _day(variant)}
        if variant % 3 == 0:
            changes |= ODD_TERMS[variant % 8]
        driver.amendments.append(driver.tenant.draft_amendment(agreement, changes))


def execute_amendment(driver: LandscapeDriver, choice: int, _: int) -> None:
    if driver.amendments:
        driver.tenant.execute(driver.amendments.pop(choice % len(driver.amendments)))


def renew(driver: LandscapeDriver, choice: int, variant: int) -> None:
    """Let the renewal date of an agreement be today; one without an expiry date is not renewed."""
    if agreement := _executed(driver, choice):
        renewal = {"ICMRenewalDate": midnight(driver.time), "ICMRenewalTermMonths": 1 + variant % 36}
        driver.tenant.set_attributes(agreement, renewal)
        driver.tenant.renew_due()


def terminate(driver: LandscapeDriver, choice: int, variant: int) -> None:
    if agreement := _executed(driver, choice):
        driver.tenant.terminate(agreement, _day(variant), with_notice=variant % 2 == 0)


def update(driver: LandscapeDriver, choice: int, variant: int) -> None:
    changes: tuple[dict[str, object], ...] = (
        {"Name": f"Another name {variant}"},
        {"ICMPurchasingOrgCode": f"FR10,DE{variant % 100:02}"},
        {"ICMPrimaryOwnerName": f"Owner {variant}", "ICMOrgTeam": "Energy"},
    )
    if agreement := _choose(driver.agreements, choice):
        driver.tenant.update(agreement, changes[variant % 3])


def associate(driver: LandscapeDriver, choice: int, variant: int) -> None:
    """Associate or dissociate; now and then associate a second master."""
    masters = [one for one in driver.agreements if one.kind == MASTER]
    others = [one for one in driver.agreements if one.kind in (SUB, SUPPORTING)]
    agreement, master = _choose(others, choice), _choose(masters, variant)
    if agreement and master:
        if agreement.masters and variant % 5:
            driver.tenant.dissociate(agreement, agreement.masters[0])
        else:
            driver.tenant.associate(agreement, master)


def change_confidentiality(driver: LandscapeDriver, choice: int, variant: int) -> None:
    if agreement := _choose(driver.agreements, choice):
        confidential = variant % 3 != 0
        if not confidential:
            driver.ever_public.add(agreement.sys_id)
        driver.tenant.update(agreement, {"ICMConfidentialContract": confidential})


def blur_confidentiality(driver: LandscapeDriver, choice: int, variant: int) -> None:
    """Let ICI answer a flag that is neither true nor false, with an event of the agreement or without."""
    if agreement := _choose(driver.agreements, choice):
        unclear = {"ICMConfidentialContract": ("Y", "", None)[variant % 3]}
        if variant % 2:
            driver.tenant.update(agreement, unclear)
        else:
            driver.tenant.set_attributes(agreement, unclear)


def arrive(driver: LandscapeDriver, choice: int, _: int) -> None:
    """Deliver one of the events in transit."""
    if driver.in_transit:
        driver.deliver(driver.in_transit.pop(choice % len(driver.in_transit)))


def all_arrive(driver: LandscapeDriver, _: int, __: int) -> None:
    while driver.in_transit:
        driver.deliver(driver.in_transit.pop(0))


def send_again(driver: LandscapeDriver, choice: int, variant: int) -> None:
    """Send an earlier event again; one time in two under another id, as an event of its own."""
    if event := _choose(driver.emitted[-20:], choice + variant):
        driver.in_transit.append(event if variant % 2 else {**event, "id": f"{event['id']} {variant}"})


def ici_fails(driver: LandscapeDriver, choice: int, variant: int) -> None:
    driver.faults.answer_next_calls(list(BAD_ANSWERS)[variant % 5], 1 + choice % 12)


def system_goes_down(driver: LandscapeDriver, choice: int, _: int) -> None:
    driver.faults.down.add(_system(driver, choice))


def system_hangs(driver: LandscapeDriver, choice: int, variant: int) -> None:
    """Let a system accept calls and never answer; one time in two it takes the message nevertheless."""
    driver.faults.hanging[_system(driver, choice)] = variant % 2 == 0


def systems_answer_again(driver: LandscapeDriver, _: int, __: int) -> None:
    driver.faults.down.clear()
    driver.faults.hanging.clear()


def worker_is_killed(driver: LandscapeDriver, choice: int, _: int) -> None:
    """Kill the worker when it next reaches one of the kill points."""
    driver.faults.kill_at = KILL_POINTS[choice % 4]


def restart(driver: LandscapeDriver, _: int, __: int) -> None:
    driver.restart()


def icertis_restarts(driver: LandscapeDriver, _: int, __: int) -> None:
    driver.restart_icertis()


def time_moves(driver: LandscapeDriver, choice: int, _: int) -> None:
    driver.advance(timedelta(seconds=(1, 31, 61, 200, 1000)[choice % 5]))


def administrator_retries(driver: LandscapeDriver, _: int, __: int) -> None:
    driver.retry_failed()


IN_ICI: dict[str, DriverAction] = {
    action.__name__: action
    for action in (
        execute, draft_amendment, execute_amendment, renew, terminate, update, associate, change_confidentiality,
        blur_confidentiality,
    )
}  # fmt: skip
IN_TRANSIT: dict[str, DriverAction] = {
    action.__name__: action for action in (arrive, all_arrive, send_again, time_moves)
}
FAULTS: dict[str, DriverAction] = {
    action.__name__: action
    for action in (
        ici_fails,
        system_goes_down,
        system_hangs,
        systems_answer_again,
        worker_is_killed,
        restart,
        icertis_restarts,
        administrator_retries,
    )
}


def _executed(driver: LandscapeDriver, choice: int) -> Agreement | None:
    return _choose([one for one in driver.agreements if one.status is AgreementStatus.EXECUTED], choice)


def _choose(items: list[T], choice: int) -> T | None:
    return items[choice % len(items)] if items else None


def _system(driver: LandscapeDriver, choice: int) -> str:
    return list(driver.settings.systems)[choice % len(driver.settings.systems)]


def _day(variant: int) -> str:
    return midnight(date(2027, 1, 1) + timedelta(days=variant))
