"""Make contracts with a history: executed, amended, renewed, terminated, updated; each step sends its event."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from harness.testdata.agreements import ORG_TEAMS, make_attributes, midnight
from harness.testdata.demo.expected_findings import MasterFinding
from simulator.icertis.agreement import MASTER, STANDALONE, SUB, SUPPORTING, Agreement, AgreementType
from simulator.icertis.tenant import IcertisTenant

_OWNERS, _SUPPLIERS = 20, 60
_HISTORIES = {"amended": 14, "renewed": 10, "updated": 12, "terminated": 6, "expired": 5, "quiet": 53}
"""Of a hundred sub and standalone agreements, the number with each history."""


_NO_MASTER, _OTHER_SUPPLIER, _ENDED_MASTER = 25, 18, 6
"""One of so many stands alone as a sub agreement, has another supplier than its master, or is a master that ends."""


class ContractHistory:
    """Make contracts and their history in ICI; the same random source makes the same ones."""

    def __init__(self, tenant: IcertisTenant, today: date, rng: random.Random) -> None:
        self.histories: Counter[str] = Counter()
        self.master_codes: dict[str, str] = {}
        """Code of the master by contract code, blank without a master."""

        self.master_findings: list[MasterFinding] = []
        """Contracts whose master does not fit them."""

        self.confidential = 0
        self._tenant, self._today, self._rng = tenant, today, rng
        self._made: Counter[AgreementType] = Counter()
        terms = [make_attributes(MASTER, rng.randrange(10**9)) for _ in range(_SUPPLIERS)]
        names = [str(one["Name"]).rpartition(" with ")[2] for one in terms]
        self._suppliers = [(name, f"{rng.randrange(100_000, 10**6):010}") for name in names]
        self._owners = [(terms[at]["ICMPrimaryOwnerName"], ORG_TEAMS[at % len(ORG_TEAMS)]) for at in range(_OWNERS)]

    def make(self, number: int, done: Callable[[int], object]) -> None:
        """Make so many contracts, and a few confidential ones in addition; `done` gets the number made so far."""
        families = self._families(number)
        for family in families:
            self._make_family(family)
            done(len(self.master_codes))
        for _ in range(max(1, number // 50)):
            self._make_confidential()

    def _families(self, number: int) -> Iterator[list[AgreementType]]:
        """Yield the types of contracts that belong together, a master with its agreements, until there are enough."""
        left = number
        while left > 0:
            self._made[STANDALONE] += 1
            family = [SUB] if self._made[STANDALONE] % _NO_MASTER == 0 else [STANDALONE]
            if self._rng.random() < 0.35:
                family = [MASTER, *[SUB] * self._rng.randint(1, 4), *[SUPPORTING] * self._rng.randint(0, 1)]
            yield family[:left]
            left -= len(family)

    def _make_family(self, family: list[AgreementType]) -> None:
        name, supplier = self._rng.choice(self._suppliers)
        owner, team = self._rng.choice(self._owners)
        shared: dict[str, object] = {"ICMPrimaryOwnerName": owner, "ICMOrgTeam": team}
        master: Agreement | None = None
        running = list[str]()
        for kind in family:
            changes = kind in (SUB, STANDALONE)
            history = self._rng.choices(list(_HISTORIES), list(_HISTORIES.values()))[0] if changes else "quiet"
            terms = {**make_attributes(kind, self._rng.randrange(10**9)), **shared, **self._validity(history)}
            terms["Name"] = f"{str(terms['Name']).rpartition(' with ')[0]} with {name}"
            if kind != SUPPORTING:
                terms["ICMAppSrcSupplierID"] = supplier
            finding = self._misfit(terms, master) if kind == SUB else ""
            agreement = self._tenant.draft(kind, terms)
            self.master_findings += [MasterFinding(agreement.code, finding)] * bool(finding)
            if kind == SUB and history not in ("terminated", "expired"):
                running.append(agreement.code)
            if kind == MASTER:
                master = agreement
            elif master is not None:
                self._tenant.associate(agreement, master)
            self._tenant.execute(agreement)
            self.master_codes[agreement.code] = master.code if master and kind != MASTER else ""
            self._continue(agreement, history)
        if master is not None:
            self._end_few(master, running)

    def _misfit(self, terms: dict[str, object], master: Agreement | None) -> str:
        """Give a few sub agreements another supplier than their master's. Returns what does not fit, or a blank."""
        self._made[SUB] += 1
        if master is None:
            return "names no master"
        if self._made[SUB] % _OTHER_SUPPLIER:
            return ""
        terms["ICMAppSrcSupplierID"] = next(
            one for _, one in self._suppliers if one != master.attributes["ICMAppSrcSupplierID"]
        )
        return "supplier differs"

    def _end_few(self, master: Agreement, running: list[str]) -> None:
        """Terminate a few masters; `running` are the codes of sub agreements that go on."""
        self._made[MASTER] += 1
        if self._made[MASTER] % _ENDED_MASTER == 0:
            on = midnight(self._today - timedelta(days=self._rng.randrange(5, 150)))
            self._tenant.terminate(master, on, with_notice=True)
            self.master_findings += [MasterFinding(code, "master has ended") for code in running]

    def _validity(self, history: str) -> dict[str, object]:
        begin = (self._today - timedelta(days=self._rng.randrange(400, 900))).replace(day=1)
        days = -self._rng.randrange(20, 200) if history == "expired" else self._rng.randrange(90, 1200)
        return {
            "ICMEffectiveDate": midnight(begin),
            "ICMExpiryDate": midnight(self._today + timedelta(days=days)),
            "ICMIsAutoRenewal": history == "renewed",
            "ICMRenewalDate": midnight(self._today - timedelta(days=30)),
        }

    def _continue(self, agreement: Agreement, history: str) -> None:
        rng, tenant = self._rng, self._tenant
        if history == "amended":
            more = round(float(str(agreement.attributes["ICMTotalContractValue"])) * rng.uniform(1.05, 1.6), 2)
            until = midnight(self._today + timedelta(days=rng.randrange(1200, 1600)))
            changes = {"ICMTotalContractValue": more, "ICMExpiryDate": until}
            tenant.execute(tenant.draft_amendment(agreement, changes))
        elif history == "renewed":
            agreement.attributes["ICMRenewalTermMonths"] = rng.randrange(1200, 1600) // 30
            tenant.renew(agreement)
        elif history == "updated":
            tenant.update(agreement, {"Name": f"{agreement.attributes['Name']} (reworded)"})
        elif history == "terminated":
            on = midnight(self._today - timedelta(days=rng.randrange(5, 150)))
            tenant.terminate(agreement, on, with_notice=rng.random() < 0.7)
        self.histories[history] += 1

    def _make_confidential(self) -> None:
        kind = self._rng.choice((SUB, SUPPORTING, STANDALONE))
        terms = make_attributes(kind, self._rng.randrange(10**9))
        self._tenant.execute(self._tenant.draft(kind, terms | {"ICMConfidentialContract": True}))
        self.confidential += 1
