"""Sites that replay recorded answers of ICI, byte for byte."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from simulator.icertis.listing import LISTING_PATH
from simulator.icertis.rest import CALL_1_PATH, CALL_2_PATH, Answer, listing_answer, not_found


class RecordedSite:
    """Replay one recorded exchange, whatever agreement a call names."""

    def __init__(self) -> None:
        self.agreement: bytes | None = None
        """The body of the answer to call 1; None, if not recorded, is answered with 404."""

        self.associating_instances: bytes | None = None
        """The body of the answer to call 2, likewise."""

        self.parent: bytes | None = None
        """The body of the answer about the contract that an amendment for SCM amends; None for any other event."""

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002 - required by RestSite
        """Answer 200 with the recorded bytes, or 404 as ICI does."""
        body = self.associating_instances if "/associatinginstances/" in path else self.agreement
        call = CALL_1_PATH.fullmatch(path)
        if self.parent is not None and call and not call["type"].endswith("Amendment"):
            body = self.parent
        return not_found("agreementId") if body is None else Answer(200, body)


@dataclass
class _RecordedAgreement:
    contract_type: str
    sys_id: str
    status: str
    agreement: bytes | None
    associating_instances: bytes | None


class RecordedTenant:
    """Replay a whole tenant: the latest recorded answers of each agreement, and their listing."""

    def __init__(self) -> None:
        self._agreements: dict[tuple[str, str], _RecordedAgreement] = {}

    def record(
        self, contract_type: str, sys_id: str, status: str, agreement: bytes | None, associations: bytes | None
    ) -> None:
        """Store the answers of one exchange, replacing earlier ones of the same agreement.

        If no call 2 was recorded, an earlier one stays.
        """
        address = contract_type.lower(), sys_id.lower()
        earlier = self._agreements.get(address)
        if associations is None and earlier:
            associations = earlier.associating_instances
        self._agreements[address] = _RecordedAgreement(contract_type, sys_id, status, agreement, associations)

    def has_agreement(self, contract_type: str, sys_id: str) -> bool:
        """Return True if an answer to call 1 was recorded for this agreement."""
        held = self._agreements.get((contract_type.lower(), sys_id.lower()))
        return held is not None and held.agreement is not None

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002 - required by RestSite
        """Answer the listing, 200 with the recorded bytes, or 404 as ICI does."""
        if call := CALL_1_PATH.fullmatch(path):
            held = self._agreements.get((call["type"].lower(), unquote(call["id"]).lower()))
            return _recorded_answer(held.agreement if held else None)
        if call := CALL_2_PATH.fullmatch(path):
            held = self._agreements.get((call["type"].lower(), unquote(call["id"]).lower()))
            return _recorded_answer(held.associating_instances if held else None)
        if call := LISTING_PATH.fullmatch(path):
            of_type = (held for held in self._agreements.values() if held.contract_type.lower() == call["type"].lower())
            return listing_answer([{"SysId": held.sys_id, "ICMStatus": held.status} for held in of_type], call["query"])
        return not_found("path")


def _recorded_answer(body: bytes | None) -> Answer:
    return not_found("agreementId") if body is None else Answer(200, body)
