"""The messages of an ECC system, as lines of a return table in the style of BAPIRET2."""

from typing import NamedTuple

MESSAGE_CLASS = "ZMM_ICM"


class Bapiret2(NamedTuple):
    """One message of a return table."""

    TYPE: str
    """S for success, W for a warning, E for an error."""
    ID: str
    NUMBER: str
    MESSAGE: str
    FIELD: str = ""


CREATED = Bapiret2("S", MESSAGE_CLASS, "001", "Entry created")
CHANGED = Bapiret2("S", MESSAGE_CLASS, "002", "Entry changed")
UNCHANGED = Bapiret2("S", MESSAGE_CLASS, "003", "Entry is up to date already")
DELETED = Bapiret2("S", MESSAGE_CLASS, "050", "Entry deleted")
RESET = Bapiret2("S", MESSAGE_CLASS, "051", "Entry reset")
LOG_BLANKED = Bapiret2("S", MESSAGE_CLASS, "052", "Of this contract the change log holds nothing any more")

ORGANISATIONS_DELETED = Bapiret2("S", MESSAGE_CLASS, "053", "Purchasing organisations deleted")


def no_entry(code: str, sys_id: str) -> Bapiret2:
    return _error("010", f"no entry for code {code} and System ID {sys_id}")


def key_missing(field: str) -> Bapiret2:
    return _error("011", "a key field is mandatory", field)


def invalid_value(field: str, why: str) -> Bapiret2:
    return _error("012", why, field)


def unknown_field(field: str) -> Bapiret2:
    return _error("013", "the table has no such field", field)


def conflicting_key(field: str) -> Bapiret2:
    return _error("014", "the entry of this code and System ID has another value in this key field", field)


def system_id_taken() -> Bapiret2:
    return _error("015", "an entry has this System ID with another agreement code", "ICMAGREEMENTCODE")


def system_id_shared() -> Bapiret2:
    text = "another entry has this System ID; both share its purchasing organisations"
    return _warning("016", text, "ICMAGREEMENTCODE")


def outline_agreement_created(ebeln: str) -> Bapiret2:
    return Bapiret2("S", MESSAGE_CLASS, "020", f"Outline agreement {ebeln} created")


def outline_agreement_changed(ebeln: str) -> Bapiret2:
    return Bapiret2("S", MESSAGE_CLASS, "021", f"Outline agreement {ebeln} changed")


def outline_agreement_unchanged(ebeln: str) -> Bapiret2:
    return Bapiret2("S", MESSAGE_CLASS, "022", f"Outline agreement {ebeln}: no data changed")


def unknown_outline_agreement() -> Bapiret2:
    return _error("030", "there is no outline agreement of this number", "EBELN")


def entry_required(field: str) -> Bapiret2:
    return _error("031", "an entry is required", field)


def value_not_allowed(field: str, values: str) -> Bapiret2:
    return _error("032", f"enter {values}", field)


def invalid_validity(field: str) -> Bapiret2:
    return _error("033", "the validity ends before it begins", field)


def not_changeable(field: str) -> Bapiret2:
    return _error("034", "the field cannot be changed any more", field)


def filled_by_system(field: str) -> Bapiret2:
    return _error("035", "the system fills this field itself", field)


def unknown_code(field: str) -> Bapiret2:
    return _error("036", "ZMM_ICMCONTRACT has no entry with this agreement code", field)


def number_range_exhausted(field: str) -> Bapiret2:
    return _error("037", "the number range is used up", field)


def duplicate_row(field: str) -> Bapiret2:
    return _error("038", "the outline agreement stands in an earlier row", field)


def unreadable_cell(field: str, place: str, why: str) -> Bapiret2:
    return _error("039", f"cell {place}: {why}", field)


def differs_from_contract(field: str, column: str) -> Bapiret2:
    return _warning("040", f"the contract has another value in {column}", field)


def duplicate_outline_agreement(field: str, ebeln: str) -> Bapiret2:
    return _warning("041", f"outline agreement {ebeln} has the same agreement code and organization", field)


def validity_start_changed(field: str) -> Bapiret2:
    return _warning("042", "there may be open documents from before the new start of validity", field)


def code_no_longer_known(field: str) -> Bapiret2:
    return _warning("043", "ZMM_ICMCONTRACT has no entry with this agreement code any more", field)


def outline_agreements_remain(count: int) -> Bapiret2:
    return _warning("055", f"outline agreements that bear its agreement code: {count}", "ZZICMAGREEMENT")


def associated_entries_remain(count: int) -> Bapiret2:
    return _warning("056", f"entries that name it as their associated agreement: {count}", "ASSOCIATINGCODE")


def transaction_not_authorised(code: str) -> Bapiret2:
    return _error("060", f"you are not authorized to use transaction {code}", "TCD")


def activity_not_authorised(activity: str, group: str) -> Bapiret2:
    return _error("061", f"you have no authorization for activity {activity} in authorization group {group}", "ACTVT")


def entry_not_found() -> Bapiret2:
    return _error("062", "ZMM_ICMCONTRACT has no such entry")


def ambiguous_entry() -> Bapiret2:
    return _error("063", "several entries have this agreement code; enter the System ID as well", "SYSID")


def no_organisations() -> Bapiret2:
    return _error("064", "ZMM_ICMPURCHORG has no such row", "SYSID")


def organisations_belong_to_entry() -> Bapiret2:
    return _error("065", "an entry has this System ID; change or delete that one", "SYSID")


def _warning(number: str, message: str, field: str) -> Bapiret2:
    return Bapiret2("W", MESSAGE_CLASS, number, message, field)


def _error(number: str, message: str, field: str = "") -> Bapiret2:
    return Bapiret2("E", MESSAGE_CLASS, number, message, field)
