"""The return table of the function module, in the style of BAPIRET2."""

from typing import NamedTuple

MESSAGE_CLASS = "ZMM_ICM"


class Bapiret2(NamedTuple):
    """One message of a return table."""

    TYPE: str
    """S for success, E for an error."""
    ID: str
    NUMBER: str
    MESSAGE: str
    FIELD: str = ""


CREATED = Bapiret2("S", MESSAGE_CLASS, "001", "Entry created")
CHANGED = Bapiret2("S", MESSAGE_CLASS, "002", "Entry changed")
UNCHANGED = Bapiret2("S", MESSAGE_CLASS, "003", "Entry is up to date already")


def no_entry(code: str, sys_id: str) -> Bapiret2:
    return _error("010", f"no entry for code {code} and System ID {sys_id}")


def key_missing(field: str) -> Bapiret2:
    return _error("011", "a key field is mandatory", field)


def wrong_value(field: str, why: str) -> Bapiret2:
    return _error("012", why, field)


def unknown_field(field: str) -> Bapiret2:
    return _error("013", "the table has no such field", field)


def other_key(field: str) -> Bapiret2:
    return _error("014", "there is an entry for this code and System ID with another value of this key field", field)


def _error(number: str, message: str, field: str = "") -> Bapiret2:
    return Bapiret2("E", MESSAGE_CLASS, number, message, field)
