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

    reached: set[str] = field(default_factory=set)
    """The systems that have its message, though it was refused afterwards: the worker was killed in between."""

    ended: bool = False
    """Whether it says the end that a termination is about to bring."""

    leaves: dict[str, set[str]] = field(default_factory=dict)
    """By system, the fields that it leaves alone: later events have brought them (D-46)."""


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


def end(reading: Reading, termination: Reading) -> None:
    """Let a reading say the end that a termination, on its way to some system, is about to bring (D-59)."""
    if reading.action != "Terminated" and "ICMEXPIRYDATE" in reading.fields:
        reading.fields["ICMEXPIRYDATE"] = termination.fields["ICMEXPIRYDATE"]
        reading.ended = True


def leave(reading: Reading, system: str, later: Iterable[Reading]) -> None:
    """Let a reading leave alone what `later` ones have brought, of events that came in after it (D-46).

    An amendment's own record may be older than any of them but Executed; all others are read as ICI holds them now,
    but for the end of the agreement, which is what Terminated said.
    """
    if reading.action == "AmendmentExecuted":
        newer = {name for one in later if one.action != "Executed" for name in one.fields}
    else:
        older = reading.action != "Terminated" and not reading.ended
        newer = {"ICMEXPIRYDATE"} if older and any(one.action == "Terminated" for one in later) else set()
    reading.leaves[system] = newer - KEY_FIELDS


def tables(system: str, readings: Iterable[Reading]) -> tuple[dict[Key, Held], list[str]]:
    """What a system holds after these readings, in the order in which CPI made them; and what cannot be.

    A message that finds no entry waits, and the one that makes the entry goes first (D-07); then those that have
    waited follow in their order, before any younger one.
    """
    entries: dict[Key, Held] = {}
    waiting: dict[Key, list[Reading]] = {}
    wrong = []
    for reading in readings:
        there = reading.key in entries
        creates = reading.creates and not reading.leaves.get(system)
        if system in reading.refused and system not in reading.reached:
            if reading.refused[system] == "D-07" and (there or creates):
                wrong.append(f"{reading.guid} is refused in {system} for want of an entry, which is there")
        elif there or creates:
            for one in (reading, *waiting.pop(reading.key, ())):
                _write(entries.setdefault(reading.key, Held()), one, one.leaves.get(system, set()))
        else:
            waiting.setdefault(reading.key, []).append(reading)
    wrong += [f"{one.guid} found no entry in {system} and was given up" for ones in waiting.values() for one in ones]
    return entries, wrong


def _write(entry: Held, reading: Reading, leaves: set[str]) -> None:
    entry.fields.update({name: value for name, value in reading.fields.items() if name not in leaves})
    if reading.organisations is not None and "ICMPURCHASINGORGCODE" not in leaves:
        entry.organisations = reading.organisations


def _day(value: object) -> str:
    return str(value)[:10].replace("-", "") or "00000000"
