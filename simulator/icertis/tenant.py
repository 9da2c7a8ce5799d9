"""An ICI tenant: its agreements, what users and time do to them, and the event that each act emits."""

import random
from collections.abc import Callable, Mapping
from uuid import UUID

from simulator.icertis.agreement import BASELINE, Agreement, AgreementType, Status, amendment_type

TRACKING_ATTRIBUTES = (
    "Name",
    "ICMPurchasingOrgCode",
    "ICMPrimaryOwnerName",
    "ICMOrgTeam",
    "ICMConfidentialContract",
)
"""What users may change on an executed agreement without an amendment (EVT-7, D-39)."""

Event = dict[str, object]


class IcertisTenant:
    """One tenant of ICI.

    Every act raises ValueError where ICI would not let a user do it, and emits the event that ICI would emit.
    """

    def __init__(self, source: str, emit: Callable[[Event], object], *, seed: int = 0, roll_up: bool = True) -> None:
        """`emit` takes the events; `roll_up` says whether an executed amendment changes its parent (D-09)."""
        self.source = source
        self.roll_up = roll_up
        self._emit = emit
        self._random = random.Random(seed)
        self._numbers: dict[str, int] = {}
        self._agreements: dict[tuple[str, str], Agreement] = {}

    def draft(
        self, kind: AgreementType, attributes: Mapping[str, object], *, code: str = "", sys_id: str = ""
    ) -> Agreement:
        """Draw an agreement up. Its code and System ID come from the tenant unless they are given."""
        return self._keep(Agreement(kind, sys_id or self._new_sys_id(), code or self._new_code(kind), dict(attributes)))

    def draft_amendment(
        self, parent: Agreement, changes: Mapping[str, object], *, code: str = "", sys_id: str = ""
    ) -> Agreement:
        """Draw an amendment of an executed agreement up: it inherits all attributes and changes some of them."""
        kind = amendment_type(parent.kind)
        _require(parent.status is Status.EXECUTED, "only an executed agreement can be amended")
        amendment = self.draft(kind, {**parent.attributes, **changes}, code=code, sys_id=sys_id)
        amendment.parent, amendment.changes = parent, dict(changes)
        return amendment

    def associate(self, agreement: Agreement, master: Agreement) -> None:
        """Associate an agreement to a master. That alone emits no event."""
        _require(agreement.parent is None, "an amendment has no associations")
        agreement.masters.append(master)

    def dissociate(self, agreement: Agreement, master: Agreement) -> None:
        """Take an association away. That alone emits no event."""
        agreement.masters.remove(master)

    def execute(self, agreement: Agreement) -> None:
        """Execute an agreement or an amendment; a Baseline Agreement never is (EVT-4)."""
        _require(agreement.kind != BASELINE, "a Baseline Agreement is never executed")
        _require(agreement.status is Status.DRAFT, "it has been executed before")
        agreement.status = Status.EXECUTED
        if agreement.parent is None:
            self._send("Executed", agreement)
        else:
            if self.roll_up:
                agreement.parent.attributes.update(agreement.changes)
            self._send("AmendmentExecuted", agreement)

    def renew(self, agreement: Agreement, until: str) -> None:
        """Renew an agreement automatically, as time does on its renewal date (EVT-5)."""
        _require(agreement.attributes.get("ICMIsAutoRenewal") is True, "it is not subject to automatic renewal")
        _require(agreement.status is Status.EXECUTED, "only an executed agreement is renewed")
        agreement.attributes["ICMExpiryDate"] = until
        self._send("Renewed", agreement)

    def terminate(self, agreement: Agreement, on: str, *, with_notice: bool) -> None:
        """Terminate an agreement; the event names the agreement itself (EVT-6), its expiry date stays (D-24)."""
        _require(agreement.status is Status.EXECUTED, "only an executed agreement is terminated")
        agreement.status = Status.TERMINATED
        agreement.attributes["ICMTerminationNoticeDate"] = on
        agreement.attributes["ICMTerminationType"] = "With notice" if with_notice else "Without notice"
        self._send("Terminated", agreement)

    def update(self, agreement: Agreement, changes: Mapping[str, object]) -> None:
        """Change tracking attributes. Only a real change of an executed agreement emits an event (EVT-7)."""
        others = sorted(set(changes) - {*TRACKING_ATTRIBUTES})
        _require(not others, f"{', '.join(others)} can only be changed by an amendment")
        changed = any(agreement.attributes.get(name) != value for name, value in changes.items())
        agreement.attributes.update(changes)
        if changed and agreement.status is Status.EXECUTED:
            self._send("ExecutedUpdated", agreement)

    def mark_confidential(self, agreement: Agreement) -> None:
        """Mark an agreement confidential, as its owner can at any time."""
        self.update(agreement, {"ICMConfidentialContract": True})

    def send_event(self, action: str, agreement: Agreement) -> None:
        """Emit an event once more, or out of turn, without an act behind it (D-21)."""
        self._send(action, agreement)

    def find(self, type_name: str, sys_id: str) -> Agreement | None:
        """The agreement of a type and System ID, compared without case (EVT-8)."""
        return self._agreements.get((type_name.lower(), sys_id.lower()))

    def of_type(self, type_name: str) -> list[Agreement]:
        """The agreements of a type, whatever their status, in the order in which they were drawn up."""
        return [one for one in self._agreements.values() if one.kind.name.lower() == type_name.lower()]

    def all_agreements(self) -> list[Agreement]:
        return list(self._agreements.values())

    def _keep(self, agreement: Agreement) -> Agreement:
        address = (agreement.kind.name.lower(), agreement.sys_id.lower())
        _require(address not in self._agreements, "there is an agreement of this type and System ID already")
        self._agreements[address] = agreement
        return agreement

    def _send(self, action: str, agreement: Agreement) -> None:
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


def _require(condition: object, why_not: str) -> None:
    if not condition:
        raise ValueError(why_not)
