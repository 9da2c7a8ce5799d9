"""An approval is bound to the code of its steps and rules, and to what the edges showed."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

import pytest

from harness.bdd.steps import tables
from harness.evidence import content_hash
from harness.evidence.run import Attachment, ScenarioEvidence, Step
from harness.files import CHECKOUT, FEATURES
from harness.signoff.approvals.dependencies import dependencies
from harness.signoff.approvals.evidence import fingerprint
from harness.signoff.approvals.source import source_closure
from harness.signoff.approvals.step_lookup import StepFunctions
from harness.specification.scenarios import ScenarioStep, read_scenarios
from harness.tests.support.condition_evidence import run_conditions

SOURCE = '''
import re

_PATTERN = re.compile("[0-9]+")
_OTHER = 1


def wanted(text):
    """Says what it does."""
    return _helper(text) + 1


def _helper(text):
    return len(_PATTERN.findall(text))


def unwanted(text):
    return _OTHER
'''


@pytest.fixture
def code(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that gets the closure of `wanted` in a source."""

    def of(source: str) -> str:
        file = tmp_path / f"module_{len(list(tmp_path.iterdir()))}.py"
        file.write_text(source, encoding="utf-8")
        spec = spec_from_file_location(file.stem, file)
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return source_closure(module.wanted)

    return of


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("+ 1", "+ 2"),
        ("len(", "bool("),
        ("[0-9]+", "[0-9]*"),
        ("Says what it does", "Says what it did"),
    ],
)
def test_source_closure_changes_with_all_that_the_function_uses(code: Callable[[str], str], old: str, new: str) -> None:
    assert code(SOURCE) != code(SOURCE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("_OTHER = 1", "_OTHER = 2"),
        ("return _helper", "# why\n\n    return _helper"),
        ("+ 1", "+ 1  # one more"),
        ("def unwanted", "def renamed"),
        ("import re\n", "import re\nimport os\n"),
    ],
)
def test_source_closure_ignores_everything_else(code: Callable[[str], str], old: str, new: str) -> None:
    assert old in SOURCE
    assert code(SOURCE) == code(SOURCE.replace(old, new))


def test_every_step_matches_exactly_one_function() -> None:
    functions = StepFunctions()
    steps = {(step.type, step.text): step for scenario in read_scenarios(FEATURES) for step in scenario.steps}
    assert {key: found for key, step in steps.items() if len(found := functions.of(step)) != 1} == {}


def test_keys_of_condition_scenarios_are_unique() -> None:
    keys = [one.key for one in read_scenarios(FEATURES) if any(tag.startswith("condition_") for tag in one.tags)]
    assert len(keys) == len(set(keys))


GUID, OTHER, STATED = (f"{digit * 8}-0000-4000-8000-000000000001" for digit in "12a")


def evidence(kind: str, content: object, text: str = f'ICI holds "{STATED}"') -> ScenarioEvidence:
    """Make the evidence of a scenario with one step."""
    step = Step("When", text, None, None, "PASSED", 1, "", "", [Attachment(kind, "", content)])
    return ScenarioEvidence("a.feature:3", "a", "b", frozenset(), "PASSED", "", [step])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"began": 1, "status": 202}, {"began": 7, "status": 202}),
        ({"entries": [{"guid": GUID, "status": "COMPLETED"}]}, {"entries": [{"guid": OTHER, "status": "COMPLETED"}]}),
        ({"received_at": "2026-01-05T08:00:00", "a": 1}, {"received_at": "2027-01-05T08:00:00", "a": 1}),
        ({"path": f"/v1/{GUID}", "id_": GUID}, {"path": f"/v1/{OTHER}", "id_": OTHER}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"body": {"Name": "x"}, "others": 140}, {"body": {"Name": "x"}, "others": 139}),
    ],
)
def test_fingerprint_ignores_times_guids_and_seeded_values(one: object, other: object) -> None:
    assert fingerprint(evidence("zicm-call", one)) == fingerprint(evidence("zicm-call", other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"status": 202}, {"status": 500}),
        ({"path": STATED}, {"path": GUID}),
        ({"path": STATED}, {"path": STATED.upper()}),
        ({"path": GUID.replace("1", "b")}, {"path": GUID.replace("1", "b").upper()}),
        ({"a": GUID, "b": GUID}, {"a": GUID, "b": OTHER}),
        ([GUID, OTHER], [OTHER]),
    ],
)
def test_fingerprint_changes_with_what_the_edges_showed(one: object, other: object) -> None:
    assert fingerprint(evidence("zicm-call", one)) != fingerprint(evidence("zicm-call", other))


@pytest.mark.parametrize("kind", ["zicm-comparison", "zicm-failure", "zicm-lineage"])
def test_fingerprint_ignores_what_the_harness_adds(kind: str) -> None:
    assert fingerprint(evidence(kind, {"what": 1})) == fingerprint(evidence(kind, {"what": 2}))


class Copy:
    """A copy of the whole project, with its command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("features", "fixtures", "harness", "simulator"):
            copytree(CHECKOUT / name, folder / name, ignore=ignore_patterns("__pycache__", "approvals.toml"))
        (folder / "fixtures/spec/signoff.toml").write_text('roles = ["SAP"]', encoding="utf-8")
        (folder / "pyproject.toml").write_bytes((CHECKOUT / "pyproject.toml").read_bytes())

    def change(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} holds it {text.count(old)} x"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self) -> None:
        """Run the scenarios of two conditions."""
        ran = run_conditions(self.folder / "reports", "-m", "condition_10 or condition_3", top=self.folder)
        assert ran.returncode == 0, ran.stdout + ran.stderr

    def zicm(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(self.folder), "PYTHONUTF8": "1"}
        command = [sys.executable, "-c", "from harness.cli.main import main; main()", "signoff", *arguments]
        return subprocess.run(  # noqa: S603 - our own words
            command, cwd=self.folder, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=120
        )

    def status(self) -> dict[str, Any]:
        """Return the state of the evidence, and what is approved or reopened with the reasons."""
        printed = json.loads(self.zicm("status", "--json").stdout)
        states = {name: [one["state"], *one["reasons"]] for name, one in printed["conditions"].items()}
        return {"evidence": printed["evidence"]} | {name: said for name, said in states.items() if said != ["open"]}


def test_approval_survives_only_changes_outside_its_content(tmp_path: Path) -> None:
    """Follow one approval through several changes, as each step needs a run of the project."""
    copy = Copy(tmp_path / "copy")
    copy.run()
    assert copy.zicm("approve", "3", "10", "--by", "A. Tester", "--role", "SAP").returncode == 0
    assert copy.status() == {"evidence": "current", "3": ["approved"], "10": ["approved"]}

    copy.change("simulator/mapping/rules.py", "    found = match[", "    # year, month, day\n    found = match[")
    copy.change("harness/bdd/steps/alerts.py", '@assertion("no alert stands")', '@assertion("there is no alert")')
    assert copy.status() == {"evidence": "older", "3": ["approved"], "10": ["approved"]}
    refused = copy.zicm("approve", "10", "--by", "A. Tester", "--role", "SAP")
    assert refused.returncode == 1
    assert "the evidence in reports is from other code or features" in refused.stderr

    copy.change("simulator/mapping/rules.py", "given.text()[:100].rstrip()", "given.text()[:99].rstrip()")
    step = 'exactly these fields of the entry "{code}" changed in PF2 and WP2:'
    copy.change(
        "harness/bdd/steps/tables.py", f"assertion(parsers.parse('{step}'))", f"assertion(parsers.parse('{step}'), )"
    )
    reasons = ['the code of the rule "first_100_characters" changed', f'step "then {step}" changed']
    assert copy.status() == {"evidence": "older", "3": ["approved"], "10": ["reopened", *reasons]}
    assert copy.zicm("status").returncode == 1

    copy.run()
    assert copy.zicm("approve", "10", "--by", "A. Tester", "--role", "SAP").returncode == 0
    assert copy.status() == {"evidence": "current", "3": ["approved"], "10": ["approved"]}

    copy.change("harness/bdd/comparison.py", "if of_seen != of_expected:", "if len(of_seen) < len(of_expected):")
    copy.change("harness/bdd/context.py", "self._work_at(self.time + time)", "self._work_at(self.time + 2 * time)")
    reason = "the code of the steps in harness/bdd/comparison.py changed"
    assert copy.status() == {"evidence": "older", "3": ["approved"], "10": ["reopened", reason]}

    # An approval of an earlier version, which was bound to less.
    approvals = copy.folder / "fixtures/spec/approvals.toml"
    kept, _, uses = approvals.read_text(encoding="utf-8").partition("[3.parts.uses]")
    approvals.write_text(kept + uses[uses.index("[3.parts.evidence]") :], encoding="utf-8")
    older = "it was approved before approvals were bound to the code that the steps use of other files"
    assert copy.status()["3"] == ["reopened", older]


def test_dependencies_are_followed_name_by_name() -> None:
    used = dependencies([tables.check_fields])
    assert used.keys() >= {
        "harness/bdd/comparison.py",
        "harness/bdd/mismatch.py",
        "harness/bdd/context.py",
    }
    assert "harness/bdd/steps/tables.py" not in used, "its own file"
    assert not [file for file in used if file.startswith(("simulator", "harness/environments"))]
    comparison = used["harness/bdd/comparison.py"]
    assert "def assert_same_fields(" in comparison
    assert "def _diff_row(" in comparison, "used indirectly"
    assert "def assert_same_changes(" not in comparison
    context = used["harness/bdd/context.py"]
    assert "    def tables(self)" in context, "a method by its name"
    assert "def pass_time(" not in context
    assert "def __init__(" not in context, "a context is only handed in"
    (looks_at_all,) = StepFunctions().of(ScenarioStep("then", 'nothing of "PST1" is left anywhere outside ICI', (), ""))
    assert "class EdgeState(NamedTuple):" in dependencies([looks_at_all.function])["harness/bdd/context.py"], (
        "it is instantiated"
    )


def test_step_called_from_another_file_counts_as_dependency() -> None:
    (step,) = StepFunctions().of(ScenarioStep("then", "the monitoring shows these attempts:", (), ""))
    assert "def single_log_entry(" in dependencies([step.function])["harness/bdd/steps/message_log.py"]


def test_content_hash_excludes_tests_and_approvals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Copy(tmp_path / "copy")
    monkeypatch.setattr(content_hash, "FEATURES", copy.folder / "features")
    monkeypatch.setattr(content_hash, "FIXTURES", copy.folder / "fixtures")
    monkeypatch.setattr(content_hash, "PACKAGES", (copy.folder / "harness", copy.folder / "simulator"))
    at_first = content_hash.digest()
    (copy.folder / "fixtures/spec/approvals.toml").write_text("# new")
    (copy.folder / "harness/tests/test_new.py").write_text("# new")
    assert content_hash.digest() == at_first
    for name in ("harness/new.py", "simulator/cpi/new.py", "fixtures/spec/new.toml", "features/new.feature"):
        before = content_hash.digest()
        (copy.folder / name).write_text("# new")
        assert content_hash.digest() != before, name
