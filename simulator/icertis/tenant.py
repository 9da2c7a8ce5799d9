"""An ICI tenant: its agreements, the actions of users and time, and the event that each action emits."""

import random
from collections.abc import Callable, Mapping
from uuid import UUID

from simulator.icertis.agreement import BASELINE, Agreement, AgreementStatus, AgreementType, amendment_type

TRACKING_ATTRIBUTES = (
    "Name",
    "ICMPurchasingOrgCode",
    "ICMPrimaryOwnerName",
    "ICMOrgTeam",
    "ICMConfidentialContract",
)
"""The attributes that users may change on an executed agreement without an amendment (EVT-7, D-39)."""

EventPayload = dict[str, object]


class IcertisTenant:
    """A tenant of ICI.

    Every action raises ValueError if ICI would not allow it, and emits the event that ICI would emit.
    """

    def __init__(
        self, source: str, emit: Callable[[EventPayload], object], *, seed: int = 0, roll_up: bool = True
    ) -> None:
        """`emit` takes the events; `roll_up` makes an executed amendment change its parent (D-09)."""
        self.source = source
        self.roll_up = roll_up
        self._emit = emit
        self._random = random.Random(seed)
        self._numbers: dict[str, int] = {}
        self._agreements: dict[tuple[str, str], Agreement] = {}

    def draft(
        self, kind: AgreementType, attributes: Mapping[str, object], *, code: str = "", sys_id: str = ""
    ) -> Agreement:
        """Draft an agreement. A blank code or System ID is replaced by a generated one."""
        return self._add(Agreement(kind, sys_id or self._new_sys_id(), code or self._new_code(kind), dict(attributes)))

    def draft_amendment(
        self, parent: Agreement, changes: Mapping[str, object], *, code: str = "", sys_id: str = ""
    ) -> Agreement:
        """Draft an amendment of an executed agreement: it inherits all attributes, then `changes` are applied."""
        kind = amendment_type(parent.kind)
        _require(parent.status is AgreementStatus.EXECUTED, "only an executed agreement can be amended")
        amendment = self.draft(kind, {**parent.attributes, **changes}, code=code, sys_id=sys_id)
        amendment.parent, amendment.changes = parent, dict(changes)
        return amendment

    def associate(self, agreement: Agreement, master: Agreement) -> None:
        """Associate an agreement with a master; emits no event."""
        _require(agreement.parent is None, "an amendment has no associations")
        agreement.masters.append(master)

    def dissociate(self, agreement: Agreement, master: Agreement) -> None:
        """Remove an association; emits no event."""
        agreement.masters.remove(master)

    def execute(self, agreement: Agreement) -> None:
        """Execute an agreement or an amendment, but never a Baseline Agreement (EVT-4)."""
        _require(agreement.kind != BASELINE, "a Baseline Agreement is never executed")
        _require(agreement.status is AgreementStatus.DRAFT, "it has been executed before")
        agreement.status = AgreementStatus.EXECUTED
        if agreement.parent is None:
            self._emit_event("Executed", agreement)
        else:
            if self.roll_up:
                agreement.parent.attributes.update(agreement.changes)
            self._emit_event("AmendmentExecuted", agreement)

    def renew(self, agreement: Agreement, until: str) -> None:
        """Renew an agreement automatically, as on its renewal date (EVT-5)."""
        _require(agreement.attributes.get("ICMIsAutoRenewal") is True, "it is not subject to automatic renewal")
        _require(agreement.status is AgreementStatus.EXECUTED, "only an executed agreement is renewed")
        agreement.attributes["ICMExpiryDate"] = until
        self._emit_event("Renewed", agreement)

    def terminate(self, agreement: Agreement, on: str, *, with_notice: bool) -> None:
        """Terminate an agreement. The event names the agreement itself (EVT-6); its expiry date stays (D-24)."""
        _require(agreement.status is AgreementStatus.EXECUTED, "only an executed agreement is terminated")
        agreement.status = AgreementStatus.TERMINATED
        agreement.attributes["ICMTerminationNoticeDate"] = on
        agreement.attributes["ICMTerminationType"] = "With notice" if with_notice else "Without notice"
        self._emit_event("Terminated", agreement)

    def update(self, agreement: Agreement, changes: Mapping[str, object]) -> None:
        """Change tracking attributes. Only a change of value on an executed agreement emits an event (EVT-7)."""
        others = sorted(set(changes) - {*TRACKING_ATTRIBUTES})
        _require(not others, f"{', '.join(others)} can only be changed by an amendment")
        changed = any(agreement.attributes.get(name) != value for name, value in changes.items())
        agreement.attributes.update(changes)
        if changed and agreement.status is AgreementStatus.EXECUTED:
            self._emit_event("ExecutedUpdated", agreement)

    def mark_confidential(self, agreement: Agreement) -> None:
        """Mark an agreement confidential; its owner can do so at any time."""
        self.update(agreement, {"ICMConfidentialContract": True})

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

    def _add(self, agreement: Agreement) -> Agreement:
        address = (agreement.kind.name.lower(), agreement.sys_id.lower())
        _require(address not in self._agreements, "there is an agreement of this type and System ID already")
        self._agreements[address] = agreement
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
        number = self._numbers[kind.name] = self._numbers.get(kind.name, 0) + 1
        return f"{kind.code_prefix}{number}"


def _require(condition: object, error: str) -> None:
    if not condition:
        raise ValueError(error)
