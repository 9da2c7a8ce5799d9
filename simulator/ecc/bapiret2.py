"""The messages of an ECC system, as lines of a return table in the style of BAPIRET2.

A message of SAP's own bears its class and number: 06 of purchasing, 00 of the screens (D-96). Their texts are those of
table T100, with the variables &1 to &4, and have at most 73 characters.
"""

from textwrap import wrap
from typing import NamedTuple

MESSAGE_CLASS = "ZMM_ICM"
PURCHASING, SCREENS = "06", "00"
"""Message classes of SAP."""

T100: dict[tuple[str, str], str] = {
    (PURCHASING, "017"): "&1 created under the number &2",
    (PURCHASING, "019"): "Document &1 does not exist",
    (PURCHASING, "020"): "The document has already been deleted and cannot be changed",
    (PURCHASING, "022"): "No data changed",
    (PURCHASING, "023"): "&1 &2 changed",
    (SCREENS, "172"): "You are not authorized to use transaction &1",
    (MESSAGE_CLASS, "001"): "Entry created",
    (MESSAGE_CLASS, "002"): "Entry changed",
    (MESSAGE_CLASS, "003"): "Entry is up to date already",
    (MESSAGE_CLASS, "010"): "no entry for code &1 and System ID &2",
    (MESSAGE_CLASS, "011"): "a key field is mandatory",
    (MESSAGE_CLASS, "012"): "&1 &2",
    (MESSAGE_CLASS, "013"): "the table has no such field",
    (MESSAGE_CLASS, "014"): "the entry of this code and System ID has another value in this key field",
    (MESSAGE_CLASS, "015"): "an entry has this System ID with another agreement code",
    (MESSAGE_CLASS, "016"): "another entry has this System ID; both share its purchasing organisations",
    (MESSAGE_CLASS, "031"): "an entry is required",
    (MESSAGE_CLASS, "032"): "enter &1 &2",
    (MESSAGE_CLASS, "033"): "the validity ends before it begins",
    (MESSAGE_CLASS, "034"): "the field cannot be changed any more",
    (MESSAGE_CLASS, "035"): "the system fills this field itself",
    (MESSAGE_CLASS, "036"): "ZMM_ICMCONTRACT has no entry with this agreement code",
    (MESSAGE_CLASS, "037"): "the number range is used up",
    (MESSAGE_CLASS, "038"): "the outline agreement stands in an earlier row",
    (MESSAGE_CLASS, "039"): "cell &1: &2",
    (MESSAGE_CLASS, "040"): "the contract has another value in &1",
    (MESSAGE_CLASS, "041"): "outline agreement &1 has the same agreement code and organization",
    (MESSAGE_CLASS, "042"): "there may be open documents from before the new start of validity",
    (MESSAGE_CLASS, "043"): "ZMM_ICMCONTRACT has no entry with this agreement code any more",
    (MESSAGE_CLASS, "044"): "several contracts have this agreement code: &1 &2 &3 &4",
    (MESSAGE_CLASS, "045"): "the validity goes beyond the end of the contract",
    (MESSAGE_CLASS, "046"): "nothing is bought under a contract of this type (&1)",
    (MESSAGE_CLASS, "047"): "the currency &1 has &2 decimals",
    (MESSAGE_CLASS, "050"): "Entry deleted",
    (MESSAGE_CLASS, "051"): "Entry reset",
    (MESSAGE_CLASS, "052"): "Of this contract the change log holds nothing any more",
    (MESSAGE_CLASS, "053"): "Purchasing organisations deleted",
    (MESSAGE_CLASS, "055"): "outline agreements that bear its agreement code: &1",
    (MESSAGE_CLASS, "056"): "entries that name it as their associated agreement: &1",
    (MESSAGE_CLASS, "061"): "no authorization for activity &1 in authorization group &2",
    (MESSAGE_CLASS, "062"): "ZMM_ICMCONTRACT has no such entry",
    (MESSAGE_CLASS, "063"): "several entries have this agreement code; enter the System ID as well",
    (MESSAGE_CLASS, "064"): "ZMM_ICMPURCHORG has no such row",
    (MESSAGE_CLASS, "065"): "an entry has this System ID; change or delete that one",
    (MESSAGE_CLASS, "066"): "there is an entry with this agreement code and System ID",
    (MESSAGE_CLASS, "067"): "organisations and ICMPURCHASINGORGCODE are to be the same",
}
"""Class and number of each message to its text."""


_VARIABLE = 50
"""The characters of a variable."""


class Bapiret2(NamedTuple):
    """One message of a return table."""

    TYPE: str
    """S for success, W for a warning, E for an error."""
    ID: str
    NUMBER: str
    MESSAGE: str
    FIELD: str = ""
    MESSAGE_V1: str = ""
    MESSAGE_V2: str = ""
    MESSAGE_V3: str = ""
    MESSAGE_V4: str = ""
    SYSTEM: str = ""
    """Filled where the table leaves the system."""


def _message(
    kind: str, number: str, field: str = "", values: tuple[str, ...] = (), message_class: str = MESSAGE_CLASS
) -> Bapiret2:
    values = tuple(value[:_VARIABLE] for value in values)
    text = T100[message_class, number]
    for place in range(1, 5):
        text = text.replace(f"&{place}", values[place - 1] if place <= len(values) else "")
    return Bapiret2(kind, message_class, number, text.rstrip(), field, *values)


def _warning(number: str, field: str, *values: str) -> Bapiret2:
    return _message("W", number, field, values)


def _error(number: str, field: str = "", *values: str) -> Bapiret2:
    return _message("E", number, field, values)


CREATED = _message("S", "001")
CHANGED = _message("S", "002")
UNCHANGED = _message("S", "003")
DELETED = _message("S", "050")
RESET = _message("S", "051")
LOG_BLANKED = _message("S", "052")

ORGANISATIONS_DELETED = _message("S", "053")


def no_entry(code: str, sys_id: str) -> Bapiret2:
    return _error("010", "", code, sys_id)


def key_missing(field: str) -> Bapiret2:
    return _error("011", field)


def invalid_value(field: str, why: str) -> Bapiret2:
    return _error("012", field, *wrap(why, _VARIABLE))


def unknown_field(field: str) -> Bapiret2:
    return _error("013", field)


def conflicting_key(field: str) -> Bapiret2:
    return _error("014", field)


def system_id_taken() -> Bapiret2:
    return _error("015", "ICMAGREEMENTCODE")


def system_id_shared() -> Bapiret2:
    return _warning("016", "ICMAGREEMENTCODE")


def outline_agreement_created(kind: str, ebeln: str) -> Bapiret2:
    return _message("S", "017", "", (kind, ebeln), PURCHASING)


def outline_agreement_changed(kind: str, ebeln: str) -> Bapiret2:
    return _message("S", "023", "", (kind, ebeln), PURCHASING)


def outline_agreement_unchanged() -> Bapiret2:
    return _message("S", "022", message_class=PURCHASING)


def unknown_outline_agreement(ebeln: str) -> Bapiret2:
    return _message("E", "019", "EBELN", (ebeln,), PURCHASING)


def outline_agreement_deleted() -> Bapiret2:
    return _message("E", "020", "LOEKZ", message_class=PURCHASING)


def entry_required(field: str) -> Bapiret2:
    return _error("031", field)


def value_not_allowed(field: str, values: str) -> Bapiret2:
    return _error("032", field, *wrap(values, _VARIABLE))


def invalid_validity(field: str) -> Bapiret2:
    return _error("033", field)


def not_changeable(field: str) -> Bapiret2:
    return _error("034", field)


def filled_by_system(field: str) -> Bapiret2:
    return _error("035", field)


def unknown_code(field: str) -> Bapiret2:
    return _error("036", field)


def number_range_exhausted(field: str) -> Bapiret2:
    return _error("037", field)


def duplicate_row(field: str) -> Bapiret2:
    return _error("038", field)


def unreadable_cell(field: str, place: str, why: str) -> Bapiret2:
    return _error("039", field, place, why)


def differs_from_contract(field: str, column: str) -> Bapiret2:
    return _warning("040", field, column)


def duplicate_outline_agreement(field: str, ebeln: str) -> Bapiret2:
    return _warning("041", field, ebeln)


def validity_start_changed(field: str) -> Bapiret2:
    return _warning("042", field)


def code_no_longer_known(field: str) -> Bapiret2:
    return _warning("043", field)


def ambiguous_code(field: str, names: tuple[str, ...], *, is_new: bool) -> Bapiret2:
    return (_error if is_new else _warning)("044", field, *names[:4])


def valid_beyond_contract(field: str) -> Bapiret2:
    return _warning("045", field)


def nothing_bought_under(field: str, contract_type: str) -> Bapiret2:
    return _warning("046", field, contract_type)


def too_many_decimals(field: str, currency: str, decimals: int) -> Bapiret2:
    return _error("047", field, currency, str(decimals))


def outline_agreements_remain(count: int) -> Bapiret2:
    return _warning("055", "ZZICMAGREEMENT", str(count))


def associated_entries_remain(count: int) -> Bapiret2:
    return _warning("056", "ASSOCIATINGCODE", str(count))


def transaction_not_authorised(code: str) -> Bapiret2:
    return _message("E", "172", "TCD", (code,), SCREENS)


def activity_not_authorised(activity: str, group: str) -> Bapiret2:
    return _error("061", "ACTVT", activity, group)


def entry_not_found() -> Bapiret2:
    return _error("062")


def ambiguous_entry() -> Bapiret2:
    return _error("063", "SYSID")


def no_organisations() -> Bapiret2:
    return _error("064", "SYSID")


def organisations_belong_to_entry() -> Bapiret2:
    return _error("065", "SYSID")


def entry_exists() -> Bapiret2:
    return _error("066", "SYSID")


def organisations_disagree() -> Bapiret2:
    return _error("067", "ICMPURCHASINGORGCODE")
