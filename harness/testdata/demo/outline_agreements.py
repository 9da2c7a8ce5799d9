"""Outline agreements as buyers keep them: most are right, and it is known which are not, and how."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
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
from harness.testdata.demo.expected_findings import Difference, ExpectedFindings, Outline, Place
from simulator.ecc.system import EccSystem

Row = Mapping[str, str]

ORGANISATIONS = (*sorted(COMPANIES.values()), *SHARED_ORGANISATIONS)

_RUNNING = {"right": 58, "differing": 16, "missing": 12, "double": 7, "elsewhere": 7}
_ENDED = {"closed": 50, "beyond": 50}
"""Of a hundred organisations of contracts that run or have ended, how many have which outline agreements."""

_BUYERS = ("BUYER01", "BUYER02", "BUYER03")


class Kept(NamedTuple):
    """A contract as the systems hold it, with one of its organisations."""

    contract: Row
    organisation: str
    organisations: Sequence[str]
    """All of them."""


class OutlineAgreementMaker:
    """Keep outline agreements for the contracts that the systems hold; what they get wrong is planted."""

    def __init__(self, systems: Mapping[str, EccSystem], planted: ExpectedFindings, made: random.Random) -> None:
        self._systems, self._planted, self._made = systems, planted, made
        self._today = date.fromisoformat(planted.day)
        self._fields = cycle(("LIFNR", "KDATB", "KDATE", "KTWRT", "WAERS", "BUKRS", "INCO1", "INCO2", "ZTERM"))
        self._fates: dict[str, Callable[[Kept], object]] = {
            "right": self._right,
            "differing": self._differing,
            "missing": self._missing,
            "double": self._double,
            "elsewhere": self._elsewhere,
            "closed": self._closed,
            "beyond": self._beyond,
        }

    def keep(self, places: Sequence[Kept], lost: Mapping[str, str], done: Callable[[int], object]) -> None:
        """Keep those of each place; `done` is told how many are done.

        `lost` are the codes whose entries are going to be deleted, each with the system where that happens.
        """
        running = sum(self._runs(one) for one in places)
        fates = {True: self._deck(_RUNNING, running), False: self._deck(_ENDED, len(places) - running)}
        for number, place in enumerate(places, start=1):
            fate = fates[self._runs(place)].pop()
            code = place.contract["ICMAGREEMENTCODE"]
            if code in lost:
                self._without_entry(place, lost[code])
            else:
                self._fates[fate](place)
            done(number)
        for _ in range(max(2, len(places) // 16)):
            self._orphan()

    def home(self, organisation: str) -> str:
        """The system in which an organisation buys."""
        names = list(self._systems)
        return names[ORGANISATIONS.index(organisation) % len(names)]

    def _runs(self, place: Kept) -> bool:
        return place.contract["ICMEXPIRYDATE"] >= self._planted.day

    def _deck(self, shares: Mapping[str, int], number: int) -> list[str]:
        """So many fates in the given shares, shuffled; each of them once, if there are enough."""
        deck = [fate for fate, share in shares.items() for _ in range(max(1, round(number * share / 100)))]
        return sorted(deck[:number] + deck[:1] * (number - len(deck)), key=lambda _: self._made.random())

    def _right(self, place: Kept, **other: str) -> Outline:
        """Create an outline agreement as the contract says, but for what is `other`; it is ready for S/4HANA."""
        one = self._create(place, **other)
        (self._planted.blocked if other else self._planted.ready).append(one)
        return one

    def _differing(self, place: Kept) -> None:
        other = {name: self._other(name, place.contract) for name in (next(self._fields), next(self._fields))}
        if self._made.random() < 0.6:
            other.popitem()
        self._differs(self._right(place, **other), *other)

    def _missing(self, place: Kept) -> None:
        self._planted.missing.append(Place(place.contract["ICMAGREEMENTCODE"], place.organisation))

    def _double(self, place: Kept) -> None:
        self._planted.doubles += [self._right(place), self._right(place)]

    def _elsewhere(self, place: Kept) -> None:
        """One as it should be, and one for an organisation that the contract is not for."""
        self._right(place)
        others = [one for one in ORGANISATIONS if one not in place.organisations]
        self._differs(self._right(place, EKORG=self._made.choice(others)), "EKORG")

    def _closed(self, place: Kept) -> None:
        """Ended with its contract: nothing that a conversion looks at."""
        self._create(place)

    def _beyond(self, place: Kept) -> None:
        until = self._today + timedelta(days=self._made.randrange(0, 400))
        one = self._right(place, KDATE=f"{until:%Y%m%d}")
        self._differs(one, "KDATE")
        self._planted.ended.append(one)

    def _without_entry(self, place: Kept, system: str) -> None:
        one = self._create(place)
        gone = self.home(place.organisation) == system
        (self._planted.blocked if gone else self._planted.ready).append(one)
        if gone:
            self._planted.unknown_codes.append(one)

    def _orphan(self) -> None:
        """One that was there before there was a contract in Icertis; a few of them have ended."""
        made = self._made
        company, organisation = made.choice(sorted(COMPANIES.items()))
        begin = self._today - timedelta(days=made.randrange(500, 1500))
        until = self._today + timedelta(days=made.randrange(-100, 700))
        one = self._enter(
            organisation,
            {
                "LIFNR": f"{made.randrange(100_000, 10**6):010}",
                "BUKRS": company,
                "WAERS": made.choice(CURRENCIES),
                "KDATB": f"{begin:%Y%m%d}",
                "KDATE": f"{until:%Y%m%d}",
                "KTWRT": f"{made.randrange(10_000, 900_000)}.00",
            },
        )
        self._planted.orphans.append(one)
        if until >= self._today:
            self._planted.blocked.append(one)

    def _create(self, place: Kept, **other: str) -> Outline:
        contract = place.contract
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
        if "KTWRT" not in other and self._made.random() < 0.15:
            fields |= {"BSART": "MK", "KTWRT": ""}
        return self._enter(other.get("EKORG", place.organisation), fields | other)

    def _enter(self, organisation: str, fields: Row) -> Outline:
        system = self.home(organisation)
        whole = {"BSART": "WK", "EKGRP": f"{self._made.randrange(1, 30):03}"} | dict(fields) | {"EKORG": organisation}
        saved = self._systems[system].create_outline_agreement(whole, self._made.choice(_BUYERS), self._today)
        if not saved.ebeln:
            raise ValueError(f"{system} refuses an outline agreement of the demonstration: {saved.messages}")
        return Outline(system, saved.ebeln)

    def _differs(self, one: Outline, *fields: str) -> None:
        self._planted.differences += [Difference(*one, name) for name in fields]

    def _other(self, field: str, contract: Row) -> str:
        """A value for a field that is not what the contract has, and no less believable."""
        made = self._made
        if field in ("KDATB", "KDATE"):
            name = "ICMEFFECTIVEDATE" if field == "KDATB" else "ICMEXPIRYDATE"
            return f"{date.fromisoformat(contract[name]) + timedelta(days=made.randrange(1, 60)):%Y%m%d}"
        if field == "KTWRT":
            return f"{float(contract['ICMTOTALCONTRACTVALUE']) * made.choice((0.5, 1.1, 2)) + 0.05:.2f}"
        if field == "LIFNR":
            return f"{made.randrange(10**6, 10**7):010}"
        held, choice = {
            "WAERS": ("ICMCURRENCY", CURRENCIES),
            "BUKRS": ("ICMLEGALENTITYCODE", sorted(COMPANIES)),
            "INCO1": ("ICMINCOTERMSCODE", INCOTERMS_2020),
            "INCO2": ("ICMINCOTERMSLOCATION", LOCATIONS),
            "ZTERM": ("ICMPAYMENTTERMS", PAYMENT_TERMS),
        }[field]
        return made.choice([one for one in choice if one != contract[held]])
