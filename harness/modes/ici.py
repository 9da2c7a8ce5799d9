"""ICI as the steps use it: by agreement codes and plain values, so that it may stand in another process."""

from collections.abc import Mapping

from harness.bent_site import ANSWERS, ENVELOPES, LISTINGS, BentSite, fault
from simulator.icertis.agreement import Agreement, AgreementType
from simulator.icertis.outgoing import Outgoing
from simulator.icertis.rest import IcertisRest, Request
from simulator.icertis.tenant import IcertisTenant


class Ici:
    """The mock ICI of one scenario: what users do in it, what it was asked, and how it answers otherwise than usual."""

    def __init__(self, tenant: IcertisTenant, rest: IcertisRest, outgoing: Outgoing) -> None:
        self.site = BentSite(rest)
        """Who is to answer the middleware's calls."""

        self._tenant = tenant
        self._rest = rest
        self._outgoing = outgoing
        self._agreements: dict[str, Agreement] = {}

    def draft(self, kind: AgreementType, terms: Mapping[str, object], code: str = "", sys_id: str = "") -> Agreement:
        """Draw an agreement up. What is not given, its code or its System ID, the tenant gives."""
        return self._keep(self._tenant.draft(kind, terms, code=code, sys_id=sys_id))

    def draft_amendment(self, parent: str, changes: Mapping[str, object], code: str, sys_id: str) -> Agreement:
        amended = self._agreements[parent]
        return self._keep(self._tenant.draft_amendment(amended, changes, code=code, sys_id=sys_id))

    def associate(self, code: str, master: str) -> None:
        self._tenant.associate(self._agreements[code], self._agreements[master])

    def dissociate(self, code: str, master: str) -> None:
        self._tenant.dissociate(self._agreements[code], self._agreements[master])

    def execute(self, code: str) -> None:
        self._tenant.execute(self._agreements[code])

    def renew(self, code: str, until: str) -> None:
        self._tenant.renew(self._agreements[code], until)

    def terminate(self, code: str, on: str, *, with_notice: bool) -> None:
        self._tenant.terminate(self._agreements[code], on, with_notice=with_notice)

    def update(self, code: str, changes: Mapping[str, object]) -> None:
        self._tenant.update(self._agreements[code], changes)

    def mark_confidential(self, code: str) -> None:
        self._tenant.mark_confidential(self._agreements[code])

    def send_event(self, action: str, code: str) -> None:
        self._tenant.send_event(action, self._agreements[code])

    def does_not_roll_up(self) -> None:
        """From now on an executed amendment leaves its parent as it is (D-09)."""
        self._tenant.roll_up = False

    def holds_events_back(self, *, holding: bool) -> None:
        """Whether events stay on their way until `release_events`."""
        self._outgoing.holding = holding

    def release_events(self) -> None:
        self._outgoing.release()

    def agreement(self, code: str) -> Agreement:
        """What ICI holds of an agreement now; to be read only."""
        return self._agreements[code]

    def detail(self, code: str) -> dict[str, object]:
        """Everything that call 1 says of an agreement."""
        return self._rest.detail(self._agreements[code])

    def requests(self) -> list[Request]:
        """What it was asked so far."""
        return list(self._rest.requests)

    def statuses(self) -> list[int]:
        """What the webhook answered to each of its events."""
        return list(self._outgoing.statuses)

    def answers_field(self, code: str, field: str, value: object) -> None:
        """Answer a field of an agreement otherwise than it usually looks, see `harness.shapes`."""
        self._agreements[code].attributes[field] = value

    def answers_in(self, envelope: str) -> None:
        """Put each answer into an envelope, as the words of a feature say."""
        self.site.envelope = ENVELOPES[envelope]

    def answers_call(self, number: int, words: str) -> None:
        """Answer a call always so, as the words of a feature say."""
        self.site.always[number] = fault(words)

    def answers_call_once(self, number: int, words: str) -> None:
        """Answer a call so the next time, before what it always answers."""
        self.site.next[number].append(fault(words))

    def answers_as_usual(self) -> None:
        self.site.always.clear()

    def answers_listing(self, words: str) -> None:
        self.site.listing = {**ANSWERS, **LISTINGS}[words]

    def is_there(self, *, there: bool) -> None:
        """Whether it can be reached."""
        self.site.answers = there

    def expects_another_token(self) -> None:
        self.site.knows_the_caller = False

    def _keep(self, agreement: Agreement) -> Agreement:
        self._agreements[agreement.code] = agreement
        return agreement
