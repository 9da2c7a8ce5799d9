"""The faults: each is a mistake that a developer of the interface could make, and violates one rule of the register.

A fault is a Flow with one method done wrong.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from harness.campaigns.seeded_faults.reference_middleware.event import Event
from harness.campaigns.seeded_faults.reference_middleware.flow import Flow, Message
from harness.campaigns.seeded_faults.reference_middleware.values import Fields, amount, text


class SeededFault(NamedTuple):
    """One mistake."""

    rule: str
    """Id in the register."""

    what: str
    flow: type[Flow]


FAULTS: dict[str, SeededFault] = {}
"""By name."""


def violates(rule: str, what: str) -> Callable[[type[Flow]], type[Flow]]:
    """Register a flow that violates a rule; `what` says how."""

    def register(flow: type[Flow]) -> type[Flow]:
        FAULTS[flow.__name__] = SeededFault(rule, what, flow)
        return flow

    return register


@violates("MAP-12", "a terminated agreement keeps its expiry date")
class ExpiryOfTermination(Flow):
    def expiry(self, event: Event, agreement: Fields) -> str:  # noqa: ARG002
        return self.day(agreement, "ICMExpiryDate")


@violates("TAB-2", "an amendment is stored as a separate entry")
class AmendmentStored(Flow):
    def key(self, event: Event, agreement: Fields) -> Message:
        return super().key(event._replace(action="Executed"), agreement)

    def message(self, event: Event, agreement: Fields, masters: list[Fields]) -> Message:
        return super().message(event._replace(action="Executed") if event.is_amendment else event, agreement, masters)


@violates("D-06", "an amendment blanks the association of its parent")
class AssociationBlanked(Flow):
    def message(self, event: Event, agreement: Fields, masters: list[Fields]) -> Message:
        message = super().message(event, agreement, masters)
        if event.is_amendment:
            blank = self.association(event, agreement, [])
            head = {name: message.pop(name) for name in [*message][:6]}  # the order of the table
            message = head | blank | message
        return message


@violates("D-15", "the confidential flag is compared with True, and true is not the same")
class ConfidentialByCase(Flow):
    def is_confidential(self, agreement: Fields) -> bool:
        return text({"flag": _as_json(agreement["ICMConfidentialContract"])}, "flag") == "True"


@violates("SEC-1", "the confidential flag is passed on, and filters nothing")
class ConfidentialPassedOn(Flow):
    def is_confidential(self, agreement: Fields) -> bool:
        super().is_confidential(agreement)
        return False


@violates("SEC-2", "what is confidential is sent to the systems as ICI gave it, which none of them reads")
class ConfidentialForwarded(Flow):
    def is_confidential(self, agreement: Fields) -> bool:
        found = super().is_confidential(agreement)
        for system in self.systems if found else ():
            system.forward(agreement)
        return found


@violates("D-03", "what is confidential is filtered before call 2")
class FilteredTooEarly(Flow):
    def asks_for_masters(self, event: Event) -> bool:
        return super().asks_for_masters(event) and not self.is_confidential(self._read)

    def agreement(self, event: Event) -> Fields:
        self._read = super().agreement(event)
        return self._read


@violates("CALL-1", "call 1 is made twice, once for the filter and once for the mapping")
class CalledTwice(Flow):
    def agreement(self, event: Event) -> Fields:
        super().agreement(event)
        return super().agreement(event)


@violates("CALL-2", "call 2 is made for a Standalone Agreement too")
class StandaloneHasMasters(Flow):
    def asks_for_masters(self, event: Event) -> bool:
        return super().asks_for_masters(event) or event == event._replace(
            contract_type="ICMStandaloneAgreement", action="Executed"
        )


@violates("CALL-3", "call 2 is made for an amendment too")
class AmendmentHasMasters(Flow):
    def asks_for_masters(self, event: Event) -> bool:
        return super().asks_for_masters(event) or event.contract_type == "ICMSubAgreementAmendment"


@violates("D-10", "call 2 is not made when a tracking attribute has changed")
class UpdateHasNoMasters(Flow):
    def asks_for_masters(self, event: Event) -> bool:
        return super().asks_for_masters(event) and event.action == "Executed"


@violates("TAB-5", "organisations are written once, and not replaced")
class OrganisationsNotReplaced(Flow):
    def organisations(self, event: Event, agreement: Fields) -> list[str] | None:
        return super().organisations(event, agreement) if event.action == "Executed" else None


@violates("TAB-1", "a message for each organisation, each with that organisation alone")
class MessagePerOrganisation(Flow):
    def send(self, message: Message, organisations: list[str] | None) -> None:
        if not organisations:
            super().send(message, organisations)
        for one in organisations or ():
            super().send(message | {"ICMPURCHASINGORGCODE": one}, [one])


@violates("TAB-4", "a termination takes the organisations away")
class OrganisationsEnd(Flow):
    def organisations(self, event: Event, agreement: Fields) -> list[str] | None:
        return [] if event.action == "Terminated" else super().organisations(event, agreement)


@violates("TAB-8", "only the first system is served")
class OneSystem(Flow):
    def send(self, message: Message, organisations: list[str] | None) -> None:
        self.systems[0].upsert(message, organisations)


@violates("MAP-06", "a name is not cut")
class NameNotCut(Flow):
    def name(self, agreement: Fields) -> str:
        return text(agreement, "Name")


@violates("MAP-06", "what ICI sends in UTF-8 is read as Latin-1")
class Mojibake(Flow):
    def name(self, agreement: Fields) -> str:
        return super().name(agreement).encode().decode("latin-1")[:100]


@violates("MAP-11", "midnight in ICI is taken for UTC, and is the day before in the system's time")
class DayBefore(Flow):
    def day(self, agreement: Fields, name: str) -> str:
        found = super().day(agreement, name)
        return (datetime.strptime(found, "%Y%m%d") - timedelta(hours=5)).strftime("%Y%m%d") if found else ""  # noqa: DTZ007


@violates("MAP-11", "the effective date is that of the amendment")
class EffectiveDateOfAmendment(Flow):
    def effective(self, event: Event, agreement: Fields) -> str:
        source = "ICMAmendmentEffectiveDate" if event.is_amendment else "ICMEffectiveDate"
        return self.day(agreement, source)


@violates("TAB-3", "a renewal stores the original expiry date")
class OriginalExpiry(Flow):
    def expiry(self, event: Event, agreement: Fields) -> str:
        if event.action == "Renewed":
            return self.day(agreement, "ICMOriginalExpiryDate")
        return super().expiry(event, agreement)


@violates("D-05", "a renewal sends every field, and blanks all but the expiry date")
class RenewalBlanks(Flow):
    def message(self, event: Event, agreement: Fields, masters: list[Fields]) -> Message:
        message = super().message(event, agreement, masters)
        if event.action != "Renewed":
            return message
        every = super().message(event._replace(action="Executed"), agreement, [])
        return dict.fromkeys(every, "") | message


@violates("TAB-5", "a changed tracking attribute blanks the fields that are none")
class UpdateBlanks(Flow):
    def terms(self, event: Event, agreement: Fields) -> Message:
        terms = super().terms(event, agreement)
        if event.action == "ExecutedUpdated":
            terms |= dict.fromkeys(("ICMTOTALCONTRACTVALUE", "ICMCURRENCY", "ICMPAYMENTTERMS"), "")
        return terms


@violates("EVT-2", "the action ExecutedUpdated is not known")
class UpdateIgnored(Flow):
    def handle(self, payload: object) -> None:
        if "ExecutedUpdated" not in str(payload):
            super().handle(payload)


@violates("MAP-02", "the codes of Sub and Supporting Agreement are swapped")
class CodesSwapped(Flow):
    def code_of(self, contract_type: str) -> str:
        code = super().code_of(contract_type)
        return {"SUB": "SUP", "SUP": "SUB"}.get(code, code)


@violates("MAP-01", "the tenant loses the path before its name")
class TenantCut(Flow):
    def key(self, event: Event, agreement: Fields) -> Message:
        return super().key(event, agreement) | {"TENANTID": event.source.rpartition("/")[2]}


@violates("MAP-03", "an amendment is written to its own System ID, with the code of its parent")
class SystemIdOfAmendment(Flow):
    def key(self, event: Event, agreement: Fields) -> Message:
        return super().key(event, agreement) | {"SYSID": event.sys_id.lower()}


@violates("TAB-6", "the agreement code stands in for the System ID")
class KeyByCode(Flow):
    def key(self, event: Event, agreement: Fields) -> Message:
        key = super().key(event, agreement)
        return key | {"SYSID": key["ICMAGREEMENTCODE"]}


@violates("MAP-05", "the flag is stored as N")
class FlagAsLetter(Flow):
    def not_confidential(self) -> str:
        return "N"


@violates("MAP-09", "the master's System ID is taken from the agreement itself")
class MasterIsItself(Flow):
    def association(self, event: Event, agreement: Fields, masters: list[Fields]) -> Message:
        association = super().association(event, agreement, masters)
        return association | {"ASSOCIATINGSYSID": event.sys_id.lower()} if masters else association


@violates("MAP-10", "the supplier is a number, and loses its zeros")
class SupplierAsNumber(Flow):
    def supplier(self, agreement: Fields) -> str:
        return super().supplier(agreement).lstrip("0")


@violates("MAP-13", "the amount has separators of thousands")
class ThousandsSeparated(Flow):
    def total(self, agreement: Fields) -> str:
        return f"{amount(agreement, 'ICMTotalContractValue') or 0:,.2f}"


@violates("MAP-13", "the amount of an amendment is added to what there was")
class AmountAdded(Flow):
    def message(self, event: Event, agreement: Fields, masters: list[Fields]) -> Message:
        message = super().message(event, agreement, masters)
        if event.is_amendment:
            doubled = 2 * (amount(agreement, "ICMTotalContractValue") or 0)
            message["ICMTOTALCONTRACTVALUE"] = f"{doubled:.2f}"
        return message


@violates("MAP-15", "the legal entity is taken for an object, and is an array of one")
class LookupNotFirst(Flow):
    def legal_entity(self, agreement: Fields) -> str:
        return str(agreement["ICMLegalEntityCode"]["DisplayValue"])


@violates("MAP-19", "the Incoterms come from the field with code and description")
class IncotermsDescribed(Flow):
    def incoterms(self, agreement: Fields) -> str:
        return text(agreement, "ICMIncoterms")[:3]


@violates("MAP-20", "the location comes from the field with the upper-case L")
class LocationByName(Flow):
    def location(self, agreement: Fields) -> str:
        return text(agreement, "ICMIncotermsLocation")[:70]


def _as_json(flag: object) -> object:
    """Return a flag as its text in JSON."""
    return {True: "true", False: "false"}.get(flag, flag) if isinstance(flag, bool) else flag
