"""The features over HTTP in several processes: a few of them here, all of them in `tox -e bdd-wire`."""

import re
import subprocess
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from harness.evidence.cucumber_reader import read
from harness.evidence.run import Step
from harness.tests.support.pytest_process import run_pytest

pytestmark = [pytest.mark.whole_run, pytest.mark.xdist_group("http")]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_pytest("harness/test_features.py", *arguments)


SCENARIOS = (
    "condition_3 or condition_11a or condition_S3 or a_confidential_amendment_of_an_open_agreement"
    " or what_wp2_missed_of_one_agreement or left_alone_for_five_minutes"
    " or whose_event_never_came_is_repaired or has_another_key"
)


@pytest.fixture(scope="module")
def http_evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Yield the evidence of some conditions of both targets, a fault, a kill, a reconciliation and a direct call."""
    folder = tmp_path_factory.mktemp("wire")
    ran = run("--wire", "-k", SCENARIOS, "--reports", str(folder))
    assert ran.returncode == 0, ran.stdout
    assert "result by condition (HTTP)" in ran.stdout
    assert re.search(r"^9 passed, \d+ deselected", ran.stdout, re.MULTILINE)
    return folder


Seen = list[dict[str, Any]]


def exchanges(folder: Path) -> dict[str, list[Seen]]:
    """Return the exchanges of each step by scenario, with equal guids and reasons of missing answers."""

    def of(step: Step) -> Seen:
        found = [one for kind in ("event", "call", "message", "odata") for one in step.of_kind(f"zicm-{kind}")]
        for one in found:
            if "guid" in str(one["answer"].get("body")):
                one["answer"]["body"]["guid"] = "made up"
            if "failure" in one["answer"]:
                one["answer"]["failure"] = "none"
        in_order = _by_system(sorted(found, key=lambda one: int(one["began"])))
        return [{name: value for name, value in one.items() if name not in ("began", "ended")} for one in in_order]

    scenarios = read(folder / "messages.ndjson").scenarios
    return {scenario.name: [of(step) for step in scenario.steps] for scenario in scenarios}


def _by_system(in_order: Seen) -> Seen:
    """Sort the messages that follow each other by system and agreement: over HTTP they go side by side (D-20)."""
    groups = groupby(in_order, key=lambda one: one["from"] == "CPI" and one["to"] in ("PF2", "WP2"))
    return [one for are_messages, group in groups for one in (sorted(group, key=_way) if are_messages else group)]


def _way(exchange: dict[str, Any]) -> tuple[str, str]:
    return exchange["to"], exchange["request"]["fields"]["SYSID"]


def test_http_has_the_same_exchanges_as_one_process(http_evidence: Path, tmp_path: Path) -> None:
    assert run("-k", SCENARIOS, "--reports", str(tmp_path)).returncode == 0
    wire, in_process = exchanges(http_evidence), exchanges(tmp_path)
    (killed,) = (name for name in wire if "killed CPI" in name)
    # Over HTTP the event was acknowledged before the kill: in one process the kill reaches ICI as well.
    for seen, status in ((wire, {"status": 202, "body": {"guid": "made up"}}), (in_process, {"failure": "none"})):
        event = next(one for step in seen[killed] for one in step if one["to"] == "API Management")
        assert event.pop("answer") == status
    assert wire == in_process
    arrows = {name: [(one["from"], one["to"]) for step in steps for one in step] for name, steps in wire.items()}
    condition_3 = next(name for name in arrows if name.startswith("3 "))
    # What the monitoring asks at last, whether ICI answers, is no exchange of the flow.
    assert arrows[condition_3][-3:] == [("ICI", "API Management"), ("CPI", "ICI"), ("CPI", "ICI")]
    condition_11a = next(name for name in arrows if name.startswith("11a"))
    condition_s3 = next(name for name in arrows if name.startswith("S3 "))
    assert arrows[condition_s3][-4:] == [("ICI", "connector"), ("connector", "ICI"), *2 * [("connector", "SCM")]]
    assert arrows[condition_11a][-4:] == [("ICI", "API Management"), ("CPI", "ICI"), ("CPI", "PF2"), ("CPI", "WP2")]


def test_http_evidence_numbers_exchanges_without_gaps(http_evidence: Path) -> None:
    for scenario in read(http_evidence / "messages.ndjson").scenarios:
        kinds = ("zicm-event", "zicm-call", "zicm-message", "zicm-odata")
        places = [one[place] for kind in kinds for one in scenario.of_kind(kind) for place in ("began", "ended")]
        first = min(places)  # those of the set-up of SCM's connection come before the scenario
        assert sorted(places) == list(range(first, first + len(places))), scenario.name
        assert (first == 1) is not scenario.name.startswith("S3 ")


def test_http_evidence_has_no_trace_of_confidential_agreements(http_evidence: Path) -> None:
    written = (http_evidence / "messages.ndjson").read_text(encoding="utf-8")
    attached = [line for line in written.splitlines() if '"attachment"' in line]
    scenarios = {one.name: one for one in read(http_evidence / "messages.ndjson").scenarios}
    (amended,) = (one for name, one in scenarios.items() if name.startswith("A confidential amendment"))
    assert [one["withheld"] for one in amended.of_kind("zicm-call")] == [False, True, True], "the first is of a master"
    assert not [line for line in attached if "PST4036" in line]
    assert [line for line in attached if "PMA1001" in line]


def test_two_environments_at_once_are_wrong_use() -> None:
    ran = run("--wire", "--middleware-url", "http://127.0.0.1:1/")
    assert ran.returncode == pytest.ExitCode.USAGE_ERROR
    assert ran.stderr.splitlines()[0] == "ERROR: choose one middleware: --wire or --middleware-url"
