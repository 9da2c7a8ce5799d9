"""The stream of evidence is complete for scenarios that pass, fail, are skipped or have an unknown step."""

import json
import shutil
import subprocess
from pathlib import Path
from shutil import copyfile

import pytest
from jsonschema import Draft202012Validator

from harness.errors import UserError
from harness.evidence.content_hash import digest
from harness.evidence.cucumber_reader import read
from harness.evidence.last_run import load_evidence
from harness.evidence.run import Run, ScenarioEvidence
from harness.tests.support.condition_evidence import run_conditions
from harness.tests.support.npm_packages import NPM, skip_without_packages
from harness.tests.support.patience import PROCESS_PATIENCE
from harness.tests.support.pytest_process import run_pytest

pytestmark = pytest.mark.whole_run

CONFTEST = """
from pathlib import Path

import pytest
from pytest_bdd import given

from harness.bdd.plugins.condition_report import ConditionReport
from harness.conftest import *
from harness.evidence import plugin
from harness.environments.interfaces import NotSupported
from harness.specification.register import Register

plugin.FEATURES = Path(__file__).parent / "features"
pytest_plugins.remove("harness.bdd.plugins.condition_report")


def pytest_configure(config):
    config.pluginmanager.register(ConditionReport(Register.load(), plugin.FEATURES))


@given("this text is read:")
def _(context, docstring):
    assert docstring == "first line\\nsecond line"


@given("the mode has it not")
def _(context):
    raise NotSupported("there is no such thing here")


@given("the code changes meanwhile")
def _():
    plugin.digest = lambda: "changed"


@given("nothing can be cleared away")
def _(request):
    def clear_away():
        raise RuntimeError
    request.addfinalizer(clear_away)
"""

FEATURE = '''
Feature: all kinds of ends

  Background:
    Given ICI holds the Standalone Agreement "PST1":
      | SysId               | 44444444-0000-4000-8000-000000000001 |
      | Name                | Phenol                               |
      | ICMOrgTeam          | Energy                               |

  @condition_4 @MAP-06
  Scenario: it passes
    Given this text is read:
      """
      first line
      second line
      """
    When ICI executes "PST1"
    Then NAME of the entry "PST1" in PF2 and WP2 is "Phenol"

  Scenario Outline: it is <team>
    When ICI executes "PST1"
    Then ICMORGTEAM of the entry "PST1" in PF2 and WP2 is "<team>"
    And NAME of the entry "PST1" in PF2 and WP2 is "Phenol"

    @open_question
    Examples:
      | team     |
      | Energy   |
      | Novecare |

  Scenario: it is out of reach
    Given the mode has it not
    When ICI executes "PST1"

  Scenario: nobody understands it
    Given nobody knows this sentence
    When ICI executes "PST1"

  Scenario: it does not clear away
    Given nothing can be cleared away
'''


def run_feature(project: Path, feature: str) -> "subprocess.CompletedProcess[str]":
    """Run a feature of a project of its own."""
    (project / "features").mkdir()
    (project / "features" / "ends.feature").write_text(feature, encoding="utf-8")
    (project / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (project / "test_ends.py").write_text("from pytest_bdd import scenarios\nscenarios('features')", encoding="utf-8")
    (project / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n", encoding="utf-8")
    return run_pytest("--rootdir", project, project, cwd=project)


@pytest.fixture(scope="module")
def run_of_ends(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the feature above. Returns the file that the run writes."""
    project = tmp_path_factory.mktemp("project")
    done = run_feature(project, FEATURE)
    assert "2 failed, 3 passed, 1 skipped, " in done.stdout, done.stdout + done.stderr
    assert "messages.ndjson" in done.stdout
    return project / "reports" / "messages.ndjson"


@pytest.fixture
def run(run_of_ends: Path) -> Run:
    return read(run_of_ends)


def scenario(run: Run, name: str) -> ScenarioEvidence:
    (found,) = (one for one in run.scenarios if one.name == name)
    return found


def ends(run: Run, name: str) -> list[str]:
    """Return the status of each step."""
    return [step.status for step in scenario(run, name).steps]


def test_run_holds_the_result_of_each_step(run: Run) -> None:
    assert ends(run, "it passes") == ["PASSED", "PASSED", "PASSED", "PASSED"]
    assert ends(run, "it is Energy") == ["PASSED", "PASSED", "PASSED", "PASSED"]
    assert ends(run, "it is Novecare") == ["PASSED", "PASSED", "FAILED", "SKIPPED"]
    assert ends(run, "it is out of reach") == ["PASSED", "SKIPPED", "SKIPPED"]
    assert ends(run, "nobody understands it") == ["PASSED", "UNDEFINED", "SKIPPED"]
    assert ends(run, "it does not clear away") == ["PASSED", "PASSED"]
    worst = {one.name: one.status for one in run.scenarios}
    assert worst["it does not clear away"] == "FAILED"  # its hook
    assert worst["it is out of reach"] == "SKIPPED"
    assert not run.success


def test_run_holds_the_words_of_each_step(run: Run) -> None:
    passed = scenario(run, "it passes")
    assert passed.place == "ends.feature:11"
    assert passed.tags == {"condition_4", "MAP-06"}
    holds, read_out, executes, looks = passed.steps
    assert (holds.keyword, holds.text) == ("Given", 'ICI holds the Standalone Agreement "PST1":')
    assert holds.table
    assert holds.table[1] == ["Name", "Phenol"]
    assert read_out.doc_string == "first line\nsecond line"
    assert "/harness/bdd/steps/icertis_actions.py:" in f"/{executes.definition}"
    assert looks.text == 'NAME of the entry "PST1" in PF2 and WP2 is "Phenol"'
    assert scenario(run, "it is Energy").place == "ends.feature:28"
    assert all(step.nanos > 0 for step in passed.steps)


def test_step_holds_its_exchanges_in_order(run: Run) -> None:
    when = scenario(run, "it passes").steps[2]
    (event,), (call,), messages = (when.of_kind(f"zicm-{kind}") for kind in ("event", "call", "message"))
    sys_id = "44444444-0000-4000-8000-000000000001"
    assert event["request"]["payload"]["data"]["SysId"] == sys_id
    assert call["request"] == {"method": "GET", "path": f"/v1/agreements/ICMStandaloneAgreement/{sys_id}"}
    assert call["answer"]["body"]["Data"]["ICMOrgTeam"] == "Energy"
    assert call["answer"]["others"] > 100
    assert [(one["to"], one["request"]["fields"]["NAME"]) for one in messages] == [("PF2", "Phenol"), ("WP2", "Phenol")]
    assert messages[0]["answer"]["return"][0]["MESSAGE"] == "Entry created"
    order = [event["began"], call["began"], call["ended"], messages[0]["began"], messages[1]["ended"], event["ended"]]
    assert order == sorted(order)


def test_step_holds_lineage_tables_and_log(run: Run) -> None:
    when = scenario(run, "it passes").steps[2]
    (lineage,), (tables,), (log,) = (when.of_kind(f"zicm-{kind}") for kind in ("lineage", "tables", "log"))
    lines = {line["row"]: line for line in lineage["lines"]}
    name = ("agreement:Name", '"Phenol"', "The first 100 characters.", "NAME", "Phenol")
    assert tuple(lines["MAP-06"][part] for part in ("source", "raw", "rule", "target", "value")) == name
    for system in ("PF2", "WP2"):
        entries = tables["systems"][system]["ZMM_ICMCONTRACT"]
        assert [row["NAME"] for row in entries["added"]] == ["Phenol"]
        assert (entries["changed"], entries["removed"], entries["unchanged"]) == ([], [], [])
    assert [entry["status"] for entry in log["entries"]] == ["COMPLETED"]


def test_failed_step_says_why(run: Run) -> None:
    failed = scenario(run, "it is Novecare").steps[2]
    assert "ICMORGTEAM 'Energy'" in failed.message
    looks = failed.of_kind("zicm-comparison")
    differing = [(one["expected"], one["seen"]) for one in looks if not one["holds"]]
    assert differing == [({"ICMORGTEAM": "Novecare"}, {"ICMORGTEAM": "Energy"})] * 2  # PF2 and WP2
    (why,) = failed.of_kind("zicm-explanation")
    assert why["rerun"] == "tox -e bdd -- --scenario ends.feature:29"


def test_evidence_is_of_the_present_code(run: Run) -> None:
    assert run.facts["content"] == digest()


def test_evidence_of_a_run_during_which_the_code_changed_is_of_no_code(tmp_path: Path) -> None:
    feature = """
Feature: somebody edits the mapping
  Scenario: it passes
    Given the code changes meanwhile
"""
    done = run_feature(tmp_path, feature)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert "what is tested changed meanwhile: run again, this evidence approves nothing" in done.stdout
    assert read(tmp_path / "reports" / "messages.ndjson").facts["content"] == ""


@pytest.mark.parametrize("lines", [0, 1, -1], ids=["empty", "its first line", "all but its last line"])
def test_evidence_that_was_cut_off_between_two_lines_is_none(run_of_ends: Path, tmp_path: Path, lines: int) -> None:
    whole = run_of_ends.read_bytes().splitlines(keepends=True)
    (tmp_path / "messages.ndjson").write_bytes(b"".join(whole[:lines]))
    with pytest.raises(UserError, match="it has no end"):
        load_evidence(tmp_path)


def test_every_line_obeys_the_protocol(run_of_ends: Path) -> None:
    """Validate against the JSON schema of the package that the official readers use."""
    schema = NPM / "node_modules" / "@cucumber" / "messages" / "messages.schema.json"
    if not schema.exists():
        skip_without_packages()
    validator = Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    lines = run_of_ends.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 100
    assert [error.message for line in lines for error in validator.iter_errors(json.loads(line))] == []


def test_official_reader_accepts_the_stream(run_of_ends: Path, tmp_path: Path) -> None:
    """Let the HTML formatter of Cucumber make its own report of it."""
    node = shutil.which("node")
    if node is None or not (NPM / "node_modules").is_dir():
        skip_without_packages()
    report = tmp_path / "report.html"
    command = [node, str(NPM / "report.mjs"), str(run_of_ends), str(report)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PROCESS_PATIENCE)  # noqa: S603
    assert (done.returncode, done.stderr) == (0, "")
    assert "it is Novecare" in report.read_text(encoding="utf-8")


def test_run_of_a_selection_leaves_the_evidence_of_a_run_of_all(reports: Path, tmp_path: Path) -> None:
    text = (reports / "messages.ndjson").read_text(encoding="utf-8")
    assert text.count(r"\"partial\": true") == 1
    (tmp_path / "messages.ndjson").write_text(text.replace(r"\"partial\": true", r"\"partial\": false"), "utf-8")
    copyfile(reports / "signoff.html", tmp_path / "signoff.html")
    before = {name: (tmp_path / name).read_bytes() for name in ("messages.ndjson", "signoff.html")}
    ran = run_conditions(tmp_path, "-m", "condition_3")
    assert ran.returncode == 0, ran.stdout
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert {file.name for file in (tmp_path / "partial").iterdir()} == {*before}
    assert f"evidence: {tmp_path / 'partial' / 'messages.ndjson'}" in ran.stdout
