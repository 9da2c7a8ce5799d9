"""ICI as it once answered: sites that give recorded answers back, byte for byte."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from simulator.icertis.listing import LISTING
from simulator.icertis.rest import CALL_1, CALL_2, Answer, listed, not_found


class RecordedSite:
    """Answers each call with what was recorded for it, whichever agreement it asks for."""

    def __init__(self) -> None:
        self.agreement: bytes | None = None
        """The body of call 1's answer; None where none was recorded: then ICI knows no such agreement."""

        self.associating_instances: bytes | None = None
        """The same for call 2."""

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002 - as RestSite says
        """Answer 200 with the recorded bytes as they are, or 404 in ICI's shape of errors."""
        body = self.associating_instances if "/associatinginstances/" in path else self.agreement
        return not_found("agreementId") if body is None else Answer(200, body)


@dataclass
class _Recorded:
    contract_type: str
    sys_id: str
    status: str
    agreement: bytes | None
    associating_instances: bytes | None


class RecordedTenant:
    """Stands for a whole tenant: it holds of each agreement the answers that were recorded last, and lists them."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], _Recorded] = {}

    def hold(
        self, contract_type: str, sys_id: str, status: str, agreement: bytes | None, associations: bytes | None
    ) -> None:
        """Put the answers of one exchange in place of what is held of its agreement.

        `status` counts where the answer itself has no ICMStatus. Where no call 2 was recorded, an earlier one stays.
        """
        address = contract_type.lower(), sys_id.lower()
        earlier = self._held.get(address)
        if associations is None and earlier:
            associations = earlier.associating_instances
        status = _status(agreement) or status
        self._held[address] = _Recorded(contract_type, sys_id, status, agreement, associations)

    def holds(self, contract_type: str, sys_id: str) -> bool:
        """Whether an answer to call 1 about this agreement was recorded."""
        held = self._held.get((contract_type.lower(), sys_id.lower()))
        return held is not None and held.agreement is not None

    def answer(self, method: str, path: str, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002 - as RestSite says
        """Answer the listing, or 200 with the recorded bytes as they are, or 404 in ICI's shape of errors."""
        if call := CALL_1.fullmatch(path):
            held = self._held.get((call["type"].lower(), unquote(call["id"]).lower()))
            return _as_recorded(held.agreement if held else None)
        if call := CALL_2.fullmatch(path):
            held = self._held.get((call["type"].lower(), unquote(call["id"]).lower()))
            return _as_recorded(held.associating_instances if held else None)
        if call := LISTING.fullmatch(path):
            of_type = (held for held in self._held.values() if held.contract_type.lower() == call["type"].lower())
            return listed([{"SysId": held.sys_id, "ICMStatus": held.status} for held in of_type], call["query"])
        return not_found("path")


def _as_recorded(body: bytes | None) -> Answer:
    return not_found("agreementId") if body is None else Answer(200, body)


def _status(agreement: bytes | None) -> str:
    """What a recorded answer says of the status; blank where it does not say it in the usual place."""
    try:
        content = json.loads(agreement or b"null")
    except (ValueError, RecursionError):
        return ""
    fields = content.get("Data", content) if isinstance(content, dict) else None
    status = fields.get("ICMStatus") if isinstance(fields, dict) else None
    return status if isinstance(status, str) else ""
