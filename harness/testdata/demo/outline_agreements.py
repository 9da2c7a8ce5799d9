"""Make outline agreements as buyers keep them: most are right, and the errors of the others are known."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from typing import NamedTuple

from harness.testdata.agreements import (
    COMPANIES,
    CURRENCIES,
    INCOTERMS_2020,
    LOCATIONS,
    PAYMENT_TERMS,
    SHARED_ORGANISATIONS,
)
from harness.testdata.demo.expected_findings import (
    ContractOrganisation,
    EntryDifference,
    ExpectedFindings,
    Outline,
    OutlineDifference,
)
from simulator.ecc.authorisation import CREATE_CONTRACT
from simulator.ecc.change_log import ChangeStamp
from simulator.ecc.system import EccSystem

ORGANISATIONS = (*sorted(COMPANIES.values()), *SHARED_ORGANISATIONS)

_RUNNING = {"right": 58, "differing": 16, "missing": 12, "duplicate": 7, "elsewhere": 7}
_ENDED = {"closed": 50, "beyond": 50}
"""Of a hundred organisations of running or ended contracts, the number with each kind of outline agreements."""

_OF_A_MASTER = 8
"""One of so many running masters has its code on an outline agreement."""

_BUYERS = ("BUYER01", "BUYER02", "BUYER03")


class HeldContract(NamedTuple):
    """A contract as the systems hold it, with one of its organisations."""

    contract: Mapping[str, str]
    organisation: str
    organisations: Sequence[str]
    """All organisations of the contract."""


class OutlineAgreementMaker:
    """Create outline agreements for the contracts that the systems hold, and note the errors planted in them."""

    def __init__(self, systems: Mapping[str, EccSystem], expected: ExpectedFindings, rng: random.Random) -> None:
        self._systems, self._expected, self._rng = systems, expected, rng
        self._today = date.fromisoformat(expected.day)
        self._fields = cycle(("LIFNR", "KDATB", "KDATE", "KTWRT", "WAERS", "BUKRS", "INCO1", "INCO2", "ZTERM"))
        self._codes = dict[Outline, str]()
        self._elsewheres = defaultdict[str, set[str]](set)
        self._makers: dict[str, Callable[[HeldContract], object]] = {
            "right": self._right,
            "differing": self._differing,
            "missing": self._missing,
            "duplicate": self._duplicate,
            "elsewhere": self._elsewhere,
            "closed": self._closed,
            "beyond": self._beyond,
        }

    def make(
        self,
        contracts: Sequence[HeldContract],
        masters: Sequence[HeldContract],
        deleted: Mapping[str, str],
        done: Callable[[int], object],
    ) -> None:
        """Make those for each organisation of a contract; `done` gets the number done so far.

        A few have the code of a running master. `deleted` maps the code of each entry that is going to be deleted to
        the system where that happens.
        """
        running = sum(map(self._is_running, contracts))
        kinds = {True: self._shuffled(_RUNNING, running), False: self._shuffled(_ENDED, len(contracts) - running)}
        for number, held in enumerate(contracts, start=1):
            kind = kinds[self._is_running(held)].pop()
            code = held.contract["ICMAGREEMENTCODE"]
            if code in deleted:
                self._without_entry(held, deleted[code])
            else:
                self._makers[kind](held)
            done(number)
        for _ in range(max(2, len(contracts) // 16)):
            self._orphan()
        for held in [one for one in masters if self._is_running(one)][::_OF_A_MASTER]:
            self._expected.wrong_types.append(self._right(held, EKORG=held.organisation))

    def block(self, entries: Sequence[EntryDifference]) -> None:
        """Expect nothing to be ready whose contract the systems do not hold alike."""
        codes = {one.ICMAGREEMENTCODE for one in entries}
        blocked = [one for one in self._expected.ready if self._codes[one] in codes]
        self._expected.blocked += blocked
        self._expected.ready = [one for one in self._expected.ready if self._codes[one] not in codes]

    def home(self, organisation: str) -> str:
        """Name the system in which an organisation buys."""
        names = list(self._systems)
        return names[ORGANISATIONS.index(organisation) % len(names)]

    def _is_running(self, held: HeldContract) -> bool:
        return held.contract["ICMEXPIRYDATE"] >= self._expected.day

    def _shuffled(self, shares: Mapping[str, int], number: int) -> list[str]:
        """Shuffle so many kinds in the given shares, each at least once if there are enough."""
        kinds = [kind for kind, share in shares.items() for _ in range(max(1, round(number * share / 100)))]
        return sorted(kinds[:number] + kinds[:1] * (number - len(kinds)), key=lambda _: self._rng.random())

    def _right(self, held: HeldContract, **other: str) -> Outline:
        """Create one as the contract says, except for `other` fields; only without those is it ready for S/4HANA."""
        one = self._create(held, **other)
        (self._expected.blocked if other else self._expected.ready).append(one)
        return one

    def _differing(self, held: HeldContract) -> None:
        other = {name: self._other(name, held.contract) for name in (next(self._fields), next(self._fields))}
        if self._rng.random() < 0.6:
            other.popitem()
        self._note_differences(self._right(held, **other), *other)

    def _missing(self, held: HeldContract) -> None:
        self._expected.missing.append(ContractOrganisation(held.contract["ICMAGREEMENTCODE"], held.organisation))

    def _duplicate(self, held: HeldContract) -> None:
        twins = [self._create(held), self._create(held)]
        self._expected.duplicates += twins
        self._expected.blocked += twins

    def _elsewhere(self, held: HeldContract) -> None:
        """Create a correct one, and one for an organisation that the contract does not name."""
        self._right(held)
        taken = self._elsewheres[held.contract["ICMAGREEMENTCODE"]]  # two in one organisation would be duplicates
        others = [one for one in ORGANISATIONS if one not in held.organisations and one not in taken]
        if others:
            other = self._rng.choice(others)
            taken.add(other)
            self._note_differences(self._right(held, EKORG=other), "EKORG")

    def _closed(self, held: HeldContract) -> None:
        """Create one that ended with its contract; a conversion ignores it."""
        self._create(held)

    def _beyond(self, held: HeldContract) -> None:
        until = self._today + timedelta(days=self._rng.randrange(0, 400))
        one = self._right(held, KDATE=f"{until:%Y%m%d}")
        self._note_differences(one, "KDATE")
        self._expected.ended.append(one)

    def _without_entry(self, held: HeldContract, system: str) -> None:
        one = self._create(held)
        is_unknown = self.home(held.organisation) == system
        (self._expected.blocked if is_unknown else self._expected.ready).append(one)
        if is_unknown:
            self._expected.unknown_codes.append(one)

    def _orphan(self) -> None:
        """Create one without a contract in Icertis; a few of them have ended."""
        rng = self._rng
        company, organisation = rng.choice(sorted(COMPANIES.items()))
        begin = self._today - timedelta(days=rng.randrange(500, 1500))
        until = self._today + timedelta(days=rng.randrange(-100, 700))
        one = self._enter(
            organisation,
            {
                "LIFNR": f"{rng.randrange(100_000, 10**6):010}",
                "BUKRS": company,
                "WAERS": rng.choice(CURRENCIES),
                "KDATB": f"{begin:%Y%m%d}",
                "KDATE": f"{until:%Y%m%d}",
                "KTWRT": f"{rng.randrange(10_000, 900_000)}.00",
            },
        )
        if until >= self._today:
            self._expected.orphans.append(one)
            self._expected.blocked.append(one)

    def _create(self, held: HeldContract, **other: str) -> Outline:
        contract = held.contract
        fields = {
            "LIFNR": contract["ICMAPPSRCSUPPLIERID"],
            "BUKRS": contract["ICMLEGALENTITYCODE"],
            "WAERS": contract["ICMCURRENCY"],
            "KDATB": contract["ICMEFFECTIVEDATE"],
            "KDATE": contract["ICMEXPIRYDATE"],
            "KTWRT": contract["ICMTOTALCONTRACTVALUE"],
            "ZTERM": contract["ICMPAYMENTTERMS"],
            "INCO1": contract["ICMINCOTERMSCODE"],
            "INCO2": contract["ICMINCOTERMSLOCATION"],
            "ZZICMAGREEMENT": contract["ICMAGREEMENTCODE"],
        }
        if "KTWRT" not in other and self._rng.random() < 0.15:
            fields |= {"BSART": "MK", "KTWRT": ""}
        one = self._enter(other.get("EKORG", held.organisation), fields | other)
        self._codes[one] = contract["ICMAGREEMENTCODE"]
        return one

    def _enter(self, organisation: str, fields: Mapping[str, str]) -> Outline:
        system = self.home(organisation)
        complete = {"BSART": "WK", "EKGRP": f"{self._rng.randrange(1, 30):03}"} | dict(fields) | {"EKORG": organisation}
        stamp = ChangeStamp(self._rng.choice(_BUYERS), datetime.combine(self._today, time(), UTC), CREATE_CONTRACT)
        saved = self._systems[system].create_outline_agreement(complete, stamp)
        if not saved.ebeln:
            raise ValueError(f"{system} refuses an outline agreement of the demo: {saved.messages}")
        return Outline(system, saved.ebeln)

    def _note_differences(self, one: Outline, *fields: str) -> None:
        self._expected.differences += [OutlineDifference(*one, name) for name in fields]

    def _other(self, field: str, contract: Mapping[str, str]) -> str:
        """Choose a believable value for a field that differs from that of the contract."""
        rng = self._rng
        if field in ("KDATB", "KDATE"):
            name = "ICMEFFECTIVEDATE" if field == "KDATB" else "ICMEXPIRYDATE"
            return f"{date.fromisoformat(contract[name]) + timedelta(days=rng.randrange(1, 60)):%Y%m%d}"
        if field == "KTWRT":
            return f"{float(contract['ICMTOTALCONTRACTVALUE']) * rng.choice((0.5, 1.1, 2)) + 0.05:.2f}"
        if field == "LIFNR":
            return f"{rng.randrange(10**6, 10**7):010}"
        source, choices = {
            "WAERS": ("ICMCURRENCY", CURRENCIES),
            "BUKRS": ("ICMLEGALENTITYCODE", sorted(COMPANIES)),
            "INCO1": ("ICMINCOTERMSCODE", INCOTERMS_2020),
            "INCO2": ("ICMINCOTERMSLOCATION", LOCATIONS),
            "ZTERM": ("ICMPAYMENTTERMS", PAYMENT_TERMS),
        }[field]
        return rng.choice([one for one in choices if one != contract[source]])
