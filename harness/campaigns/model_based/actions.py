"""What can happen, each as a function of a rig, a choice among what there is, and a variant.

Where ICI would not allow an act, or there is nothing to act on, nothing happens.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeAlias, TypeVar

from harness.campaigns.model_based.driver import LandscapeDriver
from harness.campaigns.model_based.faults import BAD_ANSWERS, KILLED_AT
from harness.testdata.agreements import make_attributes, midnight
from simulator.icertis.agreement import MASTER, STANDALONE, SUB, SUPPORTING, Agreement, AgreementStatus

Act: TypeAlias = Callable[[LandscapeDriver, int, int], object]
One = TypeVar("One")

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


def execute(rig: LandscapeDriver, _: int, variant: int) -> None:
    """A new agreement; one in five is confidential from the beginning, one in eight breaks a rule."""
    kind = KINDS[variant % 4]
    terms = {**make_attributes(kind, variant), **ODD_TERMS[variant // 4 % 8], "ICMIsAutoRenewal": True}
    terms["ICMConfidentialContract"] = confidential = variant % 5 == 4
    agreement = rig.tenant.draft(kind, terms)
    if not confidential:
        rig.ever_open.add(agreement.sys_id)
    rig.agreements.append(agreement)
    rig.tenant.execute(agreement)


def draft_amendment(rig: LandscapeDriver, choice: int, variant: int) -> None:
    if agreement := _executed(rig, choice):
        changes = {"ICMTotalContractValue": 5000.5 + variant, "ICMExpiryDate": _day(variant)}
        if variant % 3 == 0:
            changes |= ODD_TERMS[variant % 8]
        rig.amendments.append(rig.tenant.draft_amendment(agreement, changes))


def execute_amendment(rig: LandscapeDriver, choice: int, _: int) -> None:
    if rig.amendments:
        rig.tenant.execute(rig.amendments.pop(choice % len(rig.amendments)))


def renew(rig: LandscapeDriver, choice: int, variant: int) -> None:
    if agreement := _executed(rig, choice):
        rig.tenant.renew(agreement, _day(variant))


def terminate(rig: LandscapeDriver, choice: int, variant: int) -> None:
    if agreement := _executed(rig, choice):
        rig.tenant.terminate(agreement, _day(variant), with_notice=variant % 2 == 0)


def update(rig: LandscapeDriver, choice: int, variant: int) -> None:
    changes: tuple[dict[str, object], ...] = (
        {"Name": f"Another name {variant}"},
        {"ICMPurchasingOrgCode": f"FR10,DE{variant % 100:02}"},
        {"ICMPrimaryOwnerName": f"Owner {variant}", "ICMOrgTeam": "Energy"},
    )
    if agreement := _one(rig.agreements, choice):
        rig.tenant.update(agreement, changes[variant % 3])


def associate(rig: LandscapeDriver, choice: int, variant: int) -> None:
    """Associate, or take the association away; now and then there are two."""
    masters = [one for one in rig.agreements if one.kind == MASTER]
    others = [one for one in rig.agreements if one.kind in (SUB, SUPPORTING)]
    agreement, master = _one(others, choice), _one(masters, variant)
    if agreement and master:
        if agreement.masters and variant % 5:
            rig.tenant.dissociate(agreement, agreement.masters[0])
        else:
            rig.tenant.associate(agreement, master)


def change_confidentiality(rig: LandscapeDriver, choice: int, variant: int) -> None:
    if agreement := _one(rig.agreements, choice):
        confidential = variant % 3 != 0
        if not confidential:
            rig.ever_open.add(agreement.sys_id)
        rig.tenant.update(agreement, {"ICMConfidentialContract": confidential})


def arrive(rig: LandscapeDriver, choice: int, _: int) -> None:
    """One of the events on their way comes in, whichever."""
    if rig.on_the_way:
        rig.let_in(rig.on_the_way.pop(choice % len(rig.on_the_way)))


def all_arrive(rig: LandscapeDriver, _: int, __: int) -> None:
    while rig.on_the_way:
        rig.let_in(rig.on_the_way.pop(0))


def send_again(rig: LandscapeDriver, choice: int, variant: int) -> None:
    """An event that has been sent is sent once more."""
    if event := _one(rig.emitted[-20:], choice + variant):
        rig.on_the_way.append(event)


def ici_fails(rig: LandscapeDriver, choice: int, variant: int) -> None:
    rig.faults.bend(list(BAD_ANSWERS)[variant % 4], 1 + choice % 12)


def system_goes_down(rig: LandscapeDriver, choice: int, _: int) -> None:
    rig.faults.down.add(_system(rig, choice))


def system_comes_up(rig: LandscapeDriver, choice: int, _: int) -> None:
    rig.faults.down.discard(_system(rig, choice))


def worker_is_killed(rig: LandscapeDriver, choice: int, _: int) -> None:
    """At the next time that it comes to one of these points."""
    rig.faults.kill_at = KILLED_AT[choice % 4]


def restart(rig: LandscapeDriver, _: int, __: int) -> None:
    rig.restart()


def time_moves(rig: LandscapeDriver, choice: int, _: int) -> None:
    rig.move(timedelta(seconds=(1, 31, 61, 200, 1000)[choice % 5]))


def administrator_retries(rig: LandscapeDriver, _: int, __: int) -> None:
    rig.retry_failed()


IN_ICI: dict[str, Act] = {
    act.__name__: act
    for act in (
        execute, draft_amendment, execute_amendment, renew, terminate, update, associate, change_confidentiality
    )
}  # fmt: skip
ON_THE_WAY: dict[str, Act] = {act.__name__: act for act in (arrive, all_arrive, send_again, time_moves)}
FAULTS: dict[str, Act] = {
    act.__name__: act
    for act in (ici_fails, system_goes_down, system_comes_up, worker_is_killed, restart, administrator_retries)
}


def _executed(rig: LandscapeDriver, choice: int) -> Agreement | None:
    return _one([one for one in rig.agreements if one.status is AgreementStatus.EXECUTED], choice)


def _one(them: list[One], choice: int) -> One | None:
    return them[choice % len(them)] if them else None


def _system(rig: LandscapeDriver, choice: int) -> str:
    return list(rig.settings.systems)[choice % len(rig.settings.systems)]


def _day(variant: int) -> str:
    return midnight(date(2027, 1, 1) + timedelta(days=variant))
