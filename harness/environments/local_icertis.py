"""ICI in this process, as the steps use it (see `interfaces`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from harness.confidentiality import is_confidential
from harness.doubles.clocks import ManualClock
from harness.doubles.icertis_faults import ANSWERS, ENVELOPES, LISTINGS, FaultySite, parse_fault
from simulator.icertis.agreement import Agreement, AgreementType
from simulator.icertis.authentication import Authenticator
from simulator.icertis.event_delivery import DirectDelivery
from simulator.icertis.rest import IcertisRequest, IcertisRest
from simulator.icertis.tenant import IcertisTenant


class LocalIcertis:
    """The mock ICI of one scenario."""

    def __init__(
        self,
        tenant: IcertisTenant,
        authenticator: Authenticator,
        event_delivery: DirectDelivery,
        clock: ManualClock,
        seed: int,
    ) -> None:
        """`seed` decides what the mock makes up."""
        self._rest = rest = IcertisRest(tenant, authenticator, seed)
        self.site = FaultySite(rest)
        """The site that answers the calls of the middleware."""

        self._tenant = tenant
        self._authenticator = authenticator
        self._event_delivery = event_delivery
        self._clock = clock
        self._agreements: dict[str, Agreement] = {}

    @property
    def rolls_up(self) -> bool:
        """True if an executed amendment changes its parent (D-09)."""
        return self._tenant.roll_up

    def draft(self, kind: AgreementType, terms: Mapping[str, object], code: str = "", sys_id: str = "") -> Agreement:
        return self.keep(self._tenant.draft(kind, terms, code=code, sys_id=sys_id))

    def draft_amendment(self, parent: str, changes: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        amended = self._agreements[parent]
        return self.keep(self._tenant.draft_amendment(amended, changes, code=code, sys_id=sys_id))

    def associate(self, code: str, master: str) -> None:
        self._tenant.associate(self._agreements[code], self._agreements[master])

    def dissociate(self, code: str, master: str) -> None:
        self._tenant.dissociate(self._agreements[code], self._agreements[master])

    def execute(self, code: str) -> None:
        self._tenant.execute(self._agreements[code])

    def set_time(self, now: datetime) -> None:
        self._clock.now = now
        self._tenant.renew_due()

    def terminate(self, code: str, on: str, *, with_notice: bool) -> None:
        self._tenant.terminate(self._agreements[code], on, with_notice=with_notice)

    def update(self, code: str, changes: Mapping[str, object]) -> None:
        self._tenant.update(self._agreements[code], changes)

    def mark_confidential(self, code: str) -> None:
        self._tenant.mark_confidential(self._agreements[code])

    def send_event(self, action: str, code: str) -> None:
        self._tenant.send_event(action, self._agreements[code])

    def disable_roll_up(self) -> None:
        self._tenant.roll_up = False

    def nominate(self, attributes: Sequence[str]) -> None:
        self._tenant.nominated = attributes

    def hold_events(self, *, holding: bool) -> None:
        self._event_delivery.holding = holding

    def release_events(self) -> None:
        self._event_delivery.release()

    def agreement(self, code: str) -> Agreement:
        return self._agreements[code]

    def detail(self, code: str) -> dict[str, object]:
        return self._rest.detail(self._agreements[code])

    def confidential_ids(self) -> set[str]:
        confidential = [one for one in self._tenant.all_agreements() if is_confidential(one)]
        return {name for one in confidential for name in (one.sys_id, one.code)}

    def requests(self) -> list[IcertisRequest]:
        return list(self._rest.requests)

    def statuses(self) -> list[int]:
        return list(self._event_delivery.statuses)

    def set_field_answer(self, code: str, field: str, value: object) -> None:
        self._agreements[code].attributes[field] = value

    def wrap_answers(self, envelope: str) -> None:
        self.site.envelope = ENVELOPES[envelope]

    def answer_call(self, number: int, words: str) -> None:
        self.site.always[number] = parse_fault(words)

    def answer_call_once(self, number: int, words: str) -> None:
        self.site.once[number].append(parse_fault(words))

    def answer_as_usual(self) -> None:
        self.site.always.clear()

    def answer_listing(self, words: str) -> None:
        self.site.listing = {**ANSWERS, **LISTINGS}[words]

    def set_reachable(self, *, reachable: bool) -> None:
        self.site.reachable = reachable

    def reject_credentials(self) -> None:
        self.site.accepts_credentials = False

    def withdraw_tokens(self) -> None:
        self._authenticator.withdraw_tokens()

    def keep(self, agreement: Agreement) -> Agreement:
        self._agreements[agreement.code] = agreement
        return agreement
