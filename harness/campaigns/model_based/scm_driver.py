"""Drive ICI, the connector and SCM by actions: the connector restarts on its store, and time moves only by hand."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from harness.campaigns.model_based.scm_model import Expected, Ordered, expected, is_open
from harness.doubles.ecc_faults import ProcessKilled
from harness.doubles.scm_faults import FAULTS
from harness.testdata.scm_master_data import fill_master_data
from simulator.connector.alignment import Drift
from simulator.cpi.process_event import Outcome
from simulator.errors import Failure, InterfaceError
from simulator.icertis.agreement import Agreement
from simulator.icertis.tenant import EventPayload, NotAllowedError
from simulator.icertis.workflow import ContractWorkflow
from simulator.landscape import ScmLandscape, ScmSites, create_tenant
from simulator.scm.framework import RefusedError
from simulator.scm.system import ScmSystem
from simulator.settings import Settings
from simulator.site_transport import InProcessSite, SiteAnswer

CONTRACTS = "CLMIntegrationContracts"
AGREEMENTS = "CLMIntegrationPurchaseAgreements"
LINES = "CLMIntegrationPurchaseAgreementLines"
FULFILMENT = "PurchaseAgreementLineFulfillment"

ANSWERED_BADLY = {
    Failure.NOT_REACHED,
    Failure.BROKEN_ANSWER,
    Failure.TOO_MANY_REQUESTS,
    Failure.SERVER_ERROR,
    Failure.UNAUTHORIZED,
    Failure.CHANGED_MEANWHILE,
}
KILL_POINTS = ("before a call of ICI", "after a call of ICI", "before a call of SCM", "after a call of SCM")
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


class ScmFaultState:
    """The active faults."""

    def __init__(self) -> None:
        self.kill_at = ""
        self._next: dict[str, list[str]] = {"ICI": [], "SCM": []}
        """Side to the faults of its next calls, blank for a call that passes."""

    def answer_next_calls(self, side: str, words: str, *, after: int, calls: int) -> None:
        """Give this fault to some calls of a side, after those that pass."""
        self._next[side] = [*[""] * after, *[words] * calls]

    def clear(self) -> None:
        self.kill_at = ""
        for waiting in self._next.values():
            waiting.clear()

    def reach(self, point: str) -> None:
        """Kill the connector if this is its kill point. Raises ProcessKilled."""
        if self.kill_at == point:
            self.kill_at = ""
            raise ProcessKilled

    def answer(self, side: str, usual: Callable[[], SiteAnswer]) -> SiteAnswer:
        """Answer a call by a fault, or as usual."""
        words = self._next[side].pop(0) if self._next[side] else ""
        return FAULTS[words](usual) if words else usual()


class ScmDriver:
    """ICI, the connector and SCM; events arrive at once, unless the network keeps them."""

    def __init__(self, folder: Path, system: ScmSystem) -> None:
        """`folder` gets the store of the connector; `system` is emptied, and stays open."""
        self.settings = Settings(
            scm_store=f"sqlite:///{folder / 'connector.db'}", max_attempts=2, store=None, synchronous="normal"
        )
        self.system = system
        system.reset()
        fill_master_data(system)
        self.time = START
        self.faults = ScmFaultState()
        self.network_is_down = False
        self.in_transit: list[EventPayload] = []
        self.arrived: list[EventPayload] = []
        self.contracts: list[Agreement] = []
        self.amendments: list[Agreement] = []
        self.executed_amendments: defaultdict[Agreement, list[Agreement]] = defaultdict(list)
        """Contract to its executed amendments, oldest first."""

        self.states: defaultdict[Agreement, list[Expected]] = defaultdict(list)
        """Contract to the states in which SCM might know it: those in which ICI held it open."""

        self.known_words: set[str] = set()
        """The names that SCM and the connector may know: those of contracts that were open with them."""

        self.orders: defaultdict[str, dict[str, Ordered]] = defaultdict(dict)
        """Number of an agreement to the orders of its lines, by their ids."""

        self.references: dict[str, str] = {}
        """Number of an agreement to the vendor reference that users of SCM have given it."""

        self.foreign: set[object] = set()
        """The values that other programs have written; they stay where SCM refuses what ICI has, or is told nothing."""

        self.withheld: set[Agreement] = set()
        """The agreements that a reading told to be confidential, or not plainly open: nothing of them may be sent."""

        self.violations: list[str] = []
        self._told: defaultdict[str, list[str]] = defaultdict(list)
        """System ID to the statuses that SCM was told."""

        self._clock = lambda: self.time
        self.tenant = create_tenant(self.settings, self._emit, self._clock)
        self.landscape = self._start()
        self.workflow: ContractWorkflow = self.landscape.workflow
        self.landscape.connector.reset()
        self.landscape.connector.connect(self.settings.ici_base_url)

    def close(self) -> None:
        self.landscape.close()

    def keep(self, contract: Agreement) -> Agreement:
        """Note a contract before its first event."""
        (self.contracts if contract.parent is None else self.amendments).append(contract)
        return contract

    def act(self, action: Callable[[], object]) -> bool:
        """Let a user of ICI do something. Returns False if ICI does not allow it."""
        try:
            action()
        except NotAllowedError:
            return False
        finally:
            self.note_states()
        return True

    def deliver(self) -> None:
        """Deliver everything that is in transit, unless the network is down."""
        while self.in_transit and not self.network_is_down:
            event = self.in_transit.pop(0)
            self.arrived.append(event)
            self._survive_kill(lambda event=event: self.landscape.connector.receive(event))  # type: ignore[misc]

    def advance(self, by: timedelta) -> None:
        self.time += by
        self._survive_kill(self.landscape.connector.work)

    def restart(self) -> None:
        """Stop the connector and start it again on its store."""
        self.landscape.close()
        self.landscape = self._start()
        self.workflow = self.landscape.workflow

    def align(self) -> list[Drift]:
        """Align both sides; where one does not answer, nothing is found."""
        found: list[Drift] = []

        def run() -> None:
            try:
                found.extend(self.landscape.connector.align())
            except InterfaceError as error:
                if error.failure not in ANSWERED_BADLY:
                    self.violations.append(f"the alignment ended with {error}")

        self._survive_kill(run)
        return found

    def retry_failed(self) -> None:
        """Retry everything in the error queue, as an administrator does."""
        for guid in self.landscape.connector.queue.log.failed():
            assert self.landscape.connector.queue.retry(guid, self.time)
        self._survive_kill(self.landscape.connector.work)

    def settle(self) -> None:
        """End all faults, deliver all events and advance the time until nothing waits."""
        self.faults.clear()
        self.system.is_up, self.network_is_down = True, False
        self.deliver()
        self.landscape.connector.work()
        while due := self.landscape.connector.queue.next_due():
            assert due > self.time, "something due was not done"
            self.time = due
            self.landscape.connector.work()

    def release(self, number: str, line: Mapping[str, object], quantity: Decimal, delivery: date) -> None:
        """Order from a line, as a user of SCM does; a quantity stands for an amount where that is committed."""
        by_quantity = line["CommitmentType"] == "ProductQuantity"
        ordered = {"quantity" if by_quantity else "amount": quantity}
        try:
            self.system.release("usmf", number, float(str(line["LineNumber"])), delivery, **ordered)
        except RefusedError:
            return
        terms = (line["ItemNumber"], line["CommitmentType"])
        known = self.orders[number].setdefault(str(line["ExternalContractLineId"]), Ordered(terms=terms))
        if by_quantity:
            known.quantity += float(quantity)
            known.amount += float(quantity) * float(str(line["Price"]))
        else:
            known.amount += float(quantity)
        known.last_delivery = max(known.last_delivery, f"{delivery}T12:00:00Z")

    def lose_everything(self) -> None:
        """Set SCM back to before all contracts."""
        self.system.empty(LINES, FULFILMENT, AGREEMENTS, CONTRACTS)
        self.orders.clear()
        self.references.clear()

    def note_states(self) -> None:
        """Note what SCM may know from now on."""
        for contract in (*self.contracts, *self.amendments):
            if not is_open(contract):
                continue
            latest = ("ICMLatestAmendmentCode", "ICMLatestAmendmentSysId")
            names = (contract.attributes.get(name, "") for name in ("Name", *latest))
            self.known_words |= {contract.code, contract.sys_id, *map(str, names)}
            if contract.parent is None:
                state = expected(contract, self.executed_amendments[contract])
                if not self.states[contract] or self.states[contract][-1] != state:
                    self.states[contract].append(state)

    def secret_words(self) -> Iterator[str]:
        """Yield the names that nobody but ICI may know."""
        for contract in (*self.contracts, *self.amendments):
            for word in (contract.code, contract.sys_id, str(contract.attributes["Name"])):
                if word not in self.known_words:
                    yield word

    def told_out_of_order(self) -> list[str]:
        """Return the contracts of which SCM was told statuses in another order than ICI had them."""
        wrong = []
        for contract in self.contracts:
            history = iter([str(state.contract["ContractStatus"]) for state in self.states[contract]])
            current = next(history, "")
            for status in self._told[contract.sys_id]:
                while current and current != status:
                    current = next(history, "")
                if not current:
                    wrong.append(f"{contract.code}: {self._told[contract.sys_id]}")
                    break
        return wrong

    def _start(self) -> ScmLandscape:
        return ScmLandscape(
            self.settings,
            self.tenant,
            system=self.system,
            taps=self._tapped,
            clock=self._clock,
            observe=self._observe,
        )

    def _tapped(self, sites: ScmSites) -> ScmSites:
        return sites._replace(ici=self._between("ICI", sites.ici), scm=self._between("SCM", sites.scm))

    def _between(self, side: str, site: InProcessSite) -> InProcessSite:
        def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> SiteAnswer:
            self.faults.reach(f"before a call of {side}")
            if side == "SCM":
                self._check_call(method, path, body)
            found = self.faults.answer(side, lambda: site(method, path, headers, body))
            self.faults.reach(f"after a call of {side}")
            return found

        return answer

    def _check_call(self, method: str, path: str, body: bytes) -> None:
        """Note what SCM is told, and check that it may be."""
        text = path + body.decode()
        self.violations += [f"SCM was told of something that stays in ICI: {method}" for word in self.secret_words()
                            if word in text]  # fmt: skip
        self.violations += [
            f"SCM was told of {one.code}, which a reading had told to stay in ICI: {method}"
            for one in self.withheld
            if not self._is_named_by_parent(one)
            if one.sys_id in text or f"'{one.code}'" in text or f'"{one.code}"' in text
        ]
        if method in ("POST", "PATCH") and path.startswith(f"/data/{CONTRACTS}"):
            fields = json.loads(body)
            if "ContractStatus" in fields:
                sys_id = fields.get("ExternalContractId") or self._sys_id(path)
                self._told[sys_id].append(fields["ContractStatus"])

    @staticmethod
    def _is_named_by_parent(one: Agreement) -> bool:
        """Tell whether an open contract names this amendment as its latest one: the terms are its own (D-103)."""
        return one.parent is not None and one.parent.attributes.get("ICMLatestAmendmentCode") == one.code

    def _sys_id(self, path: str) -> str:
        return next(one.sys_id for one in self.contracts if f"'{one.code}'" in path)

    def _emit(self, event: EventPayload) -> None:
        self._note_execution(event)
        self.note_states()
        self.in_transit.append(event)
        self.deliver()

    def _note_execution(self, event: EventPayload) -> None:
        data = event["data"]
        assert isinstance(data, dict)
        if data["ActionName"] == "AmendmentExecuted":
            amendment = self._found(data["ContractTypeName"], data["SysId"])
            assert amendment.parent is not None
            self.executed_amendments[amendment.parent].append(amendment)

    def _found(self, kind: str, sys_id: str) -> Agreement:
        found = self.tenant.find(kind, sys_id)
        assert found is not None
        return found

    def _observe(self, outcome: Outcome) -> None:
        """Ask the model for the result of the same event at the same moment."""
        assert outcome.event is not None
        if outcome.failure and outcome.failure.failure in ANSWERED_BADLY:
            return
        about = self._found(outcome.event.contract_type, outcome.event.sys_id)
        came_to = "unclear" if outcome.failure else "filtered" if outcome.kind == "filtered" else "open"
        asked = "open"
        for one in filter(None, (about, about.parent)):
            flag = one.attributes.get("ICMConfidentialContract")
            asked = "open" if flag is False else "filtered" if flag is True else "unclear"
            if asked != "open":
                self.withheld.add(one)
                break
            self.withheld.discard(one)
        if came_to != asked:
            self.violations.append(f"an event of {about.code} came to {came_to}, and is {asked}")

    def _survive_kill(self, action: Callable[[], object]) -> None:
        try:
            action()
        except ProcessKilled:
            self.restart()
