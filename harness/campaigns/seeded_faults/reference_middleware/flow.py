"""The flow of an event. Each method is a rule of the specification, which a fault can override."""

from harness.campaigns.seeded_faults.reference_middleware.calls import EccClient, IcertisClient
from harness.campaigns.seeded_faults.reference_middleware.event import BASELINE, Event, Refused, read, require_visible
from harness.campaigns.seeded_faults.reference_middleware.values import (
    Fields,
    amount,
    day,
    is_yes,
    members,
    require_length,
    text,
    value,
)

Message = dict[str, str]

CODES = {  # D-01
    "ICMMasterAgreement": "MAS",
    "ICMSupportingAgreement": "SUP",
    "ICMSubAgreement": "SUB",
    "ICMStandaloneAgreement": "STA",
}


class Flow:
    """The interface, from an event to a message for each system."""

    def __init__(self, ici: IcertisClient, systems: list[EccClient]) -> None:
        self.ici = ici
        self.systems = systems

    def handle(self, payload: object) -> None:
        """Process one event. Raises Refused if nothing is sent, or if a system refuses the message."""
        event = read(payload)
        if event.contract_type == BASELINE:  # EVT-4
            return
        agreement = self.agreement(event)
        masters = self.ici.masters(event) if self.asks_for_masters(event) else []
        if self.is_confidential(agreement):  # after both calls (D-03)
            return
        self.send(self.message(event, agreement, masters), self.organisations(event, agreement))

    def send(self, message: Message, organisations: list[str] | None) -> None:
        """Send the message to each system, even if another one refuses it (TAB-8, D-20)."""
        refused = []
        for system in self.systems:
            try:
                system.upsert(message, organisations)
            except Refused as why:
                refused.append(str(why))
        if refused:
            raise Refused("; ".join(refused))

    def agreement(self, event: Event) -> Fields:
        """Call 1 (CALL-1)."""
        return self.ici.agreement(event)

    def asks_for_masters(self, event: Event) -> bool:
        """Return True if call 2 follows (CALL-2, CALL-3, D-10)."""
        return event.contract_type in ("ICMSubAgreement", "ICMSupportingAgreement") and event.action in (
            "Executed",
            "ExecutedUpdated",
        )

    def is_confidential(self, agreement: Fields) -> bool:
        """SEC-1, D-04, D-15."""
        flag = value(agreement, "ICMConfidentialContract")
        said = str(flag).strip().lower() if isinstance(flag, str | bool) else ""
        beside = [held for _, held in members(agreement.get("ICMConfidentialContract"))]
        if said not in ("true", "false") or (said == "false" and any(map(is_yes, beside))):
            raise Refused("D-04 ICMConfidentialContract")
        return said == "true"

    def message(self, event: Event, agreement: Fields, masters: list[Fields]) -> Message:
        """Return the fields that ECC sets, in the order of the table; absent fields stay as they are (D-06)."""
        message = self.key(event, agreement)
        if event.action in ("Renewed", "Terminated"):  # D-05
            return message | {"ICMEXPIRYDATE": self.expiry(event, agreement)}
        message |= {"ICMCONFIDENTIALCONTRACT": self.not_confidential(), "NAME": self.name(agreement)}
        if not event.is_amendment:  # TAB-2
            message |= self.association(event, agreement, masters)
        return message | self.terms(event, agreement)

    def key(self, event: Event, agreement: Fields) -> Message:
        """Return the four key fields; for an amendment those of its parent (MAP-01 to MAP-04, D-15)."""
        sys_id = text(agreement, "ICMParentEntityInstanceId") if event.is_amendment else event.sys_id
        code = text(agreement, "ICMParentContractId" if event.is_amendment else "ICMAgreementCode")
        if not sys_id or not code:
            raise Refused("TAB-7")
        return {
            "TENANTID": event.source,
            "CONTRACTTYPENAME": self.code_of(event.base_type),
            "SYSID": require_length(require_visible(sys_id.lower(), "SysId"), "SysId", 36),
            "ICMAGREEMENTCODE": require_length(
                require_visible(code.upper(), "ICMAgreementCode"), "ICMAgreementCode", 25
            ),
        }

    def code_of(self, contract_type: str) -> str:
        """MAP-02."""
        return CODES[contract_type]

    def not_confidential(self) -> str:
        """MAP-05."""
        return ""

    def name(self, agreement: Fields) -> str:
        """MAP-06."""
        return text(agreement, "Name")[:100]

    def association(self, event: Event, agreement: Fields, masters: list[Fields]) -> Message:  # noqa: ARG002 - for faults
        """MAP-07 to MAP-09, D-11, D-12, D-37, D-66."""
        if len(masters) > 1:
            raise Refused("D-12")
        flag = value(masters[0], "ICMConfidentialContract") if masters else None
        if str(flag).strip().lower() != "false":  # D-66
            return {"ASSOCIATINGTYPE": "", "ASSOCIATINGCODE": "", "ASSOCIATINGSYSID": ""}
        code, sys_id = text(masters[0], "ICMAgreementCode"), text(masters[0], "SysId")
        if not code or not sys_id:
            raise Refused("D-37")
        return {
            "ASSOCIATINGTYPE": self.code_of("ICMMasterAgreement"),
            "ASSOCIATINGCODE": require_length(require_visible(code.upper(), "D-72"), "ICMAgreementCode", 25),
            "ASSOCIATINGSYSID": require_length(require_visible(sys_id.lower(), "D-72"), "SysId", 36),
        }

    def terms(self, event: Event, agreement: Fields) -> Message:
        """MAP-10 to MAP-21."""
        return {
            "ICMAPPSRCSUPPLIERID": self.supplier(agreement),
            "ICMEFFECTIVEDATE": self.effective(event, agreement),
            "ICMEXPIRYDATE": self.expiry(event, agreement),
            "ICMTOTALCONTRACTVALUE": self.total(agreement),
            "ICMCURRENCY": require_length(text(agreement, "ICMCurrency"), "ICMCurrency", 5),
            "ICMLEGALENTITYCODE": self.legal_entity(agreement),
            "ICMPURCHASINGORGCODE": require_length(self.listed(agreement), "ICMPurchasingOrgCode", 224),
            "ICMORGTEAM": require_length(text(agreement, "ICMOrgTeam"), "ICMOrgTeam", 25),
            "ICMPRIMARYOWNERNAME": require_length(text(agreement, "ICMPrimaryOwnerName"), "ICMPrimaryOwnerName", 224),
            "ICMINCOTERMSCODE": self.incoterms(agreement),
            "ICMINCOTERMSLOCATION": self.location(agreement),
            "ICMPAYMENTTERMS": require_length(text(agreement, "ICMPaymentTerms"), "ICMPaymentTerms", 4),
        }

    def supplier(self, agreement: Fields) -> str:
        """MAP-10."""
        return require_length(text(agreement, "ICMAppSrcSupplierID"), "ICMAppSrcSupplierID", 10)

    def effective(self, event: Event, agreement: Fields) -> str:  # noqa: ARG002 - for faults
        """MAP-11."""
        return self.day(agreement, "ICMEffectiveDate")

    def expiry(self, event: Event, agreement: Fields) -> str:
        """MAP-12, D-18, D-19."""
        source = "ICMTerminationNoticeDate" if event.action == "Terminated" else "ICMExpiryDate"
        found = self.day(agreement, source)
        if not found and event.action in ("Renewed", "Terminated"):
            raise Refused(f"D-18, D-19 {source}")
        return found

    def day(self, agreement: Fields, name: str) -> str:
        """D-34."""
        return day(agreement, name)

    def total(self, agreement: Fields) -> str:
        """MAP-13."""
        found = amount(agreement, "ICMTotalContractValue")
        return "" if found is None else f"{found:.2f}"

    def legal_entity(self, agreement: Fields) -> str:
        """MAP-15."""
        return require_length(text(agreement, "ICMLegalEntityCode"), "ICMLegalEntityCode", 4)

    def incoterms(self, agreement: Fields) -> str:
        """MAP-19."""
        return require_length(text(agreement, "ICMIncotermsCode"), "ICMIncotermsCode", 3)

    def location(self, agreement: Fields) -> str:
        """MAP-20."""
        return require_length(text(agreement, "ICMIncotermslocation"), "ICMIncotermslocation", 70)

    def listed(self, agreement: Fields) -> str:
        """Return the organisations as one text (MAP-16, D-43)."""
        found = agreement.get("ICMPurchasingOrgCode")
        if isinstance(found, list):
            if any(isinstance(one, list) for one in found):
                raise Refused("D-31 ICMPurchasingOrgCode")
            return ",".join(text({"one": one}, "one") for one in found)
        return text(agreement, "ICMPurchasingOrgCode")

    def organisations(self, event: Event, agreement: Fields) -> list[str] | None:
        """Return each organisation once (D-16, D-44); None if they stay as they are (TAB-3, TAB-4)."""
        if event.action in ("Renewed", "Terminated"):
            return None
        found: dict[str, str] = {}
        for one in self.listed(agreement).split(","):
            if one.strip():
                organisation = require_visible(one.strip(), "ICMPurchasingOrgCode")
                found.setdefault(organisation.upper(), require_length(organisation, "D-16 ICMPurchasingOrgCode", 4))
        return list(found.values())
