"""Contracts with a life: drawn up, executed, amended, renewed, terminated, updated; each act sends its event."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from harness.testdata.agreements import ORG_TEAMS, make_attributes, midnight
from simulator.icertis.agreement import MASTER, STANDALONE, SUB, SUPPORTING, Agreement, AgreementType
from simulator.icertis.tenant import IcertisTenant

_OWNERS, _SUPPLIERS = 20, 60
_LIVES = {"amended": 14, "renewed": 10, "updated": 12, "terminated": 6, "expired": 5, "quiet": 53}
"""Of a hundred sub and standalone agreements, how many have which life."""


class ContractHistory:
    """Makes contracts, and what happens to them; the same for the same seed."""

    def __init__(self, tenant: IcertisTenant, today: date, made: random.Random) -> None:
        self.acts: Counter[str] = Counter()
        self.masters: dict[str, str] = {}
        """Code of each contract to that of its master, blank for none."""

        self.confidential = 0
        self._tenant, self._today, self._made = tenant, today, made
        terms = [make_attributes(MASTER, made.randrange(10**9)) for _ in range(_SUPPLIERS)]
        names = [str(one["Name"]).rpartition(" with ")[2] for one in terms]
        self._suppliers = [(name, f"{made.randrange(100_000, 10**6):010}") for name in names]
        self._owners = [(terms[at]["ICMPrimaryOwnerName"], ORG_TEAMS[at % len(ORG_TEAMS)]) for at in range(_OWNERS)]

    def make(self, number: int, done: Callable[[int], object]) -> None:
        """Make so many contracts, and a few confidential ones beside; `done` is told how many there are."""
        families = self._families(number)
        for family in families:
            self._live_together(family)
            done(len(self.masters))
        for _ in range(max(1, number // 50)):
            self._make_confidential()

    def _families(self, number: int) -> Iterator[list[AgreementType]]:
        """The types of contracts that belong together, a master with its agreements, until there are enough."""
        left = number
        while left > 0:
            family = [STANDALONE]
            if self._made.random() < 0.35:
                family = [MASTER, *[SUB] * self._made.randint(1, 4), *[SUPPORTING] * self._made.randint(0, 1)]
            yield family[:left]
            left -= len(family)

    def _live_together(self, family: list[AgreementType]) -> None:
        name, supplier = self._made.choice(self._suppliers)
        owner, team = self._made.choice(self._owners)
        shared: dict[str, object] = {"ICMPrimaryOwnerName": owner, "ICMOrgTeam": team}
        master: Agreement | None = None
        for kind in family:
            lives = kind in (SUB, STANDALONE)
            life = self._made.choices(list(_LIVES), list(_LIVES.values()))[0] if lives else "quiet"
            terms = {**make_attributes(kind, self._made.randrange(10**9)), **shared, **self._validity(life)}
            terms["Name"] = f"{str(terms['Name']).rpartition(' with ')[0]} with {name}"
            if kind != SUPPORTING:
                terms["ICMAppSrcSupplierID"] = supplier
            agreement = self._tenant.draft(kind, terms)
            if kind == MASTER:
                master = agreement
            elif master is not None:
                self._tenant.associate(agreement, master)
            self._tenant.execute(agreement)
            self.masters[agreement.code] = master.code if master and kind != MASTER else ""
            self._live(agreement, life)

    def _validity(self, life: str) -> dict[str, object]:
        begin = (self._today - timedelta(days=self._made.randrange(400, 900))).replace(day=1)
        days = -self._made.randrange(20, 200) if life == "expired" else self._made.randrange(90, 1200)
        return {
            "ICMEffectiveDate": midnight(begin),
            "ICMExpiryDate": midnight(self._today + timedelta(days=days)),
            "ICMIsAutoRenewal": life == "renewed",
        }

    def _live(self, agreement: Agreement, life: str) -> None:
        made, tenant = self._made, self._tenant
        if life == "amended":
            more = round(float(str(agreement.attributes["ICMTotalContractValue"])) * made.uniform(1.05, 1.6), 2)
            until = midnight(self._today + timedelta(days=made.randrange(1200, 1600)))
            changes = {"ICMTotalContractValue": more, "ICMExpiryDate": until}
            tenant.execute(tenant.draft_amendment(agreement, changes))
        elif life == "renewed":
            tenant.renew(agreement, midnight(self._today + timedelta(days=made.randrange(1200, 1600))))
        elif life == "updated":
            tenant.update(agreement, {"Name": f"{agreement.attributes['Name']} (reworded)"})
        elif life == "terminated":
            on = midnight(self._today - timedelta(days=made.randrange(5, 150)))
            tenant.terminate(agreement, on, with_notice=made.random() < 0.7)
        self.acts[life] += 1

    def _make_confidential(self) -> None:
        kind = self._made.choice((SUB, SUPPORTING, STANDALONE))
        terms = make_attributes(kind, self._made.randrange(10**9))
        self._tenant.execute(self._tenant.draft(kind, terms | {"ICMConfidentialContract": True}))
        self.confidential += 1
