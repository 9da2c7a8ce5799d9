"""Compare two runs: the facts about them, which scenarios they have, and what each scenario showed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.evidence.run import Run, ScenarioEvidence

_MISSING = "(not sent)"


@dataclass(frozen=True)
class RunDifference:
    """One thing that differs."""

    scenario: str
    """Feature file and name; blank for a fact about the whole run."""

    what: str
    first: str
    second: str


def compare(first: Run, second: Run) -> list[RunDifference]:
    """List what differs: facts, scenarios of one run alone, results, and the messages that the systems were sent."""
    facts = [
        RunDifference("", name, str(first.facts.get(name, "")), str(second.facts.get(name, "")))
        for name in ("mode", "version", "seed", "commit", "ecc", "sheet_alone", "partial")
    ]
    by_name = [{_key(one): one for one in run.scenarios} for run in (first, second)]
    found = [one for one in facts if one.first != one.second]
    for key in dict.fromkeys([*by_name[0], *by_name[1]]):
        here, there = by_name[0].get(key), by_name[1].get(key)
        if here and there:
            found += _of_scenario(key, here, there)
        else:
            found.append(RunDifference(key, "scenario", *("there" if one else "not run" for one in (here, there))))
    return found


def _key(scenario: ScenarioEvidence) -> str:
    """Name a scenario so that it stays the same while lines move."""
    return f"{scenario.place.rpartition(':')[0]}: {scenario.name}"


def _of_scenario(key: str, first: ScenarioEvidence, second: ScenarioEvidence) -> Iterator[RunDifference]:
    if first.status != second.status:
        yield RunDifference(key, "result", *(f"{one.status}{_why(one)}" for one in (first, second)))
    if [one.text for one in first.steps] != [one.text for one in second.steps]:
        yield RunDifference(key, "steps", *(f"{len(one.steps)} steps, other texts" for one in (first, second)))
        return
    sent, sent_too = _messages(first), _messages(second)
    for name in dict.fromkeys([*sent, *sent_too]):
        if sent.get(name) != sent_too.get(name):
            yield RunDifference(key, name, sent.get(name, _MISSING), sent_too.get(name, _MISSING))


def _why(scenario: ScenarioEvidence) -> str:
    """Name the first step that did not pass."""
    step = next((one for one in scenario.steps if one.status != "PASSED"), None)
    return f" at {step.keyword} {step.text}" if step else ""


def _messages(scenario: ScenarioEvidence) -> Mapping[str, str]:
    """Map each field of each message, by system and number, to its value; of SCM that of each write.

    What is withheld has none.
    """
    values: dict[str, str] = {}
    counts: dict[str, int] = {}
    for message in scenario.of_kind("zicm-message"):
        system = message["to"]
        counts[system] = counts.get(system, 0) + 1
        request = message["request"]
        for field, value in (request.get("fields") or {}).items():
            values[f"message {counts[system]} to {system}, {field}"] = str(value)
        if request.get("organisations") is not None:
            listed = ", ".join(map(str, request["organisations"]))
            values[f"message {counts[system]} to {system}, purchasing organisations"] = listed
    writes = (one["request"] for one in scenario.of_kind("zicm-odata") if one["request"]["method"] != "GET")
    for number, request in enumerate(writes, 1):
        values[f"write {number} to SCM"] = f"{request['method']} {request['resource']}"
        for field, value in request.get("fields", {}).items():
            values[f"write {number} to SCM, {field}"] = str(value)
    return values
