"""An ICI tenant: its agreements, the actions of users and time, and the event that each action emits."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from simulator.clock import Clock, utc_now
from simulator.icertis.agreement import BASELINE, Agreement, AgreementStatus, AgreementType, amendment_type
from simulator.icertis.renewal import Renewal

NOMINATED_ATTRIBUTES = (
    "Name",
    "ICMPurchasingOrgCode",
    "ICMPrimaryOwnerName",
    "ICMOrgTeam",
    "ICMConfidentialContract",
)
"""The tracking attributes whose change emits an event, unless ICI is configured with others (EVT-7, D-39)."""

TRACKING_ATTRIBUTES = (
    *NOMINATED_ATTRIBUTES,
    "ICMBusinessUnit",
    "ICMCategory",
    "ICMCostCenter",
    "ICMDepartment",
    "ICMPriority",
    "ICMRemarks",
    "ICMRiskRating",
)
"""The attributes that users may change on an executed agreement without an amendment. Nominated ones are others too."""

TOTAL_VALUE = "ICMTotalContractValue"

MAX_EVENTS_AT_ONCE = 12
"""The most events that one agreement emits when ICI catches up on its renewals: CPI reads the same for each."""

EventPayload = dict[str, object]


class NotAllowedError(Exception):
    """ICI does not allow an action. The text says why."""


class IcertisTenant:
    """A tenant of ICI.

    Every action raises NotAllowedError if ICI would not allow it, and emits the event that ICI would emit.
    """

    def __init__(  # noqa: PLR0913 - each has its own default
        self,
        source: str,
        emit: Callable[[EventPayload], object],
        *,
        clock: Clock = utc_now,
        seed: int = 0,
        roll_up: bool = True,
        nominated: Collection[str] = NOMINATED_ATTRIBUTES,
        on_change: Callable[[Agreement], object] = lambda _: None,
    ) -> None:
        """`emit` takes the events; `roll_up` makes an executed amendment change its parent (D-09).

        Renewals wait for the `clock`. A change of a `nominated` attribute emits an event (D-39).
        `on_change` is called with each agreement that an action changes, before its event is emitted.
        """
        self.source = source
        self.roll_up = roll_up
        self.nominated = nominated
        self._emit = emit
        self._clock = clock
        self._on_change = on_change
        self._seed = seed
        self._random = random.Random(seed)
        self.numbers: dict[str, int] = {}
        """Type to the last running number of its codes."""

        self.master_data: dict[str, list[dict[str, object]]] = {}
        """The rows that an integration has brought, by collection."""

        self._agreements: dict[tuple[str, str], Agreement] = {}

    def restore(self, agreements: Iterable[Agreement], numbers: Mapping[str, int], starts: int) -> None:
        """Take over what the tenant held before; new numbers and System IDs go on. `starts` counts earlier starts."""
        for agreement in agreements:
            self._agreements[_address(agreement)] = agreement
        self.numbers.update(numbers)
        if starts:
            self._random = random.Random(f"{self._seed} {starts}")

    def draft(
        self, kind: AgreementType, attributes: Mapping[str, object], *, code: str = "", sys_id: str = ""
    ) -> Agreement:
        """Draft an agreement. A blank code or System ID is replaced by a generated one."""
        return self._add(Agreement(kind, sys_id or self._new_sys_id(), code or self._new_code(kind), dict(attributes)))

    def draft_amendment(
        self, parent: Agreement, changes: Mapping[str, object], *, code: str = "", sys_id: str = ""
    ) -> Agreement:
        """Draft an amendment of an executed agreement.

        It inherits all attributes of the agreement as amended so far (D-79), then `changes` are applied.
        """
        _require(parent.kind != BASELINE, "a Baseline Agreement cannot be amended")
        kind = amendment_type(parent.kind)
        _require(parent.status is AgreementStatus.EXECUTED, "only an executed agreement can be amended")
        inherited = self._as_amended(parent)
        amendment = self.draft(kind, {**inherited, **changes}, code=code, sys_id=sys_id)
        amendment.parent, amendment.changes, amendment.inherited = parent, dict(changes), inherited
        return amendment

    def associate(self, agreement: Agreement, master: Agreement) -> None:
        """Associate an agreement with a master; emits no event."""
        _require(agreement.parent is None, "an amendment has no associations")
        agreement.masters.append(master)
        self._on_change(agreement)

    def dissociate(self, agreement: Agreement, master: Agreement) -> None:
        """Remove an association; emits no event."""
        _require(master in agreement.masters, "the agreement is not associated with this master")
        agreement.masters.remove(master)
        self._on_change(agreement)

    def execute(self, agreement: Agreement) -> None:
        """Execute an agreement or an amendment, but never a Baseline Agreement (EVT-4)."""
        _require(agreement.kind != BASELINE, "a Baseline Agreement is never executed")
        is_over = agreement.status in (AgreementStatus.EXECUTED, AgreementStatus.TERMINATED)
        _require(not is_over, "it has been executed before")
        agreement.status = AgreementStatus.EXECUTED
        self._on_change(agreement)
        if agreement.parent is None:
            self._emit_event("Executed", agreement)
        else:
            parent = agreement.parent
            _take_over_amendments(agreement, parent.amended, self._as_amended(parent).get(TOTAL_VALUE))
            parent.amended |= agreement.changes
            self._on_change(parent)
            if self.roll_up:
                parent.attributes.update(agreement.changes)
            self._emit_event("AmendmentExecuted", agreement)

    def renew(self, agreement: Agreement) -> None:
        """Renew an agreement automatically, on its renewal date or later (EVT-5): its expiry moves on by its term."""
        due = self._due_renewal(agreement, self._clock())
        if isinstance(due, str):
            raise NotAllowedError(due)
        self._renew(agreement, due)

    def renew_due(self) -> None:
        """Renew every agreement whose renewal date has come, once for each term that has passed.

        Of the renewals of one agreement, the last `MAX_EVENTS_AT_ONCE` emit an event.
        """
        now = self._clock()
        for agreement in self.all_agreements():
            emitted = 0
            while isinstance(due := self._due_renewal(agreement, now), Renewal):
                self._set(agreement, due.renewed)
                emitted = min(emitted + 1, MAX_EVENTS_AT_ONCE)
            for _ in range(emitted):
                self._emit_event("Renewed", agreement)

    def terminate(self, agreement: Agreement, on: str, *, with_notice: bool) -> None:
        """Terminate an agreement. The event names the agreement itself (EVT-6); its expiry date stays (D-24)."""
        _require(agreement.status is AgreementStatus.EXECUTED, "only an executed agreement is terminated")
        agreement.status = AgreementStatus.TERMINATED
        agreement.attributes["ICMTerminationNoticeDate"] = on
        agreement.attributes["ICMTerminationType"] = "With notice" if with_notice else "Without notice"
        self._on_change(agreement)
        self._emit_event("Terminated", agreement)

    def update(self, agreement: Agreement, changes: Mapping[str, object]) -> None:
        """Change tracking attributes.

        Only a new value of a nominated one, on an executed agreement that is no amendment, emits an event (D-39).
        """
        others = sorted(set(changes) - {*TRACKING_ATTRIBUTES, *self.nominated})
        _require(not others, f"{', '.join(others)} can only be changed by an amendment")
        changed = {name for name, value in changes.items() if agreement.attributes.get(name) != value}
        self._set(agreement, changes)
        is_executed = agreement.status is AgreementStatus.EXECUTED and agreement.parent is None
        if is_executed and not changed.isdisjoint(self.nominated):
            self._emit_event("ExecutedUpdated", agreement)

    def mark_confidential(self, agreement: Agreement) -> None:
        """Mark an agreement confidential; its owner can do so at any time."""
        self.update(agreement, {"ICMConfidentialContract": True})

    def set_attributes(self, agreement: Agreement, values: Mapping[str, object]) -> None:
        """Set attributes without an event, as no user can."""
        agreement.attributes.update(values)
        self._on_change(agreement)

    def set_status(self, agreement: Agreement, status: AgreementStatus) -> None:
        """Let an agreement take a step of its workflow, and emit the event StatusChanged."""
        agreement.status = status
        self._on_change(agreement)
        self._emit_event("StatusChanged", agreement)

    def send_event(self, action: str, agreement: Agreement) -> None:
        """Emit an event again or out of order, without an action (D-21)."""
        self._emit_event(action, agreement)

    def find(self, type_name: str, sys_id: str) -> Agreement | None:
        """Find an agreement by type and System ID, without case (EVT-8)."""
        return self._agreements.get((type_name.lower(), sys_id.lower()))

    def of_type(self, type_name: str) -> list[Agreement]:
        """Return the agreements of a type in any status, in the order of their drafting."""
        return [one for one in self._agreements.values() if one.kind.name.lower() == type_name.lower()]

    def all_agreements(self) -> list[Agreement]:
        return list(self._agreements.values())

    @staticmethod
    def _due_renewal(agreement: Agreement, now: datetime) -> Renewal | str:
        """Return the renewal whose date has come; otherwise say why there is none."""
        if agreement.attributes.get("ICMIsAutoRenewal") is not True:
            return "it is not subject to automatic renewal"
        if agreement.parent is not None:
            return "an amendment is not renewed"
        if agreement.status is not AgreementStatus.EXECUTED:
            return "only an executed agreement is renewed"
        renewal = Renewal.of(agreement.attributes)
        if renewal is None:
            return "it has no renewal date, no term or no expiry date"
        return renewal if renewal.due <= now else "its renewal date has not come yet"

    def _renew(self, agreement: Agreement, renewal: Renewal) -> None:
        self._set(agreement, renewal.renewed)
        self._emit_event("Renewed", agreement)

    def _set(self, agreement: Agreement, changes: Mapping[str, object]) -> None:
        """Change attributes without an amendment; the new values replace those of earlier amendments."""
        agreement.attributes.update(changes)
        agreement.amended = {name: value for name, value in agreement.amended.items() if name not in changes}
        self._on_change(agreement)

    def _as_amended(self, agreement: Agreement) -> dict[str, object]:
        """Return the attributes of an agreement with all executed amendments, whether they were rolled up or not."""
        return {**agreement.attributes, **({} if self.roll_up else agreement.amended)}

    def _add(self, agreement: Agreement) -> Agreement:
        address = _address(agreement)
        _require(address not in self._agreements, "there is an agreement of this type and System ID already")
        self._agreements[address] = agreement
        self._on_change(agreement)
        return agreement

    def _emit_event(self, action: str, agreement: Agreement) -> None:
        self._emit(
            {
                "id": self._new_sys_id(),
                "source": self.source,
                "specversion": "1.0",
                "type": f"Icertis.{action}",
                "data": {"ContractTypeName": agreement.kind.name, "SysId": agreement.sys_id, "ActionName": action},
            }
        )

    def _new_sys_id(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _new_code(self, kind: AgreementType) -> str:
        number = self.numbers[kind.name] = self.numbers.get(kind.name, 0) + 1
        return f"{kind.code_prefix}{number}"


def _take_over_amendments(amendment: Agreement, amended: Mapping[str, object], total: object) -> None:
    """Let an amendment take over what others have set since it was drafted (D-79), and add to the total value (D-75).

    `total` is the total value of the agreement by now.
    """
    inherited = amendment.inherited
    consolidated = _consolidated(total, inherited.get(TOTAL_VALUE), amendment.changes.get(TOTAL_VALUE))
    if consolidated is not None:
        amendment.changes = {**amendment.changes, TOTAL_VALUE: consolidated}
        amendment.attributes[TOTAL_VALUE] = consolidated
    for name, value in amended.items():
        if name not in amendment.changes and amendment.attributes.get(name) == inherited.get(name):
            amendment.attributes[name] = value


def _consolidated(current: object, inherited: object, stated: object) -> float | None:
    """Add what an amendment adds to the total value it was drafted on to the current one; None if one is no number."""
    values = [Decimal(str(value)) for value in (current, inherited, stated) if type(value) in (int, float)]
    return float(values[0] + values[2] - values[1]) if len(values) == 3 else None


def _address(agreement: Agreement) -> tuple[str, str]:
    return agreement.kind.name.lower(), agreement.sys_id.lower()


def _require(condition: object, error: str) -> None:
    if not condition:
        raise NotAllowedError(error)
