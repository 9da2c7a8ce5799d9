"""Write the results of a run as Xray Cloud for Jira imports them: its JSON format of execution results."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from harness.evidence.run import Run, ScenarioEvidence
from harness.specification.register import Register

_STATUSES = {"PASSED": "PASSED", "SKIPPED": "TODO"}
_SUMMARY = 255
"""The characters that Jira takes in a summary."""

_COMMENT = 32_767
"""The characters that Jira takes in a longer text."""

_NANOS_PER_SECOND = 1_000_000_000


def execution(run: Run, register: Register, project: str) -> dict[str, Any]:
    """Describe a run as a test execution; a scenario is a generic test, found again by its feature and name."""
    nanos = sum(step.nanos for scenario in run.scenarios for step in scenario.steps)
    return {
        "info": {
            "project": project,
            "summary": f"zicm {run.facts.get('version', '')}, {run.facts.get('mode', '')}",
            "description": f"commit {run.facts.get('commit') or 'unknown'}, evidence {run.sha256}",
            "startDate": _time(run.began),
            "finishDate": _time(run.began + nanos / _NANOS_PER_SECOND),
        },
        "tests": [
            _test(scenario, definition, register, project)
            for scenario, definition in zip(run.scenarios, _definitions(run.scenarios), strict=True)
        ],
    }


def _definitions(scenarios: Iterable[ScenarioEvidence]) -> Iterator[str]:
    """Name each scenario differently, as Xray keeps one test for each name. Scenarios of one name are numbered."""
    seen = Counter[str]()
    for one in scenarios:
        name = f"{one.place.rpartition(':')[0]}: {one.name}"
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _test(scenario: ScenarioEvidence, definition: str, register: Register, project: str) -> dict[str, Any]:
    failed = next((step for step in scenario.steps if step.message), None)
    comment = f"{failed.keyword} {failed.text}: {failed.message}" if failed else scenario.message
    return {
        "testInfo": {
            "projectKey": project,
            "summary": " ".join(scenario.name.split())[:_SUMMARY],
            "type": "Generic",
            "definition": definition,
            "labels": [entry.tag for entry in register.entries if entry.tag in scenario.tags],
        },
        "status": _STATUSES.get(scenario.status, "FAILED"),
        **({"comment": comment[:_COMMENT]} if comment else {}),
    }


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
