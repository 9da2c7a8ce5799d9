"""Work out what the tables should hold from what ICI holds now, without an event."""

from collections.abc import Mapping
from typing import NamedTuple

from simulator.characters import Characters
from simulator.cpi.event import Event
from simulator.cpi.ici_client import IciClient
from simulator.cpi.process_event import associated_master, is_confidential
from simulator.errors import InterfaceError
from simulator.mapping.actions import ACTIONS, ASSOCIATION
from simulator.mapping.contract_types import BASE_TYPES
from simulator.mapping.message import MappingInput, Message, build_message, derive_lineage
from simulator.mapping.source_value import SourceValue


class CurrentAgreement(NamedTuple):
    """An agreement that ICI lists as executed or terminated."""

    contract_type: str
    sys_id: str
    """In ICI's own spelling."""

    terminated: bool


def list_agreements(ici: IciClient) -> list[CurrentAgreement]:
    """List the agreements that are executed or terminated. Raises InterfaceError D-45 for a broken listing.

    Nothing else of a summary is read: it does not say whether its agreement is confidential (SEC-2).
    """
    found = []
    for contract_type in BASE_TYPES:
        for summary in ici.summaries(contract_type):
            status = agreement_status(summary).lower()  # contents are not case-sensitive (EVT-8)
            if status in ("executed", "terminated"):
                sys_id = _text(summary, "SysId")
                if set(sys_id) <= {"."}:
                    raise InterfaceError("D-45", "SysId", "an agreement is listed without one")
                found.append(CurrentAgreement(contract_type, sys_id, status == "terminated"))
    return found


def current_message(  # noqa: PLR0913 - what says how to read it
    agreement: CurrentAgreement,
    source: str,
    ici: IciClient,
    codes: Mapping[str, str],
    *,
    withhold: bool,
    characters: Characters,
) -> Message | None:
    """Build the message that would bring an agreement's entry up to date; None for a confidential agreement.

    It carries no association where CPI would `withhold` it: what an entry holds from before stays there (D-66, SEC-3).

    Raises InterfaceError where the agreement cannot be read or mapped.
    """
    event = Event(source, agreement.contract_type, agreement.sys_id, ACTIONS["ExecutedUpdated"])
    fields = ici.agreement(event)
    if is_confidential(fields):  # before call 2, unlike for an event (D-03): the less is read, the better
        return None
    masters = ici.masters(event) if event.may_have_a_master else []
    master, is_withheld = associated_master(masters, withhold=withhold)
    case = MappingInput(event.fields, event.action, fields, master, codes, characters)
    message = build_message(derive_lineage(case), characters)
    if is_withheld:
        without_association = {name: value for name, value in message.fields.items() if name not in ASSOCIATION}
        message = message._replace(fields=without_association)
    if not agreement.terminated:
        return message
    # The end of a terminated agreement is its notice date, as Terminated has it (D-24).
    case = MappingInput(event.fields, ACTIONS["Terminated"], fields, None, codes, characters)
    end = build_message(derive_lineage(case), characters)
    return Message({**message.fields, **end.fields}, message.organisations)


def changed_agreement(event: Event, ici: IciClient, codes: Mapping[str, str]) -> str:
    """Return the System ID of the entry that an event changes, for an amendment its parent's; blank if confidential.

    Raises InterfaceError where the agreement of the event cannot be read or mapped.
    """
    fields = ici.agreement(event)
    if is_confidential(fields):
        return ""
    return build_message(derive_lineage(MappingInput(event.fields, event.action, fields, None, codes))).fields["SYSID"]


def agreement_status(fields: Mapping[str, object]) -> str:
    """Read the status of an agreement, blank where there is none. Raises InterfaceError where it is no text."""
    return _text(fields, "ICMStatus")


def _text(summary: Mapping[str, object], name: str) -> str:
    return SourceValue.read(name, summary.get(name), "DisplayValue").text()
