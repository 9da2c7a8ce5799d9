"""Summarise the evidence of a scenario in a few lines."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from harness.bdd.table_diff import CONTRACT, NOTHING, PURCHORG, ChangeText, TableDiff, describe, group_by_system
from harness.bdd.vocabulary.scm import AGREEMENTS, CONTRACTS, LINES
from harness.doubles.taps import SCM
from harness.evidence.run import ScenarioEvidence, Step

SCM_TYPES = {
    "ICMNDA": "NDA",
    "ICMProcurementContract": "Procurement contract",
    "ICMServiceContract": "Service contract",
}
"""The contract types of Dynamics 365 SCM."""

WRITTEN = {CONTRACTS: "contracts", AGREEMENTS: "agreements", LINES: "lines"}
"""The words for what is written to SCM, by collection."""

_TYPES = {
    "ICMMasterAgreement": "Master",
    "ICMSubAgreement": "Sub",
    "ICMSupportingAgreement": "Supporting",
    "ICMStandaloneAgreement": "Standalone",
    "ICMBaselineAgreement": "Baseline",
}


class Traits(NamedTuple):
    """The traits by which scenarios are filtered; each field holds words separated by blanks."""

    types: str
    systems: str
    """The systems that got a message; of SCM what was written there."""

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
    tables = [tables["systems"] for step in steps for tables in step.of_kind("zicm-tables")]
    to_scm = [call for step in steps for call in step.of_kind("zicm-odata")]
    if to_scm or any(SCM in systems for systems in tables):
        lines = _calls_of_scm(to_scm)
    else:
        lines = [_calls([call for step in steps for call in step.of_kind("zicm-call")])]
        lines += [line for systems in tables for line in _table_changes(systems)]
    entries = [entry for step in steps for log in step.of_kind("zicm-log") for entry in log["entries"]]
    return [*lines, *(_entry(entry) for entry in entries)]


def traits(evidence: ScenarioEvidence) -> Traits:
    """Collect types of agreement, systems that got a message, and whether it had no, one or several organisations."""
    messages = evidence.of_kind("zicm-message")
    paths = [str(call["request"]["path"]) for call in evidence.of_kind("zicm-call")]
    types = {word for name, word in _TYPES.items() if any(f"/{name}" in path for path in paths)}
    types |= {word.replace(" ", "-") for name, word in SCM_TYPES.items() if any(f"/{name}" in path for path in paths)}
    numbers = {len(message["request"]["organisations"] or ()) for message in messages}
    counts = {"none" if not number else "one" if number == 1 else "several" for number in numbers}
    systems = {str(message["to"]) for message in messages}
    for call in evidence.of_kind("zicm-odata"):
        collection = call["request"]["resource"].partition("(")[0]
        systems |= {WRITTEN[collection]} if call["request"]["method"] != "GET" and collection in WRITTEN else set()
    return Traits(*(" ".join(sorted(words)) for words in (types, systems, counts)))


def _calls_of_scm(calls: list[Mapping[str, Any]]) -> list[str]:
    """Name the writes to SCM, each kind once, and count the reads."""
    if not calls:
        return ["no call to SCM"]
    reads = sum(call["request"]["method"] == "GET" for call in calls)
    writes = Counter(
        f"{call['request']['method']} {entity_name(call['request']['resource'])}"
        f" ({call['answer'].get('status', 'no answer')})"
        for call in calls
        if call["request"]["method"] != "GET"
    )
    return [f"SCM: {reads} reads", *(f"{one}{f', {n} times' if n > 1 else ''}" for one, n in writes.items())]


def entity_name(resource: str) -> str:
    """Return the name of a collection of SCM, without its key and the prefix that all of the integration have."""
    return resource.partition("(")[0].removeprefix("CLMIntegration")


def _calls(calls: list[Mapping[str, Any]]) -> str:
    if not calls:
        return "no call to ICI"
    named = (f"call {call['call']} ({call['answer'].get('status', 'no answer')})" for call in calls)
    return f"calls to ICI: {', '.join(named)}"


def _table_changes(systems: Mapping[str, Any]) -> list[str]:
    """Describe changes in the tables, once for systems that changed alike."""
    lines = [(name, [change.text for change in _describe(tables)] or [NOTHING]) for name, tables in systems.items()]
    return [
        f"{' and '.join(name for name, _ in group)}: {'; '.join(group[0][1])}"
        for group in group_by_system(lines, lambda line: line[1])
    ]


def _describe(tables: Mapping[str, Any]) -> list[ChangeText]:
    return describe(TableDiff.from_json(tables[CONTRACT]), TableDiff.from_json(tables[PURCHORG]))


def _entry(entry: Mapping[str, Any]) -> str:
    why = entry["note"] or " ".join(filter(None, (entry["error_id"], entry["error_field"], entry["error_message"])))
    return f"monitoring: {entry['status']}" + (f", {why}" if why else "")
