"""Summarise the evidence of a scenario in a few lines."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from harness.evidence.run import ScenarioEvidence, Step

CONTRACT, PURCHORG = "ZMM_ICMCONTRACT", "ZMM_ICMPURCHORG"
_TYPES = {
    "ICMMasterAgreement": "Master",
    "ICMSubAgreement": "Sub",
    "ICMSupportingAgreement": "Supporting",
    "ICMStandaloneAgreement": "Standalone",
    "ICMBaselineAgreement": "Baseline",
}


class Traits(NamedTuple):
    """What scenarios can be filtered by; each field holds words separated by blanks."""

    types: str
    systems: str
    organisations: str


def when_steps(evidence: ScenarioEvidence) -> list[Step]:
    """List the When steps, with every And and But that follows one."""
    kinds = phases(evidence.steps)
    return [step for step, phase in zip(evidence.steps, kinds, strict=True) if phase == "When"]


def phases(steps: Iterable[Step]) -> list[str]:
    """Return Given, When or Then for each step; And and But take that of the step before."""
    result, phase = [], "Given"
    for step in steps:
        phase = step.keyword if step.keyword in ("Given", "When", "Then") else phase
        result.append(phase)
    return result


def seen(evidence: ScenarioEvidence) -> list[str]:
    """Summarise the effects of the When."""
    return effects(when_steps(evidence))


def effects(steps: list[Step]) -> list[str]:
    """Summarise the effects of steps: calls, changes in the tables, entries of the message log."""
    lines = [_calls([call for step in steps for call in step.of_kind("zicm-call")])]
    for step in steps:
        for tables in step.of_kind("zicm-tables"):
            lines += _table_changes(tables["systems"])
    entries = [entry for step in steps for log in step.of_kind("zicm-log") for entry in log["entries"]]
    return [*lines, *(_entry(entry) for entry in entries)]


def traits(evidence: ScenarioEvidence) -> Traits:
    """Collect types of agreement, systems that got a message, and whether it had no, one or several organisations."""
    messages = evidence.of_kind("zicm-message")
    paths = [str(call["request"]["path"]) for call in evidence.of_kind("zicm-call")]
    types = {word for name, word in _TYPES.items() if any(f"/{name}" in path for path in paths)}
    numbers = {len(message["request"]["organisations"] or ()) for message in messages}
    counts = {"none" if not number else "one" if number == 1 else "several" for number in numbers}
    systems = {str(message["to"]) for message in messages}
    return Traits(*(" ".join(sorted(words)) for words in (types, systems, counts)))


def _calls(calls: list[Mapping[str, Any]]) -> str:
    if not calls:
        return "no call to ICI"
    named = (f"call {call['call']} ({call['answer'].get('status', 'no answer')})" for call in calls)
    return f"calls to ICI: {', '.join(named)}"


def _table_changes(systems: Mapping[str, Any]) -> list[str]:
    """Describe changes in the tables, once for systems that changed alike."""
    by_words: dict[tuple[str, ...], list[str]] = {}
    for name, tables in systems.items():
        by_words.setdefault(_described(tables), []).append(name)
    return [f"{' and '.join(names)}: {'; '.join(words)}" for words, names in by_words.items()]


def _described(tables: Mapping[str, Any]) -> tuple[str, ...]:
    entries, rows = tables[CONTRACT], tables[PURCHORG]
    words = [f"new entry {row['ICMAGREEMENTCODE']}" for row in entries["added"]]
    for change in entries["changed"]:
        fields = [name for name, value in change["after"].items() if change["before"][name] != value]
        words.append(
            f"entry {change['after']['ICMAGREEMENTCODE']} changed in {', '.join(fields) or 'what is withheld'}"
        )
    words += [f"entry {row['ICMAGREEMENTCODE']} gone" for row in entries["removed"]]
    for sign, moved in (("+", rows["added"]), ("-", rows["removed"])):
        if moved:
            words.append(f"organisations {' '.join(sign + row['PURCHASINGORG'] for row in moved)}")
    if words and entries["added"] and not rows["added"]:
        words.append("no organisation row")
    return tuple(words) or ("nothing was written",)


def _entry(entry: Mapping[str, Any]) -> str:
    why = entry["note"] or " ".join(filter(None, (entry["error_id"], entry["error_field"], entry["error_message"])))
    return f"monitoring: {entry['status']}" + (f", {why}" if why else "")
