"""Populate a landscape with contracts, through the flow that every event takes."""

import random
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time

from harness.testdata.demo.contracts import ContractHistory
from harness.testdata.demo.expected_findings import EntryDifference, ExpectedFindings
from harness.testdata.demo.outline_agreements import ORGANISATIONS, HeldContract, OutlineAgreementMaker
from simulator.ecc.authorisation import ROLES, User
from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.maintenance import EntryId, Maintenance
from simulator.ecc.system import EccSystem
from simulator.landscape import Landscape

_SUPPORT = User("SUPPORT", ROLES["support"])

Done = Callable[[str, int, int], object]
"""Called with what is being made, the number made so far, and the total."""


def populate(landscape: Landscape, contracts: int, seed: int, today: date, done: Done) -> ExpectedFindings:
    """Populate an empty, entered landscape. The same numbers and day give the same content.

    `contracts` counts those that reach the systems; a few confidential ones are made in addition.
    """
    rng = random.Random(seed)
    history = ContractHistory(landscape.tenant, today, rng)
    history.make(contracts, lambda made: done("Contracts", made, contracts))
    expected = ExpectedFindings(
        f"{today:%Y%m%d}",
        master_codes=history.master_codes,
        masters=history.master_findings,
        confidential=history.confidential,
        histories=dict(history.histories),
    )
    systems = landscape.systems
    maker = OutlineAgreementMaker(systems, expected, rng)
    held, masters = _held_contracts(next(iter(systems.values())), rng)
    running = [one for one in held if one.contract["ICMEXPIRYDATE"] >= expected.day]
    few = max(1, len(running) // 60)
    deleted = {_code(one): maker.home(one.organisation) for one in running[:few]}
    maker.make(held, masters, deleted, lambda made: done("Outline agreements", made, len(held)))
    renamed = [one.contract for one in running[few:] if _code(one) not in deleted][:few]
    _maintain_by_hand(systems, today, expected, deleted, renamed)
    maker.block(expected.entries)
    expected.outline_agreements = {name: len(system.outline_agreements()) for name, system in systems.items()}
    return expected


def _held_contracts(system: EccSystem, rng: random.Random) -> tuple[list[HeldContract], list[HeldContract]]:
    """List the organisations of the contracts that buyers buy under, in random order, and the masters."""
    tables = system.z_mm_icmcontract_read()
    organisations = dict[str, list[str]]()
    for row in tables["ZMM_ICMPURCHORG"]:
        organisations.setdefault(row["SYSID"], []).append(row["PURCHASINGORG"])
    held = [
        HeldContract(row, one, organisations[row["SYSID"]])
        for row in tables["ZMM_ICMCONTRACT"]
        if row["CONTRACTTYPENAME"] in ("SUB", "STA")
        for one in organisations[row["SYSID"]]
    ]
    rng.shuffle(held)
    masters = [
        HeldContract(
            row, (organisations.get(row["SYSID"]) or [ORGANISATIONS[0]])[0], organisations.get(row["SYSID"], [])
        )
        for row in tables["ZMM_ICMCONTRACT"]
        if row["CONTRACTTYPENAME"] == "MAS"
    ]
    return held, masters


def _code(held: HeldContract) -> str:
    return held.contract["ICMAGREEMENTCODE"]


def _maintain_by_hand(
    systems: Mapping[str, EccSystem],
    day: date,
    expected: ExpectedFindings,
    deleted: Mapping[str, str],
    renamed: list[Mapping[str, str]],
) -> None:
    """Change the tables as support would by hand: delete entries in one system, change names in another."""

    def clock() -> datetime:
        return datetime.combine(day, time(12), UTC)

    for code, name in deleted.items():
        _require_success(Maintenance(systems[name], _SUPPORT, clock).delete(EntryId(code)))
        expected.entries.append(EntryDifference(code, "missing", "", name))
    last = list(systems)[-1]
    for contract in {row["ICMAGREEMENTCODE"]: row for row in renamed}.values():
        entry_id = EntryId(contract["ICMAGREEMENTCODE"], contract["SYSID"])
        name = f"{contract['NAME'][:80]} (by hand)"
        _require_success(Maintenance(systems[last], _SUPPORT, clock).change(entry_id, {"NAME": name}))
        expected.entries.append(EntryDifference(contract["ICMAGREEMENTCODE"], "differs", "NAME", last))


def _require_success(messages: list[Bapiret2]) -> None:
    assert [one.TYPE for one in messages] == ["S"], messages
