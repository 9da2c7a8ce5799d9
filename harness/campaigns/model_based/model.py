"""What the tables must hold: a few lines made from the requirements, section 5, and the decisions.

It knows neither CPI nor its mapping. It is told which event CPI read when, looks at that moment at what ICI holds,
and is told at the end which messages stand in which error queue.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

from simulator.icertis.agreement import Agreement

Key: TypeAlias = tuple[str, str]
"""System ID and agreement code."""

CODES = {"ICMMasterAgreement": "MAS", "ICMSupportingAgreement": "SUP", "ICMSubAgreement": "SUB"}
CODES |= {"ICMStandaloneAgreement": "STA"}

AS_THEY_ARE = {
    "ICMAPPSRCSUPPLIERID": "ICMAppSrcSupplierID",
    "ICMCURRENCY": "ICMCurrency",
    "ICMLEGALENTITYCODE": "ICMLegalEntityCode",
    "ICMPURCHASINGORGCODE": "ICMPurchasingOrgCode",
    "ICMORGTEAM": "ICMOrgTeam",
    "ICMPRIMARYOWNERNAME": "ICMPrimaryOwnerName",
    "ICMINCOTERMSCODE": "ICMIncotermsCode",
    "ICMINCOTERMSLOCATION": "ICMIncotermslocation",
    "ICMPAYMENTTERMS": "ICMPaymentTerms",
}

KEY_FIELDS = {"TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE"}

FILTERED = "filtered"


@dataclass(eq=False)
class Reading:
    """What one event has to write, as ICI stood when CPI read it."""

    guid: str
    action: str
    key: Key
    fields: dict[str, str]
    organisations: set[str] | None
    creates: bool
    """Whether it may create the entry (D-08) or only change it (D-07)."""

    refused: dict[str, str] = field(default_factory=dict)
    """By system in whose error queue its message stands: the rule."""

    leaves: dict[str, set[str]] = field(default_factory=dict)
    """By system, the fields that it leaves alone: later events have brought them (D-46)."""


@dataclass
class Sent:
    """A reading on its way to a system. What has waited for its entry goes its way once more (D-59)."""

    reading: Reading
    leaves: set[str]
    """The fields that it leaves alone there."""

    state: str = "waiting"
    """What became of it: waiting, refused, or in; once it is in, it stays so, whatever CPI learned of it."""

    def came_to(self, state: str) -> None:
        """Note the state that CPI's store tells."""
        if self.state != "in":
            self.state = state if state in ("waiting", "refused") else "in"


@dataclass
class Held:
    """An entry and its organisations."""

    fields: dict[str, str] = field(default_factory=dict)
    organisations: set[str] = field(default_factory=set)


def read(guid: str, source: str, action: str, agreement: Agreement, *, again: bool) -> Reading | str:
    """What an event has to write; or that it is filtered, or the id of the rule that its data break.

    `again` says that it was put back.
    """
    held, about = agreement.attributes, agreement.parent or agreement
    masters = agreement.masters if about.kind.name in ("ICMSubAgreement", "ICMSupportingAgreement") else []
    if held["ICMConfidentialContract"] is True:
        return FILTERED  # SEC-1
    if action in ("Renewed", "Terminated"):  # TAB-3, TAB-4
        until = held["ICMExpiryDate" if action == "Renewed" else "ICMTerminationNoticeDate"]
        if not until:
            return "D-19"
        return Reading(guid, action, key(about), {"ICMEXPIRYDATE": _day(until)}, None, creates=False)
    if len(masters) > 1:
        return "D-12"
    if len(str(held["ICMIncotermsCode"])) > 3:
        return "D-13"
    parts = [part.strip() for part in str(held.get("ICMPurchasingOrgCode", "")).split(",")]
    organisations = {part.upper(): part for part in reversed(parts) if part}  # the first spelling stays (D-44)
    if any(len(part) > 4 for part in organisations):
        return "D-16"
    fields = {column: str(held.get(name, "")).strip() for column, name in AS_THEY_ARE.items()}
    fields |= {
        "TENANTID": source,
        "CONTRACTTYPENAME": CODES[about.kind.name],
        "SYSID": about.sys_id,
        "ICMAGREEMENTCODE": about.code,
        "ICMCONFIDENTIALCONTRACT": "",
        "NAME": str(held["Name"]).strip()[:100].strip(),
        "ICMEFFECTIVEDATE": _day(held["ICMEffectiveDate"]),
        "ICMEXPIRYDATE": _day(held["ICMExpiryDate"]),
        "ICMTOTALCONTRACTVALUE": str(
            Decimal(str(held["ICMTotalContractValue"])).quantize(Decimal("0.01"), ROUND_HALF_UP)
        ),
    }
    if action != "AmendmentExecuted":  # TAB-2: an amendment leaves the association as it is
        names = ("ASSOCIATINGTYPE", "ASSOCIATINGCODE", "ASSOCIATINGSYSID")
        master = ("MAS", masters[0].code, masters[0].sys_id) if masters else ("", "", "")
        fields |= dict(zip(names, master, strict=True))
    if again and about.attributes["ICMConfidentialContract"] is True:
        return FILTERED  # D-46
    return Reading(guid, action, key(about), fields, set(organisations.values()), creates=action != "AmendmentExecuted")


def key(agreement: Agreement) -> Key:
    return agreement.sys_id, agreement.code


def newer(reading: Reading, later: Iterable[Reading], *, just_read: bool) -> set[str]:
    """The fields that a reading leaves alone: `later` ones have brought them, of events that came in after it (D-46).

    An amendment's own record may be older than any of them but Executed. All others are read as ICI holds them now,
    but for the end of the agreement, which is what Terminated said; what has waited since may be older (D-59).
    """
    if reading.action == "Terminated":
        return set()
    if reading.action == "AmendmentExecuted":
        brought = [one for one in later if one.action != "Executed"]
        return {name for one in brought for name in one.fields} - KEY_FIELDS
    return {"ICMEXPIRYDATE"} if any(one.action == "Terminated" or not just_read for one in later) else set()


def tables(system: str, sent: Iterable[Sent]) -> tuple[dict[Key, Held], list[str]]:
    """What a system holds after all that was sent to it, in this order; and what cannot be."""
    entries: dict[Key, Held] = {}
    wrong = []
    for one in sent:
        reading = one.reading
        possible = reading.key in entries or (reading.creates and not one.leaves)
        if one.state == "refused" and possible and reading.refused.get(system) == "D-07":
            wrong.append(f"{reading.guid} is refused in {system} for want of an entry, which is there")
        if one.state == "in" and not possible:
            wrong.append(f"{reading.guid} found no entry in {system}, and went in")
        if one.state == "in":
            _write(entries.setdefault(reading.key, Held()), reading, one.leaves)
    return entries, wrong


def _write(entry: Held, reading: Reading, leaves: set[str]) -> None:
    entry.fields.update({name: value for name, value in reading.fields.items() if name not in leaves})
    if reading.organisations is not None and "ICMPURCHASINGORGCODE" not in leaves:
        entry.organisations = reading.organisations


def _day(value: object) -> str:
    return str(value)[:10].replace("-", "") or "00000000"
