"""ICI and the ECC systems as the steps use them: by agreement codes and plain values, wherever they stand."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from simulator.ecc.bapiret2 import Bapiret2
from simulator.ecc.system import EccSystem
from simulator.icertis.agreement import Agreement, AgreementType
from simulator.icertis.rest import IcertisRequest


class Ici(Protocol):
    """The mock ICI of one scenario: what users do in it, what it was asked, and how it answers otherwise than usual."""

    def draft(self, kind: AgreementType, terms: Mapping[str, object], code: str = "", sys_id: str = "") -> Agreement:
        """Draw an agreement up. What is not given, its code or its System ID, the tenant gives."""

    def draft_amendment(self, parent: str, changes: Mapping[str, object], code: str, sys_id: str) -> Agreement: ...
    def associate(self, code: str, master: str) -> None: ...
    def dissociate(self, code: str, master: str) -> None: ...
    def execute(self, code: str) -> None: ...
    def renew(self, code: str, until: str) -> None: ...
    def terminate(self, code: str, on: str, *, with_notice: bool) -> None: ...
    def update(self, code: str, changes: Mapping[str, object]) -> None: ...
    def mark_confidential(self, code: str) -> None: ...
    def send_event(self, action: str, code: str) -> None: ...

    def does_not_roll_up(self) -> None:
        """From now on an executed amendment leaves its parent as it is (D-09)."""

    def holds_events_back(self, *, holding: bool) -> None:
        """Whether events stay on their way until `release_events`."""

    def release_events(self) -> None: ...

    def agreement(self, code: str) -> Agreement:
        """What is known of an agreement; to be read only."""

    def detail(self, code: str) -> dict[str, object]:
        """Everything that call 1 says of an agreement."""

    def closed(self) -> set[str]:
        """System IDs and codes of the agreements that it holds as confidential now, or with a flag of no meaning."""

    def requests(self) -> list[IcertisRequest]:
        """What it was asked so far."""

    def statuses(self) -> list[int]:
        """What the webhook answered to each of its events."""

    def answers_field(self, code: str, field: str, value: object) -> None:
        """Answer a field of an agreement otherwise than it usually looks, see `harness.bdd.vocabulary.json_values`."""

    def answers_in(self, envelope: str) -> None:
        """Put each answer into an envelope, as the words of a feature say."""

    def answers_call(self, number: int, words: str) -> None:
        """Answer a call always so, as the words of a feature say."""

    def answers_call_once(self, number: int, words: str) -> None:
        """Answer a call so the next time, before what it always answers."""

    def answers_as_usual(self) -> None: ...
    def answers_listing(self, words: str) -> None: ...

    def is_there(self, *, there: bool) -> None:
        """Whether it can be reached."""

    def expects_another_token(self) -> None: ...


class Ecc(Protocol):
    """One ECC system of one scenario: what it holds, and the trouble that it has until it is mended."""

    @property
    def desk(self) -> EccSystem:
        """The simulator of the system, in this process and on its database.

        Steps of its users work on this object in every environment, since screens and reports have no web service.
        """

    def upsert(self, fields: Mapping[str, str], organisations: Sequence[str] | None) -> list[Bapiret2]:
        """Call the function module, past the middleware."""

    def tables(self) -> dict[str, list[dict[str, str]]]: ...
    def definition(self, table: str) -> list[dict[str, str]]: ...

    def is_there(self, *, there: bool) -> None:
        """Whether it answers."""

    def goes_down(self, moment: str) -> None:
        """Fail at a moment of its work, as the words of a feature say."""

    def has_locked(self, table: str) -> None: ...

    def refuses(self, message: str) -> None:
        """Refuse every message with an error message of its own."""

    def mend(self) -> None: ...
