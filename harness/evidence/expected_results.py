"""Show each expected result of a condition in the evidence of its scenarios: what was compared, and what was seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple, TypeAlias

from harness.bdd.context import TRACES
from harness.bdd.table_diff import CONTRACT, PURCHORG
from harness.evidence.run import ScenarioEvidence, Step
from harness.specification.register import Condition, ExpectedResult, ResultKind, Target

SHOWN, DIFFERS, NOT_SHOWN, NOT_REACHED = "shown", "differs", "nothing shows it", "not reached"

ComparisonContent: TypeAlias = Mapping[str, Any]
"""One comparison, as the evidence holds it."""


class ShownResult(NamedTuple):
    """The comparisons that show one expected result in one scenario."""

    step: int
    """The number of the step that compares it, from 1 on; 0 where none does."""

    state: str
    seen: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.state == SHOWN


class ResultLine(NamedTuple):
    """One expected result of a condition, with what shows it in each of its scenarios."""

    result: ExpectedResult
    shown: tuple[tuple[ScenarioEvidence, ShownResult], ...]

    @property
    def state(self) -> str:
        """The worst over all scenarios."""
        states = {one.state for _, one in self.shown} or {NOT_REACHED}
        return next(state for state in (DIFFERS, NOT_SHOWN, NOT_REACHED, SHOWN) if state in states)


def result_lines(condition: Condition, scenarios: Sequence[ScenarioEvidence]) -> list[ResultLine]:
    """Lay what was seen in the scenarios of a condition beside each of its expected results."""
    lines = []
    for one in condition.expected:
        shown = tuple((each, find(one.shown_by, each)) for each in scenarios)
        if condition.belongs_to is Target.SCM:  # whose scenarios show the results between them
            shown = tuple(pair for pair in shown if pair[1].state in (SHOWN, DIFFERS)) or shown
        lines.append(ResultLine(one, shown))
    return lines


def find(kind: ResultKind, scenario: ScenarioEvidence) -> ShownResult:
    """Find the comparisons of a scenario that show a kind of result."""
    step_number, states, seen = 0, set(), dict[str, list[str]]()
    for number, step in enumerate(scenario.steps, 1):
        for one in step.of_kind("zicm-comparison"):
            if _shows(kind, one):
                step_number = step_number or number
                states.add(bool(one["holds"]))
                words = "(withheld: SEC-2)" if one.get("withheld") else _words(kind, one)
                seen.setdefault(words, []).append(str(one.get("system", "")))
    if not states:
        reached = scenario.status == "PASSED"
        return ShownResult(0, NOT_SHOWN if reached else NOT_REACHED, ())
    lines = [f"{_systems(systems)}{words}" for words, systems in seen.items() if words]
    observed = list(_observed(kind, scenario.steps))
    if kind in _OBSERVED and not observed:
        return ShownResult(step_number, NOT_SHOWN, ())
    return ShownResult(step_number, SHOWN if all(states) else DIFFERS, (*observed, *lines))


def _systems(names: Sequence[str]) -> str:
    named = [name for name in dict.fromkeys(names) if name]
    return f"{' and '.join(named)}: " if named else ""


def _shows(kind: ResultKind, one: ComparisonContent) -> bool:
    """Tell whether a comparison shows a kind of result: by its subject, and by what was expected of it."""
    if not any(fnmatchcase(str(one["what"]), subject) for subject in _SUBJECTS[kind]):
        return False
    return bool(one.get("withheld")) or _EXPECTS.get(kind, _anything)(one["expected"])


_ENTRY, _ENTRIES, _CHANGES = "the entry *", "the new entries", "the fields that changed"
_CALLS, _EVENTS = "the calls that ICI received", "the events that the monitoring shows"
_ORGANISATIONS = "the purchasing organisations of *"

_TO_SCM = ("the calls that SCM received", "the writes that SCM received")
_CONTRACT = ("the rows of CLMIntegrationContracts", "the contract in SCM *")
_AGREEMENT = ("the rows of CLMIntegrationPurchaseAgreements", "the purchase agreement in SCM *")
_LINES = ("the rows of CLMIntegrationPurchaseAgreementLines",)
_SET_UP = ("the rows of CLMIntegrationServiceInstances", "the rows of CLMIntegrationExternalNavigation*")
_TYPES = ("the rows of CLMIntegrationContractTypes",)

_SUBJECTS: Mapping[ResultKind, tuple[str, ...]] = {
    "event": (_EVENTS, "the event in the monitoring"),
    "call 1": (_CALLS,),
    "call 2": (_CALLS,),
    "no call 2": (_CALLS,),
    "details": (_ENTRIES, _ENTRY),
    "association details": (_ENTRIES, _ENTRY),
    "new entry": (_ENTRIES,),
    "no new entry": (_ENTRIES,),
    "parent entry": (_ENTRY, _CHANGES),
    "updated entry": (_CHANGES,),
    "whole entry": (_ENTRY,),
    "expiry": (_CHANGES,),
    "nothing else": (_CHANGES,),
    "association": (_ENTRIES, _ENTRY),
    "organisation rows": (PURCHORG, _ORGANISATIONS),
    "no organisation row": (PURCHORG,),
    "organisations stay": (PURCHORG,),
    "filter": ("the event in the monitoring",),
    "nothing in SAP": (CONTRACT, PURCHORG),
    "no trace": (TRACES,),
    "calls to SCM": _TO_SCM,
    "no call to SCM": _TO_SCM,
    "fields sent": ("the bodies of *",),
    "statuses": ("the statuses of *",),
    "contract in SCM": _CONTRACT,
    "no contract in SCM": _CONTRACT,
    "agreement in SCM": _AGREEMENT,
    "no agreement in SCM": _AGREEMENT,
    "lines in SCM": _LINES,
    "no line in SCM": _LINES,
    "fulfilment": ("the rows of PurchaseAgreementLineFulfillment",),
    "connection": ("what stood in the way of the connection", "the state of the connection"),
    "set-up in SCM": _SET_UP,
    "no set-up in SCM": (*_SET_UP, *_TYPES),
    "contract types": _TYPES,
    "master data": ("the rows of * in ICI",),
    "contract in ICI": ("what ICI holds of *",),
    "writes to ICI": ("the writes that ICI received",),
    "commitments": ("the commitments of *",),
    "answer of ICI": ("the reason for which ICI does not allow the step",),
    "answer of SCM": ("the reason for which SCM refuses it",),
    "alignment": ("what the alignment found",),
    "address": ("the address that the browser opens",),
    "hits": ("the hits of the assessment",),
    "rating": ("score and rating",),
    "next attempt": ("the next attempt of the connector",),
}
"""By kind, the subjects of the comparisons that show it; a star stands for any words."""


def _anything(_: object) -> bool:
    return True


def _something(expected: object) -> bool:
    return bool(expected)


def _nothing(expected: object) -> bool:
    return not expected


def _rows(value: object) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]


def _is_associated(expected: object) -> bool:
    return any(row.get("ASSOCIATINGCODE") for row in _rows(expected))


def _calls(value: object, *, second: bool) -> list[str]:
    calls = [str(one) for one in value] if isinstance(value, list) else []
    return [one for one in calls if ("/associatinginstances/" in one) is second]


_EXPECTS: Mapping[ResultKind, Callable[[object], bool]] = {
    "event": _something,
    "call 1": lambda value: bool(_calls(value, second=False)),
    "call 2": lambda value: bool(_calls(value, second=True)),
    "no call 2": lambda value: not _calls(value, second=True),
    "details": _something,
    "association details": _is_associated,
    "new entry": _something,
    "no new entry": _nothing,
    "parent entry": _something,
    "updated entry": _something,
    "whole entry": _something,
    "expiry": lambda value: any(one.get("field") == "ICMEXPIRYDATE" for one in _rows(value)),
    "nothing else": lambda value: [one.get("field") for one in _rows(value)] == ["ICMEXPIRYDATE"],
    "association": _is_associated,
    "organisation rows": _something,
    "no organisation row": _nothing,
    "filter": lambda value: any("SEC-1" in str(one.get("note")) for one in _rows(value)),
    "no trace": _something,
    "calls to SCM": _something,
    "no call to SCM": _nothing,
    "contract in SCM": _something,
    "no contract in SCM": _nothing,
    "agreement in SCM": _something,
    "no agreement in SCM": _nothing,
    "lines in SCM": _something,
    "no line in SCM": _nothing,
    "set-up in SCM": _something,
    "no set-up in SCM": _nothing,
    "contract types": _something,
    "hits": _something,
}
"""By kind, what must be expected in a comparison, as a table in which nothing is expected shows no new entry."""


def _words(kind: ResultKind, one: ComparisonContent) -> str:
    """Say in a few words what was seen."""
    if kind == "nothing in SAP":
        return f"{one['what']} {'as before' if one['holds'] else 'changed'}"
    if kind in _OBSERVED:
        return ""  # the answer to a call says it
    return _DESCRIBES.get(kind, _plainly)(one["seen"])


def _events(seen: object) -> str:
    return "; ".join(" ".join(map(str, row.values())) for row in _rows(seen))


def _associations(seen: object) -> str:
    return "; ".join(
        f"{row.get('ICMAGREEMENTCODE', '')} to {row['ASSOCIATINGCODE']} ({row.get('ASSOCIATINGTYPE')}, "
        f"{row.get('ASSOCIATINGSYSID')})"
        if row.get("ASSOCIATINGCODE")
        else f"{row.get('ICMAGREEMENTCODE', '')} to none"
        for row in _rows(seen)
    )


def _organisations(seen: object) -> str:
    rows = _rows(seen)
    if isinstance(seen, list) and not rows:
        return ", ".join(map(str, seen)) or "no row"
    by_sys_id: dict[str, list[str]] = {}
    for row in rows:
        by_sys_id.setdefault(str(row.get("SYSID")), []).append(str(row.get("PURCHASINGORG")))
    return "; ".join(f"{', '.join(names)} of {sys_id}" for sys_id, names in by_sys_id.items())


def _traces(seen: object) -> str:
    return ", ".join(f"{place} {hits}" for row in _rows(seen) for place, hits in row.items())


def _entries(seen: object) -> str:
    named = (f"{row.get('ICMAGREEMENTCODE')} of {row.get('SYSID')}, {len(row)} fields" for row in _rows(seen))
    return "; ".join(named) or "no new entry"


def _changes(seen: object) -> str:
    changed = [row for row in _rows(seen) if {"field", "before", "after"} <= row.keys()]
    if not changed:
        return ""
    codes = ", ".join(dict.fromkeys(str(row.get("code")) for row in changed))
    return f"{codes}: " + "; ".join(
        f"{row['field']} {row['before'] or 'blank'} → {row['after'] or 'blank'}" for row in changed
    )


_DESCRIBES: Mapping[ResultKind, Callable[[object], str]] = {
    "event": _events,
    "filter": _events,
    "call 1": lambda seen: "; ".join(_calls(seen, second=False)) or "not called",
    "call 2": lambda seen: "; ".join(_calls(seen, second=True)) or "not called",
    "no call 2": lambda seen: "; ".join(_calls(seen, second=True)) or "no such call",
    "new entry": _entries,
    "no new entry": _entries,
    "whole entry": _entries,
    "parent entry": lambda seen: _changes(seen) or _entries(seen),
    "updated entry": lambda seen: _changes(seen) or "no field changed",
    "expiry": lambda seen: _changes(seen) or "no field changed",
    "nothing else": lambda seen: _changes(seen) or "no field changed",
    "association": _associations,
    "organisation rows": _organisations,
    "no organisation row": _organisations,
    "organisations stay": _organisations,
    "no trace": _traces,
    "calls to SCM": lambda seen: _plainly([_call_to_scm(one) for one in _list(seen)]),
    "connection": lambda seen: str(seen) or "nothing stood in the way",
    "answer of ICI": lambda seen: str(seen) or "allowed",
    "answer of SCM": lambda seen: str(seen) or "accepted",
}
"""By kind, how what was seen is said; others are said plainly."""

_MAX_WORDS = 300


def _call_to_scm(call: object) -> str:
    """Name a call by method and collection, without the prefix of those of the integration."""
    return str(call).partition("(")[0].replace(" CLMIntegration", " ")


def _list(seen: object) -> list[object]:
    return seen if isinstance(seen, list) else []


def _plainly(seen: object) -> str:
    """Put rows, fields or a text into words."""
    if isinstance(seen, Mapping):
        words = _fields(seen)
    elif isinstance(seen, list):
        words = "; ".join(_fields(row) if isinstance(row, Mapping) else str(row) for row in seen)
    else:
        words = str(seen)
    words = words or "nothing"
    return words if len(words) <= _MAX_WORDS else f"{words[:_MAX_WORDS]} …"


def _fields(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {held if held != '' else 'blank'}" for name, held in row.items())


_OBSERVED: Mapping[ResultKind, int] = {"details": 1, "association details": 2}
"""By kind, the call whose answer shows it together with the values that came of it."""


def _observed(kind: ResultKind, steps: Sequence[Step]) -> Iterator[str]:
    """Say what ICI answered to the calls since the When."""
    if kind not in _OBSERVED:
        return
    has_begun = False
    for step in steps:
        has_begun = has_begun or step.keyword == "When"
        for call in step.of_kind("zicm-call") if has_begun else ():
            if call["call"] == _OBSERVED[kind] and call["answer"].get("status") == 200:
                yield f"answered with 200, {_content(call['answer'])}"


def _content(answer: Mapping[str, Any]) -> str:
    if "body" not in answer or not isinstance(answer["body"], Mapping):
        return "its content is withheld (SEC-2)"
    data = answer["body"].get("Data")
    if isinstance(data, list):
        codes = [str(one.get("ICMAgreementCode", "")) for one in data if isinstance(one, Mapping)]
        return f"master {', '.join(codes)}" if codes else "no master"
    if isinstance(data, Mapping):
        return f"{data.get('ICMAgreementCode', '')} in status {data.get('ICMStatus', '')}"
    return "with content"
