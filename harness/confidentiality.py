"""Decide whether an agreement counts as confidential in everything that the harness shows (SEC-2).

It reads the flag without the mapping: a mapping that reads it wrongly is what the scenarios have to find, and must not
open what they show of it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from simulator.ecc.tables import CONTRACT, ddic_types
from simulator.icertis.agreement import TYPES, Agreement
from simulator.icertis.rest import ABSENT, render_value
from simulator.icertis.workflow import AGREEMENT
from simulator.monitoring.message_log import LogEntry, LoggedError

HIDDEN = "(confidential: not shown)"
"""In place of a value of a confidential agreement."""

_CONFIDENTIAL = "ICMConfidentialContract"
_SHOWN = "DisplayValue"
"""The part of a lookup that holds its value (D-31)."""

# Written out: what may be shown is not decided by what is tested.
_ACTIONS = frozenset({"Executed", "Renewed", "Terminated", "AmendmentExecuted", "ExecutedUpdated"})
_OUTCOMES = frozenset({"created", "changed", "unchanged", "waiting", "refused"})

_YES = (True, "true", "1", "yes", "y", "x")
"""The words of a yes, wherever it stands; the number 1 equals True."""


def is_confidential(agreement: Agreement) -> bool:
    """Tell whether ICI holds an agreement as confidential; a flag that cannot be read counts as confidential."""
    flag = render_value(_CONFIDENTIAL, agreement.attributes.get(_CONFIDENTIAL, ABSENT))
    return not is_public(None if flag is ABSENT else flag)


def is_hidden(one: Agreement) -> bool:
    """Tell whether an agreement is confidential, or the amendment of one that is."""
    return any(
        held.attributes.get(_CONFIDENTIAL) is not False and is_confidential(held)
        for held in (one, one.parent)
        if held is not None
    )


def redact_entry(entry: LogEntry, agreements: Collection[Agreement]) -> LogEntry:
    """Return what may be shown of an event, where one of these agreements is confidential.

    A middleware of somebody else writes its log itself, and may have written whatever it has read, such as the text of
    an exception: only what names an action, a type, an agreement, a rule, a field or an outcome is shown. An entry
    without `processing` is of our own middleware, which writes no value, and stays as it is.
    """
    if entry.processing is None or not any(map(is_hidden, agreements)):
        return entry
    fields = ddic_types(CONTRACT).keys() | {name for one in agreements for name in one.attributes}
    types = {f"{name}{end}" for name in TYPES for end in ("", "Amendment")}

    def about(error: LoggedError) -> LoggedError:
        return error._replace(field=error.field if error.field in fields else "", message=HIDDEN)

    error = about(entry.error) if entry.error else LoggedError("", "", "")
    return replace(
        entry,
        action=entry.action if entry.action in _ACTIONS else "",
        contract_type=entry.contract_type if entry.contract_type in types else "",
        sys_id=entry.sys_id if entry.sys_id in {one.sys_id for one in agreements} else "",
        note=entry.note and HIDDEN,
        error_id=error.id,
        error_field=error.field,
        error_message=error.message,
        systems={name: one if one in _OUTCOMES else HIDDEN for name, one in entry.systems.items()},
        system_errors={name: about(one) for name, one in entry.system_errors.items()},
    )


def names_in_scm(agreements: Iterable[Agreement]) -> frozenset[str]:
    """Return the names, in lower case, by which SCM was told of what is hidden by now.

    These are System IDs, codes, and numbers of purchase agreements. SCM is asked about the terms of an amendment under
    the names of its contract, so these are among them.
    """
    of_scm = (one for one in agreements if one.kind.name.removesuffix("Amendment") not in TYPES and is_hidden(one))
    told = (held for one in of_scm for held in (one, one.parent) if held is not None)
    names = (name for held in told for name in (held.sys_id, held.code, held.attributes.get(AGREEMENT)))
    return frozenset(name.lower() for name in names if isinstance(name, str) and name)


def is_public(flag: object) -> bool:
    """Return True if a confidential flag reads as false and nothing else, in any JSON shape (D-04)."""
    instances = flag if isinstance(flag, list) else [flag]
    shown = [one.get(_SHOWN) if isinstance(one, Mapping) else one for one in instances]
    said = [one for one in shown if one is not None]
    is_false = len(said) == 1 and (said[0] is False or _word(said[0]) == "false")
    return is_false and not any(_word(one) in _YES for one in _values(flag))


def _values(content: object) -> Iterator[object]:
    """Yield each value that is no container, however deep it is."""
    left = [content]
    while left:
        found = left.pop()
        if isinstance(found, Mapping):
            left += found.values()
        elif isinstance(found, list):
            left += found
        else:
            yield found


def _word(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value
