"""A model of the tables, in a few lines made from the requirements, section 5, the register and the decisions.

It knows neither CPI nor its mapping. It is told when CPI reads which event, reads ICI at the same moment, and is told
which messages wait or are in an error queue.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

from harness.specification.register import Register
from simulator.icertis.agreement import Agreement

Key: TypeAlias = tuple[str, str]
"""System ID and agreement code."""

CODES = {"ICMMasterAgreement": "MAS", "ICMSupportingAgreement": "SUP", "ICMSubAgreement": "SUB"}
CODES |= {"ICMStandaloneAgreement": "STA"}

KEY_FIELDS = {"TENANTID", "CONTRACTTYPENAME", "SYSID", "ICMAGREEMENTCODE"}
CONVERTED_FIELDS = {"ICMCONFIDENTIALCONTRACT", "NAME", "ICMEFFECTIVEDATE", "ICMEXPIRYDATE", "ICMTOTALCONTRACTVALUE"}

UNCHANGED_FIELDS = {
    mapped.target: mapped.source.removeprefix("agreement:").partition("/")[0]
    for mapped in Register.load().mappings
    if mapped.source.startswith("agreement:") and mapped.target not in KEY_FIELDS | CONVERTED_FIELDS
}
"""Column to the field of the agreement that it holds as it is. A field with a rule belongs into CONVERTED_FIELDS."""

FILTERED = "filtered"
REPEATED = "repeated"
"""The result of an event that came before, by its id (D-83)."""

ASSOCIATION = ("ASSOCIATINGTYPE", "ASSOCIATINGCODE", "ASSOCIATINGSYSID")


@dataclass(eq=False)
class Reading:
    """The fields that one event writes, from the state of ICI when CPI read it."""

    guid: str
    action: str
    key: Key
    fields: dict[str, str]
    organisations: set[str] | None
    creates: bool
    """True if it may create the entry (D-08), False if it may only change it (D-07)."""

    refused: dict[str, str] = field(default_factory=dict)
    """System to the rule for which its message is in the error queue."""

    destroyed: set[str] = field(default_factory=set)
    """The systems that never get its message, as its agreement was filtered while it waited or was refused (D-63)."""

    held_back: set[str] = field(default_factory=set)
    """The systems for which its message waited when a later reading did not tell plainly whether it is confidential.

    It is in their error queues, and nobody is sent it (D-102).
    """

    withheld: set[str] = field(default_factory=set)
    """The systems that are not told of its master, which was filtered while the message waited (D-66)."""

    omitted: dict[str, set[str]] = field(default_factory=dict)
    """System to the fields that it must not write, as later events have written them (D-46)."""


@dataclass
class Sent:
    """A reading as a message to one system. A message that waited for its entry is sent once more (D-59)."""

    reading: Reading
    omitted: set[str]
    """The fields that it must not write there."""

    withholds: bool = False
    """True if it did not tell of its master when the system took it (D-66)."""

    state: str = "waiting"
    """waiting, refused, or in. It is in from the moment in which the system took it, whatever CPI learns of it."""


@dataclass
class TableEntry:
    """An entry and its purchasing organisations."""

    fields: dict[str, str] = field(default_factory=dict)
    organisations: set[str] = field(default_factory=set)


def expect(guid: str, source: str, action: str, agreement: Agreement) -> Reading | str:
    """Return what an event writes; or FILTERED, or the id of the rule that its data break."""
    held, about = agreement.attributes, agreement.parent or agreement
    masters = agreement.masters if about.kind.name in ("ICMSubAgreement", "ICMSupportingAgreement") else []
    if held["ICMConfidentialContract"] is True:
        return FILTERED  # SEC-1
    if held["ICMConfidentialContract"] is not False:
        return "D-04"
    if action in ("Renewed", "Terminated"):  # TAB-3, TAB-4
        until = held["ICMExpiryDate" if action == "Renewed" else "ICMTerminationNoticeDate"]
        if not until:
            return "D-19"
        return Reading(guid, action, agreement_key(about), {"ICMEXPIRYDATE": _day(until)}, None, creates=False)
    if len(masters) > 1:
        return "D-12"
    if len(str(held["ICMIncotermsCode"])) > 3:
        return "D-13"
    parts = [part.strip() for part in str(held.get("ICMPurchasingOrgCode", "")).split(",")]
    organisations = {part.upper(): part for part in reversed(parts) if part}  # the first spelling stays (D-44)
    if any(len(part) > 4 for part in organisations):
        return "D-16"
    fields = {column: str(held.get(name, "")).strip() for column, name in UNCHANGED_FIELDS.items()}
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
        is_told = masters and masters[0].attributes["ICMConfidentialContract"] is False  # D-66
        master = ("MAS", masters[0].code, masters[0].sys_id) if is_told else ("", "", "")
        fields |= dict(zip(ASSOCIATION, master, strict=True))
    return Reading(
        guid, action, agreement_key(about), fields, set(organisations.values()), creates=action != "AmendmentExecuted"
    )


def told_of_masters(action: str, agreement: Agreement) -> list[Agreement]:
    """Return the masters that call 2 tells not to be plainly open (CALL-2, D-66)."""
    has_call_2 = action in ("Executed", "ExecutedUpdated")
    has_call_2 = has_call_2 and agreement.kind.name in ("ICMSubAgreement", "ICMSupportingAgreement")
    return [one for one in agreement.masters if has_call_2 and one.attributes["ICMConfidentialContract"] is not False]


def agreement_key(agreement: Agreement) -> Key:
    return agreement.sys_id, agreement.code


def overridden_fields(reading: Reading, later: Iterable[Reading], *, just_read: bool) -> set[str]:
    """Return the fields that a reading must not write, as readings of later events have written them (D-46).

    The record of an amendment may be older than any of them but Executed. All others are current when read, except
    for the expiry date after Terminated; a message that has waited since may be older (D-59).
    """
    if reading.action == "Terminated":
        return set()
    if reading.action == "AmendmentExecuted":
        brought = [one for one in later if one.action != "Executed"]
        return {name for one in brought for name in one.fields} - KEY_FIELDS
    return {"ICMEXPIRYDATE"} if any(one.action == "Terminated" or not just_read for one in later) else set()


def expected_tables(system: str, sent: Iterable[Sent]) -> tuple[dict[Key, TableEntry], list[str]]:
    """Return the entries of a system after these messages in this order, and the contradictions among them."""
    entries: dict[Key, TableEntry] = {}
    wrong = []
    for one in sent:
        reading = one.reading
        possible = reading.key in entries or (reading.creates and not one.omitted)
        if one.state == "refused" and possible and reading.refused.get(system) == "D-07":
            wrong.append(f"{reading.guid} is refused in {system} for a missing entry that exists")
        if one.state == "in" and not possible:
            wrong.append(f"{reading.guid} went into {system} without an entry")
        if one.state == "in":
            _write(entries.setdefault(reading.key, TableEntry()), one)
    return entries, wrong


def _write(entry: TableEntry, sent: Sent) -> None:
    fields = sent.reading.fields | (dict.fromkeys(ASSOCIATION, "") if sent.withholds else {})
    entry.fields.update({name: value for name, value in fields.items() if name not in sent.omitted})
    if sent.reading.organisations is not None and "ICMPURCHASINGORGCODE" not in sent.omitted:
        entry.organisations = sent.reading.organisations


def _day(value: object) -> str:
    return str(value)[:10].replace("-", "") or "00000000"
