"""Filling a landscape with a world, through the flow that every event takes."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time

from harness.testdata.demo.contracts import ContractHistory
from harness.testdata.demo.expected_findings import Entry, ExpectedFindings
from harness.testdata.demo.outline_agreements import Kept, OutlineAgreementMaker
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.maintenance import EntryId, Maintenance
from simulator.ecc.system import EccSystem
from simulator.landscape import Landscape

_SUPPORT = User("SUPPORT", ROLES["support"])

Done = Callable[[str, int, int], object]
"""Told what is being made, and how many of how many there are."""


def fill(landscape: Landscape, contracts: int, seed: int, today: date, done: Done) -> ExpectedFindings:
    """Fill an empty landscape that has been entered. The same numbers and day make the same world.

    `contracts` counts those that reach the systems; a few confidential ones come beside, which do not.
    """
    made = random.Random(seed)
    people = ContractHistory(landscape.tenant, today, made)
    people.make(contracts, lambda through: done("Contracts", through, contracts))
    planted = ExpectedFindings(
        f"{today:%Y%m%d}", masters=people.masters, confidential=people.confidential, acts=dict(people.acts)
    )
    systems = landscape.systems
    buyers = OutlineAgreementMaker(systems, planted, made)
    places = _places(next(iter(systems.values())), made)
    running = [one for one in places if one.contract["ICMEXPIRYDATE"] >= planted.day]
    few = max(1, len(running) // 60)
    lost = {one.contract["ICMAGREEMENTCODE"]: buyers.home(one.organisation) for one in running[:few]}
    buyers.keep(places, lost, lambda through: done("Outline agreements", through, len(places)))
    _by_hand(systems, today, planted, lost, [one.contract for one in running[few:] if _code(one) not in lost][:few])
    planted.outline_agreements = {name: len(system.outline_agreements()) for name, system in systems.items()}
    return planted


def _places(system: EccSystem, made: random.Random) -> list[Kept]:
    """The organisations of the contracts that buyers buy under, in any order."""
    tables = system.z_mm_icmcontract_read()
    organisations = dict[str, list[str]]()
    for row in tables["ZMM_ICMPURCHORG"]:
        organisations.setdefault(row["SYSID"], []).append(row["PURCHASINGORG"])
    places = [
        Kept(row, one, organisations[row["SYSID"]])
        for row in tables["ZMM_ICMCONTRACT"]
        if row["CONTRACTTYPENAME"] in ("SUB", "STA")
        for one in organisations[row["SYSID"]]
    ]
    made.shuffle(places)
    return places


def _code(place: Kept) -> str:
    return place.contract["ICMAGREEMENTCODE"]


def _by_hand(
    systems: Mapping[str, EccSystem],
    day: date,
    planted: ExpectedFindings,
    lost: Mapping[str, str],
    renamed: list[Mapping[str, str]],
) -> None:
    """What support did to the tables by hand: entries deleted in one system, names changed in another."""

    def clock() -> datetime:
        return datetime.combine(day, time(12), UTC)

    for code, name in lost.items():
        _done(Maintenance(systems[name], _SUPPORT, clock).delete(EntryId(code)))
        planted.entries.append(Entry(code, "missing", "", name))
    last = list(systems)[-1]
    for contract in {row["ICMAGREEMENTCODE"]: row for row in renamed}.values():
        which = EntryId(contract["ICMAGREEMENTCODE"], contract["SYSID"])
        name = f"{contract['NAME'][:80]} (by hand)"
        _done(Maintenance(systems[last], _SUPPORT, clock).change(which, {"NAME": name}))
        planted.entries.append(Entry(contract["ICMAGREEMENTCODE"], "differs", "NAME", last))


def _done(messages: list[Bapiret2]) -> None:
    assert [one.TYPE for one in messages] == ["S"], messages
